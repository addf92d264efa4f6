"""Forms count like writes of the API, in the same counts."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings

from tests.api.http import signed_in as api_client
from tests.web.pages import html_of, picture, question, signed_in, text_of, url
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.photos.models import Photo
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user

pytestmark = pytest.mark.django_db

ASKED = {"title": "Why?", "description": "It frosts.", "category": "painting"}


def limited(scope: str, rate: str, *, proxies: int = 0) -> override_settings:
    return override_settings(
        WARGAME_MENTORSHIP={"THROTTLES": {scope: rate}, "TRUSTED_PROXIES": proxies}
    )


@limited("ask-user", "2/day")
def test_asking_too_often_is_refused_and_keeps_what_was_typed() -> None:
    client = signed_in(make_user())
    for _ in range(2):
        assert client.post(url("ask-help-request"), question()).status_code == 302

    page = client.post(url("ask-help-request"), question(title="A third", description="Kept <b>"))

    assert page.status_code == 429
    assert 86_000 <= int(page.headers["Retry-After"]) <= 86_400
    assert "You have sent more than is allowed in this time." in text_of(page)
    assert "You can go on in 1 day." in text_of(page)
    assert "A third</textarea>" in html_of(page)
    assert "Kept &lt;b&gt;</textarea>" in html_of(page)
    assert HelpRequest.objects.count() == 2
    assert client.get(url("ask-help-request")).status_code == 200


@limited("ask-user", "0/day")
def test_answers_to_guided_questions_and_words_about_photos_are_given_back_too() -> None:
    typed = {"facet.painting.paint": "Agrax", "alt_0": "A milky knight", "step_text_0": "Not ours"}

    page = signed_in(make_user()).post(url("ask-help-request"), question(**typed))

    assert page.status_code == 429
    assert "Agrax</textarea>" in html_of(page)
    assert "A milky knight</textarea>" in html_of(page)
    assert "Not ours" not in html_of(page)


@limited("ask-user", "2/day")
def test_pages_and_api_share_a_limit() -> None:
    ada = make_user("ada")
    signed_in(ada).post(url("ask-help-request"), question())
    assert api_client(ada).ask("POST", "help-requests", body=ASKED).status_code == 201

    assert signed_in(ada).post(url("ask-help-request"), question()).status_code == 429
    assert api_client(ada).ask("POST", "help-requests", body=ASKED).status_code == 429

    bruno = make_user("bruno")
    assert signed_in(bruno).post(url("ask-help-request"), question()).status_code == 302


@limited("respond-user", "1/hour")
def test_answering_too_often_is_refused_and_keeps_what_was_typed() -> None:
    client, entry = signed_in(make_user()), make_help_request()
    address = url("respond-help-request", entry.pk)
    assert client.post(address, {"response_text": "First."}).status_code == 302

    page = client.post(address, {"response_text": "A second answer."})

    assert page.status_code == 429
    assert "A second answer.</textarea>" in html_of(page)
    assert url("help-request", entry.pk) in html_of(page)
    assert HelpResponse.objects.count() == 1
    # Other moves have limits of their own.
    claim = url("act-on-help-request", entry.pk, "claim")
    assert client.post(claim).status_code == 302


@limited("upload-user", "3/hour")
def test_every_photo_of_a_form_is_an_upload() -> None:
    client = signed_in(make_user())
    two = {"photo_0": picture(), "photo_1": picture(colour="red")}
    assert client.post(url("ask-help-request"), question(**two)).status_code == 302

    again = {"photo_0": picture(colour="lime"), "photo_1": picture(colour="gold")}
    page = client.post(url("ask-help-request"), question(description="Still here", **again))

    assert page.status_code == 429
    assert "Still here" in html_of(page)
    assert Photo.objects.count() == 2
    assert client.post(url("ask-help-request"), question()).status_code == 302


@limited("write-user", "2/minute")
def test_every_form_counts_and_reading_does_not() -> None:
    reader = make_user("reader")
    client, response = signed_in(reader), make_response()
    vote = url("helpful-response", response.help_request_id, response.pk)

    found = [client.post(vote, {"withdraw": n % 2 or ""}).status_code for n in range(2)]
    found.append(client.post(url("read-notifications"), {"all": "1"}).status_code)

    assert found == [302, 302, 429]
    assert [client.get(url("help-requests")).status_code for _ in range(4)] == [200] * 4


@limited("write-address", "2/minute", proxies=1)
def test_forms_of_nobody_count_for_the_address_behind_the_proxy() -> None:
    def send(address: str) -> int:
        headers = {"x-forwarded-for": f"203.0.113.9, {address}"}
        return Client().post(url("ask-help-request"), headers=headers).status_code

    assert [send("198.51.100.7") for _ in range(3)] == [302, 302, 429]
    assert send("198.51.100.8") == 302


@limited("ask-user", "0/day")
def test_a_rate_of_nothing_closes_the_door() -> None:
    page = signed_in(make_user()).post(url("ask-help-request"), question())

    assert page.status_code == 429
    assert page.headers["Retry-After"] == "86400"
    assert not HelpRequest.objects.exists()
