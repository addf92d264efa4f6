"""The state machine of a help request, as one table (`states.md`, rendered in the docs)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Conflict
from wargame_mentorship.core.transitions import Branch, Move, StateMachine
from wargame_mentorship.help_requests import rules
from wargame_mentorship.help_requests.models import HelpRequest, Status
from wargame_mentorship.host import Viewer


def nobody_is_assigned(help_request: HelpRequest) -> None:
    if help_request.assigned_helper_id is not None:
        raise Conflict(_("Somebody is already helping here."), code="taken")


def resolved_now() -> dict[str, Any]:
    return {"resolved_at": timezone.now(), "needs_info_since": None}


def closed_now() -> dict[str, Any]:
    return {"closed_at": timezone.now(), "claimed_until": None, "needs_info_since": None}


HELP_REQUEST: StateMachine[HelpRequest] = StateMachine(
    "Help request",
    Status,
    [
        Move(
            action="claim",
            # In progress too: for one whose helper's account was deleted.
            sources=(Status.OPEN, Status.IN_PROGRESS),
            target=Status.IN_PROGRESS,
            who=rules.can_claim_help_request,
            who_text="anyone signed in but the asker",
            guard=nobody_is_assigned,
            guard_text="nobody is assigned (`taken`); by the present holder nothing changes",
            sets_text="assigned_helper, claimed_until",
        ),
        Move(
            action="assign",
            sources=(Status.OPEN, Status.IN_PROGRESS),
            target=Status.IN_PROGRESS,
            who=rules.can_assign_help_request,
            who_text="asker, moderator",
            guard_text="the helper is active, not the asker, not blocked either way",
            sets=lambda: {"claimed_until": None},
            sets_text="assigned_helper",
        ),
        Move(
            action="release",
            sources=(Status.IN_PROGRESS,),
            target=Status.OPEN,
            who=rules.can_release_help_request,
            who_text="helper, asker, moderator",
            sets=lambda: {"assigned_helper": None, "claimed_until": None},
            sets_text="assigned_helper = null",
            by_clock="at claimed_until, if the helper said nothing",
        ),
        Move(
            action="accept",
            sources=(Status.OPEN, Status.IN_PROGRESS, Status.RESOLVED),
            target=Status.RESOLVED,
            who=rules.can_accept_response,
            who_text="asker, moderator",
            guard_text="the response is of this request and visible",
            sets=resolved_now,
            sets_text="solution, resolved_at",
        ),
        Move(
            action="unaccept",
            sources=(Status.RESOLVED,),
            target=Branch(
                condition=Q(assigned_helper__isnull=False),
                then=Status.IN_PROGRESS,
                otherwise=Status.OPEN,
                text="in_progress if someone is assigned, else open",
            ),
            who=rules.can_accept_response,
            who_text="asker, moderator",
            sets=lambda: {"resolved_at": None},
            sets_text="solution, resolved_at = null",
        ),
        Move(
            action="close",
            sources=(Status.OPEN, Status.IN_PROGRESS, Status.RESOLVED),
            target=Status.CLOSED,
            who=rules.can_close_help_request,
            who_text="asker, moderator",
            sets=closed_now,
            sets_text="closed_at, reason",
        ),
        Move(
            action="reopen",
            sources=(Status.RESOLVED, Status.CLOSED),
            target=Status.OPEN,
            who=rules.can_reopen_help_request,
            who_text="asker within 90 days, moderator",
            sets=lambda: {
                "resolved_at": None,
                "closed_at": None,
                "closed_reason": "",
                "assigned_helper": None,
                "claimed_until": None,
            },
            sets_text="resolved_at, closed_at, assigned_helper = null; solution kept",
        ),
    ],
)


def available_actions(viewer: Viewer, help_request: HelpRequest) -> list[str]:
    """The moves of the table that this viewer could make now, and what else the state allows."""
    actions = HELP_REQUEST.available_actions(viewer, help_request)
    if help_request.status in {Status.OPEN, Status.IN_PROGRESS} and rules.can_ask_for_info(
        viewer, help_request
    ):
        actions.append("needs_info")
    if help_request.status == Status.RESOLVED and rules.can_tell_outcome(viewer, help_request):
        actions.append("outcome")
    return actions
