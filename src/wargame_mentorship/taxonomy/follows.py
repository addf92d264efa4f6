"""Following a category: its questions wait in the follower's queue."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.core.writes import write
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.taxonomy.models import Category, CategoryFollow
from wargame_mentorship.taxonomy.querysets import CategoryQuerySet


@write
def follow_category(*, actor: Actor, slug: str) -> Category:
    """Follow a category in use, one of the first level with all its parts; twice is once.

    Raises:
        SignInRequired: nobody follows nothing.
        NotFound: there is no such category, or it is out of use.
    """
    viewer = Viewer.of(actor)
    viewer.require_user()
    category = _found(Category.objects.in_use(), slug)
    CategoryFollow.objects.get_or_create(follower_id=viewer.pk, category=category)
    return category


@write
def unfollow_category(*, actor: Actor, slug: str) -> Category:
    """Follow a category no longer, also one that is out of use or was never followed.

    Raises:
        SignInRequired: nobody is signed in.
        NotFound: there is no such category.
    """
    viewer = Viewer.of(actor)
    viewer.require_user()
    category = _found(Category.objects.all(), slug)
    CategoryFollow.objects.filter(follower_id=viewer.pk, category=category).delete()
    return category


def followed_categories(viewer: Viewer) -> CategoryQuerySet:
    """What somebody follows, as they chose it: the parts of a followed category are not named."""
    if viewer.user is None:
        return Category.objects.none()
    follows = CategoryFollow.objects.filter(follower_id=viewer.pk)
    return Category.objects.filter(pk__in=follows.values("category"))


def export_user_data(user: AbstractBaseUser) -> list[dict[str, Any]]:
    follows = CategoryFollow.objects.filter(follower_id=user.pk).select_related("category")
    return [
        {"category": follow.category.slug, "created_at": follow.created_at.isoformat()}
        for follow in follows.order_by("created_at", "pk")
    ]


@write
def erase_user(user: AbstractBaseUser) -> None:
    CategoryFollow.objects.filter(follower_id=user.pk).delete()


def _found(categories: CategoryQuerySet, slug: str) -> Category:
    # With a NUL PostgreSQL's driver cannot even ask.
    category = None if "\0" in slug else categories.filter(slug=slug).first()
    # MariaDB takes other capitals for the same word.
    if category is None or category.slug != slug:
        raise NotFound
    return category
