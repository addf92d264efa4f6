"""What moderators do with the cases that flags have opened.

Each service raises `NotFound` for a case that is not in the actor's categories, `SignInRequired`
for nobody, `Stale` if `if_version` is not the version any more, `WrongState` for a move that came
too late, and a `Conflict` `taken` while another moderator has claimed the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Count, Model, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core import registry
from wargame_mentorship.core.cleaning import clean_reason
from wargame_mentorship.core.errors import Conflict, Invalid, NotFound, WrongState
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.host import Actor, ReportedCase, ReportedFlag, Viewer, moderation
from wargame_mentorship.moderation import rules, services
from wargame_mentorship.moderation.models import (
    CaseStatus,
    Flag,
    FlagCase,
    Measure,
    StaffNote,
)
from wargame_mentorship.moderation.people import notes_about
from wargame_mentorship.moderation.transitions import CASE

MOST_FLAGGED = ("-weight", "opened_at", "id")
"""The order of the queue; of those that weigh as much, what has waited longest."""
LAST_DECIDED = ("-updated_at", "-id")
"""The order of what is decided: nothing changes it afterwards, and this is never NULL."""

FLAGS_SHOWN = 10
"""So many flags of a case stand beside it; a thousand people may report the same thing."""

CLAIMED_FOR = timedelta(hours=2)
"""So long a case is one moderator's; then another may take it."""


class OfHost(Viewer):
    """Somebody who decides in the host's own inbox: whom it lets in is not ours to ask."""

    def moderated_ids(self, category_model: type[Model]) -> frozenset[UUID]:
        return frozenset(category_model._default_manager.values_list("pk", flat=True))


def has_queue() -> bool:
    """Whether cases are decided here; not if the host has an inbox of its own."""
    return not moderation().has_own_queue()


def queue(actor: Actor, *, status: str = CaseStatus.OPEN) -> QuerySet[FlagCase]:
    """The cases in the categories that this person moderates.

    Raises:
        SignInRequired: nobody is signed in.
        NotAllowed: they moderate nothing.
        NotFound: the host has an inbox of its own.
    """
    viewer = Viewer.of(actor)
    require(rules.can_moderate_anything, viewer, None)
    if not has_queue():
        raise NotFound
    return FlagCase.objects.moderated_by(viewer).filter(status=status)


@dataclass(frozen=True)
class ShownCase:
    """A case with what a moderator needs to decide it."""

    case: FlagCase
    subject: Any | None
    """What it is about; None: its author or a moderator has deleted it."""
    flags: list[Flag]
    """The first that say why, then the first of the others: at most `FLAGS_SHOWN`."""
    notes: list[StaffNote]
    """What moderators of it have noted about its author, the latest first; if it was asked for."""
    upheld_before: int
    """How many other cases about what its author wrote were upheld, where the actor moderates."""

    @property
    def kind(self) -> registry.ContentKind:
        return registry.get(self.case.kind)

    @property
    def title(self) -> str | None:
        return self.kind.title(self.subject) if self.subject else None

    @property
    def url(self) -> str | None:
        return self.kind.url(self.subject) if self.subject else None

    @property
    def text_html(self) -> str:
        """What it says, as HTML that is safe to show."""
        hooks = services.moderated(self.case.kind)
        return hooks.text_html(self.subject) if self.subject else ""

    @property
    def author_id(self) -> Any:
        return self.kind.author_id(self.subject) if self.subject else None

    @property
    def more_flags(self) -> int:
        """How many flags it has besides those it shows."""
        return max(self.case.flag_count - len(self.flags), 0)

    @property
    def user_ids(self) -> set[Any]:
        """Keys of everybody whom it shows."""
        flaggers = (flag.flagger_id for flag in self.flags)
        writers = (note.given_by_id for note in self.notes)
        case = self.case
        named = {self.author_id, case.claimed_by_id, case.decided_by_id, *flaggers, *writers}
        return named - {None}

    @property
    def holder_id(self) -> Any:
        """Key of the moderator who looks at it just now; None: nobody does."""
        until = self.case.claimed_until
        return self.case.claimed_by_id if until and until > timezone.now() else None


