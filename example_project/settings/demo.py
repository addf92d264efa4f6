"""The example site as `make demo` runs it: SQLite under `var/`, on this machine only."""

from __future__ import annotations

from settings.base import *  # noqa: F403 - settings modules extend each other this way
from settings.base import (
    INSTALLED_APPS,
    MIDDLEWARE,
    REST_FRAMEWORK,
    SILENCED_SYSTEM_CHECKS,
    SPECTACULAR_SETTINGS,
    STATIC_ROOT,
    VAR,
    WARGAME_MENTORSHIP,
)
from wargame_mentorship.conf import AppSettings

# Swagger UI comes from here, not from somebody's CDN.
INSTALLED_APPS = [*INSTALLED_APPS, "drf_spectacular_sidecar"]

# Static files are served by the process itself, straight from the apps: nothing to collect, and
# DEBUG stays off, so that the demo shows the error pages which people would see.
MIDDLEWARE = [
    MIDDLEWARE[0],
    "whitenoise.middleware.WhiteNoiseMiddleware",
    *MIDDLEWARE[1:],
]
WHITENOISE_USE_FINDERS = True
# Both before anything starts: Django's checks open the database, WhiteNoise misses its folder.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_MAX_AGE = 300

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR / "demo.sqlite3",
        # Connections belong to the threads of the server and stay open between requests.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            # A transaction that begins with a read and then writes cannot wait for its turn on
            # SQLite; one that begins as a writer can.
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
        },
    }
}
# One process with threads: memory is shared by all that count requests.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SILENCED_SYSTEM_CHECKS = [*SILENCED_SYSTEM_CHECKS, "wargame_mentorship.W001"]

# Nothing leaves this machine: every e-mail is a file.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"

REST_FRAMEWORK = {
    **REST_FRAMEWORK,
    # Basic first: whoever asks without credentials is then told so with a 401.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.BasicAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
}
SPECTACULAR_SETTINGS = {
    **SPECTACULAR_SETTINGS,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}


def ten_times(rate: str) -> str:
    number, _, period = rate.partition("/")
    return f"{int(number) * 10}/{period}"


WARGAME_MENTORSHIP = {
    **WARGAME_MENTORSHIP,
    # What dmitri finds waiting: two of the three are advertisements, and one is good advice.
    "MODERATION": {"OPTIONS": {"watched_words": ["discount code"]}},
    "THROTTLES": {scope: ten_times(rate) for scope, rate in AppSettings.THROTTLES.default.items()},
    # Everybody is new in a demonstration.
    "NEW_ACCOUNT_DAYS": 0,
}

DEMO_PASSWORD = "miniature"  # noqa: S105 - shown on the sign-in page, for everybody to use
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A line for every task would push the accounts off the screen.
    "loggers": {
        "wargame_mentorship": {"level": "INFO"},
        "django.tasks": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
    },
}
