"""What every floor asks the database with, in the words of either one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from benchmarks.rows import Table, plain
from wargame_mentorship.core.ids import new_id
from wargame_mentorship.models import HelpfulVote

PHOTO = "wargame_mentorship_photo"
USER = "people_user"


def rows_in_one(columns: Sequence[str], rows: str, order: str) -> str:
    """A column that holds rows of another table, as text: a JSON array of arrays."""
    if connection.vendor == "sqlite":
        names = [f"c{number}" for number in range(len(columns))]
        listed = (f"{column} AS {name}" for column, name in zip(columns, names, strict=True))
        return (
            f"(SELECT json_group_array(json_array({', '.join(names)}))"
            f" FROM (SELECT {', '.join(listed)} {rows} ORDER BY {order}))"
        )
    return (
        f"(SELECT json_agg(json_build_array({', '.join(columns)}) ORDER BY {order})::text {rows})"
    )


def photos(kind: str, content: str) -> str:
    return rows_in_one(
        ("p.id", "p.file", "p.url_key", "p.width", "p.height", "p.alt_text", "p.stage"),
        f"FROM {PHOTO} AS p WHERE p.content_type = '{kind}' AND p.content_id = {content}",
        "p.position, p.id",
    )


def place(given: Sequence[str]) -> list[Any]:
    """The row that a page begins behind: a time and a key, or nothing."""
    if not given:
        return []
    moment, pk = given
    return [plain(datetime.fromisoformat(moment)), plain(UUID(pk))]


def moments(now: datetime) -> dict[str, Any]:
    return {"created_at": now, "updated_at": now, "visible_since": now}


def fetch(sql: str, params: Sequence[Any]) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def insert(model: Any, row: dict[str, Any]) -> None:
    sql, table = _table(model)
    values = [plain({**table.defaults, **row}[column]) for column in table.columns]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def write_vote(kind: str, content_id: UUID, voter_id: UUID) -> None:
    now = timezone.now()
    row = {
        "id": new_id(),
        "content_type": kind,
        "content_id": content_id,
        "voter_id": voter_id,
        "created_at": now,
        "updated_at": now,
    }
    insert(HelpfulVote, row)


@cache
def _table(model: Any) -> tuple[str, Table]:
    table = Table(model)
    marks = ", ".join(["%s"] * len(table.columns))
    return f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({marks})", table
