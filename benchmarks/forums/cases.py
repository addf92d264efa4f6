"""What is asked of the forums: through the API and through the pages, by nobody and by somebody."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.urls import reverse
from django.utils import timezone

from benchmarks.asking import (
    COMMON_WORDS,
    HTML_PAGE,
    JSON_PAGE,
    PAIRS,
    Asking,
    always,
    cycled,
    in_turn,
    json_body,
    visits,
)
from benchmarks.forums.data import BIG, GIANT_TITLE
from benchmarks.forums.goals import DEEP, LIST, SIGNED_IN
from benchmarks.making import SEED
from benchmarks.measuring import Ask, Case, Client
from benchmarks.texts import Texts
from wargame_mentorship.core import registry
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.forums.querysets import ForumTopicQuerySet
from wargame_mentorship.forums.unread import unread_topics
from wargame_mentorship.host import Viewer
from wargame_mentorship.reputation.models import HelpfulVote

POSTS_PAGE = 30
REPLY = "Use less, and wick the pools away with a damp brush."
TITLE = "Why does my varnish frost?"
MANY = 1_000
"""Topics, some of which say any common word."""
ORDINARY = 15
"""Replies in a topic as there are many, at least."""


def results(body: bytes) -> int:
    """Of a list of the API."""
    return len(json.loads(body)["results"])


def rows(body: bytes) -> int:
    """Of a page with topics or categories."""
    return body.count(b'<li class="wm-thread')


def posts(body: bytes) -> int:
    """Of the page of a topic, and the places of some."""
    return len(re.findall(rb'<article class="wm-answer[^>]+id="post-', body))


def says(**expected: Any) -> Callable[[bytes], int]:
    """1 for an object that says so, and 0 for one that does not."""

    def count(body: bytes) -> int:
        answer = json.loads(body)
        return int(all(answer[name] == value for name, value in expected.items()))

    return count


class Cases(Asking):
    """Makes the cases for the database at hand."""

    def __init__(self, client: Client, rounds: int) -> None:
        super().__init__(client, rounds)
        self.viewer = Viewer(self.reader)
        self.big = ForumCategory.objects.get(slug=BIG)
        self.giant = ForumTopic.objects.get(title=GIANT_TITLE)
        self.giant_url = _url(self.giant)
        # To be deleted. First of all, so that whoever looks ahead sees the last page as it will be.
        self.own = [self._own_reply() for _ in range(self.enough)]
        self.page = reverse("wargame_mentorship:forums")
        self.category = reverse("wargame_mentorship:forum-category", args=[BIG])
        self.topics = _api("forum-topics", self.big.pk)
        self.titles = [Texts(SEED + 1, paragraphs=1).title() for _ in range(5)]
        everybody = ForumTopic.objects.visible_to(Viewer(None)).filter(is_locked=False)
        mine = ForumTopic.objects.visible_to(self.viewer).filter(pk__in=everybody)
        self.open = mine.exclude(created_by=self.reader).exclude(pk=self.giant.pk)
        many = self.open.filter(category=self.big, reply_count__gte=ORDINARY).order_by("-pk")
        self.ordinary = list(many[:20]) or list(self.open.order_by("-reply_count")[:20])
        self.unread = cycled(
            list(unread_topics(self.viewer, self.open).order_by("-pk")[: 3 * self.enough])
        )

    def all(self) -> list[Case]:
        return [
            Case("–", "an empty answer", lambda n: Ask("/floor/nothing")),
            *self._api_lists(),
            *self._api_topics(),
            *self._api_searches(),
            *self._api_writes(),
            *self._page_lists(),
            *self._page_topics(),
            *self._page_searches(),
            *self._page_writes(),
        ]

    # ---------------------------------------------------------------------------- the API

    def _api_lists(self) -> Iterator[Case]:
        categories = _api("forum-categories")
        count = ForumCategory.objects.in_use().count()
        for who, headers in self._both():
            name = f"categories{', unread counts' if who else ''}{who}"
            yield self._read("API", name, [categories], headers, results, count)
        for who, headers in self._both():
            yield self._list(
                LIST + who,
                self.topics,
                f"{self.big.pk}/topics",
                headers=headers,
                expected=self._shown(who, JSON_PAGE, category=self.big),
            )
        _number, cursor, last = self.walk_api(self.topics)
        deep = f"{self.topics}?{urlencode({'cursor': cursor})}" if cursor else self.topics
        place = [("after", last["last_reply_at"] or last["created_at"]), ("after", last["id"])]
        for who, headers in self._both():
            yield self._list(
                DEEP + who,
                deep,
                f"{self.big.pk}/topics",
                headers=headers,
                place=place if cursor else [],
                # The last page is as long as it is.
                expected=None,
            )
        visible = ForumTopic.objects.visible_to(self.viewer).filter(category=self.big)
        narrowed: tuple[tuple[str, dict[str, str], Any], ...] = (
            ("by newest", {"ordering": "newest"}, visible),
            ("by helpful", {"ordering": "helpful"}, visible),
            ("unanswered", {"unanswered": "true"}, visible.filter(reply_count=0)),
            ("solved", {"solved": "true"}, visible.solved()),
            ("with a tag", {"tag": "tag-07"}, visible.filter(tagged__tag__name="tag-07")),
            ("unread", {"unread": "true"}, unread_topics(self.viewer, visible)),
        )
        for name, query, found in narrowed:
            path = f"{self.topics}?{urlencode(query)}"
            expected = self._expected(name, found, JSON_PAGE)
            name = f"topics, {name}{SIGNED_IN}"
            yield self._read("API", name, [path], self.session, results, expected)
        latest = _api("forum-latest")
        for who, headers in self._both():
            shown = self._shown(who, JSON_PAGE)
            yield self._list(f"latest{who}", latest, "latest", headers=headers, expected=shown)
        for name, query, found in self._personal():
            path = f"{latest}?{urlencode(query)}"
            expected = self._expected(name, found, JSON_PAGE)
            yield self._read(
                "API", f"latest, {name}{SIGNED_IN}", [path], self.session, results, expected
            )

    def _personal(self) -> Iterator[tuple[str, dict[str, str], ForumTopicQuerySet]]:
        from wargame_mentorship.notifications.services import watched_keys

        visible = ForumTopic.objects.visible_to(self.viewer)
        watched = watched_keys(self.viewer, ForumTopic.KIND)
        yield "unread", {"unread": "true"}, unread_topics(self.viewer, visible)
        yield "watched", {"watched": "true"}, visible.filter(pk__in=watched)
        yield "mine", {"author": "me"}, visible.filter(created_by=self.reader)
        yield "unanswered", {"unanswered": "true"}, visible.filter(reply_count=0)

    def _list(
        self,
        name: str,
        path: str,
        floor: str,
        *,
        headers: dict[str, str],
        place: Sequence[tuple[str, str]] = (),
        expected: int | None = JSON_PAGE,
    ) -> Case:
        query = urlencode([*place, *self.links(path)])
        return Case(
            "API",
            name,
            always(Ask(path, headers=headers)),
            always(Ask(f"/floor/forums/{floor}?{query}")),
            same_bytes=not headers,
            counts=results,
            results=expected,
        )

    def _api_topics(self) -> Iterator[Case]:
        giant = _api("forum-posts", self.giant.pk)
        floor = f"{self.giant.pk}/posts"
        conversation = _conversation(self.giant)
        first, middle, last = self._places(JSON_PAGE)
        for who, headers in self._both():
            for name, post, begins in (
                ("first page", first, ""),
                ("middle page", middle, "behind"),
                ("last page", last, "behind"),
                ("around one", middle, "with"),
            ):
                shown = conversation.filter(created_at__gte=post.created_at)
                path = giant
                if begins == "behind":
                    # The cursor that somebody follows who has read up to here.
                    path = self._next_of(
                        f"{giant}?{urlencode({'around': post.pk, 'page_size': 1})}"
                    )
                    shown = shown.exclude(pk=post.pk)
                elif begins:
                    path = f"{giant}?{urlencode({'around': post.pk})}"
                yield self._list(
                    f"posts of 10,000, {name}{who}",
                    path,
                    floor,
                    headers=headers,
                    place=_beginning(shown[0]) if begins else (),
                    expected=min(JSON_PAGE, shown.count()),
                )
        yield self._read(
            "API",
            f"posts of 10,000, the first unread{SIGNED_IN}",
            [f"{giant}?unread=1"],
            self.session,
            results,
            None,
        )
        yield self._read(
            "API",
            f"posts of 10,000, by helpful{SIGNED_IN}",
            [f"{giant}?ordering=helpful"],
            self.session,
            results,
            JSON_PAGE,
        )
        short = [_api("forum-posts", topic.pk) for topic in self.ordinary]
        of_giant = [_api("forum-topic", self.giant.pk)]
        detail = says(title=GIANT_TITLE)
        for who, headers in self._both():
            yield self._read(
                "API", f"posts of an ordinary topic{who}", short, headers, results, None
            )
            yield self._read("API", f"topic of 10,000 posts{who}", of_giant, headers, detail, 1)
        yield Case(
            "API",
            "topic of 10,000 posts, first visit",
            visits(of_giant, {}, is_first=True),
            counts=detail,
            results=1,
        )

    def _api_searches(self) -> Iterator[Case]:
        search = _api("forum-search")
        for who, headers in self._both():
            for name, texts, expected in self._searched(JSON_PAGE):
                paths = [f"{search}?{urlencode({'search': text})}" for text in texts]
                yield self._read("API", f"{name}{who}", paths, headers, results, expected)
        paths = [f"{self.topics}?{urlencode({'search': text})}" for text in COMMON_WORDS]
        name = "search in a category, a common word"
        yield self._read("API", name, paths, {}, results, None)
        similar = _api("forum-similar")
        titles = [f"{similar}?{urlencode({'title': title})}" for title in self.titles]
        yield self._read("API", "similar", titles, {}, results, None)

    def _searched(self, page: int) -> Iterator[tuple[str, Sequence[str], int | None]]:
        # What is said in half of all posts fills any page of a site of some size.
        yield "search, a common word", COMMON_WORDS, page if self.big.topic_count > MANY else None
        yield "search, two words", PAIRS, None
        yield "search, a rare word", self.rare, None

    def _api_writes(self) -> Iterator[Case]:
        body = json_body({"content": REPLY})
        ordinary = cycled([topic.pk for topic in self.open.order_by("pk")[: 2 * self.enough]])
        posted = says(content=REPLY, available_actions=["edit", "delete"])
        for name, topics, at_once in (
            ("in an ordinary topic", ordinary, False),
            # Of the other one thousands are told, which is nothing to wait for.
            ("in an ordinary topic", ordinary, True),
            ("in one of 10,000 posts", cycled([self.giant.pk]), False),
        ):
            headers = self.sending("application/json", at_once=at_once)
            mine = [next(topics) for _ in range(self.enough)]
            yield Case(
                "API",
                f"reply {name}{', tasks at once' if at_once else ''}",
                in_turn([self._post(_api("forum-posts", key), body, headers, 201) for key in mine]),
                in_turn([self.floor(f"forums/{key}/reply", 201) for key in mine]),
                counts=posted,
                results=1,
            )
        headers = self.sending("application/json")
        votes = list(self._take(self._votable()))
        yield Case(
            "API",
            "vote",
            in_turn(
                [self._post(_api("forum-post-helpful", post.pk), b"{}", headers) for post in votes]
            ),
            in_turn([self.floor(f"forums/{uuid4()}/vote") for _ in votes]),
            counts=says(my_vote=True),
            results=1,
        )
        unread = [topic.pk for topic in self._take(self.unread)]
        yield Case(
            "API",
            "mark a topic as read",
            in_turn([self._post(_api("forum-read", key), b"{}", headers) for key in unread]),
            in_turn([self.floor(f"forums/{key}/mark") for key in unread]),
            counts=says(is_unread=False),
            results=1,
        )
        _first, middle, _last = self._places(JSON_PAGE)
        up_to = json_body({"up_to": str(middle.pk)})
        yield Case(
            "API",
            "mark as read up to a post of 10,000",
            always(self._post(_api("forum-read", self.giant.pk), up_to, headers)),
        )
        yield Case(
            "API",
            "mark a category as read",
            always(self._post(_api("forum-category-read", self.big.pk), b"", headers)),
            counts=says(unread_count=0),
            results=1,
        )
        yield Case(
            "API",
            "mark everything as read",
            always(self._post(_api("forums-read"), b"", headers)),
            counts=says(unread_count=0),
            results=1,
        )
        yield Case(
            "API",
            "start a topic",
            always(
                self._post(
                    self.topics,
                    json_body({"title": TITLE, "description": REPLY, "tags": ["tag-07"]}),
                    headers,
                    201,
                )
            ),
            counts=says(title=TITLE, tags=["tag-07"]),
            results=1,
        )
        yield Case(
            "API",
            "delete a reply in one of 10,000 posts",
            _each(Ask(_api("forum-post", key), "DELETE", b"", headers, 204) for key in self.own),
        )

    # -------------------------------------------------------------------------- the pages

    def _page_lists(self) -> Iterator[Case]:
        count = ForumCategory.objects.in_use().count()
        for who, headers in self._both():
            name = f"categories{', unread counts' if who else ''}{who}"
            yield self._read("page", name, [self.page], headers, rows, count)
        for who, headers in self._both():
            shown = self._shown(who, HTML_PAGE, category=self.big)
            yield self._read("page", LIST + who, [self.category], headers, rows, shown)
        _number, deep = self.walk_pages(self.category)
        for who, headers in self._both():
            yield self._read("page", DEEP + who, [deep], headers, rows, None)
        for who, headers in self._both():
            path = reverse("wargame_mentorship:forum-list", args=["latest"])
            shown = self._shown(who, HTML_PAGE)
            yield self._read("page", f"latest{who}", [path], headers, rows, shown)
        for name, _query, found in self._personal():
            path = reverse("wargame_mentorship:forum-list", args=[name])
            expected = self._expected(name, found, HTML_PAGE)
            yield self._read(
                "page", f"latest, {name}{SIGNED_IN}", [path], self.session, rows, expected
            )

    def _page_topics(self) -> Iterator[Case]:
        first, middle, last = self._places(POSTS_PAGE)
        expected = min(POSTS_PAGE, _conversation(self.giant).count())
        following = _conversation(self.giant).filter(created_at__gte=middle.created_at).count()
        for who, headers in self._both():
            for name, post in (
                ("first page", None),
                ("middle page", middle),
                ("last page", last),
            ):
                is_short = post == middle and following < POSTS_PAGE
                # As every link to a post leads there.
                path = f"{self.giant_url}?post={post.pk}" if post else self.giant_url
                name = f"posts of 10,000, {name}{who}"
                full = None if is_short else expected
                yield self._read("page", name, [path], headers, posts, full)
            short = [_url(topic) for topic in self.ordinary]
            yield self._read("page", f"an ordinary topic{who}", short, headers, posts, None)
        yield Case(
            "page",
            "posts of 10,000, first visit",
            visits([self.giant_url], {}, is_first=True),
            counts=posts,
            results=expected,
        )
        unread = [_url(topic) for topic in self._take(self.unread)]
        yield Case(
            "page",
            "an unread topic, which is read then",
            in_turn([Ask(path, headers=self.session) for path in unread]),
            counts=posts,
        )
        path = f"{self.giant_url}?unread=1"
        yield Case(
            "page",
            "to the first unread of 10,000",
            always(Ask(path, headers=self.session, status=302, leads_to=self.giant_url)),
        )

    def _page_searches(self) -> Iterator[Case]:
        search = reverse("wargame_mentorship:search-forums")
        for who, headers in self._both():
            for name, texts, expected in self._searched(HTML_PAGE):
                paths = [f"{search}?{urlencode({'search': text})}" for text in texts]
                yield self._read("page", f"{name}{who}", paths, headers, rows, expected)

    def _page_writes(self) -> Iterator[Case]:
        ordinary = cycled([topic.pk for topic in self.open.order_by("-pk")[: self.enough]])
        for name, topics in (
            ("in an ordinary topic", ordinary),
            ("in one of 10,000 posts", cycled([self.giant.pk])),
        ):
            mine = [next(topics) for _ in range(self.enough)]
            paths = [reverse("wargame_mentorship:reply-topic", args=[key]) for key in mine]
            yield Case(
                "page",
                f"reply {name}",
                self._replies(paths),
                in_turn([self.floor(f"forums/{key}/reply", 302, page="1") for key in mine]),
            )
        votes = list(self._take(self._votable(newest=False)))
        yield Case(
            "page",
            "vote",
            in_turn(
                [
                    self.form(reverse("wargame_mentorship:helpful-post", args=[post.pk]), {})
                    for post in votes
                ]
            ),
            in_turn([self.floor(f"forums/{uuid4()}/vote", 302, page="1") for _ in votes]),
        )
        read = reverse("wargame_mentorship:read-forum", args=[self.big.pk])
        yield Case("page", "mark a category as read", always(self.form(read, {})))

    def _replies(self, paths: Sequence[str]) -> Any:
        def ask(number: int) -> Ask:
            fields = {"content": REPLY, "form_token": str(uuid4())}
            return self.form(paths[number % len(paths)], fields)

        return ask

    # ------------------------------------------------------------------------------- parts

    def _both(self) -> tuple[tuple[str, dict[str, str]], ...]:
        return ("", {}), (SIGNED_IN, self.session)

    def _read(
        self,
        door: str,
        name: str,
        paths: Sequence[str],
        headers: dict[str, str],
        counts: Callable[[bytes], int],
        expected: int | None,
    ) -> Case:
        asks = [Ask(path, headers=headers) for path in paths]
        return Case(door, name, in_turn(asks), counts=counts, results=expected)

    def _post(self, path: str, body: bytes, headers: dict[str, str], status: int = 200) -> Ask:
        return Ask(path, "POST", body, headers, status)

    def _expected(self, name: str, found: Any, page: int) -> int | None:
        """How many results a list has; of one that changes meanwhile, None unless it is long."""
        left = 3 * self.enough if name == "unread" else 0
        count = len(found.order_by("-pk").values_list("pk", flat=True)[: page + left])
        if count == page + left:
            return page
        return None if name in ("unread", "watched") else count

    def _shown(self, who: str, page: int, **inside: Any) -> int | None:
        """How many topics the first page of a list has."""
        viewer = self.viewer if who else Viewer(None)
        found = ForumTopic.objects.visible_to(viewer).filter(**inside)
        return self._expected("", found, page)

    def _take(self, found: Iterator[Any]) -> Iterator[Any]:
        return (next(found) for _ in range(self.enough))

    def _places(self, page: int) -> tuple[ForumPost, ForumPost, ForumPost]:
        """The first post of the topic's first page, of one in the middle, and of the last."""
        found = _conversation(self.giant)
        count = found.count()
        return found[0], found[count // 2], found[max(0, count - page - 1)]

    def _next_of(self, path: str) -> str:
        following: str = json.loads(self.client.send(Ask(path)).body)["next"]
        return following.partition("page_size=1&")[0] + following.partition("page_size=1&")[2]

    def _votable(self, *, newest: bool = True) -> Iterator[ForumPost]:
        voted = HelpfulVote.objects.filter(voter=self.reader).values("content_id")
        others = ForumPost.objects.visible_to(self.viewer).exclude(author=self.reader)
        found = others.filter(topic__in=self.open).exclude(pk__in=voted)
        recent = found.filter(created_at__gte=timezone.now() - timedelta(days=400))
        return cycled(list(recent.order_by("-pk" if newest else "pk")[: self.enough]))

    def _own_reply(self) -> UUID:
        return services.reply(actor=self.reader, topic=self.giant, content=REPLY).pk


def _each(asks: Iterator[Ask]) -> Callable[[int], Ask]:
    """By number: none of them can be asked twice."""
    made = list(asks)
    return lambda number: made[number]


def _api(name: str, *args: Any) -> str:
    return reverse(f"wargame_mentorship_api:{name}", args=args)


def _url(topic: ForumTopic) -> str:
    url: str = registry.get(ForumTopic.KIND).url(topic)
    return url


def _conversation(topic: ForumTopic) -> Any:
    """As everybody reads it."""
    found = ForumPost.objects.all().in_conversation_of(topic, Viewer(None))
    return found.order_by("created_at", "pk")


def _beginning(post: ForumPost) -> list[tuple[str, str]]:
    return [("from", str(post.created_at)), ("from", str(post.pk))]
