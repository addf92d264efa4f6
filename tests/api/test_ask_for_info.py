"""POST /help/requests/{id}/needs-info."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from tests.api.http import MARKED_WORDS, anonymous, code_of, fields_of, signed_in
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_solved_help_request,
    make_user,
)

pytestmark = pytest.mark.django_db

QUESTION = {"question": "Which *primer*?"}


def test_asking_back_answers_the_request_with_the_question_in_it() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    entry = make_help_request(ada)

    answer = signed_in(bruno).ask("POST", "needs-info", entry.pk, body=QUESTION, if_match='"1"')

    assert answer.status_code == 200
    seen = answer.json()
    assert (seen["queue"], seen["status"], answer["ETag"]) == ("needs_info", "open", '"1"')
    [question] = seen["responses"]
    assert (question["asks_back"], question["is_solution"]) == (True, False)
    accepted = signed_in(ada).ask("POST", "accept", entry.pk, body={"response_id": question["id"]})
    assert fields_of(accepted) == {"response_id": ["does_not_exist"]}

    signed_in(ada).ask("POST", "respond", entry.pk, body={"response_text": "Grey."})
    after = anonymous().ask("GET", "help-request", entry.pk).json()
    assert after["queue"] == "answered"


def test_the_same_key_asks_once() -> None:
    entry, client = make_help_request(), signed_in(make_user())

    for _ in range(2):
        answer = client.ask("POST", "needs-info", entry.pk, body=QUESTION, idempotency_key="once")
        assert answer.status_code == 200

    assert HelpResponse.objects.count() == 1
    assert answer["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    ("body", "code"),
    [(None, "required"), ({"question": " "}, "blank"), ({"question": "x" * 10_001}, "too_long")],
)
def test_a_question_that_cannot_be_taken_is_named(body: Any, code: str) -> None:
    answer = signed_in(make_user()).ask("POST", "needs-info", make_help_request().pk, body=body)

    assert fields_of(answer) == {"question": [code]}


def test_solved_and_closed_requests_are_asked_nothing() -> None:
    ada = make_user("ada")
    solved, closed = make_solved_help_request(ada), make_help_request(ada)
    services.close(actor=ada, help_request=closed)

    for entry in (solved, closed):
        answer = signed_in(make_user()).ask("POST", "needs-info", entry.pk, body=QUESTION)
        assert code_of(answer) == (409, "wrong_state")


def test_a_changed_request_is_412() -> None:
    entry = make_help_request()

    answer = signed_in(make_user()).ask(
        "POST", "needs-info", entry.pk, body=QUESTION, if_match='"2"'
    )

    assert code_of(answer) == (412, "stale")


@override_settings(WARGAME_MENTORSHIP={"MODERATION": MARKED_WORDS})
def test_a_held_question_is_not_asked_yet() -> None:
    entry, bruno = make_help_request(), make_user("bruno")

    answer = signed_in(bruno).ask("POST", "needs-info", entry.pk, body={"question": "Say hold-me."})

    assert answer.status_code == 200
    assert answer.json()["responses"][0]["moderation_state"] == "held"
    assert HelpRequest.objects.get().needs_info_since is None
    assert anonymous().ask("GET", "help-request", entry.pk).json()["responses"] == []
