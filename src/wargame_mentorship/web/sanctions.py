"""What was said against one, with a reply; somebody's record, and the replies that wait."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import Conflict, DomainError, Invalid, NotFound, Stale
from wargame_mentorship.core.paging import InvalidCursor, Ordering, paginate
from wargame_mentorship.core.text import as_named
from wargame_mentorship.host import DisplayUser
from wargame_mentorship.moderation import people, rules, sanctions
from wargame_mentorship.moderation.models import Sanction, StaffNote
from wargame_mentorship.moderation.people import PersonRecord, Written
from wargame_mentorship.moderation.transitions import SANCTION
from wargame_mentorship.web.base import PluginView, status_of
from wargame_mentorship.web.forms import add_errors, as_uuid
from wargame_mentorship.web.people import People

PAGE_SIZE = 20
NEWEST = Ordering("newest", ("-created_at", "-id"))
LONGEST_WAITING = Ordering("appealed", sanctions.LONGEST_WAITING)
DAYS = (1, 3, 7, 14, 30, 90, 365)


@dataclass(frozen=True)
class About:
    """What a warning, a suspension or a note is about, as a page shows it."""

    title: str
    url: str


@dataclass(frozen=True)
class Row:
    """A warning or a suspension."""

    sanction: Sanction
    person: DisplayUser
    giver: DisplayUser
    about: About | None
    """None: nothing in particular, or it is not there (for this viewer)."""
    actions: list[str]
    is_over: bool
    """Whether a suspension has run out."""


class SanctionsView(PluginView):
    """What pages that show warnings and suspensions share."""

    def rows(self, shown: Sequence[Sanction], *further: Any) -> list[Row]:
        """In a query for each kind of content, and one for the people (`further` ones too)."""
        keys = {key for one in shown for key in (one.person_id, one.given_by_id)}
        self.people = People(self.viewer, keys.union(further))
        about, now = self.abouts(shown), timezone.now()
        return [
            Row(
                sanction=one,
                person=self.people.get(one.person_id),
                giver=self.people.get(one.given_by_id),
                about=about.get((one.kind, one.object_id)),
                actions=SANCTION.available_actions(self.viewer, one),
                is_over=one.until is not None and one.until <= now,
            )
            for one in shown
        ]

    def abouts(self, shown: Sequence[Sanction | StaffNote]) -> dict[Any, About]:
        found: dict[Any, About] = {}
        for name in sorted({one.kind for one in shown} - {""}):
            kind = registry.get(name)
            keys = [one.object_id for one in shown if one.kind == name]
            seen = kind.with_whole(kind.visible_to(self.viewer)).in_bulk(keys)
            found |= {
                (name, key): About(kind.title(entry), kind.url(entry))
                for key, entry in seen.items()
            }
        return found


class SanctionListView(SanctionsView, ABC):
    """A list of them, page by page, with something to do about each."""

    name: ClassVar[str]
    ordering: ClassVar[Ordering]

    @abstractmethod
    def show(self) -> TemplateResponse: ...

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.show()
        except InvalidCursor:
            return redirect(self.name)

    def listed(self, found: QuerySet[Sanction]) -> dict[str, Any]:
        """The rows of the page that is asked for, and the ways to the others."""
        page = paginate(
            found,
            ordering=self.ordering,
            cursor=self.request.GET.get("cursor") or None,
            size=PAGE_SIZE,
        )
        address = reverse(self.name)
        return {
            "rows": self.rows(page.items),
            "newer_url": page.previous_cursor and f"{address}?cursor={page.previous_cursor}",
            "older_url": page.next_cursor and f"{address}?cursor={page.next_cursor}",
        }


class StandingView(SanctionListView):
    name = "wargame_mentorship:standing"
    ordering = NEWEST
    typed_fields = ("text",)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Reply to one of them."""
        self.viewer.require_user()
        if (pk := as_uuid(request.POST.get("sanction", ""))) is None:
            raise NotFound
        try:
            sanctions.appeal(
                actor=self.viewer, sanction=Sanction(pk=pk), text=request.POST.get("text", "")
            )
        except (Invalid, Conflict) as error:
            return self.show(error=error, tried=pk, status=status_of(error))
        return HttpResponseRedirect(f"{reverse(self.name)}?done=1")

    def show(
        self, *, error: DomainError | None = None, tried: UUID | None = None, status: int = 200
    ) -> TemplateResponse:
        return self.page(
            "wargame_mentorship/moderation/standing.html",
            {
                **self.listed(sanctions.own(self.viewer)),
                "error": error,
                "tried": tried,
                "text": self.request.POST.get("text", ""),
                "longest": sanctions.LONGEST_APPEAL,
                "done": "done" in self.request.GET and error is None,
            },
            status=status,
        )


