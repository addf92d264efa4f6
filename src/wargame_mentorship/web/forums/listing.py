"""The categories, and the topics of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.core.mixins import COUNTED
from wargame_mentorship.core.paging import InvalidCursor, paginate, paginate_ranked
from wargame_mentorship.flows.imports.attribution import placeholder_names
from wargame_mentorship.forums import rules
from wargame_mentorship.forums.filters import TOPIC_ORDERINGS, ForumTopicFilter
from wargame_mentorship.forums.finding import Hit, find_topics
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.host import DisplayUser, Viewer
from wargame_mentorship.search import services as search
from wargame_mentorship.search.words import MAX_QUERY
from wargame_mentorship.web.base import PluginView
from wargame_mentorship.web.components import forum_category_list
from wargame_mentorship.web.forums.lists import tabs
from wargame_mentorship.web.people import People

PAGE_SIZE = 24

TABS: tuple[tuple[dict[str, str], Any], ...] = (
    ({}, _("All")),
    ({"unanswered": "true"}, _("Unanswered")),
    ({"solved": "true"}, _("Solved")),
)
PERSONAL_TABS: tuple[tuple[dict[str, str], Any], ...] = (({"unread": "true"}, _("Unread")),)
ORDERING_LABELS = {
    "activity": _("latest reply"),
    "newest": _("newest"),
    "helpful": _("most helpful"),
    "views": _("most read"),
}


@dataclass(frozen=True)
class TopicRow:
    """A topic as a list shows it."""

    topic: ForumTopic
    url: str
    author: DisplayUser
    last_by: DisplayUser | None
    tags: list[str]


def topic_rows(viewer: Viewer, topics: list[ForumTopic]) -> list[TopicRow]:
    """Topics as lists show them, in a constant number of queries."""
    wanted = [key for topic in topics for key in (topic.created_by_id, topic.last_reply_by_id)]
    people = People(viewer, wanted)
    nobodys = [topic.pk for topic in topics if topic.created_by_id is None]
    names = placeholder_names(ForumTopic.KIND, nobodys) if nobodys else {}
    last_names = _names_of_last(topics)
    kind = registry.get(ForumTopic.KIND)
    return [
        TopicRow(
            topic=topic,
            url=kind.url(topic),
            author=people.get(topic.created_by_id, name=names.get(topic.pk, "")),
            last_by=people.get(topic.last_reply_by_id, name=last_names.get(topic.pk, ""))
            if topic.last_reply_at
            else None,
            tags=topic.tag_names,
        )
        for topic in topics
    ]


def _names_of_last(topics: list[ForumTopic]) -> dict[UUID, str]:
    """By topic, whom to name for a last reply that was imported; no query where none can be."""
    keys = [entry.pk for entry in topics if entry.last_reply_at and not entry.last_reply_by_id]
    if not keys:
        return {}
    posts = ForumPost.objects.filter(
        COUNTED, topic__in=keys, author=None, created_at=F("topic__last_reply_at")
    )
    topic_of = dict(posts.order_by("pk").values_list("pk", "topic"))
    names = placeholder_names(ForumPost.KIND, topic_of)
    return {topic: names[pk] for pk, topic in topic_of.items() if pk in names}


class ForumsView(PluginView):
    """All categories."""

    def get(self, request: HttpRequest) -> HttpResponse:
        categories = forum_category_list(self.viewer, level=2)
        return self.page(
            "wargame_mentorship/forums/index.html",
            {
                "categories": categories,
                "tabs": tabs(self.viewer),
                "search_url": reverse("wargame_mentorship:search-forums"),
            },
        )


class SearchView(PluginView):
    """Topics of all forums that say some words, with the place where they do."""

    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("search", "").replace("\0", "").strip()[:MAX_QUERY]
        visible = ForumTopic.objects.visible_to(self.viewer).as_shown_to(self.viewer)
        number = self.page_number()
        hits: list[Hit] = []
        is_more = False
        if text:
            hits, is_more = find_topics(self.viewer, text, visible, page=number, size=PAGE_SIZE)
        rows = topic_rows(self.viewer, [hit.topic for hit in hits])
        return self.page(
            "wargame_mentorship/forums/search.html",
            {
                "search": text,
                "found": [
                    (row, hit.excerpt, self._place(row, hit))
                    for row, hit in zip(rows, hits, strict=True)
                ],
                "newer_url": self._url(text, number - 1) if number > 1 else None,
                "older_url": self._url(text, number + 1) if is_more else None,
                "search_url": reverse("wargame_mentorship:search-forums"),
            },
        )

    def _place(self, row: TopicRow, hit: Hit) -> str:
        return f"{row.url}?post={hit.post_id}#post-{hit.post_id}" if hit.post_id else row.url

    def _url(self, text: str, number: int) -> str:
        query = urlencode({"search": text, "page": number})
        return f"{reverse('wargame_mentorship:search-forums')}?{query}"


class CategoryPage(PluginView):
    """Finds one category in use."""

    category: ForumCategory

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.slug = kwargs["slug"]

    def find(self) -> ForumCategory:
        found = ForumCategory.objects.in_use().filter(slug=self.slug).first()
        if found is None:
            raise NotFound
        return found


class CategoryView(CategoryPage):
    """The topics of a category, with filters, a search and an order, all of them in the URL."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        self.category = self.find()
        self.given = {name: str(value) for name, value in request.GET.items() if value}
        topics = ForumTopic.objects.visible_to(self.viewer).as_shown_to(self.viewer)
        found = ForumTopicFilter(
            self.given, topics.filter(category=self.category), viewer=self.viewer
        )
        unknown = found.unknown
        try:
            items, newer, older = self._page(found.narrowed())
        except InvalidCursor:
            return redirect(self._url())
        chosen = self._chosen()
        return self.page(
            "wargame_mentorship/forums/category.html",
            {
                "category": self.category,
                "rows": topic_rows(self.viewer, items),
                "tabs": [(label, self._url(tab), self._is_on(tab)) for tab, label in self._tabs()],
                "search": self.given.get("search", ""),
                "tag": self.given.get("tag", ""),
                "ordering": self._ordering(),
                "orderings": [] if "search" in self.given else list(ORDERING_LABELS.items()),
                "is_narrowed": bool(chosen),
                "unknown": unknown,
                "newer_url": newer,
                "older_url": older,
                "list_url": self._url(),
                "start_url": reverse("wargame_mentorship:start-topic", args=[slug]),
                "steer_url": self._steer_url(),
                "is_indexed": not chosen and "cursor" not in self.given,
                "canonical_url": request.build_absolute_uri(self._url()),
            },
            status=400 if unknown else 200,
        )

    def _steer_url(self) -> str | None:
        """Where its moderators do things with many topics at once."""
        if not rules.moderates_category(self.viewer, self.category):
            return None
        return f"{reverse('wargame_mentorship:steer-topics')}?{urlencode({'category': self.slug})}"

    def _page(self, found: Any) -> tuple[list[ForumTopic], str | None, str | None]:
        if "search" in self.given:
            page = paginate_ranked(
                search.find(found, self.given["search"]), page=self.page_number(), size=PAGE_SIZE
            )
            return (
                page.items,
                self._paged(page=page.previous_page),
                self._paged(page=page.next_page),
            )
        keyset = paginate(
            found,
            ordering=TOPIC_ORDERINGS[self._ordering()],
            cursor=self.given.get("cursor"),
            size=PAGE_SIZE,
            binding=urlencode(sorted({**self._chosen(), "in": self.slug}.items())),
        )
        return (
            keyset.items,
            self._paged(cursor=keyset.previous_cursor),
            self._paged(cursor=keyset.next_cursor),
        )

    def _ordering(self) -> str:
        named = self.given.get("ordering", "activity")
        return named if named in TOPIC_ORDERINGS else "activity"

    def _chosen(self) -> dict[str, str]:
        """What narrows the list."""
        names = (*ForumTopicFilter.base_filters, "search")
        return {name: self.given[name] for name in names if name in self.given}

    def _tabs(self) -> tuple[tuple[dict[str, str], Any], ...]:
        return (*TABS, *PERSONAL_TABS) if self.viewer.is_authenticated else TABS

    def _is_on(self, tab: dict[str, str]) -> bool:
        names = {name for each, _label in self._tabs() for name in each}
        return {name: self.given[name] for name in names & self.given.keys()} == tab

    def _url(self, query: dict[str, str] | None = None) -> str:
        url = reverse("wargame_mentorship:forum-category", args=[self.slug])
        return f"{url}?{urlencode(query)}" if query else url

    def _paged(self, **place: Any) -> str | None:
        if not any(place.values()):
            return None
        order = {"ordering": self._ordering()} if self._ordering() != "activity" else {}
        return self._url({**self._chosen(), **order, **{k: str(v) for k, v in place.items()}})
