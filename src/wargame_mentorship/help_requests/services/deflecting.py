"""What others have asked before, and that it answers a question which then need not be asked."""

from __future__ import annotations

from uuid import UUID

from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import hold_row, write
from wargame_mentorship.events import services as events
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests import rules
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.help_requests.services.common import visible
from wargame_mentorship.help_requests.services.drafting import finish_draft
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.search import services as search

DEFLECTED = "help_request.deflected"


def similar_help_requests(viewer: Viewer, title: str, *, most: int) -> list[HelpRequest]:
    """Those with a title most like this that the viewer sees, solved ones first."""
    shown = HelpRequest.objects.visible_to(viewer).select_related("category", "subcategory")
    found = list(search.similar(shown, title)[:most])
    found.sort(key=lambda entry: entry.resolved_at is None)
    return found


@write
def deflect(
    *, actor: Actor, help_request: HelpRequest, draft_id: UUID | None = None
) -> HelpRequest:
    """Say that a request of somebody else's solved one's own question, before it was asked.

    Counted once per person and request.

    Args:
        draft_id: the draft of the question; it goes, as if it had been sent.
    """
    viewer = Viewer.of(actor)
    # First, so that of two at once the second sees what the first has recorded.
    hold_row(help_request)
    current = visible(viewer, help_request)
    require(rules.can_deflect_help_request, viewer, current)
    said = Event.objects.filter(
        verb=DEFLECTED, actor=viewer.pk, subject_kind=HelpRequest.KIND, subject_id=current.pk
    )
    if not said.exists():
        events.record(DEFLECTED, actor=viewer, subject=current)
    if draft_id is not None:
        finish_draft(viewer, draft_id)
    return current
