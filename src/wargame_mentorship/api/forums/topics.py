"""The endpoints of categories and topics: each fetches, calls one service, and renders."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import View, versioned
from wargame_mentorship.api.forums import shapes
from wargame_mentorship.api.lists import (
    PAGE_PARAMETERS,
    SEARCH_PARAMETERS,
    answer_list,
    refuse_unknown,
)
from wargame_mentorship.api.moderation import ReasonSerializer
from wargame_mentorship.api.schema import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    READ,
    WRITE,
    answers,
    described_body,
    page_of,
)
from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.core.visits import visitor_of
from wargame_mentorship.forums import rules, services
from wargame_mentorship.forums.filters import (
    LATEST,
    TOPIC_ORDERINGS,
    ForumSearchFilter,
    ForumTopicFilter,
)
from wargame_mentorship.forums.models import ForumCategory, ForumTopic
from wargame_mentorship.forums.moderators import moderators_of
from wargame_mentorship.forums.unread import unread_counts
from wargame_mentorship.search import services as search

TAGS = ["forums"]
DETAIL = shapes.ForumTopicDetailSerializer
FILTERS = frozenset(ForumTopicFilter.base_filters)
FILTER_PARAMETERS = [
    OpenApiParameter("tag", str, description="One of the tags that topics have."),
    OpenApiParameter("author", str, description="Key of a user, or `me`."),
    OpenApiParameter("solved", str, enum=["true", "false"]),
    OpenApiParameter("unanswered", str, enum=["true", "false"]),
    OpenApiParameter("pinned", str, enum=["true", "false"]),
    OpenApiParameter("unread", str, enum=["true", "false"], description="By you, signed in."),
    OpenApiParameter("watched", str, enum=["true", "false"], description="By you, signed in."),
    OpenApiParameter("language", str),
]
CATEGORY = OpenApiParameter("category", str, description="Slug of a forum category.")
TOPIC_EXAMPLE = OpenApiExample(
    "A topic",
    {
        "title": "Which brush for eyes?",
        "description": "Mine *splits* after a week. What do you use?",
        "tags": ["brushes", "faces"],
    },
    request_only=True,
)


class ForumCategoryList(View):
    @extend_schema(
        operation_id="forum_categories_list",
        tags=TAGS,
        responses=answers(
            {200: page_of("ForumCategoryPage", shapes.ForumCategorySerializer)}, *READ
        ),
    )
    def get(self, request: Request) -> Response:
        """The categories in use, in their order, all on one page."""
        refuse_unknown(request, frozenset())
        categories = list(ForumCategory.objects.in_use())
        shown = shapes.category_data(
            categories, moderators_of(categories), unread_counts(self.viewer)
        )
        return Response({"results": shown, "next": None, "previous": None})


class ForumCategoryView(View):
    """What the endpoints of categories share."""

    def category(self, pk: UUID) -> ForumCategory:
        """Raises: NotFound: not there, or out of use."""
        if (found := ForumCategory.objects.in_use().filter(pk=pk).first()) is None:
            raise NotFound
        return found


class ForumTopicView(View):
    """What the endpoints of topics share."""

    def fetch(self, pk: UUID) -> ForumTopic:
        """Raises: NotFound: not there, or not visible to the viewer."""
        visible = ForumTopic.objects.visible_to(self.viewer).select_related("category")
        if (found := visible.filter(pk=pk).first()) is None:
            raise NotFound
        return found

    def fetch_shown(self, pk: UUID) -> ForumTopic:
        """As `fetch`, with what its detail shows."""
        visible = ForumTopic.objects.visible_to(self.viewer).as_shown_to(self.viewer)
        if (found := visible.filter(pk=pk).first()) is None:
            raise NotFound
        return found

    def detail(self, topic: ForumTopic, status: int = 200) -> Response:
        fresh = self.fetch_shown(topic.pk)
        return versioned(shapes.topic_detail_data(self.viewer, fresh), fresh, status)


class ForumTopicList(ForumCategoryView, ForumTopicView):
    throttle_scope = "topic-user"

    @extend_schema(
        operation_id="forum_topics_list",
        tags=TAGS,
        parameters=[
            *FILTER_PARAMETERS,
            *SEARCH_PARAMETERS,
            OpenApiParameter("ordering", str, enum=list(TOPIC_ORDERINGS)),
            *PAGE_PARAMETERS,
        ],
        responses=answers({200: page_of("ForumTopicPage", shapes.ForumTopicSerializer)}, *READ),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """The topics of a category, those that are pinned first, then by their last reply."""
        category = self.category(pk)
        topics = ForumTopic.objects.visible_to(self.viewer).filter(category=category)
        given = {name: value for name, value in request.query_params.items() if name in FILTERS}
        return Response(
            answer_list(
                request,
                ForumTopicFilter(
                    given, topics.as_shown_to(self.viewer), viewer=self.viewer
                ).filtered(),
                orderings=TOPIC_ORDERINGS,
                render=lambda topics: shapes.topic_data(self.viewer, topics),
                parameters=FILTERS,
                search=search.find,
            )
        )

    @extend_schema(
        operation_id="forum_topics_start",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=shapes.StartTopicSerializer,
        examples=[TOPIC_EXAMPLE],
        responses=answers({201: DETAIL}, *WRITE),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Start a topic in this category."""
        category = self.category(pk)
        self.authorize(rules.can_start_topic, category)
        given = self.cleaned(shapes.StartTopicSerializer)
        return self.act(
            lambda: services.start_topic(actor=self.viewer, category=category, **given),
            again=self.fetch,
            answer=lambda topic: self.detail(topic, 201),
        )


