"""What counts as a word: the same for what is indexed, what is asked and what is highlighted.

The three databases cut text into words each in its own way, by locale, collation, stop words and
least length. So none of them is asked to: text is cut here, and they are handed lexemes of plain
ASCII letters and digits (`encode`), which every parser leaves alone.

- Case, accents and compatibility forms do not matter (NFKC, folded; combining marks of Latin,
  Greek and Cyrillic are dropped), so `grün`, `GRÜN` and `grun` are one word.
- A word is indexed as written and, in English and German, by its stem. A query asks for either,
  so `paints` finds `paint`, and what is typed so far finds what it begins.
- `70.950`, `XV-88`, `dry-brushing` are indexed whole (`70950`) and in parts (`70`, `950`); asking
  for one finds it spelled in any of these ways. Apostrophes are ignored: `T'au` is `tau`.
- Chinese and Japanese, which have no spaces, are indexed by pairs of characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

MAX_TERMS = 10
MAX_QUERY = 2_000
"""Characters of a query that are looked at."""

MAX_INDEXED = 400_000
"""Characters of lexemes per column: PostgreSQL's tsvector holds 1 MB."""

MAX_WORD = 40
MAX_ENCODED = 80  # InnoDB drops words of more than 84 characters.
MAX_PARTS = 4
MIN_PREFIX = 2
MIN_STEM = 3

_MARKS = "\u0300-\u036f"
_LETTERS = rf"(?:[^\W_][{_MARKS}]*)+"
_JOINERS = r"['’ʼ.&_\-‐‑]"
_CHUNK = re.compile(rf"{_LETTERS}(?:{_JOINERS}{_LETTERS})*")
_PART = re.compile(r"[^\W_]+")
_COMBINING = re.compile(rf"[{_MARKS}]+")
_APOSTROPHES = re.compile("['’ʼ]")
_UNSPACED = "\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUN = re.compile(rf"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")

STOP_WORDS = frozenset(
    # Folded, as every word is.
    """a about after all also am an and any are as at be been but by can could did do does for from
    get had has have how i if in into is it its just me my no not of on or our out so some than
    that the their them then there these they this to too up us was we what when where which who
    why will with would you your
    aber alle als am an auch auf aus bei bin bis da das dass dem den der des die doch du ein eine
    einem einen einer es fur hat habe haben ich ihr im in ist ja kann mein meine mich mir mit nach
    nicht noch nur oder sich sie sind so um und uns vom von vor wann war warum was wer wie wir wird
    wo zu zum zur uber""".split()  # noqa: SIM905 - a list of 150 strings reads worse
)
"""Words that say nothing beside others; asked for alone, they are words like any other."""


@dataclass(frozen=True)
class Word:
    """A word that a document must contain; with `prefix`, or one that begins with it."""

    text: str
    prefix: bool = False


@dataclass(frozen=True)
class Every:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Some:
    parts: tuple[Node, ...]


Node = Word | Every | Some


@dataclass(frozen=True)
class Chunk:
    """What stands between blanks in a text, and where; `parts` are folded."""

    start: int
    end: int
    parts: tuple[str, ...]

    @property
    def whole(self) -> str | None:
        """Its parts written together, where that is a word too: `xv88` of `XV-88`."""
        if 1 < len(self.parts) <= MAX_PARTS:
            return "".join(self.parts)[:MAX_WORD]
        return None

    @property
    def is_stop_word(self) -> bool:
        return len(self.parts) == 1 and self.parts[0] in STOP_WORDS


