"""Helpful votes; the room that owns the content applies what they change to its counters."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Count, OuterRef
from django.db.models.functions import Coalesce

from wargame_mentorship.core.errors import NotAllowed
from wargame_mentorship.core.recounts import number
from wargame_mentorship.core.writes import write
from wargame_mentorship.host import Viewer
from wargame_mentorship.reputation.models import HelpfulVote


@write
def cast_vote(
    *, actor: Viewer, content_type: str, content_id: UUID, author_id: Any, is_helpful: bool
) -> int:
    """Cast or change a vote; returns by how much the number of helpful votes changed.

    The caller has asked its rule (nobody votes on their own content) and holds the row of the
    content, so that two votes of one person come one after the other.
    """
    user = actor.require_user()
    if author_id == user.pk:
        raise NotAllowed
    vote, created = HelpfulVote.objects.get_or_create(
        content_type=content_type,
        content_id=content_id,
        voter_id=user.pk,
        defaults={"is_helpful": is_helpful, "author_id": author_id},
    )
    if created:
        return int(is_helpful)
    changed = HelpfulVote.objects.filter(pk=vote.pk, is_helpful=not is_helpful).update(
        is_helpful=is_helpful
    )
    return changed if is_helpful else -changed


@write
def withdraw_vote(*, actor: Viewer, content_type: str, content_id: UUID) -> int:
    """Take a vote back; returns by how much the number of helpful votes changed."""
    user = actor.require_user()
    mine = HelpfulVote.objects.filter(
        content_type=content_type, content_id=content_id, voter_id=user.pk
    )
    vote = mine.first()
    if vote is None:
        return 0
    deleted, _ = mine.filter(pk=vote.pk, is_helpful=vote.is_helpful).delete()
    return -deleted if vote.is_helpful else 0


def votes_of(viewer: Viewer, content_type: str, content_ids: list[UUID]) -> dict[UUID, bool]:
    """The viewer's own votes on some contents, in one query."""
    if viewer.user is None or not content_ids:
        return {}
    votes = HelpfulVote.objects.filter(
        content_type=content_type, content_id__in=content_ids, voter_id=viewer.pk
    )
    return dict(votes.values_list("content_id", "is_helpful"))


def helpful_votes_received(user_id: Any) -> int:
    """How often others have found helpful what somebody wrote."""
    return HelpfulVote.objects.filter(author_id=user_id, is_helpful=True).count()


def helpful_votes(content_type: str) -> Coalesce:
    """The true number of helpful votes on the outer row, for recounts."""
    votes = HelpfulVote.objects.filter(
        content_type=content_type, content_id=OuterRef("pk"), is_helpful=True
    )
    return number(votes, "content_id", Count("pk"))


def export_user_data(user: AbstractBaseUser) -> list[dict[str, Any]]:
    votes = HelpfulVote.objects.filter(voter_id=user.pk).order_by("created_at", "pk")
    return [
        {
            "content_type": vote.content_type,
            "content_id": str(vote.content_id),
            "is_helpful": vote.is_helpful,
            "created_at": vote.created_at.isoformat(),
        }
        for vote in votes
    ]


@write
def erase_user(user: AbstractBaseUser) -> None:
    """Unlink the person; the votes stay and count, by nobody."""
    HelpfulVote.objects.filter(voter_id=user.pk).update(voter=None)
    HelpfulVote.objects.filter(author_id=user.pk).update(author=None)
