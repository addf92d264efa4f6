"""Finding topics by all that is said in them, and those that are like a title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString

from wargame_mentorship.core.text import plain_text
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.forums.querysets import ForumTopicQuerySet
from wargame_mentorship.host import Viewer
from wargame_mentorship.search import services as search

MOST_HITS = 200
"""So many topics are found by their own words, and so many posts by theirs."""


@dataclass(frozen=True)
class Hit:
    topic: ForumTopic
    post_id: UUID | None
    """The post that says it; None: the topic itself does."""
    excerpt: SafeString
    """The words around those that were asked for, which are marked."""


def find_topics(
    viewer: Viewer, text: str, topics: ForumTopicQuerySet, *, page: int, size: int
) -> tuple[list[Hit], bool]:
    """Those that say all the words, in title, opening post, tags or one post; the former first.

    Nothing is read but what a page shows, and no post looked for where topics fill it.

    Args:
        topics: those among which to look, visible to the viewer, `as_shown_to`.
        page: its number, from 1.

    Returns:
        the hits of the page, and whether there are more.
    """
    end = page * size
    own = list(search.find(topics, text).values_list("pk", flat=True)[: min(end + 1, MOST_HITS)])
    keys: list[tuple[UUID, UUID | None]] = [(key, None) for key in own]
    if len(own) <= end:
        keys += _best_posts(viewer, text, topics, without=own).items()
    return _hits(viewer, text, topics, keys[end - size : end]), len(keys) > end


def _hits(
    viewer: Viewer,
    text: str,
    topics: ForumTopicQuerySet,
    keys: Sequence[tuple[UUID, UUID | None]],
) -> list[Hit]:
    """Of keys of topics, with those of the posts that say it."""
    shown = {topic.pk: topic for topic in topics.filter(pk__in=[key for key, _ in keys])}
    said = [post_id for _, post_id in keys if post_id]
    posts = ForumPost.objects.visible_to(viewer).in_bulk(said) if said else {}
    hits = []
    for key, post_id in keys:
        topic, post = shown.get(key), posts.get(post_id) if post_id else None
        # What somebody takes away meanwhile is not there.
        if topic is None or (post_id and post is None):
            continue
        words = plain_text(post.content) if post else plain_text(topic.description) or topic.title
        hits.append(Hit(topic, post_id, search.highlight(words, text)))
    return hits


def _best_posts(
    viewer: Viewer, text: str, topics: ForumTopicQuerySet, *, without: Sequence[UUID]
) -> dict[UUID, UUID]:
    """The best post of each topic, best first."""
    keys: Any = topics.order_by().values("pk")
    visible = ForumPost.objects.visible_to(viewer).filter(topic__in=keys)
    best = search.find(visible.exclude(topic__in=without), text).values_list("topic", "pk")
    found: dict[UUID, UUID] = {}
    for topic_id, post_id in best[:MOST_HITS]:
        found.setdefault(topic_id, post_id)
    return found


def similar_topics(
    viewer: Viewer, title: str, *, among: ForumTopicQuerySet, most: int
) -> list[ForumTopic]:
    """Those of some visible topics with a title most like this, solved ones first."""
    found = list(search.similar(among.as_shown_to(viewer), title)[:most])
    found.sort(key=lambda topic: not vars(topic)["is_solved"])
    return found
