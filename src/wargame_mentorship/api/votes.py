"""Helpful votes, on whatever can be voted on."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.response import Response

from wargame_mentorship.api.fields import YesNoField
from wargame_mentorship.host import Viewer
from wargame_mentorship.reputation.services import votes_of


class VoteSerializer(serializers.Serializer[Any]):
    is_helpful = YesNoField(required=False)


class VotedSerializer(serializers.Serializer[Any]):
    helpful_count = serializers.IntegerField()
    my_vote = serializers.BooleanField(allow_null=True)


def voted(viewer: Viewer, entry: Any) -> Response:
    """What a vote has made of a response or post, read anew by the caller."""
    votes = votes_of(viewer, entry.KIND, [entry.pk])
    return Response({"helpful_count": entry.helpful_count, "my_vote": votes.get(entry.pk)})
