"""One thing in full, and its history."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.widgets.button import Button

from wargame_mentorship.core import registry
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.events.models import Event
from wargame_mentorship.host import users
from wargame_mentorship.moderation import labels
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.moderation.transitions import HELD
from wargame_mentorship.wagtail_hooks.base import ICONS, Authors, ModeratorView, excerpt_of

NEWEST = 10
"""So much history stands below a thing; the rest has a page of its own."""

MOST_ANSWERS = 50
"""So many answers stand below a thing; the list of answers has all of them."""


@dataclass(frozen=True)
class Line:
    """One event of a history; `note` says more where there is more to say."""

    moment: Any
    actor: str
    text: str
    note: str


class HistoryMixin(ModeratorView):
    """Reads the event log of one thing, as far as it is for moderators."""

    def events(self) -> Any:
        about = Q(subject_kind=self.kind, subject_id=self.object.pk)
        return Event.objects.filter(about | self.further_events(), verb__in=labels.EVENTS).order_by(
            "-occurred_at", "-pk"
        )

    def further_events(self) -> Q:
        """Events that are about something else and yet tell of this."""
        return Q(pk__in=[])

    def lines(self, events: Any) -> list[Line]:
        shown = list(events)
        keys = {event.actor_id for event in shown} - {None} - self.viewer.hidden_ids
        known = users().display(keys) if keys else {}
        return [
            Line(
                moment=event.occurred_at,
                actor=known[event.actor_id].name if event.actor_id in known else "",
                text=labels.told(event.verb),
                note=event.reason or labels.spoken(event.data.get("reasons", ())),
            )
            for event in shown
        ]


class PartHistoryMixin(HistoryMixin):
    """That a part was written and accepted is recorded with what it is a part of."""

    part_verbs: tuple[str, ...] = ()
    part_key = ""

    def further_events(self) -> Q:
        whole: Any = moderation.moderated(self.kind).parent(self.object)
        return Q(
            subject_kind=whole.KIND,
            subject_id=whole.pk,
            verb__in=self.part_verbs,
            **{f"data__{self.part_key}": str(self.object.pk)},
        )


class InspectView(HistoryMixin, ABC):
    """Everything that a moderator needs to decide, on one page."""

    template_name = "wargame_mentorship/admin/inspect.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.page()

    def get_page_title(self) -> str:
        return _("Inspect")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *way, _itself, here = super().get_breadcrumbs_items()
        return [*way, here]

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        return [
            Button(_("Edit"), url=self.url_of("edit"), icon_name="edit", priority=10),
            Button(_("Delete"), url=self.url_of("delete"), icon_name="bin", priority=20),
            Button(_("History"), url=self.url_of("history"), icon_name="history", priority=80),
            Button(
                _("View on the site"),
                url=self.content_kind.url(self.object),
                icon_name="view",
                priority=90,
            ),
        ]

    @abstractmethod
    def facts(self) -> list[tuple[Any, Any]]:
        """What there is to know beside the text: label and value."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        history = list(self.events()[: NEWEST + 1])
        return {
            **context,
            **self.words(),
            "object": self.object,
            "title": self.title,
            "author": Authors(self.viewer, self.content_kind, [self.object]).name_of(self.object),
            "facts": self.facts(),
            "is_held": self.object.is_held,
            "is_hidden": self.object.moderation_state == ModerationState.HIDDEN,
            "held_for": moderation.held_for(self.kind, [self.object.pk]).get(self.object.pk, "")
            if self.object.is_held
            else "",
            "moves": [
                {
                    "label": labels.MOVES[action],
                    "meaning": labels.MEANINGS[action],
                    "icon": ICONS[action],
                    "url": self.url_of(action),
                }
                for action in HELD.available_actions(self.viewer, self.object)
            ],
            "history": self.lines(history[:NEWEST]),
            "history_url": self.url_of("history") if len(history) > NEWEST else None,
            "site_url": self.content_kind.url(self.object),
        }


class WholeInspectView(InspectView, ABC):
    """With the first of its answers below."""

    template_name = "wargame_mentorship/admin/inspect_with_answers.html"
    answer_kind = ""
    answer_namespace = ""
    answer_field = ""

    @abstractmethod
    def answers_heading(self) -> str: ...

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "answers": self._answers(), "answers_heading": self.answers_heading()}

    def _answers(self) -> list[dict[str, Any]]:
        theirs = moderation.moderated(self.answer_kind).by(self.viewer)
        given = theirs.filter(**{self.answer_field: self.object.pk})
        found = list(given.order_by("created_at", "pk")[:MOST_ANSWERS])
        kind = registry.get(self.answer_kind)
        authors = Authors(self.viewer, kind, found)
        return [
            {
                "object": answer,
                "excerpt": excerpt_of(kind, answer),
                "author": authors.name_of(answer),
                "url": reverse(f"{self.answer_namespace}:inspect", args=[answer.pk]),
            }
            for answer in found
        ]


class HistoryView(HistoryMixin):
    """What has happened, newest first."""

    template_name = "wargame_mentorship/admin/history.html"
    paginate_by = 50

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.page()

    def get_page_title(self) -> str:
        return _("History")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        paginator = WagtailPaginator(self.events(), self.paginate_by)
        page = paginator.get_page(self.request.GET.get("p"))
        return {
            **context,
            "lines": self.lines(page.object_list),
            "page_obj": page,
            "elided_page_range": paginator.get_elided_page_range(page.number),
            "index_url": self.url_of("history"),
        }
