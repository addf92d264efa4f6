"""What a topic repeats, and what repeats it, as far as somebody may see that."""

from __future__ import annotations

from dataclasses import dataclass

from wargame_mentorship.forums.models import ForumTopic
from wargame_mentorship.host import Viewer

MOST_DUPLICATES = 50


@dataclass(frozen=True)
class Links:
    original: ForumTopic | None
    duplicates: list[ForumTopic]
    """In the order in which they were asked."""


def links_of(viewer: Viewer, topic: ForumTopic) -> Links:
    visible = ForumTopic.objects.visible_to(viewer)
    if topic.duplicate_of_id is not None:
        # There are no chains: what is a duplicate has none.
        return Links(visible.filter(pk=topic.duplicate_of_id).first(), [])
    duplicates = visible.filter(duplicate_of=topic.pk).order_by("created_at", "pk")
    return Links(None, list(duplicates[:MOST_DUPLICATES]))
