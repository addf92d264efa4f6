"""`/moderation`: what waits for a moderator, and what they make of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_view,
    inline_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import SignedIn, View, people_by_id, status_of, versioned
from wargame_mentorship.api.fields import KeyField, TextField, WholeNumberField
from wargame_mentorship.api.lists import PAGE_PARAMETERS, answer_list
from wargame_mentorship.api.people import PersonSerializer, person
from wargame_mentorship.api.schema import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    READ,
    WRITE,
    answers,
    page_of,
)
from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.paging import Ordering
from wargame_mentorship.core.permissions import require
from wargame_mentorship.moderation import rules, services

TAGS = ["moderation"]
ORDERINGS = {"newest": Ordering("newest", ("-created_at", "-id"))}


class HeldSerializer(serializers.Serializer[Any]):
    content_type = serializers.CharField(help_text="Such as `help_request`.")
    object_id = serializers.UUIDField()
    title = serializers.CharField()
    url = serializers.CharField(help_text="The page that shows it, with the moves.")
    author = PersonSerializer(allow_null=True)
    moderation_state = serializers.ChoiceField(choices=ModerationState.choices)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class ModeratedSerializer(serializers.Serializer[Any]):
    content_type = serializers.CharField()
    object_id = serializers.UUIDField()
    moderation_state = serializers.ChoiceField(choices=ModerationState.choices)
    version = serializers.IntegerField()


class ReasonSerializer(serializers.Serializer[Any]):
    reason = TextField(max_length=200, required=False, allow_blank=True)


class SubjectSerializer(ReasonSerializer):
    content_type = TextField(max_length=50)
    object_id = KeyField()


class DecideOneSerializer(serializers.Serializer[Any]):
    content_type = TextField(max_length=50)
    object_id = KeyField()
    version = WholeNumberField(
        required=False, min_value=1, max_value=2**31 - 1, help_text="Only if it still is this."
    )


class HeldList(View):
    permission_classes = (SignedIn,)

    @extend_schema(
        operation_id="moderation_held_list",
        tags=TAGS,
        parameters=[
            OpenApiParameter(
                "content_type",
                str,
                required=True,
                description="A kind of content, such as `help_request` or `help_response`.",
            ),
            *PAGE_PARAMETERS,
        ],
        responses=answers({200: page_of("HeldPage", HeldSerializer)}, *READ, 403),
    )
    def get(self, request: Request) -> Response:
        """What of a kind waits in the categories that you moderate, newest first."""
        require(rules.can_moderate_anything, self.viewer, None)
        given = request.query_params.get("content_type")
        kinds = registry.moderated_names()
        if given not in kinds:
            message = _("One of %(choices)s.") % {"choices": ", ".join(kinds)}
            code = "required" if given is None else "invalid_choice"
            raise Invalid.field("content_type", message, code)
        return Response(
            answer_list(
                request,
                services.held(self.viewer, given),
                orderings=ORDERINGS,
                render=partial(self.rendered, registry.get(given)),
                parameters=frozenset({"content_type"}),
            )
        )

    def rendered(self, kind: registry.ContentKind, entries: Sequence[Any]) -> list[dict[str, Any]]:
        people = people_by_id(kind.author_id(entry) for entry in entries)
        return [
            {
                **moderated(entry),
                "title": kind.title(entry),
                "url": kind.url(entry),
                "author": person(people, kind.author_id(entry)),
                "created_at": entry.created_at,
            }
            for entry in entries
        ]


class Decide(View):
    """What the four moves share."""

    permission_classes = (SignedIn,)
    service: ClassVar[services.Service]

    def decide(self, entry: Any, given: dict[str, Any]) -> Response:
        return self.act(
            lambda: self.service(
                actor=self.viewer,
                kind=registry.kind_of(entry).name,
                object_id=entry.pk,
                reason=given.get("reason", ""),
                if_version=self.if_match(),
            ),
            again=lambda pk: services.find(self.viewer, pk),
            answer=lambda subject: versioned(moderated(subject), subject),
        )


def moderated(entry: Any) -> dict[str, Any]:
    return {
        "content_type": registry.kind_of(entry).name,
        "object_id": str(entry.pk),
        "moderation_state": entry.moderation_state,
        "version": entry.version,
    }


def described(
    name: str, body: type[serializers.Serializer[Any]]
) -> Callable[[type[Decide]], type[Decide]]:
    """The schema of a move; its description is the view's."""
    post = extend_schema(
        operation_id=f"moderation_{name}",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=body,
        responses=answers({200: ModeratedSerializer}, *WRITE),
    )
    return extend_schema_view(post=post)


