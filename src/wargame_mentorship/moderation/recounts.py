"""The true numbers of cases, and where they are filed (`wm_check`)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import Case, Count, OuterRef, Sum, Value, When

from wargame_mentorship.core import registry
from wargame_mentorship.core.recounts import number, repair
from wargame_mentorship.core.writes import write
from wargame_mentorship.moderation.models import CaseStatus, Flag, FlagCase

BATCH = 500


@write
def recount(*, fix: bool) -> list[str]:
    """Compare cases with their flags, and with where their content is filed."""
    flags = Flag.objects.filter(case=OuterRef("pk"))
    waiting = number(flags.filter(agreed=None), "case", Sum("weight"))
    facts = {
        "flag_count": number(flags, "case", Count("pk")),
        "weight": Case(When(status=CaseStatus.OPEN, then=waiting), default=Value(0)),
    }
    return [*repair(FlagCase.objects.all(), "case", facts, fix=fix), *_misfiled(fix)]


def _misfiled(fix: bool) -> Iterator[str]:
    """Content that has been moved since its case was last looked at."""
    for kind, _hooks in registry.moderated_kinds():
        cases = FlagCase.objects.filter(kind=kind.name).iterator(chunk_size=BATCH)
        while batch := list(islice(cases, BATCH)):
            found = kind.rows().in_bulk([case.object_id for case in batch])
            for case in batch:
                entry: Any = found.get(case.object_id)
                if entry is None or case.category_ids == kind.category_ids(entry):
                    continue
                yield f"case {case.pk} is not filed as its content is"
                if fix:
                    case.file_as(kind.category_ids(entry))
