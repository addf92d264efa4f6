"""What every test host sets."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

from tests.settings.databases import from_environment

# Of this process alone, and gone with it.
TEST_FILES = Path(tempfile.mkdtemp(prefix="wm-tests-"))
atexit.register(shutil.rmtree, TEST_FILES, ignore_errors=True)
DATABASES = from_environment(TEST_FILES)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Programs that tests start send as little to anybody as the tests themselves.
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
