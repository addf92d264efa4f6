"""What editors change of categories and guided questions, in the log that moderators read.

Wagtail's own views save and delete; these record it in the same transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Model

from wargame_mentorship.core import registry
from wargame_mentorship.events import services as events
from wargame_mentorship.host import Viewer
from wargame_mentorship.taxonomy.models import CategoryPrompt
from wargame_mentorship.wagtail_hooks.base import viewer_of

if TYPE_CHECKING:
    from wagtail.admin.views.generic import CreateView, DeleteView, EditView
else:
    CreateView = DeleteView = EditView = object

FACTS = ("slug", "parent_id", "category_id", "is_active", "sort_order")
"""What is told of them, as far as they have it: no words of theirs."""


def log_change(
    viewer: Viewer, entry: Any, verb: str, *, before: Any = None, after: Any = None
) -> None:
    """A guided question is a part of its category, which is what the event is about."""
    is_prompt = isinstance(entry, CategoryPrompt)
    subject = entry.category if is_prompt else entry
    kind = registry.kind_of(subject)
    parts: dict[str, Any] = {"prompt_id": str(entry.pk)} if is_prompt else {}
    events.record_moderation(
        f"{kind.name}.prompt_{verb}" if is_prompt else f"{kind.name}.{verb}",
        actor=viewer,
        subject=subject,
        before=_facts(before),
        after=_facts(after),
        **parts,
    )


def _facts(entry: Model | None) -> dict[str, Any]:
    if entry is None:
        return {}
    found = {name: getattr(entry, name) for name in FACTS if hasattr(entry, name)}
    return {
        name: str(value) if name.endswith("_id") and value is not None else value
        for name, value in found.items()
    }


class LoggedCreateMixin(CreateView):
    def save_instance(self) -> Any:
        made = super().save_instance()
        log_change(viewer_of(self.request), made, "created", after=made)
        return made


class LoggedEditMixin(EditView):
    def save_instance(self) -> Any:
        before = type(self.object)._default_manager.get(pk=self.object.pk)
        changed = super().save_instance()
        log_change(viewer_of(self.request), changed, "edited", before=before, after=changed)
        return changed


class LoggedDeleteMixin(DeleteView):
    def delete_action(self) -> None:
        with transaction.atomic():
            log_change(viewer_of(self.request), self.object, "deleted", before=self.object)
            super().delete_action()
