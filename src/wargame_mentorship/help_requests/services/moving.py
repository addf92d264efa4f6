"""The moves of the state machine (`transitions.py`): who takes a request on, and its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.conf import app_settings
from wargame_mentorship.core.cleaning import clean_reason
from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.core.mixins import COUNTED
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.help_requests import rules
from wargame_mentorship.help_requests.documents import document_of
from wargame_mentorship.help_requests.models import (
    HelpRequest,
    HelpResponse,
    Status,
)
from wargame_mentorship.help_requests.services.common import visible
from wargame_mentorship.help_requests.transitions import HELP_REQUEST
from wargame_mentorship.host import Actor, Viewer, find_user, social, users
from wargame_mentorship.search import services as search


@write
def claim(*, actor: Actor, help_request: HelpRequest, if_version: int | None = None) -> HelpRequest:
    """Take a request on for `CLAIM_HOURS`; the present holder changes nothing by it."""
    viewer = Viewer.of(actor)
    current = visible(viewer, help_request)
    if current.status == Status.IN_PROGRESS and viewer.is_me(current.assigned_helper_id):
        return current
    HELP_REQUEST.move(
        current,
        "claim",
        viewer=viewer,
        if_version=if_version,
        sets={
            "assigned_helper_id": viewer.pk,
            "claimed_until": timezone.now() + timedelta(hours=app_settings.CLAIM_HOURS),
        },
    )
    events.record("help_request.claimed", actor=viewer, subject=current)
    return current


def assign(
    *, actor: Actor, help_request: HelpRequest, helper_id: Any, if_version: int | None = None
) -> HelpRequest:
    """Give a request to a helper; an unfit helper is `Invalid`, whatever the reason.

    One answer for unknown, inactive and blocked people, so that it tells nobody of a block.
    """
    viewer = Viewer.of(actor)
    current = visible(viewer, help_request)
    require(rules.can_assign_help_request, viewer, current)
    # Asks the host, so before the transaction.
    helper = _assignable(viewer, current, helper_id)
    return _assign(actor=viewer, help_request=current, helper=helper, if_version=if_version)


@write
def _assign(
    *, actor: Viewer, help_request: HelpRequest, helper: AbstractBaseUser, if_version: int | None
) -> HelpRequest:
    current = visible(actor, help_request)
    if current.status == Status.IN_PROGRESS and current.assigned_helper_id == helper.pk:
        return current
    before = _state(current)
    HELP_REQUEST.move(
        current,
        "assign",
        viewer=actor,
        if_version=if_version,
        sets={"assigned_helper_id": helper.pk},
    )
    _record(
        "help_request.assigned", actor, current, before, _state(current), helper_id=str(helper.pk)
    )
    return current


@write
def release(
    *, actor: Actor, help_request: HelpRequest, if_version: int | None = None
) -> HelpRequest:
    viewer = Viewer.of(actor)
    current = visible(viewer, help_request)
    before, helper_id = _state(current), current.assigned_helper_id
    HELP_REQUEST.move(current, "release", viewer=viewer, if_version=if_version)
    _record(
        "help_request.released",
        viewer,
        current,
        before,
        _state(current),
        owner_ids=(current.requester_id, helper_id),
    )
    return current


@write
def accept(
    *,
    actor: Actor,
    help_request: HelpRequest,
    response_id: UUID,
    if_version: int | None = None,
) -> HelpRequest:
    """Accept a response as the solution; another one may take its place later.

    Raises:
        Invalid: no such response to this request, one that asks back, or not seen by everybody.
    """
    viewer = Viewer.of(actor)
    current = visible(viewer, help_request)
    require(rules.can_accept_response, viewer, current)
    seen = HelpResponse.objects.visible_to(viewer)
    response = seen.filter(ACCEPTABLE, pk=response_id, help_request=current.pk).first()
    if response is None:
        raise _not_an_answer()
    if current.status == Status.RESOLVED and response.accepted_for_id == current.pk:
        return current
    before = _with_solution(current)
    HELP_REQUEST.move(current, "accept", viewer=viewer, if_version=if_version)
    mark_solution(current, response.pk)
    search.index(document_of(current))
    after = _with_solution(current)
    _record("help_request.accepted", viewer, current, before, after, response_id=str(response.pk))
    return current


@write
def unaccept(
    *, actor: Actor, help_request: HelpRequest, if_version: int | None = None
) -> HelpRequest:
    """Take the acceptance back: the question stands again."""
    viewer = Viewer.of(actor)
    current = visible(viewer, help_request)
    take_back(viewer, current, if_version=if_version)
    return current


def take_back(viewer: Viewer, help_request: HelpRequest, *, if_version: int | None = None) -> None:
    """Make the move `unaccept`, in a transaction."""
    before = _with_solution(help_request)
    HELP_REQUEST.move(help_request, "unaccept", viewer=viewer, if_version=if_version)
    mark_solution(help_request, None)
    search.index(document_of(help_request))
    after = _with_solution(help_request)
    _record("help_request.unaccepted", viewer, help_request, before, after)


@write
def close(
    *,
    actor: Actor,
    help_request: HelpRequest,
    reason: str = "",
    if_version: int | None = None,
) -> HelpRequest:
    viewer = Viewer.of(actor)
    current = visible(viewer, help_request)
    require(rules.can_close_help_request, viewer, current)
    before, cleaned = _state(current), clean_reason(reason)
    HELP_REQUEST.move(
        current,
        "close",
        viewer=viewer,
        if_version=if_version,
        sets={"closed_reason": cleaned},
    )
    _record("help_request.closed", viewer, current, before, _state(current), reason=cleaned)
    return current


@write
def reopen(
    *, actor: Actor, help_request: HelpRequest, if_version: int | None = None
) -> HelpRequest:
    viewer = Viewer.of(actor)
    current = visible(viewer, help_request)
    before = _state(current)
    HELP_REQUEST.move(current, "reopen", viewer=viewer, if_version=if_version)
    _record("help_request.reopened", viewer, current, before, _state(current))
    return current


@write
def release_expired_claims(*, limit: int = 1000) -> int:
    """Open again what was claimed and left without a word; the clock's move (`wm_tick`)."""
    expired = HelpRequest.objects.filter(
        status=Status.IN_PROGRESS, claimed_until__lte=timezone.now()
    ).order_by("claimed_until", "pk")
    released = 0
    for help_request in expired[:limit]:
        helper_id = help_request.assigned_helper_id
        HELP_REQUEST.move_by_clock(help_request, "release")
        events.record(
            "help_request.released", actor=None, subject=help_request, helper_id=str(helper_id)
        )
        released += 1
    return released


