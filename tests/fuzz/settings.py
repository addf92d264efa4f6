"""The demo site in a folder of its own, without limits, for hostile requests."""

from __future__ import annotations

import os
from pathlib import Path

from settings.demo import *  # noqa: F403 - settings modules extend each other this way
from settings.demo import DATABASES, INSTALLED_APPS, WARGAME_MENTORSHIP
from tests.settings.databases import from_environment

VAR = Path(os.environ["WM_FUZZ_DIR"])
MEDIA_ROOT = VAR / "media"
if os.environ.get("WM_DB", "sqlite") == "sqlite":
    DATABASES["default"]["NAME"] = VAR / "fuzz.sqlite3"
else:
    DATABASES = from_environment(VAR)
    if os.environ["WM_DB"] == "postgres":
        # Wagtail's index is not to be had there without it.
        INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.postgres"]
# HTTP Basic checks the password at each request; a slow hash would be all that is measured.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WARGAME_MENTORSHIP = {
    **WARGAME_MENTORSHIP,
    "THROTTLES": dict.fromkeys(WARGAME_MENTORSHIP["THROTTLES"], "1000000/minute"),
}
