"""Facets: answers to the guided questions of the category."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.help_requests.test_ask_help_request import SCREENED
from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.facets import facets_of, key_of
from wargame_mentorship.help_requests.models import HelpRequest, HelpRequestFacet
from wargame_mentorship.host import Viewer
from wargame_mentorship.models import Category, CategoryPrompt
from wargame_mentorship.search import services as search
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_user,
)

pytestmark = pytest.mark.django_db


def said(help_request: HelpRequest) -> dict[str, str]:
    return {one.slug: one.value for one in facets_of([help_request.pk])[help_request.pk]}


def codes(caught: pytest.ExceptionInfo[Invalid]) -> dict[str, list[str]]:
    return {name: [code for _, code in errors] for name, errors in caught.value.fields.items()}


def add_prompt(category: str, slug: str, **fields: Any) -> CategoryPrompt:
    return CategoryPrompt.objects.create(
        category=Category.objects.get(slug=category), slug=slug, label=slug, **fields
    )


def edit(help_request: HelpRequest, **changes: Any) -> HelpRequest:
    return services.edit(
        actor=help_request.requester or make_user(), help_request=help_request, changes=changes
    )


def test_answers_are_kept_as_one_line_in_the_order_of_the_questions() -> None:
    asked = make_help_request(
        facets={"tried": "  Thinner\n coats ", "paint": "Mephiston Red", "primer": " "}
    )

    assert list(said(asked).items()) == [("paint", "Mephiston Red"), ("tried", "Thinner coats")]


def test_a_part_asks_what_its_category_asks_and_more() -> None:
    add_prompt("airbrushing", "pressure")

    asked = make_help_request(
        subcategory="airbrushing", facets={"pressure": "1.5 bar", "paint": "Black"}
    )

    assert said(asked) == {"pressure": "1.5 bar", "paint": "Black"}


def test_of_two_questions_of_one_slug_the_part_s_own_counts() -> None:
    own = add_prompt("airbrushing", "paint")

    asked = make_help_request(subcategory="airbrushing", facets={"paint": "Ink"})

    assert [facet.prompt for facet in asked.facets.all()] == [own]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"glue": "PVA"}, {"facets.glue": ["unknown_prompt"]}),
        ({"": "x"}, {"facets.": ["unknown_prompt"]}),
        ({"paint": "x" * 121}, {"facets.paint": ["too_long"]}),
        ({"paint": "a\0b", "no\0": "x"}, {"facets.paint": ["nul_character"], "facets.no\0": 1}),
        ({"paint": "\ud800"}, {"facets.paint": ["surrogate"]}),
        ({"paint": "\u200b"}, {"facets.paint": ["blank"]}),
    ],
)
def test_what_cannot_be_taken_is_named(given: dict[str, str], wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        make_help_request(facets=given)

    assert set(codes(caught)) == set(wrong)
    assert codes(caught)["facets.paint"] == wrong["facets.paint"] if "paint" in given else True
    assert not HelpRequest.objects.exists()


def test_it_is_said_together_with_all_else_that_is_wrong() -> None:
    with pytest.raises(Invalid) as caught:
        make_help_request(title="", facets={"glue": "PVA"})
    assert set(codes(caught)) == {"title", "facets.glue"}

    with pytest.raises(Invalid) as caught:
        make_help_request(category="cooking", facets={"glue": "PVA"})
    assert set(codes(caught)) == {"category"}


def test_a_question_out_of_use_is_asked_no_more_but_keeps_its_answer() -> None:
    asked = make_help_request(facets={"primer": "Grey"})
    CategoryPrompt.objects.filter(slug="primer").update(is_active=False)

    with pytest.raises(Invalid):
        make_help_request(facets={"primer": "Black"})
    edit(asked, title="Still there")
    assert said(asked) == {"primer": "Grey"}
    edit(asked, facets={"primer": "White"})
    assert said(asked) == {"primer": "White"}
    edit(asked, facets={"primer": None})
    assert said(asked) == {}
    with pytest.raises(Invalid):
        edit(asked, facets={"primer": "Black"})


def test_an_edit_changes_what_it_names_and_takes_away_what_it_blanks() -> None:
    asked = make_help_request(facets={"paint": "Red", "primer": "Grey", "scale": "28 mm"})

    edit(asked, facets={"paint": "Blue", "primer": ""})

    assert said(asked) == {"paint": "Blue", "scale": "28 mm"}
    asked.refresh_from_db()
    assert asked.version == 2


def test_in_another_category_only_what_that_asks_too_stays() -> None:
    asked = make_help_request(facets={"paint": "Red", "scale": "28 mm"})

    edit(asked, category="modeling")

    assert said(asked) == {"scale": "28 mm"}
    [facet] = asked.facets.all()
    assert facet.prompt.category.slug == "modeling"


def test_in_another_category_its_own_questions_may_be_answered_at_once() -> None:
    asked = make_help_request(facets={"paint": "Red"})

    edit(asked, category="modeling", facets={"glue": "PVA"})

    assert said(asked) == {"glue": "PVA"}


def test_an_edit_that_fails_changes_no_answer() -> None:
    asked = make_help_request(facets={"paint": "Red"})

    with pytest.raises(Invalid):
        edit(asked, category="modeling", facets={"paint": "Blue"})

    assert said(asked) == {"paint": "Red"}


def test_a_moderator_mends_an_answer() -> None:
    asked = make_help_request(facets={"paint": "Rde"})

    services.edit(
        actor=make_moderator("painting"), help_request=asked, changes={"facets": {"paint": "Red"}}
    )

    assert said(asked) == {"paint": "Red"}


@SCREENED
def test_answers_are_screened_with_the_rest() -> None:
    assert make_help_request(facets={"paint": "hold-me"}).is_held
    with pytest.raises(Invalid):
        make_help_request(facets={"paint": "reject-me"})

    asked = make_help_request(facets={"paint": "Red"})
    with pytest.raises(Invalid):
        edit(asked, facets={"primer": "reject-me"})
    assert edit(asked, facets={"primer": "hold-me"}).is_held


def test_answers_are_found_by_search_until_they_change() -> None:
    asked = make_help_request(facets={"paint": "Mephiston"})
    everybody = HelpRequest.objects.visible_to(Viewer(None))

    assert list(search.find(everybody, "mephiston")) == [asked]
    edit(asked, facets={"paint": "Evil Sunz"})
    assert not search.find(everybody, "mephiston").exists()
    assert list(search.find(everybody, "sunz")) == [asked]
    make_response(asked)
    assert search.recount().is_clean


def test_answers_of_many_requests_cost_one_query() -> None:
    def ask_some(count: int) -> list[Any]:
        return [make_help_request(facets={"paint": "A", "scale": "B"}).pk for _ in range(count)]

    ids = ask_some(2)
    with CaptureQueriesContext(connection) as few:
        facets_of(ids)
    ids += ask_some(18)
    with CaptureQueriesContext(connection) as many:
        found = facets_of(ids)

    assert len(few) == len(many) == 1
    assert {len(facets) for facets in found.values()} == {2}
    assert facets_of([]) == {}


def test_answers_go_with_their_request() -> None:
    asked = make_help_request(facets={"paint": "Red"})

    HelpRequest.objects.filter(pk=asked.pk).delete()

    assert not HelpRequestFacet.objects.exists()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mephiston  RED ", "mephiston red"),
        ("Grüne Straße", "gru\u0308ne STRASSE"),
        ("ß" * 100, "SS" * 100),
    ],
)
def test_values_are_alike_however_they_are_typed(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)
    assert len(key_of(one)) <= 120
