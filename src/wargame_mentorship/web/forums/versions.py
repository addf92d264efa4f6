"""What a topic or a post said before its edits: one edit at a time, word by word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from wargame_mentorship.core.diffs import Piece, word_diff
from wargame_mentorship.core.permissions import require
from wargame_mentorship.forums import rules
from wargame_mentorship.forums.models import ForumTopic, ForumVersion
from wargame_mentorship.host import DisplayUser
from wargame_mentorship.web.base import PluginView
from wargame_mentorship.web.forums.detail import post_url, topic_url
from wargame_mentorship.web.forums.posting import PostPage
from wargame_mentorship.web.forums.topic import TopicPage
from wargame_mentorship.web.people import People


@dataclass(frozen=True)
class Edit:
    """An edit: what was said until then, and what was said from then on."""

    version: int
    """That of the content before."""
    editor: DisplayUser
    when: datetime | None
    title: list[Piece]
    """Empty where it stayed."""
    text: list[Piece]
    is_shown: bool


class TopicVersionsView(TopicPage):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        require(rules.can_read_topic_versions, self.viewer, self.topic)
        topic = self.topic
        now = (topic.title, topic.description, topic.edited_at)
        return show_edits(self, list(topic.versions.all()), now, topic, topic_url(topic))


class PostVersionsView(PostPage):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        require(rules.can_read_post_versions, self.viewer, self.entry)
        post = self.entry
        now = ("", post.content, post.edited_at)
        return show_edits(self, list(post.versions.all()), now, post.topic, post_url(post))


def show_edits(
    page: PluginView,
    versions: list[ForumVersion],
    now: tuple[str, str, datetime | None],
    topic: ForumTopic,
    back_url: str,
) -> TemplateResponse:
    """The page of the edits, the latest first; `?edit=` names the one that is shown in full.

    Args:
        versions: latest first.
        now: title, text, and when it was edited last.
    """
    people = People(page.viewer, [entry.edited_by_id for entry in versions])
    named = page.request.GET.get("edit", "")
    numbers = [str(entry.version) for entry in versions]
    wanted = named if named in numbers else next(iter(numbers), "")
    edits = []
    title, text, when = now
    for entry in versions:
        is_shown = str(entry.version) == wanted
        # A post has no title, nor has what was written while this was one.
        is_retitled = bool(entry.title and title) and entry.title != title
        edits.append(
            Edit(
                version=entry.version,
                editor=people.get(entry.edited_by_id),
                when=when,
                title=word_diff(entry.title, title) if is_shown and is_retitled else [],
                text=word_diff(entry.text, text) if is_shown else [],
                is_shown=is_shown,
            )
        )
        title, text, when = entry.title, entry.text, entry.written_at
    context: dict[str, Any] = {"edits": edits, "topic": topic, "back_url": back_url}
    return page.page("wargame_mentorship/forums/versions.html", context)
