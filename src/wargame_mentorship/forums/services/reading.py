"""What readers leave behind: helpful votes and views."""

from __future__ import annotations

from django.db.models import F

from wargame_mentorship.core.errors import Stale
from wargame_mentorship.core.mixins import COUNTED
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.visits import is_first_visit
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.forums import rules
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.forums.services.common import lock_topic, visible_post
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.reputation import services as reputation


@write
def mark_helpful(*, actor: Actor, post: ForumPost, is_helpful: bool = True) -> ForumPost:
    """Vote on a post; voting again the same way changes nothing."""
    viewer = Viewer.of(actor)
    current = visible_post(viewer, post)
    require(rules.can_vote_post, viewer, current)
    delta = reputation.cast_vote(
        actor=viewer,
        content_type=ForumPost.KIND,
        content_id=current.pk,
        author_id=current.author_id,
        is_helpful=is_helpful,
    )
    return _count_helpful(viewer, current, delta)


@write
def withdraw_vote(*, actor: Actor, post: ForumPost) -> ForumPost:
    """Take one's vote on a post back."""
    viewer = Viewer.of(actor)
    current = visible_post(viewer, post)
    require(rules.can_vote_post, viewer, current)
    delta = reputation.withdraw_vote(
        actor=viewer, content_type=ForumPost.KIND, content_id=current.pk
    )
    return _count_helpful(viewer, current, delta)


def _count_helpful(viewer: Viewer, post: ForumPost, delta: int) -> ForumPost:
    if delta:
        # Held, so that nobody takes the post out of view before its vote is counted.
        topic = lock_topic(post.topic_id)
        if not ForumPost.objects.filter(pk=post.pk, topic=topic.pk).exists():
            raise Stale
        ForumPost.objects.filter(pk=post.pk).update(helpful_count=F("helpful_count") + delta)
        if ForumPost.objects.filter(COUNTED, pk=post.pk).exists():
            ForumTopic.objects.filter(pk=topic.pk).update(helpful_count=F("helpful_count") + delta)
        post.refresh_from_db()
        verb = "forum_post.found_helpful" if delta > 0 else "forum_post.vote_withdrawn"
        events.record(verb, actor=viewer, subject=post)
    return post


def count_view(*, actor: Actor, topic: ForumTopic, visitor: str) -> None:
    """Count a reader once an hour; the author's own views do not count.

    Args:
        visitor: who is reading, for those not signed in (`core.visits.visitor_of`).
    """
    viewer = Viewer.of(actor)
    who = str(viewer.pk) if viewer.is_authenticated else visitor
    if not rules.is_asker(viewer, topic) and is_first_visit(topic.pk, who):
        ForumTopic.objects.filter(pk=topic.pk).update(view_count=F("view_count") + 1)
