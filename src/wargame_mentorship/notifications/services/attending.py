"""Wanting to hear nothing more of one thing, or of whatever is new in it; never both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet, Value

from wargame_mentorship.core import registry
from wargame_mentorship.core.writes import hold_row, write
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.notifications.models import Attention, Mute, Watch

M = TypeVar("M", bound=Model)

BATCH = 1_000
"""So many rows are written in one statement; anything may be watched by any number of people."""

WISHES: tuple[type[Attention], ...] = (Watch, Mute)


@write
def mute(*, actor: Actor, subject: M) -> M:
    """Hear nothing more of a thing of a registered kind; doing it twice changes nothing.

    Raises:
        NotFound: the actor may not see it.
    """
    return _attend(Viewer.of(actor), subject, Mute, instead_of=Watch)


@write
def unmute(*, actor: Actor, subject: M) -> M:
    """Be told of it again, from now on."""
    return _leave(Viewer.of(actor), subject, Mute)


@write
def watch(*, actor: Actor, subject: M) -> M:
    """Hear of whatever is new in a thing of a registered kind; twice changes nothing.

    Raises:
        NotFound: the actor may not see it.
    """
    return _attend(Viewer.of(actor), subject, Watch, instead_of=Mute)


@write
def unwatch(*, actor: Actor, subject: M) -> M:
    """Hear no more of it than what concerns oneself."""
    return _leave(Viewer.of(actor), subject, Watch)


def watch_from_now_on(viewer: Viewer, subject: Model) -> None:
    """Watch what one takes part in, unless one has muted it; in the caller's transaction."""
    if wishes_about(viewer, subject) == Wishes():
        row = Watch(**_about(viewer.pk, subject))
        Watch.objects.bulk_create([row], ignore_conflicts=True)


def _attend(viewer: Viewer, subject: M, wish: type[Attention], *, instead_of: type[Attention]) -> M:
    about = _about(viewer.require_user().pk, subject)
    # No wish about it comes or goes while the wishes are carried over.
    hold_row(subject)
    registry.fetch_visible(viewer, about["kind"], subject.pk)
    instead_of._default_manager.filter(**about).delete()
    wish._default_manager.get_or_create(**about)
    return subject


def _leave(viewer: Viewer, subject: M, wish: type[Attention]) -> M:
    about = _about(viewer.require_user().pk, subject)
    # No wish about it comes or goes while the wishes are carried over.
    hold_row(subject)
    wish._default_manager.filter(**about).delete()
    return subject


def carry_over(*, source: Model, to: Model, at: datetime) -> None:
    """Let everybody's wishes about a thing hold for another of its kind, of which it is a part now.

    Whoever has a wish of their own about the other keeps that. Those about the source stay where
    they are, for the day on which it is a thing of its own again. In the caller's transaction,
    which holds the rows of both.

    Args:
        at: by this moment `drop_carried` knows what was carried over now.
    """
    kind = registry.kind_of(to).name
    there = {"kind": kind, "object_id": to.pk}
    # Compared here: of rows as new as these, PostgreSQL knows too little to compare them well.
    own = {
        key
        for wish in WISHES
        for key in wish._default_manager.filter(**there).values_list("user", flat=True)
    }
    for wish in WISHES:
        wishes = wish._default_manager.filter(kind=kind, object_id=source.pk)
        people = wishes.order_by("created_at", "pk").values_list("user", flat=True)
        wish._default_manager.bulk_create(
            # From now on: what was said in the other before concerns those who watched that.
            [
                wish(**there, user_id=key, created_at=at, updated_at=at)
                for key in people
                if key not in own
            ],
            batch_size=BATCH,
            ignore_conflicts=True,
        )


def drop_carried(steps: Sequence[tuple[Model, datetime]], *, writers: QuerySet[Any, Any]) -> None:
    """End the wishes that `carry_over` made; those whom they came from still have the first ones.

    Whoever has decided anew since keeps that. In the caller's transaction, which holds the row of
    the first source and of the last thing.

    Args:
        steps: the things to which the wishes were carried, one after the other, and when.
        writers: keys of those who wrote in the last thing, who go on watching it.
    """
    for wish in WISHES:
        carried: list[QuerySet[Any, Any]] = []
        for to, at in steps:
            kind = registry.kind_of(to).name
            rows = wish._default_manager.filter(kind=kind, object_id=to.pk, created_at=at)
            if carried:
                rows = rows.filter(user__in=carried[-1].values("user"))
            carried.append(rows)
        if wish is Watch and carried:
            carried[-1] = carried[-1].exclude(user__in=writers)
        # The last first: whose it is, the ones before say.
        for rows in reversed(carried):
            rows.delete()


def _about(user_id: Any, subject: Model) -> dict[str, Any]:
    kind = registry.kind_of(subject).name
    return {"user_id": user_id, "kind": kind, "object_id": subject.pk}


@dataclass(frozen=True)
class Wishes:
    """What somebody has decided about a thing; of nobody and by default, nothing."""

    is_watched: bool = False
    is_muted: bool = False


def wishes_about(actor: Actor, subject: Model) -> Wishes:
    """In one query."""
    viewer = Viewer.of(actor)
    if not viewer.is_authenticated:
        return Wishes()
    about = _about(viewer.pk, subject)
    watched = Watch.objects.filter(**about).values_list(Value("watched"))
    muted = Mute.objects.filter(**about).values_list(Value("muted"))
    found = {name for (name,) in watched.union(muted, all=True)}
    return Wishes(is_watched="watched" in found, is_muted="muted" in found)


def is_muted(actor: Actor, subject: Model) -> bool:
    """Whether this person has muted it; nobody has muted nothing."""
    return wishes_about(actor, subject).is_muted


def watchers_of(subject: Model, at: datetime) -> QuerySet[Watch, Any]:
    """Keys of everybody who watches a thing and did so at a moment."""
    kind = registry.kind_of(subject).name
    watches = Watch.objects.filter(kind=kind, object_id=subject.pk, created_at__lte=at)
    return watches.order_by("created_at", "pk").values_list("user", flat=True)


def muted_keys(viewer: Viewer, kind: str) -> QuerySet[Mute, UUID]:
    """Keys of what of a kind somebody has muted, as a subquery."""
    return Mute.objects.filter(user=viewer.pk, kind=kind).values_list("object_id", flat=True)


def watched_keys(viewer: Viewer, kind: str) -> QuerySet[Watch, UUID]:
    """Keys of what of a kind somebody watches, as a subquery."""
    return Watch.objects.filter(user=viewer.pk, kind=kind).values_list("object_id", flat=True)


def muted_by(actor: Actor, kind: str, *, most: int) -> list[Model]:
    """What of a kind somebody has muted and may still see, muted last first."""
    viewer = Viewer.of(actor)
    mutes = Mute.objects.filter(user_id=viewer.require_user().pk, kind=kind)
    keys = list(mutes.order_by("-created_at", "-pk").values_list("object_id", flat=True)[:most])
    found = registry.get(kind).visible_to(viewer).in_bulk(keys)
    return [found[key] for key in keys if key in found]
