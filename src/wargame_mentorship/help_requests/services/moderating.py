"""What a request owes to its readers when something in it comes into view, or goes out of it.

`moderation` makes the moves and calls this through the registry, in the same transaction; it
holds the request's row.
"""

from __future__ import annotations

from django.db.models import Case, F, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone

from wargame_mentorship.core.mixins import COUNTED
from wargame_mentorship.events import services as events
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests.documents import documents_of
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.help_requests.recounts import recount_request
from wargame_mentorship.help_requests.services.answering import (
    OPEN_FOR_QUESTIONS,
    counted,
    told_as,
)
from wargame_mentorship.help_requests.services.common import (
    rotate_photo_urls,
    rotate_response_photo_urls,
)
from wargame_mentorship.host import Viewer
from wargame_mentorship.search import services as search


def request_visibility_changed(help_request: HelpRequest, is_visible: bool) -> None:
    """What is new to its readers counts as activity; what is gone leaves no pictures behind."""
    if is_visible:
        HelpRequest.objects.filter(pk=help_request.pk).update(
            last_activity_at=Greatest(F("last_activity_at"), timezone.now())
        )
    else:
        rotate_photo_urls(help_request)


def response_visibility_changed(response: HelpResponse, is_visible: bool) -> None:
    """Count the answer, or take it out of the counts; tell of it if nobody has been told."""
    help_request = HelpRequest.objects.get(pk=response.help_request_id)
    if is_visible:
        _count(response, help_request)
        _tell_once(response, help_request)
    else:
        take_out_of_view(response, help_request)
    if response.is_solution:
        search.index_all(documents_of(HelpRequest.objects.filter(pk=help_request.pk)))


def take_out_of_view(response: HelpResponse, help_request: HelpRequest) -> None:
    """Leave an answer that is no longer seen out of every count, and its pictures out of caches."""
    recount_request(help_request)
    if response.asks_back and help_request.needs_info_since is not None:
        still_asked = HelpResponse.objects.filter(
            COUNTED,
            help_request=help_request.pk,
            asks_back=True,
            created_at__gte=help_request.needs_info_since,
        )
        if not still_asked.exists():
            HelpRequest.objects.filter(pk=help_request.pk).update(needs_info_since=None)
    rotate_response_photo_urls(response)


def _count(response: HelpResponse, help_request: HelpRequest) -> None:
    """As if it had been in view since it was written; only to its readers it is new."""
    asks_back = response.asks_back and _is_still_open(response, help_request)
    written_at = response.created_at
    columns = counted(response.responder_id, help_request, written_at, asks_back=asks_back)
    columns["last_activity_at"] = Greatest(F("last_activity_at"), timezone.now())
    columns["helpful_count"] = F("helpful_count") + response.helpful_count
    if columns.get("needs_info_since", written_at) is None:
        # What was asked later is not answered by it.
        columns["needs_info_since"] = Case(
            When(needs_info_since__lte=written_at, then=Value(None)),
            default=F("needs_info_since"),
        )
    if response.responder_id is None and help_request.requester_id is None:
        # It may be the asker's own: both accounts are gone, and nobody can say.
        columns.pop("first_response_at", None)
    HelpRequest.objects.filter(pk=help_request.pk).update(**columns)


def _is_still_open(question: HelpResponse, help_request: HelpRequest) -> bool:
    """Whether the asker, who has not seen it, still owes an answer to what was asked back."""
    said_since = HelpResponse.objects.filter(
        COUNTED,
        help_request=help_request.pk,
        responder=help_request.requester_id,
        created_at__gt=question.created_at,
    )
    return help_request.status in OPEN_FOR_QUESTIONS and not said_since.exists()


def _tell_once(response: HelpResponse, help_request: HelpRequest) -> None:
    verb = told_as(response)
    told = Event.objects.filter(
        verb=verb,
        subject_kind=HelpRequest.KIND,
        subject_id=help_request.pk,
        data__response_id=str(response.pk),
    )
    author = Viewer(response.responder)
    # An answer by an account that was deactivated meanwhile stays out of view.
    is_in_view = response.responder_id is None or author.is_authenticated
    if is_in_view and not told.exists():
        events.record(
            verb,
            actor=author,
            subject=help_request,
            response_id=str(response.pk),
        )
