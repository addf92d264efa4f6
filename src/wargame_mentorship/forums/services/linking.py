"""Saying of a topic that it asks what was asked before."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.cleaning import clean_reason
from wargame_mentorship.core.errors import Invalid, Stale
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.forums import rules
from wargame_mentorship.forums.models import ForumTopic
from wargame_mentorship.forums.services.common import (
    alive,
    change,
    lock_topics,
    other_topic,
    visible_topic,
)
from wargame_mentorship.host import Actor, Viewer


@write
def mark_duplicate(
    *, actor: Actor, topic: ForumTopic, topic_id: UUID, reason: str = ""
) -> ForumTopic:
    """Link a topic to the one that asked the same before; each then leads to the other.

    It stays open. There are no chains: of what is a duplicate itself the original is taken, and
    what was a duplicate of the topic becomes one of that.

    Raises:
        Invalid: `topic_id` is no other topic, not one that the actor moderates, or a duplicate of
            this one (`circular`).
        Stale: meanwhile the original became a duplicate.
    """
    viewer = Viewer.of(actor)
    seen = visible_topic(viewer, topic)
    require(rules.is_moderator, viewer, seen)
    cleaned = clean_reason(reason)
    named = other_topic(viewer, seen, topic_id, "topic_id")
    original_id = named.duplicate_of_id or named.pk
    if original_id == seen.pk:
        message = _("That one is marked as a duplicate of this. Take that back first.")
        raise Invalid.field("topic_id", message, "circular")
    repeating = ForumTopic.objects.filter(duplicate_of=seen.pk).values_list("pk", flat=True)
    held = lock_topics([seen.pk, original_id, *repeating])
    current, original = alive(held, seen.pk), alive(held, original_id)
    require(rules.is_moderator, viewer, current)
    if original.duplicate_of_id is not None:
        raise Stale
    if current.duplicate_of_id == original.pk:
        return current
    before = current.duplicate_of_id
    for other in ForumTopic.objects.filter(duplicate_of=current.pk):
        change(other, duplicate_of=original)
    change(current, duplicate_of=original, moderation_reason=cleaned)
    events.record_moderation(
        "forum_topic.marked_duplicate",
        actor=viewer,
        subject=current,
        reason=cleaned,
        before={"duplicate_of": str(before) if before else None},
        after={"duplicate_of": str(original.pk)},
        category_ids=(current.category_id, original.category_id),
    )
    return current


@write
def unmark_duplicate(*, actor: Actor, topic: ForumTopic, reason: str = "") -> ForumTopic:
    """Take that back; what is no duplicate stays as it is."""
    viewer = Viewer.of(actor)
    seen = visible_topic(viewer, topic)
    require(rules.is_moderator, viewer, seen)
    cleaned = clean_reason(reason)
    current = alive(lock_topics([seen.pk]), seen.pk)
    require(rules.is_moderator, viewer, current)
    if current.duplicate_of_id is None:
        return current
    before = str(current.duplicate_of_id)
    change(current, duplicate_of=None, moderation_reason=cleaned)
    events.record_moderation(
        "forum_topic.unmarked_duplicate",
        actor=viewer,
        subject=current,
        reason=cleaned,
        before={"duplicate_of": before},
        after={"duplicate_of": None},
    )
    return current
