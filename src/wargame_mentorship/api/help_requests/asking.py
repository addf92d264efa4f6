"""What comes before a question: its draft, and that somebody else's has solved it."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import SignedIn, View
from wargame_mentorship.api.fields import KeyField, TextField, YesNoField
from wargame_mentorship.api.help_requests.shapes import (
    HelpRequestDetailSerializer,
)
from wargame_mentorship.api.help_requests.views import TAGS, HelpRequestView
from wargame_mentorship.api.lists import refuse_unknown
from wargame_mentorship.api.photos import PhotoSerializer, photo_data
from wargame_mentorship.api.schema import IDEMPOTENCY_KEY, READ, WRITE, answers
from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.help_requests import rules, services
from wargame_mentorship.help_requests.models import HelpRequest, HelpRequestDraft
from wargame_mentorship.photos import services as photos


class DraftSerializer(serializers.Serializer[HelpRequestDraft]):
    """What somebody is writing; as it was typed, so not all of it may be taken in the end."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    description = serializers.CharField()
    category = serializers.CharField()
    subcategory = serializers.CharField()
    difficulty_level = serializers.CharField()
    urgency = serializers.CharField()
    language = serializers.CharField()
    is_public = serializers.BooleanField()
    facets = serializers.DictField(child=serializers.CharField())
    photos = PhotoSerializer(many=True, help_text="Those that are still there.")
    updated_at = serializers.DateTimeField()


class KeepSerializer(serializers.Serializer[HelpRequestDraft]):
    id = KeyField(help_text="A random UUID of your own, the same for as long as it is written.")
    title = TextField(required=False, allow_blank=True, trim_whitespace=False)
    description = TextField(required=False, allow_blank=True, trim_whitespace=False)
    category = TextField(required=False, allow_blank=True, max_length=50)
    subcategory = TextField(required=False, allow_blank=True, allow_null=True, max_length=50)
    difficulty_level = TextField(required=False, allow_blank=True, allow_null=True, max_length=50)
    urgency = TextField(required=False, allow_blank=True, max_length=50)
    language = TextField(required=False, allow_blank=True, max_length=50)
    is_public = YesNoField(required=False)
    facets = serializers.DictField(
        child=TextField(allow_blank=True, allow_null=True), required=False
    )
    photo_ids = serializers.ListField(
        child=KeyField(), required=False, max_length=services.MOST_PHOTOS
    )


class Draft(View):
    permission_classes = (SignedIn,)

    def fetch(self) -> HelpRequestDraft:
        found = services.draft_of(self.viewer)
        if found is None:
            raise NotFound
        return found

    def shown(self, draft: HelpRequestDraft) -> Response:
        names = (*services.DRAFT_NAMES, "facets")
        pictures = photos.unattached_photos(
            self.viewer, [UUID(key) for key in draft.data["photo_ids"]]
        )
        return Response(
            {
                "id": str(draft.pk),
                **{name: draft.data[name] for name in names},
                "photos": [photo_data(picture) for picture in pictures],
                "updated_at": draft.updated_at,
            }
        )

    @extend_schema(
        operation_id="help_draft_read", tags=TAGS, responses=answers({200: DraftSerializer}, *READ)
    )
    def get(self, request: Request) -> Response:
        """The question that you are writing, on whatever device; 404 if there is none."""
        refuse_unknown(request, frozenset())
        return self.shown(self.fetch())

    @extend_schema(
        operation_id="help_draft_keep",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=KeepSerializer,
        responses=answers({200: DraftSerializer}, *WRITE),
    )
    def put(self, request: Request) -> Response:
        """Keep what you have typed so far; the last save wins."""
        data = self.cleaned(KeepSerializer)
        draft_id = data.pop("id")
        return self.act(
            lambda: services.keep_draft(actor=self.viewer, draft_id=draft_id, data=data),
            again=lambda pk: self.fetch(),
            answer=self.shown,
        )

    @extend_schema(
        operation_id="help_draft_discard",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses=answers({204: None}, *WRITE),
    )
    def delete(self, request: Request) -> Response:
        """Throw your draft away."""
        return self.act(
            lambda: services.discard_draft(actor=self.viewer, draft_id=self.fetch().pk),
            again=lambda pk: HelpRequestDraft(pk=pk),
            answer=lambda draft: Response(status=204),
            takes_body=False,
        )


class DeflectSerializer(serializers.Serializer[HelpRequest]):
    draft = KeyField(required=False, source="draft_id", help_text="Yours, which then goes.")


class SolvedMine(HelpRequestView):
    @extend_schema(
        operation_id="help_requests_solved_mine",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=DeflectSerializer,
        responses=answers({200: HelpRequestDetailSerializer}, *WRITE),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Say that this solved the question that you were about to ask; counted once."""
        entry = self.fetch(pk)
        self.authorize(rules.can_deflect_help_request, entry)
        given = self.cleaned(DeflectSerializer)
        return self.act(
            lambda: services.deflect(actor=self.viewer, help_request=entry, **given),
            again=self.fetch,
            answer=self.detail,
        )
