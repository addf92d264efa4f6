"""`/help/queue`: what waits for a helper, the longest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import SignedIn, View
from wargame_mentorship.api.help_requests import shapes
from wargame_mentorship.api.lists import PAGE_PARAMETERS, answer_list
from wargame_mentorship.api.schema import READ, answers, page_of
from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.help_requests import queue
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.taxonomy.follows import followed_categories


class WaitingSerializer(shapes.HelpRequestSerializer):
    waiting_since = serializers.DateTimeField(
        help_text="When it was asked; or, if somebody has answered, the asker's last word."
    )


class Queue(View):
    permission_classes = (SignedIn,)

    @extend_schema(
        operation_id="help_queue_list",
        tags=["help requests"],
        parameters=[
            OpenApiParameter(
                "scope",
                str,
                enum=list(queue.SCOPES),
                description="In the categories that you follow (the default), or in all.",
            ),
            *PAGE_PARAMETERS,
        ],
        responses=answers({200: page_of("QueuePage", WaitingSerializer)}, *READ),
    )
    def get(self, request: Request) -> Response:
        """What you could take on: others' requests that nobody has, the longest waiting first."""
        scope = request.query_params.get("scope", "followed")
        if scope not in queue.SCOPES:
            message = _("One of %(choices)s.") % {"choices": ", ".join(queue.SCOPES)}
            raise Invalid.field("scope", message, "invalid_choice")
        followed = followed_categories(self.viewer) if scope == "followed" else None
        return Response(
            answer_list(
                request,
                queue.waiting(self.viewer, followed).with_slugs(),
                orderings={queue.WAITING.name: queue.WAITING},
                render=self._rendered,
                parameters=frozenset({"scope"}),
            )
        )

    def _rendered(self, entries: Sequence[HelpRequest]) -> list[dict[str, Any]]:
        shown = shapes.request_data(self.viewer, entries)
        return [
            # What the ordering has annotated.
            {**data, "waiting_since": vars(entry)["waiting_since"]}
            for data, entry in zip(shown, entries, strict=True)
        ]
