from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.mixins import UUIDModel


class Event(UUIDModel):
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

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(
                fields=["subject_kind", "subject_id", "occurred_at"], name="wm_event_subject"
            ),
            models.Index(fields=["actor", "occurred_at"], name="wm_event_actor"),
            models.Index(fields=["dispatched_at", "occurred_at"], name="wm_event_dispatched"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("Events are append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Events are append-only.")
