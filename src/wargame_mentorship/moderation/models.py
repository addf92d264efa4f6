from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.mixins import Timestamped, UUIDModel, Versioned
from wargame_mentorship.moderation.querysets import (
    FiledQuerySet,
    FlagCaseQuerySet,
    SanctionQuerySet,
    WatchedWordQuerySet,
)
from wargame_mentorship.taxonomy.models import Category

FULL_WEIGHT = 100
"""What the flag of somebody counts about whom nothing is known yet."""


class CaseStatus(models.TextChoices):
    OPEN = "open", _("open")
    UPHELD = "upheld", _("upheld")
    DISMISSED = "dismissed", _("dismissed")


class FlagReason(models.TextChoices):
    SPAM = "spam", _("It is spam or advertising")
    RUDE = "rude", _("It is rude or hateful")
    DANGEROUS = "dangerous", _("It gives dangerous advice")
    MISPLACED = "misplaced", _("It does not belong here")
    STOLEN = "stolen", _("It shows somebody else's work as the author's own")
    OTHER = "other", _("Something else")


class Measure(models.TextChoices):
    """What upholding a case did to the content."""

    HIDE = "hide", _("Hide it")
    KEEP = "keep", _("Leave it as it is: it has been put right")


class Severity(models.TextChoices):
    WARNING = "warning", _("warning")
    SUSPENSION = "suspension", _("suspension")


class SanctionStatus(models.TextChoices):
    STANDING = "standing", _("in force")
    APPEALED = "appealed", _("appealed against")
    CONFIRMED = "confirmed", _("confirmed")
    WITHDRAWN = "withdrawn", _("withdrawn")


def filed_columns(category_ids: Sequence[UUID]) -> dict[str, UUID | None]:
    """The columns that say where content is filed, which has one category or two."""
    category_id, *further = category_ids
    return {"category_id": category_id, "subcategory_id": further[0] if further else None}


class Filed(models.Model):
    """Has those columns; they may be empty."""

    category_id: Any
    subcategory_id: Any

    class Meta:
        abstract = True

    @property
    def category_ids(self) -> tuple[UUID, ...]:
        both = (self.category_id, self.subcategory_id)
        return tuple(key for key in both if key is not None)


