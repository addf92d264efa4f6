from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.mixins import Timestamped, UUIDModel


class HelpfulVote(UUIDModel, Timestamped):
    """One person's word on one answer; `is_helpful=False` is kept and not counted."""

    content_type = models.CharField(_("kind of content"), max_length=50)
    content_id = models.UUIDField(_("content"))
    voter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    is_helpful = models.BooleanField(_("helpful"), default=True)

    class Meta:
        verbose_name = _("helpful vote")
        verbose_name_plural = _("helpful votes")
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "content_id", "voter"], name="wm_vote_once"
            ),
            models.CheckConstraint(name="wm_vote_not_own", condition=~Q(voter=F("author"))),
        ]
        indexes = [
            models.Index(fields=["author", "created_at"], name="wm_vote_author"),
        ]

    def __str__(self) -> str:
        return f"{self.content_type} {self.content_id}"