class LatestTopics(ForumTopicView):
    """Across the forums: what is unread, watched, one's own, unanswered, or simply the latest."""

    @extend_schema(
        operation_id="forum_topics_latest",
        tags=TAGS,
        parameters=[*FILTER_PARAMETERS, CATEGORY, *PAGE_PARAMETERS],
        responses=answers({200: page_of("LatestTopicPage", shapes.ForumTopicSerializer)}, *READ),
    )
    def get(self, request: Request) -> Response:
        """The topics of all forums, those with the latest reply first."""
        visible = ForumTopic.objects.visible_to(self.viewer).as_shown_to(self.viewer)
        names = FILTERS | {"category"}
        given = {name: value for name, value in request.query_params.items() if name in names}
        return Response(
            answer_list(
                request,
                ForumSearchFilter(given, visible, viewer=self.viewer).filtered(),
                orderings=LATEST,
                render=lambda topics: shapes.topic_data(self.viewer, topics),
                parameters=names,
            )
        )


class ForumTopicDetail(ForumTopicView):
    throttle_scope = "edit-user"

    @extend_schema(
        operation_id="forum_topics_read", tags=TAGS, responses=answers({200: DETAIL}, *READ)
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """One topic with its opening post and its solution; its posts are a list of their own."""
        refuse_unknown(request, frozenset())
        topic = self.fetch_shown(pk)
        if request.method == "GET":
            services.count_view(actor=self.viewer, topic=topic, visitor=visitor_of(request.META))
        return versioned(shapes.topic_detail_data(self.viewer, topic), topic)

    @extend_schema(
        operation_id="forum_topics_edit",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=shapes.EditTopicSerializer,
        responses=answers({200: DETAIL}, *WRITE),
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Change a topic of yours; what it said before is kept."""
        topic = self.fetch(pk)
        self.authorize(rules.can_edit_topic, topic)
        changes = self.cleaned(shapes.EditTopicSerializer)
        photo_ids = changes.pop("photo_ids", None)
        reason = changes.pop("reason", "")
        return self.act(
            lambda: services.edit_topic(
                actor=self.viewer,
                topic=topic,
                changes=changes,
                photo_ids=photo_ids,
                reason=reason,
                if_version=self.if_match(),
            ),
            again=self.fetch,
            answer=self.detail,
        )

    @extend_schema(
        operation_id="forum_topics_delete",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=ReasonSerializer,
        responses=answers({204: None}, *WRITE),
    )
    @described_body
    def delete(self, request: Request, pk: UUID) -> Response:
        """Delete a topic of yours that nobody has replied to; a moderator's `reason` as JSON."""

        def service() -> ForumTopic:
            topic = self.fetch(pk)
            self.authorize(rules.can_delete_topic, topic)
            given = self.cleaned(ReasonSerializer)
            return services.delete_topic(
                actor=self.viewer, topic=topic, if_version=self.if_match(), **given
            )

        return self.act(
            service,
            again=lambda deleted_id: ForumTopic(pk=deleted_id),
            answer=lambda topic: Response(status=204),
        )


class ForumTopicVersions(ForumTopicView):
    @extend_schema(
        operation_id="forum_topic_versions_list",
        tags=TAGS,
        responses=answers(
            {200: page_of("ForumTopicVersionPage", shapes.ForumVersionSerializer)}, 403, *READ
        ),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """What the opening post said before each edit, the latest first."""
        refuse_unknown(request, frozenset())
        topic = self.fetch(pk)
        self.authorize(rules.can_read_topic_versions, topic)
        shown = shapes.version_data(list(topic.versions.all()))
        return Response({"results": shown, "next": None, "previous": None})


class AcceptPost(ForumTopicView):
    @extend_schema(
        operation_id="forum_topics_accept",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=shapes.AcceptPostSerializer,
        responses=answers({200: DETAIL}, *WRITE),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Accept a post as the solution; `null` takes it back."""
        topic = self.fetch(pk)
        self.authorize(rules.can_accept_post, topic)
        given = self.cleaned(shapes.AcceptPostSerializer)
        common: dict[str, Any] = {
            "actor": self.viewer,
            "topic": topic,
            "if_version": self.if_match(),
        }
        post_id = given.pop("post_id")

        def service() -> ForumTopic:
            if post_id is None:
                return services.unaccept(**common, **given)
            return services.accept(post_id=post_id, **common, **given)

        return self.act(service, again=self.fetch, answer=self.detail)


class Steer(ForumTopicView):
    """One of the switches of a topic; a moderator's. The subclasses say which."""

    service: Any

    def steer(self, pk: UUID) -> Response:
        topic = self.fetch(pk)
        self.authorize(rules.is_moderator, topic)
        given = self.cleaned(ReasonSerializer)
        service = type(self).service
        return self.act(
            lambda: service(actor=self.viewer, topic=topic, **given),
            again=self.fetch,
            answer=self.detail,
        )


STEERING: dict[str, Any] = {
    "tags": TAGS,
    "parameters": [IDEMPOTENCY_KEY],
    "request": ReasonSerializer,
    "responses": answers({200: DETAIL}, *WRITE),
}


class Pin(Steer):
    service = services.pin

    @extend_schema(operation_id="forum_topics_pin", **STEERING)
    def post(self, request: Request, pk: UUID) -> Response:
        """Keep a topic on top of its category."""
        return self.steer(pk)


class Unpin(Steer):
    service = services.unpin

    @extend_schema(operation_id="forum_topics_unpin", **STEERING)
    def post(self, request: Request, pk: UUID) -> Response:
        """Leave a topic in its place again."""
        return self.steer(pk)


class Lock(Steer):
    service = services.lock

    @extend_schema(operation_id="forum_topics_lock", **STEERING)
    def post(self, request: Request, pk: UUID) -> Response:
        """Take no more replies."""
        return self.steer(pk)


class Unlock(Steer):
    service = services.unlock

    @extend_schema(operation_id="forum_topics_unlock", **STEERING)
    def post(self, request: Request, pk: UUID) -> Response:
        """Take replies again."""
        return self.steer(pk)


class Move(ForumTopicView):
    @extend_schema(
        operation_id="forum_topics_move",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=shapes.MoveSerializer,
        responses=answers({200: DETAIL}, *WRITE),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """File a topic in another category, where you moderate too."""
        topic = self.fetch(pk)
        self.authorize(rules.is_moderator, topic)
        given = self.cleaned(shapes.MoveSerializer)

        return self.act(
            lambda: services.move(actor=self.viewer, topic=topic, **given),
            again=self.fetch,
            answer=self.detail,
        )


class RestoreTopic(ForumTopicView):
    @extend_schema(
        operation_id="forum_topics_restore",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=ReasonSerializer,
        responses=answers({200: DETAIL}, *WRITE),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Bring a deleted topic back; for the moderators of its category."""
        self.viewer.require_user()
        given = self.cleaned(ReasonSerializer)
        return self.act(
            lambda: services.restore_topic(actor=self.viewer, topic=ForumTopic(pk=pk), **given),
            again=self.fetch,
            answer=self.detail,
        )
