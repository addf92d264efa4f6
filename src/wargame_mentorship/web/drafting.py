"""What the pages of all drafts share: the address of their script, and keeping without one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.drafting import Draft
from wargame_mentorship.core.errors import Conflict, Invalid
from wargame_mentorship.web.components import photo_picker
from wargame_mentorship.web.forms import as_uuid
from wargame_mentorship.web.json_views import JsonView, sent_by


class DraftView(JsonView):
    """PUT keeps the form as it stands, DELETE throws it away; POST does so without a script.

    They name the draft by the key that the form carries, `draft`; DELETE in the query.
    """

    def keep(self, draft_id: UUID, data: Mapping[str, Any]) -> Draft:
        raise NotImplementedError

    def discard(self, draft_id: UUID) -> None:
        raise NotImplementedError

    def typed_in(self, sent: QueryDict) -> dict[str, Any]:
        """What stands in the fields of the form, named as the service names it, but the photos."""
        raise NotImplementedError

    def form_url(self) -> str:
        """Where to begin anew."""
        raise NotImplementedError

    def put(self, request: HttpRequest, **named: Any) -> HttpResponse:
        self.viewer.require_user()
        sent = sent_by(request)
        key = _key_in(sent)
        if not isinstance(sent, QueryDict):
            draft = self.keep(key, sent)
        else:
            photo_ids = [photo for photo in sent.getlist("photo_ids") if photo]
            draft = self.keep(key, {**self.typed_in(sent), "photo_ids": photo_ids})
            photo_picker(self.viewer).describe(sent)
        return JsonResponse({"draft": str(draft.pk), "saved_at": draft.updated_at.isoformat()})

    def delete(self, request: HttpRequest, **named: Any) -> HttpResponse:
        self.discard(_key_in(request.GET))
        return HttpResponse(status=204)

    def post(self, request: HttpRequest, **named: Any) -> HttpResponse:
        self.discard(_key_in(request.POST))
        return HttpResponseRedirect(self.form_url())


def _key_in(sent: QueryDict | dict[str, Any]) -> UUID:
    """Raises: Invalid: `draft` names none."""
    key = as_uuid(str(sent.get("draft", "")))
    if key is None:
        raise Invalid.field("draft", _("A draft needs a key, a UUID."), "invalid")
    return key


def keep_what_is_there(keep: Callable[[UUID], Draft], key: UUID) -> UUID:
    """Keep what a page holds, under a new key if its own is used up; returns the one it has now.

    Raises:
        TooLarge: more than anybody writes.
        Busy: other tabs were faster.
    """
    try:
        return keep(key).pk
    except Conflict:
        return keep(uuid4()).pk
