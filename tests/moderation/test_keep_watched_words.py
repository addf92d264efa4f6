"""The list of watched words: who reads and changes which, and what the log says of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction

from wargame_mentorship.core.errors import (
    DomainError,
    Invalid,
    NotAllowed,
    NotFound,
    SignInRequired,
    Stale,
)
from wargame_mentorship.events.models import Event
from wargame_mentorship.flows.privacy import erase_user, export_user_data
from wargame_mentorship.moderation import words
from wargame_mentorship.moderation.models import WatchedWord
from wargame_mentorship.taxonomy.models import Category
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_moderator,
    make_superuser,
    make_user,
    make_watched_word,
)

pytestmark = pytest.mark.django_db


def help_category(slug: str = "painting") -> Category:
    return Category.objects.get(slug=slug)


def keeper(*actions: str) -> Any:
    """Somebody with Django's own permissions for the list."""
    person: Any = make_user("keeper")
    names = [f"{action}_watchedword" for action in actions or ("add", "change", "delete")]
    person.user_permissions.set(Permission.objects.filter(codename__in=names))
    return person


def given(word: WatchedWord, **fields: Any) -> dict[str, Any]:
    return {
        "word": word,
        "phrase": word.phrase,
        "action": word.action,
        "replacement": word.replacement,
        "place": word.place,
        **fields,
    }


def test_moderators_keep_the_words_of_their_categories_and_the_log_says_so() -> None:
    moderator = make_moderator("painting")

    word = words.add_word(
        actor=moderator, phrase="  Casino  royale ", action="hold", place=help_category()
    )
    changed = words.change_word(
        actor=moderator, **given(word, action="replace", replacement="a film", if_version=1)
    )
    words.delete_word(actor=moderator, word=changed, if_version=2)

    assert (word.phrase, word.created_by_id) == ("Casino royale", moderator.pk)
    assert not WatchedWord.objects.exists()
    place = {"category_id": str(help_category().pk)}
    facts = {"phrase": "Casino royale", "action": "hold", "replacement": "", **place}
    film = {**facts, "action": "replace", "replacement": "a film"}
    logged = Event.objects.filter(subject_id=word.pk).order_by("occurred_at", "pk")
    assert [(event.verb, event.actor_id, event.data) for event in logged] == [
        ("watched_word.added", moderator.pk, {"before": {}, "after": facts}),
        ("watched_word.changed", moderator.pk, {"before": facts, "after": film}),
        ("watched_word.deleted", moderator.pk, {"before": film, "after": {}}),
    ]


def test_changing_nothing_leaves_no_trace() -> None:
    word = make_watched_word()

    words.change_word(actor=make_superuser(), **given(word))

    assert not Event.objects.filter(verb="watched_word.changed").exists()
    word.refresh_from_db()
    assert word.version == 1


def attempts(word: WatchedWord, place: Any) -> list[Any]:
    return [
        lambda actor: words.add_word(actor=actor, phrase="new", action="block", place=place),
        lambda actor: words.change_word(actor=actor, **given(word, phrase="changed")),
        lambda actor: words.delete_word(actor=actor, word=word),
    ]


@pytest.mark.parametrize("where", ["help", "forum", "everywhere"])
def test_everybody_keeps_their_own_words_and_no_others(where: str) -> None:
    forum = make_forum_category()
    places: dict[str, Any] = {"help": help_category(), "forum": forum, "everywhere": None}
    place = places[where]
    word = make_watched_word(place=place)
    outside: type[DomainError] = NotAllowed if where == "everywhere" else NotFound
    refused: list[tuple[Any, type[DomainError], type[DomainError]]] = [
        (None, SignInRequired, SignInRequired),
        (make_user("stranger"), NotAllowed, NotAllowed),
        (make_moderator("gaming"), NotAllowed, outside),
        (make_forum_moderator(make_forum_category()), NotAllowed, outside),
        (keeper("view"), NotAllowed, outside),
    ]
    if where != "everywhere":
        refused.append((keeper(), NotAllowed, NotFound))
    if where == "help":
        refused.append((make_moderator("drybrushing"), NotAllowed, NotFound))
    before = WatchedWord.objects.values().get()

    for actor, adding, changing in refused:
        add, *changes = attempts(word, place)
        with pytest.raises(adding):
            add(actor)
        for change in changes:
            with pytest.raises(changing):
                change(actor)
    assert WatchedWord.objects.values().get() == before


@pytest.mark.parametrize("where", ["help", "forum", "everywhere"])
def test_those_whose_it_is_may_do_all_of_it(where: str) -> None:
    forum = make_forum_category()
    mine: dict[str, tuple[Any, list[Any]]] = {
        "help": (help_category(), [make_moderator(), make_superuser()]),
        "forum": (forum, [make_forum_moderator(forum), make_superuser()]),
        "everywhere": (None, [keeper(), make_superuser()]),
    }
    place, people = mine[where]
    for actor in people:
        word = make_watched_word(place=place)
        for attempt in attempts(word, place):
            attempt(actor)
        assert WatchedWord.objects.filter(phrase="new").update(phrase=f"kept {actor.pk}") == 1


