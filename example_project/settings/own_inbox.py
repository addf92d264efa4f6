"""The demo as a host runs it that has an inbox of its own for what members report.

`DJANGO_SETTINGS_MODULE=settings.own_inbox python manage.py run_demo`: flags arrive at `/inbox/`,
for staff, and the plugin's own queue of reports steps aside.
"""

from __future__ import annotations

from settings.demo import *  # noqa: F403 - settings modules extend each other this way
from settings.demo import INSTALLED_APPS, WARGAME_MENTORSHIP

INSTALLED_APPS = [*INSTALLED_APPS, "inbox"]
WARGAME_MENTORSHIP = {
    **WARGAME_MENTORSHIP,
    "MODERATION": {
        **WARGAME_MENTORSHIP["MODERATION"],
        "BACKEND": "inbox.backends.InboxModeration",
    },
}
