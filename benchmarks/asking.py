"""What the cases of all rooms ask with: who is signed in, forms, and the way to a deep page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore

from benchmarks.making import READER
from benchmarks.measuring import Ask, Client
from benchmarks.serving import AT_ONCE
from wargame_mentorship.models import SearchDocument

DEEP_PAGE = 1_000
JSON_PAGE = 20
HTML_PAGE = 24

COMMON_WORDS = ("paint", "primer", "wash", "brush", "varnish")
PAIRS = ("airbrush pressure", "edge highlight", "palette humidity", "weathering oil", "decal gloss")

_NEXT = re.compile(r'rel="next" href="([^"]+)"')
_TOKEN = "b" * 32
"""Of the cookie and of the header alike, which is all that is asked for."""


class Asking:
    """Makes requests to the database at hand; `client` goes ahead to find the deep pages."""

    page: str
    """The address to which every form leads in the end, or what it begins with."""
    who: ClassVar[str] = READER
    """The name of who is signed in."""

    def __init__(self, client: Client, rounds: int) -> None:
        self.client = client
        self.rounds = rounds
        self.reader = get_user_model()._default_manager.get(username=self.who)
        self.session = session_of(self.reader)
        self.rare = _rare_words()

    @property
    def enough(self) -> int:
        """Things to write about, with those of the warm-up and of the count."""
        return self.rounds + 20

    def sending(self, content_type: str, *, at_once: bool = False) -> dict[str, str]:
        return {
            **self.session,
            "Content-Type": content_type,
            "X-CSRFToken": _TOKEN,
            **({AT_ONCE: "1"} if at_once else {}),
        }

    def form(
        self,
        path: str,
        fields: dict[str, str],
        files: dict[str, bytes] | None = None,
        *,
        at_once: bool = False,
    ) -> Ask:
        body, kind = multipart(fields, files or {})
        headers = self.sending(kind, at_once=at_once)
        # A form with an error would be shown again, and no address to go to.
        return Ask(path, "POST", body, headers, 302, leads_to=self.page)

    def floor(self, path: str, status: int = 200, **query: Any) -> Ask:
        address = f"/floor/{path}?{urlencode({'user': self.reader.pk, **query})}"
        return Ask(address, "POST", b"{}", status=status)

    def links(self, path: str) -> list[tuple[str, str]]:
        """The links of an answer, which no floor could sign."""
        answer = json.loads(self.client.send(Ask(path)).body)
        return [(name, answer[name]) for name in ("next", "previous") if answer[name]]

    def walk_api(self, path: str) -> tuple[int, str, dict[str, Any]]:
        """The number of a deep page or the last one, its cursor, and the row before it."""
        at, step = JSON_PAGE, 100
        last: dict[str, Any] = {}
        cursor = ""
        address = path
        while at < DEEP_PAGE * JSON_PAGE:
            answer = json.loads(self.client.send(Ask(address)).body)
            if answer["next"] is None:
                break
            last = answer["results"][-1]
            cursor = dict(parse_qsl(urlsplit(answer["next"]).query))["cursor"]
            size = min(step, DEEP_PAGE * JSON_PAGE - at)
            at += len(answer["results"])
            address = f"{path.partition('?')[0]}?{urlencode({'cursor': cursor, 'page_size': size})}"
        return at // JSON_PAGE, cursor, last

    def walk_pages(self, path: str) -> tuple[int, str]:
        """The number of a deep page or the last one, and its address."""
        number = 1
        while number < DEEP_PAGE:
            found = _NEXT.search(self.client.send(Ask(path)).body.decode())
            if found is None:
                break
            path, number = found[1].replace("&amp;", "&"), number + 1
        return number, path


def session_of(user: Any) -> dict[str, str]:
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
    documents = SearchDocument.objects.exclude(title="").order_by("-id")
    titles = documents.values_list("title", flat=True)[:500]
    words = {word: None for title in titles for word in re.findall(r"\b[a-z]{8}x\b", title)}
    return list(words)[:5] or ["paint"]


def always(ask: Ask) -> Any:
    return lambda number: ask


def in_turn(asks: Sequence[Ask]) -> Any:
    return lambda number: asks[number % len(asks)]


def visits(paths: Sequence[str], headers: dict[str, str], *, is_first: bool) -> Any:
    """Visits of the same browser, or each of another one, whose view is counted."""

    def visit(number: int) -> Ask:
        agent = {"User-Agent": f"Mozilla/5.0 (visitor {uuid4()})"} if is_first else {}
        return Ask(paths[number % len(paths)], headers={**headers, **agent})

    return visit


def cycled(found: list[Any]) -> Iterator[Any]:
    if not found:
        raise LookupError("There is nothing to write about; make more rows.")
    while True:
        yield from found


def json_body(data: dict[str, Any]) -> bytes:
    return json.dumps(data).encode()


def multipart(fields: dict[str, str], files: dict[str, bytes]) -> tuple[bytes, str]:
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