class AppealsView(SanctionListView):
    name = "wargame_mentorship:appeals"
    ordering = LONGEST_WAITING
    typed_fields = ("reason",)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Confirm or withdraw one: the button's name is what, `sanction` is which."""
        sanctions.appeals(self.viewer)
        try:
            _decide(self.viewer, request)
        except (Invalid, Conflict, Stale) as error:
            return self.show(error=error, status=status_of(error))
        return HttpResponseRedirect(f"{reverse(self.name)}?done=1")

    def show(self, *, error: DomainError | None = None, status: int = 200) -> TemplateResponse:
        return self.page(
            "wargame_mentorship/moderation/appeals.html",
            {
                **self.listed(sanctions.appeals(self.viewer)),
                "error": error,
                "tried": self.request.POST.get("sanction", "").partition(":")[0],
                "reason": self.request.POST.get("reason", ""),
                "done": "done" in self.request.GET and error is None,
                "action_url": reverse(self.name),
            },
            status=status,
        )


def _decide(viewer: Any, request: HttpRequest) -> None:
    """Confirm or withdraw what the form names, as it was shown. Raises: NotFound: neither."""
    services = {"confirm": sanctions.confirm, "withdraw": sanctions.withdraw}
    named = as_named(request.POST.get("sanction", ""))
    service = next((services[name] for name in services if name in request.POST), None)
    if named is None or service is None:
        raise NotFound
    pk, version = named
    service(
        actor=viewer,
        sanction=Sanction(pk=pk),
        reason=request.POST.get("reason", ""),
        if_version=version,
    )


