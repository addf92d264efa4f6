"""Help requests and the answers to them, for the moderators of their categories."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.admin.viewsets.base import ViewSetGroup

from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse, Status
from wargame_mentorship.host import users
from wargame_mentorship.wagtail_hooks.base import register_policy
from wargame_mentorship.wagtail_hooks.help_requests.filters import HelpFilterSet
from wargame_mentorship.wagtail_hooks.help_requests.mending import (
    HelpRequestDeleteView,
    HelpRequestEditView,
    HelpResponseDeleteView,
    HelpResponseEditView,
)
from wargame_mentorship.wagtail_hooks.inspecting import (
    HistoryView,
    InspectView,
    PartHistoryMixin,
    WholeInspectView,
)
from wargame_mentorship.wagtail_hooks.listing import PartIndexView, RankedIndexView
from wargame_mentorship.wagtail_hooks.viewset import ModeratedViewSet

REQUESTS = "wargame_mentorship_help_requests"
RESPONSES = "wargame_mentorship_help_responses"


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


class HelpRequestIndexView(RankedIndexView):
    obj_type = "help_request"

    def get_base_queryset(self) -> QuerySet[Any]:
        return super().get_base_queryset().select_related("category", "subcategory")

    def own_columns(self) -> list[Any]:
        return [
            Column("category", label=_("Category"), accessor=category_of),
            StatusTagColumn(
                "status", label=_("State"), accessor=lambda entry: entry.get_status_display()
            ),
            Column("response_count", label=_("Answers"), sort_key="response_count"),
        ]


class HelpRequestInspectView(WholeInspectView):
    answer_kind = HelpResponse.KIND
    answer_namespace = RESPONSES
    answer_field = "help_request"

    def answers_heading(self) -> str:
        return _("Answers")

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

    def _helper(self) -> str:
        key = self.object.assigned_helper_id
        if key is None or key in self.viewer.hidden_ids:
            return ""
        found = users().display([key]).get(key)
        return found.name if found else ""

    def _facets(self) -> Any:
        return self.object.facets.select_related("prompt").order_by("prompt__sort_order")


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


class HelpResponseIndexView(PartIndexView):
    obj_type = "help_response"
    word_fields = ("response_text", "help_request__title")

    def get_base_queryset(self) -> QuerySet[Any]:
        found = super().get_base_queryset()
        return found.select_related("help_request__category", "help_request__subcategory")

    def title_label(self) -> str:
        return _("Answer")

    def own_columns(self) -> list[Any]:
        return [
            Column("help_request", label=_("To"), accessor=lambda entry: entry.help_request.title),
            Column(
                "category",
                label=_("Category"),
                accessor=lambda entry: category_of(entry.help_request),
            ),
        ]


class ResponseHistoryMixin(PartHistoryMixin):
    part_verbs = ("help_request.answered", "help_request.accepted")
    part_key = "response_id"


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
