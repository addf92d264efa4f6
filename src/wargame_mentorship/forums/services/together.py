"""Doing one thing with many topics, for one reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.cleaning import clean_reason
from wargame_mentorship.core.errors import DomainError, Invalid, NotFound
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import write
from wargame_mentorship.forums import rules
from wargame_mentorship.forums.models import ForumTopic
from wargame_mentorship.forums.services.common import lock_topics
from wargame_mentorship.forums.services.merging import where_merged
from wargame_mentorship.forums.services.removing import delete_topic, restore_topic
from wargame_mentorship.forums.services.steering import lock, move, pin, unlock, unpin
from wargame_mentorship.host import Actor, Viewer

MOST_AT_ONCE = 100
"""So many topics one steers at once."""

TOGETHER: Mapping[str, Callable[..., ForumTopic]] = MappingProxyType(
    {
        "pin": pin,
        "unpin": unpin,
        "lock": lock,
        "unlock": unlock,
        "move": move,
        "delete": delete_topic,
        "restore": restore_topic,
    }
)
"""What can be done with many, by the name of the move; `move` takes a `category_id`."""


@dataclass(frozen=True)
class Outcome:
    """What became of one of several topics; `error` says why it is as it was."""

    topic_id: UUID
    error: DomainError | None = None


@write
def steer_all(
    *,
    actor: Actor,
    action: str,
    topic_ids: Collection[UUID],
    reason: str = "",
    category_id: UUID | None = None,
) -> list[Outcome]:
    """Do one thing with each of several topics, for one reason, in one transaction.

    What is refused keeps nothing else from being done.

    Raises:
        SignInRequired: nobody is signed in.
        NotAllowed: they moderate no forum category.
        NotFound: there is no such move.
        Invalid: the `reason`; no `topics`, or more than `MOST_AT_ONCE`; a move without
            `category_id`.
    """
    viewer = Viewer.of(actor)
    require(rules.moderates_anything, viewer, None)
    if (service := TOGETHER.get(action)) is None:
        raise NotFound
    clean_reason(reason)
    wanted = list(dict.fromkeys(topic_ids))
    if not wanted:
        raise Invalid.field("topics", _("Choose at least one."), "required")
    if len(wanted) > MOST_AT_ONCE:
        message = _("%(most)d at once, and no more.") % {"most": MOST_AT_ONCE}
        raise Invalid.field("topics", message, "too_many")
    given: dict[str, Any] = {"actor": viewer, "reason": reason}
    if action == "move":
        if category_id is None:
            raise Invalid.field("category_id", _("Choose where to."), "required")
        given["category_id"] = category_id
    _hold(wanted)
    return [_outcome(service, key, given) for key in wanted]


def _hold(topic_ids: Collection[UUID]) -> None:
    """Hold all of them before the first is touched: categories are held after every topic."""
    merged = ForumTopic.objects.filter(pk__in=topic_ids, merged_into__isnull=False)
    lock_topics({*topic_ids, *(where_merged(topic).pk for topic in merged)})


def _outcome(service: Callable[..., Any], key: UUID, given: Mapping[str, Any]) -> Outcome:
    try:
        with transaction.atomic():
            service(topic=ForumTopic(pk=key), **given)
    except DomainError as error:
        return Outcome(key, error)
    return Outcome(key)
