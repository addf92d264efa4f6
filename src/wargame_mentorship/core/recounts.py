"""What `wm_check` recounts: every denormalised number and every copy, each by its room.

A recount compares what is stored with what is true and returns a line per drift, ids and numbers
only; with `fix` it repairs what it found. Rooms register theirs in `apps.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from django.db.models import QuerySet, Subquery, Value
from django.db.models.functions import Coalesce


class Recount(Protocol):
    def __call__(self, *, fix: bool) -> list[str]: ...


_recounts: dict[str, Recount] = {}


def register(name: str, recount: Callable[..., list[str]]) -> None:
    _recounts[name] = recount


def run_all(*, fix: bool) -> dict[str, list[str]]:
    """Every recount's findings by its name, in the order of registration."""
    return {name: recount(fix=fix) for name, recount in _recounts.items()}


def repair(rows: QuerySet[Any], label: str, facts: Mapping[str, Any], *, fix: bool) -> list[str]:
    """Compare columns with what they should say, in one query; a finding per column that differs.

    Args:
        label: what a row is called in a finding.
        facts: by column, the expression that derives its true value.
    """
    names = list(facts)
    annotated = rows.annotate(**{f"true_{name}": fact for name, fact in facts.items()})
    columns = ["pk", *names, *(f"true_{name}" for name in names)]
    found = []
    for pk, *values in annotated.values_list(*columns).iterator():
        stored, true = values[: len(names)], values[len(names) :]
        wrong = {
            name: (was, should)
            for name, was, should in zip(names, stored, true, strict=True)
            if was != should
        }
        for name, (was, should) in wrong.items():
            found.append(f"{label} {pk}: {name} is {was}, should be {should}")
        if wrong and fix:
            rows.model._default_manager.filter(pk=pk).update(
                **{name: should for name, (_was, should) in wrong.items()}
            )
    return found


def total(children: QuerySet[Any], by: str, aggregate: Any) -> Subquery:
    """An aggregate of those whose column `by` is the outer row; NULL if there are none."""
    return Subquery(children.order_by().values(by).annotate(total=aggregate).values("total"))


def number(children: QuerySet[Any], by: str, aggregate: Any) -> Coalesce:
    """As `total`, and 0 if there are none."""
    return Coalesce(total(children, by, aggregate), Value(0))
