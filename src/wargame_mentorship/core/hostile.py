"""Input that is meant to hurt, or that no database can keep: refused before anybody works with it.

Pure functions for the doors. What passes is safe to hand to serializers, forms and every database:
no NUL (PostgreSQL), no lone surrogate (no database), no number or depth that ends in an exception.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, Final, NoReturn

from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Invalid, Message, TooLarge

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 64
MAX_DIGITS: Final = 20
"""Of an integer: as many as the largest of 64 bits has."""


class HostileInput(Invalid):
    """A body or text that cannot be taken, whatever it was meant to say.

    `code` is one of `MESSAGES`; `fields` names the member of the body where there is one to name.
    """

    MESSAGES: Final[dict[str, Message]] = {
        "not_json": _("This is not valid JSON."),
        "too_deep": _("This is nested too deeply."),
        "nul_character": _("Null characters are not allowed."),
        "surrogate": _("Half of a character is missing. Type or paste the text again."),
        "not_finite": _("NaN and Infinity are not allowed."),
        "huge_number": _("This number is too large."),
        "duplicate_key": _("The same name is used twice."),
    }

    def __init__(self, code: str, *, field: str | None = None) -> None:
        self.code = code
        message = self.MESSAGES[code]
        super().__init__({} if field is None else {field: [(message, code)]}, message)
        self.code = code


def parse_json(raw: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Any:
    """The value of a JSON body; `{}` for an empty one.

    Raises:
        TooLarge: more than `max_bytes`.
        HostileInput: `not_json` (also when it is not UTF-8), `too_deep` (an array or object in
            itself is one deep), `nul_character`, `surrogate`, `not_finite`, `huge_number` or
            `duplicate_key`.
    """
    if len(raw) > max_bytes:
        raise TooLarge
    if not raw:
        return {}
    try:
        # Some Windows tools begin with a byte order mark, which RFC 8259 lets a reader ignore.
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise HostileInput("not_json") from error
    if _depth(text) > max_depth:
        raise HostileInput("too_deep")
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise HostileInput("not_json") from error
    # Decoded UTF-8 has no surrogates and JSON no bare control characters: only escapes bring them.
    if "\\u" in text:
        _check_texts(value)
    return value


def check_text(value: str, *, field: str | None = None) -> str:
    """The text as it is, of a query parameter, form field or path.

    Raises:
        HostileInput: `nul_character` or `surrogate`; `field` is the one that the error names.
    """
    if "\0" in value:
        raise HostileInput("nul_character", field=field)
    # Nothing else cannot be encoded, and this is much faster than looking at each character.
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise HostileInput("surrogate", field=field) from error
    return value


# A string that never ends swallows the rest, which no longer matters: it is not JSON.
_STRING: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_NO_BRACKET: Final = re.compile(r"[^\[\]{}]+")
_STEP: Final = {"[": 1, "{": 1, "]": -1, "}": -1}


def _depth(text: str) -> int:
    """How deep a JSON text is nested: the decoder itself recurses, and would overflow its stack."""
    brackets = _NO_BRACKET.sub("", _STRING.sub("", text))
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0)


def _parse_int(digits: str) -> int:
    # Python refuses to read more than 4,300 digits, with an error that is not about JSON.
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise HostileInput("huge_number")
    return int(digits)


def _parse_float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise HostileInput("huge_number")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise HostileInput("not_finite")


def _unique_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name given twice: readers differ in which they take, so a check may see another."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise HostileInput("duplicate_key")
    return members


_DECODER: Final = json.JSONDecoder(
    parse_int=_parse_int,
    parse_float=_parse_float,
    parse_constant=_refuse_constant,
    object_pairs_hook=_unique_pairs,
)


def _check_texts(body: object) -> None:
    if not isinstance(body, dict):
        for text in _texts(body):
            check_text(text)
        return
    for name, value in body.items():
        check_text(name)
        for text in _texts(value):
            check_text(text, field=name)


def _texts(value: object) -> Iterator[str]:
    """All strings in a decoded value, names of members too."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case str() as text:
                yield text
            case list() as items:
                waiting.extend(items)
            case dict() as members:
                waiting.extend(members)
                waiting.extend(members.values())
