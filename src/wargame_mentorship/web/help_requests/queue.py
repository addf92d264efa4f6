"""A helper's queue: what is in their hands, and what waits for anybody's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from wargame_mentorship.core.errors import Conflict, DomainError, NotFound, Stale
from wargame_mentorship.core.paging import InvalidCursor, Page, paginate
from wargame_mentorship.help_requests import queue, services
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.host import DisplayUser
from wargame_mentorship.photos import services as photos
from wargame_mentorship.taxonomy.follows import (
    follow_category,
    followed_categories,
    unfollow_category,
)
from wargame_mentorship.taxonomy.models import Category
from wargame_mentorship.web.base import PluginView, add_retry_after, status_of
from wargame_mentorship.web.help_requests.detail import detail_url
from wargame_mentorship.web.people import People

PAGE_SIZE = 24


@dataclass(frozen=True)
class Row:
    """One request in the queue: picture, title, who waits and since when."""

    help_request: HelpRequest
    asker: DisplayUser
    photo: Any | None

    @property
    def category(self) -> Category:
        return self.help_request.subcategory or self.help_request.category

    @property
    def drawing(self) -> str:
        return self.help_request.category.icon or "brush"


@dataclass(frozen=True)
class Toggle:
    """A category to follow or to leave; a part comes with the one it is a part of."""

    category: Category
    is_followed: bool
    is_implied: bool = False


class QueuePage(PluginView):
    """Shows the queue; the views that act on it come back to this."""

    def return_url(self) -> str:
        return reverse("wargame_mentorship:queue")

    def show(
        self,
        *,
        error: DomainError | None = None,
        about: HelpRequest | None = None,
        cursor: str | None = None,
        status: int = 200,
    ) -> TemplateResponse:
        """The page, with what could not be done and why, if anything.

        Raises:
            SignInRequired: nothing waits for nobody.
            InvalidCursor: the address is of another list, or its page is no more.
        """
        in_hands = queue.in_hands(self.viewer)
        followed = list(followed_categories(self.viewer))
        wanted = self.request.GET.get("scope", "")
        scope = "followed" if followed and wanted != "all" else "all"
        page = self._waiting(followed if scope == "followed" else None, cursor)
        is_cleared = scope == "followed" and not page.items
        if is_cleared:
            scope = "all"
            page = self._waiting(None, None)
        rows = self._rows([*in_hands, *page.items])
        return self.page(
            "wargame_mentorship/help_requests/queue.html",
            {
                "in_hands": rows[: len(in_hands)],
                "waiting": rows[len(in_hands) :],
                "followed": followed,
                "toggles": _toggles(followed),
                "scope": scope,
                "is_cleared": is_cleared,
                "followed_url": self.return_url(),
                "all_url": f"{self.return_url()}?scope=all",
                "newer_url": self._paged(scope, page.previous_cursor),
                "older_url": self._paged(scope, page.next_cursor),
                "list_url": reverse("wargame_mentorship:help-requests"),
                "error": error,
                "about": about,
            },
            status=status,
        )

    def _waiting(self, categories: list[Category] | None, cursor: str | None) -> Page[HelpRequest]:
        found = queue.waiting(self.viewer, categories)
        page = paginate(
            found.as_shown(),
            ordering=queue.WAITING,
            cursor=cursor,
            size=PAGE_SIZE,
            binding="followed" if categories is not None else "all",
        )
        if cursor and not page.items:
            # Others took all that was here.
            raise InvalidCursor
        return page

    def _paged(self, scope: str, cursor: str | None) -> str | None:
        query = {"scope": scope, "cursor": cursor}
        return f"{self.return_url()}?{urlencode(query)}" if cursor else None

    def _rows(self, entries: Sequence[HelpRequest]) -> list[Row]:
        people = People(self.viewer, [entry.requester_id for entry in entries])
        pictures = photos.photos_of(HelpRequest.KIND, [entry.pk for entry in entries])
        return [
            Row(
                entry,
                people.get(entry.requester_id),
                next(iter(pictures.get(entry.pk, ())), None),
            )
            for entry in entries
        ]


class QueueView(QueuePage):
    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.show(cursor=request.GET.get("cursor") or None)
        except InvalidCursor:
            return redirect(self.return_url())


class ActView(QueuePage):
    """Takes a request on, straight from the queue, or gives it back."""

    def get(self, request: HttpRequest, pk: UUID, action: str) -> HttpResponse:
        return redirect(self.return_url())

    def post(self, request: HttpRequest, pk: UUID, action: str) -> HttpResponse:
        self.viewer.require_user()
        act = {"claim": services.claim, "release": services.release}.get(action)
        entry = HelpRequest.objects.visible_to(self.viewer).filter(pk=pk).first()
        if act is None or entry is None:
            raise NotFound
        try:
            act(actor=self.viewer, help_request=entry)
        except (Conflict, Stale) as error:
            response = self.show(error=error, about=entry, status=status_of(error))
            add_retry_after(response, error)
            return response
        if action == "claim":
            return HttpResponseRedirect(detail_url(pk, "respond"))
        return HttpResponseRedirect(self.return_url())


class FollowView(QueuePage):
    """Follows a category or leaves it; the button says which."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect(self.return_url())

    def post(self, request: HttpRequest) -> HttpResponse:
        self.viewer.require_user()
        if slug := request.POST.get("follow", ""):
            follow_category(actor=self.viewer, slug=slug)
        else:
            unfollow_category(actor=self.viewer, slug=request.POST.get("unfollow", ""))
        return HttpResponseRedirect(self._next())

    def _next(self) -> str:
        """Back to where the button was, on this site only."""
        wanted = self.request.POST.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(
            wanted,
            allowed_hosts={self.request.get_host()},
            require_https=self.request.is_secure(),
        )
        return wanted if is_ours else self.return_url()


def _toggles(followed: Sequence[Category]) -> list[tuple[Toggle, list[Toggle]]]:
    """Every category in use with its parts, and what is followed though it is out of use."""
    keys = {category.pk for category in followed}
    groups = []
    for top in Category.objects.in_use().with_parts():
        parts = [Toggle(part, part.pk in keys, is_implied=top.pk in keys) for part in top.parts]
        keys -= {part.pk for part in top.parts}
        groups.append((Toggle(top, top.pk in keys), parts))
        keys.discard(top.pk)
    groups += [(Toggle(entry, is_followed=True), []) for entry in followed if entry.pk in keys]
    return groups
