"""The endpoints about answers: giving, changing, voting, asking back, and how it went."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import View, versioned
from wargame_mentorship.api.help_requests import shapes
from wargame_mentorship.api.help_requests.views import DETAIL, TAGS, HelpRequestView
from wargame_mentorship.api.lists import PAGE_PARAMETERS, answer_list
from wargame_mentorship.api.schema import IDEMPOTENCY_KEY, IF_MATCH, READ, WRITE, answers, page_of
from wargame_mentorship.api.votes import VotedSerializer, VoteSerializer, voted
from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.help_requests import rules, services
from wargame_mentorship.help_requests.models import HelpResponse
from wargame_mentorship.host import Viewer

RESPONSE = shapes.HelpResponseSerializer
RESPOND_EXAMPLE = OpenApiExample(
    "In steps",
    {
        "response_text": "The varnish went on too cold. It can be saved:",
        "steps": [
            {"text": "Warm can and model to room temperature."},
            {"text": "Mist on one **thin** coat of gloss."},
        ],
    },
    request_only=True,
)


def fetch_response(viewer: Viewer, pk: UUID) -> HelpResponse:
    """Raises: NotFound: not there, or not visible to the viewer."""
    seen = HelpResponse.objects.visible_to(viewer).select_related("help_request")
    found = seen.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def answer_response(viewer: Viewer, entry: HelpResponse, status: int = 200) -> Response:
    fresh = fetch_response(viewer, entry.pk)
    [data] = shapes.response_data(viewer, [fresh])
    return versioned(data, fresh, status)


class ResponseList(HelpRequestView):
    @extend_schema(
        operation_id="help_responses_list",
        tags=TAGS,
        parameters=PAGE_PARAMETERS,
        responses=answers({200: page_of("HelpResponsePage", RESPONSE)}, *READ),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List the responses to a help request as they were written, the solution in its place."""
        entry = self.fetch(pk)
        return Response(
            answer_list(
                request,
                HelpResponse.objects.all().in_conversation_of(entry, self.viewer),
                orderings={shapes.RESPONSE_ORDERING.name: shapes.RESPONSE_ORDERING},
                render=lambda entries: shapes.response_data(self.viewer, entries),
            )
        )


