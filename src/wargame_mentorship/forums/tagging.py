"""Tags that others have used, to be suggested while somebody types one."""

from __future__ import annotations

from collections import Counter

from django.db.models import Exists, OuterRef

from wargame_mentorship.forums.models import ForumCategory, ForumTag, ForumTopic, ForumTopicTag
from wargame_mentorship.host import Viewer

RECENT = 300
"""So many topics, the last that were replied to, say what is much used."""


def suggest_tags(
    viewer: Viewer, text: str, *, category: ForumCategory | None = None, most: int = 10
) -> list[str]:
    """Tags of topics that the viewer sees.

    Args:
        text: the beginning of a tag; blank: those that are used most, of late.
        category: those that are used in it; None: in any.
    """
    visible = ForumTopic.objects.visible_to(viewer)
    if category is not None:
        visible = visible.filter(category=category.pk)
    beginning = text.replace("\0", "").strip().lower()
    if not beginning:
        return _much_used(list(visible.order_by("-last_activity_at", "-pk")[:RECENT]), most)
    used = ForumTopicTag.objects.filter(tag=OuterRef("pk"), content_object__in=visible)
    begun = ForumTag.objects.filter(Exists(used), name__startswith=beginning).order_by("name")
    return list(begun.values_list("name", flat=True)[:most])


def _much_used(topics: list[ForumTopic], most: int) -> list[str]:
    rows = ForumTopicTag.objects.filter(content_object__in=[topic.pk for topic in topics])
    counted = Counter(rows.values_list("tag__name", flat=True))
    return sorted(counted, key=lambda name: (-counted[name], name))[:most]