def shown_cases(
    actor: Actor, cases: Sequence[FlagCase], *, with_notes: bool = False
) -> list[ShownCase]:
    """Some cases of a queue, as far as they are the actor's: a query for each kind, and two.

    What has been moved out of the actor's categories since it was flagged is left out.

    Args:
        with_notes: also what moderators have noted about the authors, in one query more.
    """
    viewer = Viewer.of(actor)
    subjects: dict[UUID, Any] = {}
    for name in sorted({case.kind for case in cases}):
        keys = {case.object_id: case for case in cases if case.kind == name}
        for pk, entry in registry.get(name).rows().in_bulk(list(keys)).items():
            keys[pk].file_as(registry.get(name).category_ids(entry))
            subjects[keys[pk].pk] = entry
    theirs = [case for case in cases if rules.can_moderate_case(viewer, case)]
    flags = _flags_of(theirs)
    upheld = _upheld_about(viewer, theirs)
    authors = {case.author_id for case in theirs} - {None} if with_notes else set()
    notes = notes_about(viewer, authors)
    return [
        ShownCase(
            case,
            _alive(subjects.get(case.pk)),
            found,
            notes.get(case.author_id, []),
            upheld.get(case.author_id, 0) - (case.status == CaseStatus.UPHELD),
        )
        for case, found in zip(theirs, flags, strict=True)
    ]


def _upheld_about(viewer: Viewer, cases: Sequence[FlagCase]) -> dict[Any, int]:
    """How many cases about what these authors wrote were upheld; in one query."""
    authors = {case.author_id for case in cases if case.author_id is not None}
    if not authors:
        return {}
    upheld = FlagCase.objects.moderated_by(viewer).filter(
        author__in=authors, status=CaseStatus.UPHELD
    )
    counted = upheld.order_by().values("author").annotate(count=Count("pk"))
    return {row["author"]: row["count"] for row in counted}


def _flags_of(cases: Sequence[FlagCase]) -> list[list[Flag]]:
    found: dict[UUID, list[Flag]] = {case.pk: [] for case in cases}
    says_nothing = models.Case(models.When(note="", then=1), default=0)
    place = Window(RowNumber(), partition_by="case", order_by=(says_nothing, "created_at", "pk"))
    flags = Flag.objects.filter(case__in=list(found)).annotate(place=place)
    for flag in flags.filter(place__lte=FLAGS_SHOWN).order_by("place"):
        found[flag.case_id].append(flag)
    return list(found.values())


def _alive(entry: Any) -> Any | None:
    """What is there, and what it is a part of too."""
    if entry is None:
        return None
    hooks = registry.kind_of(entry).moderated
    parent: Any = hooks and hooks.parent(entry)
    parts = (entry, parent) if parent else (entry,)
    return None if any(part.deleted_at for part in parts) else entry


def find_case(actor: Actor, case_id: UUID) -> FlagCase:
    """A case in the actor's categories, as its content is filed now.

    Raises:
        NotFound: there is none, or the host decides it in an inbox of its own.
    """
    viewer = Viewer.of(actor)
    if isinstance(viewer, OfHost) is has_queue():
        raise NotFound
    case = FlagCase.objects.filter(pk=case_id).first()
    if case is None:
        raise NotFound
    entry = registry.get(case.kind).rows().filter(pk=case.object_id).first()
    if entry is not None:
        case.file_as(registry.get(case.kind).category_ids(entry))
    if not rules.can_moderate_case(viewer, case):
        raise NotFound
    return case


@write
def claim(*, actor: Actor, case: FlagCase) -> FlagCase:
    """Say that one looks at it, so that no two do; claiming it again prolongs that."""
    viewer = Viewer.of(actor)
    viewer.require_user()
    current = find_case(viewer, case.pk)
    _refuse_if_decided(current)
    _refuse_if_taken(current, viewer)
    _hold(current, viewer, "flag_case.claimed", until=timezone.now() + CLAIMED_FOR)
    return current


@write
def release(*, actor: Actor, case: FlagCase) -> FlagCase:
    """Give it back to the queue: by any moderator of it, as people leave without a word."""
    viewer = Viewer.of(actor)
    viewer.require_user()
    current = find_case(viewer, case.pk)
    _refuse_if_decided(current)
    _hold(current, viewer, "flag_case.released", until=None)
    return current


