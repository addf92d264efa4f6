"""What somebody wants to be told, and how; and the way out that every e-mail carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.core.writes import write
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.notifications.models import Channel, NotificationPreference
from wargame_mentorship.notifications.unsubscribing import (
    Unsubscribing,
    read_unsubscribe_token,
)
from wargame_mentorship.notifications.verbs import VERBS, Verb


@dataclass(frozen=True)
class Preference:
    """Whether a verb reaches somebody on a channel; `is_default` where they decided nothing."""

    verb: Verb
    channel: Channel
    is_on: bool
    is_default: bool


def preferences_of(actor: Actor) -> list[Preference]:
    """Every verb on every channel, in the order of `VERBS`.

    Raises:
        SignInRequired: nobody is signed in.
    """
    user = Viewer.of(actor).require_user()
    chosen = _chosen_by(user.pk)
    return [
        Preference(
            verb=verb,
            channel=channel,
            is_on=chosen.get((name, channel), verb.is_on(channel)),
            is_default=(name, channel) not in chosen,
        )
        for name, verb in VERBS.items()
        for channel in Channel
    ]


@write
def set_preferences(*, actor: Actor, choices: Mapping[tuple[str, str], bool]) -> None:
    """Decide some preferences, by verb and channel; those left out stay as they are.

    Raises:
        Invalid: `preferences` name a verb or a channel that there is not.
    """
    user = Viewer.of(actor).require_user()
    if any(verb not in VERBS or channel not in Channel.values for verb, channel in choices):
        raise Invalid.field("preferences", _("This is not one of the choices."), "invalid_choice")
    _set(user.pk, choices)


@write
def unsubscribe(*, token: str) -> Unsubscribing:
    """Switch off what the token names; whoever holds it need not sign in.

    Raises:
        NotFound: not a token of ours.
    """
    found = read_unsubscribe_token(token)
    _set(found.user.pk, {(found.verb.name, found.channel): False})
    return found


def wanted_channels(verbs: Mapping[Any, str]) -> dict[Any, set[Channel]]:
    """The channels on which people want to be told, by their key; one verb of `VERBS` each."""
    rows = NotificationPreference.objects.filter(
        user__in=list(verbs), verb__in=set(verbs.values())
    ).values_list("user", "verb", "channel", "is_on")
    chosen = {(user, verb, channel): is_on for user, verb, channel, is_on in rows}
    return {
        key: {
            channel
            for channel in Channel
            if chosen.get((key, verb, channel), VERBS[verb].is_on(channel))
        }
        for key, verb in verbs.items()
    }


def _chosen_by(user_id: Any) -> dict[tuple[str, str], bool]:
    rows = NotificationPreference.objects.filter(user=user_id)
    return {(row.verb, row.channel): row.is_on for row in rows}


def _set(user_id: Any, choices: Mapping[tuple[str, str], bool]) -> None:
    for (verb, channel), is_on in choices.items():
        NotificationPreference.objects.update_or_create(
            user_id=user_id, verb=verb, channel=channel, defaults={"is_on": is_on}
        )