class FlagCase(Filed, UUIDModel, Timestamped, Versioned):
    """All that readers have reported about one thing, and what a moderator made of it."""

    KIND: ClassVar = "flag_case"

    kind = models.CharField(_("kind of content"), max_length=40, editable=False)
    object_id = models.UUIDField(_("content"), editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
    )
    # What the content is filed under, of whichever model its kind has: whose queue this is in.
    # Only to find it; whoever decides is asked about the content as it is filed then.
    category_id = models.UUIDField(editable=False)
    subcategory_id = models.UUIDField(null=True, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=CaseStatus, default=CaseStatus.OPEN, editable=False
    )
    flag_count = models.PositiveIntegerField(_("flags"), default=0, editable=False)
    weight = models.PositiveIntegerField(
        default=0, editable=False, help_text="Of the flags that wait for a decision."
    )
    opened_at = models.DateTimeField(
        _("opened"), default=timezone.now, editable=False, help_text="First, or again."
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    claimed_until = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    measure = models.CharField(max_length=10, choices=Measure, blank=True, editable=False)
    reason = models.CharField(
        max_length=200,
        blank=True,
        editable=False,
        help_text="Of the decision; the author and those who flagged it read it.",
    )

    objects = FlagCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="wm_flag_case_once"),
            models.CheckConstraint(
                name="wm_flag_case_status", condition=models.Q(status__in=CaseStatus.values)
            ),
        ]
        indexes = [
            # The queue, and that of one category: most flagged first, then the longest waiting.
            models.Index(
                fields=["status", "-weight", "opened_at", "id"], name="wm_flag_case_queue"
            ),
            models.Index(
                fields=["category_id", "status", "-weight", "opened_at", "id"],
                name="wm_flag_case_category",
            ),
            models.Index(fields=["status", "updated_at", "id"], name="wm_flag_case_latest"),
            models.Index(fields=["author", "status"], name="wm_flag_case_author"),
            models.Index(fields=["decided_at"], name="wm_flag_case_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"

    def file_as(self, category_ids: Sequence[UUID]) -> None:
        """Note where the content is filed now; it may have been moved since it was flagged."""
        if self.category_ids == tuple(category_ids):
            return
        columns = filed_columns(category_ids)
        vars(self).update(columns)
        FlagCase.objects.filter(pk=self.pk).update(**columns)

    def is_claimed_by_another(self, user_id: object, now: datetime) -> bool:
        """Whether a moderator who is somebody else has said that they look at it, just now."""
        return (
            self.claimed_by_id is not None
            and self.claimed_by_id != user_id
            and self.claimed_until is not None
            and self.claimed_until > now
        )


class Flag(UUIDModel, Timestamped):
    """That somebody reported something, once."""

    case = models.ForeignKey(FlagCase, on_delete=models.CASCADE, related_name="flags")
    flagger = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=12, choices=FlagReason)
    note = models.CharField(_("note"), max_length=500, blank=True)
    weight = models.PositiveSmallIntegerField(default=FULL_WEIGHT)
    agreed = models.BooleanField(
        null=True, help_text="Whether a moderator saw it as the flagger did; empty: it waits."
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        constraints = [
            models.UniqueConstraint(fields=["case", "flagger"], name="wm_flag_once"),
            models.CheckConstraint(
                name="wm_flag_reason", condition=models.Q(reason__in=FlagReason.values)
            ),
        ]
        indexes = [models.Index(fields=["flagger", "created_at"], name="wm_flag_flagger")]

    def __str__(self) -> str:
        return f"{self.reason} {self.case_id}"


class AboutPerson(Filed, UUIDModel, Timestamped):
    """What moderators keep of a person, with what it was about and where that was filed then."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # Empty where it is about no content in particular: then it is for who suspends people.
    kind = models.CharField(_("kind of content"), max_length=40, blank=True, editable=False)
    object_id = models.UUIDField(_("content"), null=True, editable=False)
    category_id = models.UUIDField(null=True, editable=False)
    subcategory_id = models.UUIDField(null=True, editable=False)

    class Meta:
        abstract = True


class StaffNote(AboutPerson):
    """What a moderator tells the others about somebody, who does not read it."""

    KIND: ClassVar = "staff_note"

    text = models.CharField(_("note"), max_length=1000)

    objects = FiledQuerySet.as_manager()

    class Meta:
        verbose_name = _("staff note")
        verbose_name_plural = _("staff notes")
        indexes = [models.Index(fields=["person", "created_at"], name="wm_staff_note_person")]

    def __str__(self) -> str:
        return f"note about {self.person_id}"


class Sanction(AboutPerson, Versioned):
    """A warning, or a suspension from taking part, with the reply of whom it is about."""

    KIND: ClassVar = "sanction"

    severity = models.CharField(_("what"), max_length=10, choices=Severity)
    reason = models.CharField(_("reason"), max_length=200, help_text="The person reads it.")
    until = models.DateTimeField(_("until"), null=True, help_text="Of a suspension.")
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=SanctionStatus,
        default=SanctionStatus.STANDING,
        editable=False,
    )
    appeal = models.CharField(_("reply"), max_length=1000, blank=True)
    appealed_at = models.DateTimeField(null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    answered_at = models.DateTimeField(null=True, editable=False)
    answer = models.CharField(
        _("answer"), max_length=200, blank=True, help_text="Of who confirmed or withdrew it."
    )

    objects = SanctionQuerySet.as_manager()

    class Meta:
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")
        permissions = [("suspend_people", _("Can suspend people from taking part"))]
        constraints = [
            models.CheckConstraint(
                name="wm_sanction_severity",
                condition=models.Q(severity=Severity.WARNING, until=None)
                | models.Q(severity=Severity.SUSPENSION, until__isnull=False),
            ),
            models.CheckConstraint(
                name="wm_sanction_status", condition=models.Q(status__in=SanctionStatus.values)
            ),
        ]
        indexes = [
            models.Index(fields=["person", "until"], name="wm_sanction_person"),
            models.Index(fields=["status", "updated_at", "id"], name="wm_sanction_status"),
        ]

    def __str__(self) -> str:
        return f"{self.severity} of {self.person_id}"


class WordAction(models.TextChoices):
    """What becomes of a text that has a watched word, the strictest first."""

    BLOCK = "block", _("Refuse the text")
    HOLD = "hold", _("Hold it for a moderator")
    REPLACE = "replace", _("Write something else in its place")
    LINK = "link", _("Make it a link")


REWRITING = (WordAction.REPLACE, WordAction.LINK)
"""The actions that need a replacement."""


class WatchedWord(UUIDModel, Timestamped, Versioned):
    """A word or phrase of which something becomes, in one category or everywhere."""

    KIND: ClassVar = "watched_word"

    phrase = models.CharField(
        _("word or phrase"),
        max_length=100,
        help_text=_("Whole words, capitals or not; * stands for any letters within a word."),
    )
    action = models.CharField(_("what to do"), max_length=10, choices=WordAction)
    replacement = models.CharField(
        _("replacement"),
        max_length=200,
        blank=True,
        help_text=_("What to write in its place, or where the link leads (https://…)."),
    )
    category = models.ForeignKey(
        Category, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    forum_category = models.ForeignKey(
        "wargame_mentorship.ForumCategory",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )

    objects = WatchedWordQuerySet.as_manager()

    class Meta:
        verbose_name = _("watched word")
        verbose_name_plural = _("watched words")
        constraints = [
            models.CheckConstraint(
                name="wm_word_action", condition=models.Q(action__in=WordAction.values)
            ),
            models.CheckConstraint(
                name="wm_word_one_place",
                condition=models.Q(category=None) | models.Q(forum_category=None),
            ),
            models.CheckConstraint(
                name="wm_word_replacement",
                condition=(models.Q(action__in=REWRITING) & ~models.Q(replacement=""))
                | (~models.Q(action__in=REWRITING) & models.Q(replacement="")),
            ),
        ]

    def __str__(self) -> str:
        return self.phrase

    @property
    def place(self) -> Any | None:
        """The category in which it counts; None: everywhere."""
        return self.category or self.forum_category

    @property
    def category_ids(self) -> tuple[UUID, ...]:
        both = (self.category_id, self.forum_category_id)
        return tuple(key for key in both if key is not None)
