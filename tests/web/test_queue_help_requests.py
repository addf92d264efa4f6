"""The page of a helper's queue: following, taking on, giving back, and what is told of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.api.http import BROKEN_SOCIAL, blocks
from tests.web.pages import asker_of, html_of, picture, signed_in, text_of, url
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.models import Category, CategoryFollow
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.taxonomy.follows import follow_category
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user
from wargame_mentorship.web.help_requests.queue import PAGE_SIZE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_blocks() -> None:
    MemorySocial.forget()


def titles(page: Any, part: str = "waiting") -> list[str]:
    return [row.help_request.title for row in page.context["wm"][part]]


def asked(title: str, *, hours_ago: float = 0, **fields: Any) -> HelpRequest:
    entry = make_help_request(title=title, **fields)
    when = timezone.now() - timedelta(hours=hours_ago)
    HelpRequest.objects.filter(pk=entry.pk).update(created_at=when)
    return entry


def test_the_queue_is_for_those_who_are_signed_in() -> None:
    entry = make_help_request()

    assert url("queue") in Client().get(url("queue")).headers["Location"]
    for answer in (
        Client().post(url("act-on-queue", entry.pk, "claim")),
        Client().post(url("follow-category"), {"follow": "painting"}),
    ):
        assert answer.status_code == 302
        assert "next=" + url("queue") in answer.headers["Location"]
    entry.refresh_from_db()
    assert entry.status == "open"


def test_who_follows_nothing_is_invited_and_sees_what_waits_anyway() -> None:
    asked("About painting")

    page = signed_in(make_user("bruno")).get(url("queue"))

    assert "What do you know well?" in text_of(page)
    assert 'name="follow" value="painting"' in html_of(page)
    assert titles(page) == ["About painting"]


def test_one_click_follows_and_one_click_leaves() -> None:
    bruno = make_user("bruno")
    client = signed_in(bruno)
    asked("About painting", subcategory="drybrushing")
    asked("About gaming", category="gaming")

    answer = client.post(url("follow-category"), {"follow": "painting"})
    followed = client.get(answer.headers["Location"])

    assert answer.headers["Location"] == url("queue")
    assert titles(followed) == ["About painting"]
    assert "What do you know well?" not in text_of(followed)

    client.post(url("follow-category"), {"unfollow": "painting"})
    left = client.get(url("queue"))

    assert titles(left) == ["About painting", "About gaming"]
    assert not CategoryFollow.objects.exists()


@pytest.mark.parametrize(
    "next_url",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "javascript:alert(1)",
        "\\\\elsewhere",
        "",
    ],
)
def test_following_leads_nowhere_else(next_url: str) -> None:
    client = signed_in(make_user())

    answer = client.post(url("follow-category"), {"follow": "painting", "next": next_url})

    assert answer.headers["Location"] == url("queue")


@pytest.mark.parametrize(
    "data", [{}, {"follow": "knitting"}, {"unfollow": "x\x00"}, {"follow": "x" * 9000}]
)
def test_following_what_is_no_category_is_not_found(data: dict[str, str]) -> None:
    assert signed_in(make_user()).post(url("follow-category"), data).status_code == 404


def test_a_followed_category_out_of_use_can_still_be_left() -> None:
    bruno = make_user("bruno")
    follow_category(actor=bruno, slug="gaming")
    Category.objects.filter(slug="gaming").update(is_active=False)

    page = signed_in(bruno).get(url("queue"))

    assert 'name="unfollow" value="gaming"' in html_of(page)
    assert 'name="follow" value="gaming"' not in html_of(page)


def test_the_longest_waiting_stands_first_and_says_since_when() -> None:
    asked("Newer", hours_ago=3)
    asked("Older", hours_ago=73)
    ada = make_user("ada")
    again = make_help_request(ada, title="Wrote again")
    make_response(again)
    make_response(again, ada)
    HelpRequest.objects.filter(pk=again.pk).update(
        last_response_at=timezone.now() - timedelta(hours=50),
        created_at=timezone.now() - timedelta(hours=900),
    )

    page = signed_in(make_user("bruno")).get(url("queue"))

    assert titles(page) == ["Older", "Wrote again", "Newer"]
    said = text_of(page)
    assert "asked 3 days ago" in said.partition("Older")[2].partition("Wrote again")[0]
    assert "The asker wrote again 2 days ago" in said
    assert "asked 3 hours ago" in said
    assert html_of(page).count("wm-late") == 2


def test_when_nobody_waits_in_what_one_follows_the_others_are_shown() -> None:
    bruno = make_user("bruno")
    follow_category(actor=bruno, slug="painting")
    asked("About gaming", category="gaming")
    client = signed_in(bruno)

    cleared = client.get(url("queue"))
    everything = client.get(url("queue") + "?scope=all")

    assert "Nobody waits in what you follow. Well done!" in text_of(cleared)
    assert titles(cleared) == titles(everything) == ["About gaming"]
    assert "Well done!" not in text_of(everything)


def test_when_nobody_waits_at_all_the_page_names_a_next_step() -> None:
    make_response()

    page = signed_in(make_user()).get(url("queue"))

    assert "Nobody waits" in text_of(page)
    assert url("help-requests") + "?queue=answered" in html_of(page)


def test_what_is_not_for_others_is_on_no_page() -> None:
    canary = "canary-77"
    for columns in (
        {"is_public": False},
        {"moderation_state": ModerationState.HELD},
        {"moderation_state": ModerationState.HIDDEN},
        {"deleted_at": timezone.now()},
    ):
        entry = make_help_request(title=canary, description=canary)
        HelpRequest.objects.filter(pk=entry.pk).update(**columns)
    bruno = make_user("bruno")
    blocked = make_help_request(title=canary)

    with blocks():
        MemorySocial.block(asker_of(blocked), bruno)
        for query in ("", "?scope=all", "?scope=followed"):
            assert canary not in html_of(signed_in(bruno).get(url("queue") + query))


def test_a_social_backend_that_fails_shows_nothing_unfiltered() -> None:
    asked("Nobody should see this now")

    with override_settings(WARGAME_MENTORSHIP={"SOCIAL": BROKEN_SOCIAL}):
        page = signed_in(make_user()).get(url("queue"))

    assert page.status_code == 503
    assert "Nobody should see this now" not in text_of(page)


# ------------------------------------------------------------- taking on, giving back


def test_taking_on_leads_to_the_answer_and_puts_it_in_ones_hands() -> None:
    bruno = make_user("bruno")
    entry = asked("A wash with rings")
    client = signed_in(bruno)

    answer = client.post(url("act-on-queue", entry.pk, "claim"))
    again = client.post(url("act-on-queue", entry.pk, "claim"))

    assert answer.headers["Location"] == url("help-request", entry.pk) + "#respond"
    assert again.headers["Location"] == answer.headers["Location"]
    page = client.get(url("queue"))
    assert titles(page, "in_hands") == ["A wash with rings"]
    assert titles(page) == titles(signed_in(make_user("cleo")).get(url("queue"))) == []
    assert "or it is free for others again" in text_of(page)


def test_giving_back_lets_it_wait_again() -> None:
    bruno = make_user("bruno")
    entry = services.claim(actor=bruno, help_request=asked("A wash with rings"))

    answer = signed_in(bruno).post(url("act-on-queue", entry.pk, "release"))

    assert answer.headers["Location"] == url("queue")
    page = signed_in(bruno).get(url("queue"))
    assert titles(page, "in_hands") == []
    assert titles(page) == ["A wash with rings"]


def test_what_somebody_took_meanwhile_is_told_beside_what_else_waits() -> None:
    entry = asked("Taken meanwhile")
    asked("Still waiting")
    services.claim(actor=make_user("cleo"), help_request=entry)

    page = signed_in(make_user("bruno")).post(url("act-on-queue", entry.pk, "claim") + "?scope=all")

    assert page.status_code == 409
    said = text_of(page)
    assert "Somebody is already helping here." in said
    assert "Taken meanwhile" in said
    assert titles(page) == ["Still waiting"]
    entry.refresh_from_db()
    assert entry.status == "in_progress"


def test_what_was_closed_meanwhile_is_told() -> None:
    entry = asked("Closed meanwhile")
    services.close(actor=asker_of(entry), help_request=entry)

    page = signed_in(make_user()).post(url("act-on-queue", entry.pk, "claim"))

    assert page.status_code == 409
    assert "Somebody was faster" in text_of(page)


def test_what_went_out_of_sight_meanwhile_is_not_found() -> None:
    entry = make_help_request(is_public=False)

    for action in ("claim", "release"):
        answer = signed_in(make_user()).post(url("act-on-queue", entry.pk, action))
        assert answer.status_code == 404


def test_nobody_gives_back_for_others_and_nothing_else_is_done_from_here() -> None:
    entry = services.claim(actor=make_user("cleo"), help_request=make_help_request())
    client = signed_in(make_user("bruno"))

    assert client.post(url("act-on-queue", entry.pk, "release")).status_code == 403
    assert client.post(url("act-on-queue", entry.pk, "close")).status_code == 404
    assert client.get(url("act-on-queue", entry.pk, "claim")).headers["Location"] == url("queue")
    own = make_help_request(ada := make_user("ada"))
    assert signed_in(ada).post(url("act-on-queue", own.pk, "claim")).status_code == 403


def test_the_queue_says_whose_turn_it_is() -> None:
    bruno, ada = make_user("bruno"), make_user("ada")
    owed, told, answered = (
        services.claim(actor=bruno, help_request=make_help_request(ada, title=title))
        for title in ("Owed", "Told", "Answered")
    )
    for entry in (owed, told):
        question = make_response(entry, bruno, text="Which primer?")
        HelpResponse.objects.filter(pk=question.pk).update(asks_back=True)
        HelpRequest.objects.filter(pk=entry.pk).update(needs_info_since=timezone.now())
    make_response(told, ada)
    make_response(answered, bruno)

    page = signed_in(bruno).get(url("queue"))

    assert titles(page, "in_hands")[0] == "Told"
    said = text_of(page)
    assert "The asker has answered you." in said
    assert "You asked back; the asker owes an answer." in said
    assert "You have answered; the asker has the word." in said


# ------------------------------------------------------------------------------ pages


def test_every_waiting_request_stands_on_exactly_one_page() -> None:
    expected = [asked(f"Number {n}", hours_ago=500 - n).title for n in range(PAGE_SIZE + 3)]
    client, seen = signed_in(make_user("bruno")), []

    address: str | None = url("queue")
    while address:
        page = client.get(address)
        seen += titles(page)
        address = page.context["wm"]["older_url"]

    assert seen == expected
    assert page.context["wm"]["newer_url"]


@pytest.mark.parametrize("cursor", ["forged", "x" * 9000, "\x00"])
def test_a_cursor_that_leads_nowhere_leads_to_the_first_page(cursor: str) -> None:
    client = signed_in(make_user())

    for query in ({"cursor": cursor}, {"cursor": cursor, "scope": "all"}):
        answer = client.get(url("queue"), query)
        assert answer.headers["Location"] == url("queue")


def test_a_page_whose_requests_were_all_taken_leads_to_the_first() -> None:
    entries = [asked(f"Number {n}", hours_ago=500 - n) for n in range(PAGE_SIZE + 1)]
    client = signed_in(make_user("bruno"))
    older = client.get(url("queue")).context["wm"]["older_url"]
    services.claim(actor=make_user("cleo"), help_request=entries[-1])

    assert client.get(older).headers["Location"] == url("queue")


def test_an_unknown_scope_is_ones_own() -> None:
    bruno = make_user("bruno")
    follow_category(actor=bruno, slug="painting")
    asked("About painting")
    asked("About gaming", category="gaming")

    assert titles(signed_in(bruno).get(url("queue") + "?scope=%00x")) == ["About painting"]


@pytest.mark.parametrize("slugs", [(), ("painting",), ("gaming",)])
def test_twenty_requests_cost_as_many_queries_as_two(slugs: tuple[str, ...]) -> None:
    bruno = make_user("bruno")
    for slug in slugs:
        follow_category(actor=bruno, slug=slug)
    client = signed_in(bruno)

    def ask(number: int) -> None:
        asker = make_user("asker")
        photo = upload_photo(actor=asker, file=picture(), alt_text="A mini")
        make_help_request(asker, subcategory="drybrushing", photo_ids=[photo.pk])
        services.claim(actor=bruno, help_request=make_help_request(asker))

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url("queue")).status_code == 200
        return len(queries)

    for number in range(2):
        ask(number)
    count()
    two = count()
    for number in range(2, 20):
        ask(number)

    assert count() == two
