"""What the state machines have in common: people, who come, go and fall out with each other.

The dice are thrown here and not by Hypothesis, which knows only the seed of an evening. Left to
choose among thirty rules it switches most of them off for a whole run and makes most runs out of
pieces of earlier ones, for the sake of a shrinking that we do without: what takes three people
and four moves never came together. Here deeds have weights, and moods, which last for some steps,
make a few of them likely without making any impossible.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from random import Random
from typing import Any, NamedTuple, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from hypothesis import note

from wargame_mentorship.core import recounts
from wargame_mentorship.events import services as events
from wargame_mentorship.events.models import Event
from wargame_mentorship.flows.privacy import erase_user
from wargame_mentorship.testing.backends import MemorySocial

CAST = 5
"""How many people there are, the moderator among them."""

MODERATOR = 0
"""Of everything that happens."""

MOOD_LASTS = 8
MOODS = 5
"""So many deeds, for so many steps, happen more often."""
MORE_OFTEN = 6

Draw = Callable[[Any], Any]
"""What a deed is done with, by the dice of a machine; raises `Nothing`."""

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., None])


class Nothing(Exception):
    """There is nothing of the kind."""


class Deed(NamedTuple):
    weight: int
    draws: Mapping[str, Draw]


_deeds: dict[Any, Deed] = {}


def deed(weight: int, **draws: Draw) -> Callable[[F], F]:
    """Mark what people do, as a method of a machine; by `weight` how often, with what by name."""

    def mark(method: F) -> F:
        _deeds[method] = Deed(weight, draws)
        return method

    return mark


_always: set[Any] = set()


def always(method: F) -> F:
    """Mark what must hold after each step."""
    _always.add(method)
    return method


def _methods_of(machine: type) -> list[tuple[str, Any]]:
    """In an order that does not change."""
    return inspect.getmembers(machine, inspect.isfunction)


def anybody(machine: Society) -> int:
    return machine.dice.randrange(CAST)


def leaver(machine: Society) -> int:
    """Somebody who is there yet, while enough others are."""
    there = [number for number in range(1, CAST) if number not in machine.erased]
    return machine.one_of(there if len(there) > 2 else [])


def chance(of: float) -> Draw:
    return lambda machine: machine.dice.random() < of


def choice(*options: Any) -> Draw:
    return lambda machine: machine.dice.choice(options)


class Society:
    """A machine sets `people`, who are meant by their numbers, and adds what they do."""

    people: list[AbstractBaseUser]

    def __init__(self, seed: int) -> None:
        MemorySocial.forget()
        self.dice = Random(seed)
        self.erased: set[int] = set()
        self.steps = 0
        methods = {name: found for name, found in _methods_of(type(self)) if found in _deeds}
        self._deeds = {name: _deeds[found] for name, found in methods.items()}
        self._invariants = [name for name, found in _methods_of(type(self)) if found in _always]

    @classmethod
    def spend_an_evening(cls, seed: int, steps: int) -> None:
        with transaction.atomic():
            machine = cls(seed)
            machine.check()
            for _ in range(steps):
                machine.do_something()
                machine.check()
            machine.go_home()
            transaction.set_rollback(True)

    def go_home(self) -> None:
        """All are erased in the end, in any order: what an evening leaves must hold by itself."""
        for number in self.dice.sample(range(1, CAST), CAST - 1):
            if number not in self.erased:
                self.steps += 1
                note(f"erase({number=})")
                self.erase(number)
                self.look()
                self.check()

    def check(self) -> None:
        for name in self._invariants:
            getattr(self, name)()

    def do_something(self) -> None:
        if self.steps % MOOD_LASTS == 0:
            weights = {name: found.weight for name, found in self._deeds.items()}
            likely = self.dice.choices(list(weights), list(weights.values()), k=MOODS)
            self._weights = [
                weight * (MORE_OFTEN if name in likely else 1) for name, weight in weights.items()
            ]
        self.steps += 1
        name, drawn = self._choose()
        note(f"{self.steps}: {name}({', '.join(f'{k}={v!r}' for k, v in drawn.items())})")
        getattr(self, name)(**drawn)
        self.look()

    def _choose(self) -> tuple[str, dict[str, Any]]:
        """Something that there is something to do with."""
        while True:
            [name] = self.dice.choices(list(self._deeds), self._weights)
            with suppress(Nothing):
                return name, {key: draw(self) for key, draw in self._deeds[name].draws.items()}

    def look(self) -> None:
        """For machines that keep what there is; before anything is asked of it."""

    def one_of(self, rows: Sequence[T]) -> T:
        if not rows:
            raise Nothing
        return self.dice.choice(rows)

    def is_time(self, *, every: int) -> bool:
        """For what costs much to ask, and stays wrong for some steps if it is."""
        return self.steps % every == 0

    def somebody(self, number: int) -> int:
        """Who is meant: of those who were erased, the moderator acts instead."""
        return MODERATOR if number in self.erased else number

    def number_of(self, key: Any) -> int | None:
        return next((n for n, person in enumerate(self.people) if person.pk == key), None)

    def has_blocked(self, one: int, other: int) -> None:
        """For machines that keep account of it; as the next two."""

    def has_forgiven(self) -> None: ...

    def has_erased(self, number: int) -> None: ...

    @deed(2, one=anybody, other=anybody)
    def block(self, one: int, other: int) -> None:
        one, other = self.somebody(one), self.somebody(other)
        if one != other:
            MemorySocial.block(self.people[one], self.people[other])
            self.has_blocked(one, other)

    @deed(1)
    def forgive(self) -> None:
        MemorySocial.forget()
        self.has_forgiven()

    @deed(2, number=leaver)
    def erase(self, number: int) -> None:
        erase_user(self.people[number])
        self.erased.add(number)
        self.has_erased(number)

    @deed(3)
    def dispatch(self) -> None:
        for event in Event.objects.filter(dispatched_at=None).order_by("occurred_at", "pk"):
            assert events.dispatch(event)

    @always
    def everything_adds_up(self) -> None:
        if self.is_time(every=10):
            found = recounts.run_all(fix=False)
            assert {name: findings for name, findings in found.items() if findings} == {}
