"""Wanting to hear nothing more of one thing."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model

from wargame_mentorship.core import registry
from wargame_mentorship.core.writes import write
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.notifications.models import Mute

M = TypeVar("M", bound=Model)


@write
def mute(*, actor: Actor, subject: M) -> M:
    """Hear nothing more of content of a registered kind; doing it twice changes nothing.

    Raises:
        NotFound: the actor may not see it.
    """
    viewer = Viewer.of(actor)
    user, kind = viewer.require_user(), registry.kind_of(subject)
    registry.fetch_visible(viewer, kind.name, subject.pk)
    Mute.objects.get_or_create(user_id=user.pk, kind=kind.name, object_id=subject.pk)
    return subject


@write
def unmute(*, actor: Actor, subject: M) -> M:
    """Be told of it again, from now on."""
    user, kind = Viewer.of(actor).require_user(), registry.kind_of(subject)
    Mute.objects.filter(user_id=user.pk, kind=kind.name, object_id=subject.pk).delete()
    return subject


def is_muted(actor: Actor, subject: Model) -> bool:
    """Whether this person has muted it; nobody has muted nothing."""
    viewer = Viewer.of(actor)
    if not viewer.is_authenticated:
        return False
    kind = registry.kind_of(subject)
    return Mute.objects.filter(user_id=viewer.pk, kind=kind.name, object_id=subject.pk).exists()


def muted_by(actor: Actor, kind: str, *, most: int) -> list[Model]:
    """What of a kind somebody has muted and may still see, muted last first."""
    viewer = Viewer.of(actor)
    mutes = Mute.objects.filter(user_id=viewer.require_user().pk, kind=kind)
    keys = list(mutes.order_by("-created_at", "-pk").values_list("object_id", flat=True)[:most])
    found = registry.get(kind).visible_to(viewer).in_bulk(keys)
    return [found[key] for key in keys if key in found]
