"""What somebody has read: of one topic, of a category, of all forums."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections, router
from django.db.models import Case, DateTimeField, F, Max, Min, Q, Value, When
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Invalid, NotFound
from wargame_mentorship.core.writes import write
from wargame_mentorship.forums.models import (
    ForumCategory,
    ForumCategoryRead,
    ForumPost,
    ForumTopic,
    ForumTopicRead,
    ReadMark,
)
from wargame_mentorship.forums.services.common import visible_topic
from wargame_mentorship.forums.unread import began_reading, oldest_unread, read_until, unread_posts
from wargame_mentorship.host import Actor, Viewer

BATCH = 1_000
"""So many marks are written in one statement; a topic may have any number of readers."""


@write
def mark_read(*, actor: Actor, topic: ForumTopic, up_to: UUID | None = None) -> ForumTopic:
    """Mark a topic as read up to a post, in the order of their writing; None: all of it.

    A mark only ever moves on: reading the first page again loses nothing.

    Raises:
        Invalid: no such post in this topic, or out of the actor's sight.
    """
    viewer = Viewer.of(actor)
    viewer.require_user()
    current = visible_topic(viewer, topic)
    if up_to is None:
        _mark(ForumTopicRead, current.last_activity_at, user_id=viewer.pk, topic_id=current.pk)
        return current
    posts = ForumPost.objects.all().in_conversation_of(current, viewer)
    if (post := posts.filter(pk=up_to).first()) is None:
        raise Invalid.field("up_to", _("This is not in this topic."), "does_not_exist")
    mark_read_to(viewer, current, post, since=read_until(viewer, current))
    return current


def mark_read_to(
    viewer: Viewer, topic: ForumTopic, last: ForumPost | None, *, since: datetime
) -> None:
    """As `mark_read`, of a topic as it was when a page of it was made for its reader.

    Writes nothing where nothing was unread.

    Args:
        last: the post that the page ends with; None: nothing comes after it.
        since: up to when the topic was read by them.
    """
    if topic.last_activity_at <= since:
        return
    until = topic.last_activity_at
    if last is not None:
        posts = ForumPost.objects.all().in_conversation_of(topic, viewer)
        after = Q(created_at__gt=last.created_at) | Q(created_at=last.created_at, pk__gt=last.pk)
        if unread_posts(viewer, posts, since).filter(after).exists():
            # Nothing after it came into view before it was written.
            until = max(last.created_at, since)
    if until > since:
        _mark(ForumTopicRead, until, user_id=viewer.pk, topic_id=topic.pk)


@write
def mark_category_read(*, actor: Actor, category: ForumCategory) -> ForumCategory:
    """Mark all that there is in a category as read.

    Raises:
        NotFound: the category is out of use.
    """
    viewer = Viewer.of(actor)
    viewer.require_user()
    if not ForumCategory.objects.in_use().filter(pk=category.pk).exists():
        raise NotFound
    _mark_categories(viewer, Q(category=category.pk))
    return category


@write
def mark_all_read(*, actor: Actor) -> None:
    """Mark all that there is in the forums as read."""
    viewer = Viewer.of(actor)
    viewer.require_user()
    _mark_categories(viewer, Q())


def _mark_categories(viewer: Viewer, condition: Q) -> None:
    """Up to what is there, and not to now: what is being written comes later."""
    began = began_reading(viewer)
    visible = ForumTopic.objects.visible_to(viewer).filter(condition, last_activity_at__gt=began)
    newest = visible.order_by().values("category").annotate(newest=Max("last_activity_at"))
    until = {row["category"]: row["newest"] for row in newest.order_by("category")}
    if not until:
        return
    marks = [
        ForumCategoryRead(user_id=viewer.pk, category_id=key, read_until=moment)
        for key, moment in until.items()
    ]
    # However many categories: those without a mark get one, and the others' move on.
    ForumCategoryRead.objects.bulk_create(marks, ignore_conflicts=True)
    moved = Case(
        *(When(category=key, then=Value(moment)) for key, moment in until.items()),
        output_field=DateTimeField(),
    )
    ForumCategoryRead.objects.filter(user=viewer.pk, category__in=list(until)).update(
        read_until=Greatest(F("read_until"), moved)
    )


@write
def _mark(model: type[ReadMark], until: datetime, **of: Any) -> None:
    mark, created = model._default_manager.get_or_create(**of, defaults={"read_until": until})
    if not created:
        behind = model._default_manager.filter(pk=mark.pk, read_until__lt=until)
        behind.update(read_until=until)


class _Extent(NamedTuple):
    """When what a topic says came into view."""

    first: datetime
    last: datetime

    @classmethod
    def of(cls, topic: ForumTopic) -> _Extent:
        # Also of what is deleted or hidden now, and may come back.
        posts = ForumPost.objects.filter(topic=topic.pk).aggregate(first=Min("visible_since"))
        starts = [at for at in (topic.visible_since, posts["first"]) if at is not None]
        return cls(min(starts, default=topic.created_at), topic.last_activity_at)

    def read_before(self, since: datetime) -> datetime | None:
        """The moment up to which all that it says is read; None: whichever."""
        if since >= self.last:
            return None
        return max(since, self.first - timedelta(microseconds=1))


def carry_marks(source: ForumTopic, home: ForumTopic, now: datetime) -> None:
    """Move everybody's marks of a topic to where they are true once another is a part of it.

    A mark is one moment, so those who have read one of the two further than the other cannot keep
    both. They have read what they have read of both; the rest is unread, some of it again: rather
    that than hide what they have not seen. The marks of `source` stay, for the day on which it is
    a topic again. Called before anything moves, by whoever holds the rows of both.
    """
    ends = (source, home)
    extents = {topic.pk: _Extent.of(topic) for topic in ends}
    rows = ForumTopicRead.objects.filter(topic__in=extents)
    marks = {(row[0], row[1]): row[2] for row in rows.values_list("user", "topic", "read_until")}
    wholes = ForumCategoryRead.objects.filter(
        category__in={topic.category_id for topic in ends}, user__in=rows.values("user")
    )
    categories = {
        (row[0], row[1]): row[2] for row in wholes.values_list("user", "category", "read_until")
    }
    oldest = oldest_unread(now)
    moved = []
    for user_id in {user_id for user_id, _topic in marks}:
        read = [
            extents[topic.pk].read_before(
                max(
                    oldest,
                    marks.get((user_id, topic.pk), oldest),
                    categories.get((user_id, topic.category_id), oldest),
                )
            )
            for topic in ends
        ]
        latest = max(extent.last for extent in extents.values())
        until = min((moment for moment in read if moment is not None), default=latest)
        if until != marks.get((user_id, home.pk), oldest):
            moved.append(ForumTopicRead(user_id=user_id, topic_id=home.pk, read_until=until))
    features = connections[router.db_for_write(ForumTopicRead)].features
    ForumTopicRead.objects.bulk_create(
        # In one order, for two who merge into the same topic, one after the other, and its readers.
        sorted(moved, key=lambda mark: str(mark.user_id)),
        batch_size=BATCH,
        update_conflicts=True,
        update_fields=["read_until"],
        unique_fields=["user", "topic"] if features.supports_update_conflicts_with_target else None,
    )


def prune_read_marks(now: datetime) -> int:
    """Delete marks of what everybody has read by now; returns how many."""
    old = oldest_unread(now)
    return sum(
        model._default_manager.filter(read_until__lt=old).delete()[0]
        for model in (ForumTopicRead, ForumCategoryRead)
    )
