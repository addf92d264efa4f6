"""Drafts: questions that are still being written.

A draft is known by a key that its writer's form or app has made up, a random UUID. Somebody who
is not signed in may leave one under it and claim it afterwards. Once a draft is sent or thrown
away its key is used up, so that no save that was under way, and no other tab, brings it back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Busy, Conflict, TooLarge
from wargame_mentorship.core.idempotency import IdempotencyKey, digest
from wargame_mentorship.core.writes import write
from wargame_mentorship.help_requests.models import HelpRequestDraft
from wargame_mentorship.help_requests.services.common import MOST_PHOTOS
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.photos.models import Photo

KEPT = timedelta(days=30)
"""How long somebody's draft is kept after they last wrote in it."""

KEPT_UNCLAIMED = timedelta(hours=24)
"""How long a draft waits for its writer to sign in."""

MOST_CHARACTERS = 40_000
"""In all texts together: what would be refused when it is sent is to be kept, too."""

TEXTS = ("title", "description")
CHOICES = ("category", "subcategory", "difficulty_level", "urgency", "language")
DRAFT_NAMES = (*TEXTS, *CHOICES, "is_public")
"""What every draft holds, besides `facets` and `photo_ids`."""
_LONGEST_CHOICE = 50
_MOST_FACETS = 50


def keep_draft(*, actor: Actor, draft_id: UUID, data: Mapping[str, Any]) -> HelpRequestDraft:
    """Keep what somebody has typed so far, whatever it is worth; the last save wins.

    A person has one draft. Another one that this replaces leaves its words in `earlier`.

    Args:
        data: any of what `ask` takes, with the photos as `photo_ids`; and `lost_photos`, how many
            could not be kept.

    Raises:
        TooLarge: more than anybody asks.
        Conflict: `draft_gone`: it was sent or thrown away, or is somebody else's.
    """
    viewer = Viewer.of(actor)
    cleaned = clean_draft(data)
    if viewer.user is None:
        return _leave(draft_id=draft_id, data=cleaned)
    return _keep(actor=viewer, draft_id=draft_id, data=cleaned)


@write
def _leave(*, draft_id: UUID, data: dict[str, Any]) -> HelpRequestDraft:
    now = timezone.now()
    unclaimed = HelpRequestDraft.objects.filter(pk=draft_id, owner=None)
    if unclaimed.update(data=data, updated_at=now):
        return unclaimed.get()
    return _insert(pk=draft_id, owner_id=None, data=data, created_at=now, updated_at=now)


@write
def _keep(*, actor: Viewer, draft_id: UUID, data: dict[str, Any]) -> HelpRequestDraft:
    key = _use_up(actor, draft_id)
    now = timezone.now()
    mine = HelpRequestDraft.objects.filter(owner=actor.pk).first()
    if mine is not None and mine.pk == draft_id:
        mine.data = {**data, **_earlier_of(mine.data.get("earlier", {}))}
        mine.updated_at = now
        mine.save(update_fields=["data", "updated_at"])
    else:
        # Left before they signed in: this is how it goes on.
        HelpRequestDraft.objects.filter(pk=draft_id, owner=None).delete()
        data = {**data, **_earlier_of(mine.data if mine else {}, beside=data)}
        if mine is not None:
            mine.delete()
        mine = _insert(pk=draft_id, owner_id=actor.pk, data=data, created_at=now, updated_at=now)
    key.delete()
    return mine


def _insert(*, owner_id: Any, **columns: Any) -> HelpRequestDraft:
    """Raises: Conflict: `busy`: another tab was faster; `draft_gone`: somebody else's key."""
    try:
        with transaction.atomic():
            return HelpRequestDraft.objects.create(owner_id=owner_id, **columns)
    except IntegrityError as error:
        mine = HelpRequestDraft.objects.filter(owner=owner_id, owner__isnull=False)
        raise Busy if mine.exists() else _gone() from error


