"""One topic with its posts, and what the views that act on it come back to."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from wargame_mentorship.core.errors import Busy, DomainError, NotFound
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.visits import visitor_of
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumTopic
from wargame_mentorship.forums.unread import first_unread
from wargame_mentorship.web.base import PluginView
from wargame_mentorship.web.forums.detail import (
    Seen,
    TopicDetail,
    post_url,
    topic_detail,
    topic_url,
)
from wargame_mentorship.web.forums.gone import answer_for_gone, place_of_moved_post
from wargame_mentorship.web.forums.structured import structured_data
from wargame_mentorship.web.forums.writing import PostWriting


class TopicPage(PluginView):
    """Finds one topic and shows it; the views that act on it come back to this."""

    pk: UUID
    seen: Seen | None = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.pk = kwargs["pk"]

    def return_url(self) -> str:
        """Good without the topic, which may not be there: any slug leads to the right one."""
        slug = self.kwargs.get("slug") or "topic"
        return reverse("wargame_mentorship:forum-topic", args=[self.pk, slug])

    @cached_property
    def topic(self) -> ForumTopic:
        return self.find()

    def find(self) -> ForumTopic:
        visible = ForumTopic.objects.visible_to(self.viewer).as_shown_to(self.viewer)
        known = visible.with_draft_of(self.viewer)
        if (found := known.filter(pk=self.pk).first()) is None:
            raise NotFound
        return found

    def show(
        self,
        *,
        writing: PostWriting | None = None,
        error: DomainError | None = None,
        status: int = 200,
    ) -> TemplateResponse:
        """The page, with what could not be sent and why, if anything."""
        # Read again after an error: it usually means that the topic has moved on.
        topic = self.find() if error else self.topic
        shown = topic_detail(
            self.viewer, topic, params=self.request.GET, writing=writing, error=error, level=1
        )
        self.seen = shown.seen
        is_in_view = topic.moderation_state == ModerationState.VISIBLE
        return self.page(
            "wargame_mentorship/forums/topic.html",
            {
                "topic": topic,
                "detail": shown,
                "error": error,
                "canonical_url": self.request.build_absolute_uri(topic_url(topic)),
                "is_indexed": shown.is_first_page,
                "has_feed": is_in_view,
                "structured_data": shown.is_first_page
                and is_in_view
                and self._structured_data(shown),
            },
            status=status,
        )

    def _structured_data(self, shown: TopicDetail) -> SafeString | None:
        """For search engines, of what everybody may read and somebody has answered."""
        answers = [one for one in shown.replies if one.is_for_all and not one.post.is_solution]
        accepted = shown.solution if shown.solution and shown.solution.is_for_all else None
        if not (answers or accepted):
            return None
        return structured_data(
            topic=shown.topic,
            asker=shown.context["asker"],
            attribution=shown.context["attribution"],
            photos=shown.context["photos"],
            posts=answers,
            solution=accepted,
            absolute=self.request.build_absolute_uri,
            path=topic_url(shown.topic),
        )


class TopicView(TopicPage):
    def get(self, request: HttpRequest, pk: UUID, slug: str) -> HttpResponse:
        try:
            slug_now = self.topic.slug
        except NotFound:
            return answer_for_gone(self, request, pk)
        if (place := place_of_moved_post(self.viewer, request, pk)) is not None:
            return HttpResponseRedirect(place)
        if slug != slug_now:
            query = request.META.get("QUERY_STRING", "")
            url = topic_url(self.topic)
            return HttpResponseRedirect(f"{url}?{query}" if query else url, status=301)
        if "unread" in request.GET and self.viewer.is_authenticated:
            post = first_unread(self.viewer, self.topic)
            return HttpResponseRedirect(post_url(post) if post else topic_url(self.topic))
        services.count_view(actor=self.viewer, topic=self.topic, visitor=visitor_of(request.META))
        response = self.show()
        if self.seen and "prefetch" not in request.headers.get("Sec-Purpose", ""):
            self._mark_read(self.seen)
        return response

    def _mark_read(self, seen: Seen) -> None:
        if not seen.is_to_the_end and seen.ordering != "oldest":
            return
        last = None if seen.is_to_the_end else seen.page.items[-1]
        # Somebody else at the same row is no reason to show no page.
        with suppress(Busy):
            services.mark_read_to(self.viewer, seen.topic, last, since=seen.since)
