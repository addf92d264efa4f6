"""What moderators have done, for those who moderate where it happened.

`events.services.record_moderation` writes it and nothing changes it. What is in no category, or in
one that was deleted, only superusers read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.text import capfirst

from wargame_mentorship.core import registry
from wargame_mentorship.core.permissions import require
from wargame_mentorship.events.models import Event, EventCategory
from wargame_mentorship.events.querysets import EventQuerySet
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.moderation import labels, rules
from wargame_mentorship.moderation.models import FlagCase, Sanction

NEWEST = ("-occurred_at", "-id")


def log(actor: Actor) -> EventQuerySet:
    """What happened in the categories that this person moderates, unordered.

    Raises:
        SignInRequired: nobody is signed in.
        NotAllowed: they moderate nothing.
    """
    viewer = Viewer.of(actor)
    require(rules.can_moderate_anything, viewer, None)
    if viewer.is_superuser:
        return Event.objects.of_moderators()
    return Event.objects.in_categories(rules.moderated_ids(viewer))


def about(kind: str, object_id: UUID | None = None) -> Q:
    """What was done to content of a kind, or to one thing; its cases and warnings are about it."""
    found, named = Q(subject_kind=kind), Q(kind=kind)
    if object_id is not None:
        found &= Q(subject_id=object_id)
        named &= Q(object_id=object_id)
    for model in (FlagCase, Sanction):
        rows = model._default_manager.filter(named).values("pk")
        found |= Q(subject_kind=model.KIND, subject_id__in=rows)
    return found


@dataclass(frozen=True)
class Entry:
    """One line of the log, as far as whoever reads it sees what it is about."""

    event: Event
    kind: str
    """Of what it is about: of a case or a warning, what was reported or warned of."""
    object_id: UUID
    title: str | None
    """None: it is gone, or out of the reader's sight."""
    url: str | None
    categories: dict[UUID, str]
    """Names by key, where it happened; those that are gone are left out."""

    @property
    def text(self) -> str:
        return labels.told(self.event.verb)

    @property
    def kind_label(self) -> str:
        known = {kind.name: kind.label for kind in registry.all_kinds()}
        return str(capfirst(str(known.get(self.kind, self.kind))))

    @property
    def before(self) -> dict[str, Any]:
        return dict(self.event.data.get("before", {}))

    @property
    def after(self) -> dict[str, Any]:
        return dict(self.event.data.get("after", {}))


def entries(actor: Actor, events: Sequence[Event]) -> list[Entry]:
    """Some events of `log`, with what they are about: a few queries for each kind of content."""
    viewer = Viewer.of(actor)
    about = {event.pk: _named(event) for event in events}
    seen = _seen(viewer, about.values())
    places = _categories_of(events)
    names = _names({key for keys in places.values() for key in keys})
    return [
        Entry(
            event=event,
            kind=kind,
            object_id=object_id,
            title=registry.get(kind).title(subject) if subject is not None else None,
            url=registry.get(kind).url(subject) if subject is not None else None,
            categories={key: names[key] for key in places[event.pk] if key in names},
        )
        for event in events
        for kind, object_id in [about[event.pk]]
        for subject in [seen.get((kind, object_id))]
    ]


def _named(event: Event) -> tuple[str, UUID]:
    if "content_type" in event.data:
        return event.data["content_type"], UUID(event.data["object_id"])
    return event.subject_kind, event.subject_id


def _seen(viewer: Viewer, wanted: Iterable[tuple[str, UUID]]) -> dict[tuple[str, UUID], Any]:
    by_kind: dict[str, set[UUID]] = {}
    for name, object_id in wanted:
        # Whom one is about reads it at an address of their own, and nobody else does there.
        if name != Sanction.KIND:
            by_kind.setdefault(name, set()).add(object_id)
    found: dict[tuple[str, UUID], Any] = {}
    for kind in registry.all_kinds():
        if keys := by_kind.get(kind.name):
            rows = [kind.visible_to(viewer)]
            # Whoever blocks whom; and what is held or hidden.
            rows += [kind.moderated.by(viewer)] if kind.moderated else []
            for queryset in rows:
                shown = kind.with_whole(queryset.filter(pk__in=keys))
                found |= {(kind.name, entry.pk): entry for entry in shown}
    return found


def _categories_of(events: Sequence[Event]) -> Mapping[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {event.pk: [] for event in events}
    places = EventCategory.objects.filter(event__in=list(found)).order_by("pk")
    for event_id, category_id in places.values_list("event", "category_id"):
        found[event_id].append(category_id)
    return found


def _names(category_ids: set[UUID]) -> dict[UUID, str]:
    return {
        pk: str(category)
        for model in registry.moderated_categories()
        for pk, category in model._default_manager.in_bulk(list(category_ids)).items()
    }
