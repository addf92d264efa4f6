"""What moderators know of somebody: what they wrote, what was said against them, staff notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core import registry
from wargame_mentorship.core.cleaning import clean_required
from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.registry import ContentKind
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.moderation import rules, services
from wargame_mentorship.moderation.models import CaseStatus, FlagCase, Sanction, StaffNote
from wargame_mentorship.moderation.querysets import filed_with
from wargame_mentorship.moderation.sanctions import filed_as, find_person

MOST_SHOWN = 20
"""So much of each: of what they wrote of a kind, of notes, of warnings and suspensions."""

LONGEST_NOTE = 1000


@dataclass(frozen=True)
class Written:
    """Something that somebody wrote."""

    kind: ContentKind
    entry: Any

    @property
    def title(self) -> str:
        return self.kind.title(self.entry)

    @property
    def url(self) -> str:
        return self.kind.url(self.entry)


@dataclass(frozen=True)
class PersonRecord:
    """Somebody, as far as they are the actor's: in the categories that they moderate."""

    person: AbstractBaseUser
    written: list[Written]
    """The latest first."""
    notes: list[StaffNote]
    sanctions: list[Sanction]
    upheld: int
    """How many cases about what they wrote were upheld."""


def record_of(actor: Actor, user_id: Any) -> PersonRecord:
    """What a moderator may know of somebody, in a query for each kind and four.

    Raises:
        SignInRequired, NotAllowed: the actor moderates nothing.
        NotFound: nobody, or somebody who wrote nothing where the actor moderates; whoever
            suspends people finds everybody.
    """
    viewer = Viewer.of(actor)
    require(rules.can_judge_anybody, viewer, None)
    person = find_person(user_id)
    written = _written_by(viewer, person)
    if not written and not rules.can_suspend(viewer):
        raise NotFound
    theirs = {"person": person.pk}
    upheld = FlagCase.objects.moderated_by(viewer).filter(
        author=person.pk, status=CaseStatus.UPHELD
    )
    notes = StaffNote.objects.moderated_by(viewer).filter(**theirs)
    sanctions = Sanction.objects.moderated_by(viewer).filter(**theirs)
    return PersonRecord(
        person=person,
        written=written,
        notes=list(notes.order_by("-created_at", "-pk")[:MOST_SHOWN]),
        sanctions=list(sanctions.order_by("-created_at", "-pk")[:MOST_SHOWN]),
        upheld=upheld.count(),
    )


@write
def add_note(
    *,
    actor: Actor,
    person: AbstractBaseUser,
    text: str,
    kind: str = "",
    object_id: UUID | None = None,
) -> StaffNote:
    """Tell the other moderators something about somebody.

    With what it is about, the moderators of its category read it; without, only whoever suspends
    people. The person never does.

    Raises:
        SignInRequired, NotAllowed: the actor does not moderate what it is about, may not suspend
            people where it is about nothing, or is the person.
        NotFound: what it is about is not there, or not the person's.
        Invalid: `text` is blank, too long, or has characters that no text has.
    """
    viewer = Viewer.of(actor)
    entry = None
    if kind and object_id is not None:
        entry = services.fetch(viewer, kind, object_id)
        require(rules.can_warn, viewer, entry)
        if registry.get(kind).author_id(entry) != person.pk:
            raise NotFound
    else:
        require(rules.can_suspend, viewer, None)
    missing = _("Write something.")
    cleaned = clean_required("text", text, max_length=LONGEST_NOTE, missing=missing)
    note = StaffNote.objects.create(
        person_id=person.pk, given_by_id=viewer.pk, text=cleaned, **filed_as(entry)
    )
    # Not about whom, nor what: somebody who moderates may be the person, and reads the log.
    events.record_moderation(
        "staff_note.added",
        actor=viewer,
        subject=note,
        before={"note_id": None},
        after={"note_id": str(note.pk)},
    )
    return note


def notes_about(actor: Actor, user_ids: set[Any]) -> dict[Any, list[StaffNote]]:
    """The latest notes about several people, in the actor's categories; in one query.

    Of those alone, for whoever suspends people too: `record_of` has the others.
    """
    found: dict[Any, list[StaffNote]] = {key: [] for key in user_ids}
    if user_ids:
        theirs = filed_with(Viewer.of(actor))
        notes = StaffNote.objects.filter(theirs, person__in=user_ids)
        for note in notes.order_by("-created_at", "-pk")[: MOST_SHOWN * len(user_ids)]:
            found[note.person_id].append(note)
    return found


def _written_by(viewer: Viewer, person: AbstractBaseUser) -> list[Written]:
    """Where the viewer moderates; for whoever suspends people, all that they may see."""
    found = []
    everywhere = rules.can_suspend(viewer)
    for kind, hooks in registry.moderated_kinds():
        rows = kind.visible_to(viewer) if everywhere else hooks.by(viewer)
        theirs = kind.with_whole(rows.filter(**{hooks.author: person.pk}))
        found += [
            Written(kind, entry) for entry in theirs.order_by("-created_at", "-pk")[:MOST_SHOWN]
        ]
    return sorted(found, key=lambda one: one.entry.created_at, reverse=True)[:MOST_SHOWN]
