"""One question with its answers: what stands there for whom."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.web.pages import asker_of, author_of, html_of, signed_in, text_of, url
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.host.users import DefaultUsers
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_solved_help_request,
    make_user,
)
from wargame_mentorship.web.help_requests.detail import ANSWERS_PER_PAGE

pytestmark = pytest.mark.django_db

BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
BLOCKS = override_settings(
    WARGAME_MENTORSHIP={"SOCIAL": {"BACKEND": "wargame_mentorship.testing.backends.MemorySocial"}}
)
BROKEN = override_settings(
    WARGAME_MENTORSHIP={"SOCIAL": {"BACKEND": "wargame_mentorship.testing.backends.BrokenSocial"}}
)


def test_an_anonymous_reader_sees_question_and_answers_and_is_asked_to_sign_in() -> None:
    response = make_response(text="Thin your **varnish**.")

    page = Client().get(url("help-request", response.help_request_id))

    assert "Thin your varnish" in text_of(page)
    assert "<strong>varnish</strong>" in html_of(page)
    assert "Sign in to answer" in text_of(page)
    assert "<textarea" not in html_of(page)


def test_what_one_may_not_see_is_not_there() -> None:
    private = make_help_request(is_public=False)
    gone = make_help_request()
    services.delete(actor=asker_of(gone), help_request=gone)

    for client in (Client(), signed_in(make_user("stranger"))):
        for pk in (private.pk, gone.pk, uuid4()):
            assert client.get(url("help-request", pk)).status_code == 404
    page = signed_in(asker_of(private)).get(url("help-request", private.pk))
    assert page.status_code == 200
    assert 'content="noindex"' in html_of(page)


def test_the_solution_stands_before_older_answers() -> None:
    asker = make_user("asker")
    help_request = make_help_request(asker)
    make_response(help_request, text="An older answer.")
    solution = make_response(help_request, text="The one that worked.")
    services.accept(actor=asker, help_request=help_request, response_id=solution.pk)

    said = text_of(Client().get(url("help-request", help_request.pk)))

    assert said.index("This solved it") < said.index("The one that worked")
    assert said.index("The one that worked") < said.index("An older answer")


@BLOCKS
def test_a_blocked_answer_leaves_a_placeholder_without_words_or_name() -> None:
    MemorySocial.forget()
    reader, blocked = make_user("reader"), make_user("blocked")
    help_request = make_help_request()
    make_response(help_request, blocked, text="Unseen words")
    make_response(help_request, text="Seen words")

    MemorySocial.block(blocked, reader)
    page = signed_in(reader).get(url("help-request", help_request.pk))

    assert "Seen words" in text_of(page)
    assert "Somebody you do not see here wrote something" in text_of(page)
    assert "Unseen words" not in html_of(page)
    assert blocked.get_username() not in html_of(page)


@BLOCKS
def test_a_question_of_somebody_blocked_is_not_there() -> None:
    MemorySocial.forget()
    reader = make_user("reader")
    help_request = make_help_request()

    MemorySocial.block(reader, asker_of(help_request))

    assert signed_in(reader).get(url("help-request", help_request.pk)).status_code == 404


def test_held_words_are_marked_for_author_and_moderator_and_hidden_from_others() -> None:
    response = make_response(text="Waiting words")
    HelpResponse.objects.filter(pk=response.pk).update(moderation_state=ModerationState.HELD)
    address = url("help-request", response.help_request_id)

    for viewer in (author_of(response), make_moderator("painting")):
        said = text_of(signed_in(viewer).get(address))
        assert "Waiting words" in said
        assert "moderator" in said
    for client in (Client(), signed_in(make_user("stranger"))):
        assert "Waiting words" not in text_of(client.get(address))


def test_an_answer_of_somebody_who_left_stays_without_a_name() -> None:
    response = make_response(text="Words that stay")
    name = author_of(response).get_username()

    author_of(response).delete()
    said = text_of(Client().get(url("help-request", response.help_request_id)))

    assert "Words that stay" in said
    assert "a former member" in said
    assert name not in said


def test_each_sees_the_buttons_that_are_theirs() -> None:
    response = make_response()
    help_request, asker = response.help_request, asker_of(response.help_request)
    address = url("help-request", help_request.pk)
    asker_says = text_of(signed_in(asker).get(address))
    stranger_page = signed_in(make_user("stranger")).get(address)
    stranger_says = text_of(stranger_page)
    author_page = signed_in(author_of(response)).get(address)

    assert "This solved it" in asker_says
    assert "Close this question" in asker_says
    assert "I can help with this" not in asker_says
    assert "I can help with this" in stranger_says
    assert "This solved it" not in stranger_says
    assert url("edit-help-request", help_request.pk) not in html_of(stranger_page)
    assert url("helpful-response", help_request.pk, response.pk) not in html_of(author_page)
    assert "claim" not in html_of(Client().get(address))


def test_a_moderator_of_another_category_has_no_buttons_of_a_moderator() -> None:
    help_request = make_help_request(category="painting")
    address = url("help-request", help_request.pk)

    assert "Close this question" in text_of(signed_in(make_moderator("painting")).get(address))
    assert "Close this question" not in text_of(signed_in(make_moderator("gaming")).get(address))


def test_a_closed_question_takes_no_answer() -> None:
    help_request = make_help_request()
    services.close(actor=asker_of(help_request), help_request=help_request, reason="Sold him")

    page = signed_in(make_user("helper")).get(url("help-request", help_request.pk))

    assert "nothing can be added" in text_of(page)
    assert "Sold him" in text_of(page)
    assert "<textarea" not in html_of(page)


def test_text_carries_its_language() -> None:
    help_request = make_help_request(title="Wie verdünne ich?", language="de")

    assert '<article class="wm-question" lang="de"' in html_of(
        Client().get(url("help-request", help_request.pk))
    )


class TokyoUsers(DefaultUsers):
    def timezone(self, user: Any) -> Any:
        return ZoneInfo("Asia/Tokyo")


def test_times_are_on_the_readers_clock_and_on_no_one_elses_afterwards() -> None:
    help_request = make_help_request()
    moment = datetime(2026, 1, 1, 20, 30, tzinfo=UTC)
    HelpRequest.objects.filter(pk=help_request.pk).update(created_at=moment)
    address = url("help-request", help_request.pk)
    before = timezone.get_current_timezone_name()

    backend = f"{__name__}.TokyoUsers"
    with override_settings(WARGAME_MENTORSHIP={"USERS": {"BACKEND": backend}}):
        tokyo = html_of(signed_in(make_user("reader")).get(address))
        nowhere = html_of(Client().get(address))

    assert 'datetime="2026-01-02T05:30:00+09:00"' in tokyo
    assert f'datetime="{timezone.localtime(moment).isoformat()}"' in nowhere
    assert timezone.get_current_timezone_name() == before


def test_a_reader_counts_once_an_hour_and_robots_and_the_asker_never() -> None:
    help_request = make_help_request()
    address = url("help-request", help_request.pk)

    Client(headers=BROWSER).get(address)
    Client(headers=BROWSER).get(address)
    signed_in(make_user("reader")).get(address, headers=BROWSER)
    Client(headers={"user-agent": "Googlebot/2.1"}).get(address)
    Client().get(address)
    Client(headers=BROWSER).get(address, headers={"sec-purpose": "prefetch"})
    signed_in(asker_of(help_request)).get(address, headers=BROWSER)

    help_request.refresh_from_db()
    assert help_request.view_count == 2


@BROKEN
def test_a_failing_social_backend_is_a_plain_503() -> None:
    help_request_id = uuid4()

    page = signed_in(make_user("reader")).get(url("help-request", help_request_id))

    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert "does not answer at the moment" in text_of(page)


def test_many_answers_come_in_pages() -> None:
    help_request = make_help_request()
    helper = make_user("helper")
    for number in range(ANSWERS_PER_PAGE + 2):
        make_response(help_request, helper, text=f"Answer number {number}.")
    address = url("help-request", help_request.pk)

    first, second = Client().get(address), Client().get(f"{address}?page=2")

    assert "Answer number 0." in text_of(first)
    assert f"Answer number {ANSWERS_PER_PAGE + 1}." not in text_of(first)
    assert f"Answer number {ANSWERS_PER_PAGE + 1}." in text_of(second)
    for page in ("0", "-1", "x", "9" * 5000):
        assert Client().get(f"{address}?page={page}").status_code == 200


def test_twenty_answers_cost_as_many_queries_as_two() -> None:
    help_request = make_solved_help_request()
    make_response(help_request)
    reader = signed_in(make_user("reader"))

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert reader.get(url("help-request", help_request.pk)).status_code == 200
        return len(queries)

    count()
    two = count()
    for _ in range(18):
        make_response(help_request)

    assert count() == two


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"{{ 7|add:7 }}"


def test_hostile_words_are_shown_as_words() -> None:
    help_request = make_help_request(title=HOSTILE, description=HOSTILE)
    make_response(help_request, text=HOSTILE)
    services.close(actor=asker_of(help_request), help_request=help_request, reason=HOSTILE)

    for address in (url("help-request", help_request.pk), url("help-requests")):
        html = html_of(Client().get(address))
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "&lt;script&gt;alert" in html
    search = html_of(Client().get(url("help-requests"), {"search": HOSTILE}))
    assert "<script>alert" not in search
