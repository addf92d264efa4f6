"""Deleting topics and posts softly, and bringing them back to their place."""

from __future__ import annotations

from django.db.models import F, Model
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.cleaning import clean_reason
from wargame_mentorship.core.errors import Conflict, NotFound, Stale
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.forums import rules
from wargame_mentorship.forums.documents import post_document, topic_document
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.forums.recounts import recount_category
from wargame_mentorship.forums.services.common import (
    change,
    count_reply,
    lock_topic,
    post_as_it_is,
    visible_post,
    visible_topic,
)
from wargame_mentorship.forums.services.merging import unmerge
from wargame_mentorship.forums.services.moderating import post_left_view, topic_left_view
from wargame_mentorship.forums.services.solving import take_back
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.search import services as search

_PRESENT, _DELETED = {"is_deleted": False}, {"is_deleted": True}


@write
def delete_topic(
    *, actor: Actor, topic: ForumTopic, reason: str = "", if_version: int | None = None
) -> ForumTopic:
    """Delete a topic softly; its author only while nobody has replied (409 `answered`).

    Raises:
        Stale: `if_version` is no longer the version of the topic.
    """
    viewer = Viewer.of(actor)
    seen = visible_topic(viewer, topic)
    require(rules.can_delete_topic, viewer, seen)
    cleaned = clean_reason(reason)
    current = lock_topic(seen.pk, if_version=if_version)
    if not rules.is_moderator(viewer, current) and current.reply_count:
        raise Conflict(_("Somebody has replied; this topic is not yours alone."), code="answered")
    _delete(viewer, current, cleaned)
    search.remove(ForumTopic.KIND, [current.pk])
    topic_left_view(current)
    events.record_moderation(
        "forum_topic.deleted",
        actor=viewer,
        subject=current,
        reason=cleaned,
        before=_PRESENT,
        after=_DELETED,
        owner_ids=(current.created_by_id,),
    )
    return current


@write
def restore_topic(*, actor: Actor, topic: ForumTopic, reason: str = "") -> ForumTopic:
    """Bring a deleted topic back, as it was; for the moderators of its category.

    One that was merged comes out of the topic that it became a part of (`unmerge`).

    Raises:
        NotFound: it is not deleted, or not in a category that the actor moderates.
    """
    viewer = Viewer.of(actor)
    viewer.require_user()
    cleaned = clean_reason(reason)
    deleted = ForumTopic.objects.restorable_by(viewer).filter(pk=topic.pk)
    if (merged := deleted.merged().first()) is not None:
        return unmerge(actor=viewer, topic=merged, reason=cleaned)
    current = deleted.filter(merged_into=None).select_for_update().first()
    if current is None:
        raise NotFound
    _undelete(current, cleaned)
    search.index(topic_document(current))
    recount_category(current.category_id)
    events.record_moderation(
        "forum_topic.undeleted",
        actor=viewer,
        subject=current,
        reason=cleaned,
        before=_DELETED,
        after=_PRESENT,
    )
    return current


@write
def delete_post(
    *, actor: Actor, post: ForumPost, reason: str = "", if_version: int | None = None
) -> ForumPost:
    """Delete a post softly; its place stays. A moderator who deletes the solution takes it back.

    Raises:
        Conflict: it is the solution and the actor only its author (409 `accepted`).
        Stale: `if_version` is no longer the version of the post.
    """
    viewer = Viewer.of(actor)
    seen = visible_post(viewer, post)
    require(rules.can_delete_post, viewer, seen)
    cleaned = clean_reason(reason)
    topic = lock_topic(seen.topic_id)
    current = post_as_it_is(seen, topic, if_version)
    if rules.must_keep_post(viewer, current):
        message = _("This post was accepted; it can only be deleted once that is taken back.")
        raise Conflict(message, code="accepted")
    if current.is_solution:
        take_back(viewer, topic)
    _delete(viewer, current, cleaned)
    search.remove(ForumPost.KIND, [current.pk])
    post_left_view(current, topic)
    events.record_moderation(
        "forum_post.deleted",
        actor=viewer,
        subject=current,
        reason=cleaned,
        before=_PRESENT,
        after=_DELETED,
        owner_ids=(current.author_id,),
    )
    return current


@write
def restore_post(*, actor: Actor, post: ForumPost, reason: str = "") -> ForumPost:
    """Bring a deleted post back to its place; for the moderators of its category.

    Raises:
        NotFound: it is not deleted, its topic is, or the actor does not moderate it.
    """
    viewer = Viewer.of(actor)
    viewer.require_user()
    cleaned = clean_reason(reason)
    seen = ForumPost.objects.restorable_by(viewer).filter(pk=post.pk).first()
    if seen is None:
        raise NotFound
    topic = lock_topic(seen.topic_id)
    current = ForumPost.objects.filter(pk=seen.pk, topic=topic.pk, deleted_at__isnull=False).first()
    if current is None:
        raise Stale
    _undelete(current, cleaned)
    current.topic = topic
    search.index(post_document(current))
    events.record_moderation(
        "forum_post.undeleted",
        actor=viewer,
        subject=current,
        reason=cleaned,
        before=_DELETED,
        after=_PRESENT,
    )
    if current.is_counted:
        ForumTopic.objects.filter(pk=topic.pk).update(
            helpful_count=F("helpful_count") + current.helpful_count,
            # Posts may have been split off since, with what was the last activity.
            last_activity_at=Greatest(F("last_activity_at"), current.visible_since),
        )
        count_reply(topic, current)
    return current


def _delete(viewer: Viewer, content: Model, reason: str) -> None:
    now = timezone.now()
    change(content, deleted_at=now, deleted_by_id=viewer.pk, deleted_reason=reason)


def _undelete(content: Model, reason: str) -> None:
    change(
        content,
        deleted_at=None,
        deleted_by_id=None,
        deleted_reason="",
        moderation_reason=reason,
    )
