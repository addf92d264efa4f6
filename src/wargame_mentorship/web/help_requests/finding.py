"""The filters that an address of the list carries; the list and its feed read the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wargame_mentorship.help_requests.filters import ORDERINGS, HelpRequestFilter
from wargame_mentorship.help_requests.models import Difficulty, HelpRequest, Status, Urgency
from wargame_mentorship.help_requests.querysets import HelpRequestQuerySet
from wargame_mentorship.host import Viewer
from wargame_mentorship.host.filtering import ME
from wargame_mentorship.web.forms import Choices, category_choices, language_choices

PERSONAL = ("mine", "assigned_helper")
"""Filters whose list is another one for everybody who opens it."""

FILTERS = (
    "search",
    "category",
    "difficulty_level",
    "urgency",
    "status",
    "answered",
    "solved",
    "queue",
    "language",
    "facet",
    *PERSONAL,
)

ORDERING_LABELS: Mapping[str, Any] = MappingProxyType(
    {
        "newest": gettext_lazy("Newest first"),
        "oldest": gettext_lazy("Oldest first"),
        "activity": gettext_lazy("Last active"),
        "helpful": gettext_lazy("Most helpful"),
        "views": gettext_lazy("Most read"),
    }
)
TABS = (
    ("", gettext_lazy("All")),
    (Status.OPEN.value, gettext_lazy("Open")),
    (Status.IN_PROGRESS.value, gettext_lazy("In progress")),
    (Status.RESOLVED.value, gettext_lazy("Solved")),
    (Status.CLOSED.value, gettext_lazy("Closed")),
)
ANSWERED = (("false", gettext_lazy("Without an answer")), ("true", gettext_lazy("Answered")))
SOLVED = (("false", gettext_lazy("Not solved yet")), ("true", gettext_lazy("Solved")))
QUEUE = (
    ("new", gettext_lazy("New")),
    ("needs_attention", gettext_lazy("Waiting too long")),
    ("needs_info", gettext_lazy("Waiting for the asker")),
    ("answered", gettext_lazy("Answered, not solved")),
    ("solved", gettext_lazy("Solved")),
)
MINE = (("true", gettext_lazy("Asked by me")), ("false", gettext_lazy("Asked by others")))
HELPED_BY = ((ME, gettext_lazy("I help")),)


@dataclass(frozen=True)
class Select:
    """One filter of the form; choices come in groups, the only one of most has no name."""

    name: str
    label: Any
    any_label: Any
    groups: Choices
    chosen: str
    is_of_languages: bool = False

    @property
    def labels(self) -> dict[str, Any]:
        return dict(entry for _group, entries in self.groups for entry in entries)


class ListQuery:
    """What an address asks for, as far as it means anything; the rest is `unknown`.

    One select of the page serves for both levels of categories. Keys of people are for the API:
    here `assigned_helper` is whoever looks.
    """

    def __init__(
        self, given: QueryDict, viewer: Viewer, *, names: Collection[str] = (*FILTERS, "ordering")
    ) -> None:
        self.viewer = viewer
        self.names = names
        self._query = given

    @cached_property
    def given(self) -> dict[str, str]:
        """The filters that say anything, whether or not it means something."""
        values = {
            name: self._query.get(name, "").replace("\x00", "").strip() for name in self.names
        }
        return {name: value for name, value in values.items() if value}

    @property
    def has_blanks(self) -> bool:
        """Whether it names filters without a value, as a form does that was sent half empty."""
        return any(name in self._query and name not in self.given for name in self.names)

    @cached_property
    def unknown(self) -> list[str]:
        """The names of the filters whose values mean nothing."""
        unknown = set(self._filter.unknown)
        # A category is of one level, so no part, or the other way round.
        if not {"category", "subcategory"} <= unknown:
            unknown -= {"category"}
        if self.given.get("ordering", "newest") not in ORDERINGS:
            unknown.add("ordering")
        if self.given.get("assigned_helper", ME) != ME:
            unknown.add("assigned_helper")
        return [name for name in self.names if name in unknown]

    @cached_property
    def chosen(self) -> dict[str, str]:
        """The filters as they are understood; empty ones do not filter."""
        return {
            name: "" if name in self.unknown else self.given.get(name, "") for name in self.names
        }

    @cached_property
    def selects(self) -> Sequence[Select]:
        """The filters of the form; the first two are always at hand."""
        chosen = self.chosen
        languages = language_choices(also=chosen["language"])
        choices: list[tuple[str, str, str, Choices]] = [
            ("category", _("About"), _("Everything"), category_choices(to_find=True)),
            ("difficulty_level", _("Level"), _("Any"), _flat(Difficulty.choices)),
            ("answered", _("Answers"), _("Any"), _flat(ANSWERED)),
            ("solved", _("Solution"), _("Any"), _flat(SOLVED)),
            ("queue", _("Where it stands"), _("Anywhere"), _flat(QUEUE)),
            ("urgency", _("How urgent"), _("Any"), _flat(Urgency.choices)),
            ("language", _("Language"), _("Any"), _flat(languages)),
        ]
        if self.viewer.is_authenticated:
            choices += [
                ("mine", _("Asked by"), _("Anybody"), _flat(MINE)),
                ("assigned_helper", _("Helped by"), _("Anybody"), _flat(HELPED_BY)),
            ]
        return [
            Select(name, label, any_label, groups, chosen.get(name, ""), name == "language")
            for name, label, any_label, groups in choices
        ]

    @property
    def labels(self) -> list[tuple[str, Any]]:
        """What is chosen, by filter, as people call it."""
        chosen = self.chosen
        labels = [("search", f"“{chosen['search']}”")] if chosen["search"] else []
        for select in self.selects:
            if value := chosen.get(select.name):
                label = select.labels.get(value, value)
                if select.name in ("difficulty_level", "urgency"):
                    label = _("%(filter)s: %(value)s") % {"filter": select.label, "value": label}
                labels.append((select.name, label))
        if facet := chosen.get("facet"):
            labels.append(("facet", facet.partition(":")[2].strip()))
        return labels

    def narrowed(self) -> HelpRequestQuerySet:
        """What the viewer may see, narrowed by all but the search.

        Raises:
            SignInRequired: it is about "me", and nobody is signed in.
        """
        found: HelpRequestQuerySet = self._filter.narrowed()
        return found

    def encoded(self, *, without: Collection[str] = (), **changes: str) -> str:
        """The filters for another address, in a fixed order."""
        query = {**self.chosen, **changes}
        return urlencode(
            {name: value for name, value in query.items() if value and name not in without}
        )

    @cached_property
    def _filter(self) -> HelpRequestFilter:
        given = dict(self.given)
        if "category" in given:
            given["subcategory"] = given["category"]
        if given.get("assigned_helper", ME) != ME:
            del given["assigned_helper"]
        visible = HelpRequest.objects.visible_to(self.viewer)
        return HelpRequestFilter(given, visible, viewer=self.viewer)


def _flat(choices: Any) -> Choices:
    return [("", list(choices))]
