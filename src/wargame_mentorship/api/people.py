"""How a person appears in an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from wargame_mentorship.host import DisplayUser

USER_KEY = {"oneOf": [{"type": "string"}, {"type": "integer"}]}


@extend_schema_field(USER_KEY)
class ShownUserKeyField(serializers.CharField):
    """Of its own: what is said of REST framework's field would be said of every text there is."""


class PersonSerializer(serializers.Serializer[DisplayUser]):
    """For the schema; `person` makes the same shape."""

    id = ShownUserKeyField()
    display_name = serializers.CharField()
    profile_url = serializers.CharField(allow_null=True)
    avatar_url = serializers.CharField(allow_null=True)


def person(people: Mapping[Any, DisplayUser], user_id: Any) -> dict[str, Any] | None:
    """Somebody as the API shows them; None for nobody (any more)."""
    found = people.get(user_id)
    if found is None:
        return None
    return {
        "id": found.id if isinstance(found.id, int) else str(found.id),
        "display_name": found.name,
        "profile_url": found.profile_url,
        "avatar_url": found.avatar_url,
    }


@extend_schema_field(USER_KEY)
class UserKeyField(serializers.Field[Any, Any, Any, Any]):
    """The key of a user, of whatever type the host's users have."""

    default_error_messages = {"invalid": "This is no key of a user."}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int | str):
            self.fail("invalid")
        try:
            return get_user_model()._meta.pk.to_python(data)
        except (ValidationError, OverflowError):
            self.fail("invalid")

    def to_representation(self, value: Any) -> Any:
        return value if isinstance(value, int) else str(value)
