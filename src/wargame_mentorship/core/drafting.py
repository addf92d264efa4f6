"""Drafts: what somebody is still writing, kept as it stands.

A draft is known by a key that its writer's form or app has made up, a random UUID. Once a draft
is sent or thrown away its key is used up, so that no save that was under way, and no other tab,
brings it back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Busy, Conflict, TooLarge
from wargame_mentorship.core.idempotency import IdempotencyKey, digest
from wargame_mentorship.core.mixins import Timestamped, UUIDModel

KEPT = timedelta(days=30)
"""How long somebody's draft is kept after they last wrote in it."""

MOST_CHARACTERS = 40_000
"""In all texts together: what would be refused when it is sent is to be kept, too."""


class Draft(UUIDModel, Timestamped):
    """Something that is still being written; whose, and what of, the rooms say."""

    data = models.JSONField(default=dict)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)


D = TypeVar("D", bound=Draft)


def put(
    place: models.QuerySet[D],
    *,
    user_id: Any,
    draft_id: UUID,
    data: dict[str, Any],
    texts: Collection[str],
    **columns: Any,
) -> D:
    """Keep what somebody has typed in the one place that there is for it; the last save wins.

    Args:
        place: finds the draft that is there, if there is one.
        texts: what was written by hand, by the names in `data`. What another draft, which this
            one replaces, said there is left in `earlier`.
        columns: of its row, besides: whose it is, and what it is about.

    Raises:
        Conflict: `draft_gone`: it was sent or thrown away, or is somebody else's.
        Busy: another tab was faster.
    """
    key = _use_up(user_id, draft_id)
    now = timezone.now()
    kept = place.first()
    if kept is not None and kept.pk == draft_id:
        kept.data = {**data, **earlier_of(kept.data.get("earlier", {}), texts)}
        kept.updated_at = now
        for name, value in columns.items():
            setattr(kept, name, value)
        kept.save(update_fields=["data", "updated_at", *columns])
    else:
        data = {**data, **earlier_of(kept.data if kept else {}, texts, beside=data)}
        if kept is not None:
            kept.delete()
        kept = insert(place, pk=draft_id, data=data, created_at=now, updated_at=now, **columns)
    key.delete()
    return kept


def insert(place: models.QuerySet[D], **columns: Any) -> D:
    """Make the row of a new draft.

    Raises:
        Busy: another tab was faster.
        Conflict: `draft_gone`: somebody else's key, or of another place.
    """
    try:
        with transaction.atomic():
            return place.model._default_manager.create(**columns)
    except IntegrityError as error:
        raise Busy if place.exists() else _gone() from error


def earlier_of(
    replaced: Mapping[str, Any], texts: Collection[str], *, beside: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What a replaced draft leaves in the next one; nothing, if that says the same (`beside`)."""
    words = {name: replaced.get(name, "") for name in texts}
    is_new = beside is None or any(words[name] != beside.get(name, "") for name in texts)
    return {"earlier": words} if is_new and any(words.values()) else {}


def finish(drafts: models.QuerySet[D], *, user_id: Any, draft_id: UUID) -> None:
    """Delete a draft, in the transaction that sends it, and use its key up, even if it has none.

    Args:
        drafts: those that are this person's to finish.
    """
    # Used up already, in another tab, say: then there is none any more, and what is sent again is
    # something of its own. Waits, as `put` does, for whoever is saving it.
    IdempotencyKey.objects.bulk_create([_key(user_id, draft_id)], ignore_conflicts=True)
    drafts.filter(pk=draft_id).delete()


def _use_up(user_id: Any, draft_id: UUID) -> IdempotencyKey:
    """Write down that a key is used up; waits for whoever is doing the same.

    Raises:
        Conflict: it is used up already.
    """
    key = _key(user_id, draft_id)
    try:
        with transaction.atomic():
            key.save(force_insert=True)
    except IntegrityError as error:
        raise _gone() from error
    return key


def _key(user_id: Any, draft_id: UUID) -> IdempotencyKey:
    return IdempotencyKey(user_id=user_id, scope=digest("draft", str(draft_id)), fingerprint="")


def _gone() -> Conflict:
    message = _("This draft was sent or thrown away, in another tab perhaps.")
    return Conflict(message, code="draft_gone")


def text_of(value: object) -> str:
    """What was typed, as text that every database keeps; empty for what is no text."""
    if not isinstance(value, str):
        return ""
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def keys_of(values: object, *, most: int) -> list[str]:
    """The UUIDs in a list, each once; what is none is left out."""
    keys = []
    for value in values if isinstance(values, list | tuple) else ():
        try:
            keys.append(str(UUID(str(value))))
        except ValueError:
            continue
    return list(dict.fromkeys(keys))[:most]


def check_length(*texts: str) -> None:
    """Raises: TooLarge: more than anybody writes."""
    if sum(map(len, texts)) > MOST_CHARACTERS:
        raise TooLarge
