"""Diffs of texts: complete, readable, and quick on whatever somebody types."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from wargame_mentorship.core.diffs import Piece, word_diff
from wargame_mentorship.core.text import MAX_LENGTH

TEXTS = st.text(alphabet="ab \n<&", max_size=60)


@given(before=TEXTS, after=TEXTS)
def test_the_pieces_hold_both_texts(before: str, after: str) -> None:
    pieces = word_diff(before, after)

    assert "".join(piece.text for piece in pieces if piece.change != "added") == before
    assert "".join(piece.text for piece in pieces if piece.change != "removed") == after
    assert all(piece.text for piece in pieces)


def test_words_are_compared_and_not_letters() -> None:
    assert word_diff("Thin the paint.", "Thin the paints twice.") == [
        Piece("", "Thin the "),
        Piece("removed", "paint."),
        Piece("added", "paints twice."),
    ]
    assert word_diff("Same.", "Same.") == [Piece("", "Same.")]
    assert word_diff("", "") == []


def test_no_text_takes_long() -> None:
    half = MAX_LENGTH // 2
    pairs = [
        ("a " * half, "b " + "a " * (half - 2) + "b"),
        ("a b " * (half // 2), "b a " * (half // 2)),
        (" ".join(map(str, range(2000))), " ".join(map(str, range(2000, 0, -1)))),
        ("a " * half, "ab " * (half // 2)),
        ("\n" * MAX_LENGTH, "a\n" * half),
        ("ab c d " * 1400, "c ab d " * 1400),
    ]
    for before, after in pairs:
        begun = time.perf_counter()
        word_diff(before, after)
        assert time.perf_counter() - begun < 5
