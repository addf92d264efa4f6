"""Topics and the posts in them, for the moderators of their categories."""

from __future__ import annotations

from abc import abstractmethod
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.widgets.button import Button

from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.host import Viewer
from wargame_mentorship.wagtail_hooks.base import Choices, register_policy
from wargame_mentorship.wagtail_hooks.forums.mending import (
    PostDeleteView,
    PostEditView,
    PostUndeleteView,
    TopicDeleteView,
    TopicEditView,
    TopicUndeleteView,
)
from wargame_mentorship.wagtail_hooks.forums.steering import forum_categories, steering_buttons
from wargame_mentorship.wagtail_hooks.inspecting import (
    HistoryView,
    InspectView,
    PartHistoryMixin,
    WholeInspectView,
)
from wargame_mentorship.wagtail_hooks.listing import (
    AgeColumn,
    ModeratedFilterSet,
    ModeratedIndexView,
    PartIndexView,
    RankedIndexView,
)
from wargame_mentorship.wagtail_hooks.viewset import ModeratedViewSet

TOPICS = "wargame_mentorship_forum_topics"
POSTS = "wargame_mentorship_forum_posts"

ONLY_DELETED = "only"


class ForumFilterSet(ModeratedFilterSet):
    deleted = django_filters.ChoiceFilter(
        choices=[(ONLY_DELETED, gettext_lazy("what was deleted"))],
        label=gettext_lazy("Deleted"),
        method="filter_deleted",
    )

    def category_choices(self, viewer: Viewer) -> Choices:
        return forum_categories(viewer, to_find=True)

    def filter_deleted(self, queryset: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        """The list has started from it already: what is deleted is in no list otherwise."""
        return queryset


class ForumIndexView(ModeratedIndexView):
    """Lists what is there, or what was deleted and can be brought back."""

    @abstractmethod
    def deleted_ones(self) -> QuerySet[Any]: ...

    @cached_property
    def is_of_deleted(self) -> bool:
        return bool(self.request.GET.get("deleted") == ONLY_DELETED)

    def get_base_queryset(self) -> QuerySet[Any]:
        return self.deleted_ones() if self.is_of_deleted else super().get_base_queryset()

    @cached_property
    def columns(self) -> list[Any]:
        columns: list[Any] = super().columns
        if not self.is_of_deleted:
            return columns
        # Bringing it back is the only thing that can be done with it, and it is done one by one.
        kept = [entry for entry in columns if not isinstance(entry, BulkActionsCheckboxColumn)]
        why = Column("deleted_reason", label=_("Why"))
        return [*kept, why, AgeColumn("deleted_at", label=_("Deleted"), sort_key="deleted_at")]

    def address_of(self, entry: Any) -> str:
        return self.url_of("undelete", entry) if self.is_of_deleted else super().address_of(entry)

    def buttons_of(self, entry: Any) -> list[Any]:
        if not self.is_of_deleted:
            return super().buttons_of(entry)
        url = f"{self.url_of('undelete', entry)}?{urlencode({'next': self.back_url})}"
        button = Button(_("Bring it back"), url=url, icon_name="rotate")
        return [self.dropdown(entry, [button])]


def state_of(topic: ForumTopic) -> str:
    """In words, or nothing: most topics are neither."""
    states = [(topic.is_pinned, _("pinned")), (topic.is_locked, _("locked"))]
    return ", ".join(label for is_so, label in states if is_so)


class TopicFilterSet(ForumFilterSet):
    author_field = "created_by"

    is_pinned = django_filters.BooleanFilter(label=gettext_lazy("Pinned"))
    is_locked = django_filters.BooleanFilter(label=gettext_lazy("Locked"))

    class Meta:
        model = ForumTopic
        fields: tuple[str, ...] = ()


class TopicIndexView(ForumIndexView, RankedIndexView):
    obj_type = "forum_topic"

    def deleted_ones(self) -> QuerySet[Any]:
        return ForumTopic.objects.restorable_by(self.viewer)

    def get_base_queryset(self) -> QuerySet[Any]:
        return super().get_base_queryset().select_related("category")

    def own_columns(self) -> list[Any]:
        return [
            Column(
                "category",
                label=_("Category"),
                accessor=lambda entry: entry.category.display_name,
            ),
            Column("state", label=_("State"), accessor=state_of),
            Column("reply_count", label=_("Replies"), sort_key="reply_count"),
        ]

    def own_buttons(self, entry: Any) -> list[Any]:
        return steering_buttons(self.viewer, entry, self.back_url)


class TopicInspectView(WholeInspectView):
    answer_kind = ForumPost.KIND
    answer_namespace = POSTS
    answer_field = "topic"

    def rows(self) -> QuerySet[Any]:
        return super().rows().select_related("category")

    def answers_heading(self) -> str:
        return _("Replies")

    def facts(self) -> list[tuple[Any, Any]]:
        entry: ForumTopic = self.object
        return [
            (_("Category"), entry.category.display_name),
            (_("State"), state_of(entry)),
            (_("Tags"), ", ".join(entry.tag_names)),
            (_("Language"), entry.language),
            (_("Readers"), entry.view_count),
        ]

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        steering = steering_buttons(self.viewer, self.object, self.url_of("inspect"))
        return [*super().header_more_buttons, *steering]


class TopicViewSet(ModeratedViewSet):
    model = ForumTopic
    kind = ForumTopic.KIND
    name = TOPICS
    url_prefix = "mentorship/forum-topics"
    icon = "openquote"
    menu_label = gettext_lazy("Topics")
    index_view_class = TopicIndexView
    inspect_view_class = TopicInspectView
    edit_view_class = TopicEditView
    delete_view_class = TopicDeleteView
    further_views = MappingProxyType({"undelete": TopicUndeleteView})
    filterset_class = TopicFilterSet


class PostFilterSet(ForumFilterSet):
    prefix = "topic__"
    author_field = "author"

    class Meta:
        model = ForumPost
        fields: tuple[str, ...] = ()


class PostIndexView(ForumIndexView, PartIndexView):
    obj_type = "forum_post"
    word_fields = ("content", "topic__title")

    def deleted_ones(self) -> QuerySet[Any]:
        return ForumPost.objects.restorable_by(self.viewer)

    def get_base_queryset(self) -> QuerySet[Any]:
        return super().get_base_queryset().select_related("topic__category")

    def title_label(self) -> str:
        return _("Post")

    def own_columns(self) -> list[Any]:
        return [
            Column("topic", label=_("In"), accessor=lambda entry: entry.topic.title),
            Column(
                "category",
                label=_("Category"),
                accessor=lambda entry: entry.topic.category.display_name,
            ),
        ]


class PostHistoryMixin(PartHistoryMixin):
    part_verbs = ("forum_topic.replied", "forum_topic.accepted")
    part_key = "post_id"


class PostInspectView(PostHistoryMixin, InspectView):
    template_name = "wargame_mentorship/admin/inspect_forum_post.html"

    def rows(self) -> QuerySet[Any]:
        return super().rows().select_related("topic__category")

    def facts(self) -> list[tuple[Any, Any]]:
        entry: ForumPost = self.object
        return [
            (_("Category"), entry.topic.category.display_name),
            (_("Solution"), _("yes") if entry.is_solution else ""),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        topic_url = reverse(f"{TOPICS}:inspect", args=[self.object.topic_id])
        return {**super().get_context_data(**kwargs), "topic_url": topic_url}


class PostHistoryView(PostHistoryMixin, HistoryView):
    pass


class PostViewSet(ModeratedViewSet):
    model = ForumPost
    kind = ForumPost.KIND
    name = POSTS
    url_prefix = "mentorship/forum-posts"
    icon = "comment"
    menu_label = gettext_lazy("Posts")
    index_view_class = PostIndexView
    inspect_view_class = PostInspectView
    history_view_class = PostHistoryView
    edit_view_class = PostEditView
    delete_view_class = PostDeleteView
    further_views = MappingProxyType({"undelete": PostUndeleteView})
    filterset_class = PostFilterSet


class ForumsGroup(ViewSetGroup):
    items = (TopicViewSet, PostViewSet)
    menu_label = gettext_lazy("Forums")
    menu_name = "wargame-mentorship-forums"
    menu_icon = "openquote"
    menu_order = 251


for model in (ForumTopic, ForumPost):
    register_policy(model)


hooks.register("register_admin_viewset", ForumsGroup)
