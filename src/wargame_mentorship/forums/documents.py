"""What search knows of topics and posts; `visible_to` decides at search who finds them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from wargame_mentorship.core.text import plain_text
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.host import Document


def topic_document(topic: ForumTopic) -> Document:
    return Document(
        kind=ForumTopic.KIND,
        object_id=topic.pk,
        title=topic.title,
        body="\n".join([plain_text(topic.description), *topic.tag_names]),
        language=topic.language,
        created_at=topic.created_at,
        category_id=topic.category_id,
    )


def post_document(post: ForumPost) -> Document:
    return Document(
        kind=ForumPost.KIND,
        object_id=post.pk,
        title="",
        body=plain_text(post.content),
        language=post.topic.language,
        created_at=post.created_at,
        category_id=post.topic.category_id,
    )


def topic_documents(topics: QuerySet[ForumTopic]) -> Iterator[Document]:
    for topic in topics.filter(deleted_at=None).prefetch_related("tagged__tag"):
        yield topic_document(topic)


def post_documents(posts: QuerySet[ForumPost]) -> Iterator[Document]:
    for post in posts.filter(deleted_at=None).select_related("topic"):
        yield post_document(post)
