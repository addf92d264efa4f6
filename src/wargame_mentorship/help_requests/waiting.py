"""Who still waits for what somebody else has just learned."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.help_requests.models import HelpRequest, Status
from wargame_mentorship.host import Viewer
from wargame_mentorship.search import services as search
from wargame_mentorship.search.words import chunks, stem

SIMILAR_SINCE = timedelta(days=60)
MOST_SIMILAR = 5
MOST_LOOKED_AT = 30


def askers_of_similar(solved: HelpRequest) -> list[Any]:
    """Keys of the askers of the open requests of its category that are most like a solved one.

    Nobody, unless everybody may see the solved one. What the others ask may be private: it is
    told to nobody but themselves that it is alike.
    """
    if not HelpRequest.objects.visible_to(Viewer(None)).filter(pk=solved.pk).exists():
        return []
    waiting = HelpRequest.objects.filter(
        status__in=[Status.OPEN, Status.IN_PROGRESS],
        moderation_state=ModerationState.VISIBLE,
        deleted_at=None,
        category=solved.category_id,
        created_at__gte=timezone.now() - SIMILAR_SINCE,
        requester__isnull=False,
    ).exclude(requester=solved.requester_id)
    found = search.similar(waiting, solved.title)[:MOST_LOOKED_AT]
    askers = dict.fromkeys(entry.requester_id for entry in found if _is_alike(entry, solved))
    return list(askers)[:MOST_SIMILAR]


def _is_alike(entry: HelpRequest, other: HelpRequest) -> bool:
    """Whether titles share two words that say something, and half of those of the shorter one.

    Stricter than what is offered while somebody types and looks: this one interrupts.
    """
    words, others = _words(entry), _words(other)
    shared = len(words & others)
    return words == others or (shared >= 2 and 2 * shared >= min(len(words), len(others)))


def _words(entry: HelpRequest) -> frozenset[str]:
    return frozenset(
        stem(part, entry.language)
        for chunk in chunks(entry.title)
        if not chunk.is_stop_word
        for part in chunk.parts
    )
