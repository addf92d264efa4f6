"""The suite against the example site: custom users with UUID keys, a social app."""

from settings.base import *  # noqa: F403 - settings modules extend each other this way
from settings.base import INSTALLED_APPS, WARGAME_MENTORSHIP
from tests.settings.shared import (  # noqa: F401 - settings are names of the module
    CACHES,
    DATABASES,
    EMAIL_BACKEND,
    PASSWORD_HASHERS,
    TEST_FILES,
)
from wargame_mentorship.conf import AppSettings

# Asleep until a test says that the host has an inbox of its own.
INSTALLED_APPS = [*INSTALLED_APPS, "inbox"]
MEDIA_ROOT = TEST_FILES / "media"
# The suite asks more in a second than anybody in a minute; throttles have tests of their own.
NO_LIMIT = dict.fromkeys(AppSettings.THROTTLES.default, "1000000/minute")
WARGAME_MENTORSHIP = {**WARGAME_MENTORSHIP, "THROTTLES": NO_LIMIT, "NEW_ACCOUNT_DAYS": 0}
