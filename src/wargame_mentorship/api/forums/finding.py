"""`/forums/search` and `/forums/similar`."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import View
from wargame_mentorship.api.forums import shapes
from wargame_mentorship.api.forums.topics import CATEGORY, FILTER_PARAMETERS, TAGS
from wargame_mentorship.api.lists import (
    DEFAULT_PAGE_SIZE,
    LARGEST_PAGE_SIZE,
    PAGE_SIZE,
    link_to_page,
    number,
    refuse_unknown,
)
from wargame_mentorship.api.schema import READ, answers, page_of
from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.forums.filters import ForumSearchFilter
from wargame_mentorship.forums.finding import find_topics, similar_topics
from wargame_mentorship.forums.models import ForumTopic
from wargame_mentorship.forums.querysets import ForumTopicQuerySet
from wargame_mentorship.forums.tagging import suggest_tags
from wargame_mentorship.host import Viewer

FILTERS = frozenset(ForumSearchFilter.base_filters)
MOST_SIMILAR = 10


class FoundTopicSerializer(shapes.ForumTopicSerializer):
    excerpt = serializers.CharField(help_text="HTML; what was asked for is in `<mark>`.")
    post_id = serializers.UUIDField(
        allow_null=True, help_text="The post that says it; null: the topic itself does."
    )


class ForumTagSerializer(serializers.Serializer[str]):
    name = serializers.CharField()


class SimilarTopicSerializer(serializers.Serializer[ForumTopic]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    url = serializers.CharField()
    is_solved = serializers.BooleanField()
    reply_count = serializers.IntegerField()


class SearchForums(View):
    @extend_schema(
        operation_id="forums_search",
        tags=TAGS,
        parameters=[
            OpenApiParameter("search", str, required=True),
            CATEGORY,
            *FILTER_PARAMETERS,
            OpenApiParameter("since", {"type": "string", "format": "date"}),
            OpenApiParameter("until", {"type": "string", "format": "date"}),
            OpenApiParameter("page", {"type": "integer", "minimum": 1}),
            OpenApiParameter("page_size", PAGE_SIZE),
        ],
        responses=answers({200: page_of("FoundTopicPage", FoundTopicSerializer)}, *READ),
    )
    def get(self, request: Request) -> Response:
        """Topics that say all of these words, in their title, opening post, tags or one post."""
        refuse_unknown(request, FILTERS | {"search", "page", "page_size"})
        size = number(request, "page_size", default=DEFAULT_PAGE_SIZE, most=LARGEST_PAGE_SIZE)
        page = number(request, "page", default=1)
        text = request.query_params.get("search", "")
        if not text.strip():
            raise Invalid.field("search", _("What are you looking for?"), "required")
        given = {name: value for name, value in request.query_params.items() if name in FILTERS}
        visible = ForumTopic.objects.visible_to(self.viewer).as_shown_to(self.viewer)
        topics = ForumSearchFilter(given, visible, viewer=self.viewer).filtered()
        shown, is_more = find_topics(self.viewer, text, topics, page=page, size=size)
        data = shapes.topic_data(self.viewer, [hit.topic for hit in shown])
        return Response(
            {
                "results": [
                    {
                        **topic,
                        "excerpt": hit.excerpt,
                        "post_id": str(hit.post_id) if hit.post_id else None,
                    }
                    for hit, topic in zip(shown, data, strict=True)
                ],
                "next": link_to_page(request, page + 1 if is_more else None),
                "previous": link_to_page(request, page - 1 or None),
            }
        )


class SuggestTags(View):
    @extend_schema(
        operation_id="forum_tags_list",
        tags=TAGS,
        parameters=[
            OpenApiParameter(
                "search", str, description="The beginning of a tag; blank: what is much used."
            ),
            CATEGORY,
        ],
        responses=answers({200: page_of("ForumTagPage", ForumTagSerializer)}, *READ),
    )
    def get(self, request: Request) -> Response:
        """Tags that topics have; for use while typing one."""
        refuse_unknown(request, frozenset({"search", "category"}))
        text = request.query_params.get("search", "")
        names = suggest_tags(_among(self.viewer, request), text)
        shown = [{"name": name} for name in names]
        return Response({"results": shown, "next": None, "previous": None})


class SimilarTopics(View):
    @extend_schema(
        operation_id="forums_similar",
        tags=TAGS,
        parameters=[OpenApiParameter("title", str, required=True), CATEGORY],
        responses=answers({200: page_of("SimilarTopicPage", SimilarTopicSerializer)}, *READ),
    )
    def get(self, request: Request) -> Response:
        """Topics with a title like this, solved ones first; for use while typing."""
        refuse_unknown(request, frozenset({"title", "category"}))
        if "title" not in request.query_params:
            raise Invalid.field("title", _("Give a title, or the beginning of one."), "required")
        title = request.query_params["title"]
        among = _among(self.viewer, request)
        kind = registry.get(ForumTopic.KIND)
        shown = [
            {
                "id": str(topic.pk),
                "title": topic.title,
                "url": kind.url(topic),
                "is_solved": vars(topic)["is_solved"],
                "reply_count": topic.reply_count,
            }
            for topic in similar_topics(self.viewer, title, among=among, most=MOST_SIMILAR)
        ]
        return Response({"results": shown, "next": None, "previous": None})


def _among(viewer: Viewer, request: Request) -> ForumTopicQuerySet:
    """The topics that somebody sees, of the category that is asked for."""
    given = {name: value for name, value in request.query_params.items() if name == "category"}
    visible = ForumTopic.objects.visible_to(viewer)
    found: ForumTopicQuerySet = ForumSearchFilter(given, visible, viewer=viewer).filtered()
    return found
