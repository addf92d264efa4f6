"""The lists across the forums, by name, and the tabs that lead to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.host import Viewer


@dataclass(frozen=True)
class TopicList:
    """One of the lists: its title, what narrows it, and what is said when nothing is in it."""

    title: str | Promise
    narrowed_to: Mapping[str, str]
    nothing: str | Promise
    is_personal: bool = True


LISTS: Mapping[str, TopicList] = MappingProxyType(
    {
        "latest": TopicList(
            _("Latest"), {}, _("Nobody has started a topic yet."), is_personal=False
        ),
        "unread": TopicList(_("Unread"), {"unread": "true"}, _("You have read everything.")),
        "watched": TopicList(
            _("Watched"),
            {"watched": "true"},
            _("Topics that you start, reply in or watch are listed here."),
        ),
        "mine": TopicList(_("Mine"), {"author": "me"}, _("You have not started a topic yet.")),
        "unanswered": TopicList(
            _("Unanswered"),
            {"unanswered": "true"},
            _("Every topic has a reply. Well done, all of you."),
            is_personal=False,
        ),
    }
)


def tabs(viewer: Viewer, current: str = "") -> list[tuple[str | Promise, str, bool]]:
    """Label, address and whether it is this one, of those lists that mean something to somebody."""
    return [
        (_("All forums"), reverse("wargame_mentorship:forums"), not current),
        *(
            (entry.title, list_url(name), name == current)
            for name, entry in LISTS.items()
            if viewer.is_authenticated or not entry.is_personal
        ),
    ]


def list_url(name: str) -> str:
    return reverse("wargame_mentorship:forum-list", args=[name])
