"""What one person has written that waits, as one bundle: decided all at once.

A burst of advertisements is one thing to a moderator, and so is what a newcomer wrote on their
first evening.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils import timezone

from wargame_mentorship.core import registry
from wargame_mentorship.core.cleaning import clean_reason
from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.core.mixins import COUNTED
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import write
from wargame_mentorship.host import Actor, Viewer, users
from wargame_mentorship.moderation import rules, services
from wargame_mentorship.moderation.services import MOST_AT_ONCE, Named

FEWEST = 3
"""So many things of one person that wait are a bundle."""
MOST_BUNDLES = 20
"""So many are shown, those first that have the most."""
MOST_READ = 1_000
"""So many things of a kind are looked at, the latest: a burst is news."""
NEARBY = timedelta(minutes=10)
"""Within which what somebody wrote belongs to the burst of which something waits."""

APPROVE, REJECT = "approve", "reject"
ACTIONS = (APPROVE, REJECT)


@dataclass(frozen=True)
class Bundle:
    """What waits of one person where a moderator moderates."""

    author_id: Any
    count: int
    oldest_at: datetime
    joined_at: datetime | None
    """Since when they have their account; None: the host does not know."""
    seen_at: datetime
    """When this was read: what has changed since is no part of what is decided."""


@dataclass(frozen=True)
class Decided:
    """What became of a bundle."""

    done: int
    is_more: bool
    """Whether some of it is left, because it was more than is decided at once."""


def bundles(actor: Actor) -> list[Bundle]:
    """The bundles that wait for a moderator; a query for each kind and one for the people.

    Among the latest `MOST_READ` things of each kind: however much waits, it costs no more.

    Raises:
        SignInRequired: nobody is signed in.
        NotAllowed: they moderate nothing.
    """
    viewer = Viewer.of(actor)
    require(rules.can_moderate_anything, viewer, None)
    now = timezone.now()
    counts: Counter[Any] = Counter()
    oldest: dict[Any, datetime] = {}
    for kind, hooks in registry.moderated_kinds():
        waiting = services.held(viewer, kind.name).exclude(**{hooks.author: None})
        latest = waiting.order_by("-created_at", "-pk").values_list(hooks.author, "created_at")
        for key, created_at in latest[:MOST_READ]:
            counts[key] += 1
            oldest[key] = min(created_at, oldest.get(key, now))
    largest = [(key, count) for key, count in counts.most_common(MOST_BUNDLES) if count >= FEWEST]
    people = get_user_model()._default_manager.in_bulk([key for key, _count in largest])
    return [
        Bundle(
            author_id=key,
            count=count,
            oldest_at=oldest[key],
            joined_at=users().joined_at(people[key]),
            seen_at=now,
        )
        for key, count in largest
        if key in people
    ]


@write
def decide_bundle(
    *,
    actor: Actor,
    author_id: Any,
    action: str,
    reason: str = "",
    seen_at: datetime | None = None,
) -> Decided:
    """Approve or reject all that waits of somebody in the actor's categories, and nowhere else.

    With what is rejected goes what everybody sees of the burst: of theirs, whatever they wrote
    within ten minutes of something that waits. What cannot be decided keeps nothing else from it;
    where nothing waits, nothing happens. No more than `MOST_AT_ONCE` in all, the oldest first.

    Args:
        author_id: a user's key, also as it stands in a form.
        seen_at: when the actor read it; what came or changed later stays as it is.

    Raises:
        SignInRequired: nobody is signed in.
        NotAllowed: they moderate nothing.
        NotFound: there is no such action, or this is no key.
        Invalid: the `reason`.
    """
    viewer = Viewer.of(actor)
    require(rules.can_moderate_anything, viewer, None)
    if action not in ACTIONS:
        raise NotFound
    clean_reason(reason)
    key, until = _key(author_id), seen_at or timezone.now()
    waiting = _waiting(viewer, key, until)
    moves = [(action, kind, entry) for kind, entry in waiting]
    if action == REJECT:
        moves += [("hide", kind, entry) for kind, entry in _nearby(viewer, key, until, waiting)]
    chosen = moves[:MOST_AT_ONCE]
    # In the order in which `decide_all` takes rows, for those who decide the same at once.
    chosen.sort(key=lambda move: (move[1], move[2].pk))
    outcomes = [
        services.attempt(
            services.SERVICES[move],
            Named(kind, entry.pk, entry.version),
            actor=viewer,
            reason=reason,
        )
        for move, kind, entry in chosen
    ]
    done = sum(1 for outcome in outcomes if outcome.error is None)
    return Decided(done, is_more=len(moves) > MOST_AT_ONCE)


def as_moment(given: str) -> datetime | None:
    """When a form says that a bundle was read; None: it does not say.

    Raises: NotFound: no form of ours says such a thing.
    """
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise NotFound from None
    if moment.tzinfo is None:
        raise NotFound
    return moment


def _key(given: Any) -> Any:
    """Raises: NotFound: no key of a person."""
    field: Any = get_user_model()._meta.pk
    try:
        key = field.clean(given, None)
    except ValidationError:
        raise NotFound from None
    if key is None:
        # What is nobody's any more is no bundle.
        raise NotFound
    return key


Entry = tuple[str, Any]
"""A kind, and something of it."""


def _waiting(viewer: Viewer, key: Any, until: datetime) -> list[Entry]:
    """The oldest first; one more than is decided at once, to know that there is more."""
    found: list[Entry] = []
    for kind, hooks in registry.moderated_kinds():
        held = services.held(viewer, kind.name).filter(**{hooks.author: key}, updated_at__lte=until)
        in_order = held.order_by("created_at", "pk")[: MOST_AT_ONCE + 1]
        found += [(kind.name, entry) for entry in in_order]
    return sorted(found, key=_age)[: MOST_AT_ONCE + 1]


def _nearby(viewer: Viewer, key: Any, until: datetime, waiting: Sequence[Entry]) -> list[Entry]:
    """What everybody sees of what was written around something that waits; the oldest first."""
    if not waiting:
        return []
    moments = [entry.created_at for _kind, entry in waiting]
    found: list[Entry] = []
    for kind, hooks in registry.moderated_kinds():
        seen = hooks.by(viewer).filter(
            COUNTED,
            **{hooks.author: key},
            updated_at__lte=until,
            created_at__range=(min(moments) - NEARBY, max(moments) + NEARBY),
        )
        in_order = seen.order_by("created_at", "pk")[: MOST_AT_ONCE + 1]
        found += [
            (kind.name, entry)
            for entry in in_order
            if any(abs(entry.created_at - moment) <= NEARBY for moment in moments)
        ]
    return sorted(found, key=_age)


def _age(entry: Entry) -> tuple[Any, ...]:
    return (entry[1].created_at, entry[0], entry[1].pk)
