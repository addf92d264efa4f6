"""The way out that every e-mail carries: a signed link that switches one thing off."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core import signing
from django.core.exceptions import ValidationError

from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.notifications.models import Channel
from wargame_mentorship.notifications.verbs import VERBS, Verb

SALT = "wargame_mentorship.notifications.unsubscribe"


@dataclass(frozen=True)
class Unsubscribing:
    """What the token of an e-mail is good for, and nothing else."""

    user: AbstractBaseUser
    verb: Verb
    channel: Channel


def unsubscribe_token(user: AbstractBaseUser, verb: str, channel: Channel) -> str:
    """Good for switching one verb off on one channel, for ever: e-mails are kept for years."""
    return signing.dumps([str(user.pk), verb, channel], salt=SALT)


def read_unsubscribe_token(token: str) -> Unsubscribing:
    """Raises: NotFound: not a token of ours, or of nobody and nothing that is still there."""
    try:
        key, verb, channel = signing.loads(token, salt=SALT)
        user = get_user_model()._default_manager.get(pk=key)
        return Unsubscribing(user, VERBS[verb], Channel(channel))
    except (
        signing.BadSignature,
        get_user_model().DoesNotExist,
        LookupError,
        TypeError,
        ValueError,
        ValidationError,
    ) as error:
        raise NotFound from error
