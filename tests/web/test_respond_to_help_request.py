"""Answering, and voting for answers."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client, override_settings

from tests.web.pages import asker_of, author_of, html_of, picture, signed_in, text_of, url
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.notifications.services import unread_count
from wargame_mentorship.photos.services import photos_of
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user

pytestmark = pytest.mark.django_db


def respond(client: Client, help_request: HelpRequest, **fields: Any) -> Any:
    form = {"form_token": str(uuid4()), "response_text": "Warm the room first.", **fields}
    return client.post(url("respond-help-request", help_request.pk), form)


def test_a_helper_answers_with_a_photo() -> None:
    help_request, bruno = make_help_request(), make_user("bruno")

    answer = respond(signed_in(bruno), help_request, photo_0=picture(), alt_0="Result")

    response = HelpResponse.objects.get()
    expected = f"{url('help-request', help_request.pk)}#response-{response.pk}"
    assert answer.headers["Location"] == expected
    assert response.responder_id == bruno.pk
    assert len(photos_of("help_response", [response.pk])[response.pk]) == 1


def test_strangers_to_the_site_keep_their_words() -> None:
    page = respond(Client(), make_help_request())

    assert page.status_code == 403
    assert "Warm the room first." in html_of(page)


def test_an_empty_answer_is_refused_beside_the_field() -> None:
    page = respond(signed_in(make_user()), make_help_request(), response_text="  ")

    assert page.status_code == 400
    assert page.context["wm"]["form"].errors
    assert not HelpResponse.objects.exists()


def test_a_question_that_was_closed_meanwhile_keeps_the_words() -> None:
    help_request = make_help_request()
    services.close(actor=asker_of(help_request), help_request=help_request)

    page = respond(signed_in(make_user()), help_request)

    assert page.status_code == 409
    assert "This request is closed." in text_of(page)
    assert "Warm the room first." in html_of(page)


def test_nobody_answers_what_they_may_not_see() -> None:
    private = make_help_request(is_public=False)

    page = respond(signed_in(make_user()), private)

    assert page.status_code == 404
    assert "Warm the room first." in html_of(page)
    assert private.title not in html_of(page)


@override_settings(
    WARGAME_MENTORSHIP={"SOCIAL": {"BACKEND": "wargame_mentorship.testing.backends.MemorySocial"}}
)
def test_a_block_keeps_the_two_apart() -> None:
    MemorySocial.forget()
    help_request, bruno = make_help_request(), make_user("bruno")
    MemorySocial.block(asker_of(help_request), bruno)

    assert respond(signed_in(bruno), help_request).status_code == 404


def test_an_answer_sent_twice_stands_once() -> None:
    help_request, client = make_help_request(), signed_in(make_user())
    token = str(uuid4())

    first = respond(client, help_request, form_token=token)
    second = respond(client, help_request, form_token=token)

    assert HelpResponse.objects.count() == 1
    assert first.headers["Location"] == second.headers["Location"]


def test_an_answer_sent_again_with_other_words_is_not_lost() -> None:
    help_request, client = make_help_request(), signed_in(make_user())
    token = str(uuid4())
    respond(client, help_request, form_token=token)

    page = respond(client, help_request, form_token=token, response_text="A second thought.")

    assert page.status_code == 400
    assert "A second thought.</textarea>" in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_asker_hears_of_an_answer_as_soon_as_it_is_sent() -> None:
    help_request = make_help_request()

    respond(signed_in(make_user("bruno")), help_request)

    assert unread_count(asker_of(help_request)) == 1


def vote(client: Client, response: HelpResponse, **fields: Any) -> Any:
    return client.post(url("helpful-response", response.help_request_id, response.pk), fields)


def test_a_vote_counts_once_and_can_be_taken_back() -> None:
    response, client = make_response(), signed_in(make_user())

    assert vote(client, response).headers["Location"].endswith(f"#response-{response.pk}")
    vote(client, response)
    response.refresh_from_db()
    assert response.helpful_count == 1

    vote(client, response, withdraw="1")
    response.refresh_from_db()
    assert response.helpful_count == 0


def test_nobody_votes_for_themselves_or_without_signing_in() -> None:
    response = make_response()

    assert vote(signed_in(author_of(response)), response).status_code == 403
    assert vote(Client(), response).status_code == 302
    response.refresh_from_db()
    assert response.helpful_count == 0


def test_a_vote_under_another_question_finds_nothing() -> None:
    response, other = make_response(), make_help_request()

    answer = signed_in(make_user()).post(url("helpful-response", other.pk, response.pk))

    assert answer.status_code == 404


@pytest.mark.parametrize("name", ["respond-help-request", "act-on-help-request"])
def test_an_address_that_only_takes_forms_leads_back_to_the_question(name: str) -> None:
    help_request = make_help_request()
    args = (help_request.pk, "claim") if name.startswith("act") else (help_request.pk,)

    answer = signed_in(make_user()).get(url(name, *args))

    assert answer.headers["Location"] == url("help-request", help_request.pk)
