from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.mixins import Timestamped, UUIDModel


class Channel(models.TextChoices):
    IN_SITE = "in_site", _("On the site")
    EMAIL = "email", _("By e-mail")


class EmailState(models.TextChoices):
    NONE = "none", _("none wanted")
    WAITING = "waiting", _("waiting to be sent")
    SENT = "sent", _("sent")
    DROPPED = "dropped", _("no longer to be sent")
    FAILED = "failed", _("given up")


class Delivery(UUIDModel, Timestamped):
    """That somebody was told of an event; unique, so that a second worker tells nobody twice.

    It is written in one transaction with what it brings: the notification on the site, and the
    intent to send an e-mail.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("recipient"),
    )
    event = models.ForeignKey(
        "wargame_mentorship.Event", on_delete=models.CASCADE, related_name="deliveries"
    )
    verb = models.CharField(
        max_length=60, help_text="Why this person is told; one of `notifications.verbs`."
    )
    target_kind = models.CharField(max_length=40, help_text="Of what it leads to.")
    target_id = models.UUIDField(
        help_text="The event's subject, or a part of it, such as the answer that was given."
    )
    names_recipient = models.BooleanField(
        default=False, help_text="The target's text mentions them; an edit need not tell again."
    )
    notification_id = models.PositiveBigIntegerField(
        null=True, help_text="The row that they see on the site, if they want to."
    )
    email_state = models.CharField(max_length=10, choices=EmailState, default=EmailState.NONE)
    email_attempts = models.PositiveSmallIntegerField(default=0)
    email_after = models.DateTimeField(
        null=True, help_text="Nobody tries before; whoever does moves it ahead and so claims it."
    )
    emailed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["recipient", "event"], name="wm_delivery_once"),
            models.CheckConstraint(
                name="wm_delivery_email",
                condition=Q(
                    email_state=EmailState.WAITING, email_after__isnull=False, emailed_at=None
                )
                | Q(
                    email_state__in=[EmailState.NONE, EmailState.DROPPED, EmailState.FAILED],
                    email_after=None,
                    emailed_at=None,
                )
                | Q(email_state=EmailState.SENT, email_after=None, emailed_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["email_state", "email_after"], name="wm_delivery_waiting"),
            models.Index(
                fields=["target_kind", "target_id", "recipient"], name="wm_delivery_target"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.recipient_id}"


class NotificationPreference(UUIDModel, Timestamped):
    """What somebody decided about one verb on one channel; without a row the default holds."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        # A setting of a person says nothing to anybody else, and means nothing without them.
        on_delete=models.CASCADE,
        related_name="+",
    )
    verb = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, choices=Channel)
    is_on = models.BooleanField()

    class Meta:
        verbose_name = _("notification preference")
        verbose_name_plural = _("notification preferences")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "verb", "channel"], name="wm_notification_preference_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.verb} {self.channel}"


class Attention(UUIDModel, Timestamped):
    """What somebody wants to hear of one thing: content, or a category of it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        # As a preference: nobody else's, and nothing without the person.
        on_delete=models.CASCADE,
        related_name="+",
    )
    kind = models.CharField(max_length=40)
    object_id = models.UUIDField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.object_id}"


class Mute(Attention):
    """That somebody wants to hear nothing more of it, whatever happens to it."""

    class Meta:
        verbose_name = _("muted thing")
        verbose_name_plural = _("muted things")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "object_id"], name="wm_mute_once"),
        ]
        indexes = [models.Index(fields=["kind", "object_id"], name="wm_mute_object")]


class Watch(Attention):
    """That somebody wants to hear of whatever is new in it."""

    class Meta:
        verbose_name = _("watched thing")
        verbose_name_plural = _("watched things")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "object_id"], name="wm_watch_once"),
        ]
        indexes = [models.Index(fields=["kind", "object_id"], name="wm_watch_object")]
