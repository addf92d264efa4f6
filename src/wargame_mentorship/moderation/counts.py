"""How much waits for a moderator, for the pages that they open."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import IntegerField, QuerySet, Subquery

from wargame_mentorship.core import registry
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.moderation import cases, sanctions, services
from wargame_mentorship.moderation.models import FlagCase, Sanction

MOST_COUNTED = 100
"""So far is counted what waits; the rest is many."""


class _Counted(Subquery):
    """How many rows another query has, as a value of this one; counted so far and no further."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    empty_result_set_value = 0

    def __init__(self, rows: QuerySet[Any], most: int) -> None:
        super().__init__(rows.order_by().values("pk")[:most], output_field=IntegerField())


def waiting(actor: Actor) -> dict[str, int]:
    """How much of each kind is held for this moderator, counted up to `MOST_COUNTED`.

    Also the cases that are open (`flag_case`), unless the host decides them in an inbox of its own,
    and the replies to warnings (`sanction`). In one query, as every page has the sum; and in those
    by which Django reads somebody's permissions, where nobody has asked for them yet.

    Raises:
        SignInRequired: nobody is signed in.
        NotAllowed: they moderate nothing.
    """
    viewer = Viewer.of(actor)
    user = viewer.require_user()
    queues = {name: services.held(viewer, name) for name in registry.moderated_names()}
    if cases.has_queue():
        queues[FlagCase.KIND] = cases.queue(viewer)
    queues[Sanction.KIND] = sanctions.appeals(viewer)
    counts = [_Counted(queue, MOST_COUNTED) for queue in queues.values()]
    row = get_user_model()._default_manager.filter(pk=user.pk).values_list(*counts).get()
    return dict(zip(queues, row, strict=True))
