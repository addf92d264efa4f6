"""Turning posts of other sites into texts as we keep them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _

from wargame_mentorship.core.html_to_markdown import html_to_markdown
from wargame_mentorship.core.text import (
    MAX_LENGTH,
    clean_line,
    clean_text,
    plain_text,
    render_markdown,
)
from wargame_mentorship.flows.imports.posts import PastOpening, PastPost, Source

MAX_TITLE: Final = 200
TITLE_FROM_TEXT: Final = 80
ROOM_FOR_FENCE: Final = 40

_FENCE: Final = re.compile(r"^(?P<indent>[ >*\d.-]*)(?P<fence>`{3,}|~{3,})(?P<rest>[^\n]*)$", re.M)
_LINK_BY_PATH: Final = re.compile(r"""(?:href|src)\s*=\s*["']?/""", re.IGNORECASE)
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


@dataclass(frozen=True)
class Text:
    """A post, ready to be written."""

    markdown: str
    html: str
    title: str
    """Of an opening; "" of a reply."""
    was_cut: bool


class Empty(Exception):
    """Nothing is left to read."""


def text_of(post: PastPost, source: Source) -> Text:
    """Convert a post.

    Raises:
        Empty: it has no words.
    """
    with translation.override(source.language):
        markdown = _clean(post.markdown or html_to_markdown(_with_absolute_links(post)))
        if not line_of(plain_text(markdown)):
            markdown = ""
        title, title_was_cut = "", False
        if isinstance(post, PastOpening):
            title, title_was_cut = _title_of(post, markdown)
            # A question that is all in its title still needs a text.
            markdown = markdown or _clean(html_to_markdown(escape(title)))
        if not markdown:
            raise Empty
        text, was_cut = cut(markdown, note=_note(post))
    text = clean_text(text)
    return Text(text, render_markdown(text), title, was_cut or title_was_cut)


def cut(text: str, *, note: str, limit: int = MAX_LENGTH) -> tuple[str, bool]:
    """Shorten a Markdown text to `limit` at the end of a paragraph, with a note below.

    Returns the text, and whether it was too long.
    """
    if len(text) <= limit:
        return text, False
    room = limit - len(note) - ROOM_FOR_FENCE
    head = text[:room]
    for separator in ("\n\n", "\n", " "):
        at = head.rfind(separator)
        if at > room // 2:
            head = head[:at]
            break
    return f"{head.rstrip()}{_closing_fence(head)}\n\n{note}", True


def _closing_fence(head: str) -> str:
    """What closes the block of code that the cut went through, if it did."""
    opened: re.Match[str] | None = None
    for found in _FENCE.finditer(head):
        if opened is None:
            opened = found
        elif (
            not found["rest"].strip()
            and found["fence"][0] == opened["fence"][0]
            and len(found["fence"]) >= len(opened["fence"])
        ):
            opened = None
    if opened is None:
        return ""
    # Within a list the fence opens beside the bullet and closes below it.
    indent = re.sub(r"[^>]", " ", opened["indent"])
    return f"\n{indent}{opened['fence']}"


def _with_absolute_links(post: PastPost) -> str:
    """A site links to itself by path, which would lead elsewhere here."""
    if not _LINK_BY_PATH.search(post.html):
        return post.html
    soup = BeautifulSoup(post.html, "html.parser")
    for attribute in ("href", "src"):
        for element in soup.find_all(True, attrs={attribute: re.compile("^/")}):
            element[attribute] = urljoin(post.source_url, str(element[attribute]))
    return str(soup)


def _note(post: PastPost) -> str:
    return f"…([{_('continues at the source')}]({post.source_url}))"


def _title_of(post: PastOpening, markdown: str) -> tuple[str, bool]:
    title = line_of(post.title)
    if not title:
        # Its first words, as one would find it in a list.
        return _shorten(line_of(plain_text(markdown)), TITLE_FROM_TEXT), False
    return _shorten(title, MAX_TITLE), len(title) > MAX_TITLE


def line_of(text: str) -> str:
    """One line as `clean_line` keeps it; what that would refuse is left out, "" if it is all."""
    line = unicodedata.normalize("NFC", " ".join(_CONTROL.sub("", text).split()))
    if all(unicodedata.category(character)[0] in "ZC" for character in line):
        return ""
    return clean_line(line, max_length=max(len(line), 1))


def _shorten(line: str, limit: int) -> str:
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    at = head.rfind(" ")
    return f"{(head[:at] if at > limit // 2 else head).rstrip()}…"


def _clean(markdown: str) -> str:
    """Take out what no text may hold; XML cannot hold most of it either."""
    return unicodedata.normalize("NFC", _CONTROL.sub("", markdown)).rstrip()
