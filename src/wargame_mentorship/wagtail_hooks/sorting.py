"""Sorting snippets by dragging, or with the arrow keys; among their siblings where they have some.

Wagtail's own buttons and script. Its view moves things by the numbers that they have, and so
nothing where two have the same, as those have that nobody has sorted; ours numbers them anew.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from wagtail.snippets.views.snippets import IndexView, ReorderView

from wargame_mentorship.core.ordering import move_to
from wargame_mentorship.wagtail_hooks.base import ADMIN_MEDIA, viewer_of
from wargame_mentorship.wagtail_hooks.logged import log_change

NOWHERE = UUID(int=0)


def in_order(queryset: QuerySet[Any]) -> QuerySet[Any]:
    return queryset.order_by("sort_order", "slug")


class SortableIndexView(IndexView):
    """Sorted by hand where the list shows all of those that are sorted among each other."""

    siblings_field: str | None = None
    """Leads to what siblings have in common; those that have nothing are siblings too."""

    @property
    def is_of_siblings(self) -> bool:
        """Whether what they have in common is all that the list is narrowed to."""
        named = self.filters.form.changed_data if self.is_filtering else []
        return bool(named == [self.siblings_field])

    def get_valid_orderings(self) -> list[str]:
        valid: list[str] = super().get_valid_orderings()
        if self.is_of_siblings and not self.is_searching:
            valid.append(self.sort_order_field)
        return valid

    def get_base_queryset(self) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_base_queryset()
        if self.show_ordering_column and self.siblings_field and not self.is_of_siblings:
            found = found.filter(**{self.siblings_field: None})
        return found

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.show_ordering_column:
            return in_order(queryset)
        ordered: QuerySet[Any] = super().order_queryset(queryset)
        return ordered

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        # For phones, where Wagtail breaks a name into letters to keep a table narrow.
        context["media"] += ADMIN_MEDIA
        return context

    def get_reorder_url(self) -> str | None:
        """As its script takes it, which puts keys in the place of a number."""
        if not self.user_has_permission("change"):
            return None
        url = reverse(self.reorder_url_name, args=[NOWHERE])
        return url.replace(str(NOWHERE), "999999")


class SiblingsReorderView(ReorderView):
    siblings_field: str | None = None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        item = self.model._default_manager.filter(pk=kwargs["pk"]).first()
        if item is None:
            raise Http404
        siblings = self.model._default_manager.all()
        if self.siblings_field:
            common = getattr(item, f"{self.siblings_field}_id")
            siblings = siblings.filter(**{self.siblings_field: common})
        try:
            position = int(request.GET.get("position", ""))
        except ValueError:
            position = siblings.count()
        with transaction.atomic():
            move_to(in_order(siblings), pk=item.pk, position=position)
            moved = self.model._default_manager.get(pk=item.pk)
            if moved.sort_order != item.sort_order:
                log_change(viewer_of(request), moved, "sorted", before=item, after=moved)
        return JsonResponse({"success": True})
