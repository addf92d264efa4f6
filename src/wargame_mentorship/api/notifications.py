"""`/notifications`: what one has been told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import SignedIn, View, people_by_id
from wargame_mentorship.api.fields import KeyField, YesNoField
from wargame_mentorship.api.lists import PAGE_PARAMETERS, answer_list
from wargame_mentorship.api.people import PersonSerializer, person
from wargame_mentorship.api.schema import READ, answers
from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.core.paging import Ordering
from wargame_mentorship.notifications import services
from wargame_mentorship.notifications.models import Delivery

ORDERINGS = {"newest": Ordering("newest", ("-created_at", "-id"))}


class TargetSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    id = serializers.UUIDField()
    title = serializers.CharField()


class NotificationSerializer(serializers.Serializer[Delivery]):
    id = serializers.UUIDField()
    verb = serializers.CharField(help_text="Why you are told, such as `help_request.answered`.")
    actor = PersonSerializer(allow_null=True)
    target = TargetSerializer(allow_null=True, help_text="Null: no longer visible to you.")
    text = serializers.CharField()
    url = serializers.CharField(allow_null=True)
    reason = serializers.CharField(help_text="Why a moderator did it; else empty.")
    unread = serializers.BooleanField()
    timestamp = serializers.DateTimeField()


PAGE = inline_serializer(
    "NotificationPage",
    {
        "results": NotificationSerializer(many=True),
        "next": serializers.CharField(allow_null=True),
        "previous": serializers.CharField(allow_null=True),
        "unread_count": serializers.IntegerField(),
    },
)


class ReadSerializer(serializers.Serializer[Delivery]):
    ids = serializers.ListField(child=KeyField(), required=False, max_length=100)
    all = YesNoField(required=False)


READ_RESULT = inline_serializer("UnreadCount", {"unread_count": serializers.IntegerField()})


class NotificationList(View):
    permission_classes = (SignedIn,)

    @extend_schema(
        operation_id="notifications_list",
        tags=["notifications"],
        parameters=[
            OpenApiParameter("unread", str, enum=["true", "false"]),
            *PAGE_PARAMETERS,
        ],
        responses=answers({200: PAGE}, *READ),
    )
    def get(self, request: Request) -> Response:
        """Your notifications, newest first."""
        unread = {"true": True, "false": False, None: None}
        given = request.query_params.get("unread")
        if given not in unread:
            raise Invalid.field("unread", "true or false.", "invalid_choice")
        page = answer_list(
            request,
            services.deliveries_of(self.viewer, unread=unread[given]).select_related("event"),
            orderings=ORDERINGS,
            render=self.rendered,
            parameters=frozenset({"unread"}),
        )
        return Response({**page, "unread_count": services.unread_count(self.viewer)})

    def rendered(self, deliveries: Sequence[Delivery]) -> list[dict[str, Any]]:
        shown = services.show(self.viewer, deliveries)
        people = people_by_id(entry.actor_id for entry in shown)
        return [
            {
                "id": str(entry.id),
                "verb": entry.verb,
                "actor": person(people, entry.actor_id),
                "target": entry.url
                and {
                    "kind": entry.subject_kind,
                    "id": str(entry.subject_id),
                    "title": entry.title,
                },
                "text": entry.text(people),
                "url": entry.url,
                "reason": entry.reason,
                "unread": entry.unread,
                "timestamp": entry.timestamp,
            }
            for entry in shown
        ]


class NotificationRead(View):
    permission_classes = (SignedIn,)

    @extend_schema(
        operation_id="notifications_mark_read",
        tags=["notifications"],
        request=ReadSerializer,
        responses=answers({200: READ_RESULT}, 400, 401, 403, 413, 415, 503),
    )
    def post(self, request: Request) -> Response:
        """Mark some (`ids`) or all (`all: true`) of your notifications read."""
        given = self.cleaned(ReadSerializer)
        if not given.get("all") and "ids" not in given:
            raise Invalid.field("ids", "Give ids, or all.", "required")
        services.mark_read(actor=self.viewer, ids=None if given.get("all") else given["ids"])
        return Response({"unread_count": services.unread_count(self.viewer)})
