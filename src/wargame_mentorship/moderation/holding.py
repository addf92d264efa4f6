"""What every room asks before it publishes something: is it to be held, is it to be refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.cleaning import FieldErrors, clean_markdown
from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.registry import kind_of
from wargame_mentorship.events import services as events
from wargame_mentorship.host import Submission, Viewer, moderation
from wargame_mentorship.host.moderation import Outcome
from wargame_mentorship.moderation import words
from wargame_mentorship.moderation.words import Text
from wargame_mentorship.photos import services as photos


@dataclass(frozen=True)
class Hold:
    """That a moderator is to look first, and why: the stable names of the host's verdict."""

    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Screened:
    """What a screening made of a submission."""

    held: Hold | None
    texts: tuple[Text, ...]
    """As they are to be kept."""
    changed: frozenset[str]
    """The names of those that watched words have changed."""


def screen(
    viewer: Viewer,
    kind: str,
    texts: Sequence[Text],
    category_ids: Collection[UUID],
    photo_count: int,
) -> Screened:
    """Judge something by the watched words of its categories, then ask the host's moderation.

    Before any transaction of ours. The words count whatever the host has in the place of the
    default moderation, which is shown the texts as they are to be kept.

    Raises:
        Invalid: the submission is rejected, or says what may not be written (`blocked_word`).
        BackendUnavailable: nobody answered, so nothing is published.
    """
    judged = words.judge(texts, category_ids)
    judged.raise_if_blocked()
    verdict = moderation().screen(
        Submission(
            kind=kind,
            author=viewer.require_user(),
            text="\n\n".join(text.value for text in judged.texts),
            category_ids=tuple(category_ids),
            photo_count=photo_count,
        )
    )
    if verdict.outcome == Outcome.REJECT:
        raise Invalid({}, _("This cannot be published here."))
    reasons = [words.REASON] if judged.holds else []
    if verdict.outcome == Outcome.HOLD:
        reasons += verdict.reasons
    is_held = judged.holds or verdict.outcome == Outcome.HOLD
    return Screened(
        held=Hold(tuple(dict.fromkeys(reasons))) if is_held else None,
        texts=judged.texts,
        changed=frozenset(
            text.name for text, given in zip(judged.texts, texts, strict=True) if text != given
        ),
    )


def reworded(cleaned: tuple[str, str], text: Text) -> tuple[str, str]:
    """A text and its HTML, anew if a screening has changed it.

    Raises: Invalid: in its field, as `clean_markdown`, such as `too_long`.
    """
    if text.value == cleaned[0]:
        return cleaned
    errors = FieldErrors()
    anew = errors.attempt(text.name, clean_markdown, text.value, max_length=text.most)
    errors.raise_if_any()
    return anew or cleaned


def adds_photos(
    contents: Mapping[str, Collection[UUID]], photo_ids: Collection[UUID | None] | None
) -> bool:
    """Whether there are photos among these that a content and its parts, by kind, do not have."""
    wanted = set(photo_ids or ()) - {None}
    if not wanted:
        return False
    found = photos.photos_of_kinds({kind: list(keys) for kind, keys in contents.items()})
    return not wanted <= {photo.pk for pictures in found.values() for photo in pictures}


def hold_columns(held: Hold | None, now: datetime) -> dict[str, Any]:
    """The columns of `core.mixins.Held` for content that is published at `now`, or held."""
    if held:
        return {
            "moderation_state": ModerationState.HELD,
            "visible_since": None,
            # Of what it said before.
            "moderation_reason": "",
        }
    return {"moderation_state": ModerationState.VISIBLE, "visible_since": now}


def record_hold(subject: Model, held: Hold | None) -> None:
    """Tell the moderators, who alone read this, what they are to look at."""
    if held:
        kind = kind_of(subject).name
        events.record(f"{kind}.held", actor=None, subject=subject, reasons=held.reasons)
