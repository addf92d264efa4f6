"""What readers have reported, in the categories that one moderates: read and decided in place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from wargame_mentorship.core.errors import Conflict, Invalid, NotFound, Stale
from wargame_mentorship.core.paging import InvalidCursor, Ordering, paginate
from wargame_mentorship.core.text import as_named
from wargame_mentorship.host import DisplayUser, users
from wargame_mentorship.moderation import cases
from wargame_mentorship.moderation.cases import ShownCase
from wargame_mentorship.moderation.models import CaseStatus, Flag, FlagCase, StaffNote
from wargame_mentorship.moderation.transitions import CASE
from wargame_mentorship.photos import services as photos
from wargame_mentorship.wagtail_hooks.base import answering_errors, moderates, viewer_of

NAME = "wargame_mentorship_cases"
PAGE_SIZE = 20
MOST_FLAGGED = Ordering("flagged", cases.MOST_FLAGGED)
LAST_DECIDED = Ordering("decided", cases.LAST_DECIDED)


@dataclass(frozen=True)
class Row:
    """A case with all that is needed to decide it; of whom a block hides there is no name."""

    shown: ShownCase
    author: str
    flags: list[tuple[Flag, str]]
    notes: list[tuple[StaffNote, str]]
    photos: list[Any]
    holder: str
    """The moderator who looks at it, if somebody else does."""
    is_mine: bool
    decider: str
    can_reopen: bool


class CasesView(WagtailAdminTemplateMixin, TemplateView):
    template_name = "wargame_mentorship/admin/cases.html"
    page_title = gettext_lazy("Reported")
    header_icon = "warning"
    _show_breadcrumbs = True

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.viewer = viewer_of(request)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().get(request, *args, **kwargs)
        except InvalidCursor:
            return HttpResponseRedirect(self._url(status=self.status))

    @property
    def status(self) -> str:
        asked = self.request.GET.get("status", "")
        return asked if asked in CaseStatus.values else CaseStatus.OPEN.value

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Do one thing with one case: the button's name is what, `case` is which."""
        # Whoever moderates nothing is turned away before anything is read.
        cases.queue(self.viewer)
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
        except Invalid as error:
            messages.error(request, " ".join(error.texts))
        except (Conflict, Stale) as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, _("It is done."))
        return HttpResponseRedirect(self._url(status=self.status))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_open = self.status == CaseStatus.OPEN
        page = paginate(
            cases.queue(self.viewer, status=self.status),
            ordering=MOST_FLAGGED if is_open else LAST_DECIDED,
            cursor=self.request.GET.get("cursor") or None,
            size=PAGE_SIZE,
            binding=self.status,
        )
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "rows": self._rows(page.items),
            "is_open": is_open,
            "states": [
                (capfirst(str(label)), self._url(status=value), value == self.status)
                for value, label in CaseStatus.choices
            ],
            "action_url": self._url(status=self.status),
            "newer_url": self._paged(page.previous_cursor),
            "older_url": self._paged(page.next_cursor),
        }

    def _rows(self, found: list[FlagCase]) -> list[Row]:
        shown = cases.shown_cases(self.viewer, found, with_notes=True)
        wanted: dict[str, list[UUID]] = {}
        for one in shown:
            wanted.setdefault(one.case.kind, []).append(one.case.object_id)
        keys = {key for one in shown for key in one.user_ids}
        pictures = photos.photos_of_kinds(wanted)
        people = users().display(keys - self.viewer.hidden_ids) if keys else {}
        return [self._row(one, people, pictures) for one in shown]

    def _row(self, one: ShownCase, people: Any, pictures: dict[UUID, list[Any]]) -> Row:
        def name(key: Any) -> str:
            known: DisplayUser | None = people.get(key)
            return known.name if known else _("a former member")

        case = one.case
        is_mine = self.viewer.is_me(one.holder_id)
        return Row(
            shown=one,
            author=name(one.author_id),
            flags=[(flag, name(flag.flagger_id)) for flag in one.flags],
            notes=[(note, name(note.given_by_id)) for note in one.notes],
            photos=pictures.get(case.object_id, []) if one.subject else [],
            holder=name(one.holder_id) if one.holder_id and not is_mine else "",
            is_mine=is_mine,
            decider=name(case.decided_by_id),
            can_reopen="reopen" in CASE.available_actions(self.viewer, case),
        )

    def _url(self, **query: Any) -> str:
        return f"{reverse(NAME)}?{urlencode(query)}"

    def _paged(self, cursor: str | None) -> str | None:
        return self._url(status=self.status, cursor=cursor) if cursor else None


class CasesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return moderates(request) and cases.has_queue()


def urls() -> list[URLPattern]:
    return [path("mentorship/cases/", answering_errors(CasesView.as_view()), name=NAME)]


def menu_item() -> CasesMenuItem:
    return CasesMenuItem(
        gettext_lazy("Reported"),
        reverse(NAME),
        name="wargame-mentorship-cases",
        icon_name="warning",
        order=252,
    )


hooks.register("register_admin_urls", urls)
hooks.register("register_admin_menu_item", menu_item)
