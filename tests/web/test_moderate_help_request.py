"""Approve, reject, hide and show again, by the buttons of a page."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client, override_settings
from django.utils import translation

from tests.web.pages import asker_of, author_of, html_of, signed_in, text_of, url
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.moderation.transitions import HELD
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_user,
)

pytestmark = pytest.mark.django_db

MARKED_WORDS = {"BACKEND": "wargame_mentorship.testing.backends.MarkedWords"}


@pytest.fixture(autouse=True)
def _holding() -> Any:
    with override_settings(WARGAME_MENTORSHIP={"MODERATION": MARKED_WORDS}):
        yield


def page_of(client: Client, entry: HelpRequest) -> Any:
    return client.get(url("help-request", entry.pk))


def offered(client: Client, entry: HelpRequest) -> list[str]:
    """The moves whose buttons are on the page, in their order."""
    page = html_of(page_of(client, entry))
    return [action for action in HELD.moves if moderate_url(entry, action) in page]


def moderate_url(entry: HelpRequest, action: str) -> str:
    return url("moderate-help-request", entry.pk, action)


def moderate(
    client: Client, entry: HelpRequest, action: str, subject: Any = None, reason: str = ""
) -> Any:
    fields = {"object_id": (subject or entry).pk, "reason": reason}
    return client.post(moderate_url(entry, action), fields)


def state_of(subject: HelpRequest | HelpResponse) -> str:
    subject.refresh_from_db()
    return str(subject.moderation_state)


def test_a_moderator_approves_a_held_answer_and_everybody_reads_it() -> None:
    response = make_response(text="hold-me for the varnish")
    entry, moderator = response.help_request, signed_in(make_moderator("painting"))
    assert "varnish" not in text_of(page_of(Client(), entry))
    assert offered(moderator, entry) == ["approve", "reject", "hide"]

    answer = moderate(moderator, entry, "approve", response)

    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"#response-{response.pk}")
    assert state_of(response) == "visible"
    assert "varnish" in text_of(page_of(Client(), entry))


def test_a_moderator_hides_a_question_with_a_reason_and_shows_it_again() -> None:
    entry, moderator = make_help_request(), signed_in(make_moderator("painting"))
    assert offered(moderator, entry) == ["hide"]

    answer = moderate(moderator, entry, "hide", reason="<b>An advert</b>")

    assert answer.headers["Location"].endswith("#state")
    assert page_of(Client(), entry).status_code == 404
    for person in (moderator, signed_in(asker_of(entry))):
        page = html_of(page_of(person, entry))
        assert "A moderator has hidden this." in page
        assert "&lt;b&gt;An advert&lt;/b&gt;" in page
    assert offered(moderator, entry) == ["restore"]

    moderate(moderator, entry, "restore")
    assert page_of(Client(), entry).status_code == 200


def test_the_author_of_a_rejected_answer_reads_why() -> None:
    response = make_response(text="hold-me")
    entry = response.help_request

    moderate(signed_in(make_moderator()), entry, "reject", response, reason="Off topic")

    assert state_of(response) == "hidden"
    assert "Off topic" in text_of(page_of(signed_in(author_of(response)), entry))
    assert "Off topic" not in text_of(page_of(signed_in(asker_of(entry)), entry))


@pytest.mark.parametrize("who", ["nobody", "stranger", "asker", "responder", "foreign"])
def test_nobody_else_has_buttons_or_gets_past_them(who: str) -> None:
    response = make_response()
    entry = response.help_request
    people: dict[str, Any] = {
        "stranger": make_user("stranger"),
        "asker": asker_of(entry),
        "responder": author_of(response),
        "foreign": make_moderator("gaming"),
    }
    client = signed_in(people[who]) if who in people else Client()

    assert offered(client, entry) == []
    for subject in (entry, response):
        answer = moderate(client, entry, "hide", subject)
        assert answer.status_code == (302 if who == "nobody" else 403)
        assert state_of(subject) == "visible"


def test_a_move_that_comes_too_late_says_so() -> None:
    entry, moderator = make_help_request(), signed_in(make_moderator())

    page = moderate(moderator, entry, "restore")

    assert page.status_code == 409
    assert "Somebody was faster" in text_of(page)


def test_a_reason_that_is_too_long_is_refused() -> None:
    entry, moderator = make_help_request(), signed_in(make_moderator())

    assert moderate(moderator, entry, "hide", reason="x" * 201).status_code == 400
    assert state_of(entry) == "visible"


def test_what_is_not_on_the_page_is_not_found() -> None:
    entry, moderator = make_help_request(), signed_in(make_moderator())
    elsewhere = make_response()

    assert moderate(moderator, entry, "hide", elsewhere).status_code == 404
    assert moderate(moderator, entry, "vanish").status_code == 404
    address = moderate_url(entry, "hide")
    for object_id in ("", "x", uuid4()):
        assert moderator.post(address, {"object_id": object_id}).status_code == 404
    assert state_of(elsewhere) == "visible"


def test_a_long_conversation_costs_a_moderator_as_many_queries(
    django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    entry, moderator = make_help_request(), signed_in(make_moderator())
    for _ in range(2):
        make_response(entry)
    page_of(moderator, entry)
    with django_assert_max_num_queries(100) as short:
        page_of(moderator, entry)
    for _ in range(10):
        make_response(entry)
    with django_assert_num_queries(len(short)):
        page_of(moderator, entry)


def test_the_buttons_speak_german() -> None:
    response = make_response(text="hold-me")
    client = signed_in(make_moderator())

    # A host without LocaleMiddleware speaks whatever is active, one with it asks the browser.
    with translation.override("de"):
        page = client.get(
            url("help-request", response.help_request_id), headers={"Accept-Language": "de"}
        )

    for word in ("Freigeben", "Ablehnen", "Verbergen"):
        assert word in text_of(page)
