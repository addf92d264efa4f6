"""The decorator of every service: one transaction, again after a lost race, never a 5xx."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from wargame_mentorship.core.errors import Busy
from wargame_mentorship.core.writes import ATTEMPTS, enclosed_by, is_lost_race, write
from wargame_mentorship.models import Category

LOST = OperationalError(1213, "Deadlock found when trying to get lock")


class Flaky:
    """Loses the race so many times, then wins."""

    def __init__(self, losses: int, error: Exception = LOST) -> None:
        self.losses, self.error, self.calls = losses, error, 0

    def __call__(self) -> str:
        self.calls += 1
        Category.objects.create(slug=f"attempt-{self.calls}", name="x")
        if self.calls <= self.losses:
            raise self.error
        return "won"


def written() -> set[str]:
    return set(Category.objects.filter(slug__startswith="attempt").values_list("slug", flat=True))


def decorated(service: Flaky) -> Any:
    def call() -> str:
        return service()

    return write(call)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("losses", range(ATTEMPTS))
def test_a_lost_race_is_run_again_from_the_start(losses: int) -> None:
    service = Flaky(losses)

    assert decorated(service)() == "won"

    assert service.calls == losses + 1
    assert written() == {f"attempt-{losses + 1}"}


@pytest.mark.django_db(transaction=True)
def test_a_race_lost_three_times_is_busy_and_nothing_is_written() -> None:
    service = Flaky(99)

    with pytest.raises(Busy):
        decorated(service)()

    assert service.calls == ATTEMPTS
    assert written() == set()


@pytest.mark.django_db(transaction=True)
def test_another_database_error_is_not_tried_again() -> None:
    service = Flaky(1, OperationalError(1114, "The table is full"))

    with pytest.raises(OperationalError):
        decorated(service)()

    assert service.calls == 1


@pytest.mark.django_db(transaction=True)
def test_inside_somebody_elses_transaction_it_cannot_start_again() -> None:
    service = Flaky(1)

    with pytest.raises(OperationalError), transaction.atomic():
        decorated(service)()

    assert service.calls == 1
    assert written() == set()


@pytest.mark.parametrize(
    ("error", "lost"),
    [
        (LOST, True),
        (OperationalError(1205, "Lock wait timeout exceeded"), True),
        (OperationalError(1020, "Record has changed since last read"), True),
        (OperationalError("database is locked"), True),
        (OperationalError("no such table: x"), False),
        (OperationalError(), False),
        (ValueError("database is locked"), False),
    ],
)
def test_lost_races_are_told_from_other_errors(error: Exception, lost: bool) -> None:
    assert is_lost_race(error) is lost


class Noting:
    """An enclosure that notes what happened, and whether inside a transaction."""

    def __init__(self) -> None:
        self.notes: list[Any] = []

    def opened(self) -> None:
        self.notes.append(("opened", connection.in_atomic_block))

    def closing(self, result: Any) -> None:
        self.notes.append(("closing", result, connection.in_atomic_block))


@pytest.mark.django_db(transaction=True)
def test_an_enclosure_opens_at_each_attempt_and_closes_once() -> None:
    enclosure = Noting()

    with enclosed_by(enclosure):
        decorated(Flaky(1))()

    assert enclosure.notes == [("opened", True), ("opened", True), ("closing", "won", True)]


@pytest.mark.django_db(transaction=True)
def test_what_comes_before_the_write_is_not_enclosed() -> None:
    enclosure = Noting()

    with enclosed_by(enclosure):
        outside = connection.in_atomic_block

    assert outside is False
    assert enclosure.notes == []


@pytest.mark.django_db(transaction=True)
def test_a_write_inside_a_write_is_part_of_it() -> None:
    enclosure = Noting()

    @write
    def outer() -> str:
        return str(decorated(Flaky(0))()) + " twice"

    with enclosed_by(enclosure):
        outer()

    assert enclosure.notes == [("opened", True), ("closing", "won twice", True)]
