"""Sending the e-mails that wait: after the commit, by one worker at a time, until they are sent.

A worker claims an e-mail by moving ahead the time before which nobody tries it, sends it, and
then says so. If it dies in between, the claim runs out and another sends it: at least once, and
hardly ever twice, for the message keeps its id and mail programs drop what they know.
"""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta
from enum import Enum
from typing import Any

from django.db.models import F
from django.utils import timezone

from wargame_mentorship.conf import app_settings
from wargame_mentorship.core.errors import BackendUnavailable
from wargame_mentorship.core.tasks import task
from wargame_mentorship.notifications.emails import write_email
from wargame_mentorship.notifications.gate import active_people, admit
from wargame_mentorship.notifications.models import Channel, Delivery, EmailState
from wargame_mentorship.notifications.services.preferring import wanted_channels
from wargame_mentorship.notifications.verbs import VERBS

logger = logging.getLogger("wargame_mentorship.notifications")

LEASE = timedelta(minutes=10)
"""So long nobody else tries what a worker has claimed."""

MOST_ATTEMPTS = 12
"""After so many, over a day and a half, an e-mail is given up."""

LONGEST_PAUSE = timedelta(hours=6)
PAUSE_OF_THE_SERVER = timedelta(minutes=1)


class Outcome(Enum):
    NOT_OURS = "claimed by another, or done"
    SENT = "sent"
    DROPPED = "no longer to be sent"
    FAILED = "failed, now or for good"
    NO_SERVER = "nobody takes e-mails at the moment"


@task()
def send_email(delivery_id: str) -> None:
    send_one(delivery_id)


def send_one(delivery_id: Any) -> Outcome:
    """Try one e-mail, outside any transaction."""
    if not app_settings.BASE_URL:
        # It could not lead anywhere.
        return Outcome.NO_SERVER
    delivery = _claim(delivery_id)
    if delivery is None:
        return Outcome.NOT_OURS
    try:
        message = _message_of(delivery)
    except BackendUnavailable:
        # Who is blocked cannot be told; and not for the others either.
        return _give_back(delivery)
    except Exception:
        logger.exception("E-mail %s could not be written.", delivery.pk)
        return _put_off(delivery)
    if message is None:
        return _finish(delivery, Outcome.DROPPED, email_state=EmailState.DROPPED)
    try:
        message.send()
    except Exception as error:
        # Only its type: what servers say names addresses.
        logger.warning("E-mail %s was not sent: %s", delivery.pk, type(error).__name__)
        if _is_for_all(error):
            return _give_back(delivery)
        return _fail(delivery) if _is_for_good(error) else _put_off(delivery)
    return _finish(delivery, Outcome.SENT, email_state=EmailState.SENT, emailed_at=timezone.now())


def send_waiting(*, older_than: timedelta, limit: int = 10_000) -> tuple[int, int]:
    """Send what is due since some time, longest due first; returns how many went, and failed.

    When nobody takes e-mails, the rest waits for the next call.
    """
    due = Delivery.objects.filter(
        email_state=EmailState.WAITING, email_after__lte=timezone.now() - older_than
    ).order_by("email_after", "pk")
    outcomes = []
    for key in list(due.values_list("pk", flat=True)[:limit]):
        outcomes.append(send_one(key))
        if outcomes[-1] is Outcome.NO_SERVER:
            break
    failed = outcomes.count(Outcome.FAILED) + outcomes.count(Outcome.NO_SERVER)
    return outcomes.count(Outcome.SENT), failed


def try_failed_again() -> int:
    """Let what was given up wait once more; returns how many."""
    given_up = Delivery.objects.filter(email_state=EmailState.FAILED)
    return given_up.update(
        email_state=EmailState.WAITING, email_after=timezone.now(), email_attempts=0
    )


def _claim(delivery_id: Any) -> Delivery | None:
    now = timezone.now()
    due = Delivery.objects.filter(
        pk=delivery_id, email_state=EmailState.WAITING, email_after__lte=now
    )
    # Counted before it is tried: an e-mail on which workers die is given up as well.
    if not due.update(email_after=now + LEASE, email_attempts=F("email_attempts") + 1):
        return None
    return Delivery.objects.select_related("event__actor").get(pk=delivery_id)


def _message_of(delivery: Delivery) -> Any | None:
    """The message, if its recipient is still to get it."""
    if delivery.recipient_id is None or delivery.verb not in VERBS:
        return None
    channels = wanted_channels({delivery.recipient_id: delivery.verb})
    if Channel.EMAIL not in channels[delivery.recipient_id]:
        return None
    target = (delivery.target_kind, delivery.target_id)
    recipients = active_people([delivery.recipient_id])
    admitted = admit(delivery.event, target, recipients, verb=delivery.verb)
    return write_email(delivery, admitted[0]) if admitted else None


def _is_for_all(error: Exception) -> bool:
    """Whether no other e-mail would fare better: the server, not the message."""
    if isinstance(error, smtplib.SMTPException):
        return isinstance(
            error,
            smtplib.SMTPConnectError
            | smtplib.SMTPHeloError
            | smtplib.SMTPAuthenticationError
            | smtplib.SMTPNotSupportedError
            | smtplib.SMTPSenderRefused,
        )
    return isinstance(error, OSError)


def _is_for_good(error: Exception) -> bool:
    """Whether the server said that it will never take this message for this address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _said in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def _put_off(delivery: Delivery) -> Outcome:
    if delivery.email_attempts >= MOST_ATTEMPTS:
        return _fail(delivery)
    pause = min(timedelta(minutes=2**delivery.email_attempts), LONGEST_PAUSE)
    return _finish(delivery, Outcome.FAILED, email_after=timezone.now() + pause)


def _fail(delivery: Delivery) -> Outcome:
    return _finish(delivery, Outcome.FAILED, email_state=EmailState.FAILED)


def _give_back(delivery: Delivery) -> Outcome:
    """Nothing that counts as an attempt at this one."""
    return _finish(
        delivery,
        Outcome.NO_SERVER,
        email_after=timezone.now() + PAUSE_OF_THE_SERVER,
        email_attempts=F("email_attempts") - 1,
    )


def _finish(delivery: Delivery, outcome: Outcome, **columns: Any) -> Outcome:
    """Say what became of it, unless the claim ran out and somebody else is at it."""
    Delivery.objects.filter(
        pk=delivery.pk,
        email_state=EmailState.WAITING,
        email_attempts=delivery.email_attempts,
    ).update(**{"email_after": None, **columns, "updated_at": timezone.now()})
    return outcome
