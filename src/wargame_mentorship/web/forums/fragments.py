"""Pieces of pages: a topic; and what helps while one writes, topics like it and much used tags."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.forums.finding import similar_topics
from wargame_mentorship.forums.models import ForumTopic
from wargame_mentorship.forums.tagging import suggest_tags
from wargame_mentorship.web.forums.detail import topic_detail
from wargame_mentorship.web.forums.listing import topic_rows
from wargame_mentorship.web.fragments import FragmentView

MOST_SIMILAR = 5


class SimilarTopicsView(FragmentView):
    """The topics whose titles are most like `?title=`, solved ones first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        title = request.GET.get("title", "").replace("\0", "").strip()
        visible = ForumTopic.objects.visible_to(self.viewer)
        found = (
            similar_topics(self.viewer, title, among=visible, most=MOST_SIMILAR) if title else []
        )
        shown = {"rows": topic_rows(self.viewer, found)}
        return HttpResponse(render_to_string("wargame_mentorship/forums/similar.html", shown))


class TopicDetailView(FragmentView):
    """A topic with its first posts and the form to reply, for `<wm-topic-detail src>`."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        visible = ForumTopic.objects.visible_to(self.viewer).as_shown_to(self.viewer)
        known = visible.with_draft_of(self.viewer)
        if (topic := known.filter(pk=pk).first()) is None:
            raise NotFound
        return self.render(topic_detail(self.viewer, topic), before=self.pieces())


class SuggestTagsView(FragmentView):
    """Tags that begin with `?text=`, as buttons; without it, those that are much used."""

    def get(self, request: HttpRequest) -> HttpResponse:
        among = ForumTopic.objects.visible_to(self.viewer)
        shown = {"tags": suggest_tags(among, request.GET.get("text", ""))}
        return HttpResponse(render_to_string("wargame_mentorship/forums/tags.html", shown))
