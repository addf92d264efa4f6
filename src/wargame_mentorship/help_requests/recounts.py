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
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.writes import write
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse, Status
from wargame_mentorship.reputation.models import HelpfulVote

COUNTED = Q(deleted_at=None, moderation_state=ModerationState.VISIBLE)
"""A response counts while everybody may see it."""


@write
def recount(*, fix: bool) -> list[str]:
    """Compare votes with responses, responses with requests; children first when repairing."""
    return [*_recount_votes(fix), *_recount_requests(fix), *_release_orphans(fix)]


def recount_request(help_request: HelpRequest) -> None:
    """Make the numbers of one request true; the caller holds its row."""
    _recount_requests(fix=True, among=HelpRequest.objects.filter(pk=help_request.pk))


def _recount_votes(fix: bool) -> list[str]:
    votes = (
        HelpfulVote.objects.filter(
            content_type=HelpResponse.KIND, content_id=OuterRef("pk"), is_helpful=True
        )
        .order_by()
        .values("content_id")
        .annotate(count=Count("pk"))
        .values("count")
    )
    drifted = HelpResponse.objects.annotate(true=_number(votes)).exclude(helpful_count=F("true"))
    found = []
    for pk, stored, true in drifted.values_list("pk", "helpful_count", "true"):
        found.append(f"response {pk}: helpful_count is {stored}, should be {true}")
        if fix:
            HelpResponse.objects.filter(pk=pk).update(helpful_count=true)
    return found


def _recount_requests(fix: bool, among: QuerySet[HelpRequest] | None = None) -> list[str]:
    responses = HelpResponse.objects.filter(help_request=OuterRef("pk")).order_by()
    counted = responses.filter(COUNTED)
    by_others = counted.exclude(responder=OuterRef("requester"))
    last = counted.order_by("-created_at", "-pk").values("responder")[:1]
    facts: dict[str, Any] = {
        "helpful_count": _number(_total(counted, Sum("helpful_count"))),
        "response_count": _number(_total(counted, Count("pk"))),
        # Without an account nobody can say which answers were the asker's own: what was stamped
        # before it was erased, or by an import, stands.
        "first_response_at": Case(
            When(requester=None, then=F("first_response_at")),
            default=Subquery(_total(by_others, Min("created_at"))),
        ),
        "last_response_at": Subquery(_total(counted, Max("created_at"))),
        "asker_had_last_word": Case(
            When(requester=None, then=F("asker_had_last_word")),
            When(requester=Subquery(last), then=Value(True)),
            default=Value(False),
        ),
    }
    found = []
    requests = HelpRequest.objects.all() if among is None else among
    annotated = requests.annotate(**{f"true_{name}": fact for name, fact in facts.items()})
    names = list(facts)
    columns = ["pk", *names, *(f"true_{name}" for name in names)]
    for pk, *values in annotated.values_list(*columns).iterator():
        stored, true = values[: len(names)], values[len(names) :]
        wrong = {
            name: (was, should)
            for name, was, should in zip(names, stored, true, strict=True)
            if was != should
        }
        for name, (was, should) in wrong.items():
            found.append(f"help request {pk}: {name} is {was}, should be {should}")
        if wrong and fix:
            HelpRequest.objects.filter(pk=pk).update(
                **{name: should for name, (_was, should) in wrong.items()}
            )
    return found


def _release_orphans(fix: bool) -> list[str]:
    """A helper's account may have been deleted by the host, past our services."""
    orphans = HelpRequest.objects.filter(status=Status.IN_PROGRESS, assigned_helper=None)
    found = [
        f"help request {pk}: in progress by nobody" for pk in orphans.values_list("pk", flat=True)
    ]
    if fix:
        orphans.update(status=Status.OPEN, claimed_until=None, version=F("version") + 1)
    return found


def _total(responses: QuerySet[HelpResponse], aggregate: Any) -> Any:
    return responses.values("help_request").annotate(total=aggregate).values("total")


def _number(subquery: Any) -> Coalesce:
    return Coalesce(Subquery(subquery), Value(0))
