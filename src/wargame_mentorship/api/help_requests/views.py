"""The endpoints: each fetches, calls one service, and renders what the asker may see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
)
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import View, versioned
from wargame_mentorship.api.help_requests import shapes
from wargame_mentorship.api.lists import (
    PAGE_PARAMETERS,
    SEARCH_PARAMETERS,
    answer_list,
    refuse_unknown,
)
from wargame_mentorship.api.schema import IDEMPOTENCY_KEY, IF_MATCH, READ, WRITE, answers, page_of
from wargame_mentorship.core.errors import Invalid, NotFound
from wargame_mentorship.core.visits import visitor_of
from wargame_mentorship.help_requests import rules, services
from wargame_mentorship.help_requests.filters import ORDERINGS, HelpRequestFilter
from wargame_mentorship.help_requests.models import (
    Difficulty,
    HelpRequest,
    Status,
    Urgency,
)
from wargame_mentorship.help_requests.querysets import QUEUES
from wargame_mentorship.search import services as search

FILTERS = frozenset(HelpRequestFilter.base_filters)
MOST_SIMILAR = 10

TAGS = ["help requests"]
DETAIL = shapes.HelpRequestDetailSerializer
ASK_EXAMPLE = OpenApiExample(
    "A question",
    {
        "title": "Why did my varnish frost?",
        "description": "It was **cold** in the garage. Can I save the model?",
        "category": "painting",
        "subcategory": "highlighting",
        "difficulty_level": "beginner",
        "urgency": "high",
    },
    request_only=True,
)
NOT_YOURS_TO_SEE = OpenApiResponse(description="Done; you no longer see the help request.")
FILTER_PARAMETERS = [
    OpenApiParameter("category", str, description="Slug of a category of the first level."),
    OpenApiParameter("subcategory", str, description="Slug of a subcategory."),
    OpenApiParameter("difficulty_level", str, enum=Difficulty.values),
    OpenApiParameter("urgency", str, enum=Urgency.values),
    OpenApiParameter("status", str, enum=Status.values),
    OpenApiParameter("requester", str, description="Key of a user, or `me`."),
    OpenApiParameter("assigned_helper", str, description="Key of a user, or `me`."),
    OpenApiParameter("mine", str, enum=["true", "false"]),
    OpenApiParameter("answered", str, enum=["true", "false"]),
    OpenApiParameter("solved", str, enum=["true", "false"]),
    OpenApiParameter("queue", str, enum=list(QUEUES)),
    OpenApiParameter("language", str),
    OpenApiParameter(
        "facet",
        str,
        description="Slug of a prompt and an answer to it, such as `paint:Mephiston Red`.",
    ),
]


class HelpRequestView(View):
    """What the endpoints of help requests share."""

    def fetch(self, pk: UUID) -> HelpRequest:
        """Raises: NotFound: not there, or not visible to the viewer."""
        found = HelpRequest.objects.visible_to(self.viewer).with_slugs().filter(pk=pk).first()
        if found is None:
            raise NotFound
        return found

    def detail(self, entry: HelpRequest, status: int = 200) -> Response:
        """The answer to a write; 204 where the viewer, by writing, lost sight of the request.

        So a helper who gives a private request back: it was done, and there is nothing left to
        show them.
        """
        try:
            fresh = self.fetch(entry.pk)
        except NotFound:
            return Response(status=204)
        return versioned(shapes.detail_data(self.viewer, fresh), fresh, status)


class HelpRequestList(HelpRequestView):
    throttle_scope = "ask-user"

    @extend_schema(
        operation_id="help_requests_list",
        tags=TAGS,
        parameters=[
            *FILTER_PARAMETERS,
            *SEARCH_PARAMETERS,
            OpenApiParameter("ordering", str, enum=list(ORDERINGS)),
            *PAGE_PARAMETERS,
        ],
        responses=answers({200: page_of("HelpRequestPage", shapes.HelpRequestSerializer)}, *READ),
    )
    def get(self, request: Request) -> Response:
        """List help requests, newest first unless told otherwise."""
        visible = HelpRequest.objects.visible_to(self.viewer).with_slugs()
        given = {name: value for name, value in request.query_params.items() if name in FILTERS}
        filtered = HelpRequestFilter(given, visible, viewer=self.viewer).filtered()
        return Response(
            answer_list(
                request,
                filtered,
                orderings=ORDERINGS,
                render=lambda entries: shapes.request_data(self.viewer, entries),
                parameters=FILTERS,
                search=search.find,
            )
        )

    @extend_schema(
        operation_id="help_requests_ask",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=shapes.AskSerializer,
        examples=[ASK_EXAMPLE],
        responses=answers({201: DETAIL}, *WRITE),
    )
    def post(self, request: Request) -> Response:
        """Ask for help."""
        given = self.cleaned(shapes.AskSerializer)
        return self.act(
            lambda: services.ask(actor=self.viewer, **given),
            again=self.fetch,
            answer=lambda entry: self.detail(entry, 201),
        )


class HelpRequestDetail(HelpRequestView):
    throttle_scope = "edit-user"

    @extend_schema(
        operation_id="help_requests_read", tags=TAGS, responses=answers({200: DETAIL}, *READ)
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """One help request with its responses, the solution first."""
        refuse_unknown(request, frozenset())
        entry = self.fetch(pk)
        if request.method == "GET":
            services.count_view(
                actor=self.viewer, help_request=entry, visitor=visitor_of(request.META)
            )
        return versioned(shapes.detail_data(self.viewer, entry), entry)

    @extend_schema(
        operation_id="help_requests_edit",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=shapes.EditSerializer,
        responses=answers({200: DETAIL}, *WRITE),
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Change a help request of yours."""
        entry = self.fetch(pk)
        self.authorize(rules.can_edit_help_request, entry)
        changes = self.cleaned(shapes.EditSerializer)
        photo_ids = changes.pop("photo_ids", None)
        return self.act(
            lambda: services.edit(
                actor=self.viewer,
                help_request=entry,
                changes=changes,
                photo_ids=photo_ids,
                if_version=self.if_match(),
            ),
            again=self.fetch,
            answer=self.detail,
        )

    @extend_schema(
        operation_id="help_requests_delete",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=None,
        responses=answers({204: None}, *WRITE),
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        """Delete a help request of yours that nobody else has answered."""

        def service() -> HelpRequest:
            entry = self.fetch(pk)
            self.authorize(rules.can_delete_help_request, entry)
            return services.delete(
                actor=self.viewer, help_request=entry, if_version=self.if_match()
            )

        return self.act(
            service,
            again=lambda deleted_id: HelpRequest(pk=deleted_id),
            answer=lambda entry: Response(status=204),
            takes_body=False,
        )


class Assign(HelpRequestView):
    @extend_schema(
        operation_id="help_requests_assign",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=shapes.AssignSerializer,
        responses=answers({200: DETAIL, 204: NOT_YOURS_TO_SEE}, *WRITE),
    )
    def put(self, request: Request, pk: UUID) -> Response:
        """Claim (empty body), assign (`helper_id`) or release (`helper_id: null`)."""
        entry = self.fetch(pk)
        body: Any = request.data
        if "helper_id" not in body:
            rule = rules.can_claim_help_request
        elif body["helper_id"] is None:
            rule = rules.can_release_help_request
        else:
            rule = rules.can_assign_help_request
        self.authorize(rule, entry)
        given = self.cleaned(shapes.AssignSerializer)
        common: dict[str, Any] = {
            "actor": self.viewer,
            "help_request": entry,
            "if_version": self.if_match(),
        }

        def service() -> HelpRequest:
            if "helper_id" not in given:
                return services.claim(**common)
            if given["helper_id"] is None:
                return services.release(**common)
            return services.assign(helper_id=given["helper_id"], **common)

        return self.act(service, again=self.fetch, answer=self.detail)


class Accept(HelpRequestView):
    @extend_schema(
        operation_id="help_requests_accept",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=shapes.AcceptSerializer,
        responses=answers({200: DETAIL}, *WRITE),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Accept a response as the solution; `null` takes it back."""
        entry = self.fetch(pk)
        self.authorize(rules.can_accept_response, entry)
        given = self.cleaned(shapes.AcceptSerializer)
        common: dict[str, Any] = {
            "actor": self.viewer,
            "help_request": entry,
            "if_version": self.if_match(),
        }

        def service() -> HelpRequest:
            if given["response_id"] is None:
                return services.unaccept(**common)
            return services.accept(response_id=given["response_id"], **common)

        return self.act(service, again=self.fetch, answer=self.detail)


class Close(HelpRequestView):
    @extend_schema(
        operation_id="help_requests_close",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=shapes.CloseSerializer,
        responses=answers({200: DETAIL}, *WRITE),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Close a help request: no more answers."""
        entry = self.fetch(pk)
        self.authorize(rules.can_close_help_request, entry)
        given = self.cleaned(shapes.CloseSerializer)
        return self.act(
            lambda: services.close(
                actor=self.viewer,
                help_request=entry,
                reason=given.get("reason", ""),
                if_version=self.if_match(),
            ),
            again=self.fetch,
            answer=self.detail,
        )


class Reopen(HelpRequestView):
    @extend_schema(
        operation_id="help_requests_reopen",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=None,
        responses=answers({200: DETAIL}, *WRITE),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Open a solved or closed help request again."""
        entry = self.fetch(pk)
        self.authorize(rules.can_reopen_help_request, entry)
        return self.act(
            lambda: services.reopen(
                actor=self.viewer, help_request=entry, if_version=self.if_match()
            ),
            again=self.fetch,
            answer=self.detail,
            takes_body=False,
        )


class Similar(View):
    @extend_schema(
        operation_id="help_requests_similar",
        tags=TAGS,
        parameters=[OpenApiParameter("title", str, required=True)],
        responses=answers({200: page_of("SimilarPage", shapes.SimilarSerializer)}, *READ),
    )
    def get(self, request: Request) -> Response:
        """Help requests with a title like this, solved ones first; for use while typing."""
        refuse_unknown(request, frozenset({"title"}))
        if "title" not in request.query_params:
            raise Invalid.field("title", _("Give a title, or the beginning of one."), "required")
        title = request.query_params["title"]
        found = services.similar_help_requests(self.viewer, title, most=MOST_SIMILAR)
        return Response(
            {"results": shapes.similar_data(self.viewer, found), "next": None, "previous": None}
        )
