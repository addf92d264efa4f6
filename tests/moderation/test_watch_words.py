"""Watched words: what becomes of a text that has one, whatever moderation the host has."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.test import override_settings

from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums import services as forums
from wargame_mentorship.forums.models import ForumTopic
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.moderation import words
from wargame_mentorship.moderation.matching import Phrases
from wargame_mentorship.moderation.models import WatchedWord
from wargame_mentorship.search import services as search
from wargame_mentorship.taxonomy.models import Category
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_help_request,
    make_post,
    make_response,
    make_solved_help_request,
    make_superuser,
    make_topic,
    make_user,
    make_watched_word,
)

pytestmark = pytest.mark.django_db

SHOP = "https://shop.example/brushes"


def found(phrase: str, text: str) -> list[str]:
    return [text[match.start : match.end] for match in Phrases([(phrase, None)]).find(text)]


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("casino", "My CASINO, your Casino.", ["CASINO", "Casino"]),
        ("casino", "Casinos and onlinecasino pass.", []),
        ("casino", "ｃａｓｉｎｏ and ca\u00adsi\u200bno", ["ｃａｓｉｎｏ", "ca\u00adsi\u200bno"]),
        ("straße", "STRASSE", ["STRASSE"]),
        ("café", "Café, not cafe", ["Café"]),
        ("casino", "https://casino.example/x", ["casino"]),
        ("casin*", "casino casinos casin", ["casino", "casinos", "casin"]),
        ("v*gr*", "viagra vgr via gra", ["viagra", "vgr"]),
        ("*porn*", "xxpornxx porn", ["xxpornxx", "porn"]),
        ("buy * now", "Buy it now; buy a b now", ["Buy it now"]),
        ("free money", "free\nmoney, free, money, freemoney", ["free\nmoney"]),
        ("free money", "free\n\nmoney", []),
        ("c++", "c++ or c+", ["c++"]),
        ("हिन्दी", "हिन्दी हि", ["हिन्दी"]),
        ("*垃圾*", "这是垃圾广告", ["这是垃圾广告"]),
        (".*", "anything", []),
        ("(a+)+$", "aaaa (a+)+$", ["(a+)+$"]),
    ],
)
def test_words_are_found_whole_and_however_they_are_typed(
    phrase: str, text: str, expected: list[str]
) -> None:
    assert found(phrase, text) == expected


def calls(work: Callable[[], Any]) -> int:
    """How many functions are called meanwhile: a measure of work that no busy machine changes."""
    count = 0

    def profile(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    ("phrase", "unit"),
    [
        ("*a*a*a*a*a*a*a*a*a*a*b", "a"),
        ("a* " * 40 + "b", "a "),
        ("(a+)+$", "a"),
        ("a a a a a a a a a a b", "a "),
        ("*" * 99 + "b", "a"),
        ("* * * * * * * * b", "x y "),
        ("((((((((((", "("),
    ],
)
def test_no_phrase_takes_more_time_than_the_text_is_long(phrase: str, unit: str) -> None:
    phrases = Phrases([(phrase.strip(), None)])
    short, long = (unit * (length // len(unit)) for length in (5_000, 10_000))
    phrases.find(short)

    assert calls(lambda: phrases.find(long)) < 2.5 * calls(lambda: phrases.find(short)) + 1_000


def painting() -> Category:
    return Category.objects.get(slug="painting")


class Way:
    """A way for words into the product, and what is kept of them."""

    def __init__(self, write: Callable[[str], Any], field: str, kept: str, state: bool) -> None:
        self.write = write
        self.field = field
        self.kept = kept
        self.state = state


def _edited_topic(text: str) -> Any:
    person = make_user()
    topic = make_topic(person)
    return forums.edit_topic(actor=person, topic=topic, changes={"description": text})


def _edited_post(text: str) -> Any:
    person = make_user()
    return forums.edit_post(actor=person, post=make_post(author=person), content=text)


def _edited_request(text: str) -> Any:
    person = make_user()
    entry = make_help_request(person)
    return help_requests.edit(actor=person, help_request=entry, changes={"description": text})


def _edited_response(text: str) -> Any:
    person = make_user()
    entry = make_response(responder=person)
    return help_requests.edit_response(actor=person, response=entry, text=text)


def _outcome(text: str) -> Any:
    person = make_user()
    entry = make_solved_help_request(person)
    return help_requests.tell_outcome(actor=person, help_request=entry, text=text)


def _asked_back(text: str) -> Any:
    return help_requests.ask_for_info(
        actor=make_user(), help_request=make_help_request(), question=text
    )


def _step(text: str) -> Any:
    made = make_response(steps=[{"text": "First thin it."}, {"text": text}])
    return made.steps.get(position=2)


WAYS = {
    "asked": Way(
        lambda text: make_help_request(description=text), "description", "description", True
    ),
    "request edited": Way(_edited_request, "description", "description", True),
    "answered": Way(lambda text: make_response(text=text), "response_text", "response_text", True),
    "answer edited": Way(_edited_response, "response_text", "response_text", True),
    "step": Way(_step, "steps.1.text", "text", False),
    "asked back": Way(_asked_back, "question", "response_text", True),
    "outcome": Way(_outcome, "text", "outcome_text", False),
    "topic": Way(lambda text: make_topic(description=text), "description", "description", True),
    "topic edited": Way(_edited_topic, "description", "description", True),
    "post": Way(lambda text: make_post(content=text), "content", "content", True),
    "post edited": Way(_edited_post, "content", "content", True),
}
every_way = pytest.mark.parametrize(
    "way", [pytest.param(way, id=name) for name, way in WAYS.items()]
)


@every_way
def test_a_blocked_word_is_named_beside_its_field(way: Way) -> None:
    make_watched_word("casino")

    with pytest.raises(Invalid) as refused:
        way.write("Come to my Casino!")

    [(message, code)] = refused.value.fields[way.field]
    assert code == "blocked_word"
    assert "Casino" in str(message)


@every_way
def test_a_replaced_word_is_kept_nowhere(way: Way) -> None:
    make_watched_word("casino", "replace", replacement="gaming hall")

    made = way.write("Come to my **Casino**!")

    assert getattr(made, way.kept) == "Come to my **gaming hall**!"
    assert "<strong>gaming hall</strong>" in getattr(made, f"{way.kept}_html")


@every_way
def test_a_linked_word_leads_to_its_address(way: Way) -> None:
    make_watched_word("kolinsky*", "link", replacement=SHOP)

    made = way.write("Take a Kolinsky.")

    assert getattr(made, way.kept) == f"Take a [Kolinsky]({SHOP})."
    assert f'href="{SHOP}"' in getattr(made, f"{way.kept}_html")


@pytest.mark.parametrize("way", [pytest.param(way, id=n) for n, way in WAYS.items() if way.state])
def test_a_held_word_waits_for_a_moderator_who_reads_why(way: Way) -> None:
    make_watched_word("casino", "hold")

    made = way.write("Come to my casino!")

    assert made.moderation_state == ModerationState.HELD
    held = Event.objects.get(verb=f"{made.KIND}.held", subject_id=made.pk)
    assert held.data["reasons"] == ["watched_word"]


def test_an_outcome_that_would_be_held_is_refused_as_ever() -> None:
    make_watched_word("casino", "hold")

    with pytest.raises(Invalid) as refused:
        _outcome("Come to my casino!")

    assert refused.value.fields["text"][0][1] == "held_not_possible"


def test_titles_tags_and_facets_are_words_too() -> None:
    make_watched_word("casino", "replace", replacement="gaming hall")
    make_watched_word("brush", "link", replacement=SHOP)

    topic = make_topic(title="A casino brush", tags=["Casino", "gaming hall"])
    entry = make_help_request(title="A casino brush", facets={"paint": "Casino red"})

    assert topic.title == entry.title == "A gaming hall brush"
    assert topic.tag_names == ["gaming hall"]
    assert [facet.value for facet in entry.facets.all()] == ["gaming hall red"]
    assert not search.find(ForumTopic.objects.all(), "casino").exists()
    assert not search.find(HelpRequest.objects.all(), "casino").exists()
    for title, field in (({"title": "Casino"}, "title"), ({"tags": ["casino"]}, "tags")):
        WatchedWord.objects.filter(phrase="casino").update(action="block", replacement="")
        with pytest.raises(Invalid) as refused:
            make_topic(**title)
        assert [*refused.value.fields] == [field]


@override_settings(
    WARGAME_MENTORSHIP={
        "MODERATION": {"BACKEND": "wargame_mentorship.testing.backends.MarkedWords"}
    }
)
def test_words_count_beside_a_moderation_of_the_hosts() -> None:
    make_watched_word("casino", "hold")
    make_watched_word("reject-me", "replace", replacement="all is well")

    both = make_topic(description="hold-me at the casino")
    passed = make_topic(description="reject-me")

    held = Event.objects.get(verb="forum_topic.held", subject_id=both.pk)
    assert held.data["reasons"] == ["watched_word", "marked"]
    # The host's is shown what is to be kept.
    assert passed.moderation_state == ModerationState.VISIBLE


def test_a_word_counts_in_its_category_and_nowhere_else() -> None:
    brushes, paints = make_forum_category(), make_forum_category()
    make_watched_word("casino", place=brushes)
    make_watched_word("varnish", place=painting())
    drybrushing = Category.objects.get(slug="drybrushing")
    make_watched_word("gesso", place=drybrushing)

    make_topic(category=paints, description="casino varnish gesso")
    make_help_request(category="gaming", description="casino varnish gesso")
    make_help_request(category="painting", description="casino gesso")
    for write in (
        lambda: make_topic(category=brushes, description="casino"),
        lambda: make_help_request(description="varnish"),
        lambda: make_help_request(subcategory="drybrushing", description="varnish"),
        lambda: make_help_request(subcategory="drybrushing", description="gesso"),
    ):
        with pytest.raises(Invalid):
            write()


def test_nobody_carries_a_word_into_a_category_where_it_is_watched() -> None:
    make_watched_word("varnish", place=painting())
    person = make_user()
    entry = make_help_request(person, category="gaming", description="All about varnish")

    with pytest.raises(Invalid):
        help_requests.edit(actor=person, help_request=entry, changes={"category": "painting"})


def test_an_edit_rewrites_what_it_does_not_name() -> None:
    person = make_user()
    topic = make_topic(person, title="My casino")
    make_watched_word("casino", "replace", replacement="gaming hall")

    edited = forums.edit_topic(actor=person, topic=topic, changes={"description": "New"})

    assert (edited.title, edited.description) == ("My gaming hall", "New")


def judged(text: str, *, is_markdown: bool = True) -> words.Judgement:
    return words.judge([words.Text("text", text, is_markdown=is_markdown)], [])


@pytest.mark.parametrize(
    "text",
    [
        "`casino`",
        "``` \ncasino\n```",
        "    casino",
        "[my casino](https://x.example)",
        "[casino]: https://x.example",
        "https://casino.example/casino",
        "<https://casino.example>",
        "@casino",
        "\\casino",
        "![casino](https://x.example/a.png)",
    ],
)
def test_nothing_becomes_a_link_in_code_links_and_mentions(text: str) -> None:
    make_watched_word("casino", "link", replacement=SHOP)

    assert judged(text).texts[0].value == text


def test_only_what_is_not_linked_yet_becomes_a_link_and_titles_have_none() -> None:
    make_watched_word("casino", "link", replacement=SHOP)
    once = judged("A casino, `casino`, *casino*").texts[0].value

    assert once == f"A [casino]({SHOP}), `casino`, *[casino]({SHOP})*"
    assert judged(once).texts[0].value == once
    assert judged("A casino", is_markdown=False).texts[0].value == "A casino"


def test_links_never_make_a_text_too_long() -> None:
    make_watched_word("a", "link", replacement=SHOP)
    text = "a " * 4_999 + "a"

    kept = judged(text).texts[0].value

    assert len(kept) <= 10_000
    assert f"[a]({SHOP})" in kept or kept == text


def test_a_replacement_that_makes_a_text_too_long_is_said_beside_its_field() -> None:
    make_watched_word("a", "replace", replacement="b" * 200)

    with pytest.raises(Invalid) as refused:
        make_post(content="a " * 4_999)

    assert refused.value.fields["content"][0][1] == "too_long"


@pytest.mark.parametrize("text", ["cas**in**o", "c&#97;sino", "ca\\_sino"])
def test_markdown_takes_no_word_apart(text: str) -> None:
    word = "ca_sino" if "_" in text else "casino"
    replaced = make_watched_word(word, "replace", replacement="hall")
    assert judged(text).holds
    WatchedWord.objects.filter(pk=replaced.pk).update(action="block", replacement="")
    with pytest.raises(Invalid):
        judged(text).raise_if_blocked()


def test_the_strictest_counts_and_each_is_named_once() -> None:
    make_watched_word("casino", "replace", replacement="hall")
    make_watched_word("cas*", "block")

    with pytest.raises(Invalid) as refused:
        judged("casino casino cash").raise_if_blocked()

    said = [str(message) for message, _code in refused.value.fields["text"]]
    assert len(said) == 2


def test_all_words_are_read_in_one_query(django_assert_num_queries: Any) -> None:
    actor = make_superuser()
    for number in range(20):
        make_watched_word(f"word{number}", "hold", actor=actor)

    texts, filed = [words.Text("title", "word3"), words.Text("text", "word4")], [painting().pk]

    with django_assert_num_queries(1):
        assert words.judge(texts, filed).holds


@pytest.mark.parametrize("text", ["", " ", "\n\n", "*" * 10_000, "\u0301" * 9_000, "[" * 10_000])
def test_hostile_texts_are_judged_like_any_other(text: str) -> None:
    make_watched_word("casino", "link", replacement=SHOP)
    make_watched_word("*a*", "replace", replacement="hello")

    assert judged(text).texts[0].value == text
