"""`/moderation/log`: what moderators have done; it is read, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import SignedIn, View, people_by_id
from wargame_mentorship.api.lists import PAGE_PARAMETERS, answer_list
from wargame_mentorship.api.moderation import TAGS
from wargame_mentorship.api.people import USER_KEY, PersonSerializer, person
from wargame_mentorship.api.schema import READ, answers, page_of
from wargame_mentorship.core.paging import Ordering
from wargame_mentorship.events.models import Event
from wargame_mentorship.moderation import log
from wargame_mentorship.moderation.filters import LogFilter

FILTERS = frozenset(LogFilter.base_filters)
ORDERINGS = {"newest": Ordering("newest", log.NEWEST)}


class PlaceSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class LogEntrySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    occurred_at = serializers.DateTimeField()
    actor = PersonSerializer(allow_null=True, help_text="Null: erased, or hidden by a block.")
    action = serializers.CharField(help_text="The event's verb, such as `forum_topic.locked`.")
    text = serializers.CharField(help_text="What the actor did, in words.")
    content_type = serializers.CharField(help_text="Of a case, that of what was reported.")
    object_id = serializers.UUIDField()
    title = serializers.CharField(allow_null=True, help_text="Null: it is gone, or not yours.")
    url = serializers.CharField(allow_null=True)
    categories = PlaceSerializer(many=True, help_text="Where it happened.")
    reason = serializers.CharField()
    before = serializers.DictField(help_text="Ids, states and flags.")
    after = serializers.DictField()


class Log(View):
    permission_classes = (SignedIn,)

    @extend_schema(
        operation_id="moderation_log_list",
        tags=TAGS,
        parameters=[
            OpenApiParameter("content_type", str, description="Such as `forum_post`."),
            OpenApiParameter("object_id", UUID),
            OpenApiParameter("actor", USER_KEY, description="Key of a user, or `me`."),
            OpenApiParameter("action", str, description="A verb, such as `forum_topic.locked`."),
            OpenApiParameter("category", UUID, description="Key of a category or forum."),
            *PAGE_PARAMETERS,
        ],
        responses=answers({200: page_of("LogPage", LogEntrySerializer)}, *READ, 403),
    )
    def get(self, request: Request) -> Response:
        """What moderators did in the categories that you moderate, newest first."""
        found = log.log(self.viewer)
        given = {name: value for name, value in request.query_params.items() if name in FILTERS}
        return Response(
            answer_list(
                request,
                LogFilter(given, found, viewer=self.viewer).filtered(),
                orderings=ORDERINGS,
                render=self.rendered,
                parameters=FILTERS,
            )
        )

    def rendered(self, events: Sequence[Event]) -> list[dict[str, Any]]:
        actors = {event.actor_id for event in events}
        people = people_by_id(actors - self.viewer.hidden_ids)
        return [
            {
                "id": str(entry.event.pk),
                "occurred_at": entry.event.occurred_at,
                "actor": person(people, entry.event.actor_id),
                "action": entry.event.verb,
                "text": entry.text,
                "content_type": entry.kind,
                "object_id": str(entry.object_id),
                "title": entry.title,
                "url": entry.url,
                "categories": [
                    {"id": str(pk), "name": name} for pk, name in entry.categories.items()
                ],
                "reason": entry.event.reason,
                "before": entry.before,
                "after": entry.after,
            }
            for entry in log.entries(self.viewer, events)
        ]
