"""What every write of the forums asks first, and what it counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Case, Exists, F, Max, Model, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Conflict, Invalid, NotFound, Stale
from wargame_mentorship.core.mixins import COUNTED
from wargame_mentorship.forums import rules
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.host import Viewer
from wargame_mentorship.photos import services as photos

MOST_PHOTOS = 8
"""On one topic, and on one post."""


def visible_topic(viewer: Viewer, topic: ForumTopic) -> ForumTopic:
    """The topic as it is now, with its category, if this viewer may see it.

    A moderator reaches it also where a block hides it, and in a category out of use.
    """
    named = ForumTopic.objects.select_related("category").filter(pk=topic.pk)
    if (current := named.visible_to(viewer).first() or named.moderated_by(viewer).first()) is None:
        raise NotFound
    return current


def readable_topic(viewer: Viewer, topic: ForumTopic) -> ForumTopic:
    """The same for what its moderators do as readers do: no further than they read it."""
    named = ForumTopic.objects.select_related("category").filter(pk=topic.pk)
    if (current := named.visible_to(viewer).first()) is None:
        raise NotFound
    return current


def visible_post(viewer: Viewer, post: ForumPost) -> ForumPost:
    """The post as it is now, with its topic, if this viewer may see it, or moderates it."""
    named = ForumPost.objects.select_related("topic__category").filter(pk=post.pk)
    if (current := named.visible_to(viewer).first() or named.moderated_by(viewer).first()) is None:
        raise NotFound
    return current


def lock_topic(topic_id: UUID, *, if_version: int | None = None) -> ForumTopic:
    """Hold a topic's row to the end of the transaction, and read what it says then.

    Whoever changes posts holds it first, and the row of a category last, so that no two wait for
    each other and what a recount sees is true.

    Raises:
        NotFound: it was deleted meanwhile.
        Stale: it is not of this version any more.
    """
    found = ForumTopic.objects.select_for_update().filter(pk=topic_id, deleted_at=None).first()
    if found is None:
        raise NotFound
    if if_version is not None and found.version != if_version:
        raise Stale
    return found


def lock_topics(topic_ids: Collection[UUID]) -> dict[UUID, ForumTopic]:
    """Hold the rows of several topics, deleted ones too; those that are there, by their keys.

    In the order of the keys, so that two who work on the same topics do not wait for each other.
    """
    rows = ForumTopic.objects.select_for_update()
    found = (rows.filter(pk=key).first() for key in sorted(set(topic_ids)))
    return {topic.pk: topic for topic in found if topic is not None}


def alive(topics: Mapping[UUID, ForumTopic], topic_id: UUID) -> ForumTopic:
    """Raises: NotFound: it was deleted meanwhile."""
    found = topics.get(topic_id)
    if found is None or found.deleted_at is not None:
        raise NotFound
    return found


def other_topic(viewer: Viewer, topic: ForumTopic, other_id: UUID, field: str) -> ForumTopic:
    """The other end of a move between two topics; the viewer moderates it as well.

    Raises:
        Invalid: `field` names no other topic, or none that the viewer sees and moderates.
    """
    if other_id == topic.pk:
        raise Invalid.field(field, _("This is the topic itself."), "itself")
    found = ForumTopic.objects.visible_to(viewer).filter(pk=other_id).first()
    if found is None or not rules.is_moderator(viewer, found):
        raise Invalid.field(field, _("Name a topic where you moderate too."), "not_moderated")
    return found


def destination(viewer: Viewer, category_id: UUID) -> ForumCategory:
    """The category that something is filed in next.

    Raises:
        Invalid: it is not there, out of use, or not the viewer's to moderate.
    """
    category = ForumCategory.objects.in_use().filter(pk=category_id).first()
    if category is None or not rules.moderates_category(viewer, category):
        message = _("You can move this only where you moderate too.")
        raise Invalid.field("category_id", message, "not_moderated")
    return category


def part_crossing_replies(topic_ids: Collection[UUID]) -> None:
    """Let no post answer one in another topic, after posts have moved; holds the topics' rows."""
    posts = ForumPost.objects.filter(topic__in=topic_ids, reply_to__isnull=False)
    posts.exclude(reply_to__topic=F("topic")).update(reply_to=None)


