"""The page that decides what somebody is told; muting; the way out of an e-mail."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.pages import html_of, signed_in, text_of, url
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.notifications import services
from wargame_mentorship.notifications.models import Channel, Mute
from wargame_mentorship.notifications.unsubscribing import unsubscribe_token
from wargame_mentorship.testing.factories import make_help_request, make_user

pytestmark = pytest.mark.django_db

ANSWERED = "help_request.answered"


def is_on(person: Any, verb: str, channel: str) -> bool:
    [found] = [
        entry.is_on
        for entry in services.preferences_of(person)
        if (entry.verb.name, entry.channel) == (verb, channel)
    ]
    return found


def test_the_page_shows_what_holds_and_what_is_ticked_is_what_holds_next() -> None:
    ada: Any = make_user("ada")
    client = signed_in(ada)

    page = client.get(url("notification-preferences"))
    html = html_of(page)
    assert f'value="{ANSWERED}:email" checked' in html
    assert 'value="similar_solved:email">' in html
    assert ada.email in text_of(page)

    answer = client.post(
        url("notification-preferences"), {"on": [f"{ANSWERED}:in_site", "similar_solved:email"]}
    )

    assert answer.status_code == 302
    assert "Saved." in text_of(client.get(answer.headers["Location"]))
    assert is_on(ada, ANSWERED, "in_site")
    assert not is_on(ada, ANSWERED, "email")
    assert is_on(ada, "similar_solved", "email")
    assert not is_on(ada, "mentioned", "in_site")


def test_what_there_is_not_is_not_ticked() -> None:
    ada = make_user("ada")

    signed_in(ada).post(url("notification-preferences"), {"on": ["x:y", "mentioned:email", ":"]})

    assert is_on(ada, "mentioned", "email")


def test_an_account_without_an_address_is_told_so() -> None:
    ada: Any = make_user("ada")
    type(ada).objects.filter(pk=ada.pk).update(email="")

    page = signed_in(ada).get(url("notification-preferences"))

    assert "no e-mail address" in text_of(page)


def test_the_list_of_notifications_leads_there() -> None:
    page = signed_in(make_user()).get(url("notifications"))

    assert url("notification-preferences") in html_of(page)


def test_one_signs_in_first() -> None:
    entry = make_help_request()
    for address in (url("notification-preferences"), url("mute-help-request", entry.pk)):
        assert "login" in Client().post(address).headers["Location"]
    assert "login" in Client().get(url("notification-preferences")).headers["Location"]


def test_a_question_is_muted_from_its_page_and_told_again_from_either() -> None:
    entry, ada = make_help_request(title="Why does it frost?"), make_user("ada")
    client = signed_in(ada)
    assert "Stop telling me of this" in text_of(client.get(url("help-request", entry.pk)))

    answer = client.post(url("mute-help-request", entry.pk), {"mute": "1"})
    assert answer.headers["Location"].startswith(url("help-request", entry.pk))
    assert services.is_muted(ada, entry)
    assert "Tell me again" in text_of(client.get(url("help-request", entry.pk)))
    assert "Why does it frost?" in text_of(client.get(url("notification-preferences")))

    client.post(url("mute-help-request", entry.pk), {"mute": "0", "from": "preferences"})
    assert not services.is_muted(ada, entry)
    assert client.get(url("mute-help-request", entry.pk)).status_code == 302


def test_visitors_have_no_button_and_strangers_nothing_to_mute() -> None:
    public, private = make_help_request(), make_help_request(is_public=False)

    assert "Stop telling" not in text_of(Client().get(url("help-request", public.pk)))
    answer = signed_in(make_user("stranger")).post(url("mute-help-request", private.pk))
    assert answer.status_code == 404
    assert not Mute.objects.exists()


def test_twenty_muted_questions_cost_as_many_queries_as_two() -> None:
    ada = make_user("ada")
    client = signed_in(ada)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url("notification-preferences")).status_code == 200
        return len(queries)

    for _ in range(2):
        services.mute(actor=ada, subject=make_help_request())
    count()
    two = count()
    for _ in range(18):
        services.mute(actor=ada, subject=make_help_request())

    assert HelpRequest.objects.count() == 20
    assert count() == two


# ---------------------------------------------------------------- the way out of an e-mail


def way_out(person: Any) -> str:
    return url("unsubscribe", unsubscribe_token(person, ANSWERED, Channel.EMAIL))


def strict() -> Client:
    """Somebody's browser or mail program, with no session and no form of ours."""
    return Client(enforce_csrf_checks=True)


def test_looking_at_the_link_switches_nothing_off() -> None:
    ada = make_user("ada")

    page = strict().get(way_out(ada))
    strict().head(way_out(ada))

    assert page.status_code == 200
    assert "Somebody answers my question" in text_of(page)
    assert '<form method="post">' in html_of(page)
    assert is_on(ada, ANSWERED, "email")
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert ada.get_username() not in html_of(page)


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_one_click_is_enough_and_a_second_harms_nobody(content_type: str) -> None:
    ada, eve = make_user("ada"), make_user("eve")
    body = "List-Unsubscribe=One-Click"
    if content_type.startswith("multipart"):
        name = 'Content-Disposition: form-data; name="List-Unsubscribe"'
        body = f"--x\r\n{name}\r\n\r\nOne-Click\r\n--x--\r\n"

    for _ in range(2):
        page = strict().post(way_out(ada), body, content_type=content_type)
        assert page.status_code == 200
        assert "no more e-mails of this sort" in text_of(page)

    assert not is_on(ada, ANSWERED, "email")
    assert is_on(ada, ANSWERED, "in_site")
    assert is_on(ada, "mentioned", "email")
    assert is_on(eve, ANSWERED, "email")


def test_whoever_is_signed_in_as_another_acts_for_the_one_of_the_letter() -> None:
    ada, eve = make_user("ada"), make_user("eve")

    signed_in(eve).post(way_out(ada))

    assert not is_on(ada, ANSWERED, "email")
    assert is_on(eve, ANSWERED, "email")


@pytest.mark.parametrize("spoil", [str.upper, lambda token: token[:-1], lambda token: "x"])
def test_a_token_that_was_tampered_with_is_not_there(spoil: Any) -> None:
    ada = make_user("ada")
    token = spoil(unsubscribe_token(ada, ANSWERED, Channel.EMAIL))

    assert strict().get(url("unsubscribe", token)).status_code == 404
    assert strict().post(url("unsubscribe", token)).status_code == 404
    assert is_on(ada, ANSWERED, "email")


def test_a_token_of_nothing_and_nobody_is_not_there() -> None:
    ada = make_user("ada")
    eaten = unsubscribe_token(ada, "help_request.eaten", Channel.EMAIL)
    gone = way_out(ada)
    ada.delete()

    assert strict().get(url("unsubscribe", eaten)).status_code == 404
    assert strict().post(gone).status_code == 404
