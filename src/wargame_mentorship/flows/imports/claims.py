"""Giving imported content to the account of the person who wrote it, and taking it back."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Conflict, Invalid
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import write
from wargame_mentorship.flows.imports.conversations import recount_conversations
from wargame_mentorship.flows.imports.models import ImportedAuthor, ImportedItem
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse, Status
from wargame_mentorship.host import Actor, Viewer, users
from wargame_mentorship.reputation.models import HelpfulVote
from wargame_mentorship.taxonomy.models import Category

logger = logging.getLogger("wargame_mentorship.imports")


@dataclass(frozen=True)
class Claimed:
    """How much changed hands, and how many votes were on what is now the voter's own."""

    help_requests: int = 0
    help_responses: int = 0
    votes_removed: int = 0


def can_claim_author(viewer: Viewer, author: ImportedAuthor) -> bool:
    """Whoever moderates every category in which the author has written."""
    moderated = viewer.moderated_ids(Category)
    return viewer.is_authenticated and bool(moderated) and _categories_of(author) <= moderated


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
    lock = _lock(current)
    asked = _hand_over(current, HelpRequest, "requester", None, user.pk)
    answered = _hand_over(current, HelpResponse, "responder", None, user.pk)
    _leave_own_requests(current, user)
    removed = _remove_own_votes(current, user)
    votes = _votes_on(current, user.pk, author_id=None)
    votes.exclude(voter=user.pk).update(author=user.pk)
    recount_conversations(lock)
    ImportedAuthor.objects.filter(pk=current.pk).update(
        claimed_by=user.pk, claimed_at=timezone.now(), updated_at=timezone.now()
    )
    author.refresh_from_db()
    logger.info("Author %s of %s was claimed by account %s.", author.key, author.source, user.pk)
    return Claimed(asked, answered, removed)


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
    released = release(current)
    author.refresh_from_db()
    return released


def release(author: ImportedAuthor, *, only: Q | None = None) -> Claimed:
    """Part an author and its account; inside the caller's transaction, which holds the row.

    Args:
        only: leave content that this does not fit with the account.
    """
    user_id = author.claimed_by_id
    asked = answered = 0
    if user_id is not None:
        lock = _lock(author)
        asked = _hand_over(author, HelpRequest, "requester", user_id, None, only=only)
        answered = _hand_over(author, HelpResponse, "responder", user_id, None)
        _votes_on(author, None, author_id=user_id).update(author=None)
        recount_conversations(lock)
        logger.info("Author %s of %s was released.", author.key, author.source)
    ImportedAuthor.objects.filter(pk=author.pk).update(
        claimed_by=None, claimed_at=None, updated_at=timezone.now()
    )
    return Claimed(asked, answered)


def _items(author: ImportedAuthor, model: type[HelpRequest] | type[HelpResponse]) -> QuerySet[Any]:
    return ImportedItem.objects.filter(author=author.pk, kind=model.KIND)


def _ids(author: ImportedAuthor, model: type[HelpRequest] | type[HelpResponse]) -> QuerySet[Any]:
    return _items(author, model).values("object_id")


def _categories_of(author: ImportedAuthor) -> set[UUID]:
    answered = HelpResponse.objects.filter(pk__in=_ids(author, HelpResponse))
    requests = HelpRequest.objects.filter(
        Q(pk__in=_ids(author, HelpRequest)) | Q(pk__in=answered.values("help_request"))
    )
    return set(requests.order_by().values_list("category_id", flat=True).distinct())


def _lock(author: ImportedAuthor) -> list[UUID]:
    """Hold every request in which the author took part; parents first, in the order of keys."""
    answered = HelpResponse.objects.filter(pk__in=_ids(author, HelpResponse))
    ids = {
        *_items(author, HelpRequest).values_list("object_id", flat=True),
        *answered.values_list("help_request", flat=True),
    }
    rows = HelpRequest.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _hand_over(
    author: ImportedAuthor,
    model: type[HelpRequest] | type[HelpResponse],
    column: str,
    before: Any,
    after: Any,
    *,
    only: Q | None = None,
) -> int:
    """Change who wrote; content that nobody has touched stays untouched for later imports."""
    manager: Any = model._default_manager
    theirs = manager.filter(**{column: before}).filter(only or Q())
    same = theirs.filter(pk=OuterRef("object_id")).order_by().values("version")[:1]
    _items(author, model).filter(version=Subquery(same)).update(version=F("version") + 1)
    changed: int = theirs.filter(pk__in=_ids(author, model)).update(
        **{column: after}, version=F("version") + 1
    )
    return changed


def _leave_own_requests(author: ImportedAuthor, user: AbstractBaseUser) -> None:
    """Nobody is the helper of their own question."""
    HelpRequest.objects.filter(
        pk__in=_ids(author, HelpRequest), requester=user.pk, assigned_helper=user.pk
    ).update(
        status=Case(When(status=Status.IN_PROGRESS, then=Value(Status.OPEN)), default=F("status")),
        assigned_helper=None,
        claimed_until=None,
    )


def _remove_own_votes(author: ImportedAuthor, user: AbstractBaseUser) -> int:
    """Remove the account's votes on the author's answers, and take them off the counters."""
    mine = _votes_on(author, user.pk, author_id=None).filter(voter=user.pk)
    votes = list(mine)
    counted = [vote.content_id for vote in votes if vote.is_helpful]
    parents = Counter(
        HelpResponse.objects.filter(pk__in=counted).values_list("help_request", flat=True)
    )
    for pk, number in sorted(parents.items()):
        HelpRequest.objects.filter(pk=pk).update(helpful_count=F("helpful_count") - number)
    for pk in sorted(counted):
        HelpResponse.objects.filter(pk=pk).update(helpful_count=F("helpful_count") - 1)
    HelpfulVote.objects.filter(pk__in=[vote.pk for vote in votes]).delete()
    return len(votes)


def _votes_on(author: ImportedAuthor, responder_id: Any, *, author_id: Any) -> QuerySet[Any]:
    """Votes on those of the author's answers that are the responder's now."""
    answers = HelpResponse.objects.filter(pk__in=_ids(author, HelpResponse), responder=responder_id)
    return HelpfulVote.objects.filter(
        content_type=HelpResponse.KIND, content_id__in=answers.values("pk"), author=author_id
    )
