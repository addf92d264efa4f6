"""Bodies and texts that are meant to hurt are refused with a code; nothing else ever happens."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wargame_mentorship.core.errors import DomainError, TooLarge
from wargame_mentorship.core.hostile import HostileInput, check_text, parse_json

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
numbers = st.integers(-(10**20) + 1, 10**20 - 1) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
)


def refuse(raw: bytes, code: str, **limits: int) -> HostileInput:
    with pytest.raises(HostileInput) as refused:
        parse_json(raw, **limits)
    assert refused.value.code == code
    assert str(refused.value.message)
    return refused.value


def outcome(raw: bytes) -> object:
    """The value, or the error of ours; any other error is the test's failure."""
    try:
        return parse_json(raw)
    except DomainError as refused:
        return refused


# What honest clients send


@given(values, st.booleans())
def test_any_harmless_value_is_read_as_written(value: Any, ascii_only: bool) -> None:
    raw = json.dumps(value, ensure_ascii=ascii_only).encode()

    assert parse_json(raw, max_bytes=len(raw)) == value


@pytest.mark.parametrize("raw", [b"", b"{}", b" {} \n", b"\xef\xbb\xbf{}"])
def test_empty_body_is_an_empty_object(raw: bytes) -> None:
    assert parse_json(raw) == {}


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'"\\ud83c\\udfa8"', "🎨"),
        (b'"\\\\u0000"', "\\u0000"),
        (b'"\\\\ud800"', "\\ud800"),
        (b'"[[{{"', "[[{{"),
        (b'["\\"[", "\\\\", "]"]', ['"[', "\\", "]"]),
        (b"18446744073709551615", 2**64 - 1),
        (b"-18446744073709551615", -(2**64) + 1),
        (b"1.7976931348623157e308", 1.7976931348623157e308),
        (b"1e-9999", 0.0),
        (b"0." + b"1" * 5_000, 1 / 9),
        (b"null", None),
    ],
)
def test_harmless_look_alikes_pass(raw: bytes, value: object) -> None:
    assert parse_json(raw) == value


# What others send


@given(st.binary())
@example(b"\xff\xfe[\x00]\x00")
@example(b'{"a": "\\ud800"}')
def test_no_bytes_raise_anything_but_a_domain_error(raw: bytes) -> None:
    outcome(raw)


@given(st.text(st.sampled_from('[]{}",:\\u0d8aef1-+.eENaIty nul\t\0\ud800'), max_size=60))
def test_nothing_like_json_raises_anything_but_a_domain_error(text: str) -> None:
    outcome(text.encode(errors="surrogatepass"))


def test_large_body_is_refused_by_the_byte() -> None:
    raw = b'"' + b"a" * 999_998 + b'"'

    assert len(parse_json(raw)) == 999_998
    for too_large, limit in ((raw + b" ", 1_000_000), (b"[]", 1), ("é".encode(), 1)):
        with pytest.raises(TooLarge) as refused:
            parse_json(too_large, max_bytes=limit)
        assert refused.value.code == "too_large"


@pytest.mark.parametrize(
    "raw",
    [
        b" ",
        b"\r\n\t ",
        b"\xef\xbb\xbf",
        b"{",
        b"]",
        b"[1,]",
        b"{'a': 1}",
        b"nul",
        b"01",
        b"+1",
        b"1 2",
        b'"\n"',
        b'"\0"',
        b'"\\x"',
        b'"\\u12"',
        b'"never ends',
        b'"never ends\\',
        b"\xff",
        b'"\xed\xa0\x80"',
        b'"\xc0\x80"',
        b"\xff\xfe[\x00]\x00",
        b"\xef\xbb\xbf\xef\xbb\xbf{}",
        b"a=1&b=2",
        "\u00a0".encode(),
    ],
)
def test_what_is_not_json_in_utf8_is_refused(raw: bytes) -> None:
    refuse(raw, "not_json")


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"]":', "}]")])
def test_depth_is_counted_exactly(opening: str, closing: str) -> None:
    levels = 64 // sum(opening.count(bracket) for bracket in "[{")
    raw = (opening * levels + "1" + closing * levels).encode()

    parse_json(raw)
    refuse(b"[" + raw + b"]", "too_deep")


