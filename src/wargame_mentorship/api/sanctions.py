"""`/standing`: what was said against one; `/moderation`: warnings, suspensions, staff notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import SignedIn, View, people_by_id, versioned
from wargame_mentorship.api.fields import KeyField, TextField
from wargame_mentorship.api.lists import PAGE_PARAMETERS, answer_list
from wargame_mentorship.api.moderation import TAGS, ReasonSerializer
from wargame_mentorship.api.people import USER_KEY, PersonSerializer, UserKeyField, person
from wargame_mentorship.api.schema import IDEMPOTENCY_KEY, IF_MATCH, READ, WRITE, answers, page_of
from wargame_mentorship.core.paging import Ordering
from wargame_mentorship.core.permissions import require
from wargame_mentorship.moderation import people, rules, sanctions
from wargame_mentorship.moderation.models import Sanction, Severity, StaffNote
from wargame_mentorship.moderation.transitions import SANCTION

NEWEST = {"newest": Ordering("newest", ("-created_at", "-id"))}
WAITING = {"oldest": Ordering("oldest", sanctions.LONGEST_WAITING)}


class SanctionSerializer(serializers.Serializer[Sanction]):
    id = serializers.UUIDField()
    user = PersonSerializer(allow_null=True)
    severity = serializers.ChoiceField(choices=Severity.choices)
    reason = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True, help_text="Of a suspension.")
    status = serializers.CharField(help_text="`standing`, `appealed`, `confirmed` or `withdrawn`.")
    content_type = serializers.CharField(allow_null=True, help_text="What it is about, if one.")
    object_id = serializers.UUIDField(allow_null=True)
    appeal = serializers.CharField(help_text="The reply of whom it is about.")
    appealed_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    given_by = PersonSerializer(allow_null=True, help_text="Null for whom it is about.")
    available_actions = serializers.ListField(child=serializers.CharField())
    version = serializers.IntegerField()


class StaffNoteSerializer(serializers.Serializer[StaffNote]):
    id = serializers.UUIDField()
    text = serializers.CharField()
    content_type = serializers.CharField(allow_null=True)
    object_id = serializers.UUIDField(allow_null=True)
    given_by = PersonSerializer(allow_null=True)
    created_at = serializers.DateTimeField()


class WrittenSerializer(serializers.Serializer[Any]):
    content_type = serializers.CharField()
    object_id = serializers.UUIDField()
    title = serializers.CharField()
    url = serializers.CharField()
    created_at = serializers.DateTimeField()


class RecordSerializer(serializers.Serializer[Any]):
    user = PersonSerializer(allow_null=True)
    upheld = serializers.IntegerField(help_text="Cases about what they wrote that were upheld.")
    written = WrittenSerializer(many=True)
    notes = StaffNoteSerializer(many=True)
    sanctions = SanctionSerializer(many=True)


class AppealSerializer(serializers.Serializer[Any]):
    text = TextField(max_length=sanctions.LONGEST_APPEAL)


class AboutSerializer(serializers.Serializer[Any]):
    user_id = UserKeyField()
    content_type = TextField(max_length=50, required=False, help_text="Such as `forum_post`.")
    object_id = KeyField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("content_type" in attrs) is not ("object_id" in attrs):
            missing = "object_id" if "content_type" in attrs else "content_type"
            message = _("Name both or neither.")
            raise serializers.ValidationError({missing: str(message)}, code="required")
        return attrs


class WarnSerializer(AboutSerializer):
    content_type = TextField(max_length=50, help_text="Such as `forum_post`; of this person.")
    object_id = KeyField()
    reason = TextField(max_length=200, help_text="The person reads it.")


class SuspendSerializer(AboutSerializer):
    until = serializers.DateTimeField(help_text="Within a year.")
    reason = TextField(max_length=200, help_text="The person reads it.")


class NoteSerializer(AboutSerializer):
    text = TextField(max_length=people.LONGEST_NOTE, help_text="The person does not read it.")


def about(given: dict[str, Any]) -> dict[str, Any]:
    """What it is about, as the services take it; nothing where the body names nothing."""
    if "object_id" not in given:
        return {}
    return {"kind": given["content_type"], "object_id": given["object_id"]}


def sanction_data(viewer: Any, shown: Sequence[Sanction]) -> list[dict[str, Any]]:
    """As lists show them, the people of all in one query; who gave it only to moderators."""
    keys = {key for one in shown for key in (one.person_id, one.given_by_id)}
    known = people_by_id(keys)
    return [
        {
            "id": str(one.pk),
            "user": person(known, one.person_id),
            "severity": one.severity,
            "reason": one.reason,
            "until": one.until,
            "status": one.status,
            "content_type": one.kind or None,
            "object_id": one.object_id and str(one.object_id),
            "appeal": one.appeal,
            "appealed_at": one.appealed_at,
            "answer": one.answer,
            "answered_at": one.answered_at,
            "created_at": one.created_at,
            "given_by": None if viewer.is_me(one.person_id) else person(known, one.given_by_id),
            "available_actions": SANCTION.available_actions(viewer, one),
            "version": one.version,
        }
        for one in shown
    ]


def note_data(shown: Sequence[StaffNote]) -> list[dict[str, Any]]:
    known = people_by_id(one.given_by_id for one in shown)
    return [
        {
            "id": str(one.pk),
            "text": one.text,
            "content_type": one.kind or None,
            "object_id": one.object_id and str(one.object_id),
            "given_by": person(known, one.given_by_id),
            "created_at": one.created_at,
        }
        for one in shown
    ]


class SanctionView(View):
    permission_classes = (SignedIn,)

    def answer(self, sanction: Sanction, status: int = 200) -> Response:
        [data] = sanction_data(self.viewer, [sanction])
        return versioned(data, sanction, status)

    def find(self, pk: UUID) -> Sanction:
        return sanctions.find(self.viewer, pk)


class Standing(SanctionView):
    @extend_schema(
        operation_id="standing_list",
        tags=TAGS,
        parameters=PAGE_PARAMETERS,
        responses=answers({200: page_of("StandingPage", SanctionSerializer)}, *READ),
    )
    def get(self, request: Request) -> Response:
        """The warnings and suspensions that moderators gave you, newest first."""
        return Response(
            answer_list(
                request,
                sanctions.own(self.viewer),
                orderings=NEWEST,
                render=lambda page: sanction_data(self.viewer, page),
            )
        )


class Appeal(SanctionView):
    @extend_schema(
        operation_id="standing_appeal",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=AppealSerializer,
        responses=answers({200: SanctionSerializer}, *WRITE),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Reply to one of yours, once and within 30 days (409 `too_late`), suspended or not."""
        self.authorize(rules.can_appeal, self.find(pk))
        given = self.cleaned(AppealSerializer)
        return self.act(
            lambda: sanctions.appeal(
                actor=self.viewer, sanction=Sanction(pk=pk), text=given["text"]
            ),
            again=self.find,
            answer=self.answer,
        )


