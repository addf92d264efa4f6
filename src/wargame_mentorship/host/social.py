"""Who blocks and follows whom, asked of the host (#48)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Protocol

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet


class SocialBackend(Protocol):
    """A block hides both people from each other, whoever of them made it."""

    def hidden_user_ids(self, viewer: AbstractBaseUser) -> QuerySet[Any, Any] | frozenset[Any]:
        """Keys of everybody whom the viewer blocks or is blocked by; asked once per request.

        A queryset must yield the keys as its only column (`values_list("…", flat=True)`); it
        becomes a subquery of ours.
        """
        ...

    def is_blocked(self, a: AbstractBaseUser, b: AbstractBaseUser) -> bool:
        """Whether either blocks the other."""
        ...

    def blocked_among(self, actor: AbstractBaseUser, ids: Collection[Any]) -> frozenset[Any]:
        """Those of `ids` who block the actor or are blocked by them."""
        ...

    def followers(self, user: AbstractBaseUser) -> Iterable[list[Any]]:
        """Keys of the people who follow the user, in batches."""
        ...

    def publish(self, event: Any) -> None:
        """Show one of our events (`events.models.Event`) in the host's activity feed."""
        ...


class NoSocial:
    """For a host without a social graph: nobody blocks, nobody follows, nothing is published."""

    def hidden_user_ids(self, viewer: AbstractBaseUser) -> frozenset[Any]:
        return frozenset()

    def is_blocked(self, a: AbstractBaseUser, b: AbstractBaseUser) -> bool:
        return False

    def blocked_among(self, actor: AbstractBaseUser, ids: Collection[Any]) -> frozenset[Any]:
        return frozenset()

    def followers(self, user: AbstractBaseUser) -> Iterable[list[Any]]:
        return ()

    def publish(self, event: Any) -> None:
        return None
