"""Giving imported content to the account of the person who wrote it, and taking it back."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Conflict, Invalid
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.flows.imports.models import ImportedAuthor, ImportedItem
from wargame_mentorship.flows.imports.rooms import ROOMS
from wargame_mentorship.flows.imports.rooms.base import Room
from wargame_mentorship.host import Actor, Viewer, users
from wargame_mentorship.reputation.models import HelpfulVote

logger = logging.getLogger("wargame_mentorship.imports")


@dataclass(frozen=True)
class Claimed:
    """How much changed hands, and how many votes were on what is now the voter's own."""

    help_requests: int = 0
    help_responses: int = 0
    forum_topics: int = 0
    forum_posts: int = 0
    votes_removed: int = 0

    @classmethod
    def of(cls, moved: Counter[str], *, votes_removed: int = 0) -> Claimed:
        """Args: moved: numbers by kind of content."""
        return cls(
            **{f"{kind}s": many for kind, many in moved.items()}, votes_removed=votes_removed
        )

    def named(self) -> list[str]:
        """What there is to tell, in words."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        del found["votes_removed"]
        return [f"{many} {name.replace('_', ' ')}" for name, many in found.items() if many]


def can_claim_author(viewer: Viewer, author: ImportedAuthor) -> bool:
    """Whoever moderates every category in which the author has written, in every room."""
    moderates_any = False
    for room in ROOMS.values():
        moderated = viewer.moderated_ids(room.category_model)
        moderates_any |= bool(moderated)
        if not _categories_of(author, room) <= moderated:
            return False
    return viewer.is_authenticated and moderates_any


@write
def claim_author(*, actor: Actor | None, author: ImportedAuthor, user: AbstractBaseUser) -> Claimed:
    """Attribute everything an imported author wrote to an account; again changes nothing.

    What later imports bring of the same author goes to the account too. The account's votes on
    what turns out to be its own are removed, and so is its place as the helper of its own
    questions.

    Args:
        actor: who decides; None is the operator of the site, at the command line.

    Raises:
        NotAllowed, SignInRequired: not this actor's to decide.
        Invalid: the account is deactivated or gone.
        Conflict: `taken`, another account holds them.
    """
    if actor is not None:
        require(can_claim_author, Viewer.of(actor), author)
    people = get_user_model()._default_manager
    if not people.filter(users().active_filter(""), pk=user.pk).exists():
        raise Invalid.field("user", _("This account is not active."), "not_active")
    current = ImportedAuthor.objects.select_for_update().get(pk=author.pk)
    if current.claimed_by_id == user.pk:
        return Claimed()
    if current.claimed_by_id is not None:
        raise Conflict(_("Another account has claimed this author."), code="taken")
    places = _places_of(current)
    moved: Counter[str] = Counter()
    removed = 0
    for room in ROOMS.values():
        held = _lock(current, room)
        for model in room.models:
            moved[model.KIND] += _hand_over(current, room, model, None, user.pk)
        room.part_from_own(_ids(current, room.opening), user)
        removed += _remove_own_votes(current, room, user)
        votes = _votes_on(current, room, user.pk, author_id=None)
        votes.exclude(voter=user.pk).update(author=user.pk)
        room.recount(held)
    ImportedAuthor.objects.filter(pk=current.pk).update(
        claimed_by=user.pk, claimed_at=timezone.now(), updated_at=timezone.now()
    )
    author.refresh_from_db()
    _record("claimed", actor, author, places, before=None, after=user.pk)
    logger.info("Author %s of %s was claimed by account %s.", author.key, author.source, user.pk)
    return Claimed.of(moved, votes_removed=removed)


@write
def unclaim_author(*, actor: Actor | None, author: ImportedAuthor) -> Claimed:
    """Take a claim back: the content is the placeholder's again; again changes nothing.

    Votes that the claim removed do not come back.

    Raises:
        NotAllowed, SignInRequired: not this actor's to decide.
    """
    if actor is not None:
        require(can_claim_author, Viewer.of(actor), author)
    current = ImportedAuthor.objects.select_for_update().get(pk=author.pk)
    before, places = current.claimed_by_id, _places_of(current)
    released = _release(current, everything=True)
    author.refresh_from_db()
    if before is not None:
        _record("unclaimed", actor, author, places, before=before, after=None)
    return released


def _places_of(author: ImportedAuthor) -> set[UUID]:
    """Keys of the categories, in every room, in which the author has written."""
    return {key for room in ROOMS.values() for key in _categories_of(author, room)}


def _record(
    verb: str,
    actor: Actor | None,
    author: ImportedAuthor,
    places: set[UUID],
    *,
    before: Any,
    after: Any,
) -> None:
    """What the operator of the site does is in the log of the server."""
    if actor is not None:
        events.record_moderation(
            f"{ImportedAuthor.KIND}.{verb}",
            actor=Viewer.of(actor),
            subject=author,
            before={"claimed_by": before if before is None else str(before)},
            after={"claimed_by": after if after is None else str(after)},
            category_ids=places,
        )


def forget_author(author: ImportedAuthor) -> None:
    """Part an author whose person is erased from the account and the name, for good.

    What they have made private or deleted here stays the account's, for the rooms' own erasure to
    remove. Inside the caller's transaction, which holds the row.
    """
    for room in ROOMS.values():
        room.forget_versions(*(_ids(author, model) for model in room.models))
    _release(author, everything=False)
    ImportedAuthor.objects.filter(pk=author.pk).update(display_name="", url="", is_withheld=True)


def _release(author: ImportedAuthor, *, everything: bool) -> Claimed:
    """Part an author and its account; without `everything` in what everybody may see."""
    user_id = author.claimed_by_id
    moved: Counter[str] = Counter()
    for room in ROOMS.values() if user_id is not None else ():
        held = _lock(author, room)
        for model in room.models:
            seen = room.everybodys if model is room.opening else Q(deleted_at=None)
            only = Q() if everything else seen
            moved[model.KIND] += _hand_over(author, room, model, user_id, None, only=only)
        _votes_on(author, room, None, author_id=user_id).update(author=None)
        room.recount(held)
    if user_id is not None:
        logger.info("Author %s of %s was released.", author.key, author.source)
    ImportedAuthor.objects.filter(pk=author.pk).update(
        claimed_by=None, claimed_at=None, updated_at=timezone.now()
    )
    return Claimed.of(moved)


def _items(author: ImportedAuthor, model: Any) -> QuerySet[Any]:
    return ImportedItem.objects.filter(author=author.pk, kind=model.KIND)


def _ids(author: ImportedAuthor, model: Any) -> QuerySet[Any]:
    return _items(author, model).values("object_id")


def _conversations_of(author: ImportedAuthor, room: Room) -> QuerySet[Any]:
    """The openings of those in which the author took part."""
    replies = room.reply._default_manager.filter(pk__in=_ids(author, room.reply))
    found: QuerySet[Any] = room.opening._default_manager.filter(
        Q(pk__in=_ids(author, room.opening)) | Q(pk__in=replies.values(room.parent))
    )
    return found


def _categories_of(author: ImportedAuthor, room: Room) -> set[UUID]:
    rows = _conversations_of(author, room).order_by()
    return set(rows.values_list("category_id", flat=True).distinct())


def _lock(author: ImportedAuthor, room: Room) -> list[UUID]:
    """Hold every opening of a conversation of the author's, in the order of keys."""
    keys = list(_conversations_of(author, room).values_list("pk", flat=True))
    rows = room.opening._default_manager.select_for_update().filter(pk__in=keys).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _hand_over(
    author: ImportedAuthor,
    room: Room,
    model: Any,
    before: Any,
    after: Any,
    *,
    only: Q | None = None,
) -> int:
    """Change who wrote; content that nobody has touched stays untouched for later imports."""
    column = room.writer_column(model)
    theirs = model._default_manager.filter(**{column: before}).filter(only or Q())
    same = theirs.filter(pk=OuterRef("object_id")).order_by().values("version")[:1]
    _items(author, model).filter(version=Subquery(same)).update(version=F("version") + 1)
    changed: int = theirs.filter(pk__in=_ids(author, model)).update(
        **{column: after}, version=F("version") + 1
    )
    return changed


