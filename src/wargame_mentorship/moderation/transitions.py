"""Held content and flag cases as tables (rendered in the docs); all kinds share them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Conflict
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.transitions import Move, StateMachine
from wargame_mentorship.moderation import rules
from wargame_mentorship.moderation.models import CaseStatus, FlagCase, Sanction, SanctionStatus

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

REOPENABLE_FOR = timedelta(days=30)
"""After a decision; later, somebody has to flag it anew."""


def _refuse_if_old(case: FlagCase) -> None:
    if case.decided_at is not None and timezone.now() - case.decided_at > REOPENABLE_FOR:
        raise Conflict(_("This was decided more than 30 days ago."), code="too_late")


CASE: StateMachine[FlagCase] = StateMachine(
    "Flag case",
    CaseStatus,
    [
        Move(
            action="uphold",
            sources=(CaseStatus.OPEN,),
            target=CaseStatus.UPHELD,
            who=rules.can_moderate_case,
            who_text=_WHO,
            sets_text="decided_by, decided_at, measure, reason; the content is hidden, unless "
            "another measure is chosen",
        ),
        Move(
            action="dismiss",
            sources=(CaseStatus.OPEN,),
            target=CaseStatus.DISMISSED,
            who=rules.can_moderate_case,
            who_text=_WHO,
            sets_text="decided_by, decided_at, reason",
        ),
        Move(
            action="reopen",
            sources=(CaseStatus.UPHELD, CaseStatus.DISMISSED),
            target=CaseStatus.OPEN,
            who=rules.can_moderate_case,
            who_text=f"{_WHO}; whoever flags it, if it was dismissed",
            guard=_refuse_if_old,
            guard_text="decided at most 30 days ago (409 `too_late`)",
            sets_text="opened_at",
        ),
    ],
)

APPEALABLE_FOR = timedelta(days=30)


def _refuse_if_late(sanction: Sanction) -> None:
    if timezone.now() - sanction.created_at > APPEALABLE_FOR:
        raise Conflict(_("This was more than 30 days ago."), code="too_late")


_WHO_SANCTIONS = "of a warning a moderator of the category, else who suspends people; never its own"

SANCTION: StateMachine[Sanction] = StateMachine(
    "Sanction",
    SanctionStatus,
    [
        Move(
            action="appeal",
            sources=(SanctionStatus.STANDING,),
            target=SanctionStatus.APPEALED,
            who=rules.can_appeal,
            who_text="whom it is about, suspended or not",
            guard=_refuse_if_late,
            guard_text="given at most 30 days ago (409 `too_late`)",
            sets_text="appeal, appealed_at",
        ),
        Move(
            action="confirm",
            sources=(SanctionStatus.APPEALED,),
            target=SanctionStatus.CONFIRMED,
            who=rules.can_decide_sanction,
            who_text=_WHO_SANCTIONS,
            sets_text="answer, answered_by, answered_at",
        ),
        Move(
            action="withdraw",
            sources=(SanctionStatus.STANDING, SanctionStatus.APPEALED, SanctionStatus.CONFIRMED),
            target=SanctionStatus.WITHDRAWN,
            who=rules.can_decide_sanction,
            who_text=_WHO_SANCTIONS,
            sets_text="answer, answered_by, answered_at",
        ),
    ],
)

PAST = {"approve": "approved", "reject": "rejected", "hide": "hidden", "restore": "restored"}
"""The verb of a move's event, behind the name of the kind: `help_request.approved`."""
