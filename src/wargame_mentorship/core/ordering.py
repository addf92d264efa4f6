"""Putting one of several rows somewhere else among them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from wargame_mentorship.core.writes import write


@write
def move_to(rows: QuerySet[Any], *, pk: Any, position: int) -> bool:
    """Put a row at a position among the rows, which are then numbered from zero, without gaps.

    Numbered anew, as those that never were sorted are all of the same number.

    Args:
        rows: in their order, by their column `sort_order` first.
        position: from zero; beyond the end is the end.

    Returns whether the row is one of them.
    """
    # In one order for everybody, so that two who sort at once do not wait for each other.
    list(rows.order_by("pk").select_for_update().values_list("pk", flat=True))
    numbers = dict(rows.values_list("pk", "sort_order"))
    if pk not in numbers:
        return False
    keys = [key for key in numbers if key != pk]
    keys.insert(min(max(position, 0), len(keys)), pk)
    for number, key in enumerate(keys):
        if numbers[key] != number:
            rows.order_by().filter(pk=key).update(sort_order=number)
    return True
