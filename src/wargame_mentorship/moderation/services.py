"""What moderators do with content of any kind: approve, reject, hide, restore.

Each raises `NotFound` for what the actor may not see, `SignInRequired` or `NotAllowed` for
whoever does not moderate its category, `Invalid` for a reason that no line holds, `Stale` if
`if_version` is not the version any more, `WrongState` for a move that came too late.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, Required, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core import registry
from wargame_mentorship.core.cleaning import clean_reason
from wargame_mentorship.core.errors import DomainError, Invalid, NotFound
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.registry import Moderated
from wargame_mentorship.core.writes import hold_row, write
from wargame_mentorship.events import services as events
from wargame_mentorship.events.models import Event
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.moderation import rules
from wargame_mentorship.moderation.labels import spoken
from wargame_mentorship.moderation.transitions import HELD, PAST

MOST_AT_ONCE = 100
"""So many things one decides at once."""


class Decision(TypedDict, total=False):
    """What is decided, and why; the four services share it."""

    kind: Required[str]
    object_id: Required[UUID]
    reason: str
    if_version: int | None


@write
def approve(*, actor: Actor, **given: Unpack[Decision]) -> Any:
    """Let everybody see what was held; from now on it counts, and people hear of it."""
    return _move("approve", actor, **given)


@write
def reject(*, actor: Actor, **given: Unpack[Decision]) -> Any:
    """Hide what was held; its author sees that, and the reason."""
    return _move("reject", actor, **given)


@write
def hide(*, actor: Actor, **given: Unpack[Decision]) -> Any:
    """Hide what everybody sees; its author sees that, and the reason."""
    return _move("hide", actor, **given)


@write
def restore(*, actor: Actor, **given: Unpack[Decision]) -> Any:
    """Show again what a moderator has hidden."""
    return _move("restore", actor, **given)


class Service(Protocol):
    """One of the four above."""

    def __call__(self, *, actor: Actor, **given: Unpack[Decision]) -> Any: ...


SERVICES: Mapping[str, Service] = MappingProxyType(
    {"approve": approve, "reject": reject, "hide": hide, "restore": restore}
)
"""By the name of the move, for doors that are told it."""


class Named(NamedTuple):
    """One of several things to decide; with `if_version`, only as it was read."""

    kind: str
    object_id: UUID
    if_version: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one of several things; `error` says why it is as it was."""

    kind: str
    object_id: UUID
    subject: Any | None = None
    error: DomainError | None = None


@write
def decide_all(
    *, actor: Actor, action: str, subjects: Collection[Named], reason: str = ""
) -> list[Outcome]:
    """Make one move with each of several things, for one reason; kinds may be mixed.

    What is refused keeps nothing else from being done. All of it is one transaction.

    Raises:
        SignInRequired: nobody is signed in.
        NotAllowed: they moderate nothing.
        NotFound: there is no such move.
        Invalid: the `reason`; or no `subjects`, or more than `MOST_AT_ONCE`.
    """
    viewer = Viewer.of(actor)
    require(rules.can_moderate_anything, viewer, None)
    if (service := SERVICES.get(action)) is None:
        raise NotFound
    clean_reason(reason)
    wanted = clean_selection(subjects)
    # In one order for everybody, so that two who decide the same do not wait for each other.
    outcomes = {
        key: attempt(service, wanted[key], actor=viewer, reason=reason) for key in sorted(wanted)
    }
    return [outcomes[key] for key in wanted]


def clean_selection(subjects: Collection[Named]) -> dict[tuple[str, UUID], Named]:
    """Each of them once. Raises: Invalid: none, or more than `MOST_AT_ONCE`."""
    wanted = {(entry.kind, entry.object_id): entry for entry in subjects}
    if not wanted:
        raise Invalid.field("subjects", _("Choose at least one."), "required")
    if len(wanted) > MOST_AT_ONCE:
        message = _("%(most)d at once, and no more.") % {"most": MOST_AT_ONCE}
        raise Invalid.field("subjects", message, "too_many")
    return wanted


