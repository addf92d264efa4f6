from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import views
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Account(NamedTuple):
    username: str
    what: str | Promise


ACCOUNTS = (
    Account("ada", _("a beginner with her first box of knights")),
    Account("bruno", _("an expert painter who likes to explain")),
    Account("cleo", _("paints on commission")),
    Account("dmitri", _("moderates painting, and nothing else")),
    Account("edith", _("edits the site's pages")),
    Account("admin", _("may do everything in the admin")),
)


class SignIn(views.LoginView):
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        # Only the demo has accounts that everybody may use.
        password = getattr(settings, "DEMO_PASSWORD", "")
        context["accounts"] = ACCOUNTS if password else ()
        context["demo_password"] = password
        return context
