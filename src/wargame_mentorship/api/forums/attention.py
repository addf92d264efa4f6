"""What somebody wants to hear of a topic or a category, and what of it they have read."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.db.models import Model
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.attention import Attend, described
from wargame_mentorship.api.base import View
from wargame_mentorship.api.forums import shapes
from wargame_mentorship.api.forums.topics import TAGS, ForumCategoryView, ForumTopicView
from wargame_mentorship.api.schema import IDEMPOTENCY_KEY, WRITE, answers
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumCategory, ForumTopic
from wargame_mentorship.notifications import services as notifications

ATTENTION = inline_serializer(
    "Attention",
    {"is_watched": serializers.BooleanField(), "is_muted": serializers.BooleanField()},
)
TAG = TAGS[0]
TOPIC_READ = inline_serializer("TopicRead", {"is_unread": serializers.BooleanField()})
ALL_READ = inline_serializer("AllRead", {"unread_count": serializers.IntegerField()})


class AttendForums(Attend):
    def shown(self, subject: Model) -> Response:
        return Response(asdict(notifications.wishes_about(self.viewer, subject)))


class OnTopic(AttendForums, ForumTopicView):
    def subject(self, pk: UUID) -> ForumTopic:
        return self.fetch(pk)


class OnCategory(AttendForums, ForumCategoryView):
    def subject(self, pk: UUID) -> ForumCategory:
        return self.category(pk)


@described(
    TAG,
    ATTENTION,
    ("forum_topics_is_watched", "Whether you are told of every reply in a topic."),
    (
        "forum_topics_watched_begin",
        "Be told of every reply in a topic; whoever replies is anyway, until this ends.",
    ),
    ("forum_topics_watched_end", "Be told only of what concerns you."),
)
class WatchTopic(OnTopic):
    begin, end = notifications.watch, notifications.unwatch


@described(
    TAG,
    ATTENTION,
    ("forum_topics_is_muted", "Whether you are told nothing more of a topic."),
    ("forum_topics_muted_begin", "Be told nothing more of a topic."),
    ("forum_topics_muted_end", "Be told of it again."),
)
class MuteTopic(OnTopic):
    begin, end = notifications.mute, notifications.unmute


@described(
    TAG,
    ATTENTION,
    ("forum_categories_is_watched", "Whether you are told of new topics in a category."),
    ("forum_categories_watched_begin", "Be told of new topics in a category."),
    ("forum_categories_watched_end", "Be told of them no more."),
)
class WatchCategory(OnCategory):
    begin, end = notifications.watch, notifications.unwatch


@described(
    TAG,
    ATTENTION,
    (
        "forum_categories_is_muted",
        "Whether you are told nothing of a category, nor is it unread to you.",
    ),
    ("forum_categories_muted_begin", "Be told nothing of a category but of topics that you watch."),
    ("forum_categories_muted_end", "Be told of it again."),
)
class MuteCategory(OnCategory):
    begin, end = notifications.mute, notifications.unmute


class ReadTopic(ForumTopicView):
    @extend_schema(
        operation_id="forum_topics_mark_read",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=shapes.ReadTopicSerializer,
        responses=answers({200: TOPIC_READ}, *WRITE),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Mark a topic as read, up to a post; a mark never goes back."""
        self.viewer.require_user()
        topic = self.fetch(pk)
        given = self.cleaned(shapes.ReadTopicSerializer)
        return self.act(
            lambda: services.mark_read(actor=self.viewer, topic=topic, **given),
            again=self.fetch,
            answer=lambda read: Response(
                {"is_unread": vars(self.fetch_shown(read.pk))["is_unread"]}
            ),
        )


class ReadCategory(ForumCategoryView):
    @extend_schema(
        operation_id="forum_categories_mark_read",
        tags=TAGS,
        request=None,
        responses=answers({200: ALL_READ}, 401, 403, 404, 503),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Mark all topics of a category as read."""
        self.viewer.require_user()
        services.mark_category_read(actor=self.viewer, category=self.category(pk))
        return Response({"unread_count": 0})


class ReadAll(View):
    @extend_schema(
        operation_id="forums_mark_read",
        tags=TAGS,
        request=None,
        responses=answers({200: ALL_READ}, 401, 403, 503),
    )
    def post(self, request: Request) -> Response:
        """Mark everything in the forums as read."""
        services.mark_all_read(actor=self.viewer)
        return Response({"unread_count": 0})