def merged_among(post_ids: Collection[UUID] | QuerySet[ForumPost, UUID]) -> list[UUID]:
    """Keys of the merged topics whose opening posts are among these, or that led through those."""
    led = Q(pk__in=post_ids) | Q(merged_into__in=post_ids)
    found = ForumTopic.objects.merged().filter(led)
    return list(found.values_list("pk", flat=True))


def lead_along(post_ids: Collection[UUID | str], to: ForumTopic, left: ForumTopic) -> None:
    """Let merged topics lead to where their opening posts are, after posts have moved.

    The caller holds their rows (`merged_among`).
    """
    merged = ForumTopic.objects.merged()
    merged.filter(pk__in=post_ids).update(merged_into=to)
    # What came through one of those, and stays, leads there no more.
    staying = ForumPost.objects.filter(pk=OuterRef("pk"), topic=left.pk)
    merged.filter(Exists(staying), merged_into__in=[to.pk, *post_ids]).update(merged_into=left)


def post_as_it_is(post: ForumPost, topic: ForumTopic, if_version: int | None) -> ForumPost:
    """The post under its topic's lock.

    Raises:
        Stale: it was deleted or moved meanwhile, or is not of this version any more.
    """
    current = ForumPost.objects.filter(pk=post.pk, topic=topic.pk, deleted_at=None).first()
    if current is None or (if_version is not None and current.version != if_version):
        raise Stale
    current.topic = topic
    return current


def refuse_if_locked(topic: ForumTopic, *, is_moderator: bool) -> None:
    """Raises: Conflict: nobody but a moderator writes in a locked topic (409 `locked`)."""
    if topic.is_locked and not is_moderator:
        raise Conflict(_("This topic is locked."), code="locked")


def counted(author_id: Any, now: datetime) -> dict[str, Any]:
    """What a visible post, written at `now`, changes in its topic.

    Posts written at once commit in any order, so each column takes the later of what it has and
    what this post brings.
    """
    is_last = Q(last_reply_at=None) | Q(last_reply_at__lte=now)
    return {
        "reply_count": F("reply_count") + 1,
        # Before the column it looks at: MariaDB sets columns one after the other.
        "last_reply_by": Case(
            When(is_last, then=author_id),
            default=F("last_reply_by"),
            output_field=get_user_model()._meta.pk,
        ),
        "last_reply_at": Greatest(Coalesce(F("last_reply_at"), now), now),
        "last_activity_at": Greatest(F("last_activity_at"), now),
    }


def count_reply(topic: ForumTopic, post: ForumPost) -> None:
    """Count a post that has come into view; the caller holds the topic's row."""
    ForumTopic.objects.filter(pk=topic.pk).update(**counted(post.author_id, post.created_at))
    if topic.is_counted:
        ForumCategory.objects.filter(pk=topic.category_id).update(
            post_count=F("post_count") + 1,
            last_reply_at=Greatest(Coalesce(F("last_reply_at"), post.created_at), post.created_at),
        )


def latest_activity(topic: ForumTopic) -> datetime:
    """When something last came into view in a topic; the caller holds its row.

    What was approved late is new since then, however long ago it was written.
    """
    posts = ForumPost.objects.filter(COUNTED, topic=topic.pk)
    newest = posts.aggregate(written=Max("created_at"), seen=Max("visible_since"))
    moments = (topic.created_at, topic.visible_since, newest["written"], newest["seen"])
    return max(moment for moment in moments if moment)


def change(content: Model, **columns: Any) -> None:
    """Set columns of a topic or post as a new version; the caller holds the topic's row."""
    type(content)._default_manager.filter(pk=content.pk).update(
        **columns, updated_at=timezone.now(), version=F("version") + 1
    )
    content.refresh_from_db()


def rotate_photo_urls(topic: ForumTopic) -> None:
    """Give every photo of a topic and its posts a new URL, so that no cache serves the old."""
    photos.rotate_urls(kind=ForumTopic.KIND, content_id=topic.pk)
    posts = ForumPost.objects.filter(topic=topic.pk).values_list("pk", flat=True)
    photos.rotate_all_urls(kind=ForumPost.KIND, content_ids=list(posts))
