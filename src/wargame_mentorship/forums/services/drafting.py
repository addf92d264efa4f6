"""Drafts: topics and replies that are still being written; `core.drafting` says how."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from wargame_mentorship.core import drafting
from wargame_mentorship.core.drafting import KEPT, keys_of, text_of
from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import write
from wargame_mentorship.forums import rules
from wargame_mentorship.forums.models import ForumCategory, ForumDraft, ForumTopic
from wargame_mentorship.forums.services.common import MOST_PHOTOS, visible_topic
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.photos import services as photos

TOPIC_TEXTS = ("title", "description")
REPLY_TEXTS = ("content",)
MOST_LISTED = 50
"""So many drafts of one person are listed, the latest first."""
_LONGEST_LANGUAGE = 15


def keep_draft(
    *,
    actor: Actor,
    draft_id: UUID,
    data: Mapping[str, Any],
    topic: ForumTopic | None = None,
    category: ForumCategory | None = None,
) -> ForumDraft:
    """Keep what somebody has typed so far, whatever it is worth; the last save wins.

    A person has one draft of a reply in each topic, locked ones too, and one of a new topic.
    Another one that this replaces leaves its words in `earlier`.

    Args:
        data: any of what `reply` takes, or without a topic any of what `start_topic` does. Tags may
            be one text as well, with commas between them.
        topic: the one that is replied in.
        category: where a new topic is to be started, if that is chosen yet.

    Raises:
        TooLarge: more than anybody writes.
        Conflict: `draft_gone`: it was sent or thrown away, or its key is another draft's.
    """
    viewer = Viewer.of(actor)
    if topic is not None:
        topic = visible_topic(viewer, topic)
        require(rules.can_reply_topic, viewer, topic)
        return _keep(
            actor=viewer,
            draft_id=draft_id,
            data=_clean_reply(data),
            texts=REPLY_TEXTS,
            topic=topic,
            category=None,
        )
    viewer.require_user()
    if category is not None:
        require(rules.can_start_topic, viewer, category)
        if not category.is_active:
            raise NotFound
    return _keep(
        actor=viewer,
        draft_id=draft_id,
        data=_clean_topic(data),
        texts=TOPIC_TEXTS,
        topic=None,
        category=category,
    )


@write
def _keep(
    *,
    actor: Viewer,
    draft_id: UUID,
    data: dict[str, Any],
    texts: Sequence[str],
    topic: ForumTopic | None,
    category: ForumCategory | None,
) -> ForumDraft:
    return drafting.put(
        ForumDraft.objects.filter(owner=actor.pk, topic=topic),
        user_id=actor.pk,
        draft_id=draft_id,
        data=data,
        texts=texts,
        owner_id=actor.pk,
        topic=topic,
        category=category,
        new_topic_by_id=None if topic else actor.pk,
    )


@write
def discard_draft(*, actor: Actor, draft_id: UUID) -> ForumDraft:
    """Throw one's draft away; a key under which there is none is used up all the same."""
    viewer = Viewer.of(actor)
    viewer.require_user()
    finish_draft(viewer, draft_id)
    return ForumDraft(pk=draft_id, owner_id=viewer.pk)


def finish_draft(viewer: Viewer, draft_id: UUID) -> None:
    """Delete a draft that was sent, in the transaction that sends it, and use its key up.

    Before the rows of topics and categories are held: a save under way has the key and wants to
    name them.
    """
    drafts = ForumDraft.objects.filter(owner=viewer.pk)
    drafting.finish(drafts, user_id=viewer.pk, draft_id=draft_id)


def draft_of(actor: Actor, topic: ForumTopic | None = None) -> ForumDraft | None:
    """What the actor was writing, a reply in a topic or a new topic, if anything is in it.

    None as well for a topic that they may not see.
    """
    mine = ForumDraft.objects.visible_to(actor).filter(topic=topic).select_related("category")
    draft = mine.first()
    return None if draft is None or is_blank(draft.data) else draft


def drafts_of(actor: Actor) -> list[ForumDraft]:
    """All that the actor was writing, the latest first, with its topic or category."""
    mine = ForumDraft.objects.visible_to(actor).select_related("topic", "category")
    latest = mine.order_by("-updated_at", "-pk")[:MOST_LISTED]
    return [draft for draft in latest if not is_blank(draft.data)]


def is_blank(data: Mapping[str, Any]) -> bool:
    """Whether nothing was typed or added; what was only chosen is soon chosen again."""
    texts = (data.get(name, "") for name in (*TOPIC_TEXTS, *REPLY_TEXTS, "tags"))
    return not (any(text.strip() for text in texts) or data.get("photo_ids"))


def split_tags(text: str) -> list[str]:
    """The tags in a text that has commas between them."""
    return [tag for part in text.split(",") if (tag := part.strip())]


def _clean_topic(data: Mapping[str, Any]) -> dict[str, Any]:
    tags = data.get("tags")
    if isinstance(tags, list | tuple):
        tags = ", ".join(map(text_of, tags))
    cleaned = {name: text_of(data.get(name)) for name in TOPIC_TEXTS}
    cleaned["tags"] = text_of(tags)
    drafting.check_length(*cleaned.values())
    return {
        **cleaned,
        "language": text_of(data.get("language"))[:_LONGEST_LANGUAGE],
        "photo_ids": keys_of(data.get("photo_ids"), most=MOST_PHOTOS),
    }


def _clean_reply(data: Mapping[str, Any]) -> dict[str, Any]:
    cleaned = {name: text_of(data.get(name)) for name in REPLY_TEXTS}
    drafting.check_length(*cleaned.values())
    return {
        **cleaned,
        "reply_to_id": next(iter(keys_of([data.get("reply_to_id")], most=1)), None),
        "photo_ids": keys_of(data.get("photo_ids"), most=MOST_PHOTOS),
    }


def pass_on_drafts(source: ForumTopic, home: ForumTopic) -> None:
    """Let what is being written in a topic go on in another, but for those who write there too."""
    there = ForumDraft.objects.filter(topic=home).values_list("owner", flat=True)
    # Named, not asked for in the update: MariaDB reads no table that it changes.
    moving = ForumDraft.objects.filter(topic=source).exclude(owner__in=list(there))
    # Somebody has begun there right now: a draft is no reason to refuse a moderator.
    with suppress(IntegrityError), transaction.atomic():
        moving.update(topic=home)


def photos_in_drafts(photo_ids: Collection[UUID]) -> set[UUID]:
    return photos.named_in(ForumDraft.objects.all(), photo_ids)


@write
def prune_drafts(now: datetime) -> int:
    """Delete drafts that nobody has touched for long; returns how many went."""
    deleted, _by_model = ForumDraft.objects.filter(updated_at__lte=now - KEPT).delete()
    return deleted
