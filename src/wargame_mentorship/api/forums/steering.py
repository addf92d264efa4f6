"""What moderators do between topics (merge, split, mark duplicates), and with many at once."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import SignedIn, View
from wargame_mentorship.api.forums import shapes
from wargame_mentorship.api.forums.topics import DETAIL, TAGS, ForumTopicView
from wargame_mentorship.api.moderation import DECISIONS, outcome_data
from wargame_mentorship.api.schema import IDEMPOTENCY_KEY, WRITE, answers
from wargame_mentorship.core.permissions import require
from wargame_mentorship.forums import rules, services
from wargame_mentorship.forums.models import ForumTopic
from wargame_mentorship.moderation.services import Named


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


class SteerMany(View):
    permission_classes = (SignedIn,)

    @extend_schema(
        operation_id="forums_steer_many",
        tags=TAGS,
        request=shapes.SteerManySerializer,
        responses=answers({200: DECISIONS}, 400, 401, 403, 404, 413, 415, 503),
    )
    def post(self, request: Request) -> Response:
        """Do one thing with many topics, or delete many posts; each has its own outcome, in order.

        Takes no key: sent again, it does nothing more.
        """
        require(rules.moderates_any_category, self.viewer, None)
        given = self.cleaned(shapes.SteerManySerializer)
        outcomes = services.steer_all(
            actor=self.viewer,
            action=given["action"],
            subjects=[
                Named(one["content_type"], one["object_id"], one.get("version"))
                for one in given["items"]
            ],
            reason=given.get("reason", ""),
            category_id=given.get("category_id"),
        )
        return Response({"results": [outcome_data(outcome) for outcome in outcomes]})
