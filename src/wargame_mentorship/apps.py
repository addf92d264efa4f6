from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WargameMentorshipConfig(AppConfig):
    name = "wargame_mentorship"
    verbose_name = _("Help and mentorship")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wargame_mentorship import checks, kinds, receivers  # noqa: F401 - registers the checks

        kinds.register()
        receivers.connect()
