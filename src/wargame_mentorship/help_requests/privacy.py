"""What a person may take along, and what is left when they go."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import F, QuerySet

from wargame_mentorship.core.writes import write
from wargame_mentorship.help_requests.models import (
    HelpRequest,
    HelpRequestDraft,
    HelpResponse,
    HelpResponseStep,
    Status,
)
from wargame_mentorship.photos import services as photos
from wargame_mentorship.search import services as search


def export_user_data(user: AbstractBaseUser) -> dict[str, list[dict[str, Any]]]:
    """Everything that somebody wrote in this room, deleted things too."""
    asked = HelpRequest.objects.filter(requester_id=user.pk).select_related(
        "category", "subcategory"
    )
    asked = asked.prefetch_related("facets__prompt")
    answered = HelpResponse.objects.filter(responder_id=user.pk).prefetch_related("steps")
    return {
        "help_requests": [
            {
                "id": str(entry.pk),
                "title": entry.title,
                "description": entry.description,
                "category": entry.category.slug,
                "subcategory": entry.subcategory.slug if entry.subcategory else None,
                "difficulty_level": entry.difficulty_level,
                "urgency": entry.urgency,
                "status": entry.status,
                "is_public": entry.is_public,
                "language": entry.language,
                "facets": {facet.prompt.slug: facet.value for facet in entry.facets.all()},
                "closed_reason": entry.closed_reason,
                "outcome_text": entry.outcome_text,
                "satisfaction": entry.satisfaction,
                "outcome_at": entry.outcome_at and entry.outcome_at.isoformat(),
                "moderation_state": entry.moderation_state,
                "moderation_reason": entry.moderation_reason,
                "created_at": entry.created_at.isoformat(),
                "deleted_at": entry.deleted_at and entry.deleted_at.isoformat(),
            }
            for entry in asked.order_by("created_at", "pk")
        ],
        "help_request_drafts": [
            {"id": str(draft.pk), **draft.data, "updated_at": draft.updated_at.isoformat()}
            for draft in HelpRequestDraft.objects.filter(owner_id=user.pk)
        ],
        "help_responses": [
            {
                "id": str(entry.pk),
                "help_request": str(entry.help_request_id),
                "response_text": entry.response_text,
                "steps": [step.text for step in entry.steps.all()],
                "asks_back": entry.asks_back,
                "is_solution": entry.is_solution,
                "moderation_state": entry.moderation_state,
                "moderation_reason": entry.moderation_reason,
                "created_at": entry.created_at.isoformat(),
                "edited_at": entry.edited_at and entry.edited_at.isoformat(),
                "deleted_at": entry.deleted_at and entry.deleted_at.isoformat(),
            }
            for entry in answered.order_by("created_at", "pk")
        ],
    }


@write
def erase_user(user: AbstractBaseUser) -> None:
    """Unlink a person from this room.

    Public questions, their outcomes and answers stay, unattributed, for those they help. What
    concerned only the person goes for good: private requests that nobody else answered, and what
    was deleted.
    """
    HelpRequestDraft.objects.filter(owner_id=user.pk).delete()
    mine = HelpRequest.objects.filter(requester_id=user.pk)
    own_alone = mine.filter(is_public=False).exclude(pk__in=_answered_by_others(user))
    gone = [*own_alone.values_list("pk", flat=True)]
    gone += mine.exclude(deleted_at=None).values_list("pk", flat=True)
    search.remove(HelpRequest.KIND, gone)
    _delete_responses(HelpResponse.objects.filter(help_request__in=gone))
    _delete_responses(HelpResponse.objects.filter(responder_id=user.pk).exclude(deleted_at=None))
    for pk in gone:
        photos.delete_photos_of(kind=HelpRequest.KIND, content_id=pk)
        photos.delete_photos_of(kind=HelpRequest.OUTCOME_KIND, content_id=pk)
    HelpRequest.objects.filter(pk__in=gone).delete()
    _forget_empty_outcomes(mine)
    now_unattributed = HelpRequest.objects.filter(requester_id=user.pk)
    # Nobody is left who could answer what was asked back.
    now_unattributed.update(requester=None, needs_info_since=None, version=F("version") + 1)
    HelpResponse.objects.filter(responder_id=user.pk).update(
        responder=None, version=F("version") + 1
    )
    HelpRequest.objects.filter(assigned_helper_id=user.pk, status=Status.IN_PROGRESS).update(
        status=Status.OPEN, assigned_helper=None, claimed_until=None, version=F("version") + 1
    )
    HelpRequest.objects.filter(assigned_helper_id=user.pk).update(assigned_helper=None)
    HelpRequest.objects.filter(deleted_by_id=user.pk).update(deleted_by=None)
    HelpResponse.objects.filter(deleted_by_id=user.pk).update(deleted_by=None)


def _delete_responses(responses: QuerySet[HelpResponse]) -> None:
    """For good, with photos that others may have added to them."""
    ids = list(responses.values_list("pk", flat=True))
    steps = HelpResponseStep.objects.filter(response__in=ids).values_list("pk", flat=True)
    for kind, keys in ((HelpResponse.KIND, ids), (HelpResponseStep.KIND, list(steps))):
        for pk in keys:
            photos.delete_photos_of(kind=kind, content_id=pk)
    HelpResponse.objects.filter(pk__in=ids).delete()


def _forget_empty_outcomes(help_requests: QuerySet[HelpRequest]) -> None:
    """Of those that were told in photos alone nothing is left once the photos are gone."""
    told = help_requests.filter(outcome_text="", satisfaction=None).exclude(outcome_at=None)
    pictures = photos.photos_of(HelpRequest.OUTCOME_KIND, list(told.values_list("pk", flat=True)))
    empty = [pk for pk, found in pictures.items() if not found]
    HelpRequest.objects.filter(pk__in=empty).update(outcome_at=None)


def _answered_by_others(user: AbstractBaseUser) -> Any:
    return (
        HelpResponse.objects.filter(help_request__requester_id=user.pk)
        .exclude(responder_id=user.pk)
        .values("help_request")
    )
