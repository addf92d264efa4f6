"""Whom to name for imported content, on whatever endpoint it is read."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from wargame_mentorship.flows.imports.attribution import Attribution


class AttributionSerializer(serializers.Serializer[Attribution]):
    """What the licence of imported content asks to be named beside it."""

    author_name = serializers.CharField(help_text="Empty: unknown, or withheld.")
    author_url = serializers.CharField(allow_null=True, help_text="Their profile at the source.")
    source_url = serializers.CharField(help_text="The original.")
    licence = serializers.CharField(help_text="Such as `CC BY-SA 4.0`; empty: unknown.")
    licence_url = serializers.CharField(allow_null=True)
    was_changed = serializers.BooleanField(
        help_text="Shortened by the import, or edited here since."
    )


def attribution_data(found: Attribution | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "author_name": found.author_name,
        "author_url": found.author_url,
        "source_url": found.source_url,
        "licence": found.licence,
        "licence_url": found.licence_url,
        "was_changed": found.was_changed,
    }
