"""The true numbers of topics, posts and forum categories (`wm_check`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Aggregate, Count, F, Max, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest

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


def recount_votes(post: ForumPost) -> None:
    """Make the number of one post true; the caller holds the row of its topic."""
    _recount_votes(fix=True, among=ForumPost.objects.filter(pk=post.pk))


def recount_all_of(topics: Collection[ForumTopic], *, further: Collection[UUID] = ()) -> None:
    """Make the numbers of some topics and their categories true; the caller holds their rows.

    The categories come last and in the order of their keys, so that two who move things both ways
    do not wait for each other.

    Args:
        further: categories besides, such as the one that a topic has left.
    """
    for topic in topics:
        recount_topic(topic)
    for key in sorted({*further, *(topic.category_id for topic in topics)}):
        recount_category(key)


def recount_conversations(topic_ids: Collection[UUID]) -> None:
    """Make the numbers of many topics and of their categories true, in two statements.

    The caller holds the topics' rows; the categories' are taken here, the last of a transaction.
    """
    topics = ForumTopic.objects.filter(pk__in=topic_ids)
    keys = topics.order_by().values_list("category", flat=True).distinct()
    facts = _facts_of_topics()
    latest = Greatest(F("last_activity_at"), Coalesce(facts["last_reply_at"], F("created_at")))
    topics.update(**facts, last_activity_at=latest)
    held = ForumCategory.objects.select_for_update().filter(pk__in=list(keys)).order_by("pk")
    categories = ForumCategory.objects.filter(pk__in=[entry.pk for entry in held])
    categories.update(**_facts_of_categories())


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


def _recount_votes(fix: bool, among: QuerySet[ForumPost] | None = None) -> list[str]:
    facts = {"helpful_count": helpful_votes(ForumPost.KIND)}
    posts = ForumPost.objects.all() if among is None else among
    return repair(posts, "post", facts, fix=fix)


def _facts_of_topics() -> dict[str, Any]:
    posts = ForumPost.objects.filter(COUNTED, topic=OuterRef("pk"))
    last = posts.order_by("-created_at", "-pk").values("author")[:1]
    return {
        **_of_each(posts, "topic", OF_POSTS),
        # As its field reads it: SQLite keeps keys as text.
        "last_reply_by_id": Subquery(last, output_field=get_user_model()._meta.pk),
    }


def _facts_of_categories() -> dict[str, Any]:
    topics = ForumTopic.objects.filter(COUNTED, category=OuterRef("pk"))
    return _of_each(topics, "category", OF_TOPICS)


def _of_each(counted: QuerySet[Any], by: str, facts: Mapping[str, Fact]) -> dict[str, Any]:
    """As `_of_one`, of those whose column `by` is the outer row."""
    return {
        name: (total if fact.nothing is None else number)(counted, by, fact.aggregate)
        for name, fact in facts.items()
    }


def _recount_topics(fix: bool) -> list[str]:
    return repair(ForumTopic.objects.all(), "topic", _facts_of_topics(), fix=fix)


def _recount_categories(fix: bool) -> list[str]:
    categories = ForumCategory.objects.all()
    return repair(categories, "forum category", _facts_of_categories(), fix=fix)