def _earlier_of(
    replaced: Mapping[str, Any], *, beside: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    words = {name: replaced.get(name, "") for name in TEXTS}
    is_new = beside is None or any(words[name] != beside.get(name, "") for name in TEXTS)
    return {"earlier": words} if is_new and any(words.values()) else {}


@write
def claim_draft(*, actor: Actor, draft_id: UUID) -> HelpRequestDraft | None:
    """Make a draft that was left without signing in the actor's own; None: it is not there.

    It works once. One's own of this key is answered again.
    """
    viewer = Viewer.of(actor)
    viewer.require_user()
    left = HelpRequestDraft.objects.select_for_update().filter(pk=draft_id).first()
    if left is None or left.owner_id not in (None, viewer.pk):
        return None
    if left.owner_id is None:
        mine = HelpRequestDraft.objects.filter(owner=viewer.pk).first()
        left.data = {**left.data, **_earlier_of(mine.data if mine else {}, beside=left.data)}
        if mine is not None:
            mine.delete()
        left.owner_id = viewer.pk
        left.updated_at = timezone.now()
        left.save(update_fields=["owner", "data", "updated_at"])
    return left


@write
def discard_draft(*, actor: Actor, draft_id: UUID) -> HelpRequestDraft:
    """Throw one's draft away; a key under which there is none is used up all the same."""
    viewer = Viewer.of(actor)
    viewer.require_user()
    finish_draft(viewer, draft_id)
    return HelpRequestDraft(pk=draft_id, owner_id=viewer.pk)


def finish_draft(viewer: Viewer, draft_id: UUID) -> None:
    """Delete a draft that was sent, in the transaction that sends it, and use its key up."""
    try:
        _use_up(viewer, draft_id)
    except Conflict:
        # From another tab, say. What is sent again is a question of its own.
        return
    HelpRequestDraft.objects.filter(Q(owner=viewer.pk) | Q(owner=None), pk=draft_id).delete()


def _use_up(viewer: Viewer, draft_id: UUID) -> IdempotencyKey:
    """Write down that a key is used up; waits for whoever is doing the same.

    Raises:
        Conflict: it is used up already.
    """
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(
                user_id=viewer.pk, scope=digest("draft", str(draft_id)), fingerprint=""
            )
    except IntegrityError as error:
        raise _gone() from error


def _gone() -> Conflict:
    message = _("This draft was sent or thrown away, in another tab perhaps.")
    return Conflict(message, code="draft_gone")


def draft_of(actor: Actor) -> HelpRequestDraft | None:
    """What the actor was writing, if there is a word or a picture in it."""
    viewer = Viewer.of(actor)
    if viewer.user is None:
        return None
    draft = HelpRequestDraft.objects.filter(owner=viewer.pk).first()
    return None if draft is None or is_blank(draft.data) else draft


def left_draft(draft_id: UUID) -> HelpRequestDraft | None:
    """What somebody left under this key before signing in; whoever knows the key has written it."""
    return HelpRequestDraft.objects.filter(pk=draft_id, owner=None).first()


def is_blank(data: Mapping[str, Any]) -> bool:
    """Whether nothing was typed or added; what was only chosen is soon chosen again."""
    texts = [*(data.get(name, "") for name in TEXTS), *data.get("facets", {}).values()]
    return not (any(text.strip() for text in texts) or data.get("photo_ids"))


def clean_draft(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a draft keeps of what a door was sent: the names it knows, in the types it knows.

    Raises:
        TooLarge: more than anybody asks.
    """
    cleaned: dict[str, Any] = {name: _text(data.get(name)) for name in TEXTS}
    for name in CHOICES:
        cleaned[name] = _text(data.get(name))[:_LONGEST_CHOICE]
    cleaned["is_public"] = data.get("is_public") is not False
    given = data.get("facets")
    facets = [*given.items()][:_MOST_FACETS] if isinstance(given, Mapping) else []
    cleaned["facets"] = {_text(slug)[:_LONGEST_CHOICE]: _text(value) for slug, value in facets}
    cleaned["photo_ids"] = _keys(data.get("photo_ids"))
    if isinstance(data.get("lost_photos"), int):
        cleaned["lost_photos"] = data["lost_photos"]
    texts = [*(cleaned[name] for name in TEXTS), *cleaned["facets"].values()]
    if sum(map(len, texts)) > MOST_CHARACTERS:
        raise TooLarge
    return cleaned


def _text(value: object) -> str:
    """Text that every database keeps."""
    if not isinstance(value, str):
        return ""
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def _keys(values: object) -> list[str]:
    keys = []
    for value in values if isinstance(values, list | tuple) else ():
        try:
            keys.append(str(UUID(str(value))))
        except ValueError:
            continue
    return list(dict.fromkeys(keys))[:MOST_PHOTOS]


def photos_in_drafts(photo_ids: Collection[UUID]) -> set[UUID]:
    """Those of these photos that a draft names: their owner's, or one nobody has claimed yet."""
    owners = dict(Photo.objects.filter(pk__in=photo_ids).values_list("pk", "owner"))
    known = {owner for owner in owners.values() if owner is not None}
    drafts = HelpRequestDraft.objects.filter(Q(owner__in=known) | Q(owner=None))
    return {
        key
        for owner, keys in drafts.values_list("owner", "data__photo_ids").iterator()
        for key in map(UUID, keys or ())
        if key in owners and owner in (None, owners[key])
    }


@write
def prune_drafts(now: datetime) -> int:
    """Delete drafts that nobody has touched for long; returns how many went."""
    forgotten = Q(owner=None, updated_at__lte=now - KEPT_UNCLAIMED) | Q(updated_at__lte=now - KEPT)
    deleted, _by_model = HelpRequestDraft.objects.filter(forgotten).delete()
    return deleted
