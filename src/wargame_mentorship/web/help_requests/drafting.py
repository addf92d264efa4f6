"""The draft of a question: saved while somebody types, and thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import QueryDict

from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequestDraft
from wargame_mentorship.web import drafting
from wargame_mentorship.web.ask_form import AskForm
from wargame_mentorship.web.help_requests.asking import ask_url


class DraftView(drafting.DraftView):
    def keep(self, draft_id: UUID, data: Mapping[str, Any]) -> HelpRequestDraft:
        return services.keep_draft(actor=self.viewer, draft_id=draft_id, data=data)

    def discard(self, draft_id: UUID) -> None:
        services.discard_draft(actor=self.viewer, draft_id=draft_id)

    def typed_in(self, sent: QueryDict) -> dict[str, Any]:
        return AskForm(self.viewer, sent).typed()

    def form_url(self) -> str:
        return ask_url()
