"""Every move of the state machine by its button."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.web.pages import asker_of, signed_in, text_of, url
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.help_requests.transitions import HELP_REQUEST
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_solved_help_request,
    make_user,
)
from wargame_mentorship.web.help_requests.moving import ACTIONS

pytestmark = pytest.mark.django_db


def act(client: Client, help_request: HelpRequest, action: str, **fields: Any) -> Any:
    return client.post(url("act-on-help-request", help_request.pk, action), fields)


def status_of(help_request: HelpRequest) -> str:
    help_request.refresh_from_db()
    return str(help_request.status)


def test_every_move_of_the_table_has_a_button() -> None:
    assert set(ACTIONS) == set(HELP_REQUEST.moves)


def test_a_helper_claims_and_lets_go() -> None:
    help_request, bruno = make_help_request(), make_user("bruno")
    client = signed_in(bruno)

    assert act(client, help_request, "claim").status_code == 302
    assert status_of(help_request) == "in_progress"
    assert help_request.assigned_helper_id == bruno.pk
    assert "You are helping here." in text_of(client.get(url("help-request", help_request.pk)))

    act(client, help_request, "release")
    assert status_of(help_request) == "open"


def test_the_asker_assigns_somebody_who_answered() -> None:
    response = make_response()
    help_request = response.help_request

    act(signed_in(asker_of(help_request)), help_request, "assign", helper_id=response.responder_id)

    assert status_of(help_request) == "in_progress"
    assert help_request.assigned_helper_id == response.responder_id


def test_the_asker_accepts_and_takes_it_back() -> None:
    response = make_response()
    help_request = response.help_request
    client = signed_in(asker_of(help_request))

    answer = act(client, help_request, "accept", response_id=response.pk)
    assert answer.headers["Location"].endswith("#solution")
    assert status_of(help_request) == "resolved"

    act(client, help_request, "unaccept")
    assert status_of(help_request) == "open"


def test_a_moderator_closes_with_a_reason_and_opens_again() -> None:
    help_request, client = make_help_request(), signed_in(make_moderator("painting"))

    act(client, help_request, "close", reason="Asked twice")
    assert status_of(help_request) == "closed"
    assert help_request.closed_reason == "Asked twice"

    act(client, help_request, "reopen")
    assert status_of(help_request) == "open"


@pytest.mark.parametrize("action", ["accept", "unaccept", "close", "reopen", "assign", "release"])
def test_a_stranger_moves_nothing(action: str) -> None:
    response = make_response()
    before = status_of(response.help_request)
    fields = {"response_id": response.pk, "helper_id": response.responder_id}

    answer = act(signed_in(make_user("stranger")), response.help_request, action, **fields)

    assert answer.status_code == 403
    assert status_of(response.help_request) == before


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_whoever_is_not_signed_in_is_sent_to_sign_in(action: str) -> None:
    help_request = make_help_request()

    answer = act(Client(), help_request, action)

    assert answer.status_code == 302
    assert "login" in answer.headers["Location"]
    assert str(help_request.pk) in answer.headers["Location"]


def test_a_second_helper_is_told_that_somebody_was_faster() -> None:
    help_request = make_help_request()
    services.claim(actor=make_user("first"), help_request=help_request)

    page = act(signed_in(make_user("second")), help_request, "claim")

    assert page.status_code == 409
    assert "Somebody is already helping here." in text_of(page)


def test_a_move_that_comes_too_late_shows_the_page_as_it_is_now() -> None:
    solved = make_solved_help_request()
    services.close(actor=asker_of(solved), help_request=solved)

    page = act(signed_in(asker_of(solved)), solved, "unaccept")

    assert page.status_code == 409
    assert "closed" in text_of(page)


def test_unknown_moves_and_unseen_questions_are_not_there() -> None:
    help_request = make_help_request(is_public=False)
    asker, stranger = signed_in(asker_of(help_request)), signed_in(make_user())

    assert act(asker, help_request, "explode").status_code == 404
    assert act(stranger, help_request, "claim").status_code == 404
    assert act(asker, help_request, "accept", response_id="nonsense").status_code == 404
    assert act(asker, help_request, "accept", response_id=uuid4()).status_code == 400
    assert act(asker, help_request, "assign", helper_id="nobody").status_code == 400
    assert act(asker, help_request, "assign", helper_id="9" * 400).status_code == 400


def test_an_answer_to_another_question_solves_nothing() -> None:
    help_request, other = make_help_request(), make_response()

    page = act(signed_in(asker_of(help_request)), help_request, "accept", response_id=other.pk)

    assert page.status_code == 400
    assert status_of(help_request) == "open"
