"""Help requests and the answers to them, for the moderators of their categories."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.admin.viewsets.base import ViewSetGroup

from wargame_mentorship.core import registry
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse, Status
from wargame_mentorship.host import users
from wargame_mentorship.search import services as search
from wargame_mentorship.wagtail_hooks.base import Authors, excerpt_of, register_policy
from wargame_mentorship.wagtail_hooks.help_requests.filters import HelpFilterSet
from wargame_mentorship.wagtail_hooks.help_requests.mending import (
    HelpRequestDeleteView,
    HelpRequestEditView,
    HelpResponseDeleteView,
    HelpResponseEditView,
)
from wargame_mentorship.wagtail_hooks.inspecting import HistoryMixin, HistoryView, InspectView
from wargame_mentorship.wagtail_hooks.listing import ModeratedIndexView
from wargame_mentorship.wagtail_hooks.viewset import ModeratedViewSet

REQUESTS = "wargame_mentorship_help_requests"
RESPONSES = "wargame_mentorship_help_responses"

MOST_FOUND = 200
"""So many of the best matches a search in the list shows."""

MOST_ANSWERS = 50
"""So many answers stand below a request; the list of answers has all of them."""


def category_of(help_request: HelpRequest) -> str:
    names = [help_request.category.display_name]
    if help_request.subcategory is not None:
        names.append(help_request.subcategory.display_name)
    return " › ".join(names)


class HelpRequestFilterSet(HelpFilterSet):
    author_field = "requester"

    status = django_filters.ChoiceFilter(choices=Status.choices, label=gettext_lazy("State"))
    is_public = django_filters.BooleanFilter(label=gettext_lazy("Everybody may see it"))

    class Meta:
        model = HelpRequest
        fields: tuple[str, ...] = ()


class HelpRequestIndexView(ModeratedIndexView):
    obj_type = "help_request"

    def get_base_queryset(self) -> QuerySet[Any]:
        return super().get_base_queryset().select_related("category", "subcategory")

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The best matches of our own search, best first unless an order is asked for."""
        if not self.is_searching:
            return queryset
        ranked = search.find(queryset.order_by(), self.search_query)
        keys = list(ranked.values_list("pk", flat=True)[:MOST_FOUND])
        found = queryset.filter(pk__in=keys)
        if self.is_explicitly_ordered or not keys:
            return found
        ranks = [When(pk=key, then=Value(rank)) for rank, key in enumerate(keys)]
        return found.order_by(Case(*ranks, output_field=IntegerField()))

    def own_columns(self) -> list[Any]:
        return [
            Column("category", label=_("Category"), accessor=category_of),
            StatusTagColumn(
                "status", label=_("State"), accessor=lambda entry: entry.get_status_display()
            ),
            Column("response_count", label=_("Answers"), sort_key="response_count"),
        ]


