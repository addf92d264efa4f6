"""What search knows of a help request: its question with its facets, and its solution."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.text import plain_text
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.host import Document


def document_of(help_request: HelpRequest) -> Document:
    return next(documents_of(HelpRequest.objects.filter(pk=help_request.pk)))


def documents_of(help_requests: QuerySet[HelpRequest]) -> Iterator[Document]:
    """One document per request; private and held ones too, for `visible_to` decides at search."""
    alive = help_requests.filter(deleted_at=None).select_related("solution")
    for help_request in alive.prefetch_related("facets", "solution__steps"):
        yield Document(
            kind=HelpRequest.KIND,
            object_id=help_request.pk,
            title=help_request.title,
            body=_body(help_request),
            language=help_request.language,
            created_at=help_request.created_at,
            category_id=help_request.category_id,
        )


def _body(help_request: HelpRequest) -> str:
    texts = [help_request.description]
    solution: HelpResponse | None = getattr(help_request, "solution", None)
    if (
        solution is not None
        and solution.deleted_at is None
        and solution.moderation_state == ModerationState.VISIBLE
    ):
        texts += [solution.response_text, *(step.text for step in solution.steps.all())]
    values = sorted(facet.value for facet in help_request.facets.all())
    return "\n".join([*(plain_text(text) for text in texts), *values])
