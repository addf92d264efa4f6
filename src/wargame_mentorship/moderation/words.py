"""Watched words: what becomes of texts that have them, and who keeps the list."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import F, Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.cleaning import FieldErrors
from wargame_mentorship.core.errors import Invalid, NotFound, Stale
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.text import (
    MAX_LENGTH,
    TextError,
    clean_line,
    clean_text,
    is_allowed_url,
    link_words,
    plain_text,
)
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.moderation import rules
from wargame_mentorship.moderation.matching import Match, Phrases, apart, pieces_of, rewritten
from wargame_mentorship.moderation.models import REWRITING, WatchedWord, WordAction

REASON = "watched_word"
LONGEST_PHRASE = 100
LONGEST_REPLACEMENT = 200
MOST_NAMED = 20
"""So many of the words that are not to be written are named at once."""
MOST_WORDS = 1_000
"""In one category, and of those that hold everywhere: all of them are read for each text."""

# Nothing that would end the link in a text before the address does.
_ADDRESS = re.compile(r"https?://\w[^\s<>()\[\]\\]*", re.IGNORECASE)


@dataclass(frozen=True)
class Text:
    """One of the texts that somebody submits."""

    name: str
    """The field that its errors belong to."""
    value: str
    is_markdown: bool = True
    most: int = MAX_LENGTH

    def plain(self) -> str:
        """As it is read: what is written apart in Markdown may be read together."""
        return plain_text(self.value) if self.is_markdown else self.value


@dataclass(frozen=True)
class Judgement:
    """What watched words make of texts."""

    texts: tuple[Text, ...]
    """As they are to be kept."""
    found: tuple[WatchedWord, ...]
    """Each once, in the order in which they were found."""
    blocked: tuple[tuple[str, str], ...]
    """Fields, and what they may not say."""
    holds: bool

    def raise_if_blocked(self) -> None:
        """Raises: Invalid: `blocked_word`, naming what it is that may not be written."""
        errors = FieldErrors()
        for name, words in list(dict.fromkeys(self.blocked))[:MOST_NAMED]:
            message = _("“%(words)s” may not be written here.") % {"words": words[:LONGEST_PHRASE]}
            errors.add(name, message, "blocked_word")
        errors.raise_if_any()


def judge(texts: Sequence[Text], category_ids: Collection[UUID]) -> Judgement:
    """Judge texts that are to be filed somewhere, by the words of there; in one query."""
    words = WatchedWord.objects.counting_in(category_ids)
    return judge_by(words.order_by("created_at", "pk"), texts)


def judge_by(words: Iterable[WatchedWord], texts: Sequence[Text]) -> Judgement:
    """Judge texts by some words: what they forbid, hold and rewrite, in this order."""
    phrases = Phrases((word.phrase, word) for word in words)
    found: dict[UUID, WatchedWord] = {}
    blocked: list[tuple[str, str]] = []
    kept: list[Text] = []
    holds = False
    for text in texts:
        plain = text.plain()
        written = phrases.find(text.value)
        read = written if plain == text.value else phrases.find(plain)
        said = [*((text.value, match) for match in written), *((plain, match) for match in read)]
        for source, match in said:
            found[match.what.pk] = match.what
            holds |= match.what.action == WordAction.HOLD
            if match.what.action == WordAction.BLOCK:
                blocked.append((text.name, source[match.start : match.end]))
        kept.append(_rewrite(text, written, phrases))
        holds |= bool(read) and _still_says(kept[-1], phrases)
    return Judgement(tuple(kept), tuple(found.values()), tuple(blocked), holds)


def _rewrite(
    text: Text, written: Sequence[Match[WatchedWord]], phrases: Phrases[WatchedWord]
) -> Text:
    replaced = _having(written, WordAction.REPLACE)
    if replaced:
        value = rewritten(text.value, replaced, [match.what.replacement for match in replaced])
        text = replace(text, value=value)
        written = phrases.find(value)
    linked = _having(written, WordAction.LINK) if text.is_markdown else []
    if linked:
        words = [(match.start, match.end, match.what.replacement) for match in linked]
        text = replace(text, value=link_words(text.value, words, max_length=text.most))
    return text


def _having(matches: Iterable[Match[WatchedWord]], action: str) -> list[Match[WatchedWord]]:
    return apart(match for match in matches if match.what.action == action)


def _still_says(text: Text, phrases: Phrases[WatchedWord]) -> bool:
    """Whether a reader finds a word that was to be replaced, because Markdown takes it apart."""
    return bool(_having(phrases.find(text.plain()), WordAction.REPLACE))


def watched_words(actor: Actor) -> QuerySet[WatchedWord]:
    """Those that this person reads, with their categories.

    Raises:
        SignInRequired: nobody is signed in.
        NotAllowed: they moderate nothing, and keep no words that hold everywhere.
    """
    viewer = Viewer.of(actor)
    require(rules.can_read_watched_words, viewer, None)
    return WatchedWord.objects.visible_to(viewer).select_related("category", "forum_category")


def find_word(actor: Actor, word_id: UUID) -> WatchedWord:
    """Raises: SignInRequired, NotAllowed: as `watched_words`; NotFound: none that they read."""
    found = watched_words(actor).filter(pk=word_id).first()
    if found is None:
        raise NotFound
    return found


def try_out(actor: Actor, sentence: str, place: Model | None) -> Judgement:
    """What would become of a sentence in a category that the actor moderates, or everywhere.

    Raises:
        SignInRequired, NotAllowed: as `watched_words`.
        NotFound: they do not moderate the place.
        Invalid: `sentence`, as any text.
    """
    viewer = Viewer.of(actor)
    require(rules.can_read_watched_words, viewer, None)
    if place is not None and not rules.can_add_watched_word(viewer, place):
        raise NotFound
    errors = FieldErrors()
    cleaned = errors.attempt("sentence", clean_text, sentence)
    errors.raise_if_any()
    # What is filed under a part of a category is filed under the category too.
    keys = [place.pk, getattr(place, "parent_id", None)] if place is not None else []
    return judge([Text("sentence", cleaned or "")], [key for key in keys if key is not None])


@write
def add_word(
    *,
    actor: Actor,
    phrase: str,
    action: str,
    replacement: str = "",
    place: Model | None = None,
) -> WatchedWord:
    """Watch a word or phrase.

    Args:
        place: the category, of help or of the forums, in which it counts; None: everywhere.

    Raises:
        SignInRequired, NotAllowed: the place is not the actor's to keep words for.
        Invalid: `phrase`: blank, nothing but jokers, too long, there already (`duplicate`);
            `action`; `replacement`: `required`, or `unwanted`, no address, or says the phrase;
            `place`: `too_many`.
    """
    viewer = Viewer.of(actor)
    require(rules.can_add_watched_word, viewer, place)
    columns = {**_clean(phrase, action, replacement), **_place_columns(place)}
    _refuse_duplicate(columns)
    if _in_place(columns).count() >= MOST_WORDS:
        message = _("%(most)d here, and no more.") % {"most": MOST_WORDS}
        raise Invalid.field("place", message, "too_many")
    word = WatchedWord.objects.create(**columns, created_by_id=viewer.pk)
    _record("watched_word.added", viewer, word, before={}, after=_facts(word))
    return word


@write
def change_word(
    *,
    actor: Actor,
    word: WatchedWord,
    phrase: str,
    action: str,
    replacement: str = "",
    place: Model | None = None,
    if_version: int | None = None,
) -> WatchedWord:
    """Change a word; to file it elsewhere, both places are the actor's. Nothing new is no change.

    Raises:
        NotFound: the actor does not read it.
        NotAllowed: it, or the other place, is not theirs.
        Stale: it is not of this version any more.
        Invalid: as `add_word`.
    """
    viewer = Viewer.of(actor)
    current = find_word(viewer, word.pk)
    require(rules.can_change_watched_word, viewer, current)
    if _place_columns(place) != _place_columns(current.place):
        require(rules.can_delete_watched_word, viewer, current)
        require(rules.can_add_watched_word, viewer, place)
    columns = {**_clean(phrase, action, replacement), **_place_columns(place)}
    _refuse_duplicate(columns, but=current)
    if if_version not in (None, current.version):
        raise Stale
    if all(getattr(current, name) == value for name, value in columns.items()):
        return current
    before = _facts(current)
    rows = WatchedWord.objects.filter(pk=current.pk, version=current.version)
    if not rows.update(**columns, updated_at=timezone.now(), version=F("version") + 1):
        raise Stale
    changed = find_word(viewer, current.pk)
    _record("watched_word.changed", viewer, changed, before=before, after=_facts(changed))
    return changed


@write
def delete_word(*, actor: Actor, word: WatchedWord, if_version: int | None = None) -> None:
    """Watch a word no more; texts that it changed stay as they are.

    Raises: NotFound, NotAllowed, Stale: as `change_word`.
    """
    viewer = Viewer.of(actor)
    current = find_word(viewer, word.pk)
    require(rules.can_delete_watched_word, viewer, current)
    version = current.version if if_version is None else if_version
    # While it is there, for an event is of something.
    _record("watched_word.deleted", viewer, current, before=_facts(current), after={})
    deleted, _by_model = WatchedWord.objects.filter(pk=current.pk, version=version).delete()
    if not deleted:
        raise Stale


def _place_columns(place: Model | None) -> dict[str, Any]:
    named = {"category_id": None, "forum_category_id": None}
    if place is not None:
        [name] = [
            field.attname
            for field in WatchedWord._meta.concrete_fields
            if field.attname in named and field.related_model is type(place)
        ]
        named[name] = place.pk
    return named


def _clean(phrase: str, action: str, replacement: str) -> dict[str, Any]:
    errors = FieldErrors()
    cleaned = errors.attempt("phrase", _clean_phrase, phrase)
    if action not in WordAction.values:
        errors.add("action", _("This is not one of the choices."), "invalid_choice")
        errors.raise_if_any()
    new = ""
    if replacement.strip() and action in REWRITING:
        most = LONGEST_REPLACEMENT
        new = errors.attempt("replacement", clean_line, replacement, max_length=most) or ""
        if new and cleaned:
            errors.attempt("replacement", _check_replacement, cleaned, action, new)
    elif action in REWRITING:
        errors.add("replacement", _("Say what is to be there instead."), "required")
    elif replacement.strip():
        errors.add("replacement", _("Nothing is written in its place."), "unwanted")
    errors.raise_if_any()
    return {"phrase": cleaned, "action": action, "replacement": new}


def _clean_phrase(phrase: str) -> str:
    cleaned = clean_line(phrase, max_length=LONGEST_PHRASE)
    if not pieces_of(cleaned):
        raise TextError("blank")
    return cleaned


def _check_replacement(phrase: str, action: str, replacement: str) -> None:
    if action == WordAction.LINK:
        if not _ADDRESS.fullmatch(replacement) or not is_allowed_url(replacement):
            message = _("An address that begins with https:// and has neither blanks nor brackets.")
            raise Invalid.field("replacement", message, "invalid_address")
    elif Phrases([(phrase, None)]).find(replacement):
        # It would be replaced again at each edit.
        raise Invalid.field("replacement", _("It says the same word."), "says_phrase")


def _in_place(columns: Mapping[str, Any]) -> QuerySet[WatchedWord]:
    place = {name: columns[name] for name in ("category_id", "forum_category_id")}
    return WatchedWord.objects.filter(**place)


def _refuse_duplicate(columns: Mapping[str, Any], but: WatchedWord | None = None) -> None:
    """Two at once may both come through: the stricter of the two counts, and both are listed."""
    same = _in_place(columns).filter(phrase__iexact=columns["phrase"])
    others = same.exclude(pk=but.pk) if but else same
    if others.exists():
        raise Invalid.field("phrase", _("This is watched here already."), "duplicate")


def _facts(word: WatchedWord) -> dict[str, str | None]:
    """What a log says of it: moderators write it for each other, and of no person."""
    return {
        "phrase": word.phrase,
        "action": word.action,
        "replacement": word.replacement,
        "category_id": str(word.category_id or word.forum_category_id or "") or None,
    }


def _record(
    verb: str,
    viewer: Viewer,
    word: WatchedWord,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    places = {facts["category_id"] for facts in (before, after) if facts.get("category_id")}
    events.record_moderation(
        verb,
        actor=viewer,
        subject=word,
        before=before,
        after=after,
        # A word that counts everywhere is in no moderator's log but the chief's.
        category_ids=[UUID(place) for place in sorted(places)],
    )