class HelpRequestInspectView(InspectView):
    template_name = "wargame_mentorship/admin/inspect_help_request.html"

    def rows(self) -> QuerySet[Any]:
        return super().rows().select_related("category", "subcategory")

    def facts(self) -> list[tuple[Any, Any]]:
        entry: HelpRequest = self.object
        return [
            (_("Category"), category_of(entry)),
            (_("State"), entry.get_status_display()),
            (_("Helper"), self._helper()),
            (_("Difficulty"), entry.get_difficulty_level_display()),
            (_("Urgency"), entry.get_urgency_display()),
            (_("Language"), entry.language),
            (
                _("Who sees it"),
                _("everybody") if entry.is_public else _("asker, helper and moderators"),
            ),
            *((facet.prompt.display_label, facet.value) for facet in self._facets()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "responses": self._responses()}

    def _helper(self) -> str:
        key = self.object.assigned_helper_id
        if key is None or key in self.viewer.hidden_ids:
            return ""
        found = users().display([key]).get(key)
        return found.name if found else ""

    def _facets(self) -> Any:
        return self.object.facets.select_related("prompt").order_by("prompt__sort_order")

    def _responses(self) -> list[dict[str, Any]]:
        visible = HelpResponse.objects.moderated_by(self.viewer)
        found = list(
            visible.filter(help_request=self.object.pk).order_by("created_at", "pk")[:MOST_ANSWERS]
        )
        kind = registry.get(HelpResponse.KIND)
        authors = Authors(self.viewer, kind, found)
        return [
            {
                "object": response,
                "excerpt": excerpt_of(kind, response),
                "author": authors.name_of(response),
                "url": reverse(f"{RESPONSES}:inspect", args=[response.pk]),
            }
            for response in found
        ]


class HelpRequestViewSet(ModeratedViewSet):
    model = HelpRequest
    kind = HelpRequest.KIND
    name = REQUESTS
    url_prefix = "mentorship/help-requests"
    icon = "help"
    index_view_class = HelpRequestIndexView
    inspect_view_class = HelpRequestInspectView
    filterset_class = HelpRequestFilterSet
    edit_view_class = HelpRequestEditView
    delete_view_class = HelpRequestDeleteView


class HelpResponseFilterSet(HelpFilterSet):
    prefix = "help_request__"
    author_field = "responder"

    class Meta:
        model = HelpResponse
        fields: tuple[str, ...] = ()


class HelpResponseIndexView(ModeratedIndexView):
    obj_type = "help_response"

    def get_base_queryset(self) -> QuerySet[Any]:
        found = super().get_base_queryset()
        return found.select_related("help_request__category", "help_request__subcategory")

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """By what is written in them: answers are no documents of our search."""
        words = Q()
        for word in self.search_query.split()[:10]:
            in_title = Q(help_request__title__icontains=word)
            words &= Q(response_text__icontains=word) | in_title
        return queryset.filter(words)

    def title_label(self) -> str:
        return _("Answer")

    def title_of(self, entry: HelpResponse) -> str:
        return excerpt_of(self.content_kind, entry)

    def own_columns(self) -> list[Any]:
        return [
            Column("help_request", label=_("To"), accessor=lambda entry: entry.help_request.title),
            Column(
                "category",
                label=_("Category"),
                accessor=lambda entry: category_of(entry.help_request),
            ),
        ]


class ResponseHistoryMixin(HistoryMixin):
    """That it was given and accepted is written down with its request."""

    def further_events(self) -> Q:
        return Q(
            subject_kind=HelpRequest.KIND,
            subject_id=self.object.help_request_id,
            verb__in=("help_request.answered", "help_request.accepted"),
            data__response_id=str(self.object.pk),
        )


class HelpResponseInspectView(ResponseHistoryMixin, InspectView):
    template_name = "wargame_mentorship/admin/inspect_help_response.html"

    def rows(self) -> QuerySet[Any]:
        found = super().rows()
        return found.select_related("help_request__category", "help_request__subcategory")

    def facts(self) -> list[tuple[Any, Any]]:
        entry: HelpResponse = self.object
        return [
            (_("Category"), category_of(entry.help_request)),
            (_("Solution"), _("yes") if entry.is_solution else ""),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        key = self.object.help_request_id
        question_url = reverse(f"{REQUESTS}:inspect", args=[key])
        return {**super().get_context_data(**kwargs), "question_url": question_url}


class HelpResponseHistoryView(ResponseHistoryMixin, HistoryView):
    pass


class HelpResponseViewSet(ModeratedViewSet):
    model = HelpResponse
    kind = HelpResponse.KIND
    name = RESPONSES
    url_prefix = "mentorship/help-responses"
    icon = "comment"
    index_view_class = HelpResponseIndexView
    inspect_view_class = HelpResponseInspectView
    history_view_class = HelpResponseHistoryView
    edit_view_class = HelpResponseEditView
    delete_view_class = HelpResponseDeleteView
    filterset_class = HelpResponseFilterSet


class HelpGroup(ViewSetGroup):
    items = (HelpRequestViewSet, HelpResponseViewSet)
    # Not "Help": Wagtail's own help is in the same menu.
    menu_label = gettext_lazy("Community help")
    menu_name = "wargame-mentorship-help"
    menu_icon = "group"
    menu_order = 250


for model in (HelpRequest, HelpResponse):
    register_policy(model)


hooks.register("register_admin_viewset", HelpGroup)
