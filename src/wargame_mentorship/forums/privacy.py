"""What a person may take along, and what is left when they go."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from wargame_mentorship.core.writes import write
from wargame_mentorship.forums.documents import post_documents
from wargame_mentorship.forums.models import (
    ForumCategoryRead,
    ForumDraft,
    ForumPost,
    ForumTopic,
    ForumTopicRead,
    ForumTopicTag,
    ForumVersion,
)
from wargame_mentorship.forums.querysets import ForumPostQuerySet
from wargame_mentorship.forums.recounts import recount_topic
from wargame_mentorship.forums.services.merging import where_merged
from wargame_mentorship.photos import services as photos
from wargame_mentorship.search import services as search


def export_user_data(user: AbstractBaseUser) -> dict[str, list[dict[str, Any]]]:
    """What somebody wrote in this room, deleted and earlier versions too, and how far they read.

    What they are still writing is in it as well.
    """
    topics = ForumTopic.objects.filter(created_by_id=user.pk).select_related("category")
    posts = ForumPost.objects.filter(author_id=user.pk).order_by("created_at", "pk")
    mine = Q(topic__created_by=user.pk) | Q(post__author=user.pk)
    versions = ForumVersion.objects.filter(mine).order_by("written_at", "pk")
    return {
        "forum_topics": [
            {
                "id": str(entry.pk),
                "title": entry.title,
                "description": entry.description,
                "category": entry.category.slug,
                "tags": entry.tag_names,
                "language": entry.language,
                **_common(entry),
            }
            for entry in topics.with_tags().order_by("created_at", "pk")
        ],
        "forum_posts": [
            {
                "id": str(entry.pk),
                "topic": str(entry.topic_id),
                "content": entry.content,
                "is_solution": entry.is_solution,
                **_common(entry),
            }
            for entry in posts
        ],
        "forum_versions": [
            {
                "of": str(entry.topic_id or entry.post_id),
                "title": entry.title,
                "text": entry.text,
                "written_at": entry.written_at.isoformat(),
            }
            for entry in versions
        ],
        "forum_drafts": [
            {
                "id": str(draft.pk),
                "topic": draft.topic_id and str(draft.topic_id),
                "category": draft.category.slug if draft.category else None,
                **draft.data,
                "updated_at": draft.updated_at.isoformat(),
            }
            for draft in ForumDraft.objects.filter(owner_id=user.pk)
            .select_related("category")
            .order_by("created_at", "pk")
        ],
        "forum_reading": [
            {"of": str(of), "read_until": until.isoformat()}
            for marks, name in _marks_of(user)
            for of, until in marks.order_by("read_until", "pk").values_list(name, "read_until")
        ],
    }


def _marks_of(user: AbstractBaseUser) -> tuple[tuple[QuerySet[Any], str], ...]:
    return (
        (ForumTopicRead.objects.filter(user_id=user.pk), "topic"),
        (ForumCategoryRead.objects.filter(user_id=user.pk), "category"),
    )


def _common(entry: ForumTopic | ForumPost) -> dict[str, Any]:
    return {
        "moderation_state": entry.moderation_state,
        "moderation_reason": entry.moderation_reason,
        "created_at": entry.created_at.isoformat(),
        "edited_at": entry.edited_at and entry.edited_at.isoformat(),
        "deleted_at": entry.deleted_at and entry.deleted_at.isoformat(),
    }


@write
def erase_user(user: AbstractBaseUser) -> None:
    """Unlink a person from this room.

    What they wrote stays, unattributed, for those it helps. What they took back goes for good:
    what was deleted, and what their texts said before an edit.
    """
    ForumDraft.objects.filter(owner_id=user.pk).delete()
    ForumVersion.objects.filter(Q(topic__created_by=user.pk) | Q(post__author=user.pk)).delete()
    ForumVersion.objects.filter(edited_by_id=user.pk).update(edited_by=None)
    for marks, _name in _marks_of(user):
        marks.delete()
    topics = ForumTopic.objects.filter(created_by_id=user.pk)
    # What a moderator has merged is not taken back: it stays as a post of the same key.
    elsewhere = ForumPost.objects.filter(pk=OuterRef("pk"), deleted_at=None)
    taken_back = topics.exclude(deleted_at=None).exclude(Exists(elsewhere))
    # Nor is what others asked, and a moderator merged into theirs.
    held = _merged_openings().exclude(author=user.pk).filter(topic=OuterRef("pk"))
    emptied = [*taken_back.filter(Exists(held)).values_list("pk", flat=True)]
    whole = [*taken_back.exclude(pk__in=emptied).values_list("pk", flat=True)]
    going = Q(topic__in=whole) | Q(author=user.pk, topic__in=emptied)
    # Of what they asked, and was merged into one of these, nothing is left to lead to.
    along = topics.filter(pk__in=[*_merged_openings().filter(going).values_list("pk", flat=True)])
    gone = [*whole, *along.values_list("pk", flat=True)]
    _lead_past(gone)
    search.remove(ForumTopic.KIND, gone)
    _delete_posts(going | Q(author=user.pk, deleted_at__isnull=False))
    for pk in (*gone, *emptied):
        photos.delete_photos_of(kind=ForumTopic.KIND, content_id=pk)
    ForumTopic.objects.filter(pk__in=gone).delete()
    for pk in emptied:
        _leave_to_the_others(pk)
    topics.update(created_by=None, version=F("version") + 1)
    ForumPost.objects.filter(author_id=user.pk).update(author=None, version=F("version") + 1)
    ForumTopic.objects.filter(last_reply_by_id=user.pk).update(last_reply_by=None)
    for model in (ForumTopic, ForumPost):
        model._default_manager.filter(deleted_by_id=user.pk).update(deleted_by=None)


def _merged_openings() -> ForumPostQuerySet:
    return ForumPost.objects.filter(pk__in=ForumTopic.objects.merged().values("pk"))


def _leave_to_the_others(topic_id: UUID) -> None:
    """Take its author's words out of a deleted topic that others' topics were merged into.

    A title it must have; it is called as the first of those.
    """
    inside = _merged_openings().filter(topic=topic_id).order_by("created_at", "pk")
    first = ForumTopic.objects.get(pk=inside.values_list("pk", flat=True)[:1].get())
    ForumTopic.objects.filter(pk=topic_id).update(
        title=first.title, description="", description_html="", language=first.language
    )
    ForumTopicTag.objects.filter(content_object=topic_id).delete()
    # Words are cut by the language of the topic, those of its posts too.
    search.index_all(post_documents(ForumPost.objects.filter(topic=topic_id)))
    recount_topic(ForumTopic(pk=topic_id))


def _lead_past(gone: Collection[UUID]) -> None:
    """Let what was merged into topics that go lead on to where its posts are now."""
    for stub in ForumTopic.objects.filter(merged_into__in=gone):
        end = where_merged(stub)
        if end.pk not in gone:
            ForumTopic.objects.filter(pk=stub.pk).update(merged_into=end)


def _delete_posts(condition: Q) -> None:
    keys: list[UUID] = list(ForumPost.objects.filter(condition).values_list("pk", flat=True))
    search.remove(ForumPost.KIND, keys)
    for pk in keys:
        photos.delete_photos_of(kind=ForumPost.KIND, content_id=pk)
    ForumPost.objects.filter(pk__in=keys).delete()
