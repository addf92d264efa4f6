"""What everybody sees of what people wrote; the room's `visible_to` adds who sees more."""

from __future__ import annotations

from django.db.models import Q

from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.host.loading import users


def in_view(author: str) -> Q:
    """What nobody holds back, by active people or by nobody of this site.

    Args:
        author: the name of the relation to whoever wrote it.
    """
    return Q(moderation_state=ModerationState.VISIBLE) & (
        Q(**{author: None}) | users().active_filter(author)
    )
