"""Who decides what everybody sees; asked for everybody, superusers included."""

from __future__ import annotations

from typing import Any

from wargame_mentorship.core import registry
from wargame_mentorship.host import Viewer
from wargame_mentorship.taxonomy.models import Category


def can_moderate_anything(viewer: Viewer, _subject: object = None) -> bool:
    return bool(viewer.moderated_ids(Category))


def can_moderate(viewer: Viewer, subject: Any) -> bool:
    """Moderators of its category (or subcategory), and of no other."""
    categories = registry.kind_of(subject).category_ids(subject)
    return not viewer.moderated_ids(Category).isdisjoint(categories)
