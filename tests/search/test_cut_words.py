from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wargame_mentorship.search.words import (
    MAX_ENCODED,
    MAX_INDEXED,
    Every,
    Node,
    Some,
    Word,
    encode,
    lexemes,
    significant_terms,
    stem,
    terms,
)

ANYTHING = st.text(st.characters(), max_size=300)


@pytest.mark.parametrize(
    ("forms", "language"),
    [
        ("paint paints painted painting", "en"),
        ("prime primes primed priming", "en"),
        ("base bases based basing", "en"),
        ("dry dries dried drying", "en"),
        ("thin thins thinned thinning", "en"),
        ("wash washes washed washing", "en-gb"),
        ("brush brushes brushing", "en"),
        ("edge edges edging", "en"),
        ("farbe farben", "de"),
        ("figur figuren", "de-at"),
        ("pinsel pinsels pinseln", "de"),
        ("wald walder", "de"),
    ],
)
def test_forms_of_a_word_share_their_stem(forms: str, language: str) -> None:
    assert len({stem(form, language) for form in forms.split()}) == 1


@pytest.mark.parametrize("word", ["glass", "brass", "bus", "ring", "king", "red", "seed", "oil"])
def test_words_that_only_look_inflected_stay(word: str) -> None:
    assert stem(word, "en") == word


@pytest.mark.parametrize("language", ["fr", "", "ja"])
def test_a_language_without_stemmer_stays(language: str) -> None:
    assert stem("paints", language) == "paints"


@given(ANYTHING)
def test_lexemes_are_ascii_words_that_every_parser_leaves_alone(text: str) -> None:
    for lexeme in lexemes(text, "en").split(" "):
        assert lexeme == "" or (
            lexeme.isascii()
            and lexeme.isalnum()
            and lexeme.islower()
            and 3 <= len(lexeme) <= MAX_ENCODED
        )


@given(ANYTHING, st.booleans())
def test_a_query_is_small_and_what_it_finds_is_indexed(text: str, typing: bool) -> None:
    indexed = lexemes(text[:2_000], "en").split()
    asked = terms(text, typing=typing)

    assert len(asked) <= 10
    assert all(_holds(term, indexed) for term in asked)
    assert all(_holds(term, indexed) for term in significant_terms(text))


def _holds(node: Node, indexed: list[str]) -> bool:
    match node:
        case Word(text, prefix):
            wanted = encode(text)
            return any(one == wanted or (prefix and one.startswith(wanted)) for one in indexed)
        case Every(parts):
            return all(_holds(part, indexed) for part in parts)
        case Some(parts):
            return any(_holds(part, indexed) for part in parts)


def test_a_long_text_is_cut_where_the_database_would_refuse_it() -> None:
    text = " ".join(f"word{number}" for number in range(200_000))

    assert len(lexemes(text, "en")) < MAX_INDEXED + 1_000
