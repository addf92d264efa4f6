"""What somebody wants to hear of a topic or a category, and what of it they have read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Model
from drf_spectacular.utils import extend_schema, extend_schema_view, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import View
from wargame_mentorship.api.forums import shapes
from wargame_mentorship.api.forums.topics import TAGS, ForumCategoryView, ForumTopicView
from wargame_mentorship.api.schema import IDEMPOTENCY_KEY, READ, WRITE, answers
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumCategory, ForumTopic
from wargame_mentorship.notifications import services as notifications

ATTENTION = inline_serializer(
    "Attention",
    {"is_watched": serializers.BooleanField(), "is_muted": serializers.BooleanField()},
)
TOPIC_READ = inline_serializer("TopicRead", {"is_unread": serializers.BooleanField()})
ALL_READ = inline_serializer("AllRead", {"unread_count": serializers.IntegerField()})


class Attend(View):
    """One wish about one thing: GET asks, PUT begins, DELETE ends. The subclasses say which."""

    begin: ClassVar[Callable[..., Any]]
    end: ClassVar[Callable[..., Any]]

    def subject(self, pk: UUID) -> Model:
        raise NotImplementedError

    def get(self, request: Request, pk: UUID) -> Response:
        return self.shown(self.subject(pk))

    def put(self, request: Request, pk: UUID) -> Response:
        return self._decide(type(self).begin, pk)

    def delete(self, request: Request, pk: UUID) -> Response:
        return self._decide(type(self).end, pk)

    def _decide(self, service: Callable[..., Any], pk: UUID) -> Response:
        subject = self.subject(pk)
        return self.act(
            lambda: service(actor=self.viewer, subject=subject),
            again=self.subject,
            answer=self.shown,
            takes_body=False,
        )

    def shown(self, subject: Model) -> Response:
        return Response(asdict(notifications.wishes_about(self.viewer, subject)))


class OnTopic(Attend, ForumTopicView):
    def subject(self, pk: UUID) -> ForumTopic:
        return self.fetch(pk)


class OnCategory(Attend, ForumCategoryView):
    def subject(self, pk: UUID) -> ForumCategory:
        return self.category(pk)


def described(of: str, wish: str, asks: str, begins: str, ends: str) -> Any:
    """The operations of a subclass of `Attend`, for the schema."""
    decides: dict[str, Any] = {
        "tags": TAGS,
        "parameters": [IDEMPOTENCY_KEY],
        "request": None,
        "responses": answers({200: ATTENTION}, *WRITE),
    }
    return extend_schema_view(
        get=extend_schema(
            operation_id=f"{of}_is_{wish}",
            description=asks,
            tags=TAGS,
            responses=answers({200: ATTENTION}, *READ),
        ),
        put=extend_schema(operation_id=f"{of}_{wish}_begin", description=begins, **decides),
        delete=extend_schema(operation_id=f"{of}_{wish}_end", description=ends, **decides),
    )


@described(
    "forum_topics",
    "watched",
    "Whether you are told of every reply in a topic.",
    "Be told of every reply in a topic; whoever replies is anyway, until this ends.",
    "Be told only of what concerns you.",
)
class WatchTopic(OnTopic):
    begin, end = notifications.watch, notifications.unwatch


@described(
    "forum_topics",
    "muted",
    "Whether you are told nothing more of a topic.",
    "Be told nothing more of a topic.",
    "Be told of it again.",
)
class MuteTopic(OnTopic):
    begin, end = notifications.mute, notifications.unmute


@described(
    "forum_categories",
    "watched",
    "Whether you are told of new topics in a category.",
    "Be told of new topics in a category.",
    "Be told of them no more.",
)
class WatchCategory(OnCategory):
    begin, end = notifications.watch, notifications.unwatch


@described(
    "forum_categories",
    "muted",
    "Whether you are told nothing of a category, nor is it unread to you.",
    "Be told nothing of a category but of topics that you watch.",
    "Be told of it again.",
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
