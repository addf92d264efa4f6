"""What somebody has not read yet: what came into view since their marks.

Nobody is behind by what is older than `UNREAD_DAYS`, or than their account, so a fresh reader of
a large forum begins with nothing, and marks older than that can go.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import (
    BooleanField,
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from wargame_mentorship.conf import app_settings
from wargame_mentorship.core.mixins import COUNTED
from wargame_mentorship.forums.models import (
    ForumCategory,
    ForumCategoryRead,
    ForumPost,
    ForumTopic,
    ForumTopicRead,
)
from wargame_mentorship.host import Viewer, users
from wargame_mentorship.host.visibility import in_view
from wargame_mentorship.notifications import services as notifications

if TYPE_CHECKING:
    from uuid import UUID

    from wargame_mentorship.forums.querysets import ForumPostQuerySet, ForumTopicQuerySet


def oldest_unread(now: datetime) -> datetime:
    """Whatever came into view before is read by everybody."""
    return now - timedelta(days=app_settings.UNREAD_DAYS)


def began_reading(viewer: Viewer) -> datetime:
    """Whatever came into view before is read by this person, marks or not."""
    oldest = oldest_unread(timezone.now())
    joined = users().joined_at(viewer.require_user())
    return max(oldest, joined) if joined else oldest


def read_until(viewer: Viewer, topic: ForumTopic) -> datetime:
    """Up to when a topic is read by this person, who is signed in."""
    mark = ForumTopicRead.objects.filter(user=viewer.pk, topic=topic.pk).values("read_until")
    whole = ForumCategoryRead.objects.filter(user=viewer.pk, category=topic.category_id)
    marks = mark.union(whole.values("read_until"), all=True)
    return max([began_reading(viewer), *(row["read_until"] for row in marks)])


def read_until_of_shown(viewer: Viewer, topic: ForumTopic) -> datetime:
    """The same of a topic that was read with `as_shown_to`, without a query."""
    marks: list[datetime | None] = [vars(topic)["topic_mark"], vars(topic)["category_mark"]]
    return max([began_reading(viewer), *filter(None, marks)])


def with_attention(viewer: Viewer, topics: ForumTopicQuerySet) -> ForumTopicQuerySet:
    """With `is_unread`, `is_watched`, `is_muted`; to nobody all is read and nothing either.

    To somebody also with their marks, for `read_until_of_shown`.
    """
    if not viewer.is_authenticated:
        no = Value(value=False)
        return topics.annotate(is_unread=no, is_watched=no, is_muted=no)
    return _with_since(viewer, topics).annotate(
        # Apart: MariaDB gives the greatest of some dates as a text.
        topic_mark=F("_mark__read_until"),
        category_mark=F("_whole__read_until"),
        is_unread=_yes_or_no(_is_unread(viewer)),
        is_watched=_yes_or_no(Q(pk__in=notifications.watched_keys(viewer, ForumTopic.KIND))),
        is_muted=_yes_or_no(Q(pk__in=notifications.muted_keys(viewer, ForumTopic.KIND))),
    )


def _yes_or_no(condition: Q) -> ExpressionWrapper[Q]:
    return ExpressionWrapper(condition, output_field=BooleanField())


def unread_topics(viewer: Viewer, topics: ForumTopicQuerySet) -> ForumTopicQuerySet:
    """Those of some visible topics in which something is new to this person, and not muted."""
    recent = topics.filter(last_activity_at__gt=began_reading(viewer))
    return _with_since(viewer, recent).filter(_is_unread(viewer))


def read_topics(viewer: Viewer, topics: ForumTopicQuerySet) -> ForumTopicQuerySet:
    """The others."""
    return _with_since(viewer, topics).exclude(_is_unread(viewer))


def unread_counts(viewer: Viewer) -> dict[UUID, int]:
    """How many unread topics each category has; those that have none are not there."""
    if not viewer.is_authenticated:
        return {}
    unread = unread_topics(viewer, ForumTopic.objects.visible_to(viewer))
    counted = unread.order_by().values("category").annotate(unread=Count("pk"))
    return {row["category"]: row["unread"] for row in counted}


def unread_posts(
    viewer: Viewer, posts: ForumPostQuerySet, since: datetime
) -> QuerySet[ForumPost, ForumPost]:
    """Those of a conversation that have come into view since, by others who are not hidden."""
    return posts.filter(COUNTED, _by_others("author", viewer), visible_since__gt=since)


def first_unread(viewer: Viewer, topic: ForumTopic) -> ForumPost | None:
    """The first post, as they were written, that somebody has not read; else the last one."""
    posts = ForumPost.objects.all().in_conversation_of(topic, viewer)
    unread = unread_posts(viewer, posts, read_until(viewer, topic))
    first = unread.order_by("created_at", "pk").first()
    return first or posts.order_by("-created_at", "-pk").first()


def _with_since(viewer: Viewer, topics: ForumTopicQuerySet) -> ForumTopicQuerySet:
    """With `_since` of each topic: whatever has come into view after this is unread.

    The marks are joined, at most one of each: as subqueries they would be looked up three times,
    wherever `_since` stands.
    """
    began = Value(began_reading(viewer), output_field=DateTimeField())
    mine = {"_mark": "read_marks", "_whole": "category__read_marks"}
    joined = {
        alias: FilteredRelation(marks, condition=Q(**{f"{marks}__user": viewer.pk}))
        for alias, marks in mine.items()
    }
    since = Greatest(began, *(Coalesce(F(f"{alias}__read_until"), began) for alias in mine))
    return topics.alias(**joined).alias(_since=since)


def _is_unread(viewer: Viewer) -> Q:
    news = ForumPost.objects.filter(
        COUNTED,
        in_view("author"),
        _by_others("author", viewer),
        topic=OuterRef("pk"),
        visible_since__gt=OuterRef("_since"),
    )
    is_new = Q(visible_since__gt=F("_since")) & _by_others("created_by", viewer)
    # Nothing in it is younger than its last activity: most topics are done with that.
    is_younger = Q(last_activity_at__gt=F("_since"))
    return is_younger & (is_new | Q(Exists(news))) & ~_is_muted(viewer)


def _is_muted(viewer: Viewer) -> Q:
    """Of a topic: it, or its category while the topic is not watched by itself."""
    by_topic = notifications.muted_keys(viewer, ForumTopic.KIND)
    by_category = notifications.muted_keys(viewer, ForumCategory.KIND)
    watched = notifications.watched_keys(viewer, ForumTopic.KIND)
    return Q(pk__in=by_topic) | (Q(category__in=by_category) & ~Q(pk__in=watched))


def _by_others(author: str, viewer: Viewer) -> Q:
    """By nobody of this site, or somebody else whom no block hides."""
    others = ~Q(**{author: viewer.pk}) & ~Q(**{f"{author}__in": viewer.hidden_user_ids})
    return Q(**{author: None}) | others