def _remove_own_votes(author: ImportedAuthor, room: Room, user: AbstractBaseUser) -> int:
    """Remove the account's votes on the author's replies, and take them off the counters."""
    mine = _votes_on(author, room, user.pk, author_id=None).filter(voter=user.pk)
    votes = list(mine)
    counted = [vote.content_id for vote in votes if vote.is_helpful]
    replies, openings = room.reply._default_manager, room.opening._default_manager
    parents = Counter(replies.filter(pk__in=counted).values_list(room.parent, flat=True))
    for pk, number in sorted(parents.items()):
        openings.filter(pk=pk).update(helpful_count=F("helpful_count") - number)
    for pk in sorted(counted):
        replies.filter(pk=pk).update(helpful_count=F("helpful_count") - 1)
    HelpfulVote.objects.filter(pk__in=[vote.pk for vote in votes]).delete()
    return len(votes)


def _votes_on(
    author: ImportedAuthor, room: Room, writer_id: Any, *, author_id: Any
) -> QuerySet[Any]:
    """Votes on those of the author's replies that are the writer's now."""
    replies = room.reply._default_manager.filter(
        pk__in=_ids(author, room.reply), **{room.replier: writer_id}
    )
    return HelpfulVote.objects.filter(
        content_type=room.reply.KIND, content_id__in=replies.values("pk"), author=author_id
    )
