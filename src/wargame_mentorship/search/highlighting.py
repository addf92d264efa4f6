"""The words that were asked for, marked in a piece of the text that contains them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from wargame_mentorship.search.words import (
    LANGUAGES,
    Chunk,
    Every,
    Node,
    Some,
    Word,
    chunks,
    stem,
    terms,
)

LENGTH = 200
BEFORE = 60
"""Characters of context before the first word found."""

MOST_READ = 50_000


def highlight(text: str, query: str, *, length: int = LENGTH) -> SafeString:
    """Return about `length` characters of a plain text, escaped, with `<mark>` around what matches.

    The piece begins shortly before the first match; with none it is the beginning of the text.
    Breaks fall between words, an ellipsis stands where something is left out.
    """
    text = " ".join(text[:MOST_READ].split())
    wanted = list(_words(terms(query)))
    found = [chunk for chunk in chunks(text) if _matches(chunk, wanted)]
    start = _word_start(text, found[0].start - BEFORE) if found else 0
    end = _word_end(text, start, start + length)
    pieces = ["…" if start else ""]
    position = start
    for chunk in found:
        if chunk.start < start or chunk.end > end:
            continue
        pieces += [
            escape(text[position : chunk.start]),
            f"<mark>{escape(text[chunk.start : chunk.end])}</mark>",
        ]
        position = chunk.end
    pieces += [escape(text[position:end]), "…" if end < len(text) else ""]
    return mark_safe("".join(pieces))  # noqa: S308 - every piece of the text is escaped above


def _words(nodes: Iterable[Node]) -> Iterable[Word]:
    for node in nodes:
        match node:
            case Word():
                yield node
            case Every(parts) | Some(parts):
                yield from _words(parts)


def _matches(chunk: Chunk, wanted: list[Word]) -> bool:
    words = {*chunk.parts, *([chunk.whole] if chunk.whole else [])}
    words |= {stem(word, language) for word in words for language in LANGUAGES}
    return any(
        word.text in words
        or (word.prefix and any(known.startswith(word.text) for known in words))
        or (not word.text.isascii() and any(word.text in known for known in words))
        for word in wanted
    )


def _word_start(text: str, position: int) -> int:
    if position <= 0:
        return 0
    blank = text.find(" ", position, position + BEFORE // 2)
    return blank + 1 if blank >= 0 else position


def _word_end(text: str, start: int, position: int) -> int:
    if position >= len(text):
        return len(text)
    blank = text.rfind(" ", start, position + 1)
    # A text without blanks is cut where it is full.
    return blank if blank > start + (position - start) // 2 else position
