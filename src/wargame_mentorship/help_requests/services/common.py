"""What every write asks first: may this person see it, is it clean, is it to be held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Invalid, NotFound
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.events import services as events
from wargame_mentorship.help_requests.models import (
    HelpRequest,
    HelpResponse,
    HelpResponseStep,
)
from wargame_mentorship.host import Submission, Viewer, moderation
from wargame_mentorship.host.moderation import Outcome
from wargame_mentorship.photos import services as photos
from wargame_mentorship.taxonomy.models import Category

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


@dataclass(frozen=True)
class Hold:
    """That a moderator is to look first, and why: the stable names of the host's verdict."""

    reasons: tuple[str, ...]


def screen(
    viewer: Viewer,
    kind: str,
    text: str,
    categories: Sequence[Category | None],
    photo_count: int,
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
            category_ids=tuple(category.pk for category in categories if category),
            photo_count=photo_count,
        )
    )
    if verdict.outcome == Outcome.REJECT:
        raise Invalid({}, _("This cannot be published here."))
    return Hold(verdict.reasons) if verdict.outcome == Outcome.HOLD else None


def moderation_columns(held: Hold | None) -> dict[str, Any]:
    if held:
        return {
            "moderation_state": ModerationState.HELD,
            "visible_since": None,
            # Of what it said before.
            "moderation_reason": "",
        }
    return {"moderation_state": ModerationState.VISIBLE, "visible_since": timezone.now()}


def record_hold(subject: HelpRequest | HelpResponse, held: Hold | None) -> None:
    """Tell the moderators, who alone read this, what they are to look at."""
    if held:
        events.record(f"{subject.KIND}.held", actor=None, subject=subject, reasons=held.reasons)


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
