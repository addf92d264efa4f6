"""`/flags`: what readers report; `/moderation/cases`: what moderators make of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import SignedIn, View, people_by_id, versioned
from wargame_mentorship.api.fields import KeyField, TextField
from wargame_mentorship.api.lists import PAGE_PARAMETERS, answer_list
from wargame_mentorship.api.moderation import TAGS, ReasonSerializer
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
from wargame_mentorship.moderation import cases, flagging
from wargame_mentorship.moderation.cases import ShownCase
from wargame_mentorship.moderation.models import CaseStatus, Flag, FlagCase, FlagReason, Measure

ORDERINGS = {
    "flagged": Ordering("flagged", cases.MOST_FLAGGED),
    "oldest": Ordering("oldest", ("opened_at", "id")),
    "newest": Ordering("newest", ("-opened_at", "-id")),
}


class ReportSerializer(serializers.Serializer[Flag]):
    content_type = TextField(max_length=50, help_text="Such as `forum_post`.")
    object_id = KeyField()
    reason = serializers.ChoiceField(choices=FlagReason.choices)
    note = TextField(
        max_length=flagging.LONGEST_NOTE,
        required=False,
        allow_blank=True,
        help_text="For the moderators; required with `other`.",
    )


class ReportedSerializer(serializers.Serializer[Flag]):
    id = serializers.UUIDField()
    content_type = serializers.CharField()
    object_id = serializers.UUIDField()
    reason = serializers.ChoiceField(choices=FlagReason.choices)
    note = serializers.CharField()
    created_at = serializers.DateTimeField()


class FlagSerializer(serializers.Serializer[Flag]):
    flagger = PersonSerializer(allow_null=True)
    reason = serializers.ChoiceField(choices=FlagReason.choices)
    note = serializers.CharField()
    weight = serializers.IntegerField(
        help_text="In hundredths; less than 100 of somebody who flagged in vain before."
    )
    created_at = serializers.DateTimeField()


class CaseSerializer(serializers.Serializer[FlagCase]):
    id = serializers.UUIDField()
    content_type = serializers.CharField()
    object_id = serializers.UUIDField()
    title = serializers.CharField(allow_null=True, help_text="Null: the content was deleted.")
    url = serializers.CharField(allow_null=True)
    content_html = serializers.CharField()
    author = PersonSerializer(allow_null=True)
    moderation_state = serializers.ChoiceField(choices=ModerationState.choices, allow_null=True)
    status = serializers.CharField(help_text="`open`, `upheld` or `dismissed`.")
    flag_count = serializers.IntegerField()
    weight = serializers.IntegerField(help_text="Of the flags that wait, in hundredths.")
    opened_at = serializers.DateTimeField()
    claimed_by = PersonSerializer(allow_null=True)
    claimed_until = serializers.DateTimeField(allow_null=True)
    decided_by = PersonSerializer(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    measure = serializers.ChoiceField(choices=Measure.choices, allow_null=True)
    reason = serializers.CharField()
    flags = FlagSerializer(
        many=True,
        help_text=f"At most {cases.FLAGS_SHOWN} of `flag_count`: "
        "those with a note, then the first.",
    )
    upheld_before = serializers.IntegerField(
        help_text="Other upheld cases about what its author wrote, where you moderate."
    )
    version = serializers.IntegerField()


class UpholdSerializer(ReasonSerializer):
    action = TextField(
        required=False, help_text="`hide`, unless it is `keep`: its author has put it right."
    )

    def validate_action(self, value: str) -> str:
        if value not in Measure.values:
            message = _("One of %(choices)s.") % {"choices": ", ".join(Measure.values)}
            raise serializers.ValidationError(str(message), code="invalid_choice")
        return value


class FlagList(View):
    permission_classes = (SignedIn,)
    throttle_scope = "flag-user"

    @extend_schema(
        operation_id="flags_report",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=ReportSerializer,
        responses=answers({201: ReportedSerializer}, *WRITE),
    )
    def post(self, request: Request) -> Response:
        """Report something to the moderators of its category, once (409 `duplicate`)."""
        given = self.cleaned(ReportSerializer)
        return self.act(
            lambda: flagging.flag(
                actor=self.viewer,
                kind=given["content_type"],
                object_id=given["object_id"],
                reason=given["reason"],
                note=given.get("note", ""),
            ),
            again=lambda pk: Flag.objects.get(pk=pk, flagger=self.viewer.pk),
            answer=lambda flag: Response(_reported(flag), status=201),
        )


def _reported(flag: Flag) -> dict[str, Any]:
    return {
        "id": str(flag.pk),
        "content_type": flag.case.kind,
        "object_id": str(flag.case.object_id),
        "reason": flag.reason,
        "note": flag.note,
        "created_at": flag.created_at,
    }


class CaseList(View):
    permission_classes = (SignedIn,)

    @extend_schema(
        operation_id="moderation_cases_list",
        tags=TAGS,
        parameters=[
            OpenApiParameter("status", str, enum=CaseStatus.values, default="open"),
            OpenApiParameter("category", UUID, description="Key of a category or forum."),
            OpenApiParameter("content_type", str, description="Such as `forum_post`."),
            OpenApiParameter("mine", str, enum=["1"], description="Those that you have claimed."),
            OpenApiParameter("ordering", str, enum=list(ORDERINGS)),
            *PAGE_PARAMETERS,
        ],
        responses=answers({200: page_of("CasePage", CaseSerializer)}, *READ, 403),
    )
    def get(self, request: Request) -> Response:
        """The cases in the categories that you moderate: most flagged first, then the oldest."""
        found = cases.queue(self.viewer, status=_choice(request, "status", CaseStatus.values))
        return Response(
            answer_list(
                request,
                self._narrowed(request, found),
                orderings=ORDERINGS,
                render=lambda page: case_data(cases.shown_cases(self.viewer, page)),
                parameters=frozenset({"status", "category", "content_type", "mine"}),
            )
        )

    def _narrowed(self, request: Request, found: QuerySet[FlagCase]) -> QuerySet[FlagCase]:
        given = request.query_params
        if "content_type" in given:
            kinds = registry.moderated_names()
            found = found.filter(kind=_choice(request, "content_type", kinds))
        if "category" in given:
            key = _key(given["category"])
            found = found.filter(Q(category_id=key) | Q(subcategory_id=key))
        if "mine" in given:
            _choice(request, "mine", ["1"])
            found = found.filter(claimed_by=self.viewer.pk)
        return found


def _choice(request: Request, name: str, choices: Sequence[str]) -> str:
    """The first of the choices unless another is given. Raises: Invalid: none of them."""
    given = request.query_params.get(name, choices[0])
    if given not in choices:
        message = _("One of %(choices)s.") % {"choices": ", ".join(choices)}
        raise Invalid.field(name, message, "invalid_choice")
    return given


def _key(value: str) -> UUID:
    with suppress(ValueError):
        return UUID(value)
    raise Invalid.field("category", _("Name a category by its key."), "invalid")


def case_data(shown: Sequence[ShownCase]) -> list[dict[str, Any]]:
    """Cases as lists show them; the people of all of them in one query."""
    people = people_by_id(key for one in shown for key in one.user_ids)
    return [
        {
            "id": str(one.case.pk),
            "content_type": one.case.kind,
            "object_id": str(one.case.object_id),
            "title": one.title,
            "url": one.url,
            "content_html": one.text_html,
            "author": person(people, one.author_id),
            "moderation_state": one.subject and one.subject.moderation_state,
            "status": one.case.status,
            "flag_count": one.case.flag_count,
            "weight": one.case.weight,
            "opened_at": one.case.opened_at,
            "claimed_by": person(people, one.case.claimed_by_id),
            "claimed_until": one.case.claimed_until,
            "decided_by": person(people, one.case.decided_by_id),
            "decided_at": one.case.decided_at,
            "measure": one.case.measure or None,
            "reason": one.case.reason,
            "flags": [
                {
                    "flagger": person(people, flag.flagger_id),
                    "reason": flag.reason,
                    "note": flag.note,
                    "weight": flag.weight,
                    "created_at": flag.created_at,
                }
                for flag in one.flags
            ],
            "upheld_before": one.upheld_before,
            "version": one.case.version,
        }
        for one in shown
    ]


class CaseMove(View):
    """What the moves of a case share; whose case it is not does not see it (404)."""

    permission_classes = (SignedIn,)
    action: ClassVar[str]
    """As `cases.act` knows it, unless the body says another."""
    body: ClassVar[type[ReasonSerializer] | None] = None

    def answer(self, case: FlagCase) -> Response:
        [data] = case_data(cases.shown_cases(self.viewer, [case]))
        return versioned(data, case)

    def find(self, pk: UUID) -> FlagCase:
        return cases.find_case(self.viewer, pk)

    def post(self, request: Request, pk: UUID) -> Response:
        given: dict[str, Any] = {}
        if self.body is not None:
            self.find(pk)
            given = self.cleaned(self.body)
        return self.act(
            lambda: cases.act(
                given.get("action", self.action),
                actor=self.viewer,
                case=FlagCase(pk=pk),
                reason=given.get("reason", ""),
                if_version=self.if_match() if self.body else None,
            ),
            again=self.find,
            answer=self.answer,
            takes_body=self.body is not None,
        )


def _described(name: str) -> Callable[[type[CaseMove]], type[CaseMove]]:
    """The schema of a move; its description is the view's."""

    def describe(view: type[CaseMove]) -> type[CaseMove]:
        post = extend_schema(
            operation_id=f"moderation_case_{name}",
            tags=TAGS,
            parameters=[IDEMPOTENCY_KEY, IF_MATCH] if view.body else [IDEMPOTENCY_KEY],
            request=view.body,
            responses=answers({200: CaseSerializer}, *WRITE),
        )
        return extend_schema_view(post=post)(view)

    return describe


@_described("claim")
class ClaimCase(CaseMove):
    """Say that you look at it; for two hours nobody else decides it (409 `taken`)."""

    action = "claim"


@_described("release")
class ReleaseCase(CaseMove):
    """Give it back to the queue, whoever has claimed it."""

    action = "release"


@_described("uphold")
class UpholdCase(CaseMove):
    """Agree with those who flagged it: it is hidden, or was put right (`keep`)."""

    action = Measure.HIDE
    body = UpholdSerializer


@_described("dismiss")
class DismissCase(CaseMove):
    """See nothing wrong with it."""

    action = "dismiss"
    body = ReasonSerializer


@_described("reopen")
class ReopenCase(CaseMove):
    """Decide it anew, within 30 days; what the decision did is not taken back by that."""

    action = "reopen"
