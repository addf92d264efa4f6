"""The true numbers of topics, posts and forum categories (`wm_check`)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.writes import write
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.reputation.models import HelpfulVote

COUNTED = Q(deleted_at=None, moderation_state=ModerationState.VISIBLE)
"""A topic or post counts while everybody may see it."""


@write
def recount(*, fix: bool) -> list[str]:
    """Compare votes with posts, posts with topics, topics with categories; in that order."""
    return [*_recount_votes(fix), *_recount_topics(fix), *_recount_categories(fix)]


def recount_topic(topic: ForumTopic) -> None:
    """Make the numbers of one topic true; the caller holds its row."""
    _recount_topics(fix=True, among=ForumTopic.objects.filter(pk=topic.pk))


def _recount_votes(fix: bool) -> list[str]:
    votes = HelpfulVote.objects.filter(
        content_type=ForumPost.KIND, content_id=OuterRef("pk"), is_helpful=True
    )
    true = _total(votes, "content_id", Count("pk"))
    return _repair(ForumPost.objects.all(), "post", {"helpful_count": _number(true)}, fix)


def _recount_topics(fix: bool, among: QuerySet[ForumTopic] | None = None) -> list[str]:
    posts = ForumPost.objects.filter(COUNTED, topic=OuterRef("pk"))
    last = posts.order_by("-created_at", "-pk").values("author")[:1]
    facts = {
        "helpful_count": _number(_total(posts, "topic", Sum("helpful_count"))),
        "reply_count": _number(_total(posts, "topic", Count("pk"))),
        "last_reply_at": Subquery(_total(posts, "topic", Max("created_at"))),
        # As its field reads it: SQLite keeps keys as text.
        "last_reply_by_id": Subquery(last, output_field=_key_of_people()),
    }
    topics = ForumTopic.objects.all() if among is None else among
    return _repair(topics, "topic", facts, fix)


def _recount_categories(fix: bool) -> list[str]:
    topics = ForumTopic.objects.filter(COUNTED, category=OuterRef("pk"))
    facts = {
        "topic_count": _number(_total(topics, "category", Count("pk"))),
        "post_count": _number(_total(topics, "category", Sum("reply_count"))),
        "last_reply_at": Subquery(_total(topics, "category", Max("last_reply_at"))),
    }
    return _repair(ForumCategory.objects.all(), "forum category", facts, fix)


def _repair(rows: QuerySet[Any], label: str, facts: dict[str, Any], fix: bool) -> list[str]:
    """Compare columns with what they should say; one finding a column that differs."""
    names = list(facts)
    annotated = rows.annotate(**{f"true_{name}": fact for name, fact in facts.items()})
    columns = ["pk", *names, *(f"true_{name}" for name in names)]
    found = []
    for pk, *values in annotated.values_list(*columns).iterator():
        stored, true = values[: len(names)], values[len(names) :]
        wrong = {
            name: (was, should)
            for name, was, should in zip(names, stored, true, strict=True)
            if was != should
        }
        for name, (was, should) in wrong.items():
            found.append(f"{label} {pk}: {name} is {was}, should be {should}")
        if wrong and fix:
            rows.model._default_manager.filter(pk=pk).update(
                **{name: should for name, (_was, should) in wrong.items()}
            )
    return found


def _total(rows: QuerySet[Any], by: str, aggregate: Any) -> Any:
    return rows.order_by().values(by).annotate(total=aggregate).values("total")


def _key_of_people() -> Any:
    return get_user_model()._meta.pk


def _number(subquery: Any) -> Coalesce:
    return Coalesce(Subquery(subquery), Value(0))
