"""Wanting to hear nothing more of one thing, or of whatever is new in it; never both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet, Value

from wargame_mentorship.core import registry
from wargame_mentorship.core.writes import write
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.notifications.models import Attention, Mute, Watch

M = TypeVar("M", bound=Model)


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
    registry.fetch_visible(viewer, about["kind"], subject.pk)
    instead_of._default_manager.filter(**about).delete()
    wish._default_manager.get_or_create(**about)
    return subject


def _leave(viewer: Viewer, subject: M, wish: type[Attention]) -> M:
    wish._default_manager.filter(**_about(viewer.require_user().pk, subject)).delete()
    return subject


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
