"""Finding watched words and phrases in texts, in a time that grows with the text and no faster.

Texts and phrases are cut into words and signs, which are compared whole. Nothing here is a regular
expression, so nobody can type one.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

JOKER = "*"
"""Stands for any letters within a word, in a phrase."""

T = TypeVar("T")

_WORD, _BLANK, _SIGN = "word", "blank", "sign"
_SELECTORS = range(0xFE00, 0xFE10)
"""How an emoji is to be drawn; they would make a word of what stands before them."""


class Token(NamedTuple):
    """A word or a sign as it is compared, and where it stands in the text."""

    text: str
    start: int
    end: int
    gap: int
    """What is before it: nothing (0), blanks (1), or the end of a paragraph (2)."""


class Match(NamedTuple, Generic[T]):
    """That something was found, from `start` to `end` in the text."""

    start: int
    end: int
    what: T


@lru_cache(maxsize=8192)
def _folded(character: str) -> tuple[tuple[str, str], ...]:
    """What a character is compared as, piece by piece, each with what it is.

    Full-width letters, ligatures and capitals are as plain ones; what is invisible is left out.
    """
    decomposed = unicodedata.normalize("NFKD", character).casefold()
    found = []
    for one in unicodedata.normalize("NFKD", decomposed):
        category = unicodedata.category(one)
        if one.isspace():
            found.append((one, _BLANK))
        elif category[0] in "LNM" or one == "_":
            if ord(one) not in _SELECTORS:
                found.append((one, _WORD))
        elif category != "Cf":
            found.append((one, _SIGN))
    return tuple(found)


def tokens(text: str, *, joker: str = "") -> list[Token]:
    """The words and signs of a text, which is NFC-normalised as all that is kept is.

    Args:
        joker: a sign that is a part of words.
    """
    found: list[Token] = []
    letters: list[str] = []
    start = end = lines = gap = 0

    def finish_word() -> None:
        nonlocal gap
        if letters:
            found.append(Token("".join(letters), start, end, gap))
            letters.clear()
            gap = 0

    for place, character in enumerate(text):
        for one, shape in _folded(character):
            if shape == _WORD or one == joker:
                if not letters:
                    start = place
                letters.append(one)
                end = place + 1
                continue
            finish_word()
            if shape == _BLANK:
                lines = (lines if gap else 0) + (one == "\n")
                gap = 2 if lines > 1 else 1
            else:
                found.append(Token(one, place, place + 1, gap))
                gap = 0
    finish_word()
    return found


class _Piece(NamedTuple):
    """A word or a sign of a phrase; the parts of a word are what stands between its jokers."""

    parts: tuple[str, ...]
    gap: int

    def fits(self, word: str) -> bool:
        first, *between = self.parts
        if not between:
            return word == first
        *between, last = between
        if len(word) < len(first) + len(last):
            return False
        if not (word.startswith(first) and word.endswith(last)):
            return False
        place, stop = len(first), len(word) - len(last)
        for part in between:
            # The first place will do: whatever comes later has the more room for it.
            place = word.find(part, place, stop)
            if place < 0:
                return False
            place += len(part)
        return True


def pieces_of(phrase: str) -> tuple[_Piece, ...]:
    """A phrase as it is compared; empty: it says nothing but jokers and blanks."""
    found = tokens(phrase, joker=JOKER)
    if not "".join(token.text for token in found).strip(JOKER):
        return ()
    return tuple(_Piece(tuple(token.text.split(JOKER)), token.gap) for token in found)


class Phrases(Generic[T]):
    """Many phrases, each with what it is there for, looked for at once."""

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        self._literal: dict[str, list[tuple[tuple[_Piece, ...], T]]] = defaultdict(list)
        self._joking: list[tuple[tuple[_Piece, ...], T]] = []
        for phrase, what in phrases:
            if pieces := pieces_of(phrase):
                first, *more = pieces[0].parts
                (self._joking if more else self._literal[first]).append((pieces, what))

    def find(self, text: str) -> list[Match[T]]:
        """Whatever is found, by where it begins, the longest first; matches may overlap."""
        found = tokens(text)
        # A word that comes a thousand times is compared once.
        beginning: dict[str, list[tuple[tuple[_Piece, ...], T]]] = {}
        matches: list[Match[T]] = []
        for index, token in enumerate(found):
            if token.text not in beginning:
                beginning[token.text] = [
                    *self._literal.get(token.text, ()),
                    *(entry for entry in self._joking if entry[0][0].fits(token.text)),
                ]
            for pieces, what in beginning[token.text]:
                if _goes_on(pieces, found, index):
                    end = found[index + len(pieces) - 1].end
                    matches.append(Match(token.start, end, what))
        return sorted(matches, key=lambda match: (match.start, -match.end))


def _goes_on(pieces: Sequence[_Piece], found: Sequence[Token], index: int) -> bool:
    if index + len(pieces) > len(found):
        return False
    following = zip(pieces[1:], found[index + 1 : index + len(pieces)], strict=True)
    return all(piece.gap == token.gap and piece.fits(token.text) for piece, token in following)


def apart(matches: Iterable[Match[T]]) -> list[Match[T]]:
    """Of matches in their order, those that overlap none before them."""
    found: list[Match[T]] = []
    for match in matches:
        if not found or match.start >= found[-1].end:
            found.append(match)
    return found


def rewritten(text: str, matches: Sequence[Match[T]], words: Sequence[str]) -> str:
    """A text with other words in the place of matches, which are apart from each other."""
    edges = [0, *(place for match in matches for place in match[:2]), len(text)]
    kept = [text[start:end] for start, end in list(pairwise(edges))[::2]]
    return "".join(part for both in zip(kept, [*words, ""], strict=True) for part in both)
