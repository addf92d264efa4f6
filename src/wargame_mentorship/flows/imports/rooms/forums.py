"""Questions as topics, answers as posts below them, accepted ones as solutions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.core.text import TextError, clean_line
from wargame_mentorship.flows.imports.posts import (
    PastCategory,
    PastOpening,
    PastPost,
    PastReply,
    Place,
    Source,
)
from wargame_mentorship.flows.imports.rooms.base import Room
from wargame_mentorship.flows.imports.texts import Text
from wargame_mentorship.forums.documents import post_documents, topic_documents
from wargame_mentorship.forums.models import (
    ForumCategory,
    ForumPost,
    ForumTag,
    ForumTopic,
    ForumTopicTag,
    ForumVersion,
)
from wargame_mentorship.forums.recounts import recount_conversations
from wargame_mentorship.forums.services import LONGEST_TAG, MOST_TAGS
from wargame_mentorship.search import services as search

LONGEST_NAME: Final = 100


class Forums(Room):
    name = "forums"
    opening = ForumTopic
    reply = ForumPost
    parent = "topic"
    opener = "created_by"
    replier = "author"
    category_model = ForumCategory

    def content_of(self, post: PastPost) -> dict[str, Any]:
        if not isinstance(post, PastOpening):
            return post.content
        state = {"is_closed": post.is_closed, "is_pinned": post.is_pinned}
        return {**post.content, **state, "tags": kept_tags(post.tags)}

    def find_place(self, path: str) -> Place:
        found = ForumCategory.objects.in_use().filter(slug=path).first()
        if found is None:
            message = _("Choose one of the categories.")
            raise Invalid.field("category", message, "invalid_choice")
        return found

    def place_for(self, category: PastCategory) -> tuple[Place | None, bool]:
        """The one of the same slug, in use or not, else a new one after all others."""
        found = ForumCategory.objects.filter(slug=category.slug).first()
        if found is not None:
            return found, False
        name = category.name[:LONGEST_NAME] or category.slug
        if ForumCategory.objects.filter(name__iexact=name).exists():
            name = f"{name[: LONGEST_NAME - len(category.slug) - 3]} ({category.slug})"
        last = ForumCategory.objects.aggregate(last=Max("sort_order"))["last"]
        made = ForumCategory.objects.create(
            slug=category.slug,
            name=name,
            description=category.description,
            sort_order=0 if last is None else last + 1,
        )
        return made, True

    def new_opening(self, source: Source, post: PastOpening, place: Place) -> ForumTopic:
        return ForumTopic(
            **self.state_after_edit(source, post),
            category=place,
            language=source.language,
            view_count=post.view_count,
            last_activity_at=post.created_at,
        )

    def new_reply(self, post: PastReply, parent: UUID, answered: UUID | None) -> ForumPost:
        return ForumPost(topic_id=parent, reply_to_id=answered)

    def words_of(self, post: PastPost, text: Text) -> dict[str, Any]:
        if isinstance(post, PastOpening):
            return {
                "title": text.title,
                "description": text.markdown,
                "description_html": text.html,
            }
        return {"content": text.markdown, "content_html": text.html}

    def state_after_edit(self, source: Source, post: PastPost) -> dict[str, Any]:
        if not isinstance(post, PastOpening):
            return {}
        return {"is_locked": post.is_closed, "is_pinned": post.is_pinned}

    def note_openings(self, written: Sequence[tuple[UUID, PastOpening]]) -> None:
        wanted = {pk: kept_tags(post.tags) for pk, post in written}
        tags = _tags_called({name for names in wanted.values() for name in names})
        ForumTopicTag.objects.filter(content_object__in=wanted).delete()
        ForumTopicTag.objects.bulk_create(
            ForumTopicTag(content_object_id=pk, tag_id=tag)
            for pk, names in wanted.items()
            # A database may take two names for one.
            for tag in dict.fromkeys(tags[name].pk for name in names)
        )

    def recount(self, openings: Collection[UUID]) -> None:
        recount_conversations(openings)

    def index(self, openings: Collection[UUID], replies: Collection[UUID]) -> None:
        if openings:
            search.index_all(topic_documents(ForumTopic.objects.filter(pk__in=openings)))
        if replies:
            search.index_all(post_documents(ForumPost.objects.filter(pk__in=replies)))

    def forget_versions(self, openings: Any, replies: Any) -> None:
        ForumVersion.objects.filter(Q(topic__in=openings) | Q(post__in=replies)).delete()


def kept_tags(names: Iterable[str]) -> tuple[str, ...]:
    """The first that a topic has room for, as it keeps them."""
    cleaned: dict[str, None] = {}
    for name in names:
        try:
            cleaned[clean_line(name, max_length=LONGEST_TAG).lower()] = None
        except TextError:
            continue
    return tuple(cleaned)[:MOST_TAGS]


def _tags_called(names: set[str]) -> dict[str, ForumTag]:
    found = {tag.name: tag for tag in ForumTag.objects.filter(name__in=names)}
    for name in sorted(names - found.keys()):
        found[name], _made = ForumTag.objects.get_or_create(name=name)
    return found
