"""Atom feeds: valid, stable, cheap, and of nothing but what everybody may see."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin
from uuid import UUID
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.api.http import BROKEN_SOCIAL, blocks
from tests.web.pages import asker_of, author_of, html_of, picture, signed_in, url
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import (
    HelpRequest,
    HelpResponse,
    HelpResponseStep,
)
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    deactivate,
    make_help_request,
    make_moderator,
    make_response,
    make_solved_help_request,
    make_user,
)
from wargame_mentorship.web.feeds import MOST_ENTRIES, clean

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def _no_blocks() -> None:
    MemorySocial.forget()


def read(address: str, client: Client | None = None) -> ElementTree.Element:
    answer = (client or Client()).get(address)
    assert answer.status_code == 200, answer.content
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)  # noqa: S314 - of our own making


def entries_of(feed: ElementTree.Element) -> list[ElementTree.Element]:
    return feed.findall(f"{ATOM}entry")


def text(node: ElementTree.Element, path: str) -> str:
    found = node.find("/".join(f"{ATOM}{name}" for name in path.split("/")))
    assert found is not None
    return found.text or ""


def titles(address: str, client: Client | None = None) -> list[str]:
    return [text(entry, "title") for entry in entries_of(read(address, client))]


def links(node: ElementTree.Element) -> dict[str, str]:
    return {link.attrib["rel"]: link.attrib["href"] for link in node.findall(f"{ATOM}link")}


# -------------------------------------------------------------------- what is in them


def test_an_entry_has_what_a_reader_needs() -> None:
    ada = make_user("ada")
    photo = upload_photo(actor=ada, file=picture(), alt_text='A "grey" <mini>')
    entry = make_help_request(
        ada,
        title="Tide marks & <rings>",
        description="In the *recesses*.",
        subcategory="washing",
        language="de",
        photo_ids=[photo.pk],
    )

    feed = read(url("feed"))
    [found] = entries_of(feed)

    address = f"http://testserver{url('help-request', entry.pk)}"
    assert links(feed) == {
        "self": f"http://testserver{url('feed')}",
        "alternate": f"http://testserver{url('help-requests')}",
    }
    assert text(feed, "id") == f"http://testserver{url('feed')}"
    assert text(found, "title") == "Tide marks & <rings>"
    assert text(found, "id") == f"urn:uuid:{entry.pk}"
    assert UUID(text(found, "id")) == entry.pk
    assert links(found)["alternate"] == address
    assert text(found, "author/name")
    assert datetime.fromisoformat(text(found, "published")) == entry.created_at
    assert datetime.fromisoformat(text(found, "updated")) == entry.updated_at
    assert found.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "de"
    category = found.find(f"{ATOM}category")
    assert category is not None
    assert category.attrib == {"term": "washing", "label": "Washing"}
    summary = text(found, "summary")
    assert "<p>In the <em>recesses</em>.</p>" in summary
    [source] = re.findall(r'<img src="([^"]+)"', summary)
    assert source == urljoin(address, photo.thumbnail_url)
    assert Client().get(source).status_code == 200
    assert "A &quot;grey&quot; &lt;mini&gt;" in summary


def test_the_newest_stand_first_and_there_is_an_end() -> None:
    made = [make_help_request().title for _ in range(MOST_ENTRIES + 2)]

    assert titles(url("feed")) == made[::-1][:MOST_ENTRIES]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("category=painting", ["Painted", "Answered"]),
        ("category=washing", ["Painted"]),
        ("status=open&answered=false", ["Painted", "Played"]),
        ("answered=true", ["Answered"]),
        ("queue=new&category=gaming", ["Played"]),
        ("urgency=high&language=de", ["Played"]),
        ("search=tide", ["Painted", "Answered"]),
        ("search=tide&answered=true", ["Answered"]),
        ("ordering=oldest&utm_source=reader", ["Painted", "Played", "Answered"]),
    ],
)
def test_a_feed_is_narrowed_like_the_list(query: str, expected: list[str]) -> None:
    make_response(make_help_request(title="Answered"))
    make_help_request(
        title="Played", category="gaming", description="Rules?", urgency="high", language="de"
    )
    make_help_request(title="Painted", subcategory="washing")

    assert titles(f"{url('feed')}?{query}") == expected


def test_a_narrowed_feed_is_another_feed_and_leads_to_its_list() -> None:
    feed = read(url("feed") + "?answered=false&utm_source=reader&category=painting")

    assert text(feed, "title") == "Questions about miniatures · All of Painting · Without an answer"
    assert text(feed, "id") == links(feed)["self"]
    assert links(feed)["self"].endswith(url("feed") + "?category=painting&answered=false")
    assert links(feed)["alternate"].endswith(
        url("help-requests") + "?category=painting&answered=false"
    )


@pytest.mark.parametrize(
    "query",
    ["category=cooking", "status=lost", "mine=true", "mine=false", "assigned_helper=me", "queue=x"],
)
def test_a_filter_that_no_feed_has_is_refused(query: str) -> None:
    make_help_request(title="Not to be shown instead")

    for client in (Client(), signed_in(make_user())):
        answer = client.get(f"{url('feed')}?{query}")
        assert answer.status_code == 400
        assert "Not to be shown instead" not in html_of(answer)


def test_answers_of_a_question_have_a_feed() -> None:
    solved = make_solved_help_request()
    bruno, asker = make_user("bruno"), asker_of(solved)
    HelpRequest.objects.filter(pk=solved.pk).update(title="Rings")
    late = make_response(solved, bruno, text="A *second* one.")
    HelpResponseStep.objects.create(
        response=late, position=1, text="Thin", text_html="<p>Thin.</p>"
    )

    feed = read(url("help-request-feed", solved.pk))
    newest, accepted = entries_of(feed)

    assert text(feed, "title") == "Answers: Rings"
    assert links(feed)["alternate"].endswith(url("help-request", solved.pk))
    assert text(newest, "title").endswith(" answered: Rings")
    assert text(newest, "id") == f"urn:uuid:{late.pk}"
    assert links(newest)["alternate"].endswith(
        f"{url('help-request', solved.pk)}#response-{late.pk}"
    )
    assert "<em>second</em>" in text(newest, "summary")
    assert "<li><p>Thin.</p></li>" in text(newest, "summary")
    assert text(accepted, "title").endswith(" solved it: Rings")
    solved.refresh_from_db()
    assert datetime.fromisoformat(text(accepted, "updated")) == solved.resolved_at
    assert asker.pk


@pytest.mark.parametrize("name", ["\x0bBell\x07", "￾", "\ud800", "a]]>b", "😀"])
def test_what_xml_cannot_hold_is_left_out(name: str) -> None:
    ElementTree.fromstring(f"<x>{clean(name).replace('>', '&gt;')}</x>")  # noqa: S314 - ours

    assert clean("Ada 😀\n&<") == "Ada 😀\n&<"


# ------------------------------------------------------------------ what never is

CANARY = "canary-4711"


def put(entry: Any, **columns: Any) -> None:
    type(entry)._default_manager.filter(pk=entry.pk).update(**columns)


OUT_OF_SIGHT: dict[str, Callable[[HelpRequest], Any]] = {
    "private": lambda entry: put(entry, is_public=False),
    "held": lambda entry: put(entry, moderation_state=ModerationState.HELD),
    "hidden": lambda entry: put(entry, moderation_state=ModerationState.HIDDEN),
    "deleted": lambda entry: put(entry, deleted_at=timezone.now()),
    "inactive": lambda entry: deactivate(asker_of(entry)),
}


@pytest.mark.parametrize("state", OUT_OF_SIGHT)
def test_what_is_not_for_everybody_is_in_no_feed_of_anybody(state: str) -> None:
    entry = make_help_request(title=f"Tide marks {CANARY}", description=CANARY)
    make_response(entry, text=CANARY)
    addresses = [url("feed") + query for query in ("", "?category=painting", "?search=tide")]
    own = url("help-request-feed", entry.pk)
    assert all(CANARY in html_of(Client().get(address)) for address in (*addresses, own))

    OUT_OF_SIGHT[state](entry)

    for person in (None, asker_of(entry), make_moderator("painting")):
        client = signed_in(person) if person else Client()
        assert not any(CANARY in html_of(client.get(address)) for address in addresses)
        assert client.get(own).status_code == 404


def test_page_of_a_question_leads_readers_to_its_feed_if_that_is_for_everybody() -> None:
    entry = make_help_request()
    client, feed = signed_in(asker_of(entry)), url("help-request-feed", entry.pk)

    def is_linked() -> bool:
        page = html_of(client.get(url("help-request", entry.pk)))
        return f'type="application/atom+xml" title="The answers as a feed" href="{feed}"' in page

    assert is_linked()
    put(entry, moderation_state=ModerationState.HELD)
    assert not is_linked()
    put(entry, moderation_state=ModerationState.VISIBLE, is_public=False)
    assert not is_linked()


def test_answers_that_are_not_for_everybody_are_in_no_feed() -> None:
    entry = make_help_request()
    held, deleted, inactive = (make_response(entry, text=CANARY) for _ in range(3))
    put(held, moderation_state=ModerationState.HELD)
    put(deleted, deleted_at=timezone.now())
    deactivate(author_of(inactive))

    for person in (None, author_of(held), make_moderator("painting")):
        client = signed_in(person) if person else Client()
        assert CANARY not in html_of(client.get(url("help-request-feed", entry.pk)))


def test_a_feed_is_the_same_whoever_asks_and_whatever_the_social_backend_does() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    make_help_request(ada, title="For everybody")
    make_help_request(bruno, title="Private of bruno", is_public=False)

    with blocks():
        MemorySocial.block(ada, bruno)
        answers = [client.get(url("feed")) for client in (Client(), signed_in(bruno))]
    with override_settings(WARGAME_MENTORSHIP={"SOCIAL": BROKEN_SOCIAL}):
        answers.append(Client().get(url("feed")))

    assert len({answer.content for answer in answers}) == 1
    assert all("Cookie" not in answer.headers.get("Vary", "") for answer in answers)


# ------------------------------------------------------------------------- conditions


def test_an_unchanged_feed_is_not_sent_again() -> None:
    entry = make_help_request()
    client = Client()
    first = client.get(url("feed"))
    tagged = {"If-None-Match": first.headers["ETag"]}

    assert first.headers["Cache-Control"] == "no-cache"
    unchanged = client.get(url("feed"), headers=tagged)
    since = client.get(url("feed"), headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert unchanged.status_code == since.status_code == 304
    assert not unchanged.content
    assert unchanged.headers["ETag"] == first.headers["ETag"]

    services.edit(actor=asker_of(entry), help_request=entry, changes={"title": "Another"})
    assert client.get(url("feed"), headers=tagged).status_code == 200


def test_what_turned_private_is_gone_at_once() -> None:
    entry = make_help_request(title=CANARY)
    client = Client()
    tag = client.get(url("feed")).headers["ETag"]

    services.edit(actor=asker_of(entry), help_request=entry, changes={"is_public": False})

    answer = client.get(url("feed"), headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert CANARY not in html_of(answer)


def test_an_empty_feed_is_a_feed_and_stays_the_same() -> None:
    first, second = Client().get(url("feed")), Client().get(url("feed"))

    assert entries_of(ElementTree.fromstring(first.content)) == []  # noqa: S314 - ours
    assert first.content == second.content


def test_a_feed_answers_heads_and_takes_no_posts() -> None:
    head = Client().head(url("feed"))

    assert head.headers["ETag"] == Client().get(url("feed")).headers["ETag"]
    assert not head.content
    assert Client().post(url("feed")).status_code == 405


@pytest.mark.parametrize("query", ["", "?category=painting", "?search=wash"])
def test_a_feed_costs_the_same_for_2_and_for_20(query: str) -> None:
    def ask(number: int) -> None:
        asker = make_user("asker")
        photo = upload_photo(actor=asker, file=picture())
        make_help_request(asker, photo_ids=[photo.pk], subcategory="drybrushing")

    assert_constant(url("feed") + query, ask)


def test_a_feed_of_answers_costs_the_same_for_2_and_for_20() -> None:
    entry = make_help_request()

    def answer(number: int) -> None:
        helper = make_user("helper")
        photo = upload_photo(actor=helper, file=picture())
        response = make_response(entry, helper, photo_ids=[photo.pk])
        HelpResponseStep.objects.create(response=response, position=1, text="x", text_html="x")

    assert_constant(url("help-request-feed", entry.pk), answer)


def assert_constant(address: str, make: Callable[[int], None]) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(address).status_code == 200
        return len(queries)

    for number in range(2):
        make(number)
    count()
    two = count()
    for number in range(2, 20):
        make(number)
    assert count() == two <= 8


def test_an_edited_answer_is_told_as_changed() -> None:
    response = make_response()
    later = timezone.now() + timedelta(hours=1)
    HelpResponse.objects.filter(pk=response.pk).update(updated_at=later)

    [entry] = entries_of(read(url("help-request-feed", response.help_request_id)))

    assert datetime.fromisoformat(text(entry, "updated")) == later
