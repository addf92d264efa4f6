"""Watched words in the Wagtail admin: every page, for everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.wagtail_hooks.admin import (
    forum,
    forum_moderator,
    let_in,
    moderator,
    moderator_by_group,
    said,
    signed_in,
    text_of,
)
from wargame_mentorship.moderation.models import WatchedWord
from wargame_mentorship.taxonomy.models import Category
from wargame_mentorship.testing.factories import (
    deactivate,
    make_moderator,
    make_superuser,
    make_user,
    make_watched_word,
)
from wargame_mentorship.wagtail_hooks.words import ADD, DELETE, EDIT, EVERYWHERE, LIST

pytestmark = pytest.mark.django_db


def painting() -> Category:
    return Category.objects.get(slug="painting")


def editor() -> Any:
    call_command("wm_setup", verbosity=0)
    person: Any = make_user("editor")
    person.groups.add(Group.objects.get(name="Community editors"))
    return person


def form(**fields: Any) -> dict[str, Any]:
    return {
        "phrase": "roulette",
        "action": "block",
        "replacement": "",
        "place": str(painting().pk),
        **fields,
    }


def pages(word: WatchedWord) -> dict[str, tuple[str, dict[str, Any]]]:
    """Every page, with what its form sends."""
    place = str(word.place.pk) if word.place else EVERYWHERE
    return {
        LIST: (reverse(LIST), {"sentence": "A casino.", "place": EVERYWHERE}),
        ADD: (reverse(ADD), form(place=place)),
        EDIT: (reverse(EDIT, args=[word.pk]), form(place=place, version=word.version)),
        DELETE: (reverse(DELETE, args=[word.pk]), {}),
    }


def client_of(persona: str) -> Client:
    if persona == "anonymous":
        return Client()
    makers: dict[str, Callable[[], Any]] = {
        "deactivated": moderator,
        "stranger": lambda: make_user("stranger"),
        "without_access": lambda: make_moderator("painting"),
        "idle": lambda: let_in(make_user("idle")),
        "editor": editor,
        "foreign": lambda: moderator("gaming"),
        "part": lambda: moderator("drybrushing"),
        "of_the_forum": lambda: forum_moderator("painting"),
        "moderator": moderator,
        "by_group": moderator_by_group,
        "superuser": make_superuser,
    }
    person = makers[persona]()
    client = signed_in(person)
    if persona == "deactivated":
        deactivate(person)
    return client


OUTSIDE = ("anonymous", "deactivated", "stranger", "without_access")
OTHERS = ("foreign", "part", "of_the_forum")
OWN = ("moderator", "by_group", "superuser")


def rows() -> list[Any]:
    return list(WatchedWord.objects.order_by("pk").values())


@pytest.mark.parametrize("where", ["painting", "everywhere"])
@pytest.mark.parametrize("persona", [*OUTSIDE, "idle"])
def test_nobody_else_gets_in(persona: str, where: str) -> None:
    word = make_watched_word("aubergine", place=painting() if where == "painting" else None)
    client, before = client_of(persona), rows()

    for url, sent in pages(word).values():
        for answer in (client.get(url), client.post(url, sent)):
            leads_to = "wagtailadmin_home" if persona == "idle" else "wagtailadmin_login"
            assert answer.status_code == 302
            assert answer.headers["Location"].partition("?")[0] == reverse(leads_to)
    assert rows() == before


@pytest.mark.parametrize("persona", [*OTHERS, "editor"])
def test_others_find_no_word_of_a_category_that_is_not_theirs(persona: str) -> None:
    word = make_watched_word("aubergine", place=painting())
    client, before = client_of(persona), rows()
    sent = pages(word)

    assert "aubergine" not in text_of(client.get(reverse(LIST)))
    for name in (EDIT, DELETE):
        url, fields = sent[name]
        assert client.get(url).status_code == client.post(url, fields).status_code == 404
    # The form of theirs does not offer the place.
    added = client.post(*sent[ADD])
    assert added.status_code == 200
    assert "Select a valid choice" in text_of(added)
    assert rows() == before


@pytest.mark.parametrize("persona", [*OTHERS, "moderator", "by_group"])
def test_moderators_read_what_holds_everywhere_and_change_none_of_it(persona: str) -> None:
    word = make_watched_word("aubergine")
    client, before = client_of(persona), rows()
    sent = pages(word)

    shown = client.get(reverse(LIST))
    assert "aubergine" in text_of(shown)
    assert reverse(EDIT, args=[word.pk]) not in shown.content.decode()
    for name in (EDIT, DELETE):
        url, fields = sent[name]
        for answer in (client.get(url), client.post(url, fields)):
            assert answer.headers["Location"] == reverse("wagtailadmin_home")
    assert client.post(*sent[ADD]).status_code == 200
    assert rows() == before


@pytest.mark.parametrize(
    ("persona", "where"),
    [*((persona, "painting") for persona in OWN), ("editor", "everywhere")],
)
def test_those_whose_it_is_add_change_and_delete(persona: str, where: str) -> None:
    place = painting() if where == "painting" else None
    client = client_of(persona)
    key = str(painting().pk) if place else EVERYWHERE

    assert client.get(reverse(ADD)).status_code == 200
    assert "is watched." in said(client, client.post(reverse(ADD), form(place=key)))
    word = WatchedWord.objects.get(phrase="roulette")
    assert word.place == place
    edit = reverse(EDIT, args=[word.pk])
    assert "roulette" in client.get(edit).content.decode()
    changed = form(place=key, phrase="poker", action="replace", replacement="cards", version=1)
    assert client.post(edit, changed).status_code == 302
    word.refresh_from_db()
    assert (word.phrase, word.action, word.replacement) == ("poker", "replace", "cards")
    stale = client.post(edit, changed)
    assert "This has changed since you opened it." in text_of(stale)
    delete = reverse(DELETE, args=[word.pk])
    assert "poker" in text_of(client.get(delete))
    assert WatchedWord.objects.filter(pk=word.pk).exists()
    assert "watched no more" in said(client, client.post(delete))
    assert not WatchedWord.objects.filter(pk=word.pk).exists()
    assert client.get(edit).status_code == client.post(delete).status_code == 404


def test_nobody_moves_a_word_elsewhere_by_a_form_of_their_own() -> None:
    word = make_watched_word("aubergine", place=painting())
    client, before = signed_in(moderator()), rows()
    edit = reverse(EDIT, args=[word.pk])

    gaming = Category.objects.get(slug="gaming")
    for place in (EVERYWHERE, "", "nonsense", str(gaming.pk), str(forum().pk), str(word.pk)):
        answer = client.post(edit, form(place=place, version=1))
        assert answer.status_code == 200, place
    assert rows() == before


def test_what_is_wrong_is_said_and_nothing_is_lost() -> None:
    client = signed_in(moderator())

    answer = client.post(reverse(ADD), form(action="link", replacement="javascript:alert(1)"))

    assert answer.status_code == 200
    page = answer.content.decode()
    assert "An address that begins with https://" in page
    assert "javascript:alert(1)" in page
    hostile = client.post(reverse(ADD), form(phrase="<script>alert(1)</script>"))
    assert hostile.status_code == 302
    assert "<script>alert(1)" not in client.get(reverse(LIST)).content.decode()


def test_a_sentence_is_tried_out_and_changes_nothing() -> None:
    make_watched_word("casino", place=painting())
    make_watched_word("poker", "replace", replacement="<b>cards</b>", place=painting())
    make_watched_word("bingo", "hold")
    client, before = signed_in(moderator("painting")), rows()

    def tried(sentence: str, place: Any = None) -> str:
        key = str(place.pk) if place else EVERYWHERE
        return text_of(client.post(reverse(LIST), {"sentence": sentence, "place": key}))

    assert "It is refused: Casino" in tried("My Casino", painting())
    assert "It is published." in tried("My Casino")
    assert "It waits for a moderator." in tried("bingo", painting())
    assert "a <b>cards</b> night" in tried("a poker night", painting())
    gaming = Category.objects.get(slug="gaming")
    assert "Select a valid choice" in tried("casino", gaming)
    assert "This field is required." in tried(" ")
    assert rows() == before


def test_a_part_of_a_category_is_tried_with_the_words_of_both() -> None:
    make_watched_word("casino", place=painting())
    part = Category.objects.get(slug="drybrushing")
    client = signed_in(moderator("drybrushing"))

    tried = client.post(reverse(LIST), {"sentence": "casino", "place": str(part.pk)})

    assert "It is refused:" in text_of(tried)


def test_the_menu_leads_there_for_those_who_read_them() -> None:
    home = reverse("wagtailadmin_home")

    def is_shown(person: Any) -> bool:
        return reverse(LIST) in signed_in(person).get(home).content.decode()

    assert is_shown(moderator())
    assert is_shown(editor())
    assert not is_shown(let_in(make_user("idle")))


@pytest.mark.parametrize("count", [2, 20])
def test_the_list_costs_the_same_however_long_it_is(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    root = make_superuser()
    for number in range(count):
        make_watched_word(f"word {number}", place=painting(), actor=root)
        make_watched_word(f"word {number}", place=forum(), actor=root)
        make_watched_word(f"word {number}", actor=root)
    client = signed_in(root)
    client.get(reverse(LIST))

    with django_assert_max_num_queries(14):
        assert client.get(reverse(LIST)).status_code == 200
