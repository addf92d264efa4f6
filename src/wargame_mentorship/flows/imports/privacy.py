"""What the import knows of a person who claimed an author, and what is left when they go."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from wargame_mentorship.core.writes import write
from wargame_mentorship.flows.imports.claims import forget_author
from wargame_mentorship.flows.imports.models import ImportedAuthor


def export_user_data(user: AbstractBaseUser) -> list[dict[str, Any]]:
    claimed = ImportedAuthor.objects.filter(claimed_by=user.pk).order_by("source", "key")
    return [
        {
            "source": author.source,
            "key": author.key,
            "display_name": author.display_name,
            "url": author.url,
            "claimed_at": author.claimed_at and author.claimed_at.isoformat(),
        }
        for author in claimed
    ]


@write
def erase_user(user: AbstractBaseUser) -> None:
    """Part the person from what was imported; goes before the product rooms' own.

    What they wrote elsewhere stays, without a name, and no later import brings the name back:
    the licence lets an author ask for that.
    """
    rows = ImportedAuthor.objects.select_for_update().filter(claimed_by=user.pk)
    for author in rows.order_by("pk"):
        forget_author(author)
