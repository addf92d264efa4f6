"""The draft of a question: saved while somebody types, and thrown away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.help_requests import services
from wargame_mentorship.web.ask_form import AskForm
from wargame_mentorship.web.components import photo_picker
from wargame_mentorship.web.forms import as_uuid
from wargame_mentorship.web.help_requests.asking import ask_url
from wargame_mentorship.web.json_views import JsonView, sent_by


class DraftView(JsonView):
    """PUT keeps the form as it stands, DELETE throws it away; POST does so without a script.

    They name the draft by the key that the form carries, `draft`; DELETE in the query.
    """

    def put(self, request: HttpRequest) -> HttpResponse:
        self.viewer.require_user()
        sent = sent_by(request)
        draft = services.keep_draft(
            actor=self.viewer, draft_id=_key_in(sent), data=self._typed_in(sent)
        )
        if isinstance(sent, QueryDict):
            photo_picker(self.viewer).describe(sent)
        return JsonResponse({"draft": str(draft.pk), "saved_at": draft.updated_at.isoformat()})

    def delete(self, request: HttpRequest) -> HttpResponse:
        services.discard_draft(actor=self.viewer, draft_id=_key_in(request.GET))
        return HttpResponse(status=204)

    def post(self, request: HttpRequest) -> HttpResponse:
        services.discard_draft(actor=self.viewer, draft_id=_key_in(request.POST))
        return HttpResponseRedirect(ask_url())

    def _typed_in(self, sent: QueryDict | dict[str, Any]) -> dict[str, Any]:
        if not isinstance(sent, QueryDict):
            return sent
        photo_ids = [key for key in sent.getlist("photo_ids") if key]
        return {**AskForm(self.viewer, sent).typed(), "photo_ids": photo_ids}


def _key_in(sent: QueryDict | dict[str, Any]) -> UUID:
    """Raises: Invalid: `draft` names none."""
    key = as_uuid(str(sent.get("draft", "")))
    if key is None:
        raise Invalid.field("draft", _("A draft needs a key, a UUID."), "invalid")
    return key
