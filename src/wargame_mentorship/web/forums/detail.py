"""A topic with its posts, as a component: the topic page takes it, and so may a host's page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.template import Context
from django.utils.translation import get_language

from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import DomainError
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.paging import InvalidCursor, Page, cursor_at, paginate
from wargame_mentorship.flows.imports.attribution import Attribution, attribution_of
from wargame_mentorship.forums import rules, services
from wargame_mentorship.forums.actions import post_actions, topic_actions
from wargame_mentorship.forums.filters import POST_ORDERINGS
from wargame_mentorship.forums.links import links_of
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.forums.unread import read_until_of_shown
from wargame_mentorship.host import DisplayUser, Viewer
from wargame_mentorship.moderation.transitions import HELD
from wargame_mentorship.photos import services as photos
from wargame_mentorship.photos.models import Photo
from wargame_mentorship.reputation import services as reputation
from wargame_mentorship.web.components import Component
from wargame_mentorship.web.forms import as_uuid
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


def _link(topic: ForumTopic) -> dict[str, str]:
    return {"title": topic.title, "url": topic_url(topic)}


@dataclass(frozen=True)
class ShownPost:
    """A post as this viewer may see it: in full, or the place where it stood."""

    post: ForumPost
    author: DisplayUser
    attribution: Attribution | None
    photos: list[Photo]
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
    reads_versions: bool
    """Of an edited one."""
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
    pictures: Mapping[UUID, list[Photo]],
    first_new: UUID | None = None,
) -> list[ShownPost]:
    """Posts of a topic, in a constant number of queries.

    Args:
        pictures: their photos, by their keys.
    """
    moderates = rules.is_moderator(viewer, topic)
    accepts = rules.can_accept_post(viewer, topic)
    read = [
        post
        for post in posts
        if not people.is_hidden(post.author_id) and (moderates or not post.is_deleted)
    ]
    keys = [post.pk for post in read]
    readable = set(keys)
    # Nobody votes for what they wrote.
    voted = [post.pk for post in read if not viewer.is_me(post.author_id)]
    votes = reputation.votes_of(viewer, ForumPost.KIND, voted)
    # Whoever has an account here speaks for themselves, of what they have claimed too.
    attributions = attribution_of(
        ForumPost.KIND, {post.pk: post.version for post in read if post.author_id is None}
    )
    shown = []
    for post in posts:
        post.topic = topic
        is_read = post.pk in readable
        is_in_view = not post.is_deleted and post.moderation_state == ModerationState.VISIBLE
        attribution = attributions.get(post.pk)
        shown.append(
            ShownPost(
                post=post,
                author=people.get(
                    post.author_id, name=attribution.author_name if attribution else ""
                ),
                attribution=attribution,
                photos=pictures.get(post.pk, []) if is_read else [],
                my_vote=votes.get(post.pk),
                is_hidden=people.is_hidden(post.author_id),
                is_gone=post.is_deleted and not is_read,
                by_asker=post.author_id is not None and post.author_id == topic.created_by_id,
                is_first_new=post.pk == first_new,
                is_mine=viewer.is_me(post.author_id),
                can_accept=accepts and is_read and is_in_view and not post.is_solution,
                reads_versions=is_read
                and post.edited_at is not None
                and not post.is_deleted
                and rules.can_read_post_versions(viewer, post),
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


@dataclass(frozen=True)
class TopicDetail(Component):
    """A topic with a page of its posts and the form for a reply; `topic_detail` makes it."""

    template_name: ClassVar[str] = "wargame_mentorship/forums/topic_detail.html"

    topic: ForumTopic
    context: Mapping[str, Any]
    """What its template shows."""
    replies: list[ShownPost]
    solution: ShownPost | None
    seen: Seen | None
    """None: nobody is signed in."""
    is_first_page: bool

    def get_context_data(
        self, parent_context: Context | Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        return dict(self.context)


def topic_detail(
    viewer: Viewer,
    topic: ForumTopic,
    *,
    params: Mapping[str, str] = MappingProxyType({}),
    writing: PostWriting | None = None,
    error: DomainError | None = None,
    level: int = 2,
) -> TopicDetail:
    """A topic that the viewer may see, in a constant number of queries.

    Args:
        topic: read with `as_shown_to`; and with `with_draft_of`, or the form begins empty.
        params: `ordering`, `cursor`, `post` and `quote`, as the address of its page has them.
        writing: the reply as it was sent, and `error`, why it could not be.
        level: of its heading, 1 or 2.
    """
    conversation = ForumPost.objects.all().in_conversation_of(topic, viewer)
    page, ordering = _posts(conversation, params)
    solution = _solution(viewer, topic, page)
    posts = [*([solution] if solution else []), *page.items]
    people = People(viewer, [topic.created_by_id, *(post.author_id for post in posts)])
    since = read_until_of_shown(viewer, topic) if viewer.is_authenticated else None
    first_new = _first_new(viewer, topic, page, people, since) if since else None
    # A post that a topic was begun with has its key; while the topic is there, no post has.
    kinds = {ForumTopic.KIND: [topic.pk], ForumPost.KIND: [post.pk for post in posts]}
    pictures = photos.photos_of_kinds(kinds)
    shown = shown_posts(viewer, topic, posts, people, pictures, first_new)
    attribution = None
    if topic.created_by_id is None:
        attribution = attribution_of(ForumTopic.KIND, {topic.pk: topic.version}).get(topic.pk)
    asker = people.get(topic.created_by_id, name=attribution.author_name if attribution else "")
    actions = topic_actions(viewer, topic, has_solution=solution is not None)
    writing = writing or _reply_form(viewer, topic, params)
    first = shown[0] if solution else None
    replies = shown[1:] if solution else shown
    moderated = viewer.moderated_ids(ForumCategory)
    links = links_of(viewer, topic)
    url = topic_url(topic)
    context = {
        "wm": {"viewer": viewer},
        "viewer": viewer,
        "page_language": get_language() or "",
        "level": level,
        "topic": topic,
        "topic_url": url,
        "tags": topic.tag_names,
        "asker": asker,
        "attribution": attribution,
        "is_mine": rules.is_asker(viewer, topic),
        "photos": pictures[topic.pk],
        "solution": first,
        # Where it comes first anyway, once is enough.
        "leads": solution is not None and page.items[:1] != [solution],
        "posts": replies,
        "ordering": ordering,
        "newer_url": _paged(url, ordering, page.previous_cursor),
        "older_url": _paged(url, ordering, page.next_cursor),
        "actions": actions,
        "other_categories": ForumCategory.objects.in_use()
        .filter(pk__in=moderated)
        .exclude(pk=topic.category_id)
        if "move" in actions
        else [],
        "original": _link(links.original) if links.original else None,
        "duplicates": [_link(entry) for entry in links.duplicates],
        "merged": ForumTopic.objects.restorable_by(viewer).filter(merged_into=topic.pk)
        if "move" in actions
        else [],
        "reads_versions": topic.edited_at is not None
        and rules.can_read_topic_versions(viewer, topic),
        "moderation_moves": HELD.available_actions(viewer, topic),
        "can_reply": "reply" in actions,
        "is_held": topic.moderation_state == ModerationState.HELD,
        "is_hidden": topic.moderation_state == ModerationState.HIDDEN,
        **writing.context,
        "form_token": new_token(),
        "error": error,
        "login_url": redirect_to_login(url).url,
    }
    return TopicDetail(
        topic,
        context,
        replies,
        first,
        Seen(topic, page, ordering, since) if since else None,
        is_first_page=ordering == "oldest" and page.previous_cursor is None,
    )


def _paged(url: str, ordering: str, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    order = "" if ordering == "oldest" else f"ordering={ordering}&"
    return f"{url}?{order}cursor={cursor}#posts"


def _solution(viewer: Viewer, topic: ForumTopic, page: Page[ForumPost]) -> ForumPost | None:
    """The accepted post, wherever in the topic it is."""
    for post in page.items:
        if post.accepted_for_id == topic.pk:
            return post
    if page.previous_cursor is None and page.next_cursor is None:
        return None
    return ForumPost.objects.all().solution_of(topic, viewer).first()


def _first_new(
    viewer: Viewer, topic: ForumTopic, page: Page[ForumPost], people: People, since: datetime
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
        and not viewer.is_me(post.author_id)
        and not people.is_hidden(post.author_id)
    )
    return next(new, None)


def _posts(conversation: Any, params: Mapping[str, str]) -> tuple[Page[ForumPost], str]:
    """The page of posts that the address asks for; the first for what means nothing."""
    named = params.get("ordering", "")
    name = named if named in POST_ORDERINGS else "oldest"
    ordering = POST_ORDERINGS[name]
    paged = partial(paginate, conversation, ordering=ordering, size=POSTS_PER_PAGE)
    try:
        page = paged(cursor=params.get("cursor") or None)
    except InvalidCursor:
        page = paged(cursor=None)
    key = as_uuid(params.get("post", "")) if not params.get("cursor") else None
    # Most topics have one page. One that begins with the first post would lead back to nothing.
    if key and page.next_cursor and all(post.pk != key for post in page.items):
        post = conversation.filter(pk=key).first()
        if post is not None:
            page = paged(cursor=cursor_at(conversation, post, ordering=ordering))
    return page, name


def _reply_form(viewer: Viewer, topic: ForumTopic, params: Mapping[str, str]) -> PostWriting:
    """With what the viewer was writing, and the post that the address asks to quote."""
    writing = PostWriting(viewer)
    draft = getattr(topic, "my_draft", None)
    if draft is not None and not services.is_blank(draft.data):
        writing.take(draft)
    if key := as_uuid(params.get("quote", "")):
        quoted = ForumPost.objects.visible_to(viewer).filter(pk=key, topic=topic.pk)
        if (post := quoted.first()) is not None:
            writing.quote(post)
    return writing
