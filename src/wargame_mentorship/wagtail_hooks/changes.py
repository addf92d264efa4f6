"""What became other than it was, in words: the log itself holds names of columns, and keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group  # noqa: TID251 - groups are Django's
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.help_requests.models import Difficulty, Status, Urgency
from wargame_mentorship.host import Viewer, users
from wargame_mentorship.moderation.labels import Labels
from wargame_mentorship.moderation.log import Entry
from wargame_mentorship.moderation.models import CaseStatus, Measure, SanctionStatus

NAMES: Labels = MappingProxyType(
    {
        "status": gettext_lazy("state"),
        "moderation_state": gettext_lazy("moderation"),
        "measure": gettext_lazy("measure"),
        "is_locked": gettext_lazy("locked"),
        "is_pinned": gettext_lazy("pinned"),
        "is_deleted": gettext_lazy("deleted"),
        "is_solution": gettext_lazy("solution"),
        "has_outcome": gettext_lazy("outcome told"),
        "has_alt_text": gettext_lazy("described"),
        "is_public": gettext_lazy("public"),
        "language": gettext_lazy("language"),
        "urgency": gettext_lazy("urgency"),
        "difficulty_level": gettext_lazy("difficulty"),
        "version": gettext_lazy("version"),
        "slug": gettext_lazy("slug"),
        "is_active": gettext_lazy("in use"),
        "sort_order": gettext_lazy("order"),
        "category_id": gettext_lazy("category"),
        "category_ids": gettext_lazy("category"),
        "helper_id": gettext_lazy("helper"),
        "user_id": gettext_lazy("person"),
        "group_id": gettext_lazy("group"),
        "claimed_by": gettext_lazy("claimed by"),
    }
)
"""What of a change is told; the rest are keys, which say nothing to a reader."""
STATES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "status": {
            **dict(Status.choices),
            **dict(CaseStatus.choices),
            **dict(SanctionStatus.choices),
        },
        "moderation_state": dict(ModerationState.choices),
        "measure": dict(Measure.choices),
        "urgency": dict(Urgency.choices),
        "difficulty_level": dict(Difficulty.choices),
    }
)
PEOPLE = frozenset({"helper_id", "user_id", "claimed_by"})


class Changes:
    """Of the entries on a page; a query for the people that they name, and one for the groups."""

    def __init__(self, viewer: Viewer, entries: Iterable[Entry]) -> None:
        facts = [
            (name, value)
            for entry in entries
            for told in (entry.before, entry.after)
            for name, value in told.items()
        ]
        keys = {key_of(value) for name, value in facts if name in PEOPLE} - {None}
        self._people = users().display(keys - viewer.hidden_ids) if keys else {}
        groups = {value for name, value in facts if name == "group_id"} - {None}
        self._groups = Group.objects.in_bulk(list(groups)) if groups else {}

    def of(self, entry: Entry) -> Iterator[str]:
        before, after = entry.before, entry.after
        for name in dict.fromkeys((*before, *after)):
            if name in NAMES and before.get(name) != after.get(name):
                was, now = (self._said(entry, name, told.get(name)) for told in (before, after))
                yield f"{NAMES[name]}: {was} → {now}"

    def _said(self, entry: Entry, name: str, value: Any) -> str:
        if value in (None, "", []):
            return "–"
        if name in PEOPLE:
            person = self._people.get(key_of(value))
            return person.name if person else _("a former member")
        if name == "group_id":
            group = self._groups.get(int(value))
            return group.name if group else str(value)
        if name in {"category_id", "category_ids"}:
            named = {str(key): label for key, label in entry.categories.items()}
            keys: list[str] = value if isinstance(value, list) else [value]
            return ", ".join(named.get(key, key) for key in keys)
        return str(STATES.get(name, {}).get(value) or plain(value))


def key_of(value: Any) -> Any:
    """Of a user, whatever the host's keys are; None: of none."""
    convert: Callable[[Any], Any] = get_user_model()._meta.pk.to_python
    try:
        return convert(value)
    except ValidationError:
        return None


def plain(value: Any) -> str:
    """As a spreadsheet has it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return " ".join(map(str, value)) or "–"
    return "–" if value in (None, "") else str(value)