class DecideHeld(Decide):
    def post(self, request: Request, pk: UUID) -> Response:
        entry = services.find(self.viewer, pk)
        self.authorize(rules.can_moderate, entry)
        return self.decide(entry, self.cleaned(ReasonSerializer))


@described("approve", ReasonSerializer)
class Approve(DecideHeld):
    """Let everybody see what was held; the id is the content's."""

    service = staticmethod(services.approve)


@described("reject", ReasonSerializer)
class Reject(DecideHeld):
    """Hide what was held; the id is the content's."""

    service = staticmethod(services.reject)


class DecideNamed(Decide):
    """The body says what it is about, so only whoever moderates anything has it read at all."""

    def post(self, request: Request) -> Response:
        require(rules.can_moderate_anything, self.viewer, None)
        given = self.cleaned(SubjectSerializer)
        entry = services.fetch(self.viewer, given["content_type"], given["object_id"])
        self.authorize(rules.can_moderate, entry)
        return self.decide(entry, given)


@described("hide", SubjectSerializer)
class Hide(DecideNamed):
    """Hide what everybody sees."""

    service = staticmethod(services.hide)


@described("restore", SubjectSerializer)
class Restore(DecideNamed):
    """Show again what a moderator has hidden."""

    service = staticmethod(services.restore)


class DecideManySerializer(ReasonSerializer):
    action = serializers.ChoiceField(choices=list(services.SERVICES))
    items = serializers.ListField(
        child=DecideOneSerializer(), allow_empty=False, max_length=services.MOST_AT_ONCE
    )


class DecisionSerializer(serializers.Serializer[Any]):
    content_type = serializers.CharField()
    object_id = serializers.UUIDField()
    status = serializers.IntegerField(
        help_text="200: it is done; else what asking for this alone answers."
    )
    code = serializers.CharField(allow_null=True, help_text="Null: it is done.")
    moderation_state = serializers.ChoiceField(choices=ModerationState.choices, allow_null=True)
    version = serializers.IntegerField(allow_null=True)


DECISIONS = inline_serializer("Decisions", {"results": DecisionSerializer(many=True)})


class DecideMany(View):
    permission_classes = (SignedIn,)

    @extend_schema(
        operation_id="moderation_decide_many",
        tags=TAGS,
        request=DecideManySerializer,
        responses=answers({200: DECISIONS}, 400, 401, 403, 404, 413, 415, 503),
    )
    def post(self, request: Request) -> Response:
        """Make one move with many things; each has its own outcome, in the order given.

        Takes no key: sent again, it does nothing more, and says so of each (`wrong_state`).
        """
        require(rules.can_moderate_anything, self.viewer, None)
        given = self.cleaned(DecideManySerializer)
        outcomes = services.decide_all(
            actor=self.viewer,
            action=given["action"],
            subjects=[
                services.Named(one["content_type"], one["object_id"], one.get("version"))
                for one in given["items"]
            ],
            reason=given.get("reason", ""),
        )
        return Response({"results": [outcome_data(outcome) for outcome in outcomes]})


def outcome_data(outcome: services.Outcome) -> dict[str, Any]:
    subject, error = outcome.subject, outcome.error
    return {
        "content_type": outcome.kind,
        "object_id": str(outcome.object_id),
        "status": status_of(error) if error else 200,
        "code": error.code if error else None,
        "moderation_state": subject.moderation_state if subject else None,
        "version": subject.version if subject else None,
    }
