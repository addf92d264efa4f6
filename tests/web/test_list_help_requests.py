"""The list: who sees what, filters in the URL, pages, and the number of queries."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from tests.web.pages import html_of, picture, signed_in, text_of, url
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.filters import ORDERINGS
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_solved_help_request,
    make_user,
)
from wargame_mentorship.web.help_requests.finding import ORDERING_LABELS
from wargame_mentorship.web.help_requests.listing import PAGE_SIZE

pytestmark = pytest.mark.django_db

BLOCKS = override_settings(
    WARGAME_MENTORSHIP={"SOCIAL": {"BACKEND": "wargame_mentorship.testing.backends.MemorySocial"}}
)


def test_an_empty_list_says_what_to_do() -> None:
    page = Client().get(url("help-requests"))

    assert page.status_code == 200
    assert "No questions yet" in text_of(page)
    assert url("ask-help-request") in html_of(page)


def test_the_index_leads_to_the_list() -> None:
    assert Client().get(url("index")).headers["Location"] == url("help-requests")


def test_strangers_see_public_questions_and_no_others() -> None:
    asker = make_user("asker")
    make_help_request(asker, title="Public question")
    make_help_request(asker, title="Private question", is_public=False)

    assert "Public question" in text_of(Client().get(url("help-requests")))
    for client in (Client(), signed_in(make_user("stranger"))):
        assert "Private question" not in text_of(client.get(url("help-requests")))
    assert "Private question" in text_of(signed_in(asker).get(url("help-requests")))


@BLOCKS
def test_a_block_hides_the_others_questions() -> None:
    MemorySocial.forget()
    asker, reader = make_user("asker"), make_user("reader")
    make_help_request(asker, title="From somebody blocked")

    MemorySocial.block(asker, reader)

    assert "From somebody blocked" not in text_of(signed_in(reader).get(url("help-requests")))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=resolved", {"Solved one"}),
        ("status=open", {"Varnish frosts", "German one"}),
        ("category=painting", {"Varnish frosts", "Solved one", "German one"}),
        ("category=varnishing", {"Varnish frosts"}),
        ("category=gaming", set()),
        ("difficulty_level=advanced", {"Varnish frosts"}),
        ("language=de", {"German one"}),
        ("category=painting&status=open&language=de", {"German one"}),
        ("search=frosts", {"Varnish frosts"}),
        ("search=frosts&status=resolved", set()),
        ("urgency=high", {"German one"}),
        ("answered=true", {"Solved one"}),
        ("answered=false", {"Varnish frosts", "German one"}),
        ("solved=true", {"Solved one"}),
        ("solved=false&urgency=normal", {"Varnish frosts"}),
        ("queue=new", {"Varnish frosts", "German one"}),
        ("queue=solved", {"Solved one"}),
        ("queue=new&urgency=high&answered=false&language=de&ordering=oldest", {"German one"}),
    ],
)
def test_filters_narrow_the_list(query: str, expected: set[str]) -> None:
    make_help_request(title="Varnish frosts", subcategory="varnishing", difficulty_level="advanced")
    make_help_request(title="German one", language="de", urgency="high")
    HelpRequest.objects.filter(pk=make_solved_help_request().pk).update(title="Solved one")

    said = text_of(Client().get(f"{url('help-requests')}?{query}"))

    for title in ("Varnish frosts", "German one", "Solved one"):
        assert (title in said) is (title in expected)


@pytest.mark.parametrize(
    "query",
    [
        "status=lost",
        "category=cooking",
        "difficulty_level=9",
        "ordering=luck",
        "language=xx",
        "urgency=now",
        "answered=yes",
        "solved=1",
        "queue=old",
        "mine=maybe",
        "assigned_helper=somebody",
    ],
)
def test_a_filter_that_means_nothing_is_left_out_and_named(query: str) -> None:
    make_help_request(title="Still here")

    page = Client().get(f"{url('help-requests')}?{query}")

    assert page.status_code == 400
    assert "Still here" in text_of(page)
    assert "it was left out" in text_of(page)


@pytest.mark.parametrize(
    "query",
    [
        "search=%00",
        "search=" + quote("x " * 2000),
        "search=%22'%3B--%20OR%201%3D1%20(*",
        "page=-1&search=x",
        "page=" + "9" * 5000 + "&search=x",
        "page=9999&search=x",
        "cursor=forged",
        "cursor=" + "x" * 9000,
        "category=%ED%A0%80",
    ],
)
def test_hostile_addresses_are_answered(query: str) -> None:
    assert Client().get(f"{url('help-requests')}?{query}").status_code < 500


def test_every_question_stands_on_exactly_one_page() -> None:
    asker = make_user("asker")
    titles = {make_help_request(asker).title for _ in range(PAGE_SIZE + 3)}
    client, seen = Client(), []

    address: str | None = url("help-requests") + "?ordering=oldest"
    while address:
        page = client.get(address)
        seen += [card.help_request.title for card in page.context["wm"]["cards"]]
        address = page.context["wm"]["older_url"]

    assert len(seen) == len(titles)
    assert set(seen) == titles


def test_every_order_has_a_label() -> None:
    assert list(ORDERING_LABELS) == list(ORDERINGS)


def test_a_language_that_the_host_does_not_speak_can_be_filtered_by() -> None:
    make_help_request(title="In French", language="fr")
    make_help_request(title="In English", language="en")

    page = Client().get(url("help-requests") + "?language=fr")

    assert page.status_code == 200
    assert "In French" in text_of(page)
    assert "In English" not in text_of(page)
    assert 'value="fr" lang="fr" selected' in html_of(page)
    assert "français" in text_of(page)


def test_what_is_understood_still_narrows_beside_what_is_not() -> None:
    make_help_request(title="An open one")
    HelpRequest.objects.filter(pk=make_solved_help_request().pk).update(title="Solved one")

    page = Client().get(url("help-requests") + "?status=resolved&category=cooking")

    assert page.status_code == 400
    assert "Solved one" in text_of(page)
    assert "An open one" not in text_of(page)


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_every_order_works(ordering: str) -> None:
    make_help_request(title="Here")

    assert "Here" in text_of(Client().get(f"{url('help-requests')}?ordering={ordering}"))


def test_a_cursor_of_another_list_leads_to_the_first_page() -> None:
    for _ in range(PAGE_SIZE + 1):
        make_help_request()
    older = Client().get(url("help-requests")).context["wm"]["older_url"]

    answer = Client().get(older + "&category=painting")

    assert answer.status_code == 302
    assert "cursor" not in answer.headers["Location"]


def test_mine_and_what_i_help_with_are_lists_of_whoever_looks() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    helped = make_help_request(ada, title="By ada, helped by bruno")
    make_help_request(bruno, title="By bruno")
    services.claim(actor=bruno, help_request=helped)

    def titles(user: AbstractBaseUser, query: str) -> set[str]:
        page = signed_in(user).get(f"{url('help-requests')}?{query}")
        assert page.status_code == 200
        return {card.help_request.title for card in page.context["wm"]["cards"]}

    assert titles(ada, "mine=true") == {"By ada, helped by bruno"}
    assert titles(ada, "mine=false") == {"By bruno"}
    assert titles(bruno, "assigned_helper=me") == {"By ada, helped by bruno"}
    assert titles(bruno, "assigned_helper=me&mine=true") == set()


@pytest.mark.parametrize("query", ["mine=true", "assigned_helper=me"])
def test_ones_own_lists_lead_somebody_unknown_to_the_sign_in_and_back(query: str) -> None:
    answer = Client().get(f"{url('help-requests')}?{query}")

    assert answer.status_code == 302
    assert quote(query) in answer.headers["Location"]
    assert "Asked by" not in text_of(Client().get(url("help-requests")))


def test_what_narrows_the_list_can_be_taken_away_one_by_one_or_at_once() -> None:
    page = Client().get(
        url("help-requests") + "?category=painting&urgency=high&answered=false&ordering=views"
    )

    chips = dict(page.context["wm"]["chips"])
    assert {str(label) for label in chips} == {
        "All of Painting",
        "How urgent: soon, please",
        "Without an answer",
        "Most read",
    }
    assert "3 filters are on" in text_of(page)
    assert page.context["wm"]["clear_url"] == url("help-requests")
    for label, address in chips.items():
        without = [str(one) for one, _url in Client().get(address).context["wm"]["chips"]]
        assert str(label) not in without
        assert len(without) == 3


def test_a_form_sent_half_empty_leads_to_an_address_without_blanks() -> None:
    answer = Client().get(url("help-requests") + "?search=&category=painting&queue=&ordering=")

    assert answer.status_code == 302
    assert answer.headers["Location"] == url("help-requests") + "?category=painting"


@pytest.mark.parametrize(
    ("query", "said", "leads_to"),
    [
        ("assigned_helper=me", "You are not helping anywhere at the moment", "queue"),
        ("mine=true", "None of your questions", "ask-help-request"),
        ("answered=false", "Nobody waits here", "queue"),
        ("queue=needs_attention", "Nobody waits here", "queue"),
        ("category=gaming", "Nobody has asked this yet", "ask-help-request"),
        ("search=unobtainium", "Nobody has asked this yet", "ask-help-request"),
    ],
)
def test_an_empty_list_names_the_next_step(query: str, said: str, leads_to: str) -> None:
    page = signed_in(make_user()).get(f"{url('help-requests')}?{query}")

    assert said in text_of(page)
    assert f'class="wm-button wm-primary" href="{url(leads_to)}' in html_of(page).partition(said)[2]


def canonical(page: Any) -> str | None:
    found = re.search(r'rel="canonical" href="([^"]+)"', html_of(page))
    return unescape(found[1]) if found else None


def is_kept_from_search_engines(page: Any) -> bool:
    return '<meta name="robots" content="noindex, follow">' in html_of(page)


def test_the_same_list_has_one_canonical_address() -> None:
    first = Client().get(url("help-requests") + "?status=open&category=painting&ordering=views")
    second = Client().get(url("help-requests") + "?utm_source=x&category=painting&status=open")

    expected = f"http://testserver{url('help-requests')}?category=painting&status=open"
    assert canonical(first) == canonical(second) == expected
    assert not is_kept_from_search_engines(first)
    assert canonical(Client().get(url("help-requests"))) == expected.partition("?")[0]


@pytest.mark.parametrize(
    "query",
    ["search=wash", "queue=new", "mine=true", "assigned_helper=me", "status=lost"],
)
def test_what_is_no_page_to_be_found_is_not_indexed(query: str) -> None:
    page = signed_in(make_user()).get(f"{url('help-requests')}?{query}")

    assert is_kept_from_search_engines(page)
    assert canonical(page) is None


def test_pages_name_the_ones_beside_them_and_only_the_first_is_indexed() -> None:
    for _ in range(PAGE_SIZE + 1):
        make_help_request()
    first = Client().get(url("help-requests"))
    older = first.context["wm"]["older_url"]
    second = Client().get(older)

    assert f'<link rel="next" href="{escape(older)}">' in html_of(first)
    assert '<link rel="prev"' not in html_of(first)
    assert f'<link rel="prev" href="{escape(second.context["wm"]["newer_url"])}">' in html_of(
        second
    )
    assert is_kept_from_search_engines(second)
    assert not is_kept_from_search_engines(first)


def test_the_list_names_its_feed_unless_it_is_somebodys_own() -> None:
    client = signed_in(make_user())
    page = client.get(url("help-requests") + "?category=painting&ordering=views")

    link = f'type="application/atom+xml" title="These questions as a feed" href="{url("feed")}'
    assert f'{link}?category=painting">' in html_of(page)
    assert "atom+xml" not in html_of(client.get(url("help-requests") + "?mine=true"))


def test_a_category_is_followed_from_its_list() -> None:
    bruno = make_user("bruno")
    client = signed_in(bruno)
    address = url("help-requests") + "?category=drybrushing"
    assert "Follow, to help here" in text_of(client.get(address))

    answer = client.post(url("follow-category"), {"follow": "drybrushing", "next": address})

    assert answer.headers["Location"] == address
    assert "You follow this" in text_of(client.get(address))
    assert "Follow, to help here" not in text_of(Client().get(address))


def test_a_search_without_a_hit_offers_to_ask_it() -> None:
    page = Client().get(f"{url('help-requests')}?search=unobtainium")

    assert "Nobody has asked this yet" in text_of(page)
    assert "title=unobtainium" in html_of(page)


@pytest.mark.parametrize(
    "query",
    ["", "?search=varnish", "?category=painting&queue=new&answered=false", "?mine=false"],
)
def test_twenty_questions_cost_as_many_queries_as_two(query: str) -> None:
    def ask(number: int) -> None:
        asker = make_user("asker")
        photo = upload_photo(actor=asker, file=picture(), alt_text="A mini")
        services.ask(
            actor=asker,
            title=f"Varnish {number}",
            description="It frosts.",
            category="painting",
            photo_ids=[photo.pk],
        )

    def count(client: Client) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url("help-requests") + query).status_code == 200
        return len(queries)

    for number in range(2):
        ask(number)
    reader = signed_in(make_user("reader"))
    count(reader)
    two = count(reader)
    for number in range(2, 20):
        ask(number)

    assert count(reader) == two
