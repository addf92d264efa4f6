"""What is loaded beside help requests and responses: one query each, however many share a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from wargame_mentorship.api.base import people_by_id
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse, HelpResponseStep
from wargame_mentorship.host import DisplayUser, Viewer
from wargame_mentorship.photos import services as photos
from wargame_mentorship.photos.models import Photo


@dataclass(frozen=True)
class Beside:
    people: Mapping[Any, DisplayUser]
    pictures: Mapping[UUID, Sequence[Photo]]
    steps: Mapping[UUID, Sequence[HelpResponseStep]]

    @classmethod
    def of(
        cls,
        viewer: Viewer,
        *,
        requests: Sequence[HelpRequest] = (),
        responses: Sequence[HelpResponse] = (),
    ) -> Beside:
        """Nothing of responses by people whom a block hides: a placeholder stands for those."""
        shown = [entry for entry in responses if entry.responder_id not in viewer.hidden_ids]
        steps = services.steps_of([entry.pk for entry in shown])
        ids = {key for entry in requests for key in (entry.requester_id, entry.assigned_helper_id)}
        ids |= {entry.responder_id for entry in shown}
        return cls(
            people=people_by_id(ids),
            pictures=photos.photos_of_kinds(
                {
                    HelpRequest.KIND: [entry.pk for entry in requests],
                    HelpResponse.KIND: [entry.pk for entry in shown],
                    HelpResponseStep.KIND: [step.pk for own in steps.values() for step in own],
                }
            ),
            steps=steps,
        )
