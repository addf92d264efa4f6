"""How moderation keeps up: a panel on the front page of the admin, and a report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import django_filters
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column

from wargame_mentorship.events.models import EventCategory
from wargame_mentorship.moderation.health import PERIODS, USUAL, Health, Waiting, health
from wargame_mentorship.wagtail_hooks.base import (
    Choices,
    HomePanel,
    answering_errors,
    moderates,
    viewer_of,
)
from wargame_mentorship.wagtail_hooks.listing import AgeColumn
from wargame_mentorship.wagtail_hooks.reporting import (
    ModeratorReportItem,
    ModeratorReportView,
)

NAME = "wargame_mentorship_health"
RESULTS = "wargame_mentorship_health_results"

MOST_NAMED = 8
"""So many categories the front page names, those first in which something has waited longest."""


def spoken(duration: timedelta | None) -> str:
    """In one unit, such as "5 hours"."""
    if duration is None:
        return "–"
    if duration < timedelta(minutes=1):
        return _("under a minute")
    now = timezone.now()
    return timesince(now - duration, now, depth=1)


def kinds_of(waiting: Iterable[Waiting]) -> str:
    return ", ".join(
        f"{_('reported') if entry.is_reported else _('held')}: {entry.count} × {entry.kind.label}"
        for entry in waiting
    )


class HealthPanel(HomePanel):
    name = "wargame_mentorship_health"
    order = 91
    template_name = "wargame_mentorship/admin/health_panel.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        told = [row for row in health(viewer_of(self.request)) if row.count or row.decided]
        now = timezone.now()
        told.sort(key=lambda row: row.oldest or now)
        return {
            "rows": [
                {
                    "category": row.category,
                    "count": row.count,
                    "kinds": kinds_of(row.waiting),
                    "oldest": row.oldest,
                    "median": spoken(row.median),
                }
                for row in told[:MOST_NAMED]
            ],
            "days": USUAL,
            "url": reverse(NAME),
        }


def period_choices() -> Choices:
    return [
        (days, ngettext("%(days)d day", "%(days)d days", days) % {"days": days}) for days in PERIODS
    ]


class PeriodFilterSet(WagtailFilterSet):
    days = django_filters.ChoiceFilter(
        label=gettext_lazy("Period"),
        choices=period_choices,
        empty_label=None,
        # So that the usual is no filter that could be taken away.
        initial=str(USUAL),
    )

    class Meta:
        model = EventCategory
        fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A category in words and numbers."""

    category: str
    waiting: int
    kinds: str
    oldest: datetime | None
    decided: int
    median: str
    median_hours: float | None
    upheld: str
    upheld_percent: int | None

    @classmethod
    def of(cls, told: Health) -> Row:
        share = None if told.upheld_share is None else round(100 * told.upheld_share)
        hours = None if told.median is None else round(told.median / timedelta(hours=1), 1)
        return cls(
            category=str(told.category),
            waiting=told.count,
            kinds=kinds_of(told.waiting),
            oldest=told.oldest,
            decided=told.decided,
            median=spoken(told.median),
            median_hours=hours,
            upheld="–" if share is None else f"{share} %",
            upheld_percent=share,
        )


class HealthView(ModeratorReportView):
    page_title = gettext_lazy("How moderation keeps up")
    header_icon = "history"
    index_url_name = NAME
    index_results_url_name = RESULTS
    filterset_class = PeriodFilterSet
    paginate_by = None
    # The period is another question: it finds no fewer rows.
    is_filtering = False
    export_headings: ClassVar[dict[str, Any]] = {
        "category": gettext_lazy("Category"),
        "waiting": gettext_lazy("Waiting"),
        "kinds": gettext_lazy("What waits"),
        "oldest": gettext_lazy("Oldest"),
        "decided": gettext_lazy("Decided"),
        "median_hours": gettext_lazy("Median (hours)"),
        "upheld_percent": gettext_lazy("Upheld (percent of the cases)"),
    }
    list_export: ClassVar[list[str]] = list(export_headings)
    columns: ClassVar[list[Column]] = [
        Column("category", label=gettext_lazy("Category"), classname="wm-admin-title"),
        Column("waiting", label=gettext_lazy("Waiting")),
        Column("kinds", label=gettext_lazy("What waits")),
        AgeColumn("oldest", label=gettext_lazy("Oldest")),
        Column("decided", label=gettext_lazy("Decided")),
        Column("median", label=gettext_lazy("Median time to decision")),
        Column("upheld", label=gettext_lazy("Cases upheld")),
    ]

    @cached_property
    def days(self) -> int:
        asked = self.request.GET.get("days", "")
        return int(asked) if asked in map(str, PERIODS) else USUAL

    def get_filterset_kwargs(self) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(), "data": {"days": str(self.days)}}

    def get_queryset(self) -> Any:
        return [Row.of(told) for told in health(self.viewer, days=self.days)]

    def filter_queryset(self, queryset: Any) -> Any:
        # Asked all the same: Wagtail names the period as far as it is valid.
        if self.filters:
            self.filters.is_valid()
        return queryset

    def get_filename(self) -> str:
        return f"moderation-{self.days}-days-{timezone.localdate().isoformat()}"


def urls() -> list[URLPattern]:
    return [
        path("mentorship/health/", answering_errors(HealthView.as_view()), name=NAME),
        path(
            "mentorship/health/results/",
            answering_errors(HealthView.as_view(results_only=True)),
            name=RESULTS,
        ),
    ]


def menu_item() -> ModeratorReportItem:
    return ModeratorReportItem(
        gettext_lazy("How moderation keeps up"),
        reverse(NAME),
        name="wargame-mentorship-health",
        icon_name="history",
        order=1020,
    )


def add_health_panel(request: HttpRequest, panels: list[Any]) -> None:
    if moderates(request):
        panels.append(HealthPanel(request))


hooks.register("register_admin_urls", urls)
hooks.register("register_reports_menu_item", menu_item)
hooks.register("construct_homepage_panels", add_health_panel)
