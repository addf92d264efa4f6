"""Who people are, asked of the host."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language


@dataclass(frozen=True)
class DisplayUser:
    """A person as readers see them; a link or picture that the host has not is None."""

    id: Any
    name: str
    profile_url: str | None = None
    avatar_url: str | None = None


class UsersBackend(Protocol):
    """`ids` are primary keys of the host's user model."""

    def display(self, ids: Collection[Any]) -> Mapping[Any, DisplayUser]:
        """People by key, in one query however many; unknown keys are left out."""
        ...

    def active_filter(self, prefix: str) -> Q:
        """A condition "this user is active" on a relation, such as `Q(requester__is_active=True)`.

        `prefix` is the name of the relation, or "" for the user model itself.
        """
        ...

    def timezone(self, user: AbstractBaseUser) -> dt.tzinfo: ...

    def language(self, user: AbstractBaseUser) -> str: ...

    def email(self, user: AbstractBaseUser) -> str | None: ...

    def joined_at(self, user: AbstractBaseUser) -> dt.datetime | None: ...

    def is_adult(self, user: AbstractBaseUser) -> bool | None:
        """None: the host does not know."""
        ...

    def contact_url(self, viewer: AbstractBaseUser, user: AbstractBaseUser) -> str | None:
        """Where the viewer may write to the user on the host's site, if anywhere."""
        ...

    def by_mention(self, names: Collection[str]) -> Mapping[str, Any]:
        """Keys of the active people whom `@name` in a text means, by the name as it was written.

        At most twenty names. Whom a name does not mean beyond doubt is left out.
        """
        ...


def find_user(key: Any, condition: Q | None = None) -> AbstractBaseUser | None:
    """The user with this key, as it stands in an address or a body; None: nobody, or no key."""
    people = get_user_model()._default_manager
    try:
        found: AbstractBaseUser | None = people.filter(condition or Q(), pk=key).first()
    except (TypeError, ValueError, OverflowError, ValidationError):
        return None
    return found


class DefaultUsers:
    """Reads what the host's user model happens to have; never an e-mail address as a name."""

    def display(self, ids: Collection[Any]) -> Mapping[Any, DisplayUser]:
        people = get_user_model()._default_manager.filter(pk__in=set(ids))
        return {person.pk: self.display_one(person) for person in people}

    def display_one(self, person: AbstractBaseUser) -> DisplayUser:
        full_name = getattr(person, "get_full_name", lambda: "")()
        name = full_name.strip() or person.get_username().partition("@")[0]
        url = getattr(person, "get_absolute_url", lambda: None)()
        return DisplayUser(person.pk, name, profile_url=url)

    def active_filter(self, prefix: str) -> Q:
        try:
            get_user_model()._meta.get_field("is_active")
        except FieldDoesNotExist:
            return Q()
        return Q(**{f"{prefix}__is_active" if prefix else "is_active": True})

    def timezone(self, user: AbstractBaseUser) -> dt.tzinfo:
        name = getattr(user, "timezone", "")
        try:
            return ZoneInfo(str(name)) if name else timezone.get_default_timezone()
        except (ZoneInfoNotFoundError, ValueError):
            return timezone.get_default_timezone()

    def language(self, user: AbstractBaseUser) -> str:
        return str(getattr(user, "language", "") or get_language() or "en")

    def email(self, user: AbstractBaseUser) -> str | None:
        return getattr(user, user.get_email_field_name(), "") or None

    def joined_at(self, user: AbstractBaseUser) -> dt.datetime | None:
        return getattr(user, "date_joined", None)

    def is_adult(self, user: AbstractBaseUser) -> bool | None:
        return None

    def contact_url(self, viewer: AbstractBaseUser, user: AbstractBaseUser) -> str | None:
        return None

    def by_mention(self, names: Collection[str]) -> Mapping[str, Any]:
        """By username, in any case; where names differ in nothing else, as it is written."""
        people = get_user_model()
        field = people.USERNAME_FIELD
        wanted = Q(pk__in=[])
        for name in names:
            wanted |= Q(**{f"{field}__iexact": name})
        active = people._default_manager.filter(wanted, self.active_filter(""))
        found = {str(name): key for name, key in active.values_list(field, "pk")}
        by_folded: dict[str, list[Any]] = {}
        for name, key in found.items():
            by_folded.setdefault(name.casefold(), []).append(key)
        meant = {}
        for name in names:
            alike = by_folded.get(name.casefold(), [])
            if name in found:
                meant[name] = found[name]
            elif len(alike) == 1:
                meant[name] = alike[0]
        return meant
