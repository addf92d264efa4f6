"""Backends for tests: they do what a test tells them to, or fail in a way it chooses."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser

from wargame_mentorship.host import DisplayUser, Document, Submission, Verdict
from wargame_mentorship.host.moderation import ALLOW, BuiltInQueue, Outcome
from wargame_mentorship.host.search import Q
from wargame_mentorship.host.social import NoSocial
from wargame_mentorship.host.users import DefaultUsers


class MemorySocial(NoSocial):
    """Blocks and follows kept in memory; `forget()` between tests."""

    blocks: ClassVar[set[frozenset[Any]]] = set()
    follows: ClassVar[list[tuple[Any, Any]]] = []
    published: ClassVar[list[Any]] = []

    @classmethod
    def forget(cls) -> None:
        cls.blocks.clear()
        cls.follows.clear()
        cls.published.clear()

    @classmethod
    def block(cls, blocker: AbstractBaseUser, blocked: AbstractBaseUser) -> None:
        cls.blocks.add(frozenset({blocker.pk, blocked.pk}))

    def hidden_user_ids(self, viewer: AbstractBaseUser) -> frozenset[Any]:
        return frozenset(
            key for pair in self.blocks if viewer.pk in pair for key in pair - {viewer.pk}
        )

    def is_blocked(self, a: AbstractBaseUser, b: AbstractBaseUser) -> bool:
        return frozenset({a.pk, b.pk}) in self.blocks

    def blocked_among(self, actor: AbstractBaseUser, ids: Collection[Any]) -> frozenset[Any]:
        return self.hidden_user_ids(actor) & frozenset(ids)

    def followers(self, user: AbstractBaseUser) -> Iterable[list[Any]]:
        found = [follower for follower, followed in self.follows if followed == user.pk]
        return [found] if found else []

    def publish(self, event: Any) -> None:
        self.published.append(event)


class BrokenSocial(NoSocial):
    """Every question fails, as when the host's social service is down."""

    def hidden_user_ids(self, viewer: AbstractBaseUser) -> frozenset[Any]:
        raise ConnectionError("social service is down")

    def is_blocked(self, a: AbstractBaseUser, b: AbstractBaseUser) -> bool:
        raise ConnectionError("social service is down")

    def blocked_among(self, actor: AbstractBaseUser, ids: Collection[Any]) -> frozenset[Any]:
        raise ConnectionError("social service is down")


class BrokenUsers(DefaultUsers):
    """Nobody can say who anybody is."""

    def display(self, ids: Collection[Any]) -> Mapping[Any, DisplayUser]:
        raise ConnectionError("user service is down")

    def timezone(self, user: AbstractBaseUser) -> dt.tzinfo:
        raise ConnectionError("user service is down")

    def language(self, user: AbstractBaseUser) -> str:
        raise ConnectionError("user service is down")


class BrokenModeration(BuiltInQueue):
    """Nothing can be screened, so nothing is published."""

    def screen(self, submission: Submission) -> Verdict:
        raise ConnectionError("moderation service is down")


class BrokenSearch:
    """Neither indexes nor finds."""

    def index(self, documents: Iterable[Document]) -> None:
        raise ConnectionError("search service is down")

    def remove(self, kind: str, object_ids: Collection[UUID]) -> None:
        raise ConnectionError("search service is down")

    def find(self, queryset: Q, kind: str, text: str) -> Q:
        raise ConnectionError("search service is down")

    def similar(self, queryset: Q, kind: str, title: str) -> Q:
        raise ConnectionError("search service is down")


class HangingSocial(NoSocial):
    """No question is answered before `let_go()`, as when a connection hangs."""

    _released: ClassVar[threading.Event] = threading.Event()

    @classmethod
    def let_go(cls) -> None:
        """Let those who hang go, and make others hang from now on."""
        cls._released.set()
        cls._released = threading.Event()

    def _hang(self) -> None:
        # Ends by itself some time, should a test forget it.
        self._released.wait(timeout=60)

    def hidden_user_ids(self, viewer: AbstractBaseUser) -> frozenset[Any]:
        self._hang()
        return frozenset()

    def is_blocked(self, a: AbstractBaseUser, b: AbstractBaseUser) -> bool:
        self._hang()
        return False

    def blocked_among(self, actor: AbstractBaseUser, ids: Collection[Any]) -> frozenset[Any]:
        self._hang()
        return frozenset()


class MarkedWords(BuiltInQueue):
    """Moderation that holds what says `hold-me`, rejects `reject-me`, and fails on `break-me`."""

    def screen(self, submission: Submission) -> Verdict:
        if "break-me" in submission.text:
            raise ConnectionError("moderation service is down")
        if "reject-me" in submission.text:
            return Verdict(Outcome.REJECT, ("marked",))
        if "hold-me" in submission.text:
            return Verdict(Outcome.HOLD, ("marked",))
        return ALLOW
