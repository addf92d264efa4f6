"""The true numbers of help requests and responses (`wm_check`)."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    Case,
    Count,
    F,
    Max,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)

from wargame_mentorship.core.mixins import COUNTED
from wargame_mentorship.core.recounts import number, repair, total
from wargame_mentorship.core.writes import write
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse, Status
from wargame_mentorship.reputation.services import helpful_votes


@write
def recount(*, fix: bool) -> list[str]:
    """Compare votes with responses, responses with requests; children first when repairing."""
    return [*_recount_votes(fix), *_recount_requests(fix), *_release_orphans(fix)]


def recount_request(help_request: HelpRequest) -> None:
    """Make the numbers of one request true; the caller holds its row."""
    _recount_requests(fix=True, among=HelpRequest.objects.filter(pk=help_request.pk))


def _recount_votes(fix: bool) -> list[str]:
    facts = {"helpful_count": helpful_votes(HelpResponse.KIND)}
    return repair(HelpResponse.objects.all(), "response", facts, fix=fix)


def _recount_requests(fix: bool, among: QuerySet[HelpRequest] | None = None) -> list[str]:
    responses = HelpResponse.objects.filter(help_request=OuterRef("pk"))
    counted = responses.filter(COUNTED)
    by_others = counted.exclude(responder=OuterRef("requester"))
    last = counted.order_by("-created_at", "-pk").values("responder")[:1]
    facts: dict[str, Any] = {
        "helpful_count": number(counted, "help_request", Sum("helpful_count")),
        "response_count": number(counted, "help_request", Count("pk")),
        # Without an account nobody can say which answers were the asker's own: what was stamped
        # before it was erased, or by an import, stands.
        "first_response_at": Case(
            When(requester=None, then=F("first_response_at")),
            default=total(by_others, "help_request", Min("created_at")),
        ),
        "last_response_at": total(counted, "help_request", Max("created_at")),
        "asker_had_last_word": Case(
            When(requester=None, then=F("asker_had_last_word")),
            When(requester=Subquery(last), then=Value(True)),
            default=Value(False),
        ),
    }
    requests = HelpRequest.objects.all() if among is None else among
    return repair(requests, "help request", facts, fix=fix)


def _release_orphans(fix: bool) -> list[str]:
    """A helper's account may have been deleted by the host, past our services."""
    orphans = HelpRequest.objects.filter(status=Status.IN_PROGRESS, assigned_helper=None)
    found = [
        f"help request {pk}: in progress by nobody" for pk in orphans.values_list("pk", flat=True)
    ]
    if fix:
        orphans.update(status=Status.OPEN, claimed_until=None, version=F("version") + 1)
    return found
