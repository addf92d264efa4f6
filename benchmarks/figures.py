"""What was measured, as the report and the goals of the rooms read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

Result = dict[str, Any]
"""Of one database: its name, its size, and the figures."""
Figure = dict[str, Any]


class Goal(NamedTuple):
    """What was aimed at, what came out, and whether that is it."""

    aim: str
    measured: str
    is_met: bool


def ratio_of(one: Figure) -> float | None:
    return one["median"] / one["floor_median"] if one["floor_median"] else None


def find(figures: Sequence[Figure], door: str, name: str) -> Figure:
    return next(one for one in figures if (one["door"], one["name"]) == (door, name))


def measured_of(result: Result) -> list[Figure]:
    """All but what is there for comparison."""
    return [one for one in result["figures"] if one["door"] != "–"]


def few_queries(aim: str, figures: Iterable[Figure], most: int) -> Goal:
    asked = list(figures)
    over = [
        f"{one['door']} {one['name']}: {one['queries']}" for one in asked if one["queries"] > most
    ]
    highest = max(one["queries"] for one in asked)
    return Goal(aim, "; ".join(over) if over else f"at most {highest}", not over)


def within(one: Figure, most: float) -> Goal:
    median = one["median"]
    return Goal(f"{one['name']}: at most {most:g} ms", f"{median:.1f} ms", median <= most)
