"""`/moderation/bundles`: what waits of one person, decided all at once."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import SignedIn, View, people_by_id
from wargame_mentorship.api.moderation import TAGS, ReasonSerializer
from wargame_mentorship.api.people import PersonSerializer, UserKeyField, person
from wargame_mentorship.api.schema import answers
from wargame_mentorship.core.permissions import require
from wargame_mentorship.moderation import bundles, rules


class BundleSerializer(serializers.Serializer[Any]):
    author = PersonSerializer()
    count = serializers.IntegerField(help_text="So many things of theirs wait where you moderate.")
    oldest_at = serializers.DateTimeField()
    joined_at = serializers.DateTimeField(
        allow_null=True, help_text="Since when they have their account, if that is known."
    )
    seen_at = serializers.DateTimeField(help_text="To be sent along with what you decide.")


class DecideBundleSerializer(ReasonSerializer):
    author_id = UserKeyField()
    action = serializers.ChoiceField(choices=bundles.ACTIONS)
    seen_at = serializers.DateTimeField(
        required=False, help_text="What came or changed later stays as it is."
    )


class DecidedSerializer(serializers.Serializer[Any]):
    done = serializers.IntegerField()
    is_more = serializers.BooleanField(help_text="It was more than is decided at once.")


BUNDLES = inline_serializer("Bundles", {"results": BundleSerializer(many=True)})


class BundleList(View):
    permission_classes = (SignedIn,)

    @extend_schema(
        operation_id="moderation_bundles_list",
        tags=TAGS,
        responses=answers({200: BUNDLES}, 401, 403, 503),
    )
    def get(self, request: Request) -> Response:
        """Whoever has three things or more waiting in the categories that you moderate."""
        found = bundles.bundles(self.viewer)
        people = people_by_id(bundle.author_id for bundle in found)
        results = [
            {
                "author": person(people, bundle.author_id),
                "count": bundle.count,
                "oldest_at": bundle.oldest_at,
                "joined_at": bundle.joined_at,
                "seen_at": bundle.seen_at,
            }
            for bundle in found
        ]
        return Response({"results": results})

    @extend_schema(
        operation_id="moderation_bundles_decide",
        tags=TAGS,
        request=DecideBundleSerializer,
        responses=answers({200: DecidedSerializer}, 400, 401, 403, 404, 413, 415, 503),
    )
    def post(self, request: Request) -> Response:
        """Approve or reject all that waits of somebody, at most 100 things.

        With what is rejected goes what everybody sees of theirs, written within ten minutes of
        something that waits. Takes no key: sent again, it does nothing more.
        """
        require(rules.can_moderate_anything, self.viewer, None)
        given = self.cleaned(DecideBundleSerializer)
        decided = bundles.decide_bundle(
            actor=self.viewer,
            author_id=given["author_id"],
            action=given["action"],
            reason=given.get("reason", ""),
            seen_at=given.get("seen_at"),
        )
        return Response({"done": decided.done, "is_more": decided.is_more})
