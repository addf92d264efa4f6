"""What is asked: through the API and through the pages, by nobody and by somebody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.urls import reverse

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
    multipart,
    visits,
)
from benchmarks.help_requests.data import FULL_CONVERSATION
from benchmarks.making import SEED
from benchmarks.measuring import Ask, Case, Client
from benchmarks.pictures import large_jpeg
from benchmarks.texts import Texts
from wargame_mentorship.host import Viewer
from wargame_mentorship.models import Category, HelpfulVote, HelpRequest, HelpResponse

UPLOADS = 20
"""Rounds with a photo: nobody may leave more than fifty unattached."""

FILTERED = {"category": "painting", "status": "open", "difficulty_level": "beginner"}
SELDOM = {"category": "gaming", "language": "de", "urgency": "high", "status": "in_progress"}


TITLE = "Why does my varnish frost?"
QUESTION = "It was **cold** in the garage. Can I save the model?"
ANSWER = "Use less, and wick the pools away with a damp brush."


class Cases(Asking):
    """Makes the cases for the database at hand."""

    def __init__(self, client: Client, rounds: int) -> None:
        super().__init__(client, rounds)
        self.api = reverse("wargame_mentorship_api:help-requests")
        self.page = reverse("wargame_mentorship:help-requests")
        self.full = self._readable(response_count=FULL_CONVERSATION)
        self.short = self._readable(response_count=3)
        self.titles = [Texts(SEED + 1, paragraphs=1).title() for _ in range(5)]

    def all(self) -> list[Case]:
        return [
            Case("–", "an empty answer", lambda n: Ask("/floor/nothing")),
            *self._api_lists(),
            *self._api_searches(),
            *self._api_details(),
            *self._api_writes(),
            *self._page_lists(),
            *self._page_details(),
            *self._page_writes(),
        ]

    # ---------------------------------------------------------------------------- the API

    def _api_lists(self) -> Iterator[Case]:
        yield self._api_list("list, page 1", {})
        yield self._api_list("list, page 1, signed in", {}, headers=self.session)
        yield self._deep_api_list()
        for ordering in ("oldest", "activity", "helpful", "views"):
            yield self._api_list(f"list, by {ordering}", {"ordering": ordering})
        yield self._api_list("list, filtered", FILTERED)
        yield self._api_list("list, filtered to the seldom", SELDOM)
        for queue in ("new", "needs_attention"):
            path = f"{self.api}?{urlencode({'queue': queue})}"
            yield Case("API", f"list, queue {queue}", always(Ask(path)))
        waiting = reverse("wargame_mentorship_api:queue")
        for scope in ("followed", "all"):
            ask = Ask(f"{waiting}?{urlencode({'scope': scope})}", headers=self.session)
            yield Case("API", f"a helper's queue, {scope}", always(ask))

    def _api_list(
        self,
        name: str,
        query: dict[str, str],
        *,
        place: Sequence[str] = (),
        cursor: str = "",
        headers: dict[str, str] | None = None,
    ) -> Case:
        path = f"{self.api}?{urlencode({**query, **({'cursor': cursor} if cursor else {})})}"
        floor = [*query.items(), *(("after", value) for value in place), *self.links(path)]
        return Case(
            "API",
            name,
            always(Ask(path, headers=headers or {})),
            always(Ask(f"/floor/list?{urlencode(floor)}")),
            same_bytes=not headers,
        )

    def _deep_api_list(self) -> Case:
        number, cursor, last = self.walk_api(f"{self.api}?page_size={JSON_PAGE}")
        return self._api_list(
            f"list, page {number:,}",
            {},
            place=(last["created_at"], last["id"]) if last else (),
            cursor=cursor,
        )

    def _api_searches(self) -> Iterator[Case]:
        for name, texts in (
            ("search, a common word", COMMON_WORDS),
            ("search, two words", PAIRS),
            ("search, a rare word", self.rare),
        ):
            queries = [urlencode({"search": text}) for text in texts]
            paths = [f"{self.api}?{query}" for query in queries]
            yield Case(
                "API",
                name,
                in_turn([Ask(path) for path in paths]),
                in_turn(
                    [
                        Ask(f"/floor/search?{query}&{urlencode(self.links(path))}")
                        for query, path in zip(queries, paths, strict=True)
                    ]
                ),
                same_bytes=True,
            )
        narrowed = [
            Ask(f"{self.api}?{urlencode({'search': text, **FILTERED})}") for text in COMMON_WORDS
        ]
        yield Case("API", "search, a common word, filtered", in_turn(narrowed))
        similar = reverse("wargame_mentorship_api:similar")
        titles = [urlencode({"title": title}) for title in self.titles]
        yield Case(
            "API",
            "similar",
            in_turn([Ask(f"{similar}?{title}") for title in titles]),
            in_turn([Ask(f"/floor/similar?{title}") for title in titles]),
            same_bytes=True,
        )

    def _api_details(self) -> Iterator[Case]:
        for name, keys, visitor, headers in (
            (f"detail, {FULL_CONVERSATION} answers", self.full, "again", {}),
            (f"detail, {FULL_CONVERSATION} answers, first visit", self.full, "first", {}),
            (f"detail, {FULL_CONVERSATION} answers, signed in", self.full, "again", self.session),
            ("detail, 3 answers", self.short, "again", {}),
        ):
            paths = [reverse("wargame_mentorship_api:help-request", args=[key]) for key in keys]
            yield Case(
                "API",
                name,
                visits(paths, headers, is_first=visitor == "first"),
                in_turn([Ask(f"/floor/detail/{key}") for key in keys]),
                same_bytes=not headers and visitor == "again",
            )

    def _api_writes(self) -> Iterator[Case]:
        questions = {"title": TITLE, "description": QUESTION, "category": "painting"}
        requests, votes = self._answerable(2), self._votable(2)
        for at_once in (False, True):
            headers = self.sending("application/json", at_once=at_once)
            note = ", tasks at once" if at_once else ""
            mine = [next(requests) for _ in range(self.enough)]
            yield Case(
                "API",
                f"ask{note}",
                always(Ask(self.api, "POST", json_body(questions), headers, 201)),
                always(self.floor("ask", 201, category=_painting())),
            )
            yield Case(
                "API",
                f"respond{note}",
                in_turn(
                    [
                        Ask(
                            reverse("wargame_mentorship_api:respond", args=[key]),
                            "POST",
                            json_body({"response_text": ANSWER}),
                            headers,
                            201,
                        )
                        for key in mine
                    ]
                ),
                in_turn([self.floor(f"respond/{key}", 201) for key in mine]),
            )
            voted = [next(votes) for _ in range(self.enough)]
            yield Case(
                "API",
                f"vote{note}",
                in_turn(
                    [
                        Ask(
                            reverse("wargame_mentorship_api:helpful", args=[response]),
                            "POST",
                            b"{}",
                            headers,
                        )
                        for response, _ in voted
                    ]
                ),
                in_turn([self.floor(f"vote/{uuid4()}") for _ in voted]),
            )
        body, kind = multipart({"alt_text": "A knight"}, {"file": large_jpeg()})
        yield Case(
            "API",
            "upload a photo, 3 MB",
            always(
                Ask(
                    reverse("wargame_mentorship_api:photos"),
                    "POST",
                    body,
                    self.sending(kind),
                    201,
                )
            ),
            most_rounds=UPLOADS,
        )

    # -------------------------------------------------------------------------- the pages

    def _page_lists(self) -> Iterator[Case]:
        floor = "/floor/list.html"
        yield Case("page", "list, page 1", always(Ask(self.page)), always(Ask(floor)))
        yield Case(
            "page",
            "list, page 1, signed in",
            always(Ask(self.page, headers=self.session)),
            always(Ask(floor)),
        )
        yield self._deep_page_list()
        yield Case(
            "page",
            "list, filtered",
            always(Ask(f"{self.page}?{urlencode(FILTERED)}")),
            always(Ask(f"{floor}?{urlencode(FILTERED)}")),
        )
        for name, texts in (
            ("search, a common word", COMMON_WORDS),
            ("search, a rare word", self.rare),
        ):
            queries = [urlencode({"search": text}) for text in texts]
            yield Case(
                "page",
                name,
                in_turn([Ask(f"{self.page}?{query}") for query in queries]),
                in_turn([Ask(f"/floor/search.html?{query}") for query in queries]),
            )

    def _deep_page_list(self) -> Case:
        number, path = self.walk_pages(self.page)
        place: list[tuple[str, str]] = []
        if number > 1:
            before = HelpRequest.objects.visible_to(Viewer(None)).order_by("-created_at", "-id")
            last = before[HTML_PAGE * (number - 1) - 1]
            place = [("after", str(last.created_at)), ("after", str(last.pk))]
        return Case(
            "page",
            f"list, page {number:,}",
            always(Ask(path)),
            always(Ask(f"/floor/list.html?{urlencode(place)}")),
        )

    def _page_details(self) -> Iterator[Case]:
        for name, keys, headers in (
            (f"detail, {FULL_CONVERSATION} answers", self.full, {}),
            (f"detail, {FULL_CONVERSATION} answers, signed in", self.full, self.session),
            ("detail, 3 answers", self.short, {}),
        ):
            paths = [reverse("wargame_mentorship:help-request", args=[key]) for key in keys]
            yield Case(
                "page",
                name,
                visits(paths, headers, is_first=False),
                in_turn([Ask(f"/floor/detail.html/{key}") for key in keys]),
            )

    def _page_writes(self) -> Iterator[Case]:
        asking = reverse("wargame_mentorship:ask-help-request")
        yield Case("page", "form to ask", always(Ask(asking, headers=self.session)))
        yield Case(
            "page",
            "ask",
            lambda n: self.form(asking, _question()),
            always(self.floor("ask", 302, category=_painting(), page="1")),
        )
        requests, votes = self._answerable(1), self._votable(1)
        mine = [next(requests) for _ in range(self.enough)]
        yield Case(
            "page",
            "respond",
            lambda n: self.form(
                reverse("wargame_mentorship:respond-help-request", args=[mine[n % len(mine)]]),
                {"response_text": ANSWER, "form_token": str(uuid4())},
            ),
            in_turn([self.floor(f"respond/{key}", 302, page="1") for key in mine]),
        )
        voted = [next(votes) for _ in range(self.enough)]
        yield Case(
            "page",
            "vote",
            in_turn(
                [
                    self.form(
                        reverse("wargame_mentorship:helpful-response", args=[entry, response]), {}
                    )
                    for response, entry in voted
                ]
            ),
            in_turn([self.floor(f"vote/{uuid4()}", 302, page="1") for _ in voted]),
        )
        photo = {"photo_0": large_jpeg()}
        yield Case(
            "page",
            "ask with a photo, 3 MB, tasks at once",
            lambda n: self.form(asking, _question(), photo, at_once=True),
            most_rounds=UPLOADS,
        )

    # ------------------------------------------------------------------------------- parts

    def _readable(self, **columns: Any) -> list[UUID]:
        """The newest with these columns that the reader sees, and everybody else too."""
        public = (
            HelpRequest.objects.visible_to(Viewer(None)).filter(**columns).exclude(requester=None)
        )
        found = HelpRequest.objects.visible_to(self.reader).filter(pk__in=public)
        return list(found.order_by("-created_at", "-pk").values_list("pk", flat=True)[:20])

    def _answerable(self, times: int) -> Iterator[UUID]:
        """Requests of others that are open and have few answers; a conversation stays short."""
        found = (
            HelpRequest.objects.visible_to(self.reader)
            .filter(status="open", response_count__lt=20, is_public=True)
            .exclude(requester=self.reader)
            .order_by("created_at", "pk")
            .values_list("pk", flat=True)
        )
        return cycled(list(found[: times * self.enough]))

    def _votable(self, times: int) -> Iterator[tuple[UUID, UUID]]:
        voted = HelpfulVote.objects.filter(voter=self.reader).values("content_id")
        found = (
            HelpResponse.objects.visible_to(self.reader)
            .exclude(responder=self.reader)
            .exclude(pk__in=voted)
            .order_by("-created_at", "-pk")
            .values_list("pk", "help_request")
        )
        return cycled(list(found[: times * self.enough]))


def _painting() -> UUID:
    return Category.objects.get(slug="painting").pk


def _question() -> dict[str, str]:
    return {
        "title": TITLE,
        "description": QUESTION,
        "category": "painting",
        "difficulty_level": "",
        "urgency": "normal",
        "language": "en",
        "form_token": str(uuid4()),
    }
