"""GET /help/categories: what can be asked about, and what each category wants to know."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.http import anonymous, fields_of
from wargame_mentorship.models import Category, CategoryPrompt

pytestmark = pytest.mark.django_db


def categories() -> dict[str, dict[str, Any]]:
    answer = anonymous().ask("GET", "categories")
    assert answer.status_code == 200, answer.content
    page = answer.json()
    assert (page["next"], page["previous"]) == (None, None)
    return {entry["slug"]: entry for entry in page["results"]}


def test_categories_come_with_their_parts_and_prompts() -> None:
    CategoryPrompt.objects.filter(slug="paint").update(
        help_text="Name and maker.", suggestions="Mephiston Red\n\n Evil Sunz \nMephiston Red"
    )
    airbrushing = Category.objects.get(slug="airbrushing")
    CategoryPrompt.objects.create(category=airbrushing, slug="pressure", label="Which pressure?")

    found = categories()

    assert list(found) == ["painting", "modeling", "gaming", "general"]
    painting = found["painting"]
    assert (painting["name"], painting["icon"]) == ("Painting", "brush")
    assert painting["prompts"][0] == {
        "slug": "paint",
        "label": "Which paint, of which brand?",
        "help_text": "Name and maker.",
        "suggestions": ["Mephiston Red", "Evil Sunz"],
    }
    assert [prompt["slug"] for prompt in painting["prompts"]] == [
        "paint",
        "primer",
        "scale",
        "tried",
    ]
    assert set(painting["parts"][0]) == {"slug", "name", "description", "icon", "prompts"}
    parts = {part["slug"]: part["prompts"] for part in painting["parts"]}
    assert [prompt["slug"] for prompt in parts["airbrushing"]] == ["pressure"]
    assert parts["layering"] == []
    assert found["general"]["prompts"] == []


def test_what_is_out_of_use_is_left_out() -> None:
    Category.objects.filter(slug__in=["gaming", "layering"]).update(is_active=False)
    CategoryPrompt.objects.filter(slug="primer").update(is_active=False)

    found = categories()

    assert "gaming" not in found
    assert "layering" not in {part["slug"] for part in found["painting"]["parts"]}
    assert "primer" not in {prompt["slug"] for prompt in found["painting"]["prompts"]}


def test_names_and_labels_are_in_the_language_of_the_reader_until_edited() -> None:
    CategoryPrompt.objects.filter(slug="paint").update(label="Which colour?")

    answer = anonymous().ask("GET", "categories", accept_language="de")

    painting = answer.json()["results"][0]
    assert painting["prompts"][0]["label"] == "Which colour?"


def test_it_costs_the_same_however_many_there_are() -> None:
    def ask_more(count: int) -> int:
        for number in range(Category.objects.count(), Category.objects.count() + count):
            category = Category.objects.create(slug=f"more-{number}", name=f"More {number}")
            part = Category.objects.create(slug=f"part-{number}", name="Part", parent=category)
            for owner in (category, part):
                CategoryPrompt.objects.create(category=owner, slug="what", label="What?")
        with CaptureQueriesContext(connection) as captured:
            categories()
        return len(captured)

    assert ask_more(2) == ask_more(20) == 4


def test_it_takes_no_parameters() -> None:
    answer = anonymous().ask("GET", "categories", query={"search": "x"})
    assert fields_of(answer) == {"search": ["unknown_parameter"]}
