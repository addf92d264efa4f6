"""Who decides what everybody sees; asked for everybody, superusers included."""

from __future__ import annotations

from typing import Any

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
