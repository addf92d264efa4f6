"""Asking the asker something back, and what both see of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client, override_settings

from tests.api.http import MARKED_WORDS
from tests.web.pages import asker_of, html_of, signed_in, text_of, url
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_response,
    make_solved_help_request,
    make_user,
)

pytestmark = pytest.mark.django_db


def ask_back(client: Client, help_request: HelpRequest, **fields: Any) -> Any:
    form = {"form_token": str(uuid4()), "question": "Which primer?", **fields}
    return client.post(url("ask-back", help_request.pk), form)


def page_of(client: Client, help_request: HelpRequest) -> Any:
    return client.get(url("help-request", help_request.pk))


def test_the_asker_is_called_to_answer_until_they_have() -> None:
    help_request, bruno = make_help_request(), make_user("bruno")
    asker = signed_in(asker_of(help_request))

    answer = ask_back(signed_in(bruno), help_request)

    question = HelpResponse.objects.get()
    assert question.asks_back
    assert answer.headers["Location"].endswith(f"#response-{question.pk}")
    page = page_of(asker, help_request)
    assert f'href="#response-{question.pk}">Read the question' in html_of(page)
    assert url("edit-help-request", help_request.pk) in html_of(page)
    assert "asks you something" in text_of(page)
    for other in (Client(), signed_in(bruno)):
        said = text_of(page_of(other, help_request))
        assert "asks you something" not in said
        assert "waits for an answer by the asker" in said
        assert "asks back" in said

    make_response(help_request, asker_of(help_request))
    assert "asks you something" not in text_of(page_of(asker, help_request))
    assert "waits for an answer by the asker" not in text_of(page_of(Client(), help_request))


def test_the_button_to_accept_it_is_not_there() -> None:
    help_request = make_help_request()
    ask_back(signed_in(make_user()), help_request)

    assert "This solved it" not in text_of(page_of(signed_in(asker_of(help_request)), help_request))


def test_the_form_stands_where_one_may_ask() -> None:
    help_request, solved = make_help_request(), make_solved_help_request()

    assert "something first" in text_of(page_of(signed_in(make_user()), help_request))
    for client in (Client(), signed_in(asker_of(help_request))):
        assert "something first" not in text_of(page_of(client, help_request))
    assert "something first" not in text_of(page_of(signed_in(make_user()), solved))


def test_what_cannot_be_asked_is_given_back() -> None:
    help_request, client = make_help_request(), signed_in(make_user())

    blank = ask_back(client, help_request, question="  ")
    assert blank.status_code == 400
    assert 'id="ask-back" open' in html_of(blank)
    services.close(actor=asker_of(help_request), help_request=help_request)
    late = ask_back(client, help_request)
    assert late.status_code == 409
    assert "there is nothing left to ask" in text_of(late)
    assert "Which primer?" in html_of(late)
    stranger = ask_back(Client(), help_request)
    assert stranger.status_code == 403
    assert "Which primer?" in html_of(stranger)
    assert ask_back(signed_in(asker_of(help_request)), help_request).status_code == 403
    assert not HelpResponse.objects.exists()
    back = client.get(url("ask-back", help_request.pk))
    assert back.headers["Location"] == url("help-request", help_request.pk)


@override_settings(WARGAME_MENTORSHIP={"MODERATION": MARKED_WORDS})
def test_moderation_has_its_say() -> None:
    help_request, client = make_help_request(), signed_in(make_user())

    assert ask_back(client, help_request, question="reject-me").status_code == 400
    assert ask_back(client, help_request, question="break-me").status_code == 503
    assert ask_back(client, help_request, question="hold-me").status_code == 302
    assert "asks back" not in text_of(page_of(Client(), help_request))


def test_a_question_sent_twice_is_asked_once() -> None:
    help_request, client, token = make_help_request(), signed_in(make_user()), str(uuid4())

    first = ask_back(client, help_request, form_token=token)
    second = ask_back(client, help_request, form_token=token)

    assert HelpResponse.objects.count() == 1
    assert (
        first.headers["Location"].rpartition("#")[2]
        == second.headers["Location"].rpartition("#")[2]
    )
