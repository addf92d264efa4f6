"""What a person may take along, and what is left when they go."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from notifications.swappable import load_notification_model

from wargame_mentorship.core.writes import write
from wargame_mentorship.notifications.models import (
    Attention,
    Delivery,
    Mute,
    NotificationPreference,
    Watch,
)


def export_user_data(user: AbstractBaseUser) -> dict[str, list[dict[str, Any]]]:
    """What somebody was told, what they want to be told, what they mute and watch."""
    told = Delivery.objects.filter(recipient_id=user.pk).select_related("event")
    chosen = NotificationPreference.objects.filter(user_id=user.pk)
    muted = Mute.objects.filter(user_id=user.pk)
    watched = Watch.objects.filter(user_id=user.pk)
    return {
        "notifications": [
            {
                "verb": delivery.verb,
                "subject": str(delivery.event.subject_id),
                "timestamp": delivery.created_at.isoformat(),
                "emailed_at": delivery.emailed_at and delivery.emailed_at.isoformat(),
            }
            for delivery in told.order_by("created_at", "pk")
        ],
        "notification_preferences": [
            {"verb": row.verb, "channel": row.channel, "is_on": row.is_on}
            for row in chosen.order_by("verb", "channel")
        ],
        "muted": [_wish(row) for row in muted.order_by("created_at", "pk")],
        "watched": [_wish(row) for row in watched.order_by("created_at", "pk")],
    }


def _wish(row: Attention) -> dict[str, Any]:
    return {"kind": row.kind, "id": str(row.object_id), "since": row.created_at.isoformat()}


@write
def erase_user(user: AbstractBaseUser) -> None:
    """Nobody is left to be told: deliveries go, with their notifications, and so do wishes."""
    mine = Delivery.objects.filter(recipient_id=user.pk)
    keys = list(mine.exclude(notification_id=None).values_list("notification_id", flat=True))
    load_notification_model().objects.filter(pk__in=keys).delete()
    mine.delete()
    NotificationPreference.objects.filter(user_id=user.pk).delete()
    Mute.objects.filter(user_id=user.pk).delete()
    Watch.objects.filter(user_id=user.pk).delete()
