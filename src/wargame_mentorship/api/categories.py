"""`/help/categories`: what can be asked about, and what each category wants to know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import View
from wargame_mentorship.api.lists import refuse_unknown
from wargame_mentorship.api.schema import READ, answers, page_of
from wargame_mentorship.taxonomy.models import Category, CategoryPrompt


class PromptSerializer(serializers.Serializer[CategoryPrompt]):
    """A guided question; its slug is the name of the facet that answers it."""

    slug = serializers.SlugField()
    label = serializers.CharField()  # type: ignore[assignment] # the API's name for it
    help_text = serializers.CharField()  # type: ignore[assignment] # the API's name for it
    suggestions = serializers.ListField(child=serializers.CharField())


class PartSerializer(serializers.Serializer[Category]):
    slug = serializers.SlugField()
    name = serializers.CharField(help_text="In the language of the request.")
    description = serializers.CharField()
    icon = serializers.CharField(help_text="Of the icon sprite; may be empty.")
    prompts = PromptSerializer(many=True)


class CategorySerializer(PartSerializer):
    parts = PartSerializer(many=True, help_text="Its subcategories.")


class CategoryList(View):
    @extend_schema(
        operation_id="help_categories_list",
        tags=["help requests"],
        responses=answers({200: page_of("CategoryPage", CategorySerializer)}, *READ),
    )
    def get(self, request: Request) -> Response:
        """The categories in use with their parts and guided questions, all on one page."""
        refuse_unknown(request, frozenset())
        categories = Category.objects.in_use().with_prompts()
        shown = [
            {**_category_data(category), "parts": [_category_data(one) for one in category.parts]}
            for category in categories
        ]
        return Response({"results": shown, "next": None, "previous": None})


def _category_data(category: Category) -> dict[str, Any]:
    return {
        "slug": category.slug,
        "name": category.display_name,
        "description": category.description,
        "icon": category.icon,
        "prompts": _prompt_data(category.asked),
    }


def _prompt_data(prompts: Sequence[CategoryPrompt]) -> list[dict[str, Any]]:
    return [
        {
            "slug": prompt.slug,
            "label": prompt.display_label,
            "help_text": prompt.help_text,
            "suggestions": prompt.suggested,
        }
        for prompt in prompts
    ]
