"""The filters and orderings of the list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.conf.global_settings import LANGUAGES
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.paging import Ordering
from wargame_mentorship.help_requests.facets import saying
from wargame_mentorship.help_requests.models import Difficulty, HelpRequest, Status, Urgency
from wargame_mentorship.help_requests.querysets import QUEUES, HelpRequestQuerySet
from wargame_mentorship.host.filtering import ListFilter, active_people, yes_no
from wargame_mentorship.taxonomy.models import Category, CategoryPrompt

ORDERINGS = {
    ordering.name: ordering
    for ordering in (
        Ordering("newest", ("-created_at", "-id")),
        Ordering("oldest", ("created_at", "id")),
        Ordering("activity", ("-last_activity_at", "-id")),
        Ordering("helpful", ("-helpful_count", "-id")),
        Ordering("views", ("-view_count", "-id")),
    )
}


def _choices(*values: str) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


class FacetField(forms.CharField):
    """`slug:value`, such as `paint:Mephiston Red`; the slug is that of a guided question."""

    def clean(self, value: Any) -> tuple[list[UUID], str] | None:
        given = super().clean(value)
        if not given:
            return None
        slug, _colon, said = given.partition(":")
        prompts = CategoryPrompt.objects.filter(slug=slug.strip()[:50])
        ids = list(prompts.values_list("pk", flat=True))
        if not ids or not said.strip():
            raise forms.ValidationError(
                _("Write a guided question and an answer to it, such as paint:Mephiston Red."),
                code="invalid_choice",
            )
        return ids, said


class FacetFilter(django_filters.CharFilter):
    field_class = FacetField


class HelpRequestFilter(ListFilter):
    """What a list of help requests can be narrowed to; an unknown value is an error."""

    people = ("requester", "assigned_helper")

    category = django_filters.ModelChoiceFilter(
        queryset=Category.objects.filter(parent=None), to_field_name="slug"
    )
    subcategory = django_filters.ModelChoiceFilter(
        queryset=Category.objects.exclude(parent=None), to_field_name="slug"
    )
    difficulty_level = django_filters.ChoiceFilter(choices=Difficulty.choices)
    urgency = django_filters.ChoiceFilter(choices=Urgency.choices)
    status = django_filters.ChoiceFilter(choices=Status.choices)
    requester = django_filters.ModelChoiceFilter(queryset=active_people)
    assigned_helper = django_filters.ModelChoiceFilter(
        queryset=active_people, method="filter_assigned_helper"
    )
    mine = yes_no(method="filter_mine", label=_("asked by me"))
    answered = yes_no(method="filter_answered", label=_("answered"))
    solved = yes_no(method="filter_solved", label=_("solved"))
    queue = django_filters.ChoiceFilter(choices=_choices(*QUEUES), method="filter_queue")
    # Of any language that Django knows, not only of those the host translates its site into.
    language = django_filters.ChoiceFilter(choices=LANGUAGES)

    facet = FacetFilter(method="filter_facet", max_length=200, strip=False)

    class Meta:
        model = HelpRequest
        fields: tuple[str, ...] = ()

    def filter_mine(
        self, queryset: HelpRequestQuerySet, name: str, value: bool
    ) -> HelpRequestQuerySet:
        mine = Q(requester=self.viewer.require_user().pk)
        return queryset.filter(mine if value else ~mine)

    def filter_assigned_helper(
        self, queryset: HelpRequestQuerySet, name: str, value: Model
    ) -> HelpRequestQuerySet:
        # Whom a block hides is not named as a helper, so nobody finds out by asking for them.
        return queryset.filter(assigned_helper=value.pk).exclude(
            assigned_helper__in=self.viewer.hidden_user_ids
        )

    def filter_answered(
        self, queryset: HelpRequestQuerySet, name: str, value: bool
    ) -> HelpRequestQuerySet:
        return queryset.filter(first_response_at__isnull=not value)

    def filter_solved(
        self, queryset: HelpRequestQuerySet, name: str, value: bool
    ) -> HelpRequestQuerySet:
        return queryset.filter(resolved_at__isnull=not value)

    def filter_queue(
        self, queryset: HelpRequestQuerySet, name: str, value: str
    ) -> HelpRequestQuerySet:
        return queryset.in_queue(value)

    def filter_facet(
        self, queryset: HelpRequestQuerySet, name: str, value: tuple[list[UUID], str]
    ) -> HelpRequestQuerySet:
        return queryset.filter(pk__in=saying(*value))
