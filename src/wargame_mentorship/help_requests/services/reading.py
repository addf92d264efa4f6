"""What readers leave behind: helpful votes and views."""

from __future__ import annotations

from django.db.models import F

from wargame_mentorship.core.mixins import COUNTED
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.visits import is_first_visit
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.help_requests import rules
from wargame_mentorship.help_requests.models import (
    HelpRequest,
    HelpResponse,
)
from wargame_mentorship.help_requests.services.common import (
    lock,
    visible_response,
)
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.reputation import services as reputation


@write
def mark_helpful(*, actor: Actor, response: HelpResponse, is_helpful: bool = True) -> HelpResponse:
    """Vote on a response; voting again the same way changes nothing."""
    viewer = Viewer.of(actor)
    current = visible_response(viewer, response)
    require(rules.can_vote_response, viewer, current)
    delta = reputation.cast_vote(
        actor=viewer,
        content_type=HelpResponse.KIND,
        content_id=current.pk,
        author_id=current.responder_id,
        is_helpful=is_helpful,
    )
    return _count_helpful(viewer, current, delta)


@write
def withdraw_vote(*, actor: Actor, response: HelpResponse) -> HelpResponse:
    """Take one's vote on a response back."""
    viewer = Viewer.of(actor)
    current = visible_response(viewer, response)
    require(rules.can_vote_response, viewer, current)
    delta = reputation.withdraw_vote(
        actor=viewer, content_type=HelpResponse.KIND, content_id=current.pk
    )
    return _count_helpful(viewer, current, delta)


def _count_helpful(viewer: Viewer, response: HelpResponse, delta: int) -> HelpResponse:
    if delta:
        # Held, so that nobody takes the answer out of view before its vote is counted.
        help_request = lock(response.help_request_id)
        HelpResponse.objects.filter(pk=response.pk).update(helpful_count=F("helpful_count") + delta)
        if HelpResponse.objects.filter(COUNTED, pk=response.pk).exists():
            HelpRequest.objects.filter(pk=help_request.pk).update(
                helpful_count=F("helpful_count") + delta
            )
        response.refresh_from_db()
        verb = "help_response.found_helpful" if delta > 0 else "help_response.vote_withdrawn"
        events.record(verb, actor=viewer, subject=response)
    return response


def count_view(*, actor: Actor, help_request: HelpRequest, visitor: str) -> None:
    """Count a reader once an hour; the asker's own views do not count.

    Args:
        visitor: who is reading, for those not signed in (`core.visits.visitor_of`).
    """
    viewer = Viewer.of(actor)
    who = str(viewer.pk) if viewer.is_authenticated else visitor
    if not rules.is_asker(viewer, help_request) and is_first_visit(help_request.pk, who):
        HelpRequest.objects.filter(pk=help_request.pk).update(view_count=F("view_count") + 1)