def test_nobody_moves_a_word_out_of_what_is_theirs() -> None:
    moderator = make_moderator("painting")
    word = make_watched_word(place=help_category())

    for place in (help_category("gaming"), make_forum_category(), None):
        with pytest.raises(NotAllowed):
            words.change_word(actor=moderator, **given(word, place=place))

    both = make_moderator("painting", "gaming")
    moved = words.change_word(actor=both, **given(word, place=help_category("gaming")))
    assert moved.place == help_category("gaming")
    with pytest.raises(NotFound):
        words.find_word(moderator, word.pk)


def test_moderators_read_their_own_words_and_those_that_hold_everywhere() -> None:
    forum = make_forum_category()
    for phrase, place in (("all", None), ("help", help_category()), ("forum", forum)):
        make_watched_word(phrase, place=place)

    def read(person: Any) -> set[str]:
        return {word.phrase for word in words.watched_words(person)}

    assert read(make_moderator("painting")) == {"all", "help"}
    assert read(make_moderator("gaming")) == {"all"}
    assert read(make_forum_moderator(forum)) == {"all", "forum"}
    assert read(keeper("view")) == {"all"}
    assert read(make_superuser()) == {"all", "help", "forum"}
    for person, error in ((make_user(), NotAllowed), (None, SignInRequired)):
        with pytest.raises(error):
            read(person)


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"phrase": " "}, "phrase", "blank"),
        ({"phrase": "** *"}, "phrase", "blank"),
        ({"phrase": "x" * 101}, "phrase", "too_long"),
        ({"phrase": "a\0b"}, "phrase", "nul_character"),
        ({"phrase": "CASINO"}, "phrase", "duplicate"),
        ({"action": "burn"}, "action", "invalid_choice"),
        ({"action": "replace"}, "replacement", "required"),
        ({"action": "link"}, "replacement", "required"),
        ({"replacement": "hall"}, "replacement", "unwanted"),
        ({"action": "replace", "replacement": "x" * 201}, "replacement", "too_long"),
        ({"action": "replace", "replacement": "a NEW word"}, "replacement", "says_phrase"),
        *(
            ({"action": "link", "replacement": address}, "replacement", "invalid_address")
            for address in (
                "javascript:alert(1)",
                "mailto:a@b.example",
                "//shop.example",
                "https://",
                "https://shop.example/a b",
                "https://shop.example/)[x](https://evil.example",
                "https://shop.example/<b>",
            )
        ),
    ],
)
def test_what_cannot_be_watched_is_said_beside_its_field(
    fields: dict[str, Any], field: str, code: str
) -> None:
    make_watched_word("casino")

    with pytest.raises(Invalid) as refused:
        words.add_word(actor=make_superuser(), **{"phrase": "new", "action": "block", **fields})

    assert [found for _message, found in refused.value.fields[field]] == [code]
    assert WatchedWord.objects.count() == 1


def test_the_list_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "MOST_WORDS", 2)
    make_watched_word("one")
    make_watched_word("two")

    with pytest.raises(Invalid) as refused:
        make_watched_word("three")

    assert refused.value.fields["place"][0][1] == "too_many"
    make_watched_word("three", place=help_category())


def test_an_old_version_is_not_changed_and_nothing_is_deleted_twice() -> None:
    word, actor = make_watched_word(), make_superuser()
    words.change_word(actor=actor, **given(word, phrase="roulette"))

    with pytest.raises(Stale):
        words.change_word(actor=actor, **given(word, phrase="poker", if_version=1))
    with pytest.raises(Stale):
        words.delete_word(actor=actor, word=word, if_version=1)
    words.delete_word(actor=actor, word=word)
    with pytest.raises(NotFound):
        words.delete_word(actor=actor, word=word)
    assert Event.objects.filter(verb="watched_word.deleted").count() == 1


@pytest.mark.parametrize(
    "columns",
    [
        {"action": "burn"},
        {"action": "block", "replacement": "hall"},
        {"action": "replace", "replacement": ""},
        {"action": "block", "category": True, "forum_category": True},
    ],
)
def test_the_database_holds_what_must_be_so(columns: dict[str, Any]) -> None:
    if columns.get("category"):
        columns = {
            **columns,
            "category": help_category(),
            "forum_category": make_forum_category(),
        }
    with pytest.raises(IntegrityError), transaction.atomic():
        WatchedWord.objects.create(phrase="casino", **columns)


def test_words_outlive_whoever_added_them() -> None:
    moderator = make_moderator()
    words.add_word(actor=moderator, phrase="casino", action="block", place=help_category())
    [exported] = export_user_data(moderator)["watched_words"]
    assert (exported["phrase"], exported["action"]) == ("casino", "block")

    erase_user(moderator)

    assert WatchedWord.objects.get().created_by_id is None
    assert export_user_data(moderator)["watched_words"] == []
    other = make_moderator()
    words.add_word(actor=other, phrase="poker", action="block", place=help_category())
    other.delete()
    assert WatchedWord.objects.filter(created_by=None).count() == 2
