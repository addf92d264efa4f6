"""The list of help requests: filters, search, order, pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from wargame_mentorship.core.paging import InvalidCursor, paginate, paginate_ranked
from wargame_mentorship.help_requests.filters import ORDERINGS
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.help_requests.querysets import HelpRequestQuerySet
from wargame_mentorship.search import services as search
from wargame_mentorship.taxonomy.follows import followed_categories
from wargame_mentorship.web.base import PluginView
from wargame_mentorship.web.components import help_request_cards
from wargame_mentorship.web.help_requests import finding
from wargame_mentorship.web.help_requests.finding import PERSONAL, ListQuery

PAGE_SIZE = 24

NEVER_INDEXED = frozenset({"search", "queue", *PERSONAL})
"""What a search engine finds here is another search, or another list tomorrow or for others."""


class ListView(PluginView):
    """Help requests with filters, all of them in the URL."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if self.query.has_blanks:
            return redirect(self._url())
        found = self.query.narrowed().select_related("category", "subcategory")
        try:
            items, newer, older = self._page(found)
        except InvalidCursor:
            return redirect(self._url())
        chosen, unknown, selects = self.query.chosen, self.query.unknown, self.query.selects
        chips = self._chips()
        return self.page(
            "wargame_mentorship/help_requests/list.html",
            {
                "cards": help_request_cards(self.viewer, items),
                "chosen": chosen,
                "unknown": unknown,
                "chips": chips,
                "clear_url": self._url(without=self.query.names) if len(chips) > 1 else None,
                "tabs": [
                    (label, self._url(status=value), value == chosen["status"])
                    for value, label in finding.TABS
                ],
                "selects": selects[:2],
                "further_selects": selects[2:],
                "orderings": [] if chosen["search"] else list(finding.ORDERING_LABELS.items()),
                "filter_count": self._how_many(select.name for select in selects),
                "further_count": self._how_many(select.name for select in selects[2:]),
                "empty": self._empty(),
                "newer_url": newer,
                "older_url": older,
                "list_url": reverse("wargame_mentorship:help-requests"),
                "queue_url": reverse("wargame_mentorship:queue"),
                "ask_url": self._ask_url(),
                "feed_url": self._feed_url(),
                "follow": self._follow(),
                "here": self._url(),
                **self._for_robots(),
            },
            status=400 if unknown else 200,
        )

    @cached_property
    def query(self) -> ListQuery:
        return ListQuery(self.request.GET, self.viewer)

    def _page(self, found: HelpRequestQuerySet) -> tuple[list[HelpRequest], str | None, str | None]:
        chosen = self.query.chosen
        if chosen["search"]:
            ranked = search.find(found, chosen["search"])
            page = paginate_ranked(ranked, page=self.page_number(), size=PAGE_SIZE)
            return (
                page.items,
                self._paged(page=page.previous_page),
                self._paged(page=page.next_page),
            )
        keyset = paginate(
            found,
            ordering=ORDERINGS[chosen["ordering"] or "newest"],
            cursor=self.request.GET.get("cursor") or None,
            size=PAGE_SIZE,
            binding=urlencode(sorted(chosen.items())),
        )
        return (
            keyset.items,
            self._paged(cursor=keyset.previous_cursor),
            self._paged(cursor=keyset.next_cursor),
        )

    def _url(self, *, without: Collection[str] = (), **changes: str) -> str:
        query = self.query.encoded(without=without, **changes)
        return f"{reverse('wargame_mentorship:help-requests')}?{query}".rstrip("?")

    def _paged(self, **place: Any) -> str | None:
        return self._url(**{k: str(v) for k, v in place.items()}) if any(place.values()) else None

    def _how_many(self, names: Iterable[str]) -> int:
        return sum(bool(self.query.chosen[name]) for name in names)

    def _chips(self) -> list[tuple[Any, str]]:
        """What makes this list another one than the first, each with the URL without it."""
        chosen = self.query.chosen
        chips = [(label, self._url(**{name: ""})) for name, label in self.query.labels]
        if chosen["ordering"] not in ("", "newest") and not chosen["search"]:
            label = finding.ORDERING_LABELS[chosen["ordering"]]
            chips.append((label, self._url(ordering="")))
        return chips

    def _empty(self) -> str:
        """What to say when there is nothing: the next step differs."""
        chosen = self.query.chosen
        if chosen["assigned_helper"]:
            return "helping"
        if chosen["mine"] == "true":
            return "mine"
        if chosen["search"]:
            return "filtered"
        if chosen["answered"] == "false" or chosen["queue"] in ("new", "needs_attention"):
            return "answered"
        return "filtered" if any(chosen[name] for name in finding.FILTERS) else "nothing"

    def _ask_url(self) -> str:
        url = reverse("wargame_mentorship:ask-help-request")
        chosen = self.query.chosen
        query = {"title": chosen["search"], "category": chosen["category"]}
        given = urlencode({name: value for name, value in query.items() if value})
        return f"{url}?{given}" if given else url

    def _feed_url(self) -> str | None:
        """The same list as a feed; everybody's, so there is none of what is somebody's own."""
        if self._how_many(PERSONAL):
            return None
        query = self.query.encoded(without=("ordering",))
        return f"{reverse('wargame_mentorship:feed')}?{query}".rstrip("?")

    def _follow(self) -> dict[str, Any] | None:
        """The category of this list, to be followed by one click."""
        slug = self.query.chosen["category"]
        if not slug or not self.viewer.is_authenticated:
            return None
        label = self.query.selects[0].labels.get(slug)
        if label is None:
            return None
        return {
            "slug": slug,
            "label": label,
            "is_followed": followed_categories(self.viewer).filter(slug=slug).exists(),
        }

    def _for_robots(self) -> dict[str, Any]:
        """What a page is the same as, or that it is nothing to be found by."""
        is_found = self._how_many(NEVER_INDEXED) or "cursor" in self.request.GET
        url = self._url(without=("ordering",))
        return {
            "is_indexed": not is_found and not self.query.unknown,
            "canonical_url": self.request.build_absolute_uri(url),
        }
