"""Tags that others have used, to be suggested while somebody types one."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from django.db.models import Exists, OuterRef

from wargame_mentorship.forums.models import ForumTag, ForumTopicTag
from wargame_mentorship.forums.querysets import ForumTopicQuerySet

RECENT = 300
"""So many topics, the last that were replied to, say what is much used."""


def suggest_tags(among: ForumTopicQuerySet, text: str, *, most: int = 10) -> list[str]:
    """Tags of some visible topics.

    Args:
        text: the beginning of a tag; blank: those that are used most, of late.
    """
    beginning = text.replace("\0", "").strip().lower()
    if not beginning:
        recent = among.order_by("-last_activity_at", "-pk").values_list("pk", flat=True)
        return _much_used(list(recent[:RECENT]), most)
    used = ForumTopicTag.objects.filter(tag=OuterRef("pk"), content_object__in=among)
    begun = ForumTag.objects.filter(Exists(used), name__startswith=beginning).order_by("name")
    return list(begun.values_list("name", flat=True)[:most])


def _much_used(topic_ids: list[UUID], most: int) -> list[str]:
    rows = ForumTopicTag.objects.filter(content_object__in=topic_ids)
    counted = Counter(rows.values_list("tag__name", flat=True))
    return sorted(counted, key=lambda name: (-counted[name], name))[:most]
