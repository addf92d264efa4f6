"""GET /help/similar: while somebody types a title."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.http import anonymous, fields_of, signed_in
from tests.photos.pictures import upload
from wargame_mentorship.help_requests import services
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user

pytestmark = pytest.mark.django_db


def similar(title: str, client: Any = None) -> list[dict[str, Any]]:
    answer = (client or anonymous()).ask("GET", "similar", query={"title": title})
    assert answer.status_code == 200, answer.content
    page = answer.json()
    assert (page["next"], page["previous"]) == (None, None)
    found: list[dict[str, Any]] = page["results"]
    return found


def test_solved_ones_come_first() -> None:
    ada = make_user("ada")
    photo = upload_photo(actor=ada, file=upload())
    make_help_request(ada, title="My matt varnish turns frosty white")
    solved = make_help_request(ada, title="White varnish in winter", photo_ids=[photo.pk])
    response = make_response(solved)
    services.accept(actor=ada, help_request=solved, response_id=response.pk)
    make_help_request(ada, title="Which brush for eyes?")

    found = similar("varnish turned white")

    assert [entry["is_solved"] for entry in found] == [True, False]
    assert set(found[0]) == {
        "id",
        "title",
        "url",
        "is_solved",
        "response_count",
        "thumbnail_url",
    }
    assert (found[0]["id"], found[0]["response_count"]) == (str(solved.pk), 1)
    assert found[0]["thumbnail_url"]
    assert found[1]["thumbnail_url"] is None


def test_what_is_not_for_everybody_is_not_suggested() -> None:
    ada = make_user("ada")
    make_help_request(ada, title="Secret varnish trouble", is_public=False)

    assert similar("varnish trouble") == []
    assert len(similar("varnish trouble", signed_in(ada))) == 1


def test_at_most_ten_and_for_the_same_price() -> None:
    ada = make_user("ada")

    def ask_more(count: int) -> None:
        for _ in range(count):
            photo = upload_photo(actor=ada, file=upload())
            make_help_request(ada, title="Varnish frosting again", photo_ids=[photo.pk])

    ask_more(2)
    with CaptureQueriesContext(connection) as few:
        similar("varnish frosting")
    ask_more(10)
    with CaptureQueriesContext(connection) as many:
        found = similar("varnish frosting")

    assert len(found) == 10
    assert len(few) == len(many) <= 4


@pytest.mark.parametrize("title", ["", " ", "a", "the of and", "%_'\"", "word " * 2000, "😀"])
def test_any_title_is_taken(title: str) -> None:
    make_help_request()

    assert len(similar(title)) <= 1


def test_parameters_are_checked() -> None:
    assert fields_of(anonymous().ask("GET", "similar")) == {"title": ["required"]}
    answer = anonymous().ask("GET", "similar", query={"title": ["a", "b"], "x": "1"})
    assert fields_of(answer) == {"title": ["repeated"], "x": ["unknown_parameter"]}
