"""Screening of what people submit, asked of the host (#67)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser


@dataclass(frozen=True)
class Submission:
    """What somebody is about to publish; `text` is Markdown, title and body joined."""

    kind: str
    author: AbstractBaseUser
    text: str
    category_ids: tuple[UUID, ...] = ()
    photo_count: int = 0


class Outcome(StrEnum):
    ALLOW = "allow"
    HOLD = "hold"
    REJECT = "reject"


@dataclass(frozen=True)
class Verdict:
    """`reasons` are stable names, such as `links` or `watched_word`."""

    outcome: Outcome
    reasons: tuple[str, ...] = ()


ALLOW = Verdict(Outcome.ALLOW)


@dataclass(frozen=True)
class ReportedFlag:
    """What one reader has reported; `reason` is a stable name such as `spam`."""

    flagger_id: Any
    """None: an erased person."""
    reason: str
    note: str
    created_at: datetime


@dataclass(frozen=True)
class ReportedCase:
    """All that readers have reported about one thing, for an inbox of the host's."""

    case_id: UUID
    """What `moderation.cases.apply_decision` takes."""
    kind: str
    object_id: UUID
    title: str
    url: str
    """The path of the page that shows it."""
    text_html: str
    author_id: Any
    """None: nobody any more."""
    category_ids: tuple[UUID, ...]
    opened_at: datetime
    weight: int
    """Of the flags that wait, in hundredths; less than 100 each of who flagged in vain before."""
    flags: tuple[ReportedFlag, ...]
    """All of them, the oldest first."""


class ModerationBackend(Protocol):
    def screen(self, submission: Submission) -> Verdict:
        """Judge a submission before it is written; asked before the transaction begins."""
        ...

    def has_own_queue(self) -> bool:
        """Whether the host decides on flags in an inbox of its own; ours then steps aside."""
        ...

    def report(self, case: ReportedCase) -> None:
        """Take a case into the host's inbox, or note what is new of it: after each flag.

        Called in a task, with `has_own_queue` alone; again if it raises. `case_id` tells whether
        it is there already.
        """
        ...


class BuiltInQueue:
    """A base for backends that leave flags to the queue of the package."""

    def has_own_queue(self) -> bool:
        return False

    def report(self, case: ReportedCase) -> None:
        """The queue of the package has it."""
