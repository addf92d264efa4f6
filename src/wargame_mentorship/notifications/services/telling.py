"""Telling people of events: once per person and event, and only what they may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q
from django.utils import timezone
from notifications.signals import notify

from wargame_mentorship.core import registry
from wargame_mentorship.core.tasks import enqueue_on_commit
from wargame_mentorship.core.text import MAX_MENTIONS, find_mentions
from wargame_mentorship.core.writes import write
from wargame_mentorship.events.models import Event
from wargame_mentorship.host import users
from wargame_mentorship.notifications.gate import Admitted, Target, active_people, admit
from wargame_mentorship.notifications.models import Channel, Delivery, EmailState
from wargame_mentorship.notifications.services.mailing import send_email
from wargame_mentorship.notifications.services.preferring import wanted_channels
from wargame_mentorship.notifications.verbs import MENTIONED, VERBS


@dataclass(frozen=True)
class _Telling:
    """What one person is about to be told, and how."""

    admitted: Admitted
    verb: str
    names_recipient: bool
    in_site: bool
    by_email: bool

    @property
    def recipient(self) -> AbstractBaseUser:
        return self.admitted.recipient


def deliver(
    *,
    event: Event,
    recipient_ids: Iterable[Any] = (),
    verb: str = "",
    target: Target | None = None,
    mentions: bool = False,
    once: bool = False,
) -> int:
    """Tell people of an event; returns how many were told just now.

    Whoever did it, whoever a block separates from them, whoever has muted the subject or may not
    see it (any more) is passed over. However many reasons there are, and however often this is
    called for the same event, nobody is told twice. The host is asked before the transaction.

    Args:
        recipient_ids: whom the event concerns; None among them is nobody.
        verb: why they are told, if not for what the event says of itself.
        target: what it leads to; the event's subject, unless it is a part of that.
        mentions: tell those, too, whom the target's text mentions and did not mention before.
        once: pass over who has been told by this verb of the same subject, by whichever event.
    """
    verb = verb or event.verb
    where = target or (event.subject_kind, event.subject_id)
    named = _newly_named(event, where) if mentions else frozenset()
    reasons = dict.fromkeys(named, MENTIONED) | dict.fromkeys(recipient_ids, verb)
    passed_over = {None, event.actor_id, *_already_told(event, verb if once else "")}
    reasons = {
        key: reason for key, reason in reasons.items() if key not in passed_over and reason in VERBS
    }
    if not reasons:
        return 0
    admitted = admit(event, where, active_people(reasons), verb=verb)
    return _write(event=event, target=where, tellings=_tellings(admitted, reasons, named))


def _newly_named(event: Event, target: Target) -> frozenset[Any]:
    """Whom the text mentions now, without those whom it has mentioned before."""
    kind = registry.get(target[0])
    entry = kind.model._default_manager.filter(pk=target[1]).first()
    names = find_mentions(kind.text(entry))[:MAX_MENTIONS] if entry else ()
    if not names:
        return frozenset()
    before = Delivery.objects.filter(
        target_kind=target[0], target_id=target[1], names_recipient=True
    ).exclude(event=event)
    meant = users().by_mention(names).values()
    return frozenset(meant) - frozenset(before.values_list("recipient", flat=True))


def _already_told(event: Event, once_by: str) -> set[Any]:
    told = Q(event=event)
    if once_by:
        told |= Q(
            verb=once_by,
            event__subject_kind=event.subject_kind,
            event__subject_id=event.subject_id,
        )
    return set(Delivery.objects.filter(told).values_list("recipient", flat=True))


def _tellings(
    admitted: Collection[Admitted], reasons: Mapping[Any, str], named: Collection[Any]
) -> list[_Telling]:
    wanted = wanted_channels(
        {entry.recipient.pk: reasons[entry.recipient.pk] for entry in admitted}
    )
    return [
        _Telling(
            admitted=entry,
            verb=reasons[key],
            names_recipient=key in named,
            in_site=Channel.IN_SITE in wanted[key],
            by_email=Channel.EMAIL in wanted[key] and bool(users().email(entry.recipient)),
        )
        for entry in admitted
        for key in [entry.recipient.pk]
    ]


@write
def _write(*, event: Event, target: Target, tellings: Collection[_Telling]) -> int:
    return sum(_write_one(event, target, telling) for telling in tellings)


def _write_one(event: Event, target: Target, telling: _Telling) -> bool:
    now = timezone.now()
    emailing = {"email_state": EmailState.WAITING, "email_after": now} if telling.by_email else {}
    # The row first: of two workers one inserts it, the other finds it.
    delivery, created = Delivery.objects.get_or_create(
        recipient_id=telling.recipient.pk,
        event=event,
        defaults={
            "verb": telling.verb,
            "target_kind": target[0],
            "target_id": target[1],
            "names_recipient": telling.names_recipient,
            "created_at": now,
            "updated_at": now,
            **emailing,
        },
    )
    if not created:
        return False
    if telling.in_site:
        Delivery.objects.filter(pk=delivery.pk).update(notification_id=_notify(event, telling))
    if telling.by_email:
        enqueue_on_commit(send_email, str(delivery.pk))
    return telling.in_site or telling.by_email


def _notify(event: Event, telling: _Telling) -> int:
    subject = telling.admitted.subject
    actor = None if VERBS[telling.verb].is_official else event.actor
    answers = notify.send(
        actor or subject,
        recipient=telling.recipient,
        verb=telling.verb,
        target=subject,
        timestamp=event.occurred_at,
        public=False,
    )
    # A host may listen to this signal too; the one that answers with rows is the app itself.
    key: int = next(made[0].pk for _receiver, made in answers if isinstance(made, list))
    return key
