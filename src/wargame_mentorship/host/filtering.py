"""Narrowing a list by what its address says; for the filters of the rooms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.host.loading import users
from wargame_mentorship.host.viewer import Viewer

ME = "me"
"""Instead of a key: whoever is asking."""

YES_NO = (("true", _("yes")), ("false", _("no")))


def yes_no(**kwargs: Any) -> django_filters.TypedChoiceFilter:
    return django_filters.TypedChoiceFilter(
        choices=YES_NO, coerce=lambda value: value == "true", **kwargs
    )


class DayFilter(django_filters.DateFilter):
    """From the beginning of a day on (`gte`), or up to its end (`lte`), where the reader is.

    Two moments, which every index and every database understands: MariaDB tells days apart only
    where somebody has loaded its tables of time zones.
    """

    # A day and a time zone further on there has to be a date, too.
    first, last = dt.date(2, 1, 1), dt.date(9998, 12, 30)

    def filter(self, qs: QuerySet[Any], value: dt.date | None) -> QuerySet[Any]:
        if value is None:
            return qs
        day = min(max(value, self.first), self.last)
        if self.lookup_expr == "lte":
            end = _beginning_of(day + dt.timedelta(days=1))
            return qs.filter(**{f"{self.field_name}__lt": end})
        return qs.filter(**{f"{self.field_name}__gte": _beginning_of(day)})


def _beginning_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def active_people(request: Any) -> QuerySet[Any]:
    """Whom a filter may name."""
    return get_user_model()._default_manager.filter(users().active_filter(""))


class ListFilter(django_filters.FilterSet):
    """The base of a room's filter; an unknown value is an error."""

    people: ClassVar[tuple[str, ...]] = ()
    """The filters that take the key of somebody, or `me`."""

    def __init__(self, data: Mapping[str, Any], queryset: QuerySet[Any], *, viewer: Viewer) -> None:
        """Raises: SignInRequired: "me", and nobody is signed in."""
        given = dict(data)
        for name in self.people:
            if given.get(name) == ME:
                given[name] = str(viewer.require_user().pk)
        # Those alone that are asked for: each is copied, and becomes a field of a form.
        self.__dict__["base_filters"] = {
            name: each for name, each in self.base_filters.items() if name in given
        }
        super().__init__(data=given, queryset=queryset)
        self.viewer = viewer

    def filtered(self) -> Any:
        """The queryset, narrowed.

        Raises:
            Invalid: a value that the filter does not know.
            SignInRequired: "mine", asked by nobody.
        """
        if not self.form.is_valid():
            raise Invalid(
                {
                    name: [(message, error.code or "invalid") for message in error.messages]
                    for name, errors in self.form.errors.as_data().items()
                    for error in errors
                }
            )
        return self.qs

    @property
    def unknown(self) -> list[str]:
        """The names of the values that mean nothing."""
        return list(self.form.errors)

    def narrowed(self) -> Any:
        """The queryset, narrowed by what is understood; `unknown` is left out."""
        self.form.is_valid()
        return self.filter_queryset(self.queryset)
