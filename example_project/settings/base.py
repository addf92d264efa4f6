"""The example site: a hobby club on Wagtail that installs `wargame_mentorship`.

What the plugin needs of a host stands between the two rulers; the rest is any Wagtail site.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("WM_VAR", ROOT.parent / "var"))
"""Where the running site keeps its database, media and photos; never in git."""

SECRET_KEY = "only-for-the-example-site"  # noqa: S105 - the example site has no secrets
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]

INSTALLED_APPS = [
    "people",
    "social",
    "home",
    "demo",
    # ---------------------------------------------------------------- wargame_mentorship
    "wargame_mentorship",
    "guardian",
    "notifications",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    # ----------------------------------------------------------------------------------
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
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "demo.middleware.ContentSecurityPolicy",
]

ROOT_URLCONF = "urls"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

AUTH_USER_MODEL = "people.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STATIC_ROOT = VAR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
# Wagtail shows previews in frames of its own.
X_FRAME_OPTIONS = "SAMEORIGIN"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

WAGTAIL_SITE_NAME = "The Painting Desk"
WAGTAILADMIN_BASE_URL = "http://127.0.0.1:8000"
DEFAULT_FROM_EMAIL = "The Painting Desk <desk@example.org>"
EMAIL_TIMEOUT = 10
# The site asks nobody else for anything: no avatars, no news of releases.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False

# -------------------------------------------------------------------- wargame_mentorship
# Guardian would make a user row for nobody; our own user model is asked nothing of the kind.
ANONYMOUS_USER_NAME = None
# The plugin asks guardian for grants directly. Its authentication backend is for hosts that want
# `user.has_perm(permission, object)` as well; this one does not.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
REST_FRAMEWORK: dict[str, Any] = {"DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema"}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "The Painting Desk",
    "DESCRIPTION": "The HTTP API of wargame_mentorship, as this club serves it.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "PREPROCESSING_HOOKS": ["demo.schema.only_the_public_api"],
}

WARGAME_MENTORSHIP: dict[str, Any] = {
    "BASE_TEMPLATE": "base.html",
    "USERS": {"BACKEND": "people.backends.PeopleBackend"},
    "SOCIAL": {"BACKEND": "social.backends.SocialAppBackend"},
}
# --------------------------------------------------------------------------------------
