"""What every floor answers with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template

Data = dict[str, Any]


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def answer(data: Any, status: int = 200) -> HttpResponse:
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(body, "application/json", status)


def results(request: HttpRequest, rows: list[Data]) -> HttpResponse:
    """A list; its links come ready-made."""
    links = {name: request.GET.get(name) for name in ("next", "previous")}
    return answer({"results": rows, **links})


def html(template: str, **context: Any) -> HttpResponse:
    return HttpResponse(get_template(template).render(context))


def key(value: Any) -> str | None:
    """SQLite keeps keys as hexadecimal digits."""
    if value is None:
        return None
    if isinstance(value, UUID):
        return str(value)
    return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"


def json_key(value: str) -> str:
    """The same out of a JSON array, where PostgreSQL has texts too."""
    return value if "-" in value else str(key(value))


def time(value: Any) -> str | None:
    """SQLite knows of no zones."""
    return None if value is None else f"{value.replace(tzinfo=None).isoformat()}Z"


def person(row: Sequence[Any]) -> Data | None:
    pk, display_name, username, avatar = row
    if pk is None:
        return None
    return {
        "id": key(pk),
        "display_name": display_name or username,
        "profile_url": f"/club/{username}/",
        "avatar_url": f"/media/{avatar}" if avatar else None,
    }


def pictures(aggregated: str | None) -> list[Data]:
    return [picture(columns) for columns in json.loads(aggregated or "[]")]


def picture(columns: Sequence[Any]) -> Data:
    pk, file, url_key, width, height, alt_text, stage = columns
    base = f"/api/photos/{json_key(pk)}/"
    return {
        "id": json_key(pk),
        "url": f"{base}reading-{url_key}.webp",
        "thumbnail_url": f"{base}thumbnail-{url_key}.webp",
        "full_url": f"{base}full-{url_key}.{file.rpartition('.')[2]}",
        "width": width,
        "height": height,
        "alt_text": alt_text,
        "stage": stage,
    }


def reader(pk: UUID) -> Data:
    return {
        "id": str(pk),
        "display_name": "Painter 000000",
        "profile_url": "/club/reader/",
        "avatar_url": None,
    }