@given(
    st.recursive(
        st.none() | st.just('"[{\\'),
        lambda inner: st.lists(inner, max_size=2) | st.fixed_dictionaries({"}": inner}),
    )
)
def test_depth_of_any_value_is_that_of_its_nesting(value: Any) -> None:
    def depth(part: Any) -> int:
        inner = part.values() if isinstance(part, dict) else part
        return 1 + max(map(depth, inner), default=0) if isinstance(part, (list, dict)) else 0

    raw = json.dumps(value).encode()

    assert parse_json(raw, max_depth=depth(value)) == value
    if depth(value):
        refuse(raw, "too_deep", max_depth=depth(value) - 1)


@pytest.mark.parametrize(
    "raw", [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000]
)
def test_bottomless_nesting_is_refused(raw: bytes) -> None:
    refuse(raw, "too_deep")


@pytest.mark.parametrize("inner", ["%s", "[%s]", '{"a": %s}', '[1, {"b": [{"c": %s}]}]', "{%s: 1}"])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        (r'"\u0000"', "nul_character"),
        (r'"a\u0000b"', "nul_character"),
        (r'"\ud800"', "surrogate"),
        (r'"\uDFFF"', "surrogate"),
        (r'"\udca8\ud83c"', "surrogate"),
        (r'"\ud83cx\udca8"', "surrogate"),
    ],
)
def test_text_that_no_database_keeps_is_refused_anywhere(inner: str, text: str, code: str) -> None:
    body = inner.replace("%s", text)

    for raw in (body, f'{{"title": {body}}}', f"[{body}]"):
        refuse(raw.encode(), code)


def test_refused_text_names_its_member() -> None:
    refused = refuse(rb'{"title": "fine", "steps": [{"text": "\u0000"}]}', "nul_character")

    assert {name: [code for _, code in errors] for name, errors in refused.fields.items()} == {
        "steps": ["nul_character"]
    }


def test_refused_name_is_not_repeated() -> None:
    assert refuse(rb'{"\ud800": 1}', "surrogate").fields == {}


@pytest.mark.parametrize("name", [b"NaN", b"Infinity", b"-Infinity"])
def test_numbers_that_are_none_are_refused(name: bytes) -> None:
    refuse(name, "not_finite")
    refuse(b'{"a": [' + name + b"]}", "not_finite")


@pytest.mark.parametrize(
    "raw",
    [
        b"1" * 21,
        b"-" + b"1" * 21,
        b"1" * 100_000,
        b"1e309",
        b"-1e309",
        b"1e999999999",
        b"1" * 400 + b".0",
    ],
)
def test_huge_numbers_are_refused(raw: bytes) -> None:
    refuse(raw, "huge_number")
    refuse(b'{"a": [' + raw + b"]}", "huge_number")


def test_name_given_twice_is_refused() -> None:
    refuse(b'{"status": "open", "status": "closed"}', "duplicate_key")
    refuse(rb'[{"a": {"b": 1, "\u0062": 1}}]', "duplicate_key")


@pytest.mark.parametrize(
    "raw",
    [
        b"[" + b"[]," * 333_000 + b"[]]",
        b'"' * 1_000_000,
        b'"' + b"\\" * 999_999,
        b'"' + b'\\"' * 499_999,
        b"[" + b'"\\u0041",' * 99_000 + b"1]",
        b"0." + b"1" * 999_998,
        b"1" * 1_000_000,
        b" " * 1_000_000,
    ],
    ids=lambda raw: ascii(raw[:6]),
)
def test_no_body_takes_more_than_linear_time(raw: bytes) -> None:
    began = time.process_time()
    outcome(raw)

    # Most take a tenth of a second; anything quadratic takes hours.
    assert time.process_time() - began < 5


# Query parameters and form fields


@given(texts)
def test_harmless_text_passes_unchanged(text: str) -> None:
    assert check_text(text) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("\0", "nul_character"),
        ("a\0", "nul_character"),
        ("\ud800", "surrogate"),
        ("a\udfff", "surrogate"),
    ],
)
def test_text_that_no_database_keeps_is_refused(text: str, code: str) -> None:
    with pytest.raises(HostileInput) as refused:
        check_text(text, field="search")

    assert refused.value.code == code
    assert [found for _, found in refused.value.fields["search"]] == [code]
