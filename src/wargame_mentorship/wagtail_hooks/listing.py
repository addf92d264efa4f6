"""The list of one kind in the categories that somebody moderates."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

import django_filters
from django.contrib.auth import get_user_model
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import (
    BulkActionsCheckboxColumn,
    ButtonsColumnMixin,
    Column,
    StatusTagColumn,
    TitleColumn,
)
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import Button, ButtonWithDropdown

from wargame_mentorship.core import registry
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.registry import ContentKind
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation import labels
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.moderation.transitions import HELD
from wargame_mentorship.photos import services as photos
from wargame_mentorship.search import services as search
from wargame_mentorship.wagtail_hooks.base import (
    ICONS,
    Authors,
    Choices,
    excerpt_of,
    moderates,
    viewer_of,
)

MOST_FOUND = 200
"""So many of the best matches a search in the list shows."""

STATES = {
    ModerationState.VISIBLE: gettext_lazy("visible"),
    ModerationState.HELD: gettext_lazy("waiting"),
    ModerationState.HIDDEN: gettext_lazy("hidden"),
}
"""In one word: a table is narrow."""


class ModeratedFilterSet(WagtailFilterSet):
    """What every list can be narrowed to; `prefix` leads to what has the category."""

    prefix = ""
    author_field = ""

    moderation_state = django_filters.ChoiceFilter(
        choices=ModerationState.choices, label=gettext_lazy("Moderation")
    )
    category = django_filters.ChoiceFilter(label=gettext_lazy("Category"), method="filter_category")
    author = django_filters.CharFilter(
        label=gettext_lazy("Written by (user name)"), method="filter_author"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.category_choices(viewer_of(self.request))
        self.filters["category"].extra["choices"] = choices

    def category_choices(self, viewer: Viewer) -> Choices:
        """Those that the viewer moderates, by slug; also those out of use, where things lie still.

        Not abstract: the metaclass of a filter set knows of no such methods.
        """
        raise NotImplementedError

    def filter_category(self, queryset: QuerySet[Any], _name: str, slug: str) -> QuerySet[Any]:
        return queryset.filter(**{f"{self.prefix}category__slug": slug})

    def filter_author(self, queryset: QuerySet[Any], _name: str, name: str) -> QuerySet[Any]:
        people: Any = get_user_model()
        named = {f"{people.USERNAME_FIELD}__iexact": name.strip()}
        return queryset.filter(
            **{f"{self.author_field}__in": people._default_manager.filter(**named)}
        )


class RowTitle(ButtonsColumnMixin, TitleColumn):
    """What a row is about, with what can be done with it."""

    def __init__(
        self, name: str, *, get_buttons: Callable[[Any], list[Any]], **kwargs: Any
    ) -> None:
        super().__init__(name, **kwargs)
        self._get_buttons = get_buttons

    def get_buttons(self, instance: Any, parent_context: Any) -> list[Any]:
        return self._get_buttons(instance)


class AgeColumn(Column):
    cell_template_name = "wargame_mentorship/admin/age_cell.html"


class PictureColumn(Column):
    cell_template_name = "wargame_mentorship/admin/picture_cell.html"


class ModeratedIndexView(IndexView):
    """Starts from what the viewer moderates, whatever filters, search and order come after."""

    kind = ""
    url_namespace = ""
    default_ordering = ("-created_at", "-pk")
    results_template_name = "wargame_mentorship/admin/index_results.html"
    template_name = "wargame_mentorship/admin/index.html"
    is_searchable = True
    obj_type: ClassVar[str] = "wm"

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.viewer = viewer_of(request)
        self.authors: Authors
        self.pictures: dict[UUID, list[Any]] = {}

    # Asked once, and not of a policy that asks anew for each.
    def user_has_permission(self, permission: str) -> bool:
        return permission in {"change", "delete", "view"} and moderates(self.request)

    def user_has_any_permission(self, permissions: Iterable[str]) -> bool:
        return any(self.user_has_permission(permission) for permission in permissions)

    @property
    def content_kind(self) -> ContentKind:
        return registry.get(self.kind)

    def get_base_queryset(self) -> QuerySet[Any]:
        return moderation.moderated(self.kind).by(self.viewer)

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if isinstance(self.ordering, str):
            # Equal values have an order too, or a row could be on two pages and one on none.
            return queryset.order_by(self.ordering, "-pk")
        return queryset.order_by(*self.ordering)

    def get_table(self, object_list: Any) -> Any:
        entries = list(object_list)
        self.authors = Authors(self.viewer, self.content_kind, entries)
        self.pictures = photos.photos_of(self.kind, [entry.pk for entry in entries])
        return super().get_table(object_list)

    @cached_property
    def columns(self) -> list[Any]:
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type=self.obj_type),
            PictureColumn("picture", label=_("Photo"), accessor=self.picture_of),
            RowTitle(
                "title",
                label=self.title_label(),
                accessor=self.title_of,
                get_url=self.address_of,
                get_title_id=lambda entry: f"{self.obj_type}_{entry.pk}_title",
                get_buttons=self.buttons_of,
                width="34%",
                classname="wm-admin-title",
            ),
            Column("author", label=_("By"), accessor=lambda entry: self.authors.name_of(entry)),
            *self.own_columns(),
            StatusTagColumn(
                "moderation_state",
                label=_("Moderation"),
                accessor=lambda entry: STATES[entry.moderation_state],
                primary=lambda entry: entry.is_held,
            ),
            AgeColumn("created_at", label=_("Written"), sort_key="created_at"),
        ]

    def address_of(self, entry: Any) -> str:
        return self.url_of("inspect", entry)

    def own_columns(self) -> list[Any]:
        return []

    def title_label(self) -> str:
        return _("Title")

    def title_of(self, entry: Any) -> str:
        return self.content_kind.title(entry)

    def picture_of(self, entry: Any) -> str | None:
        found = self.pictures.get(entry.pk)
        return found[0].thumbnail_url if found else None

    def url_of(self, name: str, entry: Any) -> str:
        return reverse(f"{self.url_namespace}:{name}", args=[entry.pk])

    def buttons_of(self, entry: Any) -> list[Any]:
        back = urlencode({"next": self.back_url})
        moves = [
            Button(
                labels.MOVES[action],
                url=f"{self.url_of(action, entry)}?{back}",
                icon_name=ICONS[action],
                priority=10 + position,
            )
            for position, action in enumerate(HELD.available_actions(self.viewer, entry))
        ]
        buttons = [
            *moves,
            *self.own_buttons(entry),
            Button(
                _("Edit"),
                url=f"{self.url_of('edit', entry)}?{back}",
                icon_name="edit",
                priority=50,
            ),
            Button(
                _("Delete"),
                url=f"{self.url_of('delete', entry)}?{back}",
                icon_name="bin",
                priority=60,
            ),
            Button(
                _("View on the site"),
                url=self.content_kind.url(entry),
                icon_name="view",
                priority=90,
            ),
        ]
        return [self.dropdown(entry, buttons)]

    def own_buttons(self, entry: Any) -> list[Any]:
        return []

    def dropdown(self, entry: Any, buttons: list[Any]) -> Any:
        label = _("More options for '%(title)s'") % {"title": self.title_of(entry)}
        return ButtonWithDropdown(
            buttons=buttons, icon_name="dots-horizontal", attrs={"aria-label": label}
        )

    @cached_property
    def back_url(self) -> str:
        """The list as it is shown now, also where only its rows are asked for."""
        query = self.request.GET.copy()
        query.pop("_w_filter_fragment", None)
        return f"{self.index_url}?{query.urlencode()}".rstrip("?")

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        return {**context, "app_label": self.model._meta.app_label}


class RankedIndexView(ModeratedIndexView):
    """Finds as readers do: the best matches of our own search, best first unless told otherwise."""

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.is_searching:
            return queryset
        ranked = search.find(queryset.order_by(), self.search_query)
        keys = list(ranked.values_list("pk", flat=True)[:MOST_FOUND])
        found = queryset.filter(pk__in=keys)
        if self.is_explicitly_ordered or not keys:
            return found
        ranks = [When(pk=key, then=Value(rank)) for rank, key in enumerate(keys)]
        return found.order_by(Case(*ranks, output_field=IntegerField()))


class PartIndexView(ModeratedIndexView):
    """Finds parts by their own words and by the title of what they are a part of."""

    word_fields: tuple[str, ...] = ()

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        words = Q()
        for word in self.search_query.split()[:10]:
            said = Q()
            for field in self.word_fields:
                said |= Q(**{f"{field}__icontains": word})
            words &= said
        return queryset.filter(words)

    def title_of(self, entry: Any) -> str:
        return excerpt_of(self.content_kind, entry)
