"""Who decides what everybody sees; asked for everybody, superusers included."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_permission_codename
from django.db.models import Model

from wargame_mentorship.core import registry
from wargame_mentorship.host import Viewer


def can_moderate_anything(viewer: Viewer, _subject: object = None) -> bool:
    """Whether they hold a grant on anything that content is filed under."""
    models = {kind.category_model: None for kind in registry.all_kinds() if kind.moderated}
    return any(viewer.moderated_ids(model) for model in models)


def can_moderate(viewer: Viewer, subject: Any) -> bool:
    """Moderators of its category (or subcategory), and of no other."""
    kind = registry.kind_of(subject)
    return not viewer.moderated_ids(kind.category_model).isdisjoint(kind.category_ids(subject))


def can_flag(viewer: Viewer, subject: Any) -> bool:
    """Anybody who is signed in and sees it, but for its author."""
    return viewer.is_authenticated and not viewer.is_me(
        registry.kind_of(subject).author_id(subject)
    )


def can_moderate_case(viewer: Viewer, case: Any) -> bool:
    """Moderators of what its content is filed under."""
    kind = registry.get(case.kind)
    return not viewer.moderated_ids(kind.category_model).isdisjoint(case.category_ids)


def can_appoint(viewer: Viewer, category: Model) -> bool:
    """Those who may change the category itself: editors, by Django's own permission."""
    user: Any = viewer.user
    codename = get_permission_codename("change", category._meta)
    return user is not None and user.has_perm(f"{category._meta.app_label}.{codename}")
