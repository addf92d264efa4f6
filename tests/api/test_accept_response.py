"""POST /help/requests/{id}/accept."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.api.http import anonymous, blocks, code_of, fields_of, signed_in
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_solved_help_request,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_blocks() -> None:
    MemorySocial.forget()


def accept(user: Any, entry: HelpRequest, body: Any) -> Any:
    return signed_in(user).ask("POST", "accept", entry.pk, body=body)


def test_accepting_resolves() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)
    response = make_response(entry)

    answer = accept(ada, entry, {"response_id": str(response.pk)})

    seen = answer.json()
    assert (answer.status_code, seen["status"], seen["queue"]) == (200, "resolved", "solved")
    assert seen["resolved_at"]
    assert seen["solution"]["id"] == str(response.pk)
    assert [one["is_solution"] for one in seen["responses"]] == [True]


def test_another_answer_takes_its_place() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)
    first, second = make_response(entry), make_response(entry)
    accept(ada, entry, {"response_id": str(first.pk)})

    answer = accept(ada, entry, {"response_id": str(second.pk)})

    assert answer.json()["solution"]["id"] == str(second.pk)
    assert HelpResponse.objects.exclude(accepted_for=None).count() == 1


def test_a_moderator_accepts_and_null_takes_it_back() -> None:
    entry, moderator = make_help_request(), make_moderator("painting")
    response = make_response(entry)
    accept(moderator, entry, {"response_id": str(response.pk)})

    answer = accept(moderator, entry, {"response_id": None})

    assert (answer.json()["status"], answer.json()["solution"]) == ("open", None)
    assert answer.json()["resolved_at"] is None
    assert code_of(accept(moderator, entry, {"response_id": None})) == (409, "wrong_state")


@pytest.mark.parametrize("body", [{"response_id": "?"}, {}, {"response_id": None}, b"{"])
def test_accepting_is_not_for_everybody_whatever_the_body(body: Any) -> None:
    entry = make_help_request()
    response = make_response(entry)
    allowed = {"response_id": str(response.pk)}

    for person in (make_user(), make_moderator("gaming"), response.responder):
        assert code_of(accept(person, entry, body)) == (403, "permission_denied")
        assert code_of(accept(person, entry, allowed)) == (403, "permission_denied")
    assert code_of(anonymous().ask("POST", "accept", entry.pk, body=allowed))[0] == 401


def test_what_is_no_answer_to_this_request_is_400() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    entry = make_help_request(ada)
    elsewhere = make_response()
    held, deleted = make_response(entry), make_response(entry)
    HelpResponse.objects.filter(pk=held.pk).update(moderation_state=ModerationState.HELD)
    HelpResponse.objects.filter(pk=deleted.pk).update(deleted_at=timezone.now())
    blocked = make_response(entry, bruno)

    with blocks():
        MemorySocial.block(ada, bruno)
        for pk in (elsewhere.pk, held.pk, deleted.pk, blocked.pk, uuid4(), entry.pk):
            answer = accept(ada, entry, {"response_id": str(pk)})
            assert fields_of(answer) == {"response_id": ["does_not_exist"]}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (None, "required"),
        ({"response_id": ""}, "invalid"),
        ({"response_id": "x"}, "invalid"),
        ({"response_id": 1}, "invalid"),
        ({"response_id": -1}, "invalid"),
        ({"response_id": []}, "invalid"),
        ({"response_id": {}}, "invalid"),
        ({"response_id": True}, "invalid"),
    ],
)
def test_what_is_no_key_is_400(body: Any, code: str) -> None:
    ada = make_user("ada")

    answer = accept(ada, make_help_request(ada), body)

    assert fields_of(answer) == {"response_id": [code]}


def test_a_closed_request_accepts_nothing() -> None:
    ada = make_user("ada")
    entry = make_solved_help_request(ada)
    response = HelpResponse.objects.get()
    signed_in(ada).ask("POST", "close", entry.pk)

    answer = accept(ada, entry, {"response_id": str(response.pk)})

    assert code_of(answer) == (409, "wrong_state")
