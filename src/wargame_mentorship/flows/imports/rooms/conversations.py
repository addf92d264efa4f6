"""The counters of requests whose answers came, or changed hands, all at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from wargame_mentorship.core.mixins import COUNTED
from wargame_mentorship.flows.imports.models import ImportedItem
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse

COLUMNS = (
    "response_count",
    "first_response_at",
    "last_response_at",
    "asker_had_last_word",
    "last_activity_at",
)

Writer = tuple[Any, Any, str]
"""Who wrote: the account, else the author at the source, else a bare name."""


def recount_conversations(ids: Iterable[UUID]) -> None:
    """Derive from its responses what a request says of them; inside the caller's transaction.

    Takes the rows first, so that an answer given meanwhile is counted once.
    """
    wanted = sorted(ids)
    rows = HelpRequest.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    requests = list(rows)
    responses = defaultdict(list)
    for response in (
        HelpResponse.objects.filter(COUNTED, help_request__in=wanted)
        .only("pk", "help_request_id", "responder_id", "created_at")
        .order_by("created_at", "pk")
    ):
        responses[response.help_request_id].append(response)
    askers = _writers(HelpRequest.KIND, wanted)
    helpers = _writers(HelpResponse.KIND, [one.pk for many in responses.values() for one in many])
    changed = []
    for request in requests:
        asker = _writer(request.requester_id, askers.get(request.pk))
        mine = responses[request.pk]
        by_asker = [_same(asker, _writer(one.responder_id, helpers.get(one.pk))) for one in mine]
        by_others = (one for one, own in zip(mine, by_asker, strict=True) if not own)
        first = next(by_others, None)
        last_at = mine[-1].created_at if mine else None
        before = [getattr(request, name) for name in COLUMNS]
        request.response_count = len(mine)
        request.first_response_at = first.created_at if first else None
        request.last_response_at = last_at
        request.asker_had_last_word = bool(mine) and by_asker[-1]
        request.last_activity_at = max(request.created_at, last_at or request.created_at)
        if before != [getattr(request, name) for name in COLUMNS]:
            changed.append(request)
    HelpRequest.objects.bulk_update(changed, COLUMNS, batch_size=100)


def _writers(kind: str, ids: list[UUID]) -> dict[UUID, tuple[Any, str]]:
    rows = ImportedItem.objects.filter(kind=kind, object_id__in=ids)
    return {
        pk: (author, name)
        for pk, author, name in rows.values_list("object_id", "author_id", "author_name")
    }


def _writer(user_id: Any, imported: tuple[Any, str] | None) -> Writer:
    return (user_id, *(imported or (None, "")))


def _same(one: Writer, other: Writer) -> bool:
    """Whether two are known to be the same person; nobody is the same as nobody."""
    for mine, theirs in zip(one, other, strict=True):
        if mine or theirs:
            return bool(mine == theirs)
    return False
