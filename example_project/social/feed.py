"""The club's activity feed: what followed people did, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from social.backends import SocialAppBackend
from social.models import FeedItem, Follow
from wargame_mentorship.core import registry

SENTENCES: dict[str, str | Promise] = {
    "help_request.asked": _("asked"),
    "help_request.answered": _("answered"),
    "help_request.accepted": _("found a solution for"),
    "help_request.claimed": _("wants to help with"),
}
"""What the feed tells of; the plugin's other events are nobody's news."""


@dataclass(frozen=True)
class Line:
    item: FeedItem
    sentence: str | Promise
    title: str
    url: str


def lines_for(user: AbstractBaseUser, *, limit: int = 30) -> list[Line]:
    """What the people whom the user follows did, newest first, as far as the user may see it."""
    followed = Follow.objects.filter(follower=user.pk).values("followed")
    return lines(user, FeedItem.objects.filter(actor__in=followed), limit=limit)


def lines(viewer: Any, items: Any, *, limit: int) -> list[Line]:
    told = items.filter(verb__in=SENTENCES).select_related("actor")
    if viewer.is_authenticated:
        told = told.exclude(actor__in=SocialAppBackend().hidden_user_ids(viewer))
    newest = list(told.order_by("-created_at", "-pk")[:limit])
    subjects = _visible_subjects(viewer, newest)
    return [
        Line(item, SENTENCES[item.verb], *subjects[item.subject_kind, item.subject_id])
        for item in newest
        if (item.subject_kind, item.subject_id) in subjects
    ]


def _visible_subjects(
    viewer: Any, items: Iterable[FeedItem]
) -> dict[tuple[str, Any], tuple[str, str]]:
    wanted = defaultdict(set)
    for item in items:
        wanted[item.subject_kind].add(item.subject_id)
    found = {}
    for kind in registry.all_kinds():
        if kind.name in wanted:
            for subject in kind.visible_to(viewer).filter(pk__in=wanted[kind.name]):
                found[kind.name, subject.pk] = (kind.title(subject), kind.url(subject))
    return found
