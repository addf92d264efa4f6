from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from benchmarks.floor.answering import answer, results
from benchmarks.floor.sql import fetch, insert, moments, place, write_vote
from benchmarks.forums.floor import queries, shapes
from benchmarks.rows import plain
from wargame_mentorship.core.ids import new_id
from wargame_mentorship.models import ForumPost

JSON_PAGE = 20


def topics(request: HttpRequest, pk: UUID) -> HttpResponse:
    begins = place(request.GET.getlist("after"))
    sql = queries.topics(is_further=bool(begins))
    rows = fetch(sql, [plain(pk), *begins, JSON_PAGE + 1])
    return results(request, [shapes.topic(row) for row in rows[:JSON_PAGE]])


def latest(request: HttpRequest) -> HttpResponse:
    rows = fetch(queries.latest(), [JSON_PAGE + 1])
    return results(request, [shapes.topic(row) for row in rows[:JSON_PAGE]])


def posts(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Of a topic: the first page, or the one that begins with a row."""
    begins = place(request.GET.getlist("from"))
    sql = queries.posts(begins=">=" if begins else "")
    rows = fetch(sql, [plain(pk), *begins, JSON_PAGE + 1])
    return results(request, [shapes.post(row) for row in rows[:JSON_PAGE]])


@csrf_exempt
def reply(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = {
        "id": new_id(),
        **moments(timezone.now()),
        "content": "Use less, and wick the pools away with a damp brush.",
        "content_html": "<p>Use less, and wick the pools away with a damp brush.</p>",
        "topic_id": pk,
        "author_id": UUID(request.GET["user"]),
    }
    insert(ForumPost, row)
    if "page" in request.GET:
        return HttpResponse(status=302, headers={"Location": f"/community/forums/topics/{pk}/"})
    return answer(shapes.fresh_post(row), 201)


@csrf_exempt
def vote(request: HttpRequest, pk: UUID) -> HttpResponse:
    write_vote("forum_post", pk, UUID(request.GET["user"]))
    if "page" in request.GET:
        return HttpResponse(status=302, headers={"Location": f"/community/forums/topics/{pk}/"})
    return answer({"helpful_count": 1, "my_vote": True})


@csrf_exempt
def mark(request: HttpRequest, pk: UUID) -> HttpResponse:
    values = [plain(timezone.now()), plain(UUID(request.GET["user"])), plain(pk)]
    with connection.cursor() as cursor:
        cursor.execute(queries.mark(), values)
    return answer({"is_unread": False})
