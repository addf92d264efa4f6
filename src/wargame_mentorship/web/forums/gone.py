"""What stands at the address of a topic that is gone: where it went, or who took it and why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_cache_control

from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.forums import rules, services
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.host import Viewer
from wargame_mentorship.web.base import PluginView
from wargame_mentorship.web.forms import as_uuid
from wargame_mentorship.web.people import People

MOST_POSTS = 100


def answer_for_gone(page: PluginView, request: HttpRequest, pk: UUID) -> HttpResponse:
    """A merged topic leads on; a deleted one is shown to its moderators, and told its author.

    Raises:
        NotFound: to everybody else it is not there.
    """
    gone = ForumTopic.objects.filter(pk=pk, deleted_at__isnull=False, category__is_active=True)
    topic = gone.select_related("category").first()
    if topic is None:
        raise NotFound
    if topic.merged_into_id is not None:
        home = services.where_merged(topic)
        seen = ForumTopic.objects.visible_to(page.viewer).filter(pk=home.pk).first()
        if seen is not None:
            return _permanently(registry.get(ForumTopic.KIND).url(seen), request)
    return page.page("wargame_mentorship/forums/gone.html", _shown(page.viewer, topic))


def place_of_moved_post(viewer: Viewer, request: HttpRequest, pk: UUID) -> str | None:
    """Where a post is to which an address of this topic leads, if it is somewhere else now."""
    key = as_uuid(request.GET.get("post", ""))
    if key is None or ForumPost.objects.filter(pk=key, topic=pk).exists():
        return None
    posts = ForumPost.objects.visible_to(viewer).select_related("topic")
    if (post := posts.filter(pk=key).first()) is not None:
        return registry.get(ForumPost.KIND).url(post)
    # A post that opens a topic has given it its key.
    topic = ForumTopic.objects.visible_to(viewer).exclude(pk=pk).filter(pk=key).first()
    return registry.get(ForumTopic.KIND).url(topic) if topic else None


def _permanently(url: str, request: HttpRequest) -> HttpResponse:
    """For search engines for good; browsers ask again, as a merge may be taken back."""
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponseRedirect(f"{url}?{query}" if query else url, status=301)
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _shown(viewer: Viewer, topic: ForumTopic) -> dict[str, Any]:
    moderates = rules.is_moderator(viewer, topic)
    if not moderates and not ForumTopic.objects.taken_from(viewer).filter(pk=topic.pk).exists():
        raise NotFound
    posts: list[ForumPost] = []
    if moderates:
        written = ForumPost.objects.filter(topic=topic.pk).order_by("created_at", "pk")
        posts = list(written[:MOST_POSTS])
    people = People(
        viewer,
        [topic.created_by_id, topic.deleted_by_id, *(post.author_id for post in posts)],
    )
    return {
        "topic": topic,
        "asker": people.get(topic.created_by_id),
        "remover": people.get(topic.deleted_by_id),
        "can_restore": moderates,
        "posts": [
            (post, people.get(post.author_id))
            for post in posts
            if not people.is_hidden(post.author_id)
        ],
    }
