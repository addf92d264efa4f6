"""A person's data, out of every room: to take along, and to erase."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from wargame_mentorship.core.idempotency import IdempotencyKey
from wargame_mentorship.core.writes import write
from wargame_mentorship.events.models import Event
from wargame_mentorship.flows.imports import privacy as imports
from wargame_mentorship.forums import privacy as forums
from wargame_mentorship.help_requests import privacy as help_requests
from wargame_mentorship.moderation import privacy as moderation
from wargame_mentorship.notifications import privacy as notifications
from wargame_mentorship.photos import services as photos
from wargame_mentorship.reputation import services as reputation
from wargame_mentorship.taxonomy import follows


def export_user_data(user: AbstractBaseUser) -> dict[str, Any]:
    """Everything the package holds of a person, JSON-able, by room."""
    events = Event.objects.filter(actor_id=user.pk).order_by("occurred_at", "pk")
    return {
        **help_requests.export_user_data(user),
        **forums.export_user_data(user),
        "imported_authors": imports.export_user_data(user),
        "photos": photos.export_user_data(user),
        "followed_categories": follows.export_user_data(user),
        **moderation.export_user_data(user),
        "helpful_votes": reputation.export_user_data(user),
        **notifications.export_user_data(user),
        "events": [
            {
                "verb": event.verb,
                "subject": str(event.subject_id),
                "occurred_at": event.occurred_at.isoformat(),
            }
            for event in events
        ],
    }


@write
def erase_user(user: AbstractBaseUser) -> None:
    """Remove a person from every room; the account itself is the host's to delete.

    Answers stay, unattributed, and counters stay true. Afterwards nothing here leads back to the
    person: the event log keeps what happened, not who did it.
    """
    # First, while what was imported can still be told from what they wrote here.
    imports.erase_user(user)
    photos.erase_user(user)
    help_requests.erase_user(user)
    forums.erase_user(user)
    moderation.erase_user(user)
    reputation.erase_user(user)
    notifications.erase_user(user)
    follows.erase_user(user)
    IdempotencyKey.objects.filter(user_id=user.pk).delete()
    Event.objects.filter(actor_id=user.pk).update(actor=None)
