"""What help requests and responses look like from outside, in and out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from rest_framework import serializers

from wargame_mentorship.api.attribution import AttributionSerializer, attribution_data
from wargame_mentorship.api.fields import KeyField, NumberField, SlugField, TextField, YesNoField
from wargame_mentorship.api.help_requests.beside import Beside
from wargame_mentorship.api.people import PersonSerializer, UserKeyField, person
from wargame_mentorship.api.photos import PhotoSerializer, photo_data, photos_data
from wargame_mentorship.core import registry
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.paging import Ordering, paginate
from wargame_mentorship.flows.imports.attribution import attribution_of
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.facets import LONGEST_VALUE, ShownFacet, facets_of
from wargame_mentorship.help_requests.models import (
    Difficulty,
    HelpRequest,
    HelpResponse,
    HelpResponseStep,
    Status,
    Urgency,
)
from wargame_mentorship.help_requests.querysets import QUEUES
from wargame_mentorship.help_requests.transitions import available_actions
from wargame_mentorship.host import Viewer
from wargame_mentorship.photos import services as photos
from wargame_mentorship.photos.models import Photo
from wargame_mentorship.reputation.services import votes_of

MOST_RESPONSES_SHOWN = 200
RESPONSE_ORDERING = Ordering("oldest", ("created_at", "id"))


class StepSerializer(serializers.Serializer[HelpResponseStep]):
    id = serializers.UUIDField()
    position = serializers.IntegerField(help_text="From 1.")
    text = serializers.CharField()
    text_html = serializers.CharField()
    photo = PhotoSerializer(allow_null=True)


class FacetSerializer(serializers.Serializer[ShownFacet]):
    """What was answered to a guided question of the category."""

    slug = serializers.SlugField(help_text="Of the prompt.")
    label = serializers.CharField()  # type: ignore[assignment] # the API's name for it
    value = serializers.CharField()


class HelpResponseSerializer(serializers.Serializer[HelpResponse]):
    id = serializers.UUIDField()
    help_request = serializers.UUIDField()
    responder = PersonSerializer(allow_null=True)
    attribution = AttributionSerializer(
        allow_null=True, help_text="Of imported content whose author has no account here."
    )
    response_text = serializers.CharField()
    response_text_html = serializers.CharField()
    steps = StepSerializer(many=True, help_text="In their order.")
    asks_back = serializers.BooleanField(
        help_text="True: a question to the asker, which cannot be accepted."
    )
    photos = PhotoSerializer(many=True)
    image_urls = serializers.ListField(child=serializers.CharField())
    is_solution = serializers.BooleanField()
    helpful_count = serializers.IntegerField()
    my_vote = serializers.BooleanField(allow_null=True)
    moderation_state = serializers.ChoiceField(choices=ModerationState.choices)
    hidden = serializers.BooleanField(
        help_text="True: a placeholder for an answer by somebody whom a block hides."
    )
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(
        allow_null=True, help_text="When its words or pictures were last changed, if they were."
    )
    version = serializers.IntegerField()


class OutcomeSerializer(serializers.Serializer[HelpRequest]):
    """How it went, as the asker tells it."""

    text = serializers.CharField(allow_blank=True)
    text_html = serializers.CharField(allow_blank=True)
    photos = PhotoSerializer(many=True)
    satisfaction = serializers.IntegerField(allow_null=True, min_value=1, max_value=5)
    told_at = serializers.DateTimeField()


class HelpRequestSerializer(serializers.Serializer[HelpRequest]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    description = serializers.CharField()
    description_html = serializers.CharField()
    category = serializers.SlugField()
    subcategory = serializers.SlugField(allow_null=True)
    difficulty_level = serializers.ChoiceField(choices=Difficulty.choices, allow_null=True)
    urgency = serializers.ChoiceField(choices=Urgency.choices)
    status = serializers.ChoiceField(choices=Status.choices)
    queue = serializers.ChoiceField(choices=QUEUES, allow_null=True)
    language = serializers.CharField()
    is_public = serializers.BooleanField()
    facets = FacetSerializer(many=True)
    requester = PersonSerializer(allow_null=True)
    attribution = AttributionSerializer(
        allow_null=True, help_text="Of imported content whose author has no account here."
    )
    assigned_helper = PersonSerializer(allow_null=True)
    claimed_until = serializers.DateTimeField(allow_null=True)
    photos = PhotoSerializer(many=True)
    image_urls = serializers.ListField(child=serializers.CharField())
    view_count = serializers.IntegerField()
    helpful_count = serializers.IntegerField()
    response_count = serializers.IntegerField()
    moderation_state = serializers.ChoiceField(choices=ModerationState.choices)
    url = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    closed_reason = serializers.CharField()
    first_response_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class HelpRequestDetailSerializer(HelpRequestSerializer):
    responses = HelpResponseSerializer(
        many=True,
        help_text=f"The solution first, then the first {MOST_RESPONSES_SHOWN} as written.",
    )
    responses_next = serializers.CharField(
        allow_null=True, help_text="Path of the list of those that come after, if there are more."
    )
    solution = HelpResponseSerializer(
        allow_null=True,
        help_text="The accepted answer; of a request that was opened again, an earlier one.",
    )
    outcome = OutcomeSerializer(allow_null=True)
    available_actions = serializers.ListField(child=serializers.CharField())


class SimilarSerializer(serializers.Serializer[HelpRequest]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    url = serializers.CharField()
    is_solved = serializers.BooleanField()
    response_count = serializers.IntegerField()
    thumbnail_url = serializers.CharField(allow_null=True)


class QuestionSerializer(serializers.Serializer[HelpRequest]):
    """What its asker says of a request."""

    title = TextField(max_length=200)
    description = TextField(trim_whitespace=False)
    category = SlugField()
    subcategory = SlugField(required=False, allow_null=True)
    difficulty_level = serializers.ChoiceField(
        choices=Difficulty.choices, required=False, allow_null=True
    )
    urgency = serializers.ChoiceField(choices=Urgency.choices, required=False)
    is_public = YesNoField(required=False)
    photo_ids = serializers.ListField(
        child=KeyField(), required=False, max_length=services.MOST_PHOTOS
    )
    language = TextField(max_length=15, required=False)
    facets = serializers.DictField(
        child=TextField(max_length=LONGEST_VALUE, allow_blank=True, allow_null=True),
        required=False,
        help_text="By slug of a prompt of the category; blank or null takes one away.",
    )

    def validate_difficulty_level(self, value: str | None) -> str:
        return value or ""


class AskSerializer(QuestionSerializer):
    draft = KeyField(
        required=False, source="draft_id", help_text="The draft that this was; it goes."
    )


class EditSerializer(QuestionSerializer):
    title = TextField(max_length=200, required=False)
    description = TextField(trim_whitespace=False, required=False)
    category = SlugField(required=False)


class StepInputSerializer(serializers.Serializer[HelpResponseStep]):
    text = TextField(
        trim_whitespace=False, help_text=f"At most {services.LONGEST_STEP} characters."
    )
    photo_id = KeyField(required=False, allow_null=True)


class RespondSerializer(serializers.Serializer[HelpResponse]):
    response_text = TextField(trim_whitespace=False)
    photo_ids = serializers.ListField(
        child=KeyField(), required=False, max_length=services.MOST_PHOTOS
    )
    steps = serializers.ListField(
        child=StepInputSerializer(), required=False, max_length=services.MOST_STEPS
    )


class EditResponseSerializer(RespondSerializer):
    response_text = TextField(trim_whitespace=False, required=False)


class NeedsInfoSerializer(serializers.Serializer[HelpResponse]):
    question = TextField(trim_whitespace=False)


class TellOutcomeSerializer(serializers.Serializer[HelpRequest]):
    """At least one of these."""

    text = TextField(trim_whitespace=False, required=False, allow_blank=True)
    photo_ids = serializers.ListField(
        child=KeyField(), required=False, max_length=services.MOST_PHOTOS
    )
    satisfaction = NumberField(required=False, allow_null=True, min_value=1, max_value=5)


class AssignSerializer(serializers.Serializer[HelpRequest]):
    helper_id = UserKeyField(required=False, allow_null=True)


class AcceptSerializer(serializers.Serializer[HelpRequest]):
    response_id = KeyField(allow_null=True)


class CloseSerializer(serializers.Serializer[HelpRequest]):
    reason = TextField(max_length=200, required=False, allow_blank=True)


def request_data(
    viewer: Viewer, entries: Sequence[HelpRequest], beside: Beside | None = None
) -> list[dict[str, Any]]:
    """Help requests as lists show them; so many queries however many there are."""
    beside = beside or Beside.of(viewer, requests=entries)
    people, pictures = beside.people, beside.pictures
    facets = facets_of([entry.pk for entry in entries])
    attributions = attribution_of(
        HelpRequest.KIND,
        {entry.pk: entry.version for entry in entries if entry.requester_id is None},
    )
    kind = registry.get(HelpRequest.KIND)
    return [
        {
            "id": str(entry.pk),
            "title": entry.title,
            "description": entry.description,
            "description_html": entry.description_html,
            # What `with_slugs` has annotated.
            "category": vars(entry)["category_slug"],
            "subcategory": vars(entry)["subcategory_slug"],
            "difficulty_level": entry.difficulty_level or None,
            "urgency": entry.urgency,
            "status": entry.status,
            "queue": getattr(entry, "queue", "") or None,
            "language": entry.language,
            "is_public": entry.is_public,
            "facets": [facet._asdict() for facet in facets[entry.pk]],
            "requester": person(people, entry.requester_id),
            "attribution": attribution_data(attributions.get(entry.pk)),
            "assigned_helper": _helper(viewer, people, entry),
            "claimed_until": entry.claimed_until,
            **photos_data(pictures.get(entry.pk, ())),
            "view_count": entry.view_count,
            "helpful_count": entry.helpful_count,
            "response_count": entry.response_count,
            "moderation_state": entry.moderation_state,
            "url": kind.url(entry),
            "created_at": entry.created_at,
            "updated_at": entry.updated_at,
            "resolved_at": entry.resolved_at,
            "closed_at": entry.closed_at,
            "closed_reason": entry.closed_reason,
            "first_response_at": entry.first_response_at,
            "version": entry.version,
        }
        for entry in entries
    ]


def _helper(viewer: Viewer, people: Any, entry: HelpRequest) -> dict[str, Any] | None:
    if entry.assigned_helper_id in viewer.hidden_ids:
        return None
    return person(people, entry.assigned_helper_id)


def response_data(
    viewer: Viewer, entries: Sequence[HelpResponse], beside: Beside | None = None
) -> list[dict[str, Any]]:
    """Responses as a conversation shows them, with placeholders for whom a block hides."""
    beside = beside or Beside.of(viewer, responses=entries)
    people, pictures = beside.people, beside.pictures
    shown = [entry for entry in entries if entry.responder_id not in viewer.hidden_ids]
    votes = votes_of(viewer, HelpResponse.KIND, [entry.pk for entry in shown])
    attributions = attribution_of(
        HelpResponse.KIND,
        {entry.pk: entry.version for entry in shown if entry.responder_id is None},
    )
    answers = []
    for entry in entries:
        hidden = entry.responder_id in viewer.hidden_ids
        own = () if hidden else pictures.get(entry.pk, ())
        answers.append(
            {
                "id": str(entry.pk),
                "help_request": str(entry.help_request_id),
                "responder": None if hidden else person(people, entry.responder_id),
                "attribution": attribution_data(attributions.get(entry.pk)),
                "response_text": "" if hidden else entry.response_text,
                "response_text_html": "" if hidden else entry.response_text_html,
                "steps": [] if hidden else _steps(beside.steps[entry.pk], pictures),
                "asks_back": entry.asks_back,
                **photos_data(own),
                "is_solution": entry.is_solution,
                "helpful_count": entry.helpful_count,
                "my_vote": votes.get(entry.pk),
                "moderation_state": entry.moderation_state,
                "hidden": hidden,
                "created_at": entry.created_at,
                "updated_at": entry.updated_at,
                "edited_at": None if hidden else entry.edited_at,
                "version": entry.version,
            }
        )
    return answers


def _steps(
    steps: Sequence[HelpResponseStep], pictures: Mapping[UUID, Sequence[Photo]]
) -> list[dict[str, Any]]:
    return [
        {
            "id": str(step.pk),
            "position": step.position,
            "text": step.text,
            "text_html": step.text_html,
            "photo": next((photo_data(picture) for picture in pictures[step.pk]), None),
        }
        for step in steps
    ]


def detail_data(viewer: Viewer, entry: HelpRequest) -> dict[str, Any]:
    conversation = HelpResponse.objects.all().in_conversation_of(entry, viewer)
    page = paginate(
        conversation, ordering=RESPONSE_ORDERING, cursor=None, size=MOST_RESPONSES_SHOWN
    )
    shown = sorted(page.items, key=lambda response: not response.is_solution)
    if page.next_cursor and not shown[0].is_solution:
        # It may be further down than this reaches.
        shown = [*conversation.filter(accepted_for=entry.pk), *shown]
    beside = Beside.of(viewer, requests=[entry], responses=shown)
    responses = response_data(viewer, shown, beside)
    [data] = request_data(viewer, [entry], beside)
    return {
        **data,
        "responses": responses,
        "responses_next": _further_responses(entry, page.next_cursor),
        "solution": next((one for one in responses if one["is_solution"]), None),
        "outcome": _outcome(entry),
        "available_actions": available_actions(viewer, entry),
    }


def _further_responses(entry: HelpRequest, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    path = reverse("wargame_mentorship_api:responses", args=[entry.pk])
    return f"{path}?{urlencode({'cursor': cursor})}"


def _outcome(entry: HelpRequest) -> dict[str, Any] | None:
    if entry.outcome_at is None:
        return None
    pictures = photos.photos_of(HelpRequest.OUTCOME_KIND, [entry.pk])[entry.pk]
    return {
        "text": entry.outcome_text,
        "text_html": entry.outcome_text_html,
        "photos": [photo_data(picture) for picture in pictures],
        "satisfaction": entry.satisfaction,
        "told_at": entry.outcome_at,
    }


def similar_data(viewer: Viewer, entries: Sequence[HelpRequest]) -> list[dict[str, Any]]:
    pictures = photos.photos_of(HelpRequest.KIND, [entry.pk for entry in entries])
    kind = registry.get(HelpRequest.KIND)
    answers = []
    for entry in entries:
        first = next(iter(pictures.get(entry.pk, [])), None)
        answers.append(
            {
                "id": str(entry.pk),
                "title": entry.title,
                "url": kind.url(entry),
                "is_solved": entry.resolved_at is not None,
                "response_count": entry.response_count,
                "thumbnail_url": first.thumbnail_url if first else None,
            }
        )
    return answers
