"""How moderation keeps up: what waits, since when, and how long decisions take, by category."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, Model, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone

from wargame_mentorship.core import registry
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.registry import ContentKind, Moderated
from wargame_mentorship.events.models import Event, EventCategory
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.moderation import rules
from wargame_mentorship.moderation.models import CaseStatus, FlagCase

PERIODS = (7, 30, 90)
"""Days to look back."""
USUAL = 30


@dataclass(frozen=True)
class Waiting:
    """What waits of one kind."""

    kind: ContentKind
    is_reported: bool
    """Whether these are cases about it, or it is held itself."""
    count: int
    oldest: datetime


@dataclass
class Health:
    """Of one category that somebody moderates, with its parts."""

    category: Model
    waiting: list[Waiting] = field(default_factory=list)
    decided: int = 0
    """In the period; what was held, and cases."""
    upheld: int = 0
    dismissed: int = 0
    median: timedelta | None = None
    """Within which half of what was decided in the period was decided; None: nothing was."""

    @property
    def count(self) -> int:
        return sum(entry.count for entry in self.waiting)

    @property
    def oldest(self) -> datetime | None:
        return min((entry.oldest for entry in self.waiting), default=None)

    @property
    def upheld_share(self) -> float | None:
        cases = self.upheld + self.dismissed
        return self.upheld / cases if cases else None


def health(actor: Actor, *, days: int = USUAL) -> list[Health]:
    """The categories that this person moderates, in their order; as many queries for all of them.

    A part of a category stands by itself where the person does not moderate the whole.

    Args:
        days: so far back decisions count.

    Raises:
        SignInRequired: nobody is signed in.
        NotAllowed: they moderate nothing.
    """
    viewer = Viewer.of(actor)
    require(rules.can_moderate_anything, viewer, None)
    rows = {category.pk: Health(category) for category in _categories(viewer)}
    for kind, hooks in registry.moderated_kinds():
        for place, count, oldest in _held(viewer, kind, hooks):
            _add(rows, place, Waiting(kind, False, count, oldest))
    for case_kind, place, count, oldest in _cases(viewer):
        _add(rows, place, Waiting(registry.get(case_kind), True, count, oldest))
    decisions = EventCategory.objects.filter(
        category_id__in=list(rows),
        occurred_at__gte=timezone.now() - timedelta(days=days),
        waited__isnull=False,
    )
    _count_decisions(rows, decisions)
    for category_id, median in medians(decisions).items():
        rows[category_id].median = median
    return [row for row in rows.values() if _is_shown(row)]


def medians(decisions: QuerySet[EventCategory]) -> dict[UUID, timedelta]:
    """How long half of them had waited at most, by category; the database sorts and counts."""
    by_category = [F("category_id")]
    place: Any = Window(RowNumber(), partition_by=by_category, order_by=["waited", "pk"])
    total: Any = Window(Count("pk"), partition_by=by_category)
    # The one in the middle, or the two.
    middle = decisions.annotate(off=place * 2 - total).filter(off__gte=0, off__lte=2)
    found: dict[UUID, list[timedelta]] = {}
    for entry in middle:
        if entry.waited is not None:
            found.setdefault(entry.category_id, []).append(entry.waited)
    return {key: sum(both, timedelta()) / len(both) for key, both in found.items()}


def _categories(viewer: Viewer) -> list[Model]:
    moderated = rules.moderated_ids(viewer)
    return [
        category
        for model in registry.moderated_categories()
        for category in model._default_manager.filter(pk__in=viewer.moderated_ids(model))
        if getattr(category, "parent_id", None) not in moderated
    ]


def _held(
    viewer: Viewer, kind: ContentKind, hooks: Moderated
) -> list[tuple[Sequence[UUID | None], int, datetime]]:
    """Since when: the last time that it was held, which an edit may have brought about."""
    holds = Event.objects.filter(
        verb=f"{kind.name}.held", subject_kind=kind.name, subject_id=OuterRef("pk")
    )
    last = holds.order_by("-occurred_at").values("occurred_at")[:1]
    found = hooks.by(viewer).filter(moderation_state=ModerationState.HELD)
    grouped = (
        found.annotate(since=Coalesce(Subquery(last), F("created_at")))
        .order_by()
        .values(*hooks.filed_under)
        .annotate(count=Count("pk"), oldest=Min("since"))
    )
    return [
        ([row[name] for name in hooks.filed_under], row["count"], row["oldest"]) for row in grouped
    ]


def _cases(viewer: Viewer) -> list[tuple[str, Sequence[UUID | None], int, datetime]]:
    opened = FlagCase.objects.moderated_by(viewer).filter(status=CaseStatus.OPEN).order_by()
    grouped = opened.values("kind", "category_id", "subcategory_id").annotate(
        count=Count("pk"), oldest=Min("opened_at")
    )
    return [
        (row["kind"], (row["category_id"], row["subcategory_id"]), row["count"], row["oldest"])
        for row in grouped
    ]


def _add(rows: Mapping[UUID, Health], place: Sequence[UUID | None], entry: Waiting) -> None:
    """To the category that it is filed in, or else to the part of it."""
    row = next((rows[key] for key in place if key is not None and key in rows), None)
    if row is None:
        return
    for index, other in enumerate(row.waiting):
        if (other.kind, other.is_reported) == (entry.kind, entry.is_reported):
            count, oldest = other.count + entry.count, min(other.oldest, entry.oldest)
            row.waiting[index] = Waiting(entry.kind, entry.is_reported, count, oldest)
            return
    row.waiting.append(entry)


def _count_decisions(rows: Mapping[UUID, Health], decisions: QuerySet[EventCategory]) -> None:
    counted = decisions.values("category_id", "event__verb").annotate(count=Count("pk"))
    for found in counted:
        row, count = rows[found["category_id"]], found["count"]
        row.decided += count
        match found["event__verb"]:
            case "flag_case.upheld":
                row.upheld += count
            case "flag_case.dismissed":
                row.dismissed += count


def _is_shown(row: Health) -> bool:
    """Those out of use only as long as there is something to say."""
    return bool(getattr(row.category, "is_active", True) or row.waiting or row.decided)