class AboutForm(forms.Form):
    """A form about something that somebody wrote.

    Args:
        may_be_nothing: it may be about nothing in particular.
    """

    about = forms.ChoiceField(label=_("About"), required=False)

    def __init__(
        self, *args: Any, written: Sequence[Written], may_be_nothing: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [(f"{one.kind.name}:{one.entry.pk}", _labelled(one)) for one in written]
        nothing = [("", _("Nothing in particular"))] if may_be_nothing else []
        about: Any = self.fields["about"]
        about.choices = [*nothing, *choices]
        about.required = not may_be_nothing

    def content(self) -> dict[str, Any]:
        """`kind` and `object_id` of what was chosen."""
        kind, _colon, key = self.cleaned_data["about"].partition(":")
        return {"kind": kind, "object_id": UUID(key)} if key else {}


def _labelled(one: Written) -> str:
    written_on = date_format(timezone.localtime(one.entry.created_at), "SHORT_DATE_FORMAT")
    return f"{one.title} ({one.kind.label}, {written_on})"


class NoteForm(AboutForm):
    text = forms.CharField(
        label=_("Note"),
        help_text=_("The other moderators of its category read it, the person does not."),
        max_length=people.LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WarnForm(AboutForm):
    reason = forms.CharField(
        label=_("Why?"), help_text=_("The person reads it, and can reply."), max_length=200
    )


class SuspendForm(WarnForm):
    field_order = ("about", "days", "reason")

    days = forms.TypedChoiceField(
        label=_("For how long?"),
        coerce=int,
        initial=7,
        choices=lambda: [
            (days, ngettext("%(days)d day", "%(days)d days", days) % {"days": days})
            for days in DAYS
        ],
    )


class PersonView(SanctionsView):
    """Somebody's record; what a moderator does about them."""

    typed_fields = ("note-text", "warn-reason", "suspend-reason", "reason")

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return self._show(people.record_of(self.viewer, key), {})

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        """The button's name is what: note, warn, suspend, or withdraw one of them."""
        record = people.record_of(self.viewer, key)
        name = next((name for name in self._classes(record) if name in request.POST), "")
        try:
            if not name:
                _decide(self.viewer, request)
                return self._done(key)
            form = self._form(name, record, request.POST)
            if not form.is_valid():
                return self._show(record, {name: form}, status=400)
        except (Conflict, Stale, Invalid) as error:
            return self._show(record, {}, error=error, status=status_of(error))
        try:
            self._act(name, record, form)
        except Invalid as error:
            add_errors(form, error)
            return self._show(record, {name: form}, status=400)
        except Conflict as error:
            return self._show(record, {name: form}, error=error, status=status_of(error))
        return self._done(key)

    def _act(self, name: str, record: PersonRecord, form: AboutForm) -> None:
        given = form.cleaned_data
        match name:
            case "note":
                people.add_note(
                    actor=self.viewer, person=record.person, text=given["text"], **form.content()
                )
            case "warn":
                sanctions.warn(
                    actor=self.viewer,
                    person_id=record.person.pk,
                    reason=given["reason"],
                    **form.content(),
                )
            case "suspend":
                sanctions.suspend(
                    actor=self.viewer,
                    person=record.person,
                    until=timezone.now() + timedelta(days=given["days"]),
                    reason=given["reason"],
                    **form.content(),
                )

    def _done(self, key: str) -> HttpResponse:
        return HttpResponseRedirect(f"{reverse('wargame_mentorship:person', args=[key])}?done=1")

    def _classes(self, record: PersonRecord) -> dict[str, type[AboutForm]]:
        """What this moderator can do about this person, now."""
        if self.viewer.is_me(record.person.pk):
            return {}
        suspends = rules.can_suspend(self.viewer)
        found: dict[str, type[AboutForm]] = {}
        if record.written or suspends:
            found["note"] = NoteForm
        if record.written:
            found["warn"] = WarnForm
        if suspends:
            found["suspend"] = SuspendForm
        return found

    def _form(self, name: str, record: PersonRecord, data: Any = None) -> AboutForm:
        may_be_nothing = name != "warn" and rules.can_suspend(self.viewer)
        return self._classes(record)[name](
            data,
            prefix=name,
            written=record.written,
            may_be_nothing=may_be_nothing,
            initial={"about": self.request.GET.get("about", "")},
        )

    def _show(
        self,
        record: PersonRecord,
        tried: dict[str, AboutForm],
        *,
        error: DomainError | None = None,
        status: int = 200,
    ) -> TemplateResponse:
        writers = {note.given_by_id for note in record.notes}
        rows = self.rows(record.sanctions, record.person.pk, *writers)
        about = self.abouts(record.notes)
        forms_by_name = {
            name: tried.get(name) or self._form(name, record) for name in self._classes(record)
        }
        return self.page(
            "wargame_mentorship/moderation/person.html",
            {
                "person": self.people.get(record.person.pk),
                "record": record,
                "written": [(one, capfirst(str(one.kind.label))) for one in record.written],
                "notes": [
                    (
                        note,
                        self.people.get(note.given_by_id),
                        about.get((note.kind, note.object_id)),
                    )
                    for note in record.notes
                ],
                "rows": rows,
                "forms": forms_by_name,
                "tried": next(iter(tried), ""),
                "error": error,
                "done": "done" in self.request.GET and error is None and not tried,
                "action_url": self.request.get_full_path(),
            },
            status=status,
        )
