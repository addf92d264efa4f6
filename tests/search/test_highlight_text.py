from __future__ import annotations

import re

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from wargame_mentorship.search.services import highlight

FAR = "word " * 100


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("Gold on leather", "gold", ["Gold"]),
        ("Painted paints for a painter", "paint", ["Painted", "paints", "painter"]),
        ("Use 70.950, not 70.951", "70950", ["70.950"]),
        ("An XV-88 in snow", "xv88 snow", ["XV-88", "snow"]),
        ("A T'au tank", "tau", ["T&#x27;au"]),
        ("Grün und GRU\u0308N", "grün", ["Grün", "GRU\u0308N"]),
        ("水彩筆の使い方", "彩筆", ["水彩筆の使い方"]),
        ("Gold on leather", "silver", []),
        ("Gold on leather", "🎨 \0 *", []),
        ("Gold on the leather", "on the leather", ["leather"]),
    ],
)
def test_what_was_asked_for_is_marked(text: str, query: str, marked: list[str]) -> None:
    assert re.findall("<mark>(.*?)</mark>", highlight(text, query)) == marked


def test_the_piece_is_about_the_first_match() -> None:
    shown = highlight(f"{FAR}verdigris {FAR}", "verdigris")

    assert "<mark>verdigris</mark>" in shown
    assert shown.startswith("…word ")
    assert shown.endswith(" word…")
    assert 150 <= len(shown) - len("<mark></mark>") <= 202


def test_without_a_match_it_is_the_beginning() -> None:
    shown = highlight(f"Gold {FAR}", "silver")

    assert shown.startswith("Gold word")
    assert shown.endswith("word…")


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("<script>alert(1)</script> gold", "gold"),
        ("gold <img src=x onerror=alert(1)>", "script img onerror gold"),
        ("<mark>gold</mark>", "gold mark"),
        ("gold & <b>silver</b>", "<b>"),
        ("\"gold\" 'silver'", "\"'><script>"),
    ],
)
def test_hostile_text_and_query_stay_text(text: str, query: str) -> None:
    shown = highlight(text, query)

    assert isinstance(shown, SafeString)
    assert not re.search(r"<(?!/?mark>)|[\"']", shown)


@given(st.text(max_size=600), st.text(max_size=60))
def test_any_text_is_escaped_and_marks_are_paired(text: str, query: str) -> None:
    shown = highlight(text, query)
    bare = re.sub("<mark>([^<]*)</mark>", r"\1", shown)

    assert not set(bare) & set("<>\"'")
    assert len(bare) <= 6 * 260


def test_an_endless_word_is_cut() -> None:
    assert len(highlight("x" * 5_000, "y")) <= 201
