"""One topic with its posts, and what the views that act on it come back to."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import Busy, DomainError, NotFound
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.paging import InvalidCursor, Page, cursor_at, paginate
from wargame_mentorship.core.visits import visitor_of
from wargame_mentorship.forums import rules, services
from wargame_mentorship.forums.actions import post_actions, topic_actions
from wargame_mentorship.forums.filters import POST_ORDERINGS
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.forums.unread import first_unread, read_until
from wargame_mentorship.host import DisplayUser, Viewer
from wargame_mentorship.moderation.transitions import HELD
from wargame_mentorship.photos import services as photos
from wargame_mentorship.reputation import services as reputation
from wargame_mentorship.web.base import PluginView
from wargame_mentorship.web.forms import as_uuid
from wargame_mentorship.web.forums.structured import structured_data
from wargame_mentorship.web.forums.writing import PostWriting
from wargame_mentorship.web.once import new_token
from wargame_mentorship.web.people import People

POSTS_PER_PAGE = 30


def topic_url(topic: ForumTopic, anchor: str = "") -> str:
    url = registry.get(ForumTopic.KIND).url(topic)
    return f"{url}#{anchor}" if anchor else url


def post_url(post: ForumPost) -> str:
    """The page of the topic that begins with this post."""
    return registry.get(ForumPost.KIND).url(post)


@dataclass(frozen=True)
class ShownPost:
    """A post as this viewer may see it: in full, or the place where it stood."""

    post: ForumPost
    author: DisplayUser
    photos: list[Any]
    my_vote: bool | None
    is_hidden: bool
    """By a block."""
    is_gone: bool
    """Deleted, for somebody who does not moderate here."""
    by_asker: bool
    is_first_new: bool
    """What the reader has not seen begins with it."""
    is_mine: bool
    can_accept: bool
    actions: list[str]
    moderation_moves: list[str]

    @property
    def is_for_all(self) -> bool:
        """Whether everybody reads it: nothing held, deleted, or hidden by a block."""
        is_in_view = self.post.moderation_state == ModerationState.VISIBLE
        return is_in_view and not self.post.is_deleted and not self.is_hidden


def shown_posts(
    viewer: Viewer,
    topic: ForumTopic,
    posts: list[ForumPost],
    people: People,
    first_new: UUID | None = None,
) -> list[ShownPost]:
    """Posts of a topic, in a constant number of queries."""
    moderates = rules.is_moderator(viewer, topic)
    accepts = rules.can_accept_post(viewer, topic)
    read = [
        post
        for post in posts
        if not people.is_hidden(post.author_id) and (moderates or not post.is_deleted)
    ]
    keys = [post.pk for post in read]
    readable = set(keys)
    pictures = photos.photos_of(ForumPost.KIND, keys)
    votes = reputation.votes_of(viewer, ForumPost.KIND, keys)
    shown = []
    for post in posts:
        post.topic = topic
        is_read = post.pk in readable
        is_in_view = not post.is_deleted and post.moderation_state == ModerationState.VISIBLE
        shown.append(
            ShownPost(
                post=post,
                author=people.get(post.author_id),
                photos=pictures.get(post.pk, []),
                my_vote=votes.get(post.pk),
                is_hidden=people.is_hidden(post.author_id),
                is_gone=post.is_deleted and not is_read,
                by_asker=post.author_id is not None and post.author_id == topic.created_by_id,
                is_first_new=post.pk == first_new,
                is_mine=viewer.is_me(post.author_id),
                can_accept=accepts and is_read and is_in_view and not post.is_solution,
                actions=post_actions(viewer, post) if is_read else [],
                moderation_moves=HELD.available_actions(viewer, post)
                if is_read and not post.is_deleted
                else [],
            )
        )
    return shown


@dataclass(frozen=True)
class Seen:
    """What a page of a topic showed to somebody who is signed in."""

    topic: ForumTopic
    page: Page[ForumPost]
    ordering: str
    since: datetime
    """Up to when they had read it."""

    @property
    def is_to_the_end(self) -> bool:
        """Nothing comes after it."""
        begins = self.ordering == "oldest" or self.page.previous_cursor is None
        return begins and self.page.next_cursor is None


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
        if (found := visible.filter(pk=self.pk).first()) is None:
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
        viewer = self.viewer
        conversation = ForumPost.objects.all().in_conversation_of(topic, viewer)
        page, ordering = self._posts(conversation)
        solution = ForumPost.objects.all().solution_of(topic, viewer).first()
        posts = [*([solution] if solution else []), *page.items]
        people = People(viewer, [topic.created_by_id, *(post.author_id for post in posts)])
        since = read_until(viewer, topic) if viewer.is_authenticated else None
        self.seen = Seen(topic, page, ordering, since) if since else None
        first_new = self._first_new(topic, page, people, since) if since else None
        shown = shown_posts(viewer, topic, posts, people, first_new)
        actions = topic_actions(viewer, topic, has_solution=solution is not None)
        writing = writing or self._reply_form()
        pictures = photos.photos_of(ForumTopic.KIND, [topic.pk])[topic.pk]
        first = shown[0] if solution else None
        replies = shown[1:] if solution else shown
        is_first_page = ordering == "oldest" and page.previous_cursor is None
        moderated = viewer.moderated_ids(ForumCategory)
        return self.page(
            "wargame_mentorship/forums/topic.html",
            {
                "topic": topic,
                "tags": topic.tag_names,
                "asker": people.get(topic.created_by_id),
                "is_mine": rules.is_asker(viewer, topic),
                "photos": pictures,
                "solution": first,
                # Where it comes first anyway, once is enough.
                "leads": solution is not None and page.items[:1] != [solution],
                "posts": replies,
                "ordering": ordering,
                "newer_url": self._paged(ordering, page.previous_cursor),
                "older_url": self._paged(ordering, page.next_cursor),
                "actions": actions,
                "other_categories": ForumCategory.objects.in_use()
                .filter(pk__in=moderated)
                .exclude(pk=topic.category_id)
                if "move" in actions
                else [],
                "moderation_moves": HELD.available_actions(viewer, topic),
                "can_reply": "reply" in actions,
                "is_held": topic.moderation_state == ModerationState.HELD,
                "is_hidden": topic.moderation_state == ModerationState.HIDDEN,
                "writing": writing,
                **writing.context,
                "form_token": new_token(),
                "error": error,
                "login_url": redirect_to_login(topic_url(topic)).url,
                "canonical_url": self.request.build_absolute_uri(topic_url(topic)),
                "is_indexed": is_first_page,
                "structured_data": is_first_page
                and self._structured_data(topic, people, pictures, first, replies),
            },
            status=status,
        )

    def _first_new(
        self, topic: ForumTopic, page: Page[ForumPost], people: People, since: datetime
    ) -> UUID | None:
        """The first unread post of the page, for somebody who has been here before."""
        if topic.visible_since is None or topic.visible_since > since:
            return None
        new = (
            post.pk
            for post in page.items
            if post.is_counted
            and post.visible_since is not None
            and post.visible_since > since
            and not self.viewer.is_me(post.author_id)
            and not people.is_hidden(post.author_id)
        )
        return next(new, None)

    def _structured_data(
        self,
        topic: ForumTopic,
        people: People,
        pictures: list[Any],
        solution: ShownPost | None,
        replies: list[ShownPost],
    ) -> SafeString | None:
        """For search engines, of what everybody may read and somebody has answered."""
        answers = [one for one in replies if one.is_for_all and not one.post.is_solution]
        accepted = solution if solution and solution.is_for_all else None
        is_in_view = topic.moderation_state == ModerationState.VISIBLE
        if not is_in_view or not (answers or accepted):
            return None
        return structured_data(
            topic=topic,
            asker=people.get(topic.created_by_id),
            photos=pictures,
            posts=answers,
            solution=accepted,
            absolute=self.request.build_absolute_uri,
            path=topic_url(topic),
        )

    def _posts(self, conversation: Any) -> tuple[Page[ForumPost], str]:
        """The page of posts that the address asks for; the first for what means nothing."""
        named = self.request.GET.get("ordering", "")
        name = named if named in POST_ORDERINGS else "oldest"
        ordering = POST_ORDERINGS[name]
        cursor = self.request.GET.get("cursor") or None
        if cursor is None and (key := as_uuid(self.request.GET.get("post", ""))):
            post = conversation.filter(pk=key).first()
            cursor = cursor_at(conversation, post, ordering=ordering) if post else None
        try:
            page = paginate(conversation, ordering=ordering, cursor=cursor, size=POSTS_PER_PAGE)
        except InvalidCursor:
            page = paginate(conversation, ordering=ordering, cursor=None, size=POSTS_PER_PAGE)
        return page, name

    def _paged(self, ordering: str, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        order = "" if ordering == "oldest" else f"ordering={ordering}&"
        return f"?{order}cursor={cursor}#posts"

    def _reply_form(self) -> PostWriting:
        """Empty; or with the post that the address asks to quote."""
        writing = PostWriting(self.viewer)
        if key := as_uuid(self.request.GET.get("quote", "")):
            quoted = ForumPost.objects.visible_to(self.viewer).filter(pk=key, topic=self.pk)
            if (post := quoted.first()) is not None:
                writing.quote(post)
        return writing


class TopicView(TopicPage):
    def get(self, request: HttpRequest, pk: UUID, slug: str) -> HttpResponse:
        if slug != self.topic.slug:
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
