"""What moderators do with a selection of topics, or of posts, besides deciding over held ones."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.db.models import Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button

from wargame_mentorship.forums import services
from wargame_mentorship.forums.actions import topic_actions
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation.services import Named, Outcome
from wargame_mentorship.wagtail_hooks.base import Choices, viewer_of
from wargame_mentorship.wagtail_hooks.choosing import ChosenBulkAction
from wargame_mentorship.wagtail_hooks.deciding import ReasonForm

Labels = Mapping[str, str | Promise]

LABELS: Labels = MappingProxyType(
    {
        "pin": _("Pin"),
        "unpin": _("Unpin"),
        "lock": _("Lock"),
        "unlock": _("Unlock"),
        "move": _("Move"),
        "delete": _("Delete"),
    }
)
MEANINGS: Labels = MappingProxyType(
    {
        "pin": _("It stays on top of its category."),
        "unpin": _("It is listed among the others again."),
        "lock": _("Nobody but moderators can reply or edit any more."),
        "unlock": _("Everybody can reply again."),
        "move": _("It is filed in another category, with all its replies."),
        "delete": _("It is gone for everybody; moderators can bring it back."),
    }
)
ICONS: Mapping[str, str] = MappingProxyType(
    {
        "pin": "thumbtack",
        "unpin": "thumbtack-crossed",
        "lock": "lock",
        "unlock": "lock-open",
        "move": "arrow-right-full",
    }
)
"""Wagtail's, by what can be done with one topic; deleting it has a page of its own."""


def forum_categories(viewer: Viewer, *, to_find: bool = False) -> Choices:
    """Those that somebody moderates, by slug.

    Args:
        to_find: those out of use as well, in which things lie still.
    """
    found = ForumCategory.objects.all() if to_find else ForumCategory.objects.in_use()
    theirs = found.filter(pk__in=viewer.moderated_ids(ForumCategory))
    return [(category.slug, category.display_name) for category in theirs]


def steering_buttons(viewer: Viewer, topic: ForumTopic, back_url: str) -> list[Button]:
    """To the pages of the bulk actions, with this one topic as the selection."""
    possible = [
        action for action in topic_actions(viewer, topic, has_solution=False) if action in ICONS
    ]
    query = urlencode({"id": topic.pk, "next": back_url})
    model = (topic._meta.app_label, topic._meta.model_name)
    return [
        Button(
            LABELS[action],
            url=f"{reverse('wagtail_bulk_action', args=[*model, action])}?{query}",
            icon_name=ICONS[action],
            priority=30 + position,
        )
        for position, action in enumerate(possible)
    ]


class SteerBulkAction(ChosenBulkAction):
    models: ClassVar[list[type[Model]]] = [ForumTopic]

    def is_ready(self, entry: Any) -> bool:
        return self.action_type in topic_actions(viewer_of(self.request), entry, has_solution=False)

    def meaning(self) -> str:
        return str(MEANINGS[self.action_type])

    def act(self, subjects: list[Named], given: dict[str, Any]) -> list[Outcome]:
        return services.steer_all(
            actor=viewer_of(self.request),
            action=self.action_type,
            subjects=subjects,
            reason=given["reason"],
            category_id=self.destination(given),
        )

    def destination(self, given: dict[str, Any]) -> UUID | None:
        return None


class PinBulkAction(SteerBulkAction):
    display_name = LABELS["pin"]
    aria_label = _("Pin what is selected")
    action_type = "pin"
    action_priority = 50


class UnpinBulkAction(SteerBulkAction):
    display_name = LABELS["unpin"]
    aria_label = _("Unpin what is selected")
    action_type = "unpin"
    action_priority = 60


class LockBulkAction(SteerBulkAction):
    display_name = LABELS["lock"]
    aria_label = _("Lock what is selected")
    action_type = "lock"
    action_priority = 70


class UnlockBulkAction(SteerBulkAction):
    display_name = LABELS["unlock"]
    aria_label = _("Unlock what is selected")
    action_type = "unlock"
    action_priority = 80


class MoveForm(ReasonForm):
    category = forms.ChoiceField(label=_("Where to?"), help_text=_("Only where you moderate too."))

    field_order = ("category", "reason")

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The stubs give a form's fields the base class, which has no choices.
        choices = [("", _("Choose one")), *forum_categories(viewer)]
        self.fields["category"].choices = choices  # type: ignore[attr-defined]


class MoveBulkAction(SteerBulkAction):
    form_class = MoveForm
    display_name = LABELS["move"]
    aria_label = _("Move what is selected")
    action_type = "move"
    action_priority = 90

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "viewer": viewer_of(self.request)}

    def destination(self, given: dict[str, Any]) -> UUID | None:
        return ForumCategory.objects.get(slug=given["category"]).pk


class DeleteBulkAction(SteerBulkAction):
    models: ClassVar[list[type[Model]]] = [ForumTopic, ForumPost]
    display_name = LABELS["delete"]
    aria_label = _("Delete what is selected")
    action_type = "delete"
    action_priority = 100
    classes: ClassVar[set[str]] = {"serious"}

    def is_ready(self, entry: Any) -> bool:
        return True


for action in (
    PinBulkAction,
    UnpinBulkAction,
    LockBulkAction,
    UnlockBulkAction,
    MoveBulkAction,
    DeleteBulkAction,
):
    hooks.register("register_bulk_action", action)
