from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from benchmarks.floor.answering import answer, html, pictures, results
from benchmarks.floor.sql import fetch, insert, moments, place, write_vote
from benchmarks.help_requests.floor import queries, shapes
from benchmarks.rows import plain
from wargame_mentorship.core.ids import new_id
from wargame_mentorship.models import HelpRequest, HelpResponse
from wargame_mentorship.search.database import DatabaseSearch, clean, dialect_of
from wargame_mentorship.search.words import significant_terms, terms

HTML_PAGE = 24
JSON_PAGE = 20
KIND = "help_request"


def list_json(request: HttpRequest) -> HttpResponse:
    rows = _page(request, JSON_PAGE)
    return results(request, [shapes.request(row) for row in rows])


def list_html(request: HttpRequest) -> HttpResponse:
    return _cards(_page(request, HTML_PAGE))


def search_json(request: HttpRequest) -> HttpResponse:
    rows = _ranked(_finding(request.GET["search"]), JSON_PAGE)
    return results(request, [shapes.request(row) for row in rows])


def search_html(request: HttpRequest) -> HttpResponse:
    return _cards(_ranked(_finding(request.GET["search"]), HTML_PAGE))


def similar_json(request: HttpRequest) -> HttpResponse:
    rows = _ranked(_alike(request.GET["title"]), 10, is_last=True)
    rows.sort(key=lambda row: row[30] is None)
    return results(request, [shapes.similar(row) for row in rows])


def detail_json(request: HttpRequest, pk: UUID) -> HttpResponse:
    return answer(shapes.conversation(_conversation(pk)))


def detail_html(request: HttpRequest, pk: UUID) -> HttpResponse:
    [head, *answers] = _conversation(pk)
    return html(
        "floor/detail.html",
        head=head,
        head_photos=pictures(head[10]),
        answers=[(answer, pictures(answer[10])) for answer in answers],
    )


@csrf_exempt
def ask(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    row = {
        "id": new_id(),
        **moments(now),
        "last_activity_at": now,
        "title": "Why does the floor not frost?",
        "description": "It was **cold** in the garage. Can I save the model?",
        "description_html": "<p>It was <strong>cold</strong> in the garage.</p>",
        "category_id": UUID(request.GET["category"]),
        "requester_id": UUID(request.GET["user"]),
    }
    insert(HelpRequest, row)
    if "page" in request.GET:
        return HttpResponse(status=302, headers={"Location": f"/community/help/{row['id']}/"})
    return answer(shapes.fresh_request(row), 201)


@csrf_exempt
def respond(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = {
        "id": new_id(),
        **moments(timezone.now()),
        "response_text": "Use less, and wick the pools away with a damp brush.",
        "response_text_html": "<p>Use less, and wick the pools away with a damp brush.</p>",
        "help_request_id": pk,
        "responder_id": UUID(request.GET["user"]),
    }
    insert(HelpResponse, row)
    if "page" in request.GET:
        return HttpResponse(status=302, headers={"Location": f"/community/help/{pk}/"})
    return answer(shapes.fresh_response(row), 201)


@csrf_exempt
def vote(request: HttpRequest, pk: UUID) -> HttpResponse:
    write_vote("help_response", pk, UUID(request.GET["user"]))
    if "page" in request.GET:
        return HttpResponse(status=302, headers={"Location": f"/community/help/{pk}/"})
    return answer({"helpful_count": 1, "my_vote": True})


def _cards(rows: Sequence[Sequence[Any]]) -> HttpResponse:
    photos = [pictures(row[23]) for row in rows]
    thumbnails = [found[0]["thumbnail_url"] if found else None for found in photos]
    return html("floor/list.html", cards=list(zip(rows, thumbnails, strict=True)))


def _page(request: HttpRequest, size: int) -> list[Sequence[Any]]:
    given = request.GET
    filters = [name for name in queries.FILTERS if name in given]
    begins = place(given.getlist("after"))
    sql = queries.page(given.get("ordering", "newest"), filters, is_further=bool(begins))
    params = [*_queue_times(), *(given[name] for name in filters), *begins, size + 1]
    return fetch(sql, params)[:size]


def _ranked(
    found: tuple[str, list[Any]], size: int, *, is_last: bool = False
) -> list[Sequence[Any]]:
    sql, params = found
    asked = [*_queue_times(), *params, size if is_last else size + 1]
    return fetch(queries.ranked(sql), asked)[:size]


def _conversation(pk: UUID) -> list[Sequence[Any]]:
    return fetch(queries.conversation(), [*_queue_times(), plain(pk), plain(pk)])


@cache
def _finding(text: str) -> tuple[str, list[Any]]:
    return dialect_of("default").find(KIND, terms(text), DatabaseSearch().most_found)


@cache
def _alike(title: str) -> tuple[str, list[Any]]:
    return dialect_of("default").similar(KIND, significant_terms(title), clean(title))


def _queue_times() -> list[Any]:
    now = timezone.now()
    return [plain(now - timedelta(hours=hours)) for hours in (48, 24)]
