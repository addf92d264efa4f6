"""The log of what moderators did, as a report: it is read and taken along, and never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

from wargame_mentorship.core import registry
from wargame_mentorship.events.models import Event
from wargame_mentorship.events.querysets import EventQuerySet
from wargame_mentorship.host import DisplayUser, Viewer, users
from wargame_mentorship.moderation import log
from wargame_mentorship.moderation.filters import kind_choices, verb_choices
from wargame_mentorship.wagtail_hooks.base import Choices, answering_errors, viewer_of
from wargame_mentorship.wagtail_hooks.changes import Changes, plain
from wargame_mentorship.wagtail_hooks.listing import AgeColumn
from wargame_mentorship.wagtail_hooks.reporting import ModeratorReportItem, ModeratorReportView

NAME = "wargame_mentorship_log"
RESULTS = "wargame_mentorship_log_results"

MOST_EXPORTED = 20_000
"""So many lines, the newest, one spreadsheet takes along; a filter by date leads to the others."""
BATCH = 500


@dataclass(frozen=True)
class Line:
    """An entry in words; of whom a block hides there is no name."""

    occurred_at: datetime
    actor: str
    action: str
    kind: str
    title: str
    url: str | None
    object_id: str
    categories: str
    reason: str
    changes: str
    before: str
    after: str


class LogFilterSet(WagtailFilterSet):
    occurred_at = django_filters.DateFromToRangeFilter(
        label=gettext_lazy("Date"), widget=DateRangePickerWidget
    )
    actor = django_filters.CharFilter(
        label=gettext_lazy("Moderator (user name)"), method="filter_actor"
    )
    action = django_filters.ChoiceFilter(
        label=gettext_lazy("Action"), choices=verb_choices, field_name="verb"
    )
    content_type = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=kind_choices, method="filter_content_type"
    )
    category = django_filters.ChoiceFilter(label=gettext_lazy("Category"), method="filter_category")

    class Meta:
        model = Event
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["category"].extra["choices"] = category_choices(viewer_of(self.request))

    def filter_actor(self, queryset: QuerySet[Any], _name: str, name: str) -> QuerySet[Any]:
        people: Any = get_user_model()
        named = people._default_manager.filter(**{f"{people.USERNAME_FIELD}__iexact": name.strip()})
        hidden: Any = viewer_of(self.request).hidden_user_ids
        # Whom a block hides is not named, so nobody finds out by asking for them.
        return queryset.filter(actor__in=named).exclude(actor__in=hidden)

    def filter_content_type(self, queryset: QuerySet[Any], _name: str, kind: str) -> QuerySet[Any]:
        return queryset.filter(log.about(kind))

    def filter_category(self, queryset: EventQuerySet, _name: str, key: str) -> QuerySet[Any]:
        return queryset.in_categories([UUID(key)])


def category_choices(viewer: Viewer) -> Choices:
    """All that somebody moderates, by key; those of help and those of the forums apart."""
    return [
        (
            capfirst(str(model._meta.verbose_name_plural)),
            [
                (str(category.pk), str(category))
                for category in model._default_manager.filter(pk__in=viewer.moderated_ids(model))
            ],
        )
        for model in registry.moderated_categories()
        if viewer.moderated_ids(model)
    ]


class LogView(ModeratorReportView):
    page_title = gettext_lazy("Moderation log")
    header_icon = "history"
    index_url_name = NAME
    index_results_url_name = RESULTS
    filterset_class = LogFilterSet
    export_headings: ClassVar[dict[str, Any]] = {
        "occurred_at": gettext_lazy("When"),
        "actor": gettext_lazy("Moderator"),
        "action": gettext_lazy("Action"),
        "kind": gettext_lazy("Kind"),
        "title": gettext_lazy("Title"),
        "object_id": gettext_lazy("ID"),
        "categories": gettext_lazy("Category"),
        "reason": gettext_lazy("Reason"),
        "before": gettext_lazy("Before"),
        "after": gettext_lazy("After"),
    }
    list_export: ClassVar[list[str]] = list(export_headings)
    columns: ClassVar[list[Column]] = [
        AgeColumn("occurred_at", label=gettext_lazy("When")),
        Column("actor", label=gettext_lazy("Moderator")),
        Column("action", label=gettext_lazy("Action")),
        TitleColumn(
            "title",
            label=gettext_lazy("What"),
            accessor=lambda line: line.title or line.kind,
            get_url=lambda line: line.url,
            classname="wm-admin-title",
        ),
        Column("categories", label=gettext_lazy("Category")),
        Column("changes", label=gettext_lazy("Change")),
        Column("reason", label=gettext_lazy("Reason")),
    ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.is_export:
            answer: HttpResponseBase = super().get(request, *args, **kwargs)
            return answer
        # Before Wagtail would count, and so load, all that there is.
        lines = self.exported(self.get_filtered_queryset())
        export: HttpResponseBase = self.as_spreadsheet(lines, request.GET["export"])
        return export

    def get_queryset(self) -> QuerySet[Event]:
        return log.log(self.viewer).order_by(*log.NEWEST)

    def get_filename(self) -> str:
        return f"moderation-log-{timezone.localdate().isoformat()}"

    def get_table(self, object_list: Any) -> Any:
        return super().get_table(self.lines(list(object_list)))

    def exported(self, found: QuerySet[Event]) -> Iterator[Line]:
        """Batch by batch, in the language of who asks, whichever is active while it is sent."""
        events = found[:MOST_EXPORTED].iterator(chunk_size=BATCH)
        language = translation.get_language()
        while batch := list(islice(events, BATCH)):
            with translation.override(language):
                lines = self.lines(batch)
            yield from lines

    def lines(self, events: list[Event]) -> list[Line]:
        keys = {event.actor_id for event in events} - {None} - self.viewer.hidden_ids
        people = users().display(keys) if keys else {}
        entries = log.entries(self.viewer, events)
        changes = Changes(self.viewer, entries)
        return [self.line(entry, people.get(entry.event.actor_id), changes) for entry in entries]

    def line(self, entry: log.Entry, actor: DisplayUser | None, changes: Changes) -> Line:
        return Line(
            occurred_at=entry.event.occurred_at,
            actor=actor.name if actor else _("a former member"),
            action=entry.text,
            kind=entry.kind_label,
            title=entry.title or "",
            url=entry.url,
            object_id=str(entry.object_id),
            categories=", ".join(entry.categories.values()),
            reason=entry.event.reason,
            changes=", ".join(changes.of(entry)),
            before=", ".join(facts_of(entry.before)),
            after=", ".join(facts_of(entry.after)),
        )


def facts_of(facts: dict[str, Any]) -> Iterable[str]:
    return (f"{name}: {plain(value)}" for name, value in facts.items())


def urls() -> list[URLPattern]:
    return [
        path("mentorship/log/", answering_errors(LogView.as_view()), name=NAME),
        path(
            "mentorship/log/results/",
            answering_errors(LogView.as_view(results_only=True)),
            name=RESULTS,
        ),
    ]


def menu_item() -> ModeratorReportItem:
    return ModeratorReportItem(
        gettext_lazy("Moderation log"),
        reverse(NAME),
        name="wargame-mentorship-log",
        icon_name="history",
        order=1010,
    )


hooks.register("register_admin_urls", urls)
hooks.register("register_reports_menu_item", menu_item)