def attempt(service: Service, named: Named, *, actor: Viewer, reason: str) -> Outcome:
    """Make a move with one of several things, in the caller's transaction."""
    try:
        with transaction.atomic():
            subject = service(actor=actor, reason=reason, **named._asdict())
    except DomainError as error:
        return Outcome(named.kind, named.object_id, error=error)
    return Outcome(named.kind, named.object_id, subject)


def held(actor: Actor, kind: str) -> QuerySet[Any]:
    """What of a kind waits for this moderator, unordered.

    Raises:
        NotFound: nothing of this kind can be held.
        SignInRequired: nobody is signed in.
        NotAllowed: they moderate nothing.
    """
    return _in_state(actor, kind, ModerationState.HELD)


def hidden(actor: Actor, kind: str) -> QuerySet[Any]:
    """What of a kind moderators have hidden where this one moderates; as `held`."""
    return _in_state(actor, kind, ModerationState.HIDDEN)


def held_for(kind: str, object_ids: Collection[UUID]) -> dict[UUID, str]:
    """Why each of these was held, the last time that it was, in words; for moderators."""
    holds = Event.objects.filter(
        verb=f"{kind}.held", subject_kind=kind, subject_id__in=list(object_ids)
    )
    in_order = holds.order_by("occurred_at", "pk").values_list("subject_id", "data")
    return {object_id: spoken(data["reasons"]) for object_id, data in in_order}


def moderated(kind: str) -> Moderated:
    """Raises: NotFound: no such kind, or nothing of it can be held or hidden."""
    known = {entry.name: entry.moderated for entry in registry.all_kinds()}
    if (hooks := known.get(kind)) is None:
        raise NotFound
    return hooks


def find(actor: Actor, object_id: UUID) -> Any:
    """The content with this id, of whichever kind that can be held.

    Raises:
        NotFound: not there, or not visible to the actor.
    """
    viewer = Viewer.of(actor)
    for name in registry.moderated_names():
        with suppress(NotFound):
            return fetch(viewer, name, object_id)
    raise NotFound


def _in_state(actor: Actor, kind: str, state: ModerationState) -> QuerySet[Any]:
    viewer = Viewer.of(actor)
    require(rules.can_moderate_anything, viewer, None)
    found: QuerySet[Any] = moderated(kind).by(viewer).filter(moderation_state=state)
    return found


def fetch(actor: Actor, kind: str, object_id: UUID) -> Any:
    """The content of a kind with this id; a block hides it from nobody who moderates it.

    Raises:
        NotFound: not there, or not visible to the actor.
    """
    viewer = Viewer.of(actor)
    theirs = moderated(kind).by(viewer).filter(pk=object_id).first()
    return theirs or registry.fetch_visible(viewer, kind, object_id)


def _move(
    action: str,
    actor: Actor,
    *,
    kind: str,
    object_id: UUID,
    reason: str = "",
    if_version: int | None = None,
) -> Any:
    viewer = Viewer.of(actor)
    hooks = moderated(kind)
    subject = fetch(viewer, kind, object_id)
    require(rules.can_moderate, viewer, subject)
    cleaned = clean_reason(reason)
    before = {"moderation_state": subject.moderation_state}
    if (parent := hooks.parent(subject)) is not None:
        # Parent before child, as everybody who writes both; no two then wait for each other.
        hold_row(parent)
    HELD.move(
        subject,
        action,
        viewer=viewer,
        if_version=if_version,
        sets={"moderation_reason": cleaned},
    )
    move = HELD.moves[action]
    if ModerationState.VISIBLE in (*move.sources, *move.targets):
        hooks.visibility_changed(subject, ModerationState.VISIBLE in move.targets)
    subject.refresh_from_db()
    events.record_moderation(
        f"{kind}.{PAST[action]}",
        actor=viewer,
        subject=subject,
        before=before,
        after={"moderation_state": subject.moderation_state},
        reason=cleaned,
        waited=_waited(kind, object_id) if ModerationState.HELD in move.sources else None,
    )
    return subject


def _waited(kind: str, object_id: UUID) -> timedelta | None:
    """Since it was held, the last time that it was."""
    holds = Event.objects.filter(verb=f"{kind}.held", subject_kind=kind, subject_id=object_id)
    since = holds.order_by("-occurred_at").values_list("occurred_at", flat=True).first()
    return timezone.now() - since if since else None
