"""The endpoints of posts: each fetches, calls one service, and renders."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import View, versioned
from wargame_mentorship.api.forums import shapes
from wargame_mentorship.api.forums.topics import TAGS, ForumTopicView
from wargame_mentorship.api.lists import PAGE_PARAMETERS, answer_list, refuse_unknown
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
from wargame_mentorship.api.votes import VotedSerializer, VoteSerializer, voted
from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.forums import rules, services
from wargame_mentorship.forums.filters import POST_ORDERINGS
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.forums.unread import first_unread

POST = shapes.ForumPostSerializer
REPLY_EXAMPLE = OpenApiExample(
    "A reply", {"content": "A size 1 with a good point, never a size 000."}, request_only=True
)


class ForumPostView(View):
    """What the endpoints of posts share."""

    def fetch_post(self, pk: UUID) -> ForumPost:
        """Raises: NotFound: not there, or not visible to the viewer."""
        visible = ForumPost.objects.visible_to(self.viewer).select_related("topic")
        if (found := visible.filter(pk=pk).first()) is None:
            raise NotFound
        return found

    def shown(self, post: ForumPost, status: int = 200) -> Response:
        fresh = self.fetch_post(post.pk)
        [data] = shapes.post_data(self.viewer, fresh.topic, [fresh])
        return versioned(data, fresh, status)


class ForumPostList(ForumTopicView, ForumPostView):
    throttle_scope = "post-user"

    @extend_schema(
        operation_id="forum_posts_list",
        tags=TAGS,
        parameters=[
            OpenApiParameter("ordering", str, enum=list(POST_ORDERINGS)),
            OpenApiParameter(
                "around",
                UUID,
                description="Key of the post that the page begins with.",
            ),
            OpenApiParameter(
                "unread",
                str,
                enum=["1"],
                description="Begin with the first post that you have not read; else the last.",
            ),
            *PAGE_PARAMETERS,
        ],
        responses=answers({200: page_of("ForumPostPage", POST)}, *READ),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """The posts of a topic as they were written; what is gone or hidden keeps its place."""
        topic = self.fetch(pk)
        return Response(
            answer_list(
                request,
                ForumPost.objects.all().in_conversation_of(topic, self.viewer),
                orderings=POST_ORDERINGS,
                takes_around=True,
                first_unread=lambda: self.first_unread(topic),
                render=lambda posts: shapes.post_data(self.viewer, topic, posts),
            )
        )

    def first_unread(self, topic: ForumTopic) -> ForumPost | None:
        self.viewer.require_user()
        return first_unread(self.viewer, topic)

    @extend_schema(
        operation_id="forum_posts_reply",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=shapes.ReplySerializer,
        examples=[REPLY_EXAMPLE],
        responses=answers({201: POST}, *WRITE),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Reply in a topic; `If-Match` is about the topic as you read it."""
        self.viewer.require_user()
        given = self.cleaned(shapes.ReplySerializer)
        return self.act(
            lambda: services.reply(
                actor=self.viewer, topic=ForumTopic(pk=pk), if_version=self.if_match(), **given
            ),
            again=self.fetch_post,
            answer=lambda post: self.shown(post, 201),
        )


class ForumPostDetail(ForumPostView):
    throttle_scope = "edit-user"

    @extend_schema(
        operation_id="forum_posts_edit",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=shapes.EditPostSerializer,
        responses=answers({200: POST}, *WRITE),
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Change a post of yours; what it said before is kept."""
        post = self.fetch_post(pk)
        self.authorize(rules.can_edit_post, post)
        given = self.cleaned(shapes.EditPostSerializer)
        return self.act(
            lambda: services.edit_post(
                actor=self.viewer, post=post, if_version=self.if_match(), **given
            ),
            again=self.fetch_post,
            answer=self.shown,
        )

    @extend_schema(
        operation_id="forum_posts_delete",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=ReasonSerializer,
        responses=answers({204: None}, *WRITE),
    )
    @described_body
    def delete(self, request: Request, pk: UUID) -> Response:
        """Delete a post of yours that is not the solution; its place stays.

        A moderator may say why, by the JSON `reason`.
        """

        def service() -> ForumPost:
            post = self.fetch_post(pk)
            self.authorize(rules.can_delete_post, post)
            given = self.cleaned(ReasonSerializer)
            return services.delete_post(
                actor=self.viewer, post=post, if_version=self.if_match(), **given
            )

        return self.act(
            service,
            again=lambda deleted_id: ForumPost(pk=deleted_id),
            answer=lambda post: Response(status=204),
        )


class ForumPostVersions(ForumPostView):
    @extend_schema(
        operation_id="forum_post_versions_list",
        tags=TAGS,
        responses=answers(
            {200: page_of("ForumPostVersionPage", shapes.ForumVersionSerializer)}, 403, *READ
        ),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """What a post said before each edit, the latest first."""
        refuse_unknown(request, frozenset())
        post = self.fetch_post(pk)
        self.authorize(rules.can_read_post_versions, post)
        shown = shapes.version_data(list(post.versions.all()))
        return Response({"results": shown, "next": None, "previous": None})


class RestorePost(ForumPostView):
    @extend_schema(
        operation_id="forum_posts_restore",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=ReasonSerializer,
        responses=answers({200: POST}, *WRITE),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Bring a deleted post back to its place; for the moderators of its category."""
        self.viewer.require_user()
        given = self.cleaned(ReasonSerializer)
        return self.act(
            lambda: services.restore_post(actor=self.viewer, post=ForumPost(pk=pk), **given),
            again=self.fetch_post,
            answer=self.shown,
        )


class HelpfulPost(ForumPostView):
    """Votes are counters, which have no version: `If-Match` means nothing here."""

    throttle_scope = "vote-user"

    def voted(self, post: ForumPost) -> Response:
        return voted(self.viewer, self.fetch_post(post.pk))

    @extend_schema(
        operation_id="forum_posts_vote",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=VoteSerializer,
        responses=answers({200: VotedSerializer}, *WRITE),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Say that a post helped (or did not)."""
        post = self.fetch_post(pk)
        self.authorize(rules.can_vote_post, post)
        given = self.cleaned(VoteSerializer)
        return self.act(
            lambda: services.mark_helpful(actor=self.viewer, post=post, **given),
            again=self.fetch_post,
            answer=self.voted,
        )

    @extend_schema(
        operation_id="forum_posts_withdraw_vote",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses=answers({200: VotedSerializer}, *WRITE),
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        """Take your vote back."""
        post = self.fetch_post(pk)
        return self.act(
            lambda: services.withdraw_vote(actor=self.viewer, post=post),
            again=self.fetch_post,
            answer=self.voted,
            takes_body=False,
        )
