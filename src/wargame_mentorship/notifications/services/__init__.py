"""Everything that is written of notifications: who is told, what they want, what they have read."""

from wargame_mentorship.notifications.services.attending import (
    Wishes,
    carry_over,
    drop_carried,
    is_muted,
    mute,
    muted_by,
    muted_keys,
    unmute,
    unwatch,
    watch,
    watch_from_now_on,
    watched_keys,
    watchers_of,
    wishes_about,
)
from wargame_mentorship.notifications.services.mailing import (
    send_email,
    send_waiting,
    try_failed_again,
)
from wargame_mentorship.notifications.services.preferring import (
    Preference,
    preferences_of,
    set_preferences,
    unsubscribe,
)
from wargame_mentorship.notifications.services.reading import (
    Shown,
    deliveries_of,
    mark_read,
    show,
    unread_count,
)
from wargame_mentorship.notifications.services.telling import deliver

__all__ = [
    "Preference",
    "Shown",
    "Wishes",
    "carry_over",
    "deliver",
    "deliveries_of",
    "drop_carried",
    "is_muted",
    "mark_read",
    "mute",
    "muted_by",
    "muted_keys",
    "preferences_of",
    "send_email",
    "send_waiting",
    "set_preferences",
    "show",
    "try_failed_again",
    "unmute",
    "unread_count",
    "unsubscribe",
    "unwatch",
    "watch",
    "watch_from_now_on",
    "watched_keys",
    "watchers_of",
    "wishes_about",
]
