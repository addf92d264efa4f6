"""Lists across the forums: the latest, what is unread, watched, one's own, or unanswered."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.core.paging import InvalidCursor, paginate
from wargame_mentorship.forums import services
from wargame_mentorship.forums.filters import LATEST, ForumTopicFilter
from wargame_mentorship.forums.models import ForumCategory, ForumTopic
from wargame_mentorship.web.base import PluginView
from wargame_mentorship.web.forums.drafting import draft_rows
from wargame_mentorship.web.forums.listing import PAGE_SIZE, topic_rows
from wargame_mentorship.web.forums.lists import LISTS, list_url, tabs


class LatestView(PluginView):
    """One of the lists, those with the latest reply first."""

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        if (shown := LISTS.get(name)) is None:
            raise NotFound
        topics = ForumTopic.objects.visible_to(self.viewer).as_shown_to(self.viewer)
        found = ForumTopicFilter(shown.narrowed_to, topics, viewer=self.viewer).filtered()
        cursor = request.GET.get("cursor") or None
        try:
            page = paginate(
                found, ordering=LATEST["activity"], cursor=cursor, size=PAGE_SIZE, binding=name
            )
        except InvalidCursor:
            return redirect(list_url(name))
        return self.page(
            "wargame_mentorship/forums/latest.html",
            {
                "shown": shown,
                "name": name,
                "tabs": tabs(self.viewer, name),
                "rows": topic_rows(self.viewer, page.items),
                "newer_url": self._paged(name, page.previous_cursor),
                "older_url": self._paged(name, page.next_cursor),
                "drafts": draft_rows(self.viewer) if name == "mine" and cursor is None else [],
                "search_url": reverse("wargame_mentorship:search-forums"),
                "is_indexed": not shown.is_personal and cursor is None,
                "canonical_url": request.build_absolute_uri(list_url(name)),
            },
        )

    def _paged(self, name: str, cursor: str | None) -> str | None:
        return f"{list_url(name)}?cursor={cursor}" if cursor else None


class ReadForumsView(PluginView):
    """Marks everything in the forums as read."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect(self.return_url())

    def post(self, request: HttpRequest) -> HttpResponse:
        services.mark_all_read(actor=self.viewer)
        return HttpResponseRedirect(self.return_url())

    def return_url(self) -> str:
        return reverse("wargame_mentorship:forums")


class ReadForumView(PluginView):
    """Marks all topics of one forum as read."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return redirect(self._url(self._find(pk)))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        self.viewer.require_user()
        category = self._find(pk)
        services.mark_category_read(actor=self.viewer, category=category)
        return HttpResponseRedirect(self._url(category))

    def return_url(self) -> str:
        return self._url(self._find(self.kwargs["pk"]))

    def _find(self, pk: UUID) -> ForumCategory:
        if (found := ForumCategory.objects.in_use().filter(pk=pk).first()) is None:
            raise NotFound
        return found

    def _url(self, category: ForumCategory) -> str:
        return reverse("wargame_mentorship:forum-category", args=[category.slug])
