"""What one wants to be told: `/notifications/preferences`, and muting a help request."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import SignedIn, View
from wargame_mentorship.api.fields import YesNoField
from wargame_mentorship.api.schema import IDEMPOTENCY_KEY, READ, WRITE, answers
from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.notifications import services
from wargame_mentorship.notifications.models import Channel
from wargame_mentorship.notifications.verbs import VERBS


class ChoiceSerializer(serializers.Serializer[Any]):
    verb = serializers.ChoiceField(choices=list(VERBS))
    channel = serializers.ChoiceField(choices=Channel.values)
    is_on = YesNoField()


class PreferenceSerializer(ChoiceSerializer):
    label = serializers.CharField(  # type: ignore[assignment] # the API's name for it
        help_text="What the verb means, in the language of the answer."
    )
    is_default = serializers.BooleanField(help_text="You have decided nothing here.")


class ChoicesSerializer(serializers.Serializer[Any]):
    preferences = serializers.ListField(child=ChoiceSerializer(), max_length=100)


PREFERENCES = inline_serializer(
    "NotificationPreferences", {"preferences": PreferenceSerializer(many=True)}
)
MUTED = inline_serializer("Muted", {"is_muted": serializers.BooleanField()})


class Preferences(View):
    permission_classes = (SignedIn,)

    @extend_schema(
        operation_id="notification_preferences_read",
        tags=["notifications"],
        responses=answers({200: PREFERENCES}, *READ),
    )
    def get(self, request: Request) -> Response:
        """Whether each verb reaches you on each channel."""
        return self.decided()

    @extend_schema(
        operation_id="notification_preferences_set",
        tags=["notifications"],
        request=ChoicesSerializer,
        responses=answers({200: PREFERENCES}, 400, 401, 403, 413, 415, 503),
    )
    def put(self, request: Request) -> Response:
        """Decide some of them; those left out stay as they are."""
        given = self.cleaned(ChoicesSerializer)["preferences"]
        services.set_preferences(
            actor=self.viewer,
            choices={(entry["verb"], entry["channel"]): entry["is_on"] for entry in given},
        )
        return self.decided()

    def decided(self) -> Response:
        return Response(
            {
                "preferences": [
                    {
                        "verb": entry.verb.name,
                        "channel": entry.channel.value,
                        "is_on": entry.is_on,
                        "label": str(entry.verb.label),
                        "is_default": entry.is_default,
                    }
                    for entry in services.preferences_of(self.viewer)
                ]
            }
        )


class Mute(View):
    def fetch(self, pk: UUID) -> HelpRequest:
        found = HelpRequest.objects.visible_to(self.viewer).filter(pk=pk).first()
        if found is None:
            raise NotFound
        return found

    def muted(self, entry: HelpRequest) -> Response:
        return Response({"is_muted": services.is_muted(self.viewer, entry)})

    @extend_schema(
        operation_id="help_requests_is_muted",
        tags=["notifications"],
        responses=answers({200: MUTED}, *READ),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Whether you are told nothing more of a help request."""
        return self.muted(self.fetch(pk))

    @extend_schema(
        operation_id="help_requests_mute",
        tags=["notifications"],
        parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses=answers({200: MUTED}, *WRITE),
    )
    def put(self, request: Request, pk: UUID) -> Response:
        """Be told nothing more of a help request."""
        entry = self.fetch(pk)
        return self.act(
            lambda: services.mute(actor=self.viewer, subject=entry),
            again=self.fetch,
            answer=self.muted,
            takes_body=False,
        )

    @extend_schema(
        operation_id="help_requests_unmute",
        tags=["notifications"],
        parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses=answers({200: MUTED}, *WRITE),
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        """Be told of it again."""
        entry = self.fetch(pk)
        return self.act(
            lambda: services.unmute(actor=self.viewer, subject=entry),
            again=self.fetch,
            answer=self.muted,
            takes_body=False,
        )
