"""What is asked: through the API and through the pages, by nobody and by somebody."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse

from benchmarks.data import FULL_CONVERSATION, READER, SEED
from benchmarks.measuring import Ask, Case, Client
from benchmarks.pictures import large_jpeg
from benchmarks.serving import AT_ONCE
from benchmarks.texts import Texts
from wargame_mentorship.host import Viewer
from wargame_mentorship.models import (
    Category,
    HelpfulVote,
    HelpRequest,
    HelpResponse,
    SearchDocument,
)

DEEP_PAGE = 1_000
JSON_PAGE = 20
HTML_PAGE = 24
UPLOADS = 20
"""Rounds with a photo: nobody may leave more than fifty unattached."""

FILTERED = {"category": "painting", "status": "open", "difficulty_level": "beginner"}
SELDOM = {"category": "gaming", "language": "de", "urgency": "high", "status": "in_progress"}
COMMON_WORDS = ("paint", "primer", "wash", "brush", "varnish")
PAIRS = ("airbrush pressure", "edge highlight", "palette humidity", "weathering oil", "decal gloss")

_NEXT = re.compile(r'rel="next" href="([^"]+)"')

TITLE = "Why does my varnish frost?"
QUESTION = "It was **cold** in the garage. Can I save the model?"
ANSWER = "Use less, and wick the pools away with a damp brush."


class Cases:
    """Makes the cases for the database at hand; `client` goes ahead to find the deep pages."""

    def __init__(self, client: Client, rounds: int) -> None:
        self.client = client
        self.rounds = rounds
        self.reader = get_user_model()._default_manager.get(username=READER)
        self.session = _session_of(self.reader)
        self.api = reverse("wargame_mentorship_api:help-requests")
        self.page = reverse("wargame_mentorship:help-requests")
        self.full = self._readable(response_count=FULL_CONVERSATION)
        self.short = self._readable(response_count=3)
        self.rare = _rare_words()
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
            yield Case("API", f"list, queue {queue}", _always(Ask(path)))
        waiting = reverse("wargame_mentorship_api:queue")
        for scope in ("followed", "all"):
            ask = Ask(f"{waiting}?{urlencode({'scope': scope})}", headers=self.session)
            yield Case("API", f"a helper's queue, {scope}", _always(ask))

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
        floor = [*query.items(), *(("after", value) for value in place), *self._links(path)]
        return Case(
            "API",
            name,
            _always(Ask(path, headers=headers or {})),
            _always(Ask(f"/floor/list?{urlencode(floor)}")),
            same_bytes=not headers,
        )

    def _links(self, path: str) -> list[tuple[str, str]]:
        """The links of an answer, which no floor could sign."""
        answer = json.loads(self.client.send(Ask(path)).body)
        return [(name, answer[name]) for name in ("next", "previous") if answer[name]]

    def _deep_api_list(self) -> Case:
        at, step = JSON_PAGE, 100
        path = f"{self.api}?page_size={JSON_PAGE}"
        last: dict[str, Any] = {}
        cursor = ""
        while at < DEEP_PAGE * JSON_PAGE:
            answer = json.loads(self.client.send(Ask(path)).body)
            if answer["next"] is None:
                break
            last = answer["results"][-1]
            cursor = dict(parse_qsl(urlsplit(answer["next"]).query))["cursor"]
            size = min(step, DEEP_PAGE * JSON_PAGE - at)
            at += len(answer["results"])
            path = f"{self.api}?{urlencode({'cursor': cursor, 'page_size': size})}"
        return self._api_list(
            f"list, page {at // JSON_PAGE:,}",
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
                _in_turn([Ask(path) for path in paths]),
                _in_turn(
                    [
                        Ask(f"/floor/search?{query}&{urlencode(self._links(path))}")
                        for query, path in zip(queries, paths, strict=True)
                    ]
                ),
                same_bytes=True,
            )
        narrowed = [
            Ask(f"{self.api}?{urlencode({'search': text, **FILTERED})}") for text in COMMON_WORDS
        ]
        yield Case("API", "search, a common word, filtered", _in_turn(narrowed))
        similar = reverse("wargame_mentorship_api:similar")
        titles = [urlencode({"title": title}) for title in self.titles]
        yield Case(
            "API",
            "similar",
            _in_turn([Ask(f"{similar}?{title}") for title in titles]),
            _in_turn([Ask(f"/floor/similar?{title}") for title in titles]),
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
                _visits(paths, headers, is_first=visitor == "first"),
                _in_turn([Ask(f"/floor/detail/{key}") for key in keys]),
                same_bytes=not headers and visitor == "again",
            )

    def _api_writes(self) -> Iterator[Case]:
        questions = {"title": TITLE, "description": QUESTION, "category": "painting"}
        requests, votes = self._answerable(2), self._votable(2)
        for at_once in (False, True):
            headers = self._sending("application/json", at_once=at_once)
            note = ", tasks at once" if at_once else ""
            mine = [next(requests) for _ in range(self._enough)]
            yield Case(
                "API",
                f"ask{note}",
                _always(Ask(self.api, "POST", _json(questions), headers, 201)),
                _always(self._floor("ask", 201, category=_painting())),
            )
            yield Case(
                "API",
                f"respond{note}",
                _in_turn(
                    [
                        Ask(
                            reverse("wargame_mentorship_api:respond", args=[key]),
                            "POST",
                            _json({"response_text": ANSWER}),
                            headers,
                            201,
                        )
                        for key in mine
                    ]
                ),
                _in_turn([self._floor(f"respond/{key}", 201) for key in mine]),
            )
            voted = [next(votes) for _ in range(self._enough)]
            yield Case(
                "API",
                f"vote{note}",
                _in_turn(
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
                _in_turn([self._floor(f"vote/{uuid4()}") for _ in voted]),
            )
        body, kind = _multipart({"alt_text": "A knight"}, {"file": large_jpeg()})
        yield Case(
            "API",
            "upload a photo, 3 MB",
            _always(
                Ask(
                    reverse("wargame_mentorship_api:photos"),
                    "POST",
                    body,
                    self._sending(kind),
                    201,
                )
            ),
            most_rounds=UPLOADS,
        )

    # -------------------------------------------------------------------------- the pages

    def _page_lists(self) -> Iterator[Case]:
        floor = "/floor/list.html"
        yield Case("page", "list, page 1", _always(Ask(self.page)), _always(Ask(floor)))
        yield Case(
            "page",
            "list, page 1, signed in",
            _always(Ask(self.page, headers=self.session)),
            _always(Ask(floor)),
        )
        yield self._deep_page_list()
        yield Case(
            "page",
            "list, filtered",
            _always(Ask(f"{self.page}?{urlencode(FILTERED)}")),
            _always(Ask(f"{floor}?{urlencode(FILTERED)}")),
        )
        for name, texts in (
            ("search, a common word", COMMON_WORDS),
            ("search, a rare word", self.rare),
        ):
            queries = [urlencode({"search": text}) for text in texts]
            yield Case(
                "page",
                name,
                _in_turn([Ask(f"{self.page}?{query}") for query in queries]),
                _in_turn([Ask(f"/floor/search.html?{query}") for query in queries]),
            )

    def _deep_page_list(self) -> Case:
        path, number = self.page, 1
        while number < DEEP_PAGE:
            found = _NEXT.search(self.client.send(Ask(path)).body.decode())
            if found is None:
                break
            path, number = found[1].replace("&amp;", "&"), number + 1
        place: list[tuple[str, str]] = []
        if number > 1:
            before = HelpRequest.objects.visible_to(Viewer(None)).order_by("-created_at", "-id")
            last = before[HTML_PAGE * (number - 1) - 1]
            place = [("after", str(last.created_at)), ("after", str(last.pk))]
        return Case(
            "page",
            f"list, page {number:,}",
            _always(Ask(path)),
            _always(Ask(f"/floor/list.html?{urlencode(place)}")),
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
                _visits(paths, headers, is_first=False),
                _in_turn([Ask(f"/floor/detail.html/{key}") for key in keys]),
            )

    def _page_writes(self) -> Iterator[Case]:
        asking = reverse("wargame_mentorship:ask-help-request")
        yield Case("page", "form to ask", _always(Ask(asking, headers=self.session)))
        yield Case(
            "page",
            "ask",
            lambda n: self._form(asking, _question()),
            _always(self._floor("ask", 302, category=_painting(), page="1")),
        )
        requests, votes = self._answerable(1), self._votable(1)
        mine = [next(requests) for _ in range(self._enough)]
        yield Case(
            "page",
            "respond",
            lambda n: self._form(
                reverse("wargame_mentorship:respond-help-request", args=[mine[n % len(mine)]]),
                {"response_text": ANSWER, "form_token": str(uuid4())},
            ),
            _in_turn([self._floor(f"respond/{key}", 302, page="1") for key in mine]),
        )
        voted = [next(votes) for _ in range(self._enough)]
        yield Case(
            "page",
            "vote",
            _in_turn(
                [
                    self._form(
                        reverse("wargame_mentorship:helpful-response", args=[entry, response]), {}
                    )
                    for response, entry in voted
                ]
            ),
            _in_turn([self._floor(f"vote/{uuid4()}", 302, page="1") for _ in voted]),
        )
        photo = {"photo_0": large_jpeg()}
        yield Case(
            "page",
            "ask with a photo, 3 MB, tasks at once",
            lambda n: self._form(asking, _question(), photo, at_once=True),
            most_rounds=UPLOADS,
        )

    # ------------------------------------------------------------------------------- parts

    @property
    def _enough(self) -> int:
        """Things to write about, with those of the warm-up and of the count."""
        return self.rounds + 20

    def _sending(self, content_type: str, *, at_once: bool = False) -> dict[str, str]:
        return {
            **self.session,
            "Content-Type": content_type,
            "X-CSRFToken": _TOKEN,
            **({AT_ONCE: "1"} if at_once else {}),
        }

    def _form(
        self,
        path: str,
        fields: dict[str, str],
        files: dict[str, bytes] | None = None,
        *,
        at_once: bool = False,
    ) -> Ask:
        body, kind = _multipart(fields, files or {})
        headers = self._sending(kind, at_once=at_once)
        # A form with an error would be shown again, and no address to go to.
        return Ask(path, "POST", body, headers, 302, leads_to=self.page)

    def _floor(self, path: str, status: int = 200, **query: Any) -> Ask:
        address = f"/floor/{path}?{urlencode({'user': self.reader.pk, **query})}"
        return Ask(address, "POST", b"{}", status=status)

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
        return _cycled(list(found[: times * self._enough]))

    def _votable(self, times: int) -> Iterator[tuple[UUID, UUID]]:
        voted = HelpfulVote.objects.filter(voter=self.reader).values("content_id")
        found = (
            HelpResponse.objects.visible_to(self.reader)
            .exclude(responder=self.reader)
            .exclude(pk__in=voted)
            .order_by("-created_at", "-pk")
            .values_list("pk", "help_request")
        )
        return _cycled(list(found[: times * self._enough]))


_TOKEN = "b" * 32
"""Of the cookie and of the header alike, which is all that is asked for."""


def _session_of(user: Any) -> dict[str, str]:
    """The headers of somebody who has signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    cookies = (
        f"{settings.SESSION_COOKIE_NAME}={session.session_key}; "
        f"{settings.CSRF_COOKIE_NAME}={_TOKEN}"
    )
    return {"Cookie": cookies}


