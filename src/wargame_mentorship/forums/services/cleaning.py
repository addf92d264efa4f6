"""What somebody types into a topic, cleaned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.cleaning import (
    FieldErrors,
    check_language,
    clean_markdown,
    clean_title,
)
from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.core.text import clean_line
from wargame_mentorship.moderation.words import Text

MOST_TAGS = 5
LONGEST_TAG = 50


@dataclass(frozen=True)
class Opening:
    """The fields of a topic that its author sets, but for its category and photos."""

    columns: Mapping[str, Any]
    tags: tuple[str, ...]

    @property
    def texts(self) -> tuple[Text, ...]:
        """All that others will read of it."""
        return (
            Text("title", self.columns["title"], is_markdown=False),
            Text("description", self.columns["description"]),
            *(Text("tags", tag, is_markdown=False) for tag in self.tags),
        )

    @property
    def values(self) -> list[str]:
        return [text.value for text in self.texts]

    def reworded(self, texts: tuple[Text, ...]) -> Opening:
        """The same with what a screening made of its texts.

        Raises: Invalid: as `clean_opening`, such as `too_long`.
        """
        if texts == self.texts:
            return self
        title, description, *tags = [text.value for text in texts]
        return clean_opening(
            title=title, description=description, tags=tags, language=self.columns["language"]
        )


def clean_opening(*, title: str, description: str, tags: Sequence[str], language: str) -> Opening:
    """Raises: Invalid: whatever is wrong, by field."""
    errors = FieldErrors()
    cleaned_title = errors.attempt("title", clean_title, title)
    cleaned_text: tuple[str, str] | None = ("", "")
    if description.strip():
        cleaned_text = errors.attempt("description", clean_markdown, description)
    cleaned_tags = errors.attempt("tags", clean_tags, tags)
    errors.attempt("language", check_language, language)
    errors.raise_if_any()
    assert cleaned_text is not None and cleaned_tags is not None  # noqa: S101, PT018 - see above
    return Opening(
        columns={
            "title": cleaned_title,
            "description": cleaned_text[0],
            "description_html": cleaned_text[1],
            "language": language,
        },
        tags=cleaned_tags,
    )


def clean_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Tags as they are kept: lower case, one blank between words, each once.

    Raises:
        Invalid: more than `MOST_TAGS`.
        TextError: one that is blank, too long, or has characters that no line has.
    """
    cleaned = tuple(dict.fromkeys(clean_line(tag, max_length=LONGEST_TAG).lower() for tag in tags))
    if len(cleaned) > MOST_TAGS:
        message = _("%(most)d tags, and no more.") % {"most": MOST_TAGS}
        raise Invalid.field("tags", message, "too_many")
    return cleaned
