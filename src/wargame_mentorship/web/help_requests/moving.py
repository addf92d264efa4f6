"""The moves of a help request, each the POST of a button."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from wargame_mentorship.core.errors import (
    Conflict,
    Invalid,
    NotFound,
    Stale,
)
from wargame_mentorship.help_requests import services
from wargame_mentorship.web.base import add_retry_after, status_of
from wargame_mentorship.web.help_requests.detail import (
    DetailPage,
    detail_url,
    uuid_or_404,
)


class ActionView(DetailPage):
    """Every move of the table; a button posts its name, and what it needs."""

    def get(self, request: HttpRequest, pk: UUID, action: str) -> HttpResponse:
        return redirect(self.return_url())

    def post(self, request: HttpRequest, pk: UUID, action: str) -> HttpResponse:
        self.viewer.require_user()
        act = ACTIONS.get(action)
        if act is None:
            raise NotFound
        try:
            act(self)
        except (Conflict, Stale, Invalid) as error:
            response = self.show(error=error, status=status_of(error))
            add_retry_after(response, error)
            return response
        return HttpResponseRedirect(detail_url(self.pk, self._anchor(action)))

    def _anchor(self, action: str) -> str:
        return "solution" if action == "accept" else "state"

    def accept(self) -> None:
        services.accept(
            actor=self.viewer,
            help_request=self.help_request,
            response_id=uuid_or_404(self.request.POST.get("response_id", "")),
        )

    def assign(self) -> None:
        services.assign(
            actor=self.viewer,
            help_request=self.help_request,
            helper_id=self.request.POST.get("helper_id", ""),
        )

    def close(self) -> None:
        services.close(
            actor=self.viewer,
            help_request=self.help_request,
            reason=self.request.POST.get("reason", ""),
        )

    def claim(self) -> None:
        services.claim(actor=self.viewer, help_request=self.help_request)

    def release(self) -> None:
        services.release(actor=self.viewer, help_request=self.help_request)

    def unaccept(self) -> None:
        services.unaccept(actor=self.viewer, help_request=self.help_request)

    def reopen(self) -> None:
        services.reopen(actor=self.viewer, help_request=self.help_request)


ACTIONS: Mapping[str, Callable[[ActionView], None]] = MappingProxyType(
    {
        "claim": ActionView.claim,
        "assign": ActionView.assign,
        "release": ActionView.release,
        "accept": ActionView.accept,
        "unaccept": ActionView.unaccept,
        "close": ActionView.close,
        "reopen": ActionView.reopen,
    }
)
