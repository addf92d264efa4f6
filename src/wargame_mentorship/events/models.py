from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.mixins import UUIDModel
from wargame_mentorship.events.querysets import APPEND_ONLY, AppendOnlyQuerySet, EventQuerySet


class AppendOnly(UUIDModel):
    """Rows that nothing changes once they are there."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(APPEND_ONLY)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(APPEND_ONLY)


class Event(AppendOnly):
    """Something that happened; append-only.

    Holds ids, and of what people write nothing but the reason that a moderator gives.
    """

    verb = models.CharField(_("verb"), max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    subject_kind = models.CharField(_("kind of subject"), max_length=40)
    subject_id = models.UUIDField(_("subject"))
    data = models.JSONField(default=dict)
    reason = models.CharField(
        _("reason"),
        max_length=200,
        blank=True,
        default="",
        help_text="Of a moderator, for whom it concerns.",
    )
    occurred_at = models.DateTimeField(_("occurred"), default=timezone.now)
    dispatched_at = models.DateTimeField(_("dispatched"), null=True)
    attempts = models.PositiveIntegerField(default=0)
    # Empty and never false: so the column costs a large table nothing when it is added.
    by_moderator = models.BooleanField(
        null=True, help_text="Whether a moderator did it to what is not their own."
    )

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(
                fields=["subject_kind", "subject_id", "occurred_at"], name="wm_event_subject"
            ),
            models.Index(fields=["actor", "occurred_at"], name="wm_event_actor"),
            models.Index(fields=["dispatched_at", "occurred_at"], name="wm_event_dispatched"),
            models.Index(
                fields=["by_moderator", "occurred_at", "id"],
                name="wm_event_by_moderator",
                condition=models.Q(by_moderator=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_id}"


class EventCategory(AppendOnly):
    """A category in which a moderator did what an event tells; of a move there are several.

    As it was then: what is moved on later takes no history along.
    """

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, related_name="categories", db_index=False
    )
    category_id = models.UUIDField(_("category"))
    occurred_at = models.DateTimeField(help_text="As the event's, to be found by.")
    waited = models.DurationField(
        null=True, help_text="How long it had waited for this, where it was a decision."
    )

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("category of an event")
        verbose_name_plural = _("categories of events")
        constraints = [
            models.UniqueConstraint(fields=["event", "category_id"], name="wm_event_category_once"),
        ]
        indexes = [
            models.Index(fields=["category_id", "occurred_at"], name="wm_event_category_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} in {self.category_id}"
