"""What others have asked before, beside a question that somebody is writing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.loader import render_to_string

from wargame_mentorship.help_requests import rules, services
from wargame_mentorship.host import Viewer
from wargame_mentorship.web.base import PluginView
from wargame_mentorship.web.components import HelpRequestCard, help_request_cards
from wargame_mentorship.web.forms import as_uuid
from wargame_mentorship.web.help_requests.detail import THANKS, DetailPage, detail_url

MOST_SHOWN = 5


@dataclass(frozen=True)
class Similar:
    """A request like the one that somebody writes, and whether it may have solved theirs."""

    card: HelpRequestCard
    can_deflect: bool


def similar_to(viewer: Viewer, title: str) -> list[Similar]:
    """The most similar requests, solved ones first; none without a title."""
    title = title.replace("\0", "").strip()
    if not title:
        return []
    found = services.similar_help_requests(viewer, title, most=MOST_SHOWN)
    return [
        Similar(
            card,
            can_deflect=card.help_request.response_count > 0
            and rules.can_deflect_help_request(viewer, card.help_request),
        )
        for card in help_request_cards(viewer, found)
    ]


class SimilarView(PluginView):
    """The list for `?title=` as a fragment, to stand inside a page that is open already."""

    def get(self, request: HttpRequest) -> HttpResponse:
        shown = {"similar": similar_to(self.viewer, request.GET.get("title", ""))}
        return HttpResponse(
            render_to_string("wargame_mentorship/help_requests/similar.html", shown, request)
        )


class SolvedMineView(DetailPage):
    """Somebody's question was answered before they asked it."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return redirect(self.return_url())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        self.viewer.require_user()
        services.deflect(
            actor=self.viewer,
            help_request=self.help_request,
            draft_id=as_uuid(request.POST.get("draft", "")),
        )
        return HttpResponseRedirect(f"{detail_url(pk)}?thanks={THANKS}")
