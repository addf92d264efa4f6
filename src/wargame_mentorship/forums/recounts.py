"""The true numbers of topics, posts and forum categories (`wm_check`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Aggregate, Count, Max, OuterRef, QuerySet, Subquery, Sum

from wargame_mentorship.core.mixins import COUNTED
from wargame_mentorship.core.recounts import number, repair, total
from wargame_mentorship.core.writes import write
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.reputation.services import helpful_votes


class Fact(NamedTuple):
    """What a column says of the posts or topics that count."""

    aggregate: Aggregate
    nothing: int | None
    """Where there are none."""


OF_POSTS = {
    "helpful_count": Fact(Sum("helpful_count"), 0),
    "reply_count": Fact(Count("pk"), 0),
    "last_reply_at": Fact(Max("created_at"), None),
}
OF_TOPICS = {
    "topic_count": Fact(Count("pk"), 0),
    "post_count": Fact(Sum("reply_count"), 0),
    "last_reply_at": Fact(Max("last_reply_at"), None),
}


@write
def recount(*, fix: bool) -> list[str]:
    """Compare votes with posts, posts with topics, topics with categories; in that order."""
    return [*_recount_votes(fix), *_recount_topics(fix), *_recount_categories(fix)]


def recount_topic(topic: ForumTopic) -> None:
    """Make the numbers of one topic true; the caller holds its row."""
    posts = ForumPost.objects.filter(COUNTED, topic=topic.pk)
    last = posts.order_by("-created_at", "-pk").values_list("author", flat=True).first()
    ForumTopic.objects.filter(pk=topic.pk).update(**_of_one(posts, OF_POSTS), last_reply_by=last)


def recount_category(category_id: UUID) -> None:
    """Make the numbers of one category true, after what happens too seldom to be added up.

    Takes its row, the last that a transaction takes, before it is looked at: what is counted
    meanwhile is not lost.
    """
    held = ForumCategory.objects.select_for_update().get(pk=category_id)
    topics = ForumTopic.objects.filter(COUNTED, category=held.pk)
    ForumCategory.objects.filter(pk=held.pk).update(**_of_one(topics, OF_TOPICS))


def _of_one(counted: QuerySet[Any], facts: Mapping[str, Fact]) -> dict[str, Any]:
    """What is true of those that count in one row.

    All in one look at them: whoever writes there waits meanwhile.
    """
    found = counted.aggregate(**{name: fact.aggregate for name, fact in facts.items()})
    return {
        name: fact.nothing if found[name] is None else found[name] for name, fact in facts.items()
    }


def _recount_votes(fix: bool) -> list[str]:
    facts = {"helpful_count": helpful_votes(ForumPost.KIND)}
    return repair(ForumPost.objects.all(), "post", facts, fix=fix)


def _recount_topics(fix: bool) -> list[str]:
    posts = ForumPost.objects.filter(COUNTED, topic=OuterRef("pk"))
    last = posts.order_by("-created_at", "-pk").values("author")[:1]
    facts = {
        **_of_each(posts, "topic", OF_POSTS),
        # As its field reads it: SQLite keeps keys as text.
        "last_reply_by_id": Subquery(last, output_field=get_user_model()._meta.pk),
    }
    return repair(ForumTopic.objects.all(), "topic", facts, fix=fix)


def _recount_categories(fix: bool) -> list[str]:
    topics = ForumTopic.objects.filter(COUNTED, category=OuterRef("pk"))
    facts = _of_each(topics, "category", OF_TOPICS)
    return repair(ForumCategory.objects.all(), "forum category", facts, fix=fix)


def _of_each(counted: QuerySet[Any], by: str, facts: Mapping[str, Fact]) -> dict[str, Any]:
    """As `_of_one`, of those whose column `by` is the outer row."""
    return {
        name: (total if fact.nothing is None else number)(counted, by, fact.aggregate)
        for name, fact in facts.items()
    }
