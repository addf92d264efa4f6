"""What `wm_check` recounts: every denormalised number and every copy, each by its room.

A recount compares what is stored with what is true and returns a line per drift, ids and numbers
only; with `fix` it repairs what it found. Rooms register theirs in `apps.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Recount(Protocol):
    def __call__(self, *, fix: bool) -> list[str]: ...


_recounts: dict[str, Recount] = {}


def register(name: str, recount: Callable[..., list[str]]) -> None:
    _recounts[name] = recount


def run_all(*, fix: bool) -> dict[str, list[str]]:
    """Every recount's findings by its name, in the order of registration."""
    return {name: recount(fix=fix) for name, recount in _recounts.items()}
