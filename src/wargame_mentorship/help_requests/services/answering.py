"""Answering a help request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.cleaning import FieldErrors, clean_markdown
from wargame_mentorship.core.errors import (
    Conflict,
    DomainError,
    NotFound,
    Stale,
    WrongState,
)
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.help_requests import rules
from wargame_mentorship.help_requests.models import (
    HelpRequest,
    HelpResponse,
    Status,
)
from wargame_mentorship.help_requests.services.common import (
    MOST_PHOTOS,
    visible,
)
from wargame_mentorship.help_requests.services.steps import (
    FIELD,
    Answer,
    StepInput,
    clean_answer,
    write_steps,
)
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.moderation.holding import (
    Hold,
    Screened,
    hold_columns,
    record_hold,
    screen,
)
from wargame_mentorship.photos import services as photos

OPEN_FOR_ANSWERS = (Status.OPEN, Status.IN_PROGRESS, Status.RESOLVED)
OPEN_FOR_QUESTIONS = (Status.OPEN, Status.IN_PROGRESS)


def respond(
    *,
    actor: Actor,
    help_request: HelpRequest,
    text: str,
    photo_ids: Sequence[UUID] = (),
    steps: Sequence[StepInput] = (),
    if_version: int | None = None,
) -> HelpResponse:
    """Answer a help request, in every state but closed (409 `closed`).

    Args:
        steps: up to 20 in their order, each with a text and, if it has one, the id of its photo.
        if_version: of the request that is answered.

    Raises:
        Stale: `if_version` is no longer the version of the request.
    """
    viewer = Viewer.of(actor)
    current = visible(viewer, help_request)
    require(rules.can_respond_help_request, viewer, current)
    answer = clean_answer(text=text, steps=steps, photo_ids=photo_ids)
    screened = _screen(viewer, current, answer, photo_ids)
    return _respond(
        actor=viewer,
        help_request=current,
        answer=answer.reworded(screened),
        held=screened.held,
        photo_ids=photo_ids,
        if_version=if_version,
    )


def ask_for_info(
    *, actor: Actor, help_request: HelpRequest, question: str, if_version: int | None = None
) -> HelpResponse:
    """Ask the asker something back; the request needs info until they answer or edit it.

    The question is a part of the conversation that cannot be accepted.

    Raises:
        Stale: `if_version` is no longer the version of the request.
        WrongState: the request is solved or closed.
    """
    viewer = Viewer.of(actor)
    current = visible(viewer, help_request)
    require(rules.can_ask_for_info, viewer, current)
    errors = FieldErrors()
    cleaned = errors.attempt("question", clean_markdown, question)
    errors.raise_if_any()
    assert cleaned is not None  # noqa: S101 - an error would have been raised
    answer = Answer(*cleaned, steps=())
    screened = _screen(viewer, current, answer, (), field="question")
    return _respond(
        actor=viewer,
        help_request=current,
        answer=answer.reworded(screened),
        held=screened.held,
        if_version=if_version,
        asks_back=True,
    )


def _screen(
    viewer: Viewer,
    help_request: HelpRequest,
    answer: Answer,
    photo_ids: Sequence[UUID],
    *,
    field: str = FIELD,
) -> Screened:
    return screen(
        viewer,
        HelpResponse.KIND,
        answer.texts(field=field),
        help_request.category_ids,
        len(photo_ids) + answer.photo_count,
    )


@write
def _respond(
    *,
    actor: Viewer,
    help_request: HelpRequest,
    answer: Answer,
    held: Hold | None,
    photo_ids: Sequence[UUID] = (),
    if_version: int | None,
    asks_back: bool = False,
) -> HelpResponse:
    now = timezone.now()
    states = OPEN_FOR_QUESTIONS if asks_back else OPEN_FOR_ANSWERS
    open_for_it = HelpRequest.objects.filter(pk=help_request.pk, deleted_at=None, status__in=states)
    if if_version is not None:
        open_for_it = open_for_it.filter(version=if_version)
    # The parent first: its row is what keeps a concurrent close and a concurrent answer apart.
    taken = (
        open_for_it.exists()
        if held
        else open_for_it.update(**counted(actor.pk, help_request, now, asks_back=asks_back))
    )
    if not taken:
        raise _refusal(help_request, if_version, asks_back=asks_back)
    response = HelpResponse.objects.create(
        help_request=help_request,
        responder_id=actor.pk,
        **answer.columns,
        asks_back=asks_back,
        created_at=now,
        updated_at=now,
        **hold_columns(held, now),
    )
    photos.attach_photos(
        actor=actor,
        kind=HelpResponse.KIND,
        content_id=response.pk,
        photo_ids=photo_ids,
        most=MOST_PHOTOS,
    )
    if answer.steps:
        write_steps(actor, response, answer.steps)
    if not held:
        events.record(
            told_as(response), actor=actor, subject=help_request, response_id=str(response.pk)
        )
    record_hold(response, held)
    return response


def _refusal(help_request: HelpRequest, if_version: int | None, *, asks_back: bool) -> DomainError:
    """Why a request takes no answer, as it is now."""
    found = HelpRequest.objects.filter(pk=help_request.pk, deleted_at=None).first()
    if found is None:
        return NotFound()
    if if_version is not None and found.version != if_version:
        return Stale()
    if asks_back:
        return WrongState(_("This is solved or closed; there is nothing left to ask."))
    return Conflict(_("This request is closed."), code="closed")


def told_as(response: HelpResponse) -> str:
    """The verb of the event that tells of it."""
    return "help_request.info_requested" if response.asks_back else "help_request.answered"


def counted(
    responder_id: Any, help_request: HelpRequest, now: datetime, *, asks_back: bool = False
) -> dict[str, Any]:
    """What a visible answer, written at `now`, changes in its request.

    Answers written at once commit in any order, so each column takes the extreme of what it has
    and what this answer brings, never simply the latter.
    """
    by_asker = responder_id is not None and responder_id == help_request.requester_id
    is_last = Q(last_response_at=None) | Q(last_response_at__lte=now)
    columns: dict[str, Any] = {
        "response_count": F("response_count") + 1,
        # Before the column it looks at: MariaDB sets columns one after the other.
        "asker_had_last_word": Case(When(is_last, then=by_asker), default=F("asker_had_last_word")),
        "last_response_at": Greatest(Coalesce(F("last_response_at"), now), now),
        "last_activity_at": Greatest(F("last_activity_at"), now),
        # A helper who has spoken keeps the request; only silence lets a claim run out.
        "claimed_until": Case(
            When(assigned_helper=responder_id, then=None), default=F("claimed_until")
        ),
    }
    if by_asker:
        columns["needs_info_since"] = None
    else:
        columns["first_response_at"] = Least(Coalesce(F("first_response_at"), now), now)
    if asks_back:
        columns["needs_info_since"] = Coalesce(F("needs_info_since"), now)
    return columns
