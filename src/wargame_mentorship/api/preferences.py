"""What one wants to be told: `/notifications/preferences`, and muting a help request."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Model
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.attention import Attend, described
from wargame_mentorship.api.base import SignedIn, View
from wargame_mentorship.api.fields import YesNoField
from wargame_mentorship.api.schema import READ, answers
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


@described(
    "notifications",
    MUTED,
    ("help_requests_is_muted", "Whether you are told nothing more of a help request."),
    ("help_requests_mute", "Be told nothing more of a help request."),
    ("help_requests_unmute", "Be told of it again."),
)
class Mute(Attend):
    begin, end = services.mute, services.unmute

    def subject(self, pk: UUID) -> HelpRequest:
        found = HelpRequest.objects.visible_to(self.viewer).filter(pk=pk).first()
        if found is None:
            raise NotFound
        return found

    def shown(self, subject: Model) -> Response:
        return Response({"is_muted": services.is_muted(self.viewer, subject)})
