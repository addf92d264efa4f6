"""What waits for a moderator, on the front page of the admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from wagtail import hooks

from wargame_mentorship.core import registry
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.moderation.counts import MOST_COUNTED, waiting
from wargame_mentorship.wagtail_hooks.base import HomePanel, moderates, viewer_of
from wargame_mentorship.wagtail_hooks.bundles import NAME as BUNDLES
from wargame_mentorship.wagtail_hooks.bundles import named_bundles
from wargame_mentorship.wagtail_hooks.forums import POSTS, TOPICS
from wargame_mentorship.wagtail_hooks.help_requests import REQUESTS, RESPONSES

LISTS = {
    HelpRequest.KIND: REQUESTS,
    HelpResponse.KIND: RESPONSES,
    ForumTopic.KIND: TOPICS,
    ForumPost.KIND: POSTS,
}
"""Where the admin lists a kind."""

LONGEST = 5
"""So many of each kind are named, those first that have waited longest."""


class WaitingPanel(HomePanel):
    name = "wargame_mentorship_waiting"
    order = 90
    template_name = "wargame_mentorship/admin/waiting.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        counts = waiting(viewer_of(self.request))
        return {
            "bundles": named_bundles(viewer_of(self.request)),
            "bundles_url": reverse(BUNDLES),
            "kinds": [self._kind(name, counts[name]) for name in LISTS if counts[name]],
        }

    def _kind(self, name: str, count: int) -> dict[str, Any]:
        kind = registry.get(name)
        oldest = moderation.held(viewer_of(self.request), name).order_by("created_at", "pk")
        return {
            "label": capfirst(str(kind.model._meta.verbose_name_plural)),
            "count": count,
            "is_more": count >= MOST_COUNTED,
            "url": f"{reverse(f'{LISTS[name]}:index')}?moderation_state={ModerationState.HELD}",
            "entries": [
                {
                    "title": kind.title(entry),
                    "url": reverse(f"{LISTS[name]}:inspect", args=[entry.pk]),
                    "created_at": entry.created_at,
                }
                for entry in oldest[:LONGEST]
            ],
        }


def add_waiting_panel(request: HttpRequest, panels: list[Any]) -> None:
    if moderates(request):
        panels.append(WaitingPanel(request))


hooks.register("construct_homepage_panels", add_waiting_panel)
