"""What somebody is still writing in the forums: a new topic, and a reply in each topic."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import SignedIn
from wargame_mentorship.api.fields import KeyField, TextField
from wargame_mentorship.api.forums.topics import TAGS, ForumTopicView
from wargame_mentorship.api.lists import refuse_unknown
from wargame_mentorship.api.photos import PhotoSerializer, photo_data
from wargame_mentorship.api.schema import IDEMPOTENCY_KEY, READ, WRITE, answers
from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.forums import rules, services
from wargame_mentorship.forums.models import ForumCategory, ForumDraft, ForumTopic
from wargame_mentorship.photos import services as photos

MOST_TAGS = 50
"""In a draft; what has too many is refused when it is sent."""
KEY_HELP = "A random UUID of your own, the same for as long as it is written."


class ForumTopicDraftSerializer(serializers.Serializer[ForumDraft]):
    """A topic as it was typed, so not all of it may be taken in the end."""

    id = serializers.UUIDField()
    category_id = serializers.UUIDField(allow_null=True)
    category = serializers.SlugField(allow_null=True)
    title = serializers.CharField()
    description = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    language = serializers.CharField()
    photos = PhotoSerializer(many=True, help_text="Those that are still there.")
    updated_at = serializers.DateTimeField()


class ForumReplyDraftSerializer(serializers.Serializer[ForumDraft]):
    """A reply as it was typed, so not all of it may be taken in the end."""

    id = serializers.UUIDField()
    topic = serializers.UUIDField()
    content = serializers.CharField()
    reply_to_id = serializers.UUIDField(allow_null=True)
    photos = PhotoSerializer(many=True, help_text="Those that are still there.")
    updated_at = serializers.DateTimeField()


class KeepTopicSerializer(serializers.Serializer[ForumDraft]):
    id = KeyField(help_text=KEY_HELP)
    category_id = KeyField(
        required=False, allow_null=True, help_text="Left out if it is of none that is in use."
    )
    title = TextField(required=False, allow_blank=True, trim_whitespace=False)
    description = TextField(required=False, allow_blank=True, trim_whitespace=False)
    tags = serializers.ListField(
        child=TextField(allow_blank=True), required=False, max_length=MOST_TAGS
    )
    language = TextField(required=False, allow_blank=True, max_length=15)
    photo_ids = serializers.ListField(
        child=KeyField(), required=False, max_length=services.MOST_PHOTOS
    )


class KeepReplySerializer(serializers.Serializer[ForumDraft]):
    id = KeyField(help_text=KEY_HELP)
    content = TextField(required=False, allow_blank=True, trim_whitespace=False)
    reply_to_id = KeyField(required=False, allow_null=True)
    photo_ids = serializers.ListField(
        child=KeyField(), required=False, max_length=services.MOST_PHOTOS
    )


class DraftView(ForumTopicView):
    """One draft of the viewer's: of a reply in a topic, or of a new one."""

    permission_classes = (SignedIn,)

    def draft(self, topic: ForumTopic | None = None) -> ForumDraft:
        if (found := services.draft_of(self.viewer, topic)) is None:
            raise NotFound
        return found

    def shown(self, draft: ForumDraft) -> Response:
        keys = [UUID(key) for key in draft.data["photo_ids"]]
        pictures = photos.unattached_photos(self.viewer, keys) if keys else []
        fields = _reply_data(draft) if draft.topic_id else _topic_data(draft)
        return Response(
            {
                "id": str(draft.pk),
                **fields,
                "photos": [photo_data(picture) for picture in pictures],
                "updated_at": draft.updated_at,
            }
        )

    def discard(self, topic: ForumTopic | None = None) -> Response:
        return self.act(
            lambda: services.discard_draft(actor=self.viewer, draft_id=self.draft(topic).pk),
            again=lambda pk: ForumDraft(pk=pk),
            answer=lambda draft: Response(status=204),
            takes_body=False,
        )


def _topic_data(draft: ForumDraft) -> dict[str, Any]:
    data = draft.data
    return {
        "category_id": draft.category and str(draft.category.pk),
        "category": draft.category and draft.category.slug,
        "title": data["title"],
        "description": data["description"],
        "tags": services.split_tags(data["tags"]),
        "language": data["language"],
    }


def _reply_data(draft: ForumDraft) -> dict[str, Any]:
    return {
        "topic": str(draft.topic_id),
        "content": draft.data["content"],
        "reply_to_id": draft.data["reply_to_id"],
    }


class TopicDraft(DraftView):
    @extend_schema(
        operation_id="forum_topic_draft_read",
        tags=TAGS,
        responses=answers({200: ForumTopicDraftSerializer}, *READ),
    )
    def get(self, request: Request) -> Response:
        """The topic that you are writing, on whatever device; 404 if there is none."""
        refuse_unknown(request, frozenset())
        return self.shown(self.draft())

    @extend_schema(
        operation_id="forum_topic_draft_keep",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=KeepTopicSerializer,
        responses=answers({200: ForumTopicDraftSerializer}, *WRITE),
    )
    def put(self, request: Request) -> Response:
        """Keep what you have typed of a new topic so far; the last save wins."""
        data = self.cleaned(KeepTopicSerializer)
        draft_id = data.pop("id")
        in_use = ForumCategory.objects.in_use()
        category_id = data.pop("category_id", None)
        category = in_use.filter(pk=category_id).first() if category_id else None
        return self.act(
            lambda: services.keep_draft(
                actor=self.viewer, draft_id=draft_id, data=data, category=category
            ),
            again=lambda pk: self.draft(),
            answer=self.shown,
        )

    @extend_schema(
        operation_id="forum_topic_draft_discard",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses=answers({204: None}, *WRITE),
    )
    def delete(self, request: Request) -> Response:
        """Throw away the topic that you were writing."""
        return self.discard()


class ReplyDraft(DraftView):
    @extend_schema(
        operation_id="forum_reply_draft_read",
        tags=TAGS,
        responses=answers({200: ForumReplyDraftSerializer}, *READ),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """The reply that you are writing in a topic, on whatever device; 404 if there is none."""
        refuse_unknown(request, frozenset())
        return self.shown(self.draft(self.fetch(pk)))

    @extend_schema(
        operation_id="forum_reply_draft_keep",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=KeepReplySerializer,
        responses=answers({200: ForumReplyDraftSerializer}, *WRITE),
    )
    def put(self, request: Request, pk: UUID) -> Response:
        """Keep what you have typed of a reply so far, in a locked topic too; the last save wins."""
        topic = self.fetch(pk)
        self.authorize(rules.can_reply_topic, topic)
        data = self.cleaned(KeepReplySerializer)
        draft_id = data.pop("id")
        return self.act(
            lambda: services.keep_draft(
                actor=self.viewer, draft_id=draft_id, data=data, topic=topic
            ),
            again=lambda draft_pk: self.draft(topic),
            answer=self.shown,
        )

    @extend_schema(
        operation_id="forum_reply_draft_discard",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses=answers({204: None}, *WRITE),
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        """Throw away the reply that you were writing."""
        return self.discard(self.fetch(pk))
