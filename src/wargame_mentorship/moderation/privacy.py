"""What a person may take along of moderation, and what is left when they go."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from wargame_mentorship.core.writes import write
from wargame_mentorship.moderation.models import Flag, FlagCase


def export_user_data(user: AbstractBaseUser) -> list[dict[str, Any]]:
    """What somebody has reported; not what others have reported of them, nor who decided."""
    mine = Flag.objects.filter(flagger_id=user.pk).select_related("case")
    return [
        {
            "content_type": flag.case.kind,
            "object_id": str(flag.case.object_id),
            "reason": flag.reason,
            "note": flag.note,
            "created_at": flag.created_at.isoformat(),
            "agreed": flag.agreed,
        }
        for flag in mine.order_by("created_at", "pk")
    ]


@write
def erase_user(user: AbstractBaseUser) -> None:
    """Flags stay, with neither name nor words: that somebody reported it is still true."""
    Flag.objects.filter(flagger_id=user.pk).update(flagger=None, note="")
    FlagCase.objects.filter(author_id=user.pk).update(author=None)
    FlagCase.objects.filter(claimed_by_id=user.pk).update(claimed_by=None, claimed_until=None)
    FlagCase.objects.filter(decided_by_id=user.pk).update(decided_by=None)