def fold(text: str) -> str:
    """Take case, compatibility forms and the accents of alphabets away."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    bare = _COMBINING.sub("", unicodedata.normalize("NFKD", folded))
    return unicodedata.normalize("NFC", bare)


@lru_cache(maxsize=20_000)
def _parts(chunk: str) -> tuple[str, ...]:
    found = _PART.findall(fold(_APOSTROPHES.sub("", chunk)))
    return tuple(piece[:MAX_WORD] for part in found for piece in _RUN.findall(part))


def chunks(text: str) -> Iterator[Chunk]:
    for match in _CHUNK.finditer(text):
        if parts := _parts(match.group()):
            yield Chunk(match.start(), match.end(), parts)


def stem(word: str, language: str) -> str:
    """Return what the inflected forms of a folded word have in common; itself if nothing.

    Light on purpose: plurals and the forms of verbs, no derivation. English after Porter's first
    step, German after Savoy's light stemmer (https://members.unine.ch/jacques.savoy/clef/).
    """
    if len(word) <= MIN_STEM or not word.isascii() or not word.isalpha():
        return word
    match language.split("-")[0].lower():
        case "en":
            return _english(word)
        case "de":
            return _german(word)
    return word


LANGUAGES = ("en", "de")
"""Those with a stemmer; a query, whose language nobody knows, is asked in each."""


def _english(word: str) -> str:
    if word.endswith(("ies", "ied")):
        return f"{word[:-3]}y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= MIN_STEM and set(rest) & set("aeiouy"):
            if not word.endswith("eed"):
                word = rest
                if word[-1] == word[-2] and word[-1] not in "aeioulsz":
                    word = word[:-1]
            break
    rest = word.removesuffix("e")
    return rest if len(rest) >= MIN_STEM else word


def _german(word: str) -> str:
    for ending in ("ern", "em", "en", "er", "es", "e", "n", "s"):
        rest = word.removesuffix(ending)
        # Four letters must stay, or `under` would be `und`.
        if rest != word and len(rest) > MIN_STEM:
            return rest
    return word


def encode(word: str) -> str:
    """Spell a word in ASCII letters and digits, so that a beginning stays a beginning.

    `wm` in front lifts every word above InnoDB's least length of three and off its list of stop
    words; each character outside of ASCII becomes four digits of base 36.
    """
    return f"wm{word if word.isascii() else ''.join(map(_ascii, word))}"[:MAX_ENCODED]


def _ascii(character: str) -> str:
    if character.isascii():
        return character
    digits = ""
    number = ord(character)
    for _ in range(4):
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits


def lexemes(text: str, language: str) -> str:
    """Return the words of a text as the databases index them, a blank around each."""
    found: list[str] = []
    left = MAX_INDEXED
    for chunk in chunks(text):
        words = [*chunk.parts, chunk.whole] if chunk.whole else chunk.parts
        for word in words:
            for lexeme in _forms(word, language):
                left -= len(lexeme) + 1
                found.append(lexeme)
        if left <= 0:
            break
    return f" {' '.join(found)} " if found else ""


@lru_cache(maxsize=20_000)
def _forms(word: str, language: str) -> tuple[str, ...]:
    """Everything that a word is indexed as."""
    if _IS_UNSPACED.match(word):
        pairs = [word[i : i + 2] for i in range(len(word))]
        return tuple(encode(pair) for pair in pairs)
    return tuple(dict.fromkeys(encode(form) for form in (word, stem(word, language))))


def _asked(word: str, *, prefix: bool) -> Node:
    """What a document must contain to contain this word."""
    if _IS_UNSPACED.match(word):
        if len(word) == 1:
            return Word(word, prefix=True)
        return Every(tuple(Word(word[i : i + 2]) for i in range(len(word) - 1))[:MAX_TERMS])
    prefix = prefix and len(word) >= MIN_PREFIX
    forms = dict.fromkeys(stem(word, language) for language in LANGUAGES)
    # What is typed so far covers its own stems, unless they are no longer than it.
    nodes = [Word(form) for form in (word, *forms) if not (prefix and form == word)]
    nodes = list(dict.fromkeys(nodes))
    return _some([Word(word, prefix=True), *nodes] if prefix else nodes)


def _some(nodes: Iterable[Node]) -> Node:
    parts = tuple(dict.fromkeys(nodes))
    return parts[0] if len(parts) == 1 else Some(parts)


def terms(text: str, *, typing: bool = True) -> tuple[Node, ...]:
    """Return the first ten words asked for; a document must contain each.

    Words that say nothing are left out where others remain. With `typing`, the last counts as a
    beginning too.
    """
    found = list(chunks(text[:MAX_QUERY]))
    found = ([chunk for chunk in found if not chunk.is_stop_word] or found)[:MAX_TERMS]
    return tuple(
        _term(chunk, prefix=typing and position == len(found))
        for position, chunk in enumerate(found, start=1)
    )


def _term(chunk: Chunk, *, prefix: bool) -> Node:
    parts = chunk.parts[:MAX_TERMS]
    each = [
        _asked(part, prefix=prefix and position == len(parts))
        for position, part in enumerate(parts, start=1)
    ]
    apart = each[0] if len(each) == 1 else Every(tuple(each))
    return _some([_asked(chunk.whole, prefix=prefix), apart] if chunk.whole else [apart])


def significant_terms(text: str) -> tuple[Node, ...]:
    """Return the words of a title by which it may be like another; the last may be unfinished."""
    found = [
        chunk
        for chunk in chunks(text[:MAX_QUERY])
        if not chunk.is_stop_word and len("".join(chunk.parts)) >= MIN_PREFIX
    ][:MAX_TERMS]
    return tuple(
        dict.fromkeys(
            _term(chunk, prefix=position == len(found))
            for position, chunk in enumerate(found, start=1)
        )
    )
