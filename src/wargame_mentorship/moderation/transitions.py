"""Held content as one table (`states.md`, rendered in the docs); all kinds share it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.transitions import Move, StateMachine
from wargame_mentorship.moderation import rules

_WHO = "moderator of the category"


def visible_now() -> dict[str, Any]:
    return {"visible_since": timezone.now()}


def visible_no_more() -> dict[str, Any]:
    return {"visible_since": None}


HELD: StateMachine[Any] = StateMachine(
    "Held content",
    ModerationState,
    [
        Move(
            action="approve",
            sources=(ModerationState.HELD,),
            target=ModerationState.VISIBLE,
            who=rules.can_moderate,
            who_text=_WHO,
            sets=visible_now,
            sets_text="visible_since, moderation_reason",
        ),
        Move(
            action="reject",
            sources=(ModerationState.HELD,),
            target=ModerationState.HIDDEN,
            who=rules.can_moderate,
            who_text=_WHO,
            sets=visible_no_more,
            sets_text="moderation_reason",
        ),
        Move(
            action="hide",
            sources=(ModerationState.VISIBLE,),
            target=ModerationState.HIDDEN,
            who=rules.can_moderate,
            who_text=_WHO,
            sets=visible_no_more,
            sets_text="visible_since = null, moderation_reason",
        ),
        Move(
            action="restore",
            sources=(ModerationState.HIDDEN,),
            target=ModerationState.VISIBLE,
            who=rules.can_moderate,
            who_text=_WHO,
            sets=visible_now,
            sets_text="visible_since, moderation_reason",
        ),
    ],
    column="moderation_state",
)

PAST = {"approve": "approved", "reject": "rejected", "hide": "hidden", "restore": "restored"}
"""The verb of a move's event, behind the name of the kind: `help_request.approved`."""
