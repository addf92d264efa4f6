"""One's own notifications: resolved to what one may see now, counted, marked read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext
from notifications.swappable import load_notification_model

from wargame_mentorship.core import registry
from wargame_mentorship.core.registry import ContentKind
from wargame_mentorship.core.writes import write
from wargame_mentorship.host import Actor, DisplayUser, Viewer
from wargame_mentorship.notifications.models import Delivery
from wargame_mentorship.notifications.verbs import VERBS


@dataclass(frozen=True)
class Shown:
    """A notification as its recipient may see it now; `subject` is None when it is gone."""

    id: UUID
    verb: str
    event_verb: str
    actor_id: Any
    subject_kind: str
    subject_id: UUID
    title: str
    url: str | None
    reason: str
    """Of the moderator who did it, if one did."""
    unread: bool
    timestamp: Any

    @property
    def is_official(self) -> bool:
        return VERBS[self.verb].is_official

    def text(self, people: Mapping[Any, DisplayUser]) -> str:
        """The sentence; `people` is what `host.users().display` said of the page's actors."""
        if self.url is None:
            return gettext("This is no longer there for you to see.")
        actor = people.get(self.actor_id)
        name = actor.name if actor else gettext("Somebody")
        return VERBS[self.verb].sentence(actor=name, title=self.title, event=self.event_verb)


def deliveries_of(actor: Actor, *, unread: bool | None = None) -> QuerySet[Delivery]:
    """One's own deliveries that became notifications, unordered."""
    viewer = Viewer.of(actor)
    mine = Delivery.objects.filter(
        recipient_id=viewer.require_user().pk, notification_id__isnull=False
    ).exclude(event__actor__in=viewer.hidden_user_ids)
    if unread is None:
        return mine
    rows = load_notification_model().objects.filter(recipient_id=viewer.pk, unread=unread)
    return mine.filter(notification_id__in=rows.values("pk"))


def show(actor: Actor, deliveries: Collection[Delivery]) -> list[Shown]:
    """Resolve a page of deliveries in a constant number of queries per kind of subject."""
    viewer = Viewer.of(actor)
    rows = load_notification_model().objects.in_bulk(
        [delivery.notification_id for delivery in deliveries]
    )
    known = [delivery for delivery in deliveries if delivery.verb in VERBS]
    official = [delivery for delivery in known if VERBS[delivery.verb].is_official]
    seen = _seen_by(viewer, known)
    taken = _taken_from(viewer, official) if official else {}
    shown = []
    for delivery in known:
        event, row = delivery.event, rows.get(delivery.notification_id)
        if row is None:
            continue
        is_official = VERBS[delivery.verb].is_official
        there = {**seen, **taken} if is_official else seen
        subject = there.get((event.subject_kind, event.subject_id))
        target = there.get((delivery.target_kind, delivery.target_id))
        # An answer that is gone takes along what was told of it, though its question is there.
        is_there = subject is not None and target is not None
        shown.append(
            Shown(
                id=delivery.pk,
                verb=delivery.verb,
                event_verb=event.verb,
                actor_id=event.actor_id if is_there and not is_official else None,
                subject_kind=event.subject_kind,
                subject_id=event.subject_id,
                title=registry.get(event.subject_kind).title(subject) if is_there else "",
                url=registry.get(delivery.target_kind).url(target) if is_there else None,
                reason=event.reason if is_there and is_official else "",
                unread=row.unread,
                timestamp=delivery.created_at,
            )
        )
    return shown


def _seen_by(viewer: Viewer, deliveries: Collection[Delivery]) -> dict[tuple[str, UUID], Any]:
    """What some deliveries are about and lead to, as far as it may be seen, by kind and key."""
    return _found(deliveries, lambda kind: kind.visible_to(viewer))


def _taken_from(viewer: Viewer, deliveries: Collection[Delivery]) -> dict[tuple[str, UUID], Any]:
    """The same of what moderators took from the viewer."""
    return _found(deliveries, lambda kind: kind.taken_from(viewer) if kind.taken_from else None)


def _found(
    deliveries: Collection[Delivery], rows: Callable[[ContentKind], QuerySet[Any] | None]
) -> dict[tuple[str, UUID], Any]:
    wanted = {(entry.event.subject_kind, entry.event.subject_id) for entry in deliveries}
    wanted |= {(entry.target_kind, entry.target_id) for entry in deliveries}
    found: dict[tuple[str, UUID], Any] = {}
    for kind in registry.all_kinds():
        ids = [key for name, key in wanted if name == kind.name]
        if ids and (of_kind := rows(kind)) is not None:
            there = kind.with_whole(of_kind).in_bulk(ids)
            found.update({(kind.name, key): entry for key, entry in there.items()})
    return found


def unread_count(actor: Actor) -> int:
    """How many of one's notifications are unread, for a badge; 0 for nobody."""
    viewer = Viewer.of(actor)
    return deliveries_of(viewer, unread=True).count() if viewer.is_authenticated else 0


@write
def mark_read(*, actor: Actor, ids: Collection[UUID] | None) -> int:
    """Mark some of one's notifications read, or all of them with None; returns how many were."""
    viewer = Viewer.of(actor)
    mine = deliveries_of(viewer)
    if ids is not None:
        mine = mine.filter(pk__in=list(ids))
    rows = load_notification_model().objects.filter(
        recipient_id=viewer.pk, unread=True, pk__in=mine.values("notification_id")
    )
    updated: int = rows.update(unread=False)
    return updated
