"""What the plugin may know of this site's people (`WARGAME_MENTORSHIP["USERS"]`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from people.models import User
from wargame_mentorship.host.users import DefaultUsers, DisplayUser


class PeopleBackend(DefaultUsers):
    def display(self, ids: Collection[Any]) -> Mapping[Any, DisplayUser]:
        """As `DefaultUsers` does it, without the columns that nobody is shown."""
        people = User.objects.filter(pk__in=set(ids)).only("username", "display_name", "avatar")
        return {person.pk: self.display_one(person) for person in people}

    def display_one(self, person: AbstractBaseUser) -> DisplayUser:
        shown = super().display_one(person)
        avatar = getattr(person, "avatar", None)
        return DisplayUser(shown.id, shown.name, shown.profile_url, avatar.url if avatar else None)