@write
def uphold(
    *,
    actor: Actor,
    case: FlagCase,
    measure: str = Measure.HIDE,
    reason: str = "",
    if_version: int | None = None,
) -> FlagCase:
    """Agree with those who flagged; the content is hidden, unless it has been put right.

    What is hidden or gone already stays so.

    Raises:
        Invalid: `measure` is none of `Measure`; the `reason`.
    """
    viewer = Viewer.of(actor)
    if measure not in Measure.values:
        message = _("This is not one of the choices.")
        raise Invalid.field("measure", message, "invalid_choice")
    current = _decide(viewer, case, "uphold", reason=reason, measure=measure, if_version=if_version)
    if measure == Measure.HIDE:
        _hide(viewer, current, reason)
    return current


@write
def dismiss(
    *, actor: Actor, case: FlagCase, reason: str = "", if_version: int | None = None
) -> FlagCase:
    """See nothing wrong with it; it stays as it is."""
    return _decide(
        Viewer.of(actor), case, "dismiss", reason=reason, measure="", if_version=if_version
    )


@write
def reopen(*, actor: Actor, case: FlagCase, if_version: int | None = None) -> FlagCase:
    """Decide it anew, within 30 days; what the decision did is not taken back by that.

    Raises:
        Conflict: it was decided longer ago (409 `too_late`).
    """
    viewer = Viewer.of(actor)
    viewer.require_user()
    current = find_case(viewer, case.pk)
    before = _outcome(current)
    CASE.move(
        current,
        "reopen",
        viewer=viewer,
        if_version=if_version,
        sets={"opened_at": timezone.now(), "weight": _weight(current)},
    )
    _record(current, viewer, "flag_case.reopened", before=before, after=_outcome(current))
    return current


HOSTS_DECISIONS = (*Measure.values, "dismiss", "reopen")
ACTIONS = ("claim", "release", *Measure.values, "dismiss", "reopen")
"""What `act` can do, by name; the measures uphold."""


def act(
    name: str, *, actor: Actor, case: FlagCase, reason: str = "", if_version: int | None = None
) -> FlagCase:
    """Call one of the services, for doors that are told which.

    Raises:
        NotFound: there is no such action.
    """
    match name:
        case "claim":
            return claim(actor=actor, case=case)
        case "release":
            return release(actor=actor, case=case)
        case "hide" | "keep":
            return uphold(
                actor=actor, case=case, measure=name, reason=reason, if_version=if_version
            )
        case "dismiss":
            return dismiss(actor=actor, case=case, reason=reason, if_version=if_version)
        case "reopen":
            return reopen(actor=actor, case=case, if_version=if_version)
    raise NotFound


def apply_decision(
    *, actor: AbstractBaseUser, case_id: UUID, decision: str, reason: str = ""
) -> FlagCase:
    """Carry out what was decided about a case in the host's own inbox.

    No grants are asked: whoever may decide there, may. Those who flagged it are told, as ever.

    Args:
        actor: who decided, a member of staff or an account of the service.
        decision: `hide` or `keep` (both agree with those who flagged), `dismiss` or `reopen`.

    Raises:
        NotFound: there is no such case or decision, or the backend has no inbox of its own.
        SignInRequired: the actor is deactivated.
        Invalid: the `reason`.
        WrongState: it is decided already, or was not decided yet.
        Conflict: it was decided more than 30 days ago (409 `too_late`).
    """
    if decision not in HOSTS_DECISIONS:
        raise NotFound
    return act(decision, actor=OfHost(actor), case=FlagCase(pk=case_id), reason=reason)


def reported(case: FlagCase) -> ReportedCase | None:
    """A case as the host's own inbox takes it; None: what it is about is gone."""
    kind = registry.get(case.kind)
    entry = _alive(kind.rows().filter(pk=case.object_id).first())
    if entry is None:
        return None
    [flags] = _flags_of([case])
    return ReportedCase(
        case_id=case.pk,
        kind=case.kind,
        object_id=case.object_id,
        title=kind.title(entry),
        url=kind.url(entry),
        text_html=services.moderated(case.kind).text_html(entry),
        author_id=kind.author_id(entry),
        category_ids=kind.category_ids(entry),
        opened_at=case.opened_at,
        weight=case.weight,
        flags=tuple(
            ReportedFlag(flag.flagger_id, flag.reason, flag.note, flag.created_at) for flag in flags
        ),
    )


