"""Making and dropping the database that is in use, and nothing beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection

from wargame_mentorship.search.database import dialect_of

PREFIX = "wm_bench"
"""What the name of a database on a server begins with: no other one is ever dropped."""


def use_database(name: str) -> None:
    """Go on with another one; its keys of content types are its own."""
    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()
    dialect_of.cache_clear()


def database_exists() -> bool:
    if connection.vendor == "sqlite":
        return _file().exists()
    with _server() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_name()])
        return cursor.fetchone() is not None


def create_database() -> None:
    if connection.vendor == "sqlite":
        _file().parent.mkdir(parents=True, exist_ok=True)
        return
    with _server() as cursor:
        cursor.execute(f"CREATE DATABASE {_quoted()}")


def drop_database() -> None:
    connection.close()
    if connection.vendor == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            _file().with_name(_file().name + suffix).unlink(missing_ok=True)
        return
    with _server() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {_quoted()}")


def _server() -> Any:
    """A cursor of the server that is connected to no database of ours."""
    untyped: Any = connection
    return untyped._nodb_cursor()


def _name() -> str:
    name = str(connection.settings_dict["NAME"])
    if not name.startswith(PREFIX):
        raise ValueError(f"Only databases that begin with {PREFIX} are made and dropped here.")
    return name


def _quoted() -> str:
    return connection.ops.quote_name(_name())


def _file() -> Path:
    return Path(str(connection.settings_dict["NAME"]))
