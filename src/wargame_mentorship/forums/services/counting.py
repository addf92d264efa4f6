"""The numbers of a category; its row is the last that a transaction takes."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, Max, Sum
from django.db.models.functions import Coalesce

from wargame_mentorship.forums.models import ForumCategory, ForumTopic
from wargame_mentorship.forums.recounts import COUNTED


def count_topic(category_id: UUID) -> None:
    """Count a topic that is new and that nobody has replied to."""
    ForumCategory.objects.filter(pk=category_id).update(topic_count=F("topic_count") + 1)


def recount_category(category_id: UUID) -> None:
    """Make the numbers of a category true, after what happens too seldom to be added up."""
    # Held before it is looked at, so that what is counted meanwhile is not lost.
    ForumCategory.objects.select_for_update().get(pk=category_id)
    topics = ForumTopic.objects.filter(COUNTED, category=category_id)
    found = topics.aggregate(posts=Coalesce(Sum("reply_count"), 0), last=Max("last_reply_at"))
    ForumCategory.objects.filter(pk=category_id).update(
        topic_count=topics.count(), post_count=found["posts"], last_reply_at=found["last"]
    )
