"""One's notifications, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.core.paging import InvalidCursor, Ordering, paginate
from wargame_mentorship.host import DisplayUser
from wargame_mentorship.notifications import services
from wargame_mentorship.web.base import PluginView
from wargame_mentorship.web.people import People

PAGE_SIZE = 30
NEWEST = Ordering("newest", ("-created_at", "-id"))


@dataclass(frozen=True)
class Line:
    shown: services.Shown
    actor: DisplayUser
    text: str


class ListView(PluginView):
    def get(self, request: HttpRequest) -> HttpResponse:
        self.viewer.require_user()
        mine = services.deliveries_of(self.viewer).select_related("event")
        cursor = request.GET.get("cursor") or None
        try:
            page = paginate(mine, ordering=NEWEST, cursor=cursor, size=PAGE_SIZE)
        except InvalidCursor:
            return redirect("wargame_mentorship:notifications")
        shown = services.show(self.viewer, page.items)
        people = People(self.viewer, [entry.actor_id for entry in shown])
        lines = [
            Line(entry, actor, entry.text({entry.actor_id: actor}))
            for entry in shown
            for actor in [people.get(entry.actor_id)]
        ]
        return self.page(
            "wargame_mentorship/notifications/list.html",
            {
                "lines": lines,
                "unread_count": services.unread_count(self.viewer),
                "newer_url": self._paged(page.previous_cursor),
                "older_url": self._paged(page.next_cursor),
            },
        )

    def _paged(self, cursor: str | None) -> str | None:
        return f"{reverse('wargame_mentorship:notifications')}?cursor={cursor}" if cursor else None


class ReadView(PluginView):
    """Marks one notification read and goes to what it is about, or marks all of them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect(self.return_url())

    def post(self, request: HttpRequest) -> HttpResponse:
        self.viewer.require_user()
        if request.POST.get("all"):
            services.mark_read(actor=self.viewer, ids=None)
            return HttpResponseRedirect(self.return_url())
        try:
            key = UUID(request.POST.get("id", ""))
        except ValueError as error:
            raise NotFound from error
        services.mark_read(actor=self.viewer, ids=[key])
        mine = services.deliveries_of(self.viewer).select_related("event").filter(pk=key)
        shown = services.show(self.viewer, list(mine))
        return HttpResponseRedirect((shown[0].url if shown else None) or self.return_url())

    def return_url(self) -> str:
        return reverse("wargame_mentorship:notifications")
