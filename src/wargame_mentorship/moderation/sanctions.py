"""Warnings, suspensions from taking part, and the reply of whom they are about.

Whoever decides them raises `NotFound` for what they do not moderate, `SignInRequired`,
`Suspended` or `NotAllowed` for what is not theirs, `Stale` if `if_version` is not the version any
more, and `WrongState` for a move that came too late.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core import registry
from wargame_mentorship.core.cleaning import FieldErrors, clean_reason, clean_required
from wargame_mentorship.core.errors import Conflict, Invalid, NotAllowed, NotFound
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import hold_row, write
from wargame_mentorship.events import services as events
from wargame_mentorship.host import Actor, Viewer, find_user
from wargame_mentorship.moderation import rules, services
from wargame_mentorship.moderation.models import (
    Sanction,
    SanctionStatus,
    Severity,
    filed_columns,
)
from wargame_mentorship.moderation.transitions import SANCTION

LONGEST_SUSPENSION = timedelta(days=366)
LONGEST_APPEAL = 1000
LONGEST_WAITING = ("updated_at", "id")
"""The order of the replies that wait: nothing changes them until they are answered."""


@write
def warn(*, actor: Actor, person_id: Any, kind: str, object_id: UUID, reason: str) -> Sanction:
    """Tell the author of something that it was not in order, and why.

    Raises:
        NotFound: not there, not visible to the actor, or not the person's.
        NotAllowed: they do not moderate its category, or wrote it themselves.
        Invalid: `reason` is missing, too long, or has characters that no line has.
    """
    viewer = Viewer.of(actor)
    entry = services.fetch(viewer, kind, object_id)
    require(rules.can_warn, viewer, entry)
    if person_id is None or registry.get(kind).author_id(entry) != person_id:
        raise NotFound
    return _give(viewer, person_id, entry, severity=Severity.WARNING, reason=_clean_why(reason))


@write
def suspend(
    *,
    actor: Actor,
    person: AbstractBaseUser,
    until: datetime,
    reason: str,
    kind: str = "",
    object_id: UUID | None = None,
) -> Sanction:
    """Keep somebody from taking part for a time, in every category; they go on reading.

    Args:
        kind, object_id: what it is about, if it is about one thing.

    Raises:
        NotAllowed: the actor lacks the permission `suspend_people`; themselves; a superuser.
        NotFound: what it is about is not there, or not the person's.
        Invalid: `until` is past, or more than `LONGEST_SUSPENSION` away; the `reason`.
        Conflict: they are suspended already (409 `suspended_already`).
    """
    viewer = Viewer.of(actor)
    require(rules.can_suspend, viewer, None)
    if viewer.is_me(person.pk) or getattr(person, "is_superuser", False):
        raise NotAllowed
    entry = _thing_of(viewer, person, kind, object_id)
    errors = FieldErrors()
    cleaned = errors.attempt("reason", _clean_why, reason) or ""
    now = timezone.now()
    if not now < until <= now + LONGEST_SUSPENSION:
        errors.add("until", _("Choose a day within a year from now."), "out_of_range")
    errors.raise_if_any()
    # Of two who suspend at once the second finds what the first has done.
    hold_row(person)
    if Sanction.objects.suspending(person).exists():
        raise Conflict(_("They are suspended already."), code="suspended_already")
    # As it will be read from the database, whichever zone the host's site is in.
    return _give(
        viewer,
        person.pk,
        entry,
        severity=Severity.SUSPENSION,
        reason=cleaned,
        until=until.astimezone(UTC),
    )


@write
def appeal(*, actor: Actor, sanction: Sanction, text: str) -> Sanction:
    """Reply to a warning or a suspension, once; a moderator will look at it again.

    Raises:
        NotFound: not one's own.
        Conflict: it was given more than 30 days ago (409 `too_late`).
        Invalid: `text` is blank, too long, or has characters that no text has.
    """
    viewer = Viewer.of(actor)
    current = own(viewer).filter(pk=sanction.pk).first()
    if current is None:
        raise NotFound
    missing = _("Say why it should be looked at again.")
    cleaned = clean_required("text", text, max_length=LONGEST_APPEAL, missing=missing)
    before = current.status
    SANCTION.move(
        current,
        "appeal",
        viewer=viewer,
        sets={"appeal": cleaned, "appealed_at": timezone.now()},
    )
    events.record(
        "sanction.appealed",
        actor=viewer,
        subject=current,
        severity=current.severity,
        before={"status": before},
        after={"status": current.status},
    )
    return current


@write
def confirm(
    *, actor: Actor, sanction: Sanction, reason: str = "", if_version: int | None = None
) -> Sanction:
    """Say after a reply that it stays."""
    return _answer(Viewer.of(actor), sanction, "confirm", reason=reason, if_version=if_version)


@write
def withdraw(
    *, actor: Actor, sanction: Sanction, reason: str = "", if_version: int | None = None
) -> Sanction:
    """Take it back, replied to or not; whoever was suspended takes part again at once."""
    return _answer(Viewer.of(actor), sanction, "withdraw", reason=reason, if_version=if_version)


def own(actor: Actor) -> QuerySet[Sanction]:
    """What was said against somebody.

    Raises: SignInRequired: nobody is signed in.
    """
    viewer = Viewer.of(actor)
    mine: QuerySet[Sanction] = Sanction.objects.filter(person=viewer.require_user().pk)
    return mine


def appeals(actor: Actor) -> QuerySet[Sanction]:
    """The replies that wait for this moderator.

    Raises:
        SignInRequired, NotAllowed: they moderate nothing.
    """
    viewer = Viewer.of(actor)
    require(rules.can_judge_anybody, viewer, None)
    waiting: QuerySet[Sanction] = (
        Sanction.objects.moderated_by(viewer)
        .filter(status=SanctionStatus.APPEALED)
        .exclude(person=viewer.pk)
    )
    return waiting


def find(actor: Actor, sanction_id: UUID, **columns: Any) -> Sanction:
    """One that this person may decide, or was given; with these columns.

    Raises: NotFound: there is none.
    """
    seen = Sanction.objects.visible_to(actor)
    found: Sanction | None = seen.filter(pk=sanction_id, **columns).first()
    if found is None:
        raise NotFound
    return found


def find_person(user_id: Any) -> AbstractBaseUser:
    """Raises: NotFound: there is nobody."""
    if (person := find_user(user_id)) is None:
        raise NotFound
    return person


def _thing_of(
    viewer: Viewer, person: AbstractBaseUser, kind: str, object_id: UUID | None
) -> Any | None:
    if not kind or object_id is None:
        return None
    entry = services.fetch(viewer, kind, object_id)
    if registry.get(kind).author_id(entry) != person.pk:
        raise NotFound
    return entry


def _clean_why(reason: str) -> str:
    if not reason.strip():
        raise Invalid.field("reason", _("Say why: the person reads it."), "required")
    return clean_reason(reason)


def _give(viewer: Viewer, person_id: Any, entry: Any | None, **columns: Any) -> Sanction:
    given = Sanction.objects.create(
        person_id=person_id, given_by_id=viewer.pk, **filed_as(entry), **columns
    )
    verb = "sanction.warned" if given.severity == Severity.WARNING else "sanction.suspended"
    until = {"until": given.until.isoformat()} if given.until else {}
    _record(
        given,
        viewer,
        verb,
        reason=given.reason,
        before={"status": None, "user_id": None},
        after={"status": given.status, "user_id": str(person_id)},
        **until,
    )
    return given


def filed_as(entry: Any | None) -> dict[str, Any]:
    """The columns of `AboutPerson` that say what it is about."""
    if entry is None:
        return {}
    kind = registry.kind_of(entry)
    columns = filed_columns(kind.category_ids(entry))
    return {"kind": kind.name, "object_id": entry.pk, **columns}


def _answer(
    viewer: Viewer, sanction: Sanction, action: str, *, reason: str, if_version: int | None
) -> Sanction:
    viewer.require_part()
    current = find(viewer, sanction.pk)
    cleaned = clean_reason(reason)
    before = current.status
    SANCTION.move(
        current,
        action,
        viewer=viewer,
        if_version=if_version,
        sets={"answer": cleaned, "answered_by_id": viewer.pk, "answered_at": timezone.now()},
    )
    verb = "sanction.confirmed" if action == "confirm" else "sanction.withdrawn"
    _record(
        current,
        viewer,
        verb,
        reason=cleaned,
        before={"status": before},
        after={"status": current.status},
    )
    return current


def _record(sanction: Sanction, viewer: Viewer, verb: str, **given: Any) -> None:
    if sanction.kind:
        given |= {"content_type": sanction.kind, "object_id": str(sanction.object_id)}
    events.record_moderation(
        verb,
        actor=viewer,
        subject=sanction,
        severity=sanction.severity,
        **given,
    )
