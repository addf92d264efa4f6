"""What every write asks first: may this person see it, is it clean, is it to be held."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.help_requests.models import (
    HelpRequest,
    HelpResponse,
    HelpResponseStep,
)
from wargame_mentorship.host import Viewer
from wargame_mentorship.photos import services as photos

MOST_PHOTOS = 8
"""On one request, and on one response."""


def visible(viewer: Viewer, help_request: HelpRequest) -> HelpRequest:
    """The request as it is now, if this viewer may see it."""
    found = (
        HelpRequest.objects.visible_to(viewer)
        .select_related("category", "subcategory")
        .filter(pk=help_request.pk)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def visible_response(viewer: Viewer, response: HelpResponse) -> HelpResponse:
    """The response as it is now, with its request, if this viewer may see it."""
    found = (
        HelpResponse.objects.visible_to(viewer)
        .select_related("help_request__category", "help_request__subcategory")
        .filter(pk=response.pk)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def lock(help_request_id: UUID) -> HelpRequest:
    """Hold a request's row to the end of the transaction, and read what it says then.

    Whoever changes answers holds it first, so that no two of them wait for each other and what a
    recount sees is true.
    """
    found = HelpRequest.objects.select_for_update().filter(pk=help_request_id).first()
    if found is None:
        raise NotFound
    return found


def rotate_photo_urls(help_request: HelpRequest) -> None:
    """Give every photo of a conversation a new URL, so that no cache keeps serving the old."""
    for kind in (HelpRequest.KIND, HelpRequest.OUTCOME_KIND):
        photos.rotate_urls(kind=kind, content_id=help_request.pk)
    responses = HelpResponse.objects.filter(help_request=help_request.pk)
    _rotate_photo_urls_of(responses)


def rotate_response_photo_urls(response: HelpResponse) -> None:
    """As `rotate_photo_urls`, of one answer and its steps."""
    _rotate_photo_urls_of(HelpResponse.objects.filter(pk=response.pk))


def _rotate_photo_urls_of(responses: QuerySet[HelpResponse]) -> None:
    ids = responses.values_list("pk", flat=True)
    steps = HelpResponseStep.objects.filter(response__in=responses).values_list("pk", flat=True)
    photos.rotate_all_urls(kind=HelpResponse.KIND, content_ids=list(ids))
    photos.rotate_all_urls(kind=HelpResponseStep.KIND, content_ids=list(steps.order_by()))
