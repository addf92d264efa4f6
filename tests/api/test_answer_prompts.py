"""Facets in the API: given, shown, and filtered by."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.http import anonymous, fields_of, signed_in
from wargame_mentorship.models import CategoryPrompt
from wargame_mentorship.testing.factories import make_help_request, make_user

pytestmark = pytest.mark.django_db

QUESTION = {"title": "Streaks", "description": "Two coats.", "category": "painting"}


def listed(**query: Any) -> list[str]:
    answer = anonymous().ask("GET", "help-requests", query=query)
    assert answer.status_code == 200, answer.content
    return [entry["title"] for entry in answer.json()["results"]]


def test_answers_are_given_and_shown_with_their_questions() -> None:
    client = signed_in(make_user())

    answer = client.ask(
        "POST", "help-requests", body={**QUESTION, "facets": {"scale": "28 mm", "paint": "Red"}}
    )

    assert answer.status_code == 201
    facets = [
        {"slug": "paint", "label": "Which paint, of which brand?", "value": "Red"},
        {"slug": "scale", "label": "How big is the miniature?", "value": "28 mm"},
    ]
    assert answer.json()["facets"] == facets
    [entry] = anonymous().ask("GET", "help-requests").json()["results"]
    assert entry["facets"] == facets


def test_an_edit_changes_the_answers_it_names() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada, facets={"paint": "Red", "primer": "Grey", "scale": "28 mm"})

    answer = signed_in(ada).ask(
        "PATCH",
        "help-request",
        entry.pk,
        body={"facets": {"paint": "Blue", "primer": "", "scale": None}},
    )

    assert {one["slug"]: one["value"] for one in answer.json()["facets"]} == {"paint": "Blue"}
    assert answer["ETag"] == '"2"'


@pytest.mark.parametrize(
    ("facets", "field", "code"),
    [
        ("x", "facets", "not_a_dict"),
        (["paint"], "facets", "not_a_dict"),
        (None, "facets", "null"),
        ({"paint": 7}, "facets.paint", "invalid"),
        ({"paint": {"deep": 1}}, "facets.paint", "invalid"),
        ({"paint": "x" * 121}, "facets.paint", "max_length"),
        ({"paint": "\u200b"}, "facets.paint", "blank"),
        ({"glue": "PVA"}, "facets.glue", "unknown_prompt"),
        ({"": "PVA"}, "facets.", "unknown_prompt"),
    ],
)
def test_what_cannot_be_taken_is_named(facets: Any, field: str, code: str) -> None:
    answer = signed_in(make_user()).ask(
        "POST", "help-requests", body={**QUESTION, "facets": facets}
    )

    assert fields_of(answer) == {field: [code]}


def test_the_list_is_narrowed_to_an_answer() -> None:
    make_help_request(title="A", facets={"paint": "Mephiston  Red", "scale": "28 mm"})
    make_help_request(title="B", facets={"paint": "mephiston red"})
    make_help_request(title="C", facets={"primer": "Mephiston Red"})
    make_help_request(title="D", category="modeling", facets={"scale": "28 MM", "glue": "a:b"})
    make_help_request(title="E", facets={"paint": "Mephiston Red"}, is_public=False)

    assert listed(facet="paint:Mephiston Red") == ["B", "A"]
    assert listed(facet="paint: MEPHISTON RED ") == ["B", "A"]
    # By the slug, whichever category asks.
    assert listed(facet="scale:28 mm") == ["D", "A"]
    assert listed(facet="scale:28 mm", category="painting") == ["A"]
    assert listed(facet="glue:a:b") == ["D"]
    assert listed(facet="paint:Mephiston") == []
    # More of them together by search.
    assert listed(facet="scale:28 mm", search="mephiston") == ["A"]


def test_answers_to_what_is_out_of_use_can_still_be_found() -> None:
    make_help_request(title="A", facets={"paint": "Red"})
    CategoryPrompt.objects.filter(slug="paint").update(is_active=False)

    assert listed(facet="paint:Red") == ["A"]


@pytest.mark.parametrize(
    "facet", ["paint", "paint:", "paint: ", ":Red", "colour:Red", " ", "x" * 201, "paint;Red"]
)
def test_a_filter_that_means_nothing_is_a_400(facet: str) -> None:
    [codes] = fields_of(anonymous().ask("GET", "help-requests", query={"facet": facet})).values()
    assert len(codes) == 1


def test_it_is_given_once() -> None:
    answer = anonymous().ask("GET", "help-requests", query={"facet": ["paint:a", "paint:b"]})
    assert fields_of(answer) == {"facet": ["repeated"]}


def test_pages_of_a_narrowed_list_are_walked() -> None:
    for number in range(5):
        make_help_request(title=str(number), facets={"paint": "Red"})
        make_help_request(title="other")
    client = anonymous()

    answer = client.ask("GET", "help-requests", query={"facet": "paint:red", "page_size": "2"})
    titles = []
    while True:
        titles += [entry["title"] for entry in answer.json()["results"]]
        if not answer.json()["next"]:
            break
        answer = client.get(answer.json()["next"])

    assert titles == ["4", "3", "2", "1", "0"]


def test_the_list_costs_the_same_at_2_and_at_20() -> None:
    def queries(count: int) -> int:
        for _ in range(count):
            make_help_request(facets={"paint": "Red", "scale": "28 mm"})
        with CaptureQueriesContext(connection) as captured:
            assert listed(facet="paint:Red")
        return len(captured)

    assert queries(2) == queries(18)
