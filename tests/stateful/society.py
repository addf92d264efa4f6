"""What the state machines have in common: people, who come, go and fall out with each other."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from wargame_mentorship.core import recounts
from wargame_mentorship.events import services as events
from wargame_mentorship.events.models import Event
from wargame_mentorship.flows.privacy import erase_user
from wargame_mentorship.testing.backends import MemorySocial

CAST = 5
"""How many people there are, the moderator among them."""

MODERATOR = 0
"""Of everything that happens."""

PEOPLE = st.integers(0, CAST - 1)


class Society(RuleBasedStateMachine):
    """A machine sets `people`, who are meant by their numbers, and adds what they do."""

    people: list[AbstractBaseUser]

    def __init__(self) -> None:
        super().__init__()
        self._all = transaction.atomic()
        self._all.__enter__()
        MemorySocial.forget()
        self.erased: set[int] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._all.__exit__(None, None, None)

    def somebody(self, number: int) -> int:
        """Who is meant: of those who were erased, the moderator acts instead."""
        return MODERATOR if number in self.erased else number

    def number_of(self, key: Any) -> int | None:
        return next((n for n, person in enumerate(self.people) if person.pk == key), None)

    def has_blocked(self, one: int, other: int) -> None:
        """For machines that keep account of it; as the next two."""

    def has_forgiven(self) -> None: ...

    def has_erased(self, number: int) -> None: ...

    @rule(one=PEOPLE, other=PEOPLE)
    def block(self, one: int, other: int) -> None:
        one, other = self.somebody(one), self.somebody(other)
        if one != other:
            MemorySocial.block(self.people[one], self.people[other])
            self.has_blocked(one, other)

    @precondition(lambda self: bool(MemorySocial.blocks))
    @rule()
    def forgive(self) -> None:
        MemorySocial.forget()
        self.has_forgiven()

    @precondition(lambda self: len(self.erased) < CAST - 3)
    @rule(number=st.integers(1, CAST - 1))
    def erase(self, number: int) -> None:
        if number not in self.erased:
            erase_user(self.people[number])
            self.erased.add(number)
            self.has_erased(number)

    @rule()
    def dispatch(self) -> None:
        for event in Event.objects.filter(dispatched_at=None).order_by("occurred_at", "pk"):
            assert events.dispatch(event)

    @invariant()
    def everything_adds_up(self) -> None:
        assert {name: found for name, found in recounts.run_all(fix=False).items() if found} == {}
