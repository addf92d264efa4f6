"""The filters and orderings of the lists."""

from __future__ import annotations

import django_filters
from django.conf.global_settings import LANGUAGES
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.paging import Ordering
from wargame_mentorship.forums.models import ForumCategory, ForumTag, ForumTopic
from wargame_mentorship.forums.querysets import ForumTopicQuerySet
from wargame_mentorship.forums.unread import read_topics, unread_topics
from wargame_mentorship.host.filtering import DayFilter, ListFilter, active_people, yes_no
from wargame_mentorship.notifications import services as notifications

TOPIC_ORDERINGS = {
    ordering.name: ordering
    for ordering in (
        Ordering("activity", ("-is_pinned", "-last_activity_at", "-id")),
        Ordering("newest", ("-created_at", "-id")),
        Ordering("views", ("-view_count", "-id")),
        Ordering("helpful", ("-helpful_count", "-id")),
    )
}
LATEST = {"activity": Ordering("activity", ("-last_activity_at", "-id"))}
"""Across the forums, where what is pinned in one of them is not on top."""
POST_ORDERINGS = {
    ordering.name: ordering
    for ordering in (
        Ordering("oldest", ("created_at", "id")),
        Ordering("helpful", ("-helpful_count", "-id")),
    )
}


class ForumTopicFilter(ListFilter):
    """What a list of topics can be narrowed to; an unknown value is an error."""

    people = ("author",)

    tag = django_filters.ModelChoiceFilter(
        queryset=ForumTag.objects.all(), to_field_name="name", method="filter_tag"
    )
    author = django_filters.ModelChoiceFilter(queryset=active_people, field_name="created_by")
    solved = yes_no(method="filter_solved", label=_("solved"))
    unanswered = yes_no(method="filter_unanswered", label=_("unanswered"))
    pinned = yes_no(field_name="is_pinned", label=_("pinned"))
    unread = yes_no(method="filter_unread", label=_("unread"))
    watched = yes_no(method="filter_watched", label=_("watched"))
    language = django_filters.ChoiceFilter(choices=LANGUAGES)

    class Meta:
        model = ForumTopic
        fields: tuple[str, ...] = ()

    def filter_tag(
        self, queryset: ForumTopicQuerySet, name: str, value: ForumTag
    ) -> QuerySet[ForumTopic]:
        return queryset.filter(tagged__tag=value.pk)

    def filter_solved(
        self, queryset: ForumTopicQuerySet, name: str, value: bool
    ) -> QuerySet[ForumTopic]:
        return queryset.solved(value)

    def filter_unanswered(
        self, queryset: ForumTopicQuerySet, name: str, value: bool
    ) -> QuerySet[ForumTopic]:
        return queryset.filter(reply_count=0) if value else queryset.exclude(reply_count=0)

    def filter_unread(
        self, queryset: ForumTopicQuerySet, name: str, value: bool
    ) -> QuerySet[ForumTopic]:
        self.viewer.require_user()
        narrow = unread_topics if value else read_topics
        return narrow(self.viewer, queryset)

    def filter_watched(
        self, queryset: ForumTopicQuerySet, name: str, value: bool
    ) -> QuerySet[ForumTopic]:
        self.viewer.require_user()
        watched = notifications.watched_keys(self.viewer, ForumTopic.KIND)
        return queryset.filter(pk__in=watched) if value else queryset.exclude(pk__in=watched)


class ForumSearchFilter(ForumTopicFilter):
    """What a search through all forums can be narrowed to, besides."""

    category = django_filters.ModelChoiceFilter(
        queryset=ForumCategory.objects.filter(is_active=True), to_field_name="slug"
    )
    since = DayFilter(field_name="created_at", lookup_expr="gte")
    until = DayFilter(field_name="created_at", lookup_expr="lte")

    class Meta(ForumTopicFilter.Meta):
        pass
