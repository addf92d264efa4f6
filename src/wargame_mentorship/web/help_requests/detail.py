"""One help request with its answers, and what the views that act on it come back to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from wargame_mentorship.core.errors import (
    DomainError,
    NotFound,
)
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.paging import RankedPage, paginate_ranked
from wargame_mentorship.core.visits import visitor_of
from wargame_mentorship.flows.imports.attribution import Attribution, attribution_of
from wargame_mentorship.help_requests import rules, services
from wargame_mentorship.help_requests.facets import facets_of
from wargame_mentorship.help_requests.models import (
    HelpRequest,
    HelpResponse,
    Status,
)
from wargame_mentorship.help_requests.transitions import available_actions
from wargame_mentorship.host import DisplayUser, Viewer
from wargame_mentorship.moderation.transitions import HELD
from wargame_mentorship.photos import services as photos
from wargame_mentorship.web.base import PluginView
from wargame_mentorship.web.components import STATUS_ICONS
from wargame_mentorship.web.help_requests.answers import Answer, answers_of
from wargame_mentorship.web.help_requests.structured import structured_data
from wargame_mentorship.web.help_requests.writing import SATISFACTIONS, AnswerForm, AskBackForm
from wargame_mentorship.web.once import new_token
from wargame_mentorship.web.people import People

ANSWERS_PER_PAGE = 50
THANKS = "solved-mine"
"""Of whoever found their answer here instead of asking."""


def detail_url(pk: object, anchor: str = "") -> str:
    url = reverse("wargame_mentorship:help-request", args=[pk])
    return f"{url}#{anchor}" if anchor else url


@dataclass(frozen=True)
class Outcome:
    """How it went, as the page shows it; `before` and `after` only where it leads with them."""

    photos: list[Any]
    satisfaction: str
    is_earlier: bool
    """Told of what was opened again since."""
    before: Any | None = None
    after: Any | None = None


class DetailPage(PluginView):
    """Finds one request and shows it; the views that act on it come back to this."""

    pk: UUID

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.pk = kwargs["pk"]

    def return_url(self) -> str:
        return detail_url(self.pk)

    @cached_property
    def help_request(self) -> HelpRequest:
        return self.find()

    def find(self) -> HelpRequest:
        found = HelpRequest.objects.visible_to(self.viewer).as_shown().filter(pk=self.pk).first()
        if found is None:
            raise NotFound
        return found

    def show(
        self,
        *,
        writing: AnswerForm | None = None,
        ask_back: AskBackForm | None = None,
        error: DomainError | None = None,
        status: int = 200,
    ) -> TemplateResponse:
        """The page, with what could not be sent and why, if anything."""
        # Read again after an error: it usually means that the request has moved on.
        help_request = self.find() if error else self.help_request
        viewer = self.viewer
        actions = available_actions(viewer, help_request)
        page = paginate_ranked(
            HelpResponse.objects.all().in_conversation_of(help_request, viewer).in_reading_order(),
            page=self.page_number(),
            size=ANSWERS_PER_PAGE,
        )
        owed = self._owed(help_request)
        people = People(
            viewer,
            [
                help_request.requester_id,
                help_request.assigned_helper_id,
                *([owed.responder_id] if owed else []),
                *(response.responder_id for response in page.items),
            ],
        )
        answers = answers_of(viewer, help_request, page.items, people, actions)
        attribution = None
        if help_request.requester_id is None:
            versions = {help_request.pk: help_request.version}
            attribution = attribution_of(HelpRequest.KIND, versions).get(help_request.pk)
        asker = people.get(
            help_request.requester_id, name=attribution.author_name if attribution else ""
        )
        pictures = photos.photos_of(HelpRequest.KIND, [help_request.pk])[help_request.pk]
        outcome = self._outcome(help_request, pictures)
        leads = outcome is not None and outcome.before is not None
        is_public = (
            help_request.is_public and help_request.moderation_state == ModerationState.VISIBLE
        )
        writing = writing or AnswerForm(viewer)
        return self.page(
            "wargame_mentorship/help_requests/detail.html",
            {
                "help_request": help_request,
                "asker": asker,
                "attribution": attribution,
                "helper": people.get(help_request.assigned_helper_id)
                if help_request.assigned_helper_id
                else None,
                "is_mine": rules.is_asker(viewer, help_request),
                "is_my_help": viewer.is_me(help_request.assigned_helper_id),
                "photos": pictures[1:] if leads else pictures,
                "outcome": outcome,
                "can_withdraw_outcome": rules.can_withdraw_outcome(viewer, help_request),
                "facets": facets_of([help_request.pk])[help_request.pk],
                "thanks": self.request.GET.get("thanks") == THANKS,
                "status_icon": STATUS_ICONS[help_request.status],
                "drawing": help_request.category.icon or "brush",
                "is_held": help_request.moderation_state == ModerationState.HELD,
                "is_hidden": help_request.moderation_state == ModerationState.HIDDEN,
                "is_solved": help_request.resolved_at is not None,
                "solution": next((a for a in answers if a.response.is_solution), None),
                "answers": [a for a in answers if not a.response.is_solution],
                "answer_page": page,
                "actions": actions,
                "moderation_moves": HELD.available_actions(viewer, help_request),
                "can_edit": rules.can_edit_help_request(viewer, help_request),
                "can_respond": help_request.status != Status.CLOSED
                and rules.can_respond_help_request(viewer, help_request),
                "owed": owed,
                "owed_to": people.get(owed.responder_id) if owed else None,
                "ask_back": ask_back or AskBackForm(),
                "writing": writing,
                **writing.context,
                "form_token": new_token(),
                "error": error,
                "login_url": redirect_to_login(self.return_url()).url,
                "has_feed": is_public,
                "structured_data": is_public
                and self._structured_data(
                    help_request, asker, attribution, pictures, answers, page
                ),
            },
            status=status,
        )

    def _owed(self, help_request: HelpRequest) -> HelpResponse | None:
        """What the asker, if it is they who read this, has last been asked back."""
        if help_request.needs_info_since is None or not rules.is_asker(self.viewer, help_request):
            return None
        asked = HelpResponse.objects.visible_to(self.viewer).filter(
            help_request=help_request.pk,
            asks_back=True,
            created_at__gte=help_request.needs_info_since,
        )
        return asked.order_by("-created_at", "-pk").first()

    def _outcome(self, help_request: HelpRequest, pictures: list[Any]) -> Outcome | None:
        if help_request.outcome_at is None:
            return None
        after = photos.photos_of(HelpRequest.OUTCOME_KIND, [help_request.pk])[help_request.pk]
        satisfaction = str(SATISFACTIONS.get(help_request.satisfaction or 0, ""))
        if help_request.resolved_at is None:
            return Outcome(after, satisfaction, is_earlier=True)
        if not pictures or not after:
            return Outcome(after, satisfaction, is_earlier=False)
        return Outcome(
            after[1:], satisfaction, is_earlier=False, before=pictures[0], after=after[0]
        )

    def _structured_data(
        self,
        help_request: HelpRequest,
        asker: DisplayUser,
        attribution: Attribution | None,
        pictures: list[Any],
        answers: list[Answer],
        page: RankedPage[HelpResponse],
    ) -> SafeString | None:
        """For search engines, on the first page of what everybody may read."""
        shown = [answer for answer in answers if answer.is_answer_to_all]
        if not shown or page.previous_page is not None:
            return None
        count = len(shown)
        if page.next_page is not None:
            count = HelpResponse.objects.visible_to(Viewer(None)).answers_to(help_request).count()
        return structured_data(
            help_request=help_request,
            asker=asker,
            attribution=attribution,
            photos=pictures,
            answers=shown,
            count=count,
            absolute=self.request.build_absolute_uri,
            path=self.return_url(),
        )


class DetailView(DetailPage):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        services.count_view(
            actor=self.viewer,
            help_request=self.help_request,
            visitor=visitor_of(request.META),
        )
        return self.show()


def uuid_or_404(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise NotFound from error