class Respond(HelpRequestView):
    throttle_scope = "respond-user"

    @extend_schema(
        operation_id="help_requests_respond",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=shapes.RespondSerializer,
        examples=[RESPOND_EXAMPLE],
        responses=answers({201: RESPONSE}, *WRITE),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Answer a help request; `If-Match` is about the request as you read it."""
        entry = self.fetch(pk)
        self.authorize(rules.can_respond_help_request, entry)
        given = self.cleaned(shapes.RespondSerializer)
        return self.act(
            lambda: services.respond(
                actor=self.viewer,
                help_request=entry,
                text=given["response_text"],
                photo_ids=given.get("photo_ids", ()),
                steps=given.get("steps", ()),
                if_version=self.if_match(),
            ),
            again=lambda response_id: fetch_response(self.viewer, response_id),
            answer=lambda response: answer_response(self.viewer, response, 201),
        )


class ResponseDetail(View):
    throttle_scope = "edit-user"

    @extend_schema(
        operation_id="help_responses_edit",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=shapes.EditResponseSerializer,
        responses=answers({200: RESPONSE}, *WRITE),
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Change a response of yours; `steps` and `photo_ids` replace those that it has."""
        entry = fetch_response(self.viewer, pk)
        self.authorize(rules.can_edit_response, entry)
        given = self.cleaned(shapes.EditResponseSerializer)
        return self.act(
            lambda: services.edit_response(
                actor=self.viewer,
                response=entry,
                text=given.get("response_text"),
                photo_ids=given.get("photo_ids"),
                steps=given.get("steps"),
                if_version=self.if_match(),
            ),
            again=lambda response_id: fetch_response(self.viewer, response_id),
            answer=lambda response: answer_response(self.viewer, response),
        )

    @extend_schema(
        operation_id="help_responses_delete",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=None,
        responses=answers({204: None}, *WRITE),
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        """Delete a response of yours that is not the solution."""

        def service() -> HelpResponse:
            entry = fetch_response(self.viewer, pk)
            self.authorize(rules.can_delete_response, entry)
            return services.delete_response(
                actor=self.viewer, response=entry, if_version=self.if_match()
            )

        return self.act(
            service,
            again=lambda deleted_id: HelpResponse(pk=deleted_id),
            answer=lambda entry: Response(status=204),
            takes_body=False,
        )


class NeedsInfo(HelpRequestView):
    throttle_scope = "respond-user"

    @extend_schema(
        operation_id="help_requests_ask_for_info",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=shapes.NeedsInfoSerializer,
        responses=answers({200: DETAIL}, *WRITE),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Ask the asker something back; it becomes a response that cannot be accepted."""
        entry = self.fetch(pk)
        self.authorize(rules.can_ask_for_info, entry)
        given = self.cleaned(shapes.NeedsInfoSerializer)
        return self.act(
            lambda: services.ask_for_info(
                actor=self.viewer,
                help_request=entry,
                question=given["question"],
                if_version=self.if_match(),
            ),
            again=lambda response_id: fetch_response(self.viewer, response_id),
            answer=lambda response: self.detail(response.help_request),
        )


class Outcome(HelpRequestView):
    throttle_scope = "edit-user"

    @extend_schema(
        operation_id="help_requests_tell_outcome",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=shapes.TellOutcomeSerializer,
        responses=answers({200: DETAIL}, *WRITE),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Tell how it went, once your help request is solved; again replaces what you told."""
        entry = self.fetch(pk)
        self.authorize(rules.can_tell_outcome, entry)
        given = self.cleaned(shapes.TellOutcomeSerializer)
        return self.act(
            lambda: services.tell_outcome(
                actor=self.viewer, help_request=entry, if_version=self.if_match(), **given
            ),
            again=self.fetch,
            answer=self.detail,
        )

    @extend_schema(
        operation_id="help_requests_withdraw_outcome",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=None,
        responses=answers({200: DETAIL}, *WRITE),
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        """Take back how it went, with its photos."""
        entry = self.fetch(pk)
        self.authorize(rules.can_withdraw_outcome, entry)
        return self.act(
            lambda: services.withdraw_outcome(
                actor=self.viewer, help_request=entry, if_version=self.if_match()
            ),
            again=self.fetch,
            answer=self.detail,
            takes_body=False,
        )


class Helpful(View):
    """Votes are counters, which have no version: `If-Match` means nothing here."""

    throttle_scope = "vote-user"

    def voted(self, entry: HelpResponse) -> Response:
        return voted(self.viewer, fetch_response(self.viewer, entry.pk))

    @extend_schema(
        operation_id="help_responses_vote",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=VoteSerializer,
        responses=answers({200: VotedSerializer}, *WRITE),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Say that a response helped (or did not)."""
        entry = fetch_response(self.viewer, pk)
        self.authorize(rules.can_vote_response, entry)
        given = self.cleaned(VoteSerializer)
        return self.act(
            lambda: services.mark_helpful(
                actor=self.viewer, response=entry, is_helpful=given.get("is_helpful", True)
            ),
            again=lambda response_id: fetch_response(self.viewer, response_id),
            answer=self.voted,
        )

    @extend_schema(
        operation_id="help_responses_withdraw_vote",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses=answers({200: VotedSerializer}, *WRITE),
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        """Take your vote back."""
        entry = fetch_response(self.viewer, pk)
        return self.act(
            lambda: services.withdraw_vote(actor=self.viewer, response=entry),
            again=lambda response_id: fetch_response(self.viewer, response_id),
            answer=self.voted,
            takes_body=False,
        )
