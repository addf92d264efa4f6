"""GET /help/requests/{id}/responses, and how a long conversation leads there."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.http import anonymous, blocks, code_of, fields_of, signed_in
from wargame_mentorship.api.help_requests import shapes
from wargame_mentorship.help_requests import services
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_blocks() -> None:
    MemorySocial.forget()


def ids(answer: Any, name: str = "results") -> list[str]:
    return [one["id"] for one in answer.json()[name]]


def test_every_answer_comes_once_as_it_was_written() -> None:
    entry, helper = make_help_request(), make_user("helper")
    written = [str(make_response(entry, helper).pk) for _ in range(5)]
    make_response()

    first = anonymous().ask("GET", "responses", entry.pk, query={"page_size": "2"})
    found = ids(first)
    answer = first
    while answer.json()["next"]:
        answer = anonymous().get(answer.json()["next"])
        found += ids(answer)

    assert found == written
    assert first.json()["previous"] is None


def test_a_conversation_longer_than_a_detail_shows_goes_on_in_the_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ada = make_user("ada")
    entry, helper = make_help_request(ada), make_user("helper")
    written = [make_response(entry, helper) for _ in range(5)]
    services.accept(actor=ada, help_request=entry, response_id=written[3].pk)

    monkeypatch.setattr(shapes, "MOST_RESPONSES_SHOWN", 2)
    detail = anonymous().ask("GET", "help-request", entry.pk)
    assert ids(detail, "responses") == [str(written[n].pk) for n in (3, 0, 1)]
    assert detail.json()["solution"]["id"] == str(written[3].pk)
    further = anonymous().get(detail.json()["responses_next"])
    assert ids(further) == [str(written[n].pk) for n in (2, 3, 4)]

    monkeypatch.undo()
    whole = anonymous().ask("GET", "help-request", entry.pk)
    assert len(whole.json()["responses"]) == 5
    assert whole.json()["responses_next"] is None


def test_a_block_leaves_a_placeholder_and_what_is_unseen_has_no_list() -> None:
    reader, blocked = make_user("reader"), make_user("blocked")
    entry = make_help_request()
    make_response(entry, blocked, text="unseen words")
    private = make_help_request(is_public=False)

    with blocks():
        MemorySocial.block(reader, blocked)
        seen = signed_in(reader).ask("GET", "responses", entry.pk)

    assert [one["hidden"] for one in seen.json()["results"]] == [True]
    assert "unseen words" not in seen.content.decode()
    for pk in (private.pk, uuid4()):
        assert code_of(signed_in(reader).ask("GET", "responses", pk)) == (404, "not_found")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"cursor": "x"}, {"cursor": ["invalid_cursor"]}),
        ({"page": "2"}, {"page": ["unknown_parameter"]}),
        ({"page_size": "1000"}, {"page_size": ["max_value"]}),
    ],
)
def test_what_the_list_does_not_take_is_refused(
    query: dict[str, str], expected: dict[str, list[str]]
) -> None:
    answer = anonymous().ask("GET", "responses", make_help_request().pk, query=query)

    assert fields_of(answer) == expected


def test_a_list_costs_the_same_for_2_and_for_20() -> None:
    entry = make_help_request()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            anonymous().ask("GET", "responses", entry.pk, query={"page_size": "50"})
        return len(captured)

    for _ in range(2):
        make_response(entry, steps=[{"text": "x"}])
    few = queries()
    for _ in range(18):
        make_response(entry, steps=[{"text": "x"}])

    assert queries() == few
