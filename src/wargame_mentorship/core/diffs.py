"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import takewhile
from typing import NamedTuple

_WORD = re.compile(r"\S+|\s+")


class Piece(NamedTuple):
    """A stretch of text; `change` is "added", "removed", or empty for what stayed."""

    change: str
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in reading order, what was removed before what was added."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    kept = "".join(old[:start]), "".join(old[len(old) - end :])
    middle = _compare(old[start : len(old) - end], new[start : len(new) - end])
    return [piece for piece in (Piece("", kept[0]), *middle, Piece("", kept[1])) if piece.text]


def _common(old: list[str], new: list[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _compare(old: list[str], new: list[str]) -> Iterator[Piece]:
    # Its junk heuristic is wanted: without it, a text of one word again and again takes minutes.
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            yield Piece("", "".join(old[i1:i2]))
        else:
            yield Piece("removed", "".join(old[i1:i2]))
            yield Piece("added", "".join(new[j1:j2]))
