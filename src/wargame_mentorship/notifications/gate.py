"""Whom an event may reach: asked when they are told, and again before an e-mail leaves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model

from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.events.models import Event
from wargame_mentorship.host import Viewer, social, users
from wargame_mentorship.notifications.models import Attention, Mute, Watch
from wargame_mentorship.notifications.verbs import VERBS

Target = tuple[str, UUID]
"""The kind and the key of what a notification leads to."""


@dataclass(frozen=True)
class Admitted:
    """Somebody who may be told, with what it is about as they may see it."""

    recipient: AbstractBaseUser
    subject: Any
    target: Any

    @property
    def whole(self) -> Model:
        """What the subject is a part of, such as the question of an answer; or itself."""
        moderated = registry.kind_of(self.subject).moderated
        parent = moderated.parent(self.subject) if moderated else None
        return parent or self.subject


def active_people(ids: Collection[Any]) -> list[AbstractBaseUser]:
    people = get_user_model()._default_manager
    return list(people.filter(users().active_filter(""), pk__in=ids))


def admit(
    event: Event, target: Target, people: Sequence[AbstractBaseUser], *, verb: str
) -> list[Admitted]:
    """Those of some active people whom no block, no lost permission and no mute keeps from it.

    What is told in the name of the site passes a block: it names nobody, and nobody gets out of a
    moderator's reach by it.
    """
    is_official = verb in VERBS and VERBS[verb].is_official
    fetch = registry.fetch_told if is_official else registry.fetch_visible
    blocked = frozenset() if is_official else _blocked_from(event, [each.pk for each in people])
    seeing = (
        _seen_by(event, target, person, fetch) for person in people if person.pk not in blocked
    )
    return _without_mutes([entry for entry in seeing if entry is not None])


def _blocked_from(event: Event, ids: Collection[Any]) -> frozenset[Any]:
    if event.actor is None or not ids:
        return frozenset()
    return social().blocked_among(event.actor, ids)


def _seen_by(
    event: Event, target: Target, person: AbstractBaseUser, fetch: Callable[..., Any]
) -> Admitted | None:
    viewer = Viewer(person)
    subject_at = (event.subject_kind, event.subject_id)
    try:
        subject = fetch(viewer, *subject_at)
        seen = subject if target == subject_at else fetch(viewer, *target)
    except NotFound:
        return None
    return Admitted(person, subject, seen)


def _without_mutes(admitted: Sequence[Admitted]) -> list[Admitted]:
    """Without those who have muted it, or its category while they do not watch it by itself."""
    if not admitted:
        return []
    # The same thing for all of them.
    whole = admitted[0].whole
    kind = registry.kind_of(whole)
    people = [entry.recipient.pk for entry in admitted]
    muted = _attending(Mute, kind.name, (whole.pk,), people)
    if (category := registry.kind_of_model(kind.category_model)) is not None:
        by_category = _attending(Mute, category.name, kind.category_ids(whole), people)
        if by_category:
            muted |= by_category - _attending(Watch, kind.name, (whole.pk,), by_category)
    return [entry for entry in admitted if entry.recipient.pk not in muted]


def _attending(
    wish: type[Attention], kind: str, keys: Collection[UUID], people: Collection[Any]
) -> set[Any]:
    found = wish._default_manager.filter(kind=kind, object_id__in=keys, user__in=people)
    return set(found.values_list("user", flat=True))
