"""The pages on which an answer is mended or deleted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, override_settings

from tests.api.http import MARKED_WORDS
from tests.web.pages import asker_of, author_of, html_of, picture, signed_in, text_of, url
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpResponse
from wargame_mentorship.photos.services import photos_of
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_user,
)

pytestmark = pytest.mark.django_db


def page_of(response: HelpResponse, name: str = "edit-response") -> str:
    return url(name, response.help_request_id, response.pk)


def edit(client: Client, response: HelpResponse, **fields: Any) -> Any:
    form = {"version": str(response.version), "response_text": "Warmer.", **fields}
    return client.post(page_of(response), form)


def test_an_author_finds_their_words_and_mends_them() -> None:
    response = make_response(text="Warm the *room*.")
    client = signed_in(author_of(response))
    assert "Warm the *room*." in html_of(client.get(page_of(response)))

    answer = edit(client, response, response_text="Warm the *can*.", photo_0=picture())

    detail = url("help-request", response.help_request_id)
    assert answer.headers["Location"] == f"{detail}#response-{response.pk}"
    assert "<em>can</em>" in html_of(Client().get(detail))
    assert len(photos_of("help_response", [response.pk])[response.pk]) == 1


@pytest.mark.parametrize("name", ["edit-response", "delete-response"])
def test_the_pages_are_the_authors_and_the_moderators(name: str) -> None:
    response = make_response()
    other = make_help_request()

    for allowed in (author_of(response), make_moderator("painting")):
        assert signed_in(allowed).get(page_of(response, name)).status_code == 200
    for refused in (asker_of(response.help_request), make_moderator("gaming")):
        assert signed_in(refused).get(page_of(response, name)).status_code == 403
        assert signed_in(refused).post(page_of(response, name)).status_code == 403
    anonymous = Client().get(page_of(response, name))
    assert "login" in anonymous.headers["Location"]
    wrong = url(name, other.pk, response.pk)
    assert signed_in(author_of(response)).get(wrong).status_code == 404
    assert HelpResponse.objects.get().version == 1


def test_links_stand_where_they_lead_somewhere() -> None:
    response = make_response()
    detail = url("help-request", response.help_request_id)

    for allowed in (author_of(response), make_moderator("painting")):
        html = html_of(signed_in(allowed).get(detail))
        assert page_of(response) in html
        assert page_of(response, "delete-response") in html
    for other in (Client(), signed_in(asker_of(response.help_request)), signed_in(make_user())):
        html = html_of(other.get(detail))
        assert "/edit/" not in html.replace(url("edit-help-request", response.help_request_id), "")
        assert page_of(response, "delete-response") not in html


def test_two_editors_do_not_overwrite_each_other() -> None:
    response = make_response()
    author, moderator = signed_in(author_of(response)), signed_in(make_moderator("painting"))
    edit(moderator, response, response_text="Mended.")

    page = edit(author, response, response_text="My own words.")

    assert page.status_code == 409
    assert "This has changed since you opened it." in text_of(page)
    assert "My own words." in html_of(page)
    assert 'name="version" value="2"' in html_of(page)
    assert HelpResponse.objects.get().response_text == "Mended."


@override_settings(WARGAME_MENTORSHIP={"MODERATION": MARKED_WORDS})
def test_what_cannot_be_published_is_given_back() -> None:
    response = make_response()
    client = signed_in(author_of(response))

    for words, status in (("reject-me", 400), ("break-me", 503), (" ", 400)):
        page = edit(client, response, response_text=words)
        assert page.status_code == status
        assert f"{words}</textarea>" in html_of(page).replace("\n", "") or words == " "
    held = edit(client, response, response_text="hold-me")
    assert held.status_code == 302
    assert "A moderator will look at this soon" in text_of(client.get(held.headers["Location"]))


def test_an_author_looks_at_an_answer_once_more_and_deletes_it() -> None:
    response = make_response(text="Nonsense.", steps=[{"text": "More nonsense."}])
    client = signed_in(author_of(response))
    page = client.get(page_of(response, "delete-response"))
    assert "Nonsense." in text_of(page)
    assert "More nonsense." in text_of(page)
    assert HelpResponse.objects.get().deleted_at is None

    client.post(page_of(response, "delete-response"))

    assert HelpResponse.objects.get().deleted_at is not None
    assert "Nonsense" not in text_of(Client().get(url("help-request", response.help_request_id)))
    assert client.post(page_of(response, "delete-response")).status_code == 404


def test_a_moderator_gives_a_reason() -> None:
    response = make_response()
    client = signed_in(make_moderator("painting"))

    too_long = client.post(page_of(response, "delete-response"), {"reason": "x" * 201})
    assert too_long.status_code == 400
    client.post(page_of(response, "delete-response"), {"reason": "An advertisement"})

    assert HelpResponse.objects.get().deleted_reason == "An advertisement"


def test_the_author_of_the_solution_finds_no_way_to_pull_it_away() -> None:
    response = make_response()
    asker, author = asker_of(response.help_request), author_of(response)
    services.accept(actor=asker, help_request=response.help_request, response_id=response.pk)
    detail = url("help-request", response.help_request_id)

    html = html_of(signed_in(author).get(detail))
    page = signed_in(author).post(page_of(response, "delete-response"))

    assert page_of(response) in html
    assert page_of(response, "delete-response") not in html
    assert page.status_code == 409
    assert "This answer was accepted" in text_of(page)
    moderator = signed_in(make_moderator("painting"))
    assert page_of(response, "delete-response") in html_of(moderator.get(detail))
    assert moderator.post(page_of(response, "delete-response")).status_code == 302
    response.help_request.refresh_from_db()
    assert response.help_request.status == "open"
