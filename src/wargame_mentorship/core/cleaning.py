"""Collecting what is wrong with what somebody typed, field by field, before saying so."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.conf.global_settings import LANGUAGES
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Invalid, Message
from wargame_mentorship.core.text import (
    MAX_LENGTH,
    TextError,
    check_mentions,
    clean_line,
    clean_text,
    render_markdown,
)

_LANGUAGE_CODES = frozenset(code for code, _name in LANGUAGES)

P = ParamSpec("P")
T = TypeVar("T")


class FieldErrors:
    """Gathers errors of several fields, so that a person sees all of them at once."""

    def __init__(self) -> None:
        self.fields: dict[str, list[tuple[Message, str]]] = {}

    def add(self, name: str, message: Message, code: str) -> None:
        self.fields.setdefault(name, []).append((message, code))

    def attempt(
        self, name: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T | None:
        """Call something that raises `TextError` or `Invalid`; note the error, go on with None."""
        try:
            return function(*args, **kwargs)
        except TextError as error:
            self.add(name, str(error), error.code)
        except Invalid as error:
            for field, errors in error.fields.items():
                self.fields.setdefault(field, []).extend(errors)
        return None

    def raise_if_any(self) -> None:
        if self.fields:
            raise Invalid(self.fields)


def clean_title(value: str, *, max_length: int = 200) -> str:
    """Raises: TextError: blank, too long, or with characters that no title has."""
    return clean_line(value, max_length=max_length)


def check_language(code: str) -> str:
    """Raises: Invalid: `language`, none that Django knows."""
    if code not in _LANGUAGE_CODES:
        raise Invalid.field("language", _("This is not one of the choices."), "invalid_choice")
    return code


def clean_reason(reason: str, *, max_length: int = 200) -> str:
    """What somebody gave as their reason; empty where they gave none.

    Raises:
        Invalid: `reason` is too long, or has characters that no line has.
    """
    errors = FieldErrors()
    cleaned = ""
    if reason.strip():
        cleaned = errors.attempt("reason", clean_line, reason, max_length=max_length) or ""
    errors.raise_if_any()
    return cleaned


def clean_required(name: str, value: str, *, max_length: int, missing: Message) -> str:
    """A text of several lines that has to say something, without the blanks around it.

    Raises:
        Invalid: in the field of this name: blank (`required`, and what `missing` says), too long,
            or with characters that no text has.
    """
    errors = FieldErrors()
    cleaned = errors.attempt(name, clean_text, value, max_length=max_length) or ""
    if not errors.fields and not cleaned.strip():
        errors.add(name, missing, "required")
    errors.raise_if_any()
    return cleaned.strip()


def clean_markdown(value: str, *, max_length: int = MAX_LENGTH) -> tuple[str, str]:
    """The text as it is kept, and the HTML that is shown for it.

    Raises:
        TextError: blank, too long, too many mentions, or with characters no text has.
    """
    text = clean_text(value, max_length=max_length)
    if not text.strip():
        raise TextError("blank")
    check_mentions(text)
    return text, render_markdown(text)