class AppealList(SanctionView):
    @extend_schema(
        operation_id="moderation_appeals_list",
        tags=TAGS,
        parameters=PAGE_PARAMETERS,
        responses=answers({200: page_of("AppealPage", SanctionSerializer)}, *READ, 403),
    )
    def get(self, request: Request) -> Response:
        """The replies that wait for you, the oldest first."""
        return Response(
            answer_list(
                request,
                sanctions.appeals(self.viewer),
                orderings=WAITING,
                render=lambda page: sanction_data(self.viewer, page),
            )
        )


class Record(View):
    permission_classes = (SignedIn,)

    @extend_schema(
        operation_id="moderation_person",
        tags=TAGS,
        parameters=[OpenApiParameter("key", USER_KEY, OpenApiParameter.PATH)],
        responses=answers({200: RecordSerializer}, *READ, 403),
    )
    def get(self, request: Request, key: str) -> Response:
        """What you may know of somebody: where you moderate, or everywhere if you suspend people.

        The 20 latest of each; 404 for whoever wrote nothing where you moderate.
        """
        record = people.record_of(self.viewer, key)
        return Response(
            {
                "user": person(people_by_id([record.person.pk]), record.person.pk),
                "upheld": record.upheld,
                "written": [
                    {
                        "content_type": one.kind.name,
                        "object_id": str(one.entry.pk),
                        "title": one.title,
                        "url": one.url,
                        "created_at": one.entry.created_at,
                    }
                    for one in record.written
                ],
                "notes": note_data(record.notes),
                "sanctions": sanction_data(self.viewer, record.sanctions),
            }
        )


