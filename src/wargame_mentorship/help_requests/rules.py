"""Who may do what to a help request or a response; asked for everybody, superusers included.

Whether somebody may *see* it is `visible_to`'s business and has been asked before.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from wargame_mentorship.core.permissions import taking_part
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse, Status
from wargame_mentorship.host import Viewer
from wargame_mentorship.taxonomy.models import Category

REOPEN_WITHIN = timedelta(days=90)


def is_asker(viewer: Viewer, help_request: HelpRequest) -> bool:
    return viewer.is_me(help_request.requester_id)


def is_moderator(viewer: Viewer, help_request: HelpRequest) -> bool:
    return not viewer.moderated_ids(Category).isdisjoint(help_request.category_ids)


@taking_part
def can_ask_help_request(viewer: Viewer, category: Category) -> bool:
    """Anybody who takes part."""
    return True


@taking_part
def can_deflect_help_request(viewer: Viewer, help_request: HelpRequest) -> bool:
    """Whoever asked it accepts an answer instead."""
    return not is_asker(viewer, help_request)


@taking_part
def can_edit_help_request(viewer: Viewer, help_request: HelpRequest) -> bool:
    return is_asker(viewer, help_request) or is_moderator(viewer, help_request)


@taking_part
def can_move_help_request(
    viewer: Viewer, help_request: HelpRequest, category_ids: Collection[UUID]
) -> bool:
    """Its asker files it anywhere; a moderator moves it between categories of theirs only."""
    is_theirs = not viewer.moderated_ids(Category).isdisjoint(category_ids)
    return is_asker(viewer, help_request) or is_theirs


@taking_part
def can_delete_help_request(viewer: Viewer, help_request: HelpRequest) -> bool:
    return is_asker(viewer, help_request) or is_moderator(viewer, help_request)


@taking_part
def can_respond_help_request(viewer: Viewer, help_request: HelpRequest) -> bool:
    """Anybody who takes part."""
    return True


@taking_part
def can_claim_help_request(viewer: Viewer, help_request: HelpRequest) -> bool:
    return not is_asker(viewer, help_request)


@taking_part
def can_assign_help_request(viewer: Viewer, help_request: HelpRequest) -> bool:
    return is_asker(viewer, help_request) or is_moderator(viewer, help_request)


@taking_part
def can_release_help_request(viewer: Viewer, help_request: HelpRequest) -> bool:
    return (
        viewer.is_me(help_request.assigned_helper_id)
        or is_asker(viewer, help_request)
        or is_moderator(viewer, help_request)
    )


@taking_part
def can_accept_response(viewer: Viewer, help_request: HelpRequest) -> bool:
    return is_asker(viewer, help_request) or is_moderator(viewer, help_request)


@taking_part
def can_close_help_request(viewer: Viewer, help_request: HelpRequest) -> bool:
    return is_asker(viewer, help_request) or is_moderator(viewer, help_request)


@taking_part
def can_reopen_help_request(viewer: Viewer, help_request: HelpRequest) -> bool:
    if is_moderator(viewer, help_request):
        return True
    ended_at = help_request.closed_at or help_request.resolved_at
    recent = ended_at is None or timezone.now() - ended_at <= REOPEN_WITHIN
    return is_asker(viewer, help_request) and recent


@taking_part
def can_ask_for_info(viewer: Viewer, help_request: HelpRequest) -> bool:
    """Whoever would help may ask back; there has to be an asker who could answer.

    Not only who has claimed it: a question that nobody understands is claimed by nobody.
    """
    return help_request.requester_id is not None and not is_asker(viewer, help_request)


@taking_part
def can_tell_outcome(viewer: Viewer, help_request: HelpRequest) -> bool:
    """Nobody but the asker knows how it went."""
    return is_asker(viewer, help_request)


@taking_part
def can_withdraw_outcome(viewer: Viewer, help_request: HelpRequest) -> bool:
    return is_asker(viewer, help_request) or is_moderator(viewer, help_request)


@taking_part
def can_edit_response(viewer: Viewer, response: HelpResponse) -> bool:
    return viewer.is_me(response.responder_id) or is_moderator(viewer, response.help_request)


@taking_part
def can_delete_response(viewer: Viewer, response: HelpResponse) -> bool:
    return viewer.is_me(response.responder_id) or is_moderator(viewer, response.help_request)


def must_keep_response(viewer: Viewer, response: HelpResponse) -> bool:
    """The solution is not its author's alone any more; only moderators may pull it away."""
    help_request = response.help_request
    is_solved = help_request.status in {Status.RESOLVED, Status.CLOSED}
    return response.is_solution and is_solved and not is_moderator(viewer, help_request)


@taking_part
def can_vote_response(viewer: Viewer, response: HelpResponse) -> bool:
    """Never on one's own, and nobody votes for somebody else, whatever their rank."""
    return not viewer.is_me(response.responder_id)
