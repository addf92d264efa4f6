"""What a topic owes to its readers when something in it comes into view, or goes out of it.

`moderation` makes the moves and calls the first two through the registry, in the same
transaction; it holds the topic's row.
"""

from __future__ import annotations

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from wargame_mentorship.core.errors import Stale
from wargame_mentorship.events import services as events
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.forums.recounts import recount_category, recount_topic
from wargame_mentorship.forums.services.common import count_reply, rotate_photo_urls
from wargame_mentorship.host import Viewer
from wargame_mentorship.photos import services as photos


def topic_visibility_changed(topic: ForumTopic, is_visible: bool) -> None:
    """What is new to its readers counts as activity; what is gone leaves no pictures behind."""
    if is_visible:
        ForumTopic.objects.filter(pk=topic.pk).update(
            last_activity_at=Greatest(F("last_activity_at"), timezone.now())
        )
        recount_category(topic.category_id)
    else:
        topic_left_view(topic)


def post_visibility_changed(post: ForumPost, is_visible: bool) -> None:
    """Count the post, or take it out of the counts; tell of it if nobody has been told.

    Raises:
        Stale: it was moved to another topic, whose row nobody holds.
    """
    topic = ForumTopic.objects.get(pk=post.topic_id)
    if not ForumPost.objects.filter(pk=post.pk, topic=topic.pk).exists():
        raise Stale
    if is_visible:
        count_reply(topic, post)
        ForumTopic.objects.filter(pk=topic.pk).update(
            helpful_count=F("helpful_count") + post.helpful_count,
            # Only to its readers it is new.
            last_activity_at=Greatest(F("last_activity_at"), timezone.now()),
        )
        _tell_once(post, topic)
    else:
        post_left_view(post, topic)


def topic_left_view(topic: ForumTopic) -> None:
    """Leave a topic that is no longer seen out of its category's numbers and of caches."""
    rotate_photo_urls(topic)
    recount_category(topic.category_id)


def post_left_view(post: ForumPost, topic: ForumTopic) -> None:
    """Leave a post that is no longer seen out of every count, and its pictures out of caches."""
    photos.rotate_urls(kind=ForumPost.KIND, content_id=post.pk)
    recount_topic(topic)
    recount_category(topic.category_id)


def _tell_once(post: ForumPost, topic: ForumTopic) -> None:
    told = Event.objects.filter(
        verb="forum_topic.replied",
        subject_kind=ForumTopic.KIND,
        subject_id=topic.pk,
        data__post_id=str(post.pk),
    )
    author = Viewer(post.author)
    # A post by an account that was deactivated meanwhile stays out of view.
    is_in_view = post.author_id is None or author.is_authenticated
    if is_in_view and not told.exists():
        events.record("forum_topic.replied", actor=author, subject=topic, post_id=str(post.pk))