def _record(
    verb: str,
    viewer: Viewer,
    help_request: HelpRequest,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    **further: Any,
) -> None:
    """A move; one of the asker's, or of others among `owner_ids`, is in no moderator's log."""
    given = {"owner_ids": (help_request.requester_id,), **further}
    events.record_moderation(
        verb, actor=viewer, subject=help_request, before=before, after=after, **given
    )


def _state(help_request: HelpRequest) -> dict[str, Any]:
    """What a move changes, as the log tells it."""
    helper_id = help_request.assigned_helper_id
    return {
        "status": help_request.status,
        "helper_id": str(helper_id) if helper_id is not None else None,
    }


def _with_solution(help_request: HelpRequest) -> dict[str, Any]:
    solution = HelpResponse.objects.filter(accepted_for=help_request.pk).first()
    return {
        "status": help_request.status,
        "response_id": str(solution.pk) if solution else None,
    }


def _assignable(viewer: Viewer, help_request: HelpRequest, helper_id: Any) -> AbstractBaseUser:
    helper = find_user(helper_id, users().active_filter(""))
    if (
        helper is None
        or helper.pk == help_request.requester_id
        or not Viewer(helper).takes_part
        or _is_blocked(viewer, help_request, helper)
    ):
        raise Invalid.field(
            "helper_id", _("This person cannot help with this request."), "not_assignable"
        )
    return helper


def _is_blocked(viewer: Viewer, help_request: HelpRequest, helper: AbstractBaseUser) -> bool:
    others = {viewer.pk, help_request.requester_id} - {helper.pk, None}
    return bool(social().blocked_among(helper, others))


ACCEPTABLE = COUNTED & Q(asks_back=False)
"""What can be a solution: an answer, and one that everybody sees."""


def mark_solution(help_request: HelpRequest, response_id: UUID | None) -> None:
    """Make a response the solution, in place of the one that is, or none; holds the request's row.

    Raises:
        Invalid: it was hidden or deleted a moment ago.
    """
    HelpResponse.objects.filter(accepted_for=help_request.pk).update(accepted_for=None)
    if response_id is None:
        return
    answers = HelpResponse.objects.filter(ACCEPTABLE, pk=response_id)
    if not answers.update(accepted_for=help_request.pk):
        raise _not_an_answer()


def _not_an_answer() -> Invalid:
    message = _("This is not an answer to this request.")
    return Invalid.field("response_id", message, "does_not_exist")
