"""One's notifications: shown, counted, marked read."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from tests.web.pages import asker_of, author_of, html_of, signed_in, text_of, url
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.notifications.services import unread_count
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user

pytestmark = pytest.mark.django_db


def answered(capture: Any, asker: Any = None, times: int = 1) -> HelpResponse:
    """The last answer to a fresh question, with everything told that it tells."""
    help_request = make_help_request(asker)
    with capture(execute=True):
        for _ in range(times):
            response = make_response(help_request)
    return response


def test_an_answer_is_read_and_leads_to_the_question(
    django_capture_on_commit_callbacks: Any,
) -> None:
    response = answered(django_capture_on_commit_callbacks)
    asker = asker_of(response.help_request)
    client = signed_in(asker)

    page = client.get(url("notifications"))
    assert response.help_request.title in text_of(page)
    assert unread_count(asker) == 1

    key = page.context["wm"]["lines"][0].shown.id
    answer = client.post(url("read-notifications"), {"id": str(key)})
    assert answer.headers["Location"].startswith(url("help-request", response.help_request_id))
    assert unread_count(asker) == 0


def test_all_are_marked_at_once(django_capture_on_commit_callbacks: Any) -> None:
    response = answered(django_capture_on_commit_callbacks, times=3)
    asker = asker_of(response.help_request)

    signed_in(asker).post(url("read-notifications"), {"all": "1"})

    assert unread_count(asker) == 0


def test_nobody_reads_those_of_others(django_capture_on_commit_callbacks: Any) -> None:
    response = answered(django_capture_on_commit_callbacks)
    asker = asker_of(response.help_request)
    key = signed_in(asker).get(url("notifications")).context["wm"]["lines"][0].shown.id
    stranger = signed_in(make_user("stranger"))

    assert response.help_request.title not in text_of(stranger.get(url("notifications")))
    stranger.post(url("read-notifications"), {"id": str(key)})
    stranger.post(url("read-notifications"), {"all": "1"})

    assert unread_count(asker) == 1


def test_what_is_gone_is_no_longer_named(django_capture_on_commit_callbacks: Any) -> None:
    response = answered(django_capture_on_commit_callbacks)
    asker = asker_of(response.help_request)
    HelpRequest.objects.filter(pk=response.help_request_id).update(
        deleted_at=response.created_at, title="Secret title"
    )

    page = signed_in(asker).get(url("notifications"))

    assert "Secret title" not in html_of(page)
    assert "no longer there" in text_of(page)


def test_an_empty_list_says_what_will_stand_there() -> None:
    assert "Nothing new" in text_of(signed_in(make_user()).get(url("notifications")))


def test_one_signs_in_first() -> None:
    assert Client().get(url("notifications")).status_code == 302
    assert Client().post(url("read-notifications"), {"all": "1"}).status_code == 302


@pytest.mark.parametrize("key", ["", "nonsense"])
def test_nonsense_is_not_there(key: str) -> None:
    client = signed_in(make_user())

    assert client.post(url("read-notifications"), {"id": key}).status_code == 404
    gone = client.post(url("read-notifications"), {"id": str(uuid4())})
    assert gone.headers["Location"] == url("notifications")
    assert client.get(url("notifications"), {"cursor": "forged"}).status_code == 302


def test_twenty_notifications_cost_as_many_queries_as_two(
    django_capture_on_commit_callbacks: Any,
) -> None:
    asker = make_user("asker")
    client = signed_in(asker)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url("notifications")).status_code == 200
        return len(queries)

    for _ in range(2):
        answered(django_capture_on_commit_callbacks, asker)
    count()
    two = count()
    for _ in range(18):
        answered(django_capture_on_commit_callbacks, asker)

    assert count() == two


def render(template: str, user: Any) -> str:
    request = RequestFactory().get("/")
    request.user = user
    loaded = Template("{% load wargame_mentorship_tags %}" + template)
    return loaded.render(Context({"request": request, "found": HelpRequest.objects.all()}))


def test_a_host_shows_the_count_and_cards_on_its_own_pages(
    django_capture_on_commit_callbacks: Any,
) -> None:
    response = answered(django_capture_on_commit_callbacks)
    asker = asker_of(response.help_request)

    assert render("{% wm_unread_count %}", asker) == "1"
    assert response.help_request.title in render("{% wm_help_request_cards found %}", asker)
    assert (
        Template("{% load wargame_mentorship_tags %}{% wm_unread_count %}").render(Context()) == "0"
    )


def test_an_icon_that_an_editor_invented_draws_nothing() -> None:
    assert render("{% wm_icon 'no-such-icon' %}", make_user()) == ""
    assert 'aria-label="A brush"' in render("{% wm_icon 'brush' 'A brush' %}", make_user())


def test_a_solved_question_tells_whoever_solved_it(
    django_capture_on_commit_callbacks: Any,
) -> None:
    response = answered(django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        services.accept(
            actor=asker_of(response.help_request),
            help_request=response.help_request,
            response_id=response.pk,
        )

    said = text_of(signed_in(author_of(response)).get(url("notifications")))

    assert "accepted your answer" in said