class Warnings(SanctionView):
    @extend_schema(
        operation_id="moderation_warn",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=WarnSerializer,
        responses=answers({201: SanctionSerializer}, *WRITE),
    )
    def post(self, request: Request) -> Response:
        """Warn somebody about something that they wrote where you moderate."""
        require(rules.can_judge_anybody, self.viewer, None)
        given = self.cleaned(WarnSerializer)
        return self.act(
            lambda: sanctions.warn(
                actor=self.viewer,
                person_id=given["user_id"],
                reason=given["reason"],
                **about(given),
            ),
            again=self.find,
            answer=lambda made: self.answer(made, 201),
        )


class Suspensions(SanctionView):
    @extend_schema(
        operation_id="moderation_suspend",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=SuspendSerializer,
        responses=answers({201: SanctionSerializer}, *WRITE),
    )
    def post(self, request: Request) -> Response:
        """Keep somebody from taking part for a time; they go on reading.

        For whom the host has given the permission `suspend_people`. 409 `suspended_already`.
        """
        require(rules.can_suspend, self.viewer, None)
        given = self.cleaned(SuspendSerializer)
        return self.act(
            lambda: sanctions.suspend(
                actor=self.viewer,
                person=sanctions.find_person(given["user_id"]),
                until=given["until"],
                reason=given["reason"],
                **about(given),
            ),
            again=self.find,
            answer=lambda made: self.answer(made, 201),
        )


class EndSuspension(SanctionView):
    @extend_schema(
        operation_id="moderation_end_suspension",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        responses=answers({204: None}, *WRITE),
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        """Take a suspension back: they take part again at once."""
        return self.act(
            lambda: sanctions.withdraw(
                actor=self.viewer, sanction=self._suspension(pk), if_version=self.if_match()
            ),
            again=self.find,
            answer=lambda _done: Response(status=204),
            takes_body=False,
        )

    def _suspension(self, pk: UUID) -> Sanction:
        return sanctions.find(self.viewer, pk, severity=Severity.SUSPENSION)


class AnswerAppeal(SanctionView):
    """What confirming and withdrawing share."""

    service: ClassVar[Callable[..., Sanction]]

    def post(self, request: Request, pk: UUID) -> Response:
        self.authorize(rules.can_decide_sanction, self.find(pk))
        given = self.cleaned(ReasonSerializer)
        return self.act(
            lambda: self.service(
                actor=self.viewer,
                sanction=Sanction(pk=pk),
                reason=given.get("reason", ""),
                if_version=self.if_match(),
            ),
            again=self.find,
            answer=self.answer,
        )


def _described(name: str) -> Callable[[type[AnswerAppeal]], type[AnswerAppeal]]:
    """The schema of an answer; its description is the view's."""
    post = extend_schema(
        operation_id=f"moderation_sanction_{name}",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=ReasonSerializer,
        responses=answers({200: SanctionSerializer}, *WRITE),
    )
    return extend_schema_view(post=post)


@_described("confirm")
class Confirm(AnswerAppeal):
    """Say after a reply that it stays."""

    service = staticmethod(sanctions.confirm)


@_described("withdraw")
class Withdraw(AnswerAppeal):
    """Take it back, replied to or not."""

    service = staticmethod(sanctions.withdraw)


class Notes(View):
    permission_classes = (SignedIn,)

    @extend_schema(
        operation_id="moderation_note",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=NoteSerializer,
        responses=answers({201: StaffNoteSerializer}, *WRITE),
    )
    def post(self, request: Request) -> Response:
        """Tell the other moderators of a category something about somebody.

        What it is about says of which category; without, for whoever suspends people.
        """
        require(rules.can_judge_anybody, self.viewer, None)
        given = self.cleaned(NoteSerializer)
        return self.act(
            lambda: people.add_note(
                actor=self.viewer,
                person=sanctions.find_person(given["user_id"]),
                text=given["text"],
                **about(given),
            ),
            again=lambda pk: StaffNote.objects.moderated_by(self.viewer).get(pk=pk),
            answer=lambda note: Response(note_data([note])[0], status=201),
        )
