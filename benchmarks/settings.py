"""The example site as a site would run it: DEBUG off, connections kept, nobody throttled.

The environment says which database: `WM_DB` (sqlite or postgres), `WM_DB_NAME` (a file, or the
name on the server), the rest as in `tests/settings/databases.py`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from settings.base import *  # noqa: F403 - settings modules extend each other this way
from settings.base import MIDDLEWARE, TEMPLATES, WARGAME_MENTORSHIP
from wargame_mentorship.conf import AppSettings

ROOT = Path(__file__).resolve().parent
VAR = Path(os.environ.get("WM_BENCH_VAR", ROOT / "var"))
"""Databases and pictures, kept from run to run; never in git."""

VENDOR = os.environ.get("WM_DB", "sqlite")
if VENDOR == "sqlite":
    DATABASES: dict[str, dict[str, Any]] = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ.get("WM_DB_NAME", str(VAR / "bench.sqlite3")),
            "CONN_MAX_AGE": None,
            # As the documentation recommends it, and `make demo` has it.
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
            },
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ.get("WM_DB_NAME", "wm_bench"),
            "USER": os.environ.get("WM_DB_USER", "postgres"),
            "PASSWORD": os.environ.get("WM_DB_PASSWORD", ""),
            "HOST": os.environ.get("WM_DB_HOST", "127.0.0.1"),
            "PORT": os.environ.get("WM_DB_PORT", ""),
            "CONN_MAX_AGE": None,
        }
    }

ROOT_URLCONF = "benchmarks.urls"
MIDDLEWARE = ["benchmarks.serving.Observed", *MIDDLEWARE]
TEMPLATES = [{**TEMPLATES[0], "DIRS": [*TEMPLATES[0]["DIRS"], ROOT / "templates"]}]
STATIC_ROOT = VAR / "static"
MEDIA_ROOT = VAR / "media"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TASKS = {"default": {"BACKEND": "benchmarks.serving.LaterOrAtOnce"}}

# Throttles count, as they do everywhere, but nobody is refused; and a second is short, so that no
# list of thousands of requests is carried along which no site would have.
WARGAME_MENTORSHIP = {
    **WARGAME_MENTORSHIP,
    "THROTTLES": dict.fromkeys(AppSettings.THROTTLES.default, "1000000/second"),
    "NEW_ACCOUNT_DAYS": 0,
}

# A server error ends the run, and is nothing without its traceback.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}

# Whoever runs this has no mail server, and wants to write to nobody.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
