"""Questions as help requests, answers as responses, accepted ones as solutions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Case, F, Q, Value, When
from django.utils import translation
from django.utils.translation import gettext as _

from wargame_mentorship.flows.imports.posts import PastOpening, PastPost, PastReply, Place, Source
from wargame_mentorship.flows.imports.rooms.base import Room
from wargame_mentorship.flows.imports.rooms.conversations import recount_conversations
from wargame_mentorship.flows.imports.texts import Text
from wargame_mentorship.help_requests.documents import documents_of
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse, Status
from wargame_mentorship.search import services as search
from wargame_mentorship.taxonomy.models import Category
from wargame_mentorship.taxonomy.services import resolve_categories


class HelpRequests(Room):
    name = "help"
    opening = HelpRequest
    reply = HelpResponse
    parent = "help_request"
    opener = "requester"
    replier = "responder"
    category_model = Category
    everybodys = Q(is_public=True, deleted_at=None)

    def find_place(self, path: str) -> Place:
        category, _slash, subcategory = path.partition("/")
        return resolve_categories(category=category, subcategory=subcategory or None)

    def new_opening(self, source: Source, post: PastOpening, place: Place) -> HelpRequest:
        category, subcategory = place
        return HelpRequest(
            **self._state_of(source, post),
            category=category,
            subcategory=subcategory,
            language=source.language,
            view_count=post.view_count,
            last_activity_at=post.created_at,
        )

    def new_reply(self, post: PastReply, parent: UUID, answered: UUID | None) -> HelpResponse:
        return HelpResponse(help_request_id=parent)

    def words_of(self, post: PastPost, text: Text) -> dict[str, Any]:
        if isinstance(post, PastOpening):
            return {
                "title": text.title,
                "description": text.markdown,
                "description_html": text.html,
            }
        return {"response_text": text.markdown, "response_text_html": text.html}

    def state_after_edit(self, source: Source, post: PastPost) -> dict[str, Any]:
        if not isinstance(post, PastOpening):
            return {}
        state = self._state_of(source, post)
        if post.closed_at is None:
            # Closed no more; whether it is still solved, `solve` says.
            state["status"] = Case(
                When(resolved_at__isnull=False, then=Value(Status.RESOLVED)),
                default=Value(Status.OPEN),
            )
        return state

    def _state_of(self, source: Source, post: PastOpening) -> dict[str, Any]:
        if post.closed_at is None:
            return {"status": Status.OPEN, "closed_at": None, "closed_reason": ""}
        with translation.override(source.language):
            reason = _("Closed at %(site)s.") % {"site": source.name}
        return {"status": Status.CLOSED, "closed_at": post.closed_at, "closed_reason": reason}

    def solve(self, entry: HelpRequest, answer: HelpResponse | None) -> dict[str, Any]:
        """When it was accepted nobody knows; the answer's own time is the earliest it can be."""
        resolved_at = max(entry.created_at, answer.created_at) if answer else None
        status = entry.status
        if status != Status.CLOSED:
            status = Status.RESOLVED if answer else Status.OPEN
        return {"status": status, "resolved_at": resolved_at}

    def recount(self, openings: Collection[UUID]) -> None:
        recount_conversations(openings)

    def index(self, openings: Collection[UUID], replies: Collection[UUID]) -> None:
        """A response is found by its request, if it is the solution."""
        solved = HelpResponse.objects.filter(pk__in=replies, accepted_for__isnull=False)
        keys = {*openings, *solved.values_list("help_request_id", flat=True)}
        if keys:
            search.index_all(documents_of(HelpRequest.objects.filter(pk__in=keys)))

    def part_from_own(self, openings: Any, user: AbstractBaseUser) -> None:
        """Nobody is the helper of their own question."""
        HelpRequest.objects.filter(
            pk__in=openings, requester=user.pk, assigned_helper=user.pk
        ).update(
            status=Case(
                When(status=Status.IN_PROGRESS, then=Value(Status.OPEN)), default=F("status")
            ),
            assigned_helper=None,
            claimed_until=None,
        )
