"""The suite against the smallest host: Django's own users, no social app, other prefixes."""

from __future__ import annotations

from tests.settings.example import NO_LIMIT
from tests.settings.shared import (  # noqa: F401 - settings are names of the module
    CACHES,
    DATABASES,
    EMAIL_BACKEND,
    PASSWORD_HASHERS,
    TEST_FILES,
)

SECRET_KEY = "only-for-tests"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "wargame_mentorship",
    "guardian",
    "notifications",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "tests.minimal_host.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": ["tests/minimal_host/templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = True
STATIC_URL = "/assets/"
MEDIA_URL = "/uploads/"
MEDIA_ROOT = TEST_FILES / "media"
WAGTAIL_SITE_NAME = "Minimal"
WAGTAILADMIN_BASE_URL = "http://127.0.0.1:8000"
ANONYMOUS_USER_NAME = None
WARGAME_MENTORSHIP = {"THROTTLES": NO_LIMIT, "NEW_ACCOUNT_DAYS": 0}
