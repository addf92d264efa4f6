"""The answers of a conversation as one reader sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.flows.imports.attribution import Attribution, attribution_of
from wargame_mentorship.help_requests import rules, services
from wargame_mentorship.help_requests.models import (
    HelpRequest,
    HelpResponse,
    HelpResponseStep,
    Status,
)
from wargame_mentorship.host import DisplayUser, Viewer
from wargame_mentorship.moderation.transitions import HELD
from wargame_mentorship.photos import services as photos
from wargame_mentorship.reputation import services as reputation
from wargame_mentorship.web.people import People


@dataclass(frozen=True)
class ShownStep:
    """One step of an answer, with its picture if it has one."""

    step: HelpResponseStep
    photo: Any | None


@dataclass(frozen=True)
class Answer:
    """A response as this viewer may see it: in full, or as a placeholder."""

    response: HelpResponse
    author: DisplayUser
    attribution: Attribution | None
    photos: list[Any]
    steps: list[ShownStep]
    my_vote: bool | None
    is_placeholder: bool
    can_vote: bool
    can_accept: bool
    can_assign: bool
    can_edit: bool
    can_delete: bool
    is_mine: bool
    by_asker: bool
    moderation_moves: list[str]

    @property
    def is_answer_to_all(self) -> bool:
        """Whether it is an answer, as everybody sees it: no question back, no word of the asker's
        own unless it was the solution, nothing held, no placeholder.
        """
        is_visible = self.response.moderation_state == ModerationState.VISIBLE
        is_answer = not self.response.asks_back and (self.response.is_solution or not self.by_asker)
        return is_visible and is_answer and not self.is_placeholder


def answers_of(
    viewer: Viewer,
    help_request: HelpRequest,
    responses: Sequence[HelpResponse],
    people: People,
    actions: Sequence[str],
) -> list[Answer]:
    """What a page shows of some responses to one request, in a constant number of queries."""
    seen = [entry for entry in responses if not people.is_hidden(entry.responder_id)]
    ids = [entry.pk for entry in seen]
    is_shown = set(ids).__contains__
    steps = services.steps_of(ids)
    pictures = photos.photos_of_kinds(
        {
            HelpResponse.KIND: ids,
            HelpResponseStep.KIND: [step.pk for own in steps.values() for step in own],
        }
    )
    votes = reputation.votes_of(viewer, HelpResponse.KIND, ids)
    for entry in seen:
        # Known already: whose category it is need not be asked per answer.
        entry.help_request = help_request
    # Whoever has an account here speaks for themselves, of what they have claimed too.
    attributions = attribution_of(
        HelpResponse.KIND, {entry.pk: entry.version for entry in seen if entry.responder_id is None}
    )
    names = {pk: attribution.author_name for pk, attribution in attributions.items()}
    taken = {help_request.assigned_helper_id, help_request.requester_id, None}
    return [
        Answer(
            response=entry,
            author=people.get(entry.responder_id, name=names.get(entry.pk, "")),
            attribution=attributions.get(entry.pk),
            photos=pictures.get(entry.pk, []),
            steps=_steps(steps.get(entry.pk, ()), pictures),
            my_vote=votes.get(entry.pk),
            is_placeholder=people.is_hidden(entry.responder_id),
            can_vote=rules.can_vote_response(viewer, entry),
            can_accept="accept" in actions and _can_be_accepted(help_request, entry),
            can_assign="assign" in actions and entry.responder_id not in taken,
            can_edit=is_shown(entry.pk) and rules.can_edit_response(viewer, entry),
            can_delete=is_shown(entry.pk)
            and rules.can_delete_response(viewer, entry)
            and not rules.must_keep_response(viewer, entry),
            is_mine=viewer.is_me(entry.responder_id),
            by_asker=entry.responder_id is not None
            and entry.responder_id == help_request.requester_id,
            moderation_moves=HELD.available_actions(viewer, entry) if is_shown(entry.pk) else [],
        )
        for entry in responses
    ]


def _steps(steps: Sequence[HelpResponseStep], pictures: Mapping[Any, list[Any]]) -> list[ShownStep]:
    return [ShownStep(step, next(iter(pictures[step.pk]), None)) for step in steps]


def _can_be_accepted(help_request: HelpRequest, entry: HelpResponse) -> bool:
    """An earlier answer to what was opened again can be, once more."""
    is_solution_now = entry.is_solution and help_request.status == Status.RESOLVED
    is_visible = entry.moderation_state == ModerationState.VISIBLE
    return is_visible and not entry.asks_back and not is_solution_now
