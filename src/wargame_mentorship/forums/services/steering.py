"""What moderators do with a whole topic: pin it, lock it, move it."""

from __future__ import annotations

from uuid import UUID

from wargame_mentorship.core.cleaning import clean_reason
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.forums import rules
from wargame_mentorship.forums.documents import post_documents, topic_document
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.forums.recounts import recount_all_of
from wargame_mentorship.forums.services.common import change, destination, lock_topic, visible_topic
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.search import services as search


@write
def pin(*, actor: Actor, topic: ForumTopic, reason: str = "") -> ForumTopic:
    """Keep a topic on top of its category."""
    return _set(actor, topic, reason, "forum_topic.pinned", is_pinned=True)


@write
def unpin(*, actor: Actor, topic: ForumTopic, reason: str = "") -> ForumTopic:
    return _set(actor, topic, reason, "forum_topic.unpinned", is_pinned=False)


@write
def lock(*, actor: Actor, topic: ForumTopic, reason: str = "") -> ForumTopic:
    """Take no more replies, and no edits but the moderators' own."""
    return _set(actor, topic, reason, "forum_topic.locked", is_locked=True)


@write
def unlock(*, actor: Actor, topic: ForumTopic, reason: str = "") -> ForumTopic:
    return _set(actor, topic, reason, "forum_topic.unlocked", is_locked=False)


@write
def move(*, actor: Actor, topic: ForumTopic, category_id: UUID, reason: str = "") -> ForumTopic:
    """File a topic in another category; whoever does it moderates both.

    Raises:
        Invalid: the other category is not there, out of use, or not the actor's to moderate.
    """
    viewer = Viewer.of(actor)
    seen = visible_topic(viewer, topic)
    require(rules.is_moderator, viewer, seen)
    cleaned = clean_reason(reason)
    category = destination(viewer, category_id)
    current = lock_topic(seen.pk)
    # Moved meanwhile: it may be somewhere else than where the actor moderates.
    require(rules.is_moderator, viewer, current)
    if current.category_id == category.pk:
        return current
    left = current.category_id
    change(current, category=category, moderation_reason=cleaned)
    search.index(topic_document(current))
    search.index_all(post_documents(ForumPost.objects.filter(topic=current.pk)))
    recount_all_of([], further=(left, category.pk))
    events.record_moderation(
        "forum_topic.moved",
        actor=viewer,
        subject=current,
        reason=cleaned,
        before={"category_id": str(left)},
        after={"category_id": str(category.pk)},
        category_ids=(left, category.pk),
    )
    return current


def _set(actor: Actor, topic: ForumTopic, reason: str, verb: str, **columns: bool) -> ForumTopic:
    viewer = Viewer.of(actor)
    seen = visible_topic(viewer, topic)
    require(rules.is_moderator, viewer, seen)
    cleaned = clean_reason(reason)
    current = lock_topic(seen.pk)
    require(rules.is_moderator, viewer, current)
    before = {name: getattr(current, name) for name in columns}
    if before == columns:
        return current
    change(current, **columns, moderation_reason=cleaned)
    events.record_moderation(
        verb, actor=viewer, subject=current, reason=cleaned, before=before, after=columns
    )
    return current