def _rare_words() -> list[str]:
    titles = SearchDocument.objects.order_by("-id").values_list("title", flat=True)[:500]
    words = {word: None for title in titles for word in re.findall(r"\b[a-z]{8}x\b", title)}
    return list(words)[:5] or ["paint"]


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


def _always(ask: Ask) -> Any:
    return lambda number: ask


def _in_turn(asks: Sequence[Ask]) -> Any:
    return lambda number: asks[number % len(asks)]


def _visits(paths: Sequence[str], headers: dict[str, str], *, is_first: bool) -> Any:
    """Visits of the same browser, or each of another one, whose view is counted."""

    def visit(number: int) -> Ask:
        agent = {"User-Agent": f"Mozilla/5.0 (visitor {uuid4()})"} if is_first else {}
        return Ask(paths[number % len(paths)], headers={**headers, **agent})

    return visit


def _cycled(found: list[Any]) -> Iterator[Any]:
    if not found:
        raise LookupError("There is nothing to write about; make more rows.")
    while True:
        yield from found


def _json(data: dict[str, Any]) -> bytes:
    return json.dumps(data).encode()


def _multipart(fields: dict[str, str], files: dict[str, bytes]) -> tuple[bytes, str]:
    boundary = "wm-bench"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts += [
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="p.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        ).encode()
        + content
        + b"\r\n"
        for name, content in files.items()
    ]
    body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={boundary}"
