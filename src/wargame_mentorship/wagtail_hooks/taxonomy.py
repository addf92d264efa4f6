"""Categories of help and forums, and guided questions, as snippets for editors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, ProtectedError
from django.db.models.deletion import Collector
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.widgets.button import Button
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, SnippetViewSet

from wargame_mentorship.forums.models import ForumCategory
from wargame_mentorship.taxonomy.models import Category, CategoryPrompt
from wargame_mentorship.wagtail_hooks.appointing import ModeratorsView
from wargame_mentorship.wagtail_hooks.base import answering_errors, viewer_of
from wargame_mentorship.wagtail_hooks.logged import (
    LoggedCreateMixin,
    LoggedDeleteMixin,
    LoggedEditMixin,
    log_change,
)
from wargame_mentorship.wagtail_hooks.sorting import SiblingsReorderView, SortableIndexView


class CategoryIndexView(SortableIndexView):
    moderators_url_name = ""

    def get_list_more_buttons(self, instance: Any) -> list[Any]:
        buttons: list[Any] = super().get_list_more_buttons(instance)
        if self.user_has_permission("change"):
            url = reverse(self.moderators_url_name, args=[instance.pk])
            buttons.append(Button(_("Moderators"), url=url, icon_name="group", priority=15))
        return buttons


class HelpCategoryIndexView(CategoryIndexView):
    siblings_field = "parent"

    def get_list_more_buttons(self, instance: Category) -> list[Any]:
        buttons = super().get_list_more_buttons(instance)
        if instance.parent_id is None and self.get_reorder_url():
            url = f"{self.index_url}?{urlencode({'parent': instance.pk, 'ordering': 'sort_order'})}"
            buttons.append(Button(_("Sort its parts"), url=url, icon_name="list-ul", priority=16))
        return buttons


class HelpCategoryReorderView(SiblingsReorderView):
    siblings_field = "parent"


class CategoryEditView(LoggedEditMixin, EditView):
    moderators_url_name = ""

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        url = reverse(self.moderators_url_name, args=[self.object.pk])
        moderators = Button(_("Moderators"), url=url, icon_name="group", priority=15)
        return [*super().header_more_buttons, moderators]


class CategoryCreateView(LoggedCreateMixin, CreateView):
    pass


class CategoryDeleteView(LoggedDeleteMixin, DeleteView):
    pass


class PromptEditView(LoggedEditMixin, EditView):
    pass


class ModeratedCategoryViewSet(SnippetViewSet):
    """Categories of one kind, each with its moderators on a page of their own."""

    index_view_class = CategoryIndexView
    add_view_class = CategoryCreateView
    edit_view_class = CategoryEditView
    delete_view_class = CategoryDeleteView
    reorder_view_class = SiblingsReorderView
    sort_order_field = "sort_order"
    copy_view_enabled = False

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        common: dict[str, Any] = super().get_common_view_kwargs(**kwargs)
        return {**common, "moderators_url_name": self.get_url_name("moderators")}

    def get_urlpatterns(self) -> list[Any]:
        view = answering_errors(self.construct_view(ModeratorsView))
        return [
            *super().get_urlpatterns(),
            path("moderators/<uuid:pk>/", view, name="moderators"),
        ]


class CategoryViewSet(ModeratedCategoryViewSet):
    model = Category
    index_view_class = HelpCategoryIndexView
    reorder_view_class = HelpCategoryReorderView
    icon = "folder-open-1"
    menu_label = Category._meta.verbose_name_plural
    # Not the number: its header would offer to sort what is narrowed down.
    list_display = ("name", "slug", "parent", "is_active")
    list_filter = ("parent", "is_active")
    search_fields = ("name", "slug")
    ordering = ("parent__sort_order", "sort_order", "slug")
    panels = (
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("parent"),
        FieldPanel("description"),
        MultiFieldPanel(
            [FieldPanel("icon"), FieldPanel("sort_order"), FieldPanel("is_active")],
            heading="",
        ),
    )


class CategoryPromptViewSet(SnippetViewSet):
    model = CategoryPrompt
    add_view_class = CategoryCreateView
    edit_view_class = PromptEditView
    delete_view_class = CategoryDeleteView
    icon = "help"
    menu_label = CategoryPrompt._meta.verbose_name_plural
    list_display = ("label", "category", "slug", "sort_order", "is_active")
    list_filter = ("category", "is_active")
    search_fields = ("label", "slug")
    ordering = ("category__sort_order", "sort_order", "slug")
    copy_view_enabled = False
    panels = (
        FieldPanel("category"),
        FieldPanel("label"),
        FieldPanel("help_text"),
        FieldPanel("suggestions"),
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("sort_order"), FieldPanel("is_active")],
            heading="",
        ),
    )


class ForumCategoryViewSet(ModeratedCategoryViewSet):
    model = ForumCategory
    icon = "comment"
    menu_label = ForumCategory._meta.verbose_name_plural
    list_display = ("name", "slug", "is_active", "topic_count", "post_count")
    list_filter = ("is_active",)
    search_fields = ("name", "slug")
    ordering = ("sort_order", "slug")
    panels = (
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("description"),
        MultiFieldPanel(
            [FieldPanel("icon"), FieldPanel("sort_order"), FieldPanel("is_active")],
            heading="",
        ),
    )


register_snippet(CategoryViewSet)
register_snippet(ForumCategoryViewSet)
register_snippet(CategoryPromptViewSet)


KEPT = (Category, CategoryPrompt, ForumCategory)


@hooks.register("before_delete_snippet")  # type: ignore[untyped-decorator] # Wagtail has no types
def keep_what_is_in_use(request: HttpRequest, instances: Sequence[Model]) -> HttpResponse | None:
    """Say why something cannot be deleted; Wagtail itself would end in a ProtectedError."""
    ours = [entry for entry in instances if isinstance(entry, KEPT)]
    if not ours:
        return None
    collector = Collector(using=str(ours[0]._state.db))
    try:
        for entry in ours:
            collector.collect([entry])
    except ProtectedError:
        messages.error(
            request, _("Something is filed under this. Take it out of use instead of deleting it.")
        )
        registered: Any = ours[0]
        return redirect(registered.snippet_viewset.get_url_name("list"))
    return None


@hooks.register("before_bulk_action")  # type: ignore[untyped-decorator] # Wagtail has no types
def log_what_goes(
    request: HttpRequest, action_type: str, objects: Sequence[Model], _action: Any
) -> None:
    """In the transaction in which Wagtail deletes them."""
    for entry in objects:
        if action_type == "delete" and isinstance(entry, KEPT):
            log_change(viewer_of(request), entry, "deleted", before=entry)
