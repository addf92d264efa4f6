"""What every room asks before it publishes something: is it to be held, is it to be refused."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.registry import kind_of
from wargame_mentorship.events import services as events
from wargame_mentorship.host import Submission, Viewer, moderation
from wargame_mentorship.host.moderation import Outcome


@dataclass(frozen=True)
class Hold:
    """That a moderator is to look first, and why: the stable names of the host's verdict."""

    reasons: tuple[str, ...]


def screen(
    viewer: Viewer, kind: str, text: str, category_ids: Collection[UUID], photo_count: int
) -> Hold | None:
    """Ask the host's moderation, before any transaction of ours, whether to hold something.

    Raises:
        Invalid: the submission is rejected.
        BackendUnavailable: nobody answered, so nothing is published.
    """
    verdict = moderation().screen(
        Submission(
            kind=kind,
            author=viewer.require_user(),
            text=text,
            category_ids=tuple(category_ids),
            photo_count=photo_count,
        )
    )
    if verdict.outcome == Outcome.REJECT:
        raise Invalid({}, _("This cannot be published here."))
    return Hold(verdict.reasons) if verdict.outcome == Outcome.HOLD else None


def hold_columns(held: Hold | None, now: datetime) -> dict[str, Any]:
    """The columns of `core.mixins.Held` for content that is published at `now`, or held."""
    if held:
        return {
            "moderation_state": ModerationState.HELD,
            "visible_since": None,
            # Of what it said before.
            "moderation_reason": "",
        }
    return {"moderation_state": ModerationState.VISIBLE, "visible_since": now}


def record_hold(subject: Model, held: Hold | None) -> None:
    """Tell the moderators, who alone read this, what they are to look at."""
    if held:
        kind = kind_of(subject).name
        events.record(f"{kind}.held", actor=None, subject=subject, reasons=held.reasons)
