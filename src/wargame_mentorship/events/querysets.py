from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, QuerySet

if TYPE_CHECKING:
    from wargame_mentorship.events.models import Event  # noqa: F401 - named in base classes

M = TypeVar("M", bound=Model)

APPEND_ONLY = "Events are append-only."


class AppendOnlyQuerySet(QuerySet[M, M]):
    """Reads, and adds; not even all at once is anything changed or deleted."""

    def update(self, **columns: Any) -> int:
        raise TypeError(APPEND_ONLY)

    def delete(self) -> NoReturn:
        raise TypeError(APPEND_ONLY)

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> list[M]:
        if options.get("update_conflicts"):
            raise TypeError(APPEND_ONLY)
        return super().bulk_create(objs, *args, **options)

    update.alters_data = True  # type: ignore[attr-defined] # as Django's own: no template calls it
    delete.alters_data = True  # type: ignore[attr-defined]


class EventQuerySet(AppendOnlyQuerySet["Event"]):
    OF_DISPATCH = frozenset({"dispatched_at", "attempts"})

    def update(self, **columns: Any) -> int:
        """Mark what was dispatched, or forget who did it; nothing else."""
        if columns == {"actor": None} or columns.keys() <= self.OF_DISPATCH:
            return QuerySet.update(self, **columns)
        return super().update(**columns)

    update.alters_data = True  # type: ignore[attr-defined]

    def of_moderators(self) -> EventQuerySet:
        """What moderators did to what is not their own."""
        return self.filter(by_moderator=True)

    def in_categories(self, category_ids: Collection[UUID]) -> EventQuerySet:
        """What moderators did in any of these categories."""
        from wargame_mentorship.events.models import EventCategory

        there = EventCategory.objects.filter(event=OuterRef("pk"), category_id__in=category_ids)
        return self.of_moderators().filter(Exists(there))
