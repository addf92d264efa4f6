"""Closing the loop: how it went, once a question is solved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.cleaning import FieldErrors, clean_markdown
from wargame_mentorship.core.errors import Invalid, Stale, WrongState
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.help_requests import rules
from wargame_mentorship.help_requests.models import HelpRequest, Status
from wargame_mentorship.help_requests.services.common import (
    MOST_PHOTOS,
    lock,
    visible,
)
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.moderation.holding import reworded, screen
from wargame_mentorship.moderation.words import Text
from wargame_mentorship.photos import services as photos
from wargame_mentorship.photos.models import Stage

SATISFACTIONS = range(1, 6)


def tell_outcome(
    *,
    actor: Actor,
    help_request: HelpRequest,
    text: str = "",
    photo_ids: Sequence[UUID] = (),
    satisfaction: int | None = None,
    if_version: int | None = None,
) -> HelpRequest:
    """Tell how it went, once a request is resolved; telling it again replaces what was told.

    An outcome cannot wait for a moderator apart from its request, and hiding a solved question for
    it would punish whoever reads it. So what a screening would hold is refused; as an answer it
    can be held.

    Args:
        photo_ids: what it looks like now; they become photos of the stage `after`.
        satisfaction: from 1 to 5.

    Raises:
        Invalid: nothing was told, or `text` would have to be held (`held_not_possible`).
        WrongState: the request is not resolved.
        Stale: `if_version` is no longer the version of the request.
    """
    viewer = Viewer.of(actor)
    current = visible(viewer, help_request)
    require(rules.can_tell_outcome, viewer, current)
    columns = _clean(text, satisfaction)
    if not text.strip() and not photo_ids and satisfaction is None:
        raise Invalid({}, _("Say how it went, add a photo, or say how content you are."))
    if current.status != Status.RESOLVED:
        raise WrongState(NOT_SOLVED)
    if text.strip() or photo_ids:
        columns |= _screen(viewer, current, columns, len(photo_ids))
    return _tell(
        actor=viewer,
        help_request=current,
        columns=columns,
        photo_ids=photo_ids,
        if_version=if_version,
    )


NOT_SOLVED = _("This is not solved (any more), so there is nothing to tell yet.")


def _clean(text: str, satisfaction: int | None) -> dict[str, Any]:
    errors = FieldErrors()
    cleaned = errors.attempt("text", clean_markdown, text) if text.strip() else None
    if satisfaction is not None and satisfaction not in SATISFACTIONS:
        errors.add("satisfaction", _("From 1 to 5."), "invalid_choice")
    errors.raise_if_any()
    source, html = cleaned or ("", "")
    return {"outcome_text": source, "outcome_text_html": html, "satisfaction": satisfaction}


def _screen(
    viewer: Viewer, help_request: HelpRequest, columns: dict[str, Any], photo_count: int
) -> dict[str, Any]:
    """What is to be kept of the text."""
    given = columns["outcome_text"], columns["outcome_text_html"]
    texts = [Text("text", given[0])]
    screened = screen(
        viewer, HelpRequest.OUTCOME_KIND, texts, help_request.category_ids, photo_count
    )
    if screened.held:
        message = _(
            "A moderator would have to look at this first, which is not possible here. Leave out "
            "links, or write it as an answer."
        )
        raise Invalid.field("text", message, "held_not_possible")
    source, html = reworded(given, screened.texts[0])
    return {"outcome_text": source, "outcome_text_html": html}


@write
def _tell(
    *,
    actor: Viewer,
    help_request: HelpRequest,
    columns: dict[str, Any],
    photo_ids: Sequence[UUID],
    if_version: int | None,
) -> HelpRequest:
    _change(help_request, if_version, {**columns, "outcome_at": timezone.now()}, only_solved=True)
    photos.replace_photos(
        actor=actor,
        kind=HelpRequest.OUTCOME_KIND,
        content_id=help_request.pk,
        photo_ids=photo_ids,
        most=MOST_PHOTOS,
        stage=Stage.AFTER,
    )
    events.record("help_request.outcome_told", actor=actor, subject=help_request)
    return help_request


@write
def withdraw_outcome(
    *, actor: Actor, help_request: HelpRequest, if_version: int | None = None
) -> HelpRequest:
    """Take back what was told, its photos too; where nothing was told, nothing changes.

    Raises:
        Stale: `if_version` is no longer the version of the request.
    """
    viewer = Viewer.of(actor)
    current = visible(viewer, help_request)
    require(rules.can_withdraw_outcome, viewer, current)
    if current.outcome_at is None:
        return current
    nothing = {
        "outcome_text": "",
        "outcome_text_html": "",
        "satisfaction": None,
        "outcome_at": None,
    }
    _change(current, if_version, nothing)
    photos.delete_photos_of(kind=HelpRequest.OUTCOME_KIND, content_id=current.pk)
    events.record_moderation(
        "help_request.outcome_withdrawn",
        actor=viewer,
        subject=current,
        before={"has_outcome": True},
        after={"has_outcome": False},
        owner_ids=(current.requester_id,),
    )
    return current


def _change(
    help_request: HelpRequest,
    if_version: int | None,
    columns: dict[str, Any],
    *,
    only_solved: bool = False,
) -> None:
    found = lock(help_request.pk)
    if found.deleted_at is not None or if_version not in {None, found.version}:
        raise Stale
    if only_solved and found.status != Status.RESOLVED:
        raise WrongState(NOT_SOLVED)
    now = timezone.now()
    HelpRequest.objects.filter(pk=found.pk).update(
        **columns,
        updated_at=now,
        last_activity_at=Greatest(F("last_activity_at"), now),
        version=F("version") + 1,
    )
    help_request.refresh_from_db()
