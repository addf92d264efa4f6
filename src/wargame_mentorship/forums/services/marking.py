"""What somebody has read: of one topic, of a category, of all forums."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, DateTimeField, F, Max, Q, Value, When
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


def prune_read_marks(now: datetime) -> int:
    """Delete marks of what everybody has read by now; returns how many."""
    old = oldest_unread(now)
    return sum(
        model._default_manager.filter(read_until__lt=old).delete()[0]
        for model in (ForumTopicRead, ForumCategoryRead)
    )
