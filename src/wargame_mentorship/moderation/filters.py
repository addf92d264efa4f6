"""By what the log of moderators is narrowed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import django_filters
from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet

from wargame_mentorship.core import registry
from wargame_mentorship.events.models import Event
from wargame_mentorship.events.querysets import EventQuerySet
from wargame_mentorship.host.filtering import ListFilter
from wargame_mentorship.moderation import labels
from wargame_mentorship.moderation.log import about
from wargame_mentorship.moderation.models import FlagCase


def kind_choices() -> list[tuple[str, Any]]:
    """What somebody may have done something to; a case is about something itself."""
    return [(kind.name, kind.label) for kind in registry.all_kinds() if kind.name != FlagCase.KIND]


def verb_choices() -> list[tuple[str, Any]]:
    return list(labels.EVENTS.items())


def everybody(_request: Any) -> QuerySet[Any]:
    """Also those whose account is deactivated: what they did they have done."""
    return get_user_model()._default_manager.all()


class LogFilter(ListFilter):
    """What the log can be narrowed to; an unknown value is an error."""

    people = ("actor",)

    content_type = django_filters.ChoiceFilter(choices=kind_choices, method="filter_content_type")
    object_id = django_filters.UUIDFilter(method="filter_object_id")
    actor = django_filters.ModelChoiceFilter(queryset=everybody, method="filter_actor")
    action = django_filters.ChoiceFilter(choices=verb_choices, field_name="verb")
    category = django_filters.UUIDFilter(method="filter_category")

    class Meta:
        model = Event
        fields: tuple[str, ...] = ()

    def filter_content_type(
        self, queryset: EventQuerySet, name: str, value: str
    ) -> QuerySet[Event]:
        return queryset.filter(about(value, self.form.cleaned_data.get("object_id")))

    def filter_object_id(self, queryset: EventQuerySet, name: str, value: UUID) -> QuerySet[Event]:
        kind = self.form.cleaned_data.get("content_type")
        return queryset if kind else queryset.filter(subject_id=value)

    def filter_actor(self, queryset: EventQuerySet, name: str, value: Model) -> QuerySet[Event]:
        # Whom a block hides is not named, so nobody finds out by asking for them.
        hidden = {"actor__in": self.viewer.hidden_user_ids}
        return queryset.filter(actor=value.pk).exclude(**hidden)

    def filter_category(self, queryset: EventQuerySet, name: str, value: UUID) -> QuerySet[Event]:
        return queryset.in_categories([value])
