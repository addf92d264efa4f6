"""Changing an answer, and deleting it; in every state of its request, closed too."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.cleaning import clean_reason
from wargame_mentorship.core.errors import Conflict, Stale
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.help_requests import rules
from wargame_mentorship.help_requests.documents import document_of
from wargame_mentorship.help_requests.models import (
    HelpRequest,
    HelpResponse,
    HelpResponseStep,
    Status,
)
from wargame_mentorship.help_requests.services.common import (
    MOST_PHOTOS,
    lock,
    visible_response,
)
from wargame_mentorship.help_requests.services.moderating import take_out_of_view
from wargame_mentorship.help_requests.services.moving import mark_solution, take_back
from wargame_mentorship.help_requests.services.steps import (
    Answer,
    StepInput,
    clean_answer,
    write_steps,
)
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.moderation.holding import (
    Hold,
    adds_photos,
    hold_columns,
    record_hold,
    screen,
)
from wargame_mentorship.photos import services as photos
from wargame_mentorship.search import services as search


def edit_response(
    *,
    actor: Actor,
    response: HelpResponse,
    text: str | None = None,
    photo_ids: Sequence[UUID] | None = None,
    steps: Sequence[StepInput] | None = None,
    if_version: int | None = None,
) -> HelpResponse:
    """Change what `respond` sets; None keeps what is there.

    What changes nothing is no edit. Steps are replaced as a whole, photos that stay among them
    are kept. What the author writes is screened, and held if it has to be.

    Raises:
        Stale: `if_version` is no longer the version of the response.
    """
    viewer = Viewer.of(actor)
    current = visible_response(viewer, response)
    require(rules.can_edit_response, viewer, current)
    answer = clean_answer(text=text, steps=steps, photo_ids=photo_ids, before=current)
    held = None
    if viewer.is_me(current.responder_id) and (
        answer.parts(current) != _parts_of(current) or _adds_photos(current, answer, photo_ids)
    ):
        screened = screen(
            viewer,
            HelpResponse.KIND,
            answer.texts(current),
            current.help_request.category_ids,
            len(photo_ids or ()) + answer.photo_count,
        )
        held, answer = screened.held, answer.reworded(screened)
    return _edit(
        actor=viewer,
        response=current,
        answer=answer,
        photo_ids=photo_ids,
        held=held,
        if_version=if_version,
    )


@write
def _edit(
    *,
    actor: Viewer,
    response: HelpResponse,
    answer: Answer,
    photo_ids: Sequence[UUID] | None,
    held: Hold | None,
    if_version: int | None,
) -> HelpResponse:
    help_request = lock(response.help_request_id)
    current = _as_it_is(response, if_version)
    if not _changes(current, answer, photo_ids):
        return current
    before = {"version": current.version}
    now = timezone.now()
    columns = {**answer.columns, "edited_at": now, "updated_at": now, "version": F("version") + 1}
    # What a moderator has hidden stays so, whatever it says now.
    goes_out_of_view = current.moderation_state == ModerationState.VISIBLE and held is not None
    if goes_out_of_view:
        columns |= hold_columns(held, now)
    HelpResponse.objects.filter(pk=current.pk).update(**columns)
    if photo_ids is not None:
        photos.replace_photos(
            actor=actor,
            kind=HelpResponse.KIND,
            content_id=current.pk,
            photo_ids=photo_ids,
            most=MOST_PHOTOS,
        )
    if answer.steps is not None:
        write_steps(actor, current, answer.steps)
    current.refresh_from_db()
    if goes_out_of_view:
        take_out_of_view(current, help_request)
    if current.is_solution:
        search.index(document_of(help_request))
    events.record_moderation(
        "help_response.edited",
        actor=actor,
        subject=current,
        before=before,
        after={"version": current.version},
        owner_ids=(current.responder_id,),
    )
    if goes_out_of_view:
        record_hold(current, held)
    return current


@write
def delete_response(
    *, actor: Actor, response: HelpResponse, reason: str = "", if_version: int | None = None
) -> HelpResponse:
    """Delete an answer softly; a moderator who deletes the solution takes the acceptance back.

    Raises:
        Conflict: it is the solution and the actor only its author (409 `accepted`).
        Stale: `if_version` is no longer the version of the response.
    """
    viewer = Viewer.of(actor)
    seen = visible_response(viewer, response)
    require(rules.can_delete_response, viewer, seen)
    cleaned = clean_reason(reason)
    help_request = lock(seen.help_request_id)
    current = _as_it_is(seen, if_version)
    current.help_request = help_request
    if rules.must_keep_response(viewer, current):
        message = _("This answer was accepted; it can only be deleted once that is taken back.")
        raise Conflict(message, code="accepted")
    before = {"is_deleted": False, "is_solution": current.is_solution}
    if current.is_solution:
        _give_up_solution(viewer, help_request)
    now = timezone.now()
    HelpResponse.objects.filter(pk=current.pk).update(
        deleted_at=now,
        deleted_by_id=viewer.pk,
        deleted_reason=cleaned,
        updated_at=now,
        version=F("version") + 1,
    )
    current.refresh_from_db()
    take_out_of_view(current, help_request)
    events.record_moderation(
        "help_response.deleted",
        actor=viewer,
        subject=current,
        before=before,
        after={"is_deleted": True, "is_solution": False},
        reason=cleaned,
        owner_ids=(current.responder_id,),
    )
    return current


def _give_up_solution(viewer: Viewer, help_request: HelpRequest) -> None:
    """Leave a request without the solution that it has, in a state that is true."""
    if help_request.status == Status.RESOLVED:
        take_back(viewer, help_request)
        return
    mark_solution(help_request, None)
    if help_request.status == Status.CLOSED:
        HelpRequest.objects.filter(pk=help_request.pk).update(
            resolved_at=None, updated_at=timezone.now(), version=F("version") + 1
        )
    search.index(document_of(help_request))


def _as_it_is(response: HelpResponse, if_version: int | None) -> HelpResponse:
    """The response under its request's lock.

    Raises:
        Stale: it was deleted meanwhile, or is not of this version any more.
    """
    current = HelpResponse.objects.filter(pk=response.pk, deleted_at=None).first()
    if current is None or (if_version is not None and current.version != if_version):
        raise Stale
    return current


def _changes(current: HelpResponse, answer: Answer, photo_ids: Sequence[UUID] | None) -> bool:
    steps = list(current.steps.all())
    wanted = {HelpResponse.KIND: [current.pk], HelpResponseStep.KIND: [step.pk for step in steps]}
    pictures = {
        pk: [photo.pk for photo in found] for pk, found in photos.photos_of_kinds(wanted).items()
    }
    if answer.text is not None and answer.text != current.response_text:
        return True
    if photo_ids is not None and list(photo_ids) != pictures[current.pk]:
        return True
    if answer.steps is None:
        return False
    before = [(step.text, next(iter(pictures[step.pk]), None)) for step in steps]
    return before != [(step.text, step.photo_id) for step in answer.steps]


def _adds_photos(current: HelpResponse, answer: Answer, photo_ids: Sequence[UUID] | None) -> bool:
    steps = [step.pk for step in current.steps.all()]
    contents = {HelpResponse.KIND: [current.pk], HelpResponseStep.KIND: steps}
    return adds_photos(contents, [*(photo_ids or ()), *(s.photo_id for s in answer.steps or ())])


def _parts_of(response: HelpResponse) -> list[str]:
    return [response.response_text, *(step.text for step in response.steps.all())]
