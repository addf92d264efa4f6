"""What moderators do with several topics or posts at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.cleaning import clean_reason
from wargame_mentorship.core.errors import DomainError, Invalid, NotFound, Stale
from wargame_mentorship.core.permissions import require
from wargame_mentorship.forums import rules
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.forums.services.common import destination
from wargame_mentorship.forums.services.removing import delete_post, delete_topic, restore_topic
from wargame_mentorship.forums.services.steering import lock, move, pin, unlock, unpin
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.moderation.services import Named, Outcome, clean_selection, moderated


class _Service(Protocol):
    """Does one thing with one of them, as it was read, for a reason."""

    def __call__(
        self, viewer: Viewer, subject: Any, reason: str, category_id: UUID | None
    ) -> Any: ...


def _move(viewer: Viewer, subject: Any, reason: str, category_id: UUID | None) -> Any:
    assert category_id is not None  # noqa: S101 - asked by `steer_all`
    return move(actor=viewer, topic=subject, category_id=category_id, reason=reason)


def _steering(service: Any) -> _Service:
    return lambda viewer, subject, reason, _category: service(
        actor=viewer, topic=subject, reason=reason
    )


TOGETHER: Mapping[str, Mapping[str, _Service]] = MappingProxyType(
    {
        ForumTopic.KIND: {
            "pin": _steering(pin),
            "unpin": _steering(unpin),
            "lock": _steering(lock),
            "unlock": _steering(unlock),
            "move": _move,
            "restore": _steering(restore_topic),
            "delete": lambda viewer, subject, reason, _category: delete_topic(
                actor=viewer, topic=subject, reason=reason, if_version=subject.version
            ),
        },
        ForumPost.KIND: {
            "delete": lambda viewer, subject, reason, _category: delete_post(
                actor=viewer, post=subject, reason=reason, if_version=subject.version
            ),
        },
    }
)
"""What can be done with several of a kind, by its name."""

STEERED_TOGETHER = tuple(dict.fromkeys(name for names in TOGETHER.values() for name in names))


def steer_all(
    *,
    actor: Actor,
    action: str,
    subjects: Collection[Named],
    reason: str = "",
    category_id: UUID | None = None,
) -> list[Outcome]:
    """Do one thing with each of several topics, or posts, where the actor moderates.

    What is refused keeps nothing else from being done. Each is a transaction of its own: a
    category's row is the last that one takes, and the next topic would come after it.

    Args:
        category_id: where to, if they are moved.

    Raises:
        SignInRequired: nobody is signed in.
        NotAllowed: they moderate no forum.
        Invalid: the `reason`; or no `subjects`, or too many; a move without a `category_id` of a
            category that they moderate.
    """
    viewer = Viewer.of(actor)
    require(rules.moderates_any_category, viewer, None)
    clean_reason(reason)
    wanted = clean_selection(subjects)
    if action == "move":
        if category_id is None:
            raise Invalid.field("category_id", _("Choose where to."), "required")
        destination(viewer, category_id)
    found = _found(viewer, action, wanted)
    outcomes = []
    for key, named in wanted.items():
        try:
            service = TOGETHER.get(named.kind, {}).get(action)
            subject = found.get(key)
            if service is None or subject is None:
                raise NotFound
            if named.if_version not in (None, subject.version):
                raise Stale
            done = service(viewer, subject, reason, category_id)
        except DomainError as error:
            outcomes.append(Outcome(*key, error=error))
        else:
            outcomes.append(Outcome(*key, done))
    return outcomes


def _found(
    viewer: Viewer, action: str, wanted: Mapping[tuple[str, UUID], Named]
) -> dict[tuple[str, UUID], Any]:
    """Those that are the viewer's to steer; of what is to be restored, those that are deleted."""
    found: dict[tuple[str, UUID], Any] = {}
    for kind in TOGETHER:
        keys = [named.object_id for named in wanted.values() if named.kind == kind]
        if not keys:
            continue
        theirs = moderated(kind).by(viewer)
        if action == "restore" and kind == ForumTopic.KIND:
            theirs = ForumTopic.objects.restorable_by(viewer)
        found |= {(kind, entry.pk): entry for entry in theirs.filter(pk__in=keys)}
    return found
