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


def find_topics(viewer: Viewer, text: str, topics: ForumTopicQuerySet) -> list[Hit]:
    """Those that say all the words, in title, opening post, tags or one post; the former first.

    Args:
        topics: those among which to look, visible to the viewer, `as_shown_to`.
    """
    own = list(search.find(topics, text)[:MOST_HITS])
    posts = _best_posts(viewer, text, topics, without=[topic.pk for topic in own])
    others = {topic.pk: topic for topic in topics.filter(pk__in=posts)}
    return [
        *(Hit(topic, None, search.highlight(_words_of(topic), text)) for topic in own),
        *(
            Hit(others[key], post.pk, search.highlight(plain_text(post.content), text))
            for key, post in posts.items()
            if key in others
        ),
    ]


def _best_posts(
    viewer: Viewer, text: str, topics: ForumTopicQuerySet, *, without: Sequence[UUID]
) -> dict[UUID, ForumPost]:
    """The best post of each topic, best first."""
    keys: Any = topics.order_by().values("pk")
    visible = ForumPost.objects.visible_to(viewer).filter(topic__in=keys)
    found: dict[UUID, ForumPost] = {}
    for post in search.find(visible.exclude(topic__in=without), text)[:MOST_HITS]:
        found.setdefault(post.topic_id, post)
    return found


def _words_of(topic: ForumTopic) -> str:
    return plain_text(topic.description) or topic.title


def similar_topics(
    viewer: Viewer, title: str, *, among: ForumTopicQuerySet, most: int
) -> list[ForumTopic]:
    """Those of some visible topics with a title most like this, solved ones first."""
    found = list(search.similar(among.as_shown_to(viewer), title)[:most])
    found.sort(key=lambda topic: not vars(topic)["is_solved"])
    return found
