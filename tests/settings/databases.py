"""The database that `WM_DB` names: sqlite (the default), postgres or mariadb."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def from_environment(files: Path) -> dict[str, dict[str, Any]]:
    name = os.environ.get("WM_DB", "sqlite")
    if name == "sqlite":
        # Files, by both names: a database in memory is a single connection, and threads that
        # share it (the live server's, under a browser) crash the interpreter.
        return {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": os.environ.get("WM_DB_NAME", str(files / "plain.sqlite3")),
                "TEST": {"NAME": str(files / "test.sqlite3")},
                "OPTIONS": {
                    "timeout": 30,
                    "transaction_mode": "IMMEDIATE",
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF",
                },
            }
        }
    user = os.environ.get("WM_DB_USER", {"postgres": "postgres", "mariadb": "root"}[name])
    common = {
        "NAME": os.environ.get("WM_DB_NAME", "wargame_mentorship"),
        "USER": user,
        "PASSWORD": os.environ.get("WM_DB_PASSWORD", ""),
        "HOST": os.environ.get("WM_DB_HOST", "127.0.0.1"),
        "PORT": os.environ.get("WM_DB_PORT", ""),
    }
    if name == "postgres":
        # Nobody misses a test's last commits after a power cut.
        options = {"options": "-c synchronous_commit=off"}
        return {
            "default": {"ENGINE": "django.db.backends.postgresql", "OPTIONS": options, **common}
        }
    return {
        "default": {
            "ENGINE": "django.db.backends.mysql",
            "OPTIONS": {"charset": "utf8mb4"},
            # The collation of the connection: Wagtail compares a column with a cast in one.
            "TEST": {"CHARSET": "utf8mb4"},
            **common,
        }
    }
