"""The endpoints of what moderators do between topics: merge, split, mark duplicates."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.forums import shapes
from wargame_mentorship.api.forums.topics import DETAIL, TAGS, ForumTopicView
from wargame_mentorship.api.schema import IDEMPOTENCY_KEY, WRITE, answers
from wargame_mentorship.forums import rules, services
from wargame_mentorship.forums.models import ForumTopic


class Merge(ForumTopicView):
    @extend_schema(
        operation_id="forum_topics_merge",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=shapes.MergeSerializer,
        responses=answers({200: DETAIL}, *WRITE),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Make a topic a part of another, where you moderate too; answers the other."""

        def service() -> ForumTopic:
            # Here, for a replay finds it no more.
            topic = self.fetch(pk)
            self.authorize(rules.is_moderator, topic)
            given = self.cleaned(shapes.MergeSerializer)
            into_id = given.pop("into")
            return services.merge(actor=self.viewer, topic=topic, into_id=into_id, **given)

        return self.act(service, again=self.fetch, answer=self.detail)


class Split(ForumTopicView):
    @extend_schema(
        operation_id="forum_topics_split",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=shapes.SplitSerializer,
        responses=answers({201: DETAIL}, *WRITE),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Make a topic of its own out of some posts; the first that was written opens it."""
        topic = self.fetch(pk)
        self.authorize(rules.is_moderator, topic)
        given = self.cleaned(shapes.SplitSerializer)
        return self.act(
            lambda: services.split(actor=self.viewer, topic=topic, **given),
            again=self.fetch,
            answer=lambda made: self.detail(made, 201),
        )


class DuplicateOf(ForumTopicView):
    @extend_schema(
        operation_id="forum_topics_duplicate_of",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=shapes.DuplicateOfSerializer,
        responses=answers({200: DETAIL}, *WRITE),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Link a topic to the one that asked the same before; `null` takes it back."""
        topic = self.fetch(pk)
        self.authorize(rules.is_moderator, topic)
        given = self.cleaned(shapes.DuplicateOfSerializer)
        original_id = given.pop("topic_id")

        def service() -> ForumTopic:
            if original_id is None:
                return services.unmark_duplicate(actor=self.viewer, topic=topic, **given)
            return services.mark_duplicate(
                actor=self.viewer, topic=topic, topic_id=original_id, **given
            )

        return self.act(service, again=self.fetch, answer=self.detail)
