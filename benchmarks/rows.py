"""Rows on their way into the database: millions of them, so not as instances of models."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import NOT_PROVIDED, Field, Model
from django.utils.duration import duration_microseconds

Row = dict[str, Any]


class Table:
    """Collects rows of one model: columns that a row does not name have the field's default.

    `with_numbers`: its rows say their own numbers, where otherwise the database counts.
    """

    def __init__(self, model: type[Model], *, with_numbers: bool = False) -> None:
        self.name = model._meta.db_table
        fields: list[Field[Any, Any]] = [
            field for field in model._meta.concrete_fields if with_numbers or not field.db_returning
        ]
        self.columns = [str(field.column) for field in fields]
        self.defaults: Row = {str(field.column): _default(field) for field in fields}
        self.rows: list[Row] = []

    def add(self, **values: Any) -> Row:
        self.rows.append(values)
        return values

    def insert(self) -> None:
        as_driver = _PLAIN[connection.vendor]
        complete = ({**self.defaults, **row} for row in self.rows)
        rows = [[as_driver(row[column]) for column in self.columns] for row in complete]
        self.rows = []
        columns = ", ".join(self.columns)
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                marks = ", ".join(["%s"] * len(self.columns))
                cursor.executemany(f"INSERT INTO {self.name} ({columns}) VALUES ({marks})", rows)
                return
            with cursor.copy(f"COPY {self.name} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)


def insert_all(tables: Sequence[Table]) -> None:
    with transaction.atomic():
        for table in tables:
            if table.rows:
                table.insert()


def _default(field: Field[Any, Any]) -> Any:
    """What a row has that does not say; a key or a time is always said."""
    if field.default is NOT_PROVIDED:
        return None if field.null else ""
    if field.default is dict or field.default is list:
        return field.default()
    return None if callable(field.default) else field.default


def plain(value: Any) -> Any:
    """A value as the driver of this database takes it."""
    return _PLAIN[connection.vendor](value)


def _for_postgresql(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ")
    if isinstance(value, timedelta):
        return duration_microseconds(value)
    return _for_postgresql(value)


_PLAIN = {"postgresql": _for_postgresql, "sqlite": _for_sqlite}
