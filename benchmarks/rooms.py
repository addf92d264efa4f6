"""What is measured: a room of the product, on a site made for it.

A room's package has `goals` (of its figures, known without Django), `data` (a `Maker` of its site,
and how that is put in order again) and `cases` (what is asked of it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from benchmarks.figures import Goal, Result
from benchmarks.help_requests.goals import goals as goals_of_help_requests


@dataclass(frozen=True)
class Room:
    name: str
    counted: str
    """What `rows` counts."""
    rows: int
    scales: tuple[float, ...]
    """Of `rows`, the full one first; the figures of a smaller site say how they grow."""
    published: str
    """The page's name."""
    database: str
    """What the names of its databases begin with."""
    goals: Callable[[Result, Result | None], Iterator[Goal]]

    def module(self, name: str) -> ModuleType:
        """One of those that want Django set up."""
        return import_module(f"benchmarks.{self.name}.{name}")


HELP_REQUESTS = Room(
    name="help_requests",
    counted="help requests",
    rows=100_000,
    scales=(1.0,),
    published="performance-figures.md",
    database="wm_bench",
    goals=goals_of_help_requests,
)
ROOMS = {room.name: room for room in (HELP_REQUESTS,)}
