"""The promises of the Protocols, kept by the defaults and by the example site's backends."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection

from wargame_mentorship.conf import app_settings
from wargame_mentorship.host import ModerationBackend, SocialBackend, UsersBackend
from wargame_mentorship.host.loading import construct
from wargame_mentorship.host.users import DefaultUsers
from wargame_mentorship.moderation.screening import DefaultModeration
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.contracts import (
    ModerationBackendContract,
    SocialBackendContract,
    UsersBackendContract,
)


class TestUsersOfThisHost(UsersBackendContract):
    def make_backend(self) -> UsersBackend:
        backend: UsersBackend = construct(app_settings.USERS)
        return backend


@pytest.mark.django_db
@pytest.mark.skipif(
    connection.vendor == "mysql",
    reason="Names that differ in case only are the same name there.",
)
def test_a_name_that_could_mean_two_means_whom_it_spells() -> None:
    people: Any = get_user_model()._default_manager
    upper = people.create_user("Zoe", "upper@example.org", "miniature")
    lower = people.create_user("zoe", "lower@example.org", "miniature")

    meant = DefaultUsers().by_mention(["zoe", "Zoe", "ZOE", "%", "z_e"])

    assert dict(meant) == {"zoe": lower.pk, "Zoe": upper.pk}


class TestMemorySocial(SocialBackendContract):
    @pytest.fixture(autouse=True)
    def _forget(self) -> None:
        MemorySocial.forget()

    def make_backend(self) -> SocialBackend:
        return MemorySocial()

    def block(self, blocker: AbstractBaseUser, blocked: AbstractBaseUser) -> None:
        MemorySocial.block(blocker, blocked)

    def follow(self, follower: AbstractBaseUser, followed: AbstractBaseUser) -> None:
        MemorySocial.follows.append((follower.pk, followed.pk))


class TestDefaultModeration(ModerationBackendContract):
    def make_backend(self) -> ModerationBackend:
        return DefaultModeration()


if "social" in settings.INSTALLED_APPS:
    from social.backends import SocialAppBackend
    from social.models import Block, Follow

    class TestSocialApp(SocialBackendContract):
        def make_backend(self) -> SocialBackend:
            return SocialAppBackend()

        def block(self, blocker: AbstractBaseUser, blocked: AbstractBaseUser) -> None:
            Block.objects.create(blocker_id=blocker.pk, blocked_id=blocked.pk)

        def follow(self, follower: AbstractBaseUser, followed: AbstractBaseUser) -> None:
            Follow.objects.create(follower_id=follower.pk, followed_id=followed.pk)
