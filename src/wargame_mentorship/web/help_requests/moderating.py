"""What moderators make of a help request or of an answer to it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from wargame_mentorship.core.errors import (
    Conflict,
    Invalid,
    NotFound,
    Stale,
)
from wargame_mentorship.help_requests.models import (
    HelpRequest,
    HelpResponse,
)
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.web.base import add_retry_after, status_of
from wargame_mentorship.web.help_requests.detail import (
    DetailPage,
    detail_url,
    uuid_or_404,
)


class ModerateView(DetailPage):
    """What a moderator makes of the request or of an answer to it; a button posts which."""

    def get(self, request: HttpRequest, pk: UUID, action: str) -> HttpResponse:
        return redirect(self.return_url())

    def post(self, request: HttpRequest, pk: UUID, action: str) -> HttpResponse:
        self.viewer.require_user()
        service = moderation.SERVICES.get(action)
        if service is None:
            raise NotFound
        kind, object_id = self._subject()
        try:
            service(
                actor=self.viewer,
                kind=kind,
                object_id=object_id,
                reason=request.POST.get("reason", ""),
            )
        except (Conflict, Stale, Invalid) as error:
            response = self.show(error=error, status=status_of(error))
            add_retry_after(response, error)
            return response
        anchor = "state" if kind == HelpRequest.KIND else f"response-{object_id}"
        return HttpResponseRedirect(detail_url(self.pk, anchor))

    def _subject(self) -> tuple[str, UUID]:
        """Raises: NotFound: neither this request nor an answer to it."""
        object_id = uuid_or_404(self.request.POST.get("object_id", ""))
        if object_id == self.pk:
            return HelpRequest.KIND, object_id
        if not HelpResponse.objects.filter(pk=object_id, help_request=self.pk).exists():
            raise NotFound
        return HelpResponse.KIND, object_id
