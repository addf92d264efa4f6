"""Atom feeds of the forums: new topics in all of them or in one, and the replies in a topic."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.forums.querysets import ForumTopicQuerySet
from wargame_mentorship.web.feeds import MOST_ENTRIES, Entry, FeedPage
from wargame_mentorship.web.forums.lists import list_url


class _TopicsFeed(FeedPage):
    def answer_topics(self, topics: ForumTopicQuerySet, *, title: str, url: str) -> HttpResponse:
        newest = topics.select_related("category").order_by("-created_at", "-pk")
        feed = self.feed(title=title, url=url, own_url=self.request.path)
        self.add(
            feed,
            list(newest[:MOST_ENTRIES]),
            author_id=lambda topic: topic.created_by_id,
            shown=lambda topic, name: Entry(
                topic.title, topic.description_html, topic.language, topic.category
            ),
        )
        return self.answer(feed)


class LatestFeed(_TopicsFeed):
    """The newest topics of all forums."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.answer_topics(
            ForumTopic.objects.visible_to(self.viewer),
            title=gettext("New topics in the forums"),
            url=list_url("latest"),
        )


class CategoryFeed(_TopicsFeed):
    """The newest topics of one forum."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        category = ForumCategory.objects.in_use().filter(slug=slug).first()
        if category is None:
            raise NotFound
        return self.answer_topics(
            ForumTopic.objects.visible_to(self.viewer).filter(category=category.pk),
            title=gettext("New topics: %(forum)s") % {"forum": category.display_name},
            url=reverse("wargame_mentorship:forum-category", args=[slug]),
        )


class RepliesFeed(FeedPage):
    """The replies in one topic, the newest first."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        visible = ForumTopic.objects.visible_to(self.viewer).select_related("category")
        if (topic := visible.filter(pk=pk).first()) is None:
            raise NotFound
        posts = ForumPost.objects.visible_to(self.viewer).filter(topic=topic.pk)
        feed = self.feed(
            title=gettext("Replies: %(title)s") % {"title": topic.title},
            url=registry.get(ForumTopic.KIND).url(topic),
            own_url=request.path,
        )
        self.add(
            feed,
            list(posts.select_related("topic").order_by("-created_at", "-pk")[:MOST_ENTRIES]),
            author_id=lambda post: post.author_id,
            shown=lambda post, name: _reply(topic, post, name),
        )
        return self.answer(feed)


def _reply(topic: ForumTopic, post: ForumPost, name: str) -> Entry:
    solved = gettext("%(name)s solved it: %(title)s")
    replied = gettext("%(name)s replied: %(title)s")
    said = {"name": name, "title": topic.title}
    return Entry(
        (solved if post.is_solution else replied) % said,
        post.content_html,
        topic.language,
        topic.category,
    )
