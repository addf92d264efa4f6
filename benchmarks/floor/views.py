from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from benchmarks.floor import queries, shapes
from benchmarks.rows import Table, plain
from wargame_mentorship.core.ids import new_id
from wargame_mentorship.models import HelpfulVote, HelpRequest, HelpResponse
from wargame_mentorship.search.database import DatabaseSearch, clean, dialect_of
from wargame_mentorship.search.words import significant_terms, terms

HTML_PAGE = 24
JSON_PAGE = 20
KIND = "help_request"


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def list_json(request: HttpRequest) -> HttpResponse:
    rows = _page(request, JSON_PAGE)
    return _results(request, [shapes.request(row) for row in rows])


def list_html(request: HttpRequest) -> HttpResponse:
    return _cards(_page(request, HTML_PAGE))


def search_json(request: HttpRequest) -> HttpResponse:
    rows = _ranked(_finding(request.GET["search"]), JSON_PAGE)
    return _results(request, [shapes.request(row) for row in rows])


def search_html(request: HttpRequest) -> HttpResponse:
    return _cards(_ranked(_finding(request.GET["search"]), HTML_PAGE))


def similar_json(request: HttpRequest) -> HttpResponse:
    rows = _ranked(_alike(request.GET["title"]), 10, is_last=True)
    rows.sort(key=lambda row: row[30] is None)
    return _results(request, [shapes.similar(row) for row in rows])


def detail_json(request: HttpRequest, pk: UUID) -> HttpResponse:
    return shapes.answer(shapes.conversation(_conversation(pk)))


def detail_html(request: HttpRequest, pk: UUID) -> HttpResponse:
    [head, *answers] = _conversation(pk)
    return _html(
        "floor/detail.html",
        head=head,
        head_photos=shapes.pictures(head[10]),
        answers=[(answer, shapes.pictures(answer[10])) for answer in answers],
    )


@csrf_exempt
def ask(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    row = {
        "id": new_id(),
        **_moments(now),
        "last_activity_at": now,
        "title": "Why does the floor not frost?",
        "description": "It was **cold** in the garage. Can I save the model?",
        "description_html": "<p>It was <strong>cold</strong> in the garage.</p>",
        "category_id": UUID(request.GET["category"]),
        "requester_id": UUID(request.GET["user"]),
    }
    _insert(HelpRequest, row)
    if "page" in request.GET:
        return HttpResponse(status=302, headers={"Location": f"/community/help/{row['id']}/"})
    return shapes.answer(shapes.fresh_request(row), 201)


@csrf_exempt
def respond(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = {
        "id": new_id(),
        **_moments(timezone.now()),
        "response_text": "Use less, and wick the pools away with a damp brush.",
        "response_text_html": "<p>Use less, and wick the pools away with a damp brush.</p>",
        "help_request_id": pk,
        "responder_id": UUID(request.GET["user"]),
    }
    _insert(HelpResponse, row)
    if "page" in request.GET:
        return HttpResponse(status=302, headers={"Location": f"/community/help/{pk}/"})
    return shapes.answer(shapes.fresh_response(row), 201)


@csrf_exempt
def vote(request: HttpRequest, pk: UUID) -> HttpResponse:
    now = timezone.now()
    row = {
        "id": new_id(),
        "content_type": "help_response",
        "content_id": pk,
        "voter_id": UUID(request.GET["user"]),
        "created_at": now,
        "updated_at": now,
    }
    _insert(HelpfulVote, row)
    if "page" in request.GET:
        return HttpResponse(status=302, headers={"Location": f"/community/help/{pk}/"})
    return shapes.answer({"helpful_count": 1, "my_vote": True})


def _results(request: HttpRequest, results: list[shapes.Data]) -> HttpResponse:
    links = {name: request.GET.get(name) for name in ("next", "previous")}
    return shapes.answer({"results": results, **links})


def _cards(rows: Sequence[Sequence[Any]]) -> HttpResponse:
    photos = [shapes.pictures(row[23]) for row in rows]
    thumbnails = [found[0]["thumbnail_url"] if found else None for found in photos]
    return _html("floor/list.html", cards=list(zip(rows, thumbnails, strict=True)))


def _html(template: str, **context: Any) -> HttpResponse:
    return HttpResponse(get_template(template).render(context))


def _page(request: HttpRequest, size: int) -> list[Sequence[Any]]:
    given = request.GET
    filters = [name for name in queries.FILTERS if name in given]
    place = _place(given.getlist("after"))
    sql = queries.page(given.get("ordering", "newest"), filters, is_further=bool(place))
    params = [*_queue_times(), *(given[name] for name in filters), *place, size + 1]
    return _rows(sql, params)[:size]


def _place(given: Sequence[str]) -> list[Any]:
    if not given:
        return []
    moment, pk = given
    return [plain(datetime.fromisoformat(moment)), plain(UUID(pk))]


def _ranked(
    found: tuple[str, list[Any]], size: int, *, is_last: bool = False
) -> list[Sequence[Any]]:
    sql, params = found
    asked = [*_queue_times(), *params, size if is_last else size + 1]
    return _rows(queries.ranked(sql), asked)[:size]


def _conversation(pk: UUID) -> list[Sequence[Any]]:
    return _rows(queries.conversation(), [*_queue_times(), plain(pk), plain(pk)])


@cache
def _finding(text: str) -> tuple[str, list[Any]]:
    return dialect_of("default").find(KIND, terms(text), DatabaseSearch().most_found)


@cache
def _alike(title: str) -> tuple[str, list[Any]]:
    return dialect_of("default").similar(KIND, significant_terms(title), clean(title))


def _queue_times() -> list[Any]:
    now = timezone.now()
    return [plain(now - timedelta(hours=hours)) for hours in (48, 24)]


def _moments(now: Any) -> dict[str, Any]:
    return {"created_at": now, "updated_at": now, "visible_since": now}


def _rows(sql: str, params: Sequence[Any]) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


@cache
def _table(model: Any) -> tuple[str, Table]:
    table = Table(model)
    marks = ", ".join(["%s"] * len(table.columns))
    return f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({marks})", table


def _insert(model: Any, row: dict[str, Any]) -> None:
    sql, table = _table(model)
    values = [plain({**table.defaults, **row}[column]) for column in table.columns]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
