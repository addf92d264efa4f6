"""What readers report: one flag per person and thing, one case per thing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F, Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core import registry
from wargame_mentorship.core.cleaning import FieldErrors
from wargame_mentorship.core.errors import Conflict, NotFound
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.text import clean_line
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.moderation import rules
from wargame_mentorship.moderation.models import (
    FULL_WEIGHT,
    CaseStatus,
    Flag,
    FlagCase,
    FlagReason,
    filed_columns,
)

LONGEST_NOTE = 500
REMEMBERED = 50
"""So many decided flags of somebody say how much their next one weighs."""
BENEFIT_OF_DOUBT = 2
"""As if so many flags had been upheld before: one mistake makes nobody a false flagger."""


@write
def flag(*, actor: Actor, kind: str, object_id: UUID, reason: str, note: str = "") -> Flag:
    """Report something to the moderators of its category.

    It opens the thing's case, joins it, or opens a decided one again. Whoever has flagged in vain
    before weighs less: (upheld + 2) / (decided + 2) of `FULL_WEIGHT`, of their last 50.

    Raises:
        NotFound: not there, not visible to the actor, or nothing that can be moderated.
        NotAllowed: it is the actor's own.
        Invalid: `reason` is none of `FlagReason`; `note` is missing where the reason is `other`,
            too long, or has characters that no line has.
        Conflict: they have flagged it before (409 `duplicate`).
    """
    viewer = Viewer.of(actor)
    entry = flaggable(viewer, kind, object_id)
    cleaned = _clean_note(reason, note)
    weight = weight_of(viewer.pk)
    case = _case_of(entry)
    # The case's row is held, so nobody makes one meanwhile.
    if case.flags.filter(flagger=viewer.pk).exists():
        raise Conflict(_("You have reported this already."), code="duplicate")
    made = Flag.objects.create(
        case=case, flagger_id=viewer.pk, reason=reason, note=cleaned, weight=weight
    )
    _count(case, made)
    events.record("flag_case.flagged", actor=viewer, subject=case, flag_id=str(made.pk))
    return made


def flaggable(actor: Actor, kind: str, object_id: UUID) -> Any:
    """The content that somebody is about to report.

    Raises: SignInRequired, NotFound, NotAllowed: as `flag` does.
    """
    viewer = Viewer.of(actor)
    viewer.require_user()
    entry = registry.fetch_visible(viewer, kind, object_id)
    if registry.get(kind).moderated is None:
        raise NotFound
    require(rules.can_flag, viewer, entry)
    return entry


def flags_by(actor: Actor) -> QuerySet[Flag]:
    """What somebody has reported, with the cases.

    Raises: SignInRequired: nobody is signed in.
    """
    viewer = Viewer.of(actor)
    viewer.require_user()
    return Flag.objects.filter(flagger_id=viewer.pk).select_related("case")


def has_flagged(actor: Actor, kind: str, object_id: UUID) -> bool:
    """Whether this person, who is signed in, has flagged something."""
    return flags_by(actor).filter(case__kind=kind, case__object_id=object_id).exists()


def weight_of(user_id: Any) -> int:
    """What a flag of somebody counts, in hundredths; 100 for a newcomer."""
    decided = Flag.objects.filter(flagger_id=user_id, agreed__isnull=False)
    last = decided.order_by("-created_at", "-pk").values_list("agreed", flat=True)[:REMEMBERED]
    agreed = [bool(one) for one in last]
    return FULL_WEIGHT * (sum(agreed) + BENEFIT_OF_DOUBT) // (len(agreed) + BENEFIT_OF_DOUBT)


def _clean_note(reason: str, note: str) -> str:
    errors = FieldErrors()
    if reason not in FlagReason.values:
        errors.add("reason", _("This is not one of the choices."), "invalid_choice")
    cleaned = ""
    if note.strip():
        cleaned = errors.attempt("note", clean_line, note, max_length=LONGEST_NOTE) or ""
    elif reason == FlagReason.OTHER:
        errors.add("note", _("Say what is wrong with it."), "required")
    errors.raise_if_any()
    return cleaned


def _case_of(entry: Model) -> FlagCase:
    """The thing's case, its row held to the end of the transaction."""
    kind = registry.kind_of(entry)
    FlagCase.objects.bulk_create(
        [
            FlagCase(
                kind=kind.name,
                object_id=entry.pk,
                author_id=kind.author_id(entry),
                **filed_columns(kind.category_ids(entry)),
                # Opened by its first flag, which is counted like the others.
                status=CaseStatus.OPEN,
            )
        ],
        ignore_conflicts=True,
    )
    return FlagCase.objects.select_for_update().get(kind=kind.name, object_id=entry.pk)


def _count(case: FlagCase, made: Flag) -> None:
    now = timezone.now()
    changes: dict[str, Any] = {"weight": F("weight") + made.weight}
    if case.status != CaseStatus.OPEN:
        changes = {
            "weight": made.weight,
            "status": CaseStatus.OPEN,
            "opened_at": now,
            "claimed_by": None,
            "claimed_until": None,
        }
    FlagCase.objects.filter(pk=case.pk).update(
        **changes, flag_count=F("flag_count") + 1, version=F("version") + 1, updated_at=now
    )
