"""`/help/follows`: which categories somebody helps with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import SignedIn, View
from wargame_mentorship.api.lists import PAGE_PARAMETERS, answer_list
from wargame_mentorship.api.schema import IDEMPOTENCY_KEY, READ, answers, page_of
from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.core.paging import Ordering
from wargame_mentorship.taxonomy.follows import (
    follow_category,
    followed_categories,
    unfollow_category,
)
from wargame_mentorship.taxonomy.models import Category

TAGS = ["help requests"]
ORDERINGS = {"category": Ordering("category", ("sort_order", "slug", "id"))}
WRITE = (400, 401, 403, 404, 409, 413, 415, 422, 503)


class FollowedSerializer(serializers.Serializer[Category]):
    slug = serializers.SlugField()
    name = serializers.CharField()
    parent = serializers.SlugField(  # type: ignore[assignment] # the API's name for it
        allow_null=True, help_text="Of a part: its category."
    )


class FollowSerializer(serializers.Serializer[Category]):
    slug = serializers.SlugField()
    followed = serializers.BooleanField()


class FollowList(View):
    permission_classes = (SignedIn,)

    @extend_schema(
        operation_id="help_follows_list",
        tags=TAGS,
        parameters=PAGE_PARAMETERS,
        responses=answers({200: page_of("FollowPage", FollowedSerializer)}, *READ),
    )
    def get(self, request: Request) -> Response:
        """The categories that you follow; one of the first level stands for its parts too."""
        followed = followed_categories(self.viewer).select_related("parent")
        return Response(answer_list(request, followed, orderings=ORDERINGS, render=_rendered))


class Follow(View):
    @extend_schema(
        operation_id="help_categories_follow",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses=answers({200: FollowSerializer}, *WRITE),
    )
    def put(self, request: Request, slug: str) -> Response:
        """Follow a category: its questions wait in your queue. Twice is once."""
        return self._act(lambda: follow_category(actor=self.viewer, slug=slug), followed=True)

    @extend_schema(
        operation_id="help_categories_unfollow",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses=answers({200: FollowSerializer}, *WRITE),
    )
    def delete(self, request: Request, slug: str) -> Response:
        """Follow a category no longer."""
        return self._act(lambda: unfollow_category(actor=self.viewer, slug=slug), followed=False)

    def _act(self, service: Callable[[], Category], *, followed: bool) -> Response:
        return self.act(
            service,
            again=_category,
            answer=lambda category: Response({"slug": category.slug, "followed": followed}),
            takes_body=False,
        )


def _category(pk: UUID) -> Category:
    found = Category.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _rendered(categories: Sequence[Category]) -> list[dict[str, Any]]:
    return [
        {
            "slug": category.slug,
            "name": category.display_name,
            "parent": category.parent.slug if category.parent else None,
        }
        for category in categories
    ]
