"""What the plugin may know of this site's people (`WARGAME_MENTORSHIP["USERS"]`)."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser

from wargame_mentorship.host.users import DefaultUsers, DisplayUser


class PeopleBackend(DefaultUsers):
    def display_one(self, person: AbstractBaseUser) -> DisplayUser:
        shown = super().display_one(person)
        avatar = getattr(person, "avatar", None)
        return DisplayUser(shown.id, shown.name, shown.profile_url, avatar.url if avatar else None)
