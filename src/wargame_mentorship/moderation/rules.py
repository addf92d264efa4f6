"""Who decides what everybody sees; asked for everybody, superusers included."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth import get_permission_codename
from django.db.models import Model

from wargame_mentorship.core import registry
from wargame_mentorship.core.permissions import taking_part
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation.models import Severity, WatchedWord


def moderated_ids(viewer: Viewer) -> frozenset[UUID]:
    """Keys of all that content is filed under and on which they hold a grant."""
    models = registry.moderated_categories()
    return frozenset().union(*(viewer.moderated_ids(model) for model in models))


def can_moderate_anything(viewer: Viewer, _subject: object = None) -> bool:
    """Whether they hold a grant on anything that content is filed under."""
    return bool(moderated_ids(viewer))


def can_moderate(viewer: Viewer, subject: Any) -> bool:
    """Moderators of its category (or subcategory), and of no other."""
    kind = registry.kind_of(subject)
    return not viewer.moderated_ids(kind.category_model).isdisjoint(kind.category_ids(subject))


@taking_part
def can_flag(viewer: Viewer, subject: Any) -> bool:
    """Anybody who is signed in and sees it, but for its author."""
    return not viewer.is_me(registry.kind_of(subject).author_id(subject))


def can_moderate_case(viewer: Viewer, case: Any) -> bool:
    """Moderators of what its content is filed under."""
    kind = registry.get(case.kind)
    return not viewer.moderated_ids(kind.category_model).isdisjoint(case.category_ids)


@taking_part
def can_appoint(viewer: Viewer, category: Model) -> bool:
    """Those who may change the category itself: editors, by Django's own permission."""
    user: Any = viewer.user
    codename = get_permission_codename("change", category._meta)
    return user is not None and user.has_perm(f"{category._meta.app_label}.{codename}")


@taking_part
def can_suspend(viewer: Viewer, _subject: object = None) -> bool:
    """Whom the host has given that permission, wherever somebody misbehaves."""
    user: Any = viewer.user
    return bool(user.has_perm("wargame_mentorship.suspend_people"))


def can_judge_anybody(viewer: Viewer, _subject: object = None) -> bool:
    return can_moderate_anything(viewer) or can_suspend(viewer)


@taking_part
def can_warn(viewer: Viewer, subject: Any) -> bool:
    """Moderators of what it is about; nobody warns themselves."""
    is_own = viewer.is_me(registry.kind_of(subject).author_id(subject))
    return not is_own and (can_moderate(viewer, subject) or can_suspend(viewer))


@taking_part
def can_decide_sanction(viewer: Viewer, sanction: Any) -> bool:
    """Who could give it: of a warning the moderators of what it is about; never its own person."""
    if viewer.is_me(sanction.person_id):
        return False
    is_warning = sanction.severity == Severity.WARNING and bool(sanction.kind)
    return can_suspend(viewer) or (is_warning and can_moderate_case(viewer, sanction))


def can_appeal(viewer: Viewer, sanction: Any) -> bool:
    """Whom it is about, suspended or not."""
    return viewer.is_me(sanction.person_id)


def can_read_watched_words(viewer: Viewer, _subject: object = None) -> bool:
    """Whoever moderates anything, and whoever keeps those that hold everywhere."""
    actions = ("add", "change", "delete", "view")
    return can_moderate_anything(viewer) or any(_keeps(viewer, None, each) for each in actions)


@taking_part
def can_add_watched_word(viewer: Viewer, place: Model | None) -> bool:
    """To a category its moderators; those that hold everywhere, by Django's own permission."""
    return _keeps(viewer, place, "add")


@taking_part
def can_change_watched_word(viewer: Viewer, word: WatchedWord) -> bool:
    return _keeps(viewer, word.place, "change")


@taking_part
def can_delete_watched_word(viewer: Viewer, word: WatchedWord) -> bool:
    return _keeps(viewer, word.place, "delete")


def _keeps(viewer: Viewer, place: Model | None, action: str) -> bool:
    if place is not None:
        return place.pk in viewer.moderated_ids(type(place))
    user: Any = viewer.user
    codename = get_permission_codename(action, WatchedWord._meta)
    return viewer.takes_part and user.has_perm(f"{WatchedWord._meta.app_label}.{codename}")
