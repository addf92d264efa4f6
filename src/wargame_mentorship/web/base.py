"""What every page shares: who is looking, their clock, and errors in plain words."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, ClassVar

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.views.generic import View

from wargame_mentorship.conf import app_settings
from wargame_mentorship.core.errors import (
    BackendUnavailable,
    Busy,
    Conflict,
    DomainError,
    Invalid,
    NotAllowed,
    NotFound,
    SignInRequired,
    Stale,
    Throttled,
    TooLarge,
)
from wargame_mentorship.core.rates import SAFE_METHODS, client_address, take
from wargame_mentorship.host import Viewer, users

STATUSES: tuple[tuple[type[DomainError], HTTPStatus], ...] = (
    (SignInRequired, HTTPStatus.FORBIDDEN),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Stale, HTTPStatus.CONFLICT),
    (Conflict, HTTPStatus.CONFLICT),
    (TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (Throttled, HTTPStatus.TOO_MANY_REQUESTS),
    (BackendUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (Invalid, HTTPStatus.BAD_REQUEST),
)


def status_of(error: DomainError) -> HTTPStatus:
    for kind, status in STATUSES:
        if isinstance(error, kind):
            return status
    return HTTPStatus.BAD_REQUEST


class PluginView(View):
    """A page for one viewer, rendered on their clock; our errors become pages here, once."""

    typed_fields: ClassVar[tuple[str, ...]] = ()
    """Fields of a POST that hold what somebody wrote; an error page gives it back."""
    typed_prefixes: ClassVar[tuple[str, ...]] = ()
    """Beginnings of the names of further such fields."""
    throttle_scope: ClassVar[str] = ""
    """A scope of `THROTTLES` for which the POSTs of this page count besides."""

    @cached_property
    def viewer(self) -> Viewer:
        return Viewer(self.request.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            if request.method not in SAFE_METHODS:
                self._count()
            with timezone.override(self._timezone()):
                response = super().dispatch(request, *args, **kwargs)
                # Rendered here and not by the handler, which knows nothing of this clock.
                if isinstance(response, TemplateResponse):
                    response.render()
        except DomainError as error:
            response = self.error_page(error)
        if self.viewer.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True)
        return response

    def page(
        self, template: str, context: dict[str, Any], *, status: int = HTTPStatus.OK
    ) -> TemplateResponse:
        """A page in the host's base template.

        Our names stay in one of theirs, `wm`: the host's template has its own `page`, `form` and
        `categories`, from context processors and tags. `{% wm_scope %}` unfolds them for ours.
        """
        own = {"viewer": self.viewer, "page_language": get_language() or "", **context}
        return TemplateResponse(
            self.request,
            template,
            {"wm_base_template": app_settings.BASE_TEMPLATE, "wm": own},
            status=status,
        )

    def counted_scope(self) -> str:
        """The scope for which this POST counts besides; a page whose form has steps chooses."""
        return self.throttle_scope

    def return_url(self) -> str:
        """Where to go after signing in; a page that only takes POST names the one it serves."""
        return self.request.get_full_path()

    def page_number(self) -> int:
        """The `page` of the query; 1 for what is no number that anybody would page to."""
        given = self.request.GET.get("page", "")
        is_number = given.isascii() and given.isdigit() and len(given) < 5
        return max(1, int(given)) if is_number else 1

    def error_page(self, error: DomainError) -> HttpResponse:
        typed = self._typed()
        if isinstance(error, SignInRequired) and not typed:
            return redirect_to_login(self.return_url())
        response = self.page(
            "wargame_mentorship/error.html",
            {
                "error": error,
                "typed": typed,
                "return_url": self.return_url(),
                "again_at": _again_at(error),
            },
            status=status_of(error),
        )
        add_retry_after(response, error)
        return response.render()

    def _count(self) -> None:
        """Count this POST as the API counts its writes, every photo in it as an upload.

        Raises:
            Throttled: one of the rates is used up.
        """
        self._take("write-address", client_address(self.request.META))
        if not self.viewer.is_authenticated:
            return
        who = str(self.viewer.pk)
        self._take("write-user", who)
        scopes = [scope] if (scope := self.counted_scope()) else []
        for scope in (*scopes, *("upload-user" for _file in self.request.FILES)):
            self._take(scope, who, is_new=self.viewer.is_new)

    def _take(self, scope: str, ident: str, *, is_new: bool = False) -> None:
        if (seconds := take(scope, ident, is_new=is_new)) is not None:
            raise Throttled(seconds)

    def _typed(self) -> list[str]:
        if self.request.method != "POST":
            return []
        further = [name for name in self.request.POST if name.startswith(self.typed_prefixes)]
        texts = [self.request.POST.get(name, "").strip() for name in (*self.typed_fields, *further)]
        return [text for text in texts if text]

    def _timezone(self) -> Any:
        return users().timezone(self.viewer.user) if self.viewer.user else None


def add_retry_after(response: HttpResponse, error: DomainError) -> None:
    if isinstance(error, Busy | BackendUnavailable | Throttled):
        response["Retry-After"] = str(error.retry_after_seconds)


def _again_at(error: DomainError) -> datetime | None:
    """When there is room again, a little late: nobody is told too short a time."""
    if not isinstance(error, Throttled):
        return None
    minutes = error.retry_after_seconds // 60 + 1
    return timezone.now() + timedelta(minutes=minutes, seconds=5)
