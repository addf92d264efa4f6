"""Columns that most of our models share."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.ids import new_id


class UUIDModel(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    # Wagtail keeps an index of references between models; ours are too busy for it.
    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True


class Timestamped(models.Model):
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now, editable=False)

    class Meta:
        abstract = True


class Versioned(models.Model):
    """`version` goes up with content and state, not with counters; it is the API's ETag."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class ModerationState(models.TextChoices):
    VISIBLE = "visible", _("visible")
    HELD = "held", _("waiting for a moderator")
    HIDDEN = "hidden", _("hidden by a moderator")


class Held(models.Model):
    """Content that a screening or a moderator may keep from view (`states.md`, held content)."""

    moderation_state = models.CharField(
        max_length=10,
        choices=ModerationState,
        default=ModerationState.VISIBLE,
        editable=False,
    )
    visible_since = models.DateTimeField(null=True, editable=False)
    moderation_reason = models.CharField(
        max_length=200,
        blank=True,
        editable=False,
        help_text="Of the latest decision; for the author and the moderators.",
    )

    class Meta:
        abstract = True

    @property
    def is_held(self) -> bool:
        return self.moderation_state == ModerationState.HELD


class SoftDeleted(models.Model):
    """Deleted content stays, with who, when and why, and can be restored."""

    deleted_at = models.DateTimeField(null=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    deleted_reason = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        abstract = True


class Content(UUIDModel, Timestamped, Versioned, Held, SoftDeleted):
    """What people write and others read."""

    class Meta:
        abstract = True

    MODERATION_CHECK: ClassVar[models.Q] = models.Q(moderation_state__in=ModerationState.values)
    OUT_OF_VIEW: ClassVar[models.Q] = models.Q(moderation_state=ModerationState.HELD) | models.Q(
        moderation_state=ModerationState.HIDDEN
    )
    """What moderators have a list of; in words that SQLite finds again in `= 'held'`."""

    @property
    def is_counted(self) -> bool:
        """As `COUNTED`."""
        return self.deleted_at is None and self.moderation_state == ModerationState.VISIBLE


COUNTED = models.Q(deleted_at=None, moderation_state=ModerationState.VISIBLE)
"""Content counts while nobody has deleted it and nobody holds it back."""
