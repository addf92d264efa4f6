"""A helper's queue: what is in their hands, and what waits for anybody's, the longest first."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F

from wargame_mentorship.core.paging import Ordering
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.help_requests.querysets import WAITING_SINCE, HelpRequestQuerySet
from wargame_mentorship.host import Viewer
from wargame_mentorship.taxonomy.models import Category

MOST_IN_HANDS = 50
"""Shown at once; whoever has more of them at a time is not short of work."""

WAITING = Ordering(
    "waiting",
    ("waiting_since", "id"),
    computed={"waiting_since": WAITING_SINCE},
)
"""By when it was asked, or by the asker's last word if somebody has answered before."""


SCOPES = ("followed", "all")
"""Where somebody's queue looks: in the categories they follow, or in all of them."""


def waiting(viewer: Viewer, categories: Iterable[Category] | None = None) -> HelpRequestQuerySet:
    """What waits for this helper, in these categories or in all; to be paged by `WAITING`.

    Raises:
        SignInRequired: nothing waits for nobody.
    """
    viewer.require_user()
    found = HelpRequest.objects.waiting_for(viewer)
    return found if categories is None else found.in_categories(categories)


def in_hands(viewer: Viewer) -> list[HelpRequest]:
    """What a helper has in hand, what waits for them first, then what runs out first.

    Raises:
        SignInRequired: nobody is signed in.
    """
    viewer.require_user()
    found = HelpRequest.objects.in_hands_of(viewer).select_related("category", "subcategory")
    order = ("-is_their_turn", F("claimed_until").asc(nulls_last=True), "created_at", "pk")
    return list(found.order_by(*order)[:MOST_IN_HANDS])
