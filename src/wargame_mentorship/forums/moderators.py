"""Who moderates a forum category: people with a grant, and the members of groups with one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import F

from wargame_mentorship.forums.models import (
    ForumCategory,
    ForumCategoryGroupGrant,
    ForumCategoryUserGrant,
)
from wargame_mentorship.host import users

CODENAME = "moderate_forumcategory"


def moderators_of(categories: Sequence[ForumCategory]) -> dict[UUID, list[Any]]:
    """Keys of the active moderators of each category, in their order; three queries at most."""
    keys = [category.pk for category in categories]
    found: dict[UUID, set[Any]] = {key: set() for key in keys}
    granted = {"permission__codename": CODENAME, "content_object__in": keys}
    direct = ForumCategoryUserGrant.objects.filter(**granted)
    for category_id, user_id in direct.values_list("content_object_id", "user_id"):
        found[category_id].add(user_id)
    by_group = ForumCategoryGroupGrant.objects.filter(**granted)
    members = by_group.annotate(member=F("group__user")).exclude(member=None)
    for category_id, user_id in members.values_list("content_object_id", "member"):
        found[category_id].add(user_id)
    everybody = {user_id for moderators in found.values() for user_id in moderators}
    people = get_user_model()._default_manager.filter(users().active_filter(""), pk__in=everybody)
    active = set(people.values_list("pk", flat=True)) if everybody else set()
    return {key: sorted(moderators & active) for key, moderators in found.items()}
