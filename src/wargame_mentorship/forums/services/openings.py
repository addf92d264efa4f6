"""A topic's opening post made a post of another topic, and a post made the opening of a topic.

A post and the topic that it opens have the same key, whichever of the two it is at the moment. So
votes, which name the post, links to it, and the address of the topic are good again as soon as a
merge or a split is taken back. Of the two only one is there: as long as there is such a post, its
topic is merged or was never there.
"""

from __future__ import annotations

import re
from typing import Any

from django.db.models import F
from django.utils import timezone

from wargame_mentorship.core.text import render_markdown
from wargame_mentorship.forums.models import ForumPost, ForumTopic, ForumVersion
from wargame_mentorship.forums.recounts import recount_votes
from wargame_mentorship.photos import services as photos
from wargame_mentorship.search import services as search

_ANYWHERE = re.compile(r"[\\`*_\[\]<>~|&]")
_AT_THE_START = re.compile(r"^(\d*)(?=[#+=.)-])")


def title_as_text(title: str) -> str:
    """Markdown that reads as the title does; what a topic says whose opening post is empty."""
    escaped = _ANYWHERE.sub(lambda found: f"\\{found[0]}", title)
    return _AT_THE_START.sub(r"\1\\", escaped)


def opening_as_post(topic: ForumTopic, home: ForumTopic) -> ForumPost:
    """Make the opening post of a topic a post of another, dated and written as it was.

    The caller holds the rows of both, and indexes the post.
    """
    text, html = topic.description, topic.description_html
    if not text:
        text = title_as_text(topic.title)
        html = render_markdown(text)
    post = ForumPost.objects.create(
        pk=topic.pk,
        topic=home,
        author_id=topic.created_by_id,
        content=text,
        content_html=html,
        created_at=topic.created_at,
        updated_at=timezone.now(),
        edited_at=topic.edited_at,
        version=topic.version,
        moderation_state=topic.moderation_state,
        visible_since=topic.visible_since,
        moderation_reason=topic.moderation_reason,
    )
    ForumVersion.objects.filter(topic=topic.pk).update(topic=None, post=post.pk)
    photos.hand_over(
        kind=ForumTopic.KIND, content_id=topic.pk, to_kind=ForumPost.KIND, to_id=post.pk
    )
    search.remove(ForumTopic.KIND, [topic.pk])
    recount_votes(post)
    return post


def post_as_opening(post: ForumPost, *, title: str, **columns: Any) -> ForumTopic:
    """Make a post the opening of a topic; of the merged one that it opened before, if any.

    The caller holds the rows of both topics, has no other post answer it, and indexes the topic.

    Args:
        columns: of the topic, besides the title and what the post knows.
    """
    text, html = post.content, post.content_html
    if text == title_as_text(title):
        text, html = "", ""
    topic, _made = ForumTopic.objects.update_or_create(
        pk=post.pk,
        defaults={
            "title": title,
            "description": text,
            "description_html": html,
            "created_by_id": post.author_id,
            "created_at": post.created_at,
            "updated_at": timezone.now(),
            "edited_at": post.edited_at,
            "moderation_state": post.moderation_state,
            "visible_since": post.visible_since,
            "moderation_reason": post.moderation_reason,
            "merged_into": None,
            "deleted_at": None,
            "deleted_by": None,
            "deleted_reason": "",
            **columns,
        },
    )
    ForumTopic.objects.filter(pk=topic.pk, version__lte=post.version).update(version=post.version)
    ForumTopic.objects.filter(pk=topic.pk).update(version=F("version") + 1)
    ForumVersion.objects.filter(post=post.pk).update(post=None, topic=topic.pk)
    photos.hand_over(
        kind=ForumPost.KIND, content_id=post.pk, to_kind=ForumTopic.KIND, to_id=topic.pk
    )
    search.remove(ForumPost.KIND, [post.pk])
    ForumPost.objects.filter(pk=post.pk).delete()
    topic.refresh_from_db()
    return topic
