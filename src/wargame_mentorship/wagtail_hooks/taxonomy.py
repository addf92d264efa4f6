"""Categories of help and forums, and guided questions, as snippets for editors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, ProtectedError
from django.db.models.deletion import Collector
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from wargame_mentorship.forums.models import ForumCategory
from wargame_mentorship.taxonomy.models import Category, CategoryPrompt


class CategoryViewSet(SnippetViewSet):
    model = Category
    icon = "folder-open-1"
    menu_label = Category._meta.verbose_name_plural
    list_display = ("name", "slug", "parent", "sort_order", "is_active")
    list_filter = ("parent", "is_active")
    search_fields = ("name", "slug")
    ordering = ("parent__sort_order", "sort_order", "slug")
    copy_view_enabled = False
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


class ForumCategoryViewSet(SnippetViewSet):
    model = ForumCategory
    icon = "comment"
    menu_label = ForumCategory._meta.verbose_name_plural
    list_display = ("name", "slug", "sort_order", "is_active", "topic_count", "post_count")
    list_filter = ("is_active",)
    search_fields = ("name", "slug")
    ordering = ("sort_order", "slug")
    sort_order_field = "sort_order"
    copy_view_enabled = False
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
