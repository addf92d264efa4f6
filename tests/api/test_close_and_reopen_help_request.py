"""POST /help/requests/{id}/close and /reopen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.api.http import anonymous, code_of, fields_of, signed_in
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_solved_help_request,
    make_user,
)

pytestmark = pytest.mark.django_db


def move(user: Any, name: str, entry: HelpRequest, body: Any = None) -> Any:
    return signed_in(user).ask("POST", name, entry.pk, body=body)


@pytest.mark.parametrize("body", [None, {}, {"reason": ""}, {"reason": " Sold it. "}])
def test_the_asker_closes(body: Any) -> None:
    ada = make_user("ada")

    answer = move(ada, "close", make_help_request(ada), body)

    seen = answer.json()
    assert (answer.status_code, seen["status"], seen["queue"]) == (200, "closed", None)
    assert seen["closed_at"]
    assert seen["closed_reason"] == ("Sold it." if body and body.get("reason") else "")
    assert seen["available_actions"] == ["reopen"]


def test_closing_twice_is_too_late() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)
    move(ada, "close", entry)

    assert code_of(move(ada, "close", entry)) == (409, "wrong_state")


@pytest.mark.parametrize("reason", ["x" * 201, None, [], {}])
def test_a_reason_is_a_short_text(reason: Any) -> None:
    ada = make_user("ada")

    answer = move(ada, "close", make_help_request(ada), {"reason": reason})

    assert list(fields_of(answer)) == ["reason"]


def test_reopening_keeps_the_earlier_answer() -> None:
    ada = make_user("ada")
    entry = make_solved_help_request(ada)
    move(ada, "close", entry)

    answer = move(ada, "reopen", entry)

    seen = answer.json()
    assert (answer.status_code, seen["status"]) == (200, "open")
    assert (seen["resolved_at"], seen["closed_at"], seen["closed_reason"]) == (None, None, "")
    assert seen["solution"] is not None


def test_an_open_request_is_not_reopened() -> None:
    ada = make_user("ada")

    assert code_of(move(ada, "reopen", make_help_request(ada))) == (409, "wrong_state")


def test_after_90_days_only_a_moderator_reopens() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)
    move(ada, "close", entry)
    HelpRequest.objects.update(closed_at=timezone.now() - timedelta(days=91))

    assert code_of(move(ada, "reopen", entry)) == (403, "permission_denied")
    assert move(make_moderator("painting"), "reopen", entry).status_code == 200


@pytest.mark.parametrize("name", ["close", "reopen"])
def test_strangers_move_nothing_whatever_the_body(name: str) -> None:
    entry = make_solved_help_request()

    for person in (make_user(), make_moderator("gaming")):
        bodies: tuple[Any, ...] = (None, {"reason": []}, b"{")
        for body in bodies:
            assert code_of(move(person, name, entry, body)) == (403, "permission_denied")
    assert code_of(anonymous().ask("POST", name, entry.pk))[0] == 401