def _refuse_if_decided(case: FlagCase) -> None:
    if case.status != CaseStatus.OPEN:
        raise WrongState


def _refuse_if_taken(case: FlagCase, viewer: Viewer) -> None:
    if case.is_claimed_by_another(viewer.pk, timezone.now()):
        raise _taken()


def _taken() -> Conflict:
    return Conflict(_("Another moderator is looking at this."), code="taken")


def _hold(case: FlagCase, viewer: Viewer, verb: str, *, until: datetime | None) -> None:
    """Keep a case for the viewer, or for nobody.

    Raises: WrongState, Conflict: another was quicker (409 `taken`).
    """
    before, now = _holder(case), timezone.now()
    user_id = viewer.pk if until else None
    rows = FlagCase.objects.filter(pk=case.pk, status=CaseStatus.OPEN)
    if user_id is not None:
        free = Q(claimed_by=None) | Q(claimed_by=user_id) | Q(claimed_until__lte=now)
        rows = rows.filter(free)
    # No new version: who looks at it is nothing that a decision could overlook.
    changed = rows.update(claimed_by=user_id, claimed_until=until, updated_at=now)
    case.refresh_from_db()
    if not changed:
        _refuse_if_decided(case)
        raise _taken()
    if (after := _holder(case)) != before:
        _record(case, viewer, verb, before=before, after=after)


def _decide(
    viewer: Viewer,
    case: FlagCase,
    action: str,
    *,
    reason: str,
    measure: str,
    if_version: int | None,
) -> FlagCase:
    viewer.require_user()
    cleaned = clean_reason(reason)
    current = find_case(viewer, case.pk)
    if current.status == CaseStatus.OPEN:
        _refuse_if_taken(current, viewer)
    before, now = _outcome(current), timezone.now()
    CASE.move(
        current,
        action,
        viewer=viewer,
        if_version=if_version,
        sets={
            "decided_by_id": viewer.pk,
            "decided_at": now,
            "measure": measure,
            "reason": cleaned,
            "weight": 0,
            "claimed_by": None,
            "claimed_until": None,
        },
    )
    agreed = current.status == CaseStatus.UPHELD
    current.flags.filter(agreed=None).update(agreed=agreed, decided_at=now, updated_at=now)
    verb = "flag_case.upheld" if agreed else "flag_case.dismissed"
    _record(
        current,
        viewer,
        verb,
        before=before,
        after=_outcome(current),
        reason=cleaned,
        waited=now - current.opened_at,
        decided_at=now.isoformat(),
    )
    return current


def _weight(case: FlagCase) -> int:
    """Of all its flags, which wait again."""
    case.flags.update(agreed=None, decided_at=None)
    total: int | None = case.flags.aggregate(total=Sum("weight"))["total"]
    return total or 0


def _outcome(case: FlagCase) -> dict[str, Any]:
    return {"status": case.status, "measure": case.measure}


def _holder(case: FlagCase) -> dict[str, Any]:
    held_by = case.claimed_by_id
    return {"claimed_by": str(held_by) if held_by is not None else None}


def _record(case: FlagCase, viewer: Viewer, verb: str, **given: Any) -> None:
    events.record_moderation(
        verb,
        actor=viewer,
        subject=case,
        category_ids=case.category_ids,
        content_type=case.kind,
        object_id=str(case.object_id),
        **given,
    )


def _hide(viewer: Viewer, case: FlagCase, reason: str) -> None:
    entry = services.moderated(case.kind).by(viewer).filter(pk=case.object_id).first()
    moves = {ModerationState.VISIBLE: services.hide, ModerationState.HELD: services.reject}
    if entry is not None and (move := moves.get(entry.moderation_state)) is not None:
        move(actor=viewer, kind=case.kind, object_id=case.object_id, reason=reason)
