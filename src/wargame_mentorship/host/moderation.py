"""Screening of what people submit, asked of the host (#67)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
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


class ModerationBackend(Protocol):
    def screen(self, submission: Submission) -> Verdict:
        """Judge a submission before it is written; asked before the transaction begins."""
        ...
