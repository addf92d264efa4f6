"""Recording events, and dispatching them once they are committed."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Model
from django.utils import timezone

from wargame_mentorship.core.registry import kind_of
from wargame_mentorship.core.tasks import enqueue_on_commit, task
from wargame_mentorship.events.models import Event, EventCategory
from wargame_mentorship.events.signals import event_dispatched
from wargame_mentorship.host import Viewer

logger = logging.getLogger("wargame_mentorship.events")

Handler = Callable[[Event], None]

handlers: dict[str, list[Handler]] = defaultdict(list)
"""By verb; `"*"` hears everything. Filled once, by `apps.ready()`."""


def record(
    verb: str, *, actor: Viewer | None, subject: Model, reason: str = "", **data: Any
) -> Event:
    """Write an event in the caller's transaction; it is dispatched after the commit.

    Args:
        verb: past tense with its noun, such as `help_request.answered`.
        actor: who did it; None when the clock did.
        subject: content of a registered kind.
        reason: why, in the words of the moderator who did it.
        data: JSON-able ids and facts, never text that somebody wrote.
    """
    return _write(verb, actor, subject, reason, data)


def record_moderation(
    verb: str,
    *,
    actor: Viewer,
    subject: Model,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    reason: str = "",
    owner_ids: Collection[Any] = (),
    category_ids: Collection[UUID] | None = None,
    waited: timedelta | None = None,
    **data: Any,
) -> Event:
    """Record what a moderator did, for the log that the moderators of the category read.

    Every service by which somebody changes what is not their own calls this, and not `record`.

    Args:
        verb, subject, reason, data: as `record` takes them.
        before, after: what it changed: ids, states and flags.
        owner_ids: keys of those who may do the same with what is theirs; what one of them does
            is an event like any other, and the reason stays theirs.
        category_ids: where it happened, if not only where the subject is filed now.
        waited: how long it had waited for this decision.
    """
    changed = {"before": dict(before), "after": dict(after), **data}
    if any(actor.is_me(owner_id) for owner_id in owner_ids):
        return _write(verb, actor, subject, "", changed)
    event = _write(verb, actor, subject, reason, changed, by_moderator=True)
    places = kind_of(subject).category_ids(subject) if category_ids is None else category_ids
    EventCategory.objects.bulk_create(
        EventCategory(event=event, category_id=place, occurred_at=event.occurred_at, waited=waited)
        for place in dict.fromkeys(places)
    )
    return event


def _write(
    verb: str,
    actor: Viewer | None,
    subject: Model,
    reason: str,
    data: dict[str, Any],
    *,
    by_moderator: bool | None = None,
) -> Event:
    event = Event.objects.create(
        verb=verb,
        actor_id=actor.pk if actor else None,
        subject_kind=kind_of(subject).name,
        subject_id=subject.pk,
        data=data,
        reason=reason,
        by_moderator=by_moderator,
    )
    enqueue_on_commit(dispatch_event, str(event.pk))
    return event


@task()
def dispatch_event(event_id: str) -> None:
    event = Event.objects.filter(pk=event_id, dispatched_at=None).first()
    if event is not None:
        dispatch(event)


def dispatch(event: Event) -> bool:
    """Run every handler of an event, outside any transaction, then tell the host.

    A handler that fails does not keep the others from running; the event stays undispatched
    and `wm_dispatch` tries again, so handlers are idempotent. Returns whether all succeeded.
    """
    succeeded = True
    for handler in (*handlers[event.verb], *handlers["*"]):
        try:
            handler(event)
        except Exception:
            succeeded = False
            logger.exception("Handler %s failed on event %s.", handler.__qualname__, event.pk)
    if not succeeded:
        Event.objects.filter(pk=event.pk).update(attempts=F("attempts") + 1)
        return False
    for _receiver, error in event_dispatched.send_robust(sender=Event, event=event):
        if isinstance(error, Exception):
            logger.error("A receiver of event_dispatched failed.", exc_info=error)
    Event.objects.filter(pk=event.pk).update(
        dispatched_at=timezone.now(), attempts=F("attempts") + 1
    )
    return True


def dispatch_left_behind(*, older_than: timedelta, limit: int = 10_000) -> tuple[int, int]:
    """Dispatch what a crash or a failing handler left behind, oldest first.

    Returns how many were dispatched, and how many failed again.
    """
    waiting = Event.objects.filter(
        dispatched_at=None, occurred_at__lte=timezone.now() - older_than
    ).order_by("occurred_at", "pk")[:limit]
    outcomes = [dispatch(event) for event in waiting]
    return outcomes.count(True), outcomes.count(False)
