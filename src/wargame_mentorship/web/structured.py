"""What the JSON-LD of pages is made of (schema.org)."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

from wargame_mentorship.flows.imports.attribution import Attribution
from wargame_mentorship.host import DisplayUser

Absolute = Callable[[str], str]
"""Makes a whole URL of a path."""

# In a script element nothing may look like its end or like a comment, whatever people write.
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&"}


def qa_page(question: dict[str, Any]) -> SafeString:
    """A `QAPage` about one question, fit for a `<script type="application/ld+json">`."""
    data = {"@context": "https://schema.org", "@type": "QAPage", "mainEntity": question}
    return mark_safe(json.dumps(data).translate(_ESCAPES))  # noqa: S308 - escaped just there


def author_data(
    person: DisplayUser, attribution: Attribution | None, absolute: Absolute
) -> dict[str, Any]:
    """Whoever has no account here is named by the name they wrote under, or not at all."""
    if person.id is None and not (attribution and attribution.author_name):
        return {}
    author = {"@type": "Person", "name": person.name}
    if person.profile_url:
        author["url"] = absolute(person.profile_url)
    return {"author": author}


def images_data(photos: Iterable[Any], absolute: Absolute) -> dict[str, Any]:
    urls = [absolute(photo.url) for photo in photos]
    return {"image": urls} if urls else {}


def plain(rendered: str) -> str:
    """The words of rendered HTML."""
    return html.unescape(strip_tags(rendered)).strip()
