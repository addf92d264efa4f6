"""Reporting something, what became of what one has reported, and the cases of a moderator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import Conflict, DomainError, Invalid, NotFound, Stale
from wargame_mentorship.core.paging import InvalidCursor, Ordering, Page, paginate
from wargame_mentorship.core.text import as_named
from wargame_mentorship.host import DisplayUser, Viewer
from wargame_mentorship.moderation import cases, flagging
from wargame_mentorship.moderation.cases import ShownCase
from wargame_mentorship.moderation.models import CaseStatus, Flag, FlagCase, FlagReason, StaffNote
from wargame_mentorship.moderation.transitions import CASE
from wargame_mentorship.photos import services as photos
from wargame_mentorship.web.base import PluginView, status_of
from wargame_mentorship.web.forms import add_errors
from wargame_mentorship.web.people import People

PAGE_SIZE = 20
NEWEST = Ordering("newest", ("-created_at", "-id"))
MOST_FLAGGED = Ordering("flagged", cases.MOST_FLAGGED)
LAST_DECIDED = Ordering("decided", cases.LAST_DECIDED)


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=FlagReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    note = forms.CharField(
        label=_("Tell the moderators more (optional)"),
        help_text=_("Only they read it, and see that it is from you."),
        max_length=flagging.LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReportView(PluginView):
    throttle_scope = "flag-user"
    typed_fields = ("note",)

    def get(self, request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
        entry = flagging.flaggable(self.viewer, kind, pk)
        if flagging.has_flagged(self.viewer, kind, pk):
            return redirect("wargame_mentorship:flags")
        return self._show(entry, ReportForm())

    def post(self, request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
        entry = flagging.flaggable(self.viewer, kind, pk)
        form = ReportForm(request.POST)
        if not form.is_valid():
            return self._show(entry, form, status=400)
        try:
            flagging.flag(actor=self.viewer, kind=kind, object_id=pk, **form.cleaned_data)
        except Invalid as error:
            add_errors(form, error)
            return self._show(entry, form, status=400)
        except Conflict as error:
            return self._show(entry, form, error=error, status=status_of(error))
        return HttpResponseRedirect(f"{reverse('wargame_mentorship:flags')}?thanks=1")

    def _show(
        self, entry: Any, form: ReportForm, *, error: DomainError | None = None, status: int = 200
    ) -> TemplateResponse:
        kind = registry.kind_of(entry)
        hooks = kind.moderated
        return self.page(
            "wargame_mentorship/moderation/report.html",
            {
                "title": kind.title(entry),
                "back_url": kind.url(entry),
                "text_html": hooks.text_html(entry) if hooks else "",
                "author": People(self.viewer, [kind.author_id(entry)]).get(kind.author_id(entry)),
                "form": form,
                "error": error,
            },
            status=status,
        )


@dataclass(frozen=True)
class Reported:
    """What somebody has reported, with what became of it."""

    flag: Flag
    title: str
    url: str | None
    """None: they do not see it any more."""
    outcome: str
    """Empty, `upheld` or `dismissed`."""


class FlagsView(PluginView):
    def get(self, request: HttpRequest) -> HttpResponse:
        mine = flagging.flags_by(self.viewer)
        cursor = request.GET.get("cursor") or None
        try:
            page = paginate(mine, ordering=NEWEST, cursor=cursor, size=PAGE_SIZE)
        except InvalidCursor:
            return redirect("wargame_mentorship:flags")
        address = reverse("wargame_mentorship:flags")
        return self.page(
            "wargame_mentorship/moderation/flags.html",
            {
                "reported": reported(self.viewer, page.items),
                "thanks": "thanks" in request.GET,
                "newer_url": page.previous_cursor and f"{address}?cursor={page.previous_cursor}",
                "older_url": page.next_cursor and f"{address}?cursor={page.next_cursor}",
            },
        )


def reported(viewer: Viewer, flags: Sequence[Flag]) -> list[Reported]:
    """In a query for each kind."""
    seen: dict[tuple[str, UUID], Any] = {}
    for name in sorted({flag.case.kind for flag in flags}):
        keys = [flag.case.object_id for flag in flags if flag.case.kind == name]
        kind = registry.get(name)
        found = kind.with_whole(kind.visible_to(viewer)).in_bulk(keys)
        seen |= {(name, key): entry for key, entry in found.items()}
    shown = []
    for flag in flags:
        kind = registry.get(flag.case.kind)
        entry = seen.get((flag.case.kind, flag.case.object_id))
        decided = {True: CaseStatus.UPHELD.value, False: CaseStatus.DISMISSED.value, None: ""}
        shown.append(
            Reported(
                flag=flag,
                title=kind.title(entry) if entry else str(kind.label),
                url=kind.url(entry) if entry else None,
                outcome=decided[flag.agreed],
            )
        )
    return shown


@dataclass(frozen=True)
class Row:
    """A case with all that is needed to decide it."""

    shown: ShownCase
    author: DisplayUser
    flaggers: list[tuple[Flag, DisplayUser]]
    notes: list[tuple[StaffNote, DisplayUser]]
    photos: list[Any]
    holder: DisplayUser | None
    """The moderator who looks at it."""
    is_mine: bool
    """Whether that is the viewer."""
    decider: DisplayUser | None
    actions: list[str]


class CasesView(PluginView):
    typed_fields = ("reason",)

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            return self._show()
        except InvalidCursor:
            return redirect(self._url())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do one thing with one case: the button's name is what, `case` is which."""
        self.viewer.require_user()
        if (named := as_named(request.POST.get("case", ""))) is None:
            raise NotFound
        pk, version = named
        action = next((name for name in cases.ACTIONS if name in request.POST), "")
        try:
            cases.act(
                action,
                actor=self.viewer,
                case=FlagCase(pk=pk),
                reason=request.POST.get("reason", ""),
                if_version=version,
            )
        except (Invalid, Conflict, Stale) as error:
            # The next try is against what is there now: the person has been told.
            return self._show(error=error, status=status_of(error))
        return HttpResponseRedirect(f"{self._url(done='1')}#wm-cases")

    @property
    def status(self) -> str:
        asked = self.request.GET.get("status", "")
        return asked if asked in CaseStatus.values else CaseStatus.OPEN.value

    def _show(self, *, error: DomainError | None = None, status: int = 200) -> TemplateResponse:
        page = paginate(
            cases.queue(self.viewer, status=self.status),
            ordering=MOST_FLAGGED if self.status == CaseStatus.OPEN else LAST_DECIDED,
            cursor=self.request.GET.get("cursor") or None,
            size=PAGE_SIZE,
            binding=self.status,
        )
        return self.page(
            "wargame_mentorship/moderation/cases.html",
            {
                "rows": self._rows(page),
                "is_open": self.status == CaseStatus.OPEN,
                "states": [
                    (label, self._url(status=value), value == self.status)
                    for value, label in CaseStatus.choices
                ],
                "action_url": self._url(cursor=self.request.GET.get("cursor", "")),
                "reason": self.request.POST.get("reason", ""),
                "tried": self.request.POST.get("case", "").partition(":")[0],
                "error": error,
                "done": "done" in self.request.GET and error is None,
                "newer_url": page.previous_cursor and self._url(cursor=page.previous_cursor),
                "older_url": page.next_cursor and self._url(cursor=page.next_cursor),
            },
            status=status,
        )

    def _rows(self, page: Page[FlagCase]) -> list[Row]:
        shown = cases.shown_cases(self.viewer, page.items, with_notes=True)
        wanted: dict[str, list[UUID]] = {}
        for one in shown:
            wanted.setdefault(one.case.kind, []).append(one.case.object_id)
        pictures = photos.photos_of_kinds(wanted)
        # Whoever moderates reads everybody's, blocked or not; they only stay without a name.
        people = People(self.viewer, [key for one in shown for key in one.user_ids])
        return [self._row(one, people, pictures) for one in shown]

    def _row(self, one: ShownCase, people: People, pictures: dict[UUID, list[Any]]) -> Row:
        case = one.case
        return Row(
            shown=one,
            author=people.get(one.author_id),
            flaggers=[(flag, people.get(flag.flagger_id)) for flag in one.flags],
            notes=[(note, people.get(note.given_by_id)) for note in one.notes],
            photos=pictures.get(case.object_id, []) if one.subject else [],
            holder=people.get(one.holder_id) if one.holder_id else None,
            is_mine=self.viewer.is_me(one.holder_id),
            decider=people.get(case.decided_by_id) if case.decided_by_id else None,
            actions=CASE.available_actions(self.viewer, case),
        )

    def _url(self, **changes: Any) -> str:
        given = {"status": self.status, **changes}
        query = {name: value for name, value in given.items() if value}
        return f"{reverse('wargame_mentorship:cases')}?{urlencode(query)}"
