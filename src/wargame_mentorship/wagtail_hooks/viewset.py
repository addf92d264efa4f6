"""A viewset whose every route looks only at what whoever asks moderates."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.contrib.auth.models import Permission  # noqa: TID251 - permissions are Django's
from django.db.models import Model, QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from wagtail.admin.admin_url_finder import ModelAdminURLFinder
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSet

from wargame_mentorship.core import registry
from wargame_mentorship.moderation.transitions import HELD
from wargame_mentorship.wagtail_hooks.base import (
    AdminView,
    ModeratorPolicy,
    ModeratorView,
    answering_errors,
    viewer_of,
)
from wargame_mentorship.wagtail_hooks.deciding import DecideView
from wargame_mentorship.wagtail_hooks.inspecting import HistoryView, InspectView
from wargame_mentorship.wagtail_hooks.listing import ModeratedIndexView
from wargame_mentorship.wagtail_hooks.mending import DeleteView, EditView


class ModeratorsMenuItem(MenuItem):
    """Shown to those who moderate something of the kind: forums and help have their own people."""

    category_model: type[Model]

    def is_shown(self, request: Any) -> bool:
        return bool(viewer_of(request).moderated_ids(self.category_model))


class ModeratedViewSet(ModelViewSet):
    """List, look, decide; nothing is routed that is not named here.

    Wagtail's own views for adding, copying, editing, deleting, history and usage write past our
    services or look at any row, so none of them is: edit, delete and history are our own.
    """

    kind = ""
    add_to_reference_index = False
    copy_view_enabled = False
    list_per_page = 30
    index_view_class: type[ModeratedIndexView] = ModeratedIndexView
    inspect_view_class: type[InspectView]
    history_view_class: type[HistoryView] = HistoryView
    edit_view_class: type[EditView]
    delete_view_class: type[DeleteView]
    further_views: Mapping[str, type[ModeratorView]] = MappingProxyType({})
    """Views of this kind alone, by the name of their route."""

    @cached_property
    def menu_item_class(self) -> type[MenuItem]:
        shown_for = {"category_model": registry.get(self.kind).category_model}
        return type("MenuItem", (ModeratorsMenuItem,), shown_for)

    @cached_property
    def permission_policy(self) -> ModeratorPolicy:
        return ModeratorPolicy(self.model)

    def get_permissions_to_register(self) -> QuerySet[Permission]:
        """None: a group that were given one of them could do no more than before."""
        return Permission.objects.none()

    @property
    def url_finder_class(self) -> type[ModelAdminURLFinder]:
        name = self.get_url_name("inspect")

        class Finder(ModelAdminURLFinder):
            permission_policy = self.permission_policy

            def construct_edit_url(self, instance: Any) -> str:
                return reverse(name, args=[instance.pk])

        return Finder

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "model": self.model,
            "kind": self.kind,
            "url_namespace": self.url_namespace,
            "permission_policy": self.permission_policy,
            "index_url_name": self.get_url_name("index"),
            "index_results_url_name": self.get_url_name("index_results"),
            "header_icon": self.icon,
            **kwargs,
        }

    def construct_view(self, view_class: Any, **kwargs: Any) -> AdminView:
        return answering_errors(super().construct_view(view_class, **kwargs))

    def get_urlpatterns(self) -> list[URLPattern]:
        def view(view_class: Any, **kwargs: Any) -> AdminView:
            return self.construct_view(view_class, **kwargs)

        further = {name: view(view_class) for name, view_class in self.further_views.items()}
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("inspect/<uuid:pk>/", view(self.inspect_view_class), name="inspect"),
            path("history/<uuid:pk>/", view(self.history_view_class), name="history"),
            path("edit/<uuid:pk>/", view(self.edit_view_class), name="edit"),
            path("delete/<uuid:pk>/", view(self.delete_view_class), name="delete"),
            *(path(f"{name}/<uuid:pk>/", found, name=name) for name, found in further.items()),
            *(
                path(f"{action}/<uuid:pk>/", view(DecideView, action=action), name=action)
                for action in HELD.moves
            ),
        ]
