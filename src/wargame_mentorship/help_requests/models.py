from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.drafting import Draft
from wargame_mentorship.core.mixins import Content, UUIDModel
from wargame_mentorship.help_requests.querysets import (
    WAITING_SINCE,
    HelpRequestQuerySet,
    HelpResponseQuerySet,
    queue_of,
)


class Status(models.TextChoices):
    OPEN = "open", _("open")
    IN_PROGRESS = "in_progress", _("in progress")
    RESOLVED = "resolved", _("solved")
    CLOSED = "closed", _("closed")


class Difficulty(models.TextChoices):
    BEGINNER = "beginner", _("beginner")
    INTERMEDIATE = "intermediate", _("intermediate")
    ADVANCED = "advanced", _("advanced")


class Urgency(models.TextChoices):
    LOW = "low", _("whenever")
    NORMAL = "normal", _("normal")
    HIGH = "high", _("soon, please")


class HelpRequest(Content):
    """A question about a technique, usually with photos."""

    KIND = "help_request"
    OUTCOME_KIND = "help_outcome"
    """The kind to which the photos of its outcome are attached; what may be seen is the same."""

    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"))
    description_html = models.TextField(editable=False)
    category = models.ForeignKey(
        "wargame_mentorship.Category",
        on_delete=models.PROTECT,
        related_name="help_requests",
        verbose_name=_("category"),
    )
    subcategory = models.ForeignKey(
        "wargame_mentorship.Category",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("subcategory"),
    )
    difficulty_level = models.CharField(
        _("difficulty"), max_length=20, choices=Difficulty, blank=True
    )
    urgency = models.CharField(_("urgency"), max_length=20, choices=Urgency, default=Urgency.NORMAL)
    status = models.CharField(
        _("status"), max_length=20, choices=Status, default=Status.OPEN, editable=False
    )
    language = models.CharField(_("language"), max_length=15, default="en")
    is_public = models.BooleanField(_("public"), default=True)

    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="help_requests",
        verbose_name=_("asked by"),
    )
    assigned_helper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        db_index=False,
        editable=False,
        related_name="assigned_help_requests",
        verbose_name=_("helper"),
    )
    claimed_until = models.DateTimeField(null=True, editable=False)

    resolved_at = models.DateTimeField(_("solved"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    closed_reason = models.CharField(max_length=200, blank=True, editable=False)
    needs_info_since = models.DateTimeField(null=True, editable=False)
    first_response_at = models.DateTimeField(null=True, editable=False)
    last_response_at = models.DateTimeField(null=True, editable=False)
    asker_had_last_word = models.BooleanField(default=False, editable=False)
    last_activity_at = models.DateTimeField(default=timezone.now, editable=False)

    outcome_text = models.TextField(_("how it went"), blank=True, editable=False)
    outcome_text_html = models.TextField(blank=True, editable=False)
    satisfaction = models.PositiveSmallIntegerField(
        _("satisfaction"), null=True, editable=False, help_text=_("From 1 to 5.")
    )
    outcome_at = models.DateTimeField(_("told how it went"), null=True, editable=False)

    view_count = models.PositiveIntegerField(default=0, editable=False)
    helpful_count = models.PositiveIntegerField(default=0, editable=False)
    response_count = models.PositiveIntegerField(default=0, editable=False)

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("help request")
        verbose_name_plural = _("help requests")
        constraints = [
            models.CheckConstraint(
                name="wm_help_request_status", condition=Q(status__in=Status.values)
            ),
            models.CheckConstraint(
                name="wm_help_request_resolved_at",
                condition=Q(status__in=[Status.OPEN, Status.IN_PROGRESS], resolved_at=None)
                | Q(status=Status.RESOLVED, resolved_at__isnull=False)
                | Q(status=Status.CLOSED),
            ),
            models.CheckConstraint(
                name="wm_help_request_closed_at",
                condition=Q(status=Status.CLOSED, closed_at__isnull=False)
                | (~Q(status=Status.CLOSED) & Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="wm_help_request_satisfaction",
                condition=Q(satisfaction=None) | Q(satisfaction__gte=1, satisfaction__lte=5),
            ),
            models.CheckConstraint(
                name="wm_help_request_moderation", condition=Content.MODERATION_CHECK
            ),
        ]
        indexes = [
            models.Index(
                fields=["moderation_state", "created_at", "id"],
                name="wm_help_request_moderated",
                condition=Content.OUT_OF_VIEW,
            ),
            models.Index(fields=["created_at", "id"], name="wm_help_request_newest"),
            models.Index(fields=["last_activity_at", "id"], name="wm_help_request_activity"),
            models.Index(fields=["helpful_count", "id"], name="wm_help_request_helpful"),
            models.Index(fields=["view_count", "id"], name="wm_help_request_views"),
            models.Index(fields=["category", "created_at", "id"], name="wm_help_request_category"),
            models.Index(fields=["status", "created_at", "id"], name="wm_help_request_state"),
            models.Index(fields=["requester", "created_at", "id"], name="wm_help_request_asker"),
            # Only what has a value: to SQLite an index of everything says that few have none.
            models.Index(
                fields=["assigned_helper"],
                name="wm_help_request_helper",
                condition=Q(assigned_helper__isnull=False),
            ),
            models.Index(
                fields=["needs_info_since"],
                name="wm_help_request_needs_info",
                condition=Q(needs_info_since__isnull=False),
            ),
            models.Index(
                WAITING_SINCE,
                "id",
                name="wm_help_request_waiting",
                condition=Q(
                    assigned_helper=None,
                    closed_at=None,
                    deleted_at=None,
                    needs_info_since=None,
                    resolved_at=None,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def queue(self) -> str:
        """Where it stands for helpers, by the clock of this moment; "" when closed."""
        return queue_of(self, timezone.now())

    @property
    def category_ids(self) -> tuple[Any, ...]:
        """Keys of the categories whose moderators look after this."""
        if self.subcategory_id is None:
            return (self.category_id,)
        return (self.category_id, self.subcategory_id)


class HelpRequestFacet(UUIDModel):
    """What somebody answered to one of the guided questions of their category."""

    help_request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="facets")
    prompt = models.ForeignKey(
        "wargame_mentorship.CategoryPrompt", on_delete=models.PROTECT, related_name="+"
    )
    value = models.CharField(max_length=120)
    value_key = models.CharField(max_length=120, help_text="Casefolded, to be filtered by.")

    class Meta:
        verbose_name = _("answer to a guided question")
        verbose_name_plural = _("answers to guided questions")
        constraints = [
            models.UniqueConstraint(fields=["help_request", "prompt"], name="wm_facet_once"),
        ]
        indexes = [
            models.Index(fields=["prompt", "value_key", "help_request"], name="wm_facet_value"),
        ]

    def __str__(self) -> str:
        return self.value


class HelpRequestDraft(Draft):
    """A question that is still being written: one of each person, and some by nobody yet.

    Somebody who writes before signing in finds it again afterwards, by its key.
    """

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("draft of a help request")
        verbose_name_plural = _("drafts of help requests")
        indexes = [models.Index(fields=["updated_at"], name="wm_draft_age")]


class HelpResponse(Content):
    """An answer to a help request."""

    KIND = "help_response"

    help_request = models.ForeignKey(
        HelpRequest,
        on_delete=models.CASCADE,
        related_name="responses",
        verbose_name=_("help request"),
    )
    responder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="help_responses",
        verbose_name=_("answered by"),
    )
    response_text = models.TextField(_("answer"))
    response_text_html = models.TextField(editable=False)
    accepted_for = models.OneToOneField(
        HelpRequest,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="solution",
    )
    asks_back = models.BooleanField(
        default=False, editable=False, help_text="A question to the asker, who owes an answer."
    )
    edited_at = models.DateTimeField(_("edited"), null=True, editable=False)
    helpful_count = models.PositiveIntegerField(default=0, editable=False)

    objects = HelpResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        constraints = [
            # At most one solution by the one-to-one, and only of its own request by this.
            models.CheckConstraint(
                name="wm_help_response_own_request",
                condition=Q(accepted_for=None) | Q(accepted_for=F("help_request")),
            ),
            models.CheckConstraint(
                name="wm_help_response_moderation", condition=Content.MODERATION_CHECK
            ),
        ]
        indexes = [
            models.Index(
                fields=["moderation_state", "created_at", "id"],
                name="wm_help_response_moderated",
                condition=Content.OUT_OF_VIEW,
            ),
            models.Index(
                fields=["help_request", "created_at", "id"], name="wm_help_response_oldest"
            ),
            models.Index(fields=["responder", "created_at", "id"], name="wm_help_response_author"),
        ]

    def __str__(self) -> str:
        return f"{self.help_request_id}/{self.pk}"

    @property
    def is_solution(self) -> bool:
        return self.accepted_for_id is not None


class HelpResponseStep(UUIDModel):
    """One step of an answer, with a photo of its own if it has one (kind `help_response_step`)."""

    KIND = "help_response_step"

    response = models.ForeignKey(HelpResponse, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    text = models.TextField(_("step"))
    text_html = models.TextField(editable=False)

    class Meta:
        verbose_name = _("step of a response")
        verbose_name_plural = _("steps of responses")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["response", "position"], name="wm_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.response_id} {self.position}"
