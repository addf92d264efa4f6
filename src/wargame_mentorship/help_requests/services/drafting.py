"""Drafts: questions that are still being written; `core.drafting` says how.

Somebody who is not signed in may leave one under its key and claim it afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from wargame_mentorship.core import drafting
from wargame_mentorship.core.drafting import KEPT, keys_of, text_of
from wargame_mentorship.core.writes import write
from wargame_mentorship.help_requests.models import HelpRequestDraft
from wargame_mentorship.help_requests.services.common import MOST_PHOTOS
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.photos import services as photos

KEPT_UNCLAIMED = timedelta(hours=24)
"""How long a draft waits for its writer to sign in."""

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
    nobody_s = HelpRequestDraft.objects.none()
    return drafting.insert(nobody_s, pk=draft_id, data=data, created_at=now, updated_at=now)


@write
def _keep(*, actor: Viewer, draft_id: UUID, data: dict[str, Any]) -> HelpRequestDraft:
    # Left before they signed in: this is how it goes on.
    HelpRequestDraft.objects.filter(pk=draft_id, owner=None).delete()
    return drafting.put(
        HelpRequestDraft.objects.filter(owner=actor.pk),
        user_id=actor.pk,
        draft_id=draft_id,
        data=data,
        texts=TEXTS,
        owner_id=actor.pk,
    )


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
        replaced = mine.data if mine else {}
        left.data = {**left.data, **drafting.earlier_of(replaced, TEXTS, beside=left.data)}
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
    drafts = HelpRequestDraft.objects.filter(Q(owner=viewer.pk) | Q(owner=None))
    drafting.finish(drafts, user_id=viewer.pk, draft_id=draft_id)


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
    cleaned: dict[str, Any] = {name: text_of(data.get(name)) for name in TEXTS}
    for name in CHOICES:
        cleaned[name] = text_of(data.get(name))[:_LONGEST_CHOICE]
    cleaned["is_public"] = data.get("is_public") is not False
    given = data.get("facets")
    facets = [*given.items()][:_MOST_FACETS] if isinstance(given, Mapping) else []
    cleaned["facets"] = {text_of(slug)[:_LONGEST_CHOICE]: text_of(value) for slug, value in facets}
    cleaned["photo_ids"] = keys_of(data.get("photo_ids"), most=MOST_PHOTOS)
    if isinstance(data.get("lost_photos"), int):
        cleaned["lost_photos"] = data["lost_photos"]
    drafting.check_length(*(cleaned[name] for name in TEXTS), *cleaned["facets"].values())
    return cleaned


def photos_in_drafts(photo_ids: Collection[UUID]) -> set[UUID]:
    return photos.named_in(HelpRequestDraft.objects.all(), photo_ids)


@write
def prune_drafts(now: datetime) -> int:
    """Delete drafts that nobody has touched for long; returns how many went."""
    forgotten = Q(owner=None, updated_at__lte=now - KEPT_UNCLAIMED) | Q(updated_at__lte=now - KEPT)
    deleted, _by_model = HelpRequestDraft.objects.filter(forgotten).delete()
    return deleted
