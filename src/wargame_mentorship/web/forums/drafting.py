"""Drafts in the forums: saved while somebody types, thrown away, and listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumCategory, ForumDraft, ForumTopic
from wargame_mentorship.host import Viewer
from wargame_mentorship.web import drafting
from wargame_mentorship.web.forums.detail import topic_url
from wargame_mentorship.web.forums.writing import ReplyForm, TopicForm, start_url, typed_in


class DraftView(drafting.DraftView):
    def discard(self, draft_id: UUID) -> None:
        # Whatever has become of the place that it was for: it is its writer's to throw away.
        services.discard_draft(actor=self.viewer, draft_id=draft_id)


class TopicDraftView(DraftView):
    """The draft of a new topic, to be started in the category of the address."""

    def keep(self, draft_id: UUID, data: Mapping[str, Any]) -> ForumDraft:
        category = ForumCategory.objects.in_use().filter(slug=self.kwargs["slug"]).first()
        if category is None:
            raise NotFound
        return services.keep_draft(
            actor=self.viewer, draft_id=draft_id, data=data, category=category
        )

    def typed_in(self, sent: QueryDict) -> dict[str, Any]:
        return typed_in(TopicForm, sent)

    def form_url(self) -> str:
        return reverse("wargame_mentorship:start-topic", args=[self.kwargs["slug"]])


class ReplyDraftView(DraftView):
    """The draft of a reply in the topic of the address."""

    def keep(self, draft_id: UUID, data: Mapping[str, Any]) -> ForumDraft:
        visible = ForumTopic.objects.visible_to(self.viewer)
        if (topic := visible.filter(pk=self.kwargs["pk"]).first()) is None:
            raise NotFound
        return services.keep_draft(actor=self.viewer, draft_id=draft_id, data=data, topic=topic)

    def typed_in(self, sent: QueryDict) -> dict[str, Any]:
        return typed_in(ReplyForm, sent)

    def form_url(self) -> str:
        # Any slug leads to the right one.
        topic = reverse("wargame_mentorship:forum-topic", args=[self.kwargs["pk"], "topic"])
        return f"{topic}#reply"


@dataclass(frozen=True)
class DraftRow:
    """A draft as its writer's list shows it."""

    draft: ForumDraft
    title: str
    url: str
    """Where one goes on with it."""


def draft_rows(viewer: Viewer) -> list[DraftRow]:
    """What the viewer is writing in the forums, the latest first, in one query."""
    return [_row(draft) for draft in services.drafts_of(viewer)]


def _row(draft: ForumDraft) -> DraftRow:
    if draft.topic is not None:
        return DraftRow(draft, draft.topic.title, topic_url(draft.topic, "reply"))
    category = draft.category
    if category is not None and category.is_active:
        return DraftRow(draft, draft.data["title"], start_url(category))
    # Of none that is in use: whichever they choose there has the draft in its form.
    return DraftRow(draft, draft.data["title"], reverse("wargame_mentorship:forums"))
