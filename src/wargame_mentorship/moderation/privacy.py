"""What a person may take along of moderation, and what is left when they go."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from wargame_mentorship.core.writes import write
from wargame_mentorship.moderation.models import (
    Flag,
    FlagCase,
    Sanction,
    StaffNote,
    WatchedWord,
)


def export_user_data(user: AbstractBaseUser) -> dict[str, list[dict[str, Any]]]:
    """What somebody has reported, what was said against them, and the words they had watched.

    Not what others have reported of them, who decided, and what moderators note for each other.
    """
    return {
        "flags": _flags(user),
        "sanctions": _sanctions(user),
        "watched_words": _watched_words(user),
    }


def _flags(user: AbstractBaseUser) -> list[dict[str, Any]]:
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


def _sanctions(user: AbstractBaseUser) -> list[dict[str, Any]]:
    return [
        {
            "severity": sanction.severity,
            "reason": sanction.reason,
            "until": sanction.until.isoformat() if sanction.until else None,
            "status": sanction.status,
            "appeal": sanction.appeal,
            "answer": sanction.answer,
            "created_at": sanction.created_at.isoformat(),
        }
        for sanction in Sanction.objects.filter(person=user.pk).order_by("created_at", "pk")
    ]


def _watched_words(user: AbstractBaseUser) -> list[dict[str, Any]]:
    added = WatchedWord.objects.filter(created_by=user.pk).order_by("created_at", "pk")
    return [
        {
            "phrase": word.phrase,
            "action": word.action,
            "created_at": word.created_at.isoformat(),
        }
        for word in added
    ]


@write
def erase_user(user: AbstractBaseUser) -> None:
    """Flags stay, with neither name nor words: that somebody reported it is still true.

    What moderators kept of the person goes; what the person kept of others stays, without name, and
    so do the words they had watched.
    """
    for model in (StaffNote, Sanction):
        model.objects.filter(person=user.pk).delete()
        model.objects.filter(given_by=user.pk).update(given_by=None)
    Sanction.objects.filter(answered_by=user.pk).update(answered_by=None)
    Flag.objects.filter(flagger_id=user.pk).update(flagger=None, note="")
    FlagCase.objects.filter(author_id=user.pk).update(author=None)
    FlagCase.objects.filter(claimed_by_id=user.pk).update(claimed_by=None, claimed_until=None)
    FlagCase.objects.filter(decided_by_id=user.pk).update(decided_by=None)
    WatchedWord.objects.filter(created_by=user.pk).update(created_by=None)
