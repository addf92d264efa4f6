"""Making a topic of its own out of posts of another."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.cleaning import FieldErrors, clean_reason, clean_title
from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.forums import rules
from wargame_mentorship.forums.documents import post_documents, topic_document
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.forums.recounts import recount_all_of
from wargame_mentorship.forums.services.common import (
    alive,
    change,
    destination,
    latest_activity,
    lead_along,
    lock_topics,
    merged_among,
    part_crossing_replies,
    visible_topic,
)
from wargame_mentorship.forums.services.openings import post_as_opening
from wargame_mentorship.forums.services.solving import take_back
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.search import services as search

MOST_SPLIT = 500
"""So many posts go at once."""


@write
def split(
    *,
    actor: Actor,
    topic: ForumTopic,
    post_ids: Sequence[UUID],
    title: str,
    reason: str = "",
    category_id: UUID | None = None,
) -> ForumTopic:
    """Make a topic of its own out of some posts; returns it.

    The first that was written opens it, in the name of its author; no solution comes along, for
    another question was asked. Merging it back takes it back.

    Args:
        category_id: where to file it, if not beside the topic; the actor moderates both.

    Raises:
        Invalid: `post_ids` (`required`, `too_many`, `does_not_exist`, or `not_visible` of the
            first), `title`, `reason` or `category_id`.
    """
    viewer = Viewer.of(actor)
    seen = visible_topic(viewer, topic)
    require(rules.is_moderator, viewer, seen)
    errors = FieldErrors()
    cleaned_title = errors.attempt("title", clean_title, title)
    cleaned_reason = errors.attempt("reason", clean_reason, reason) or ""
    category = errors.attempt("category_id", _category, viewer, seen, category_id)
    first = errors.attempt("post_ids", _first_of, seen, frozenset(post_ids))
    errors.raise_if_any()
    assert cleaned_title and category and first  # noqa: S101, PT018 - see above
    # Of the key that the new topic will have there may be one that was merged, and of others' too.
    current = alive(lock_topics([seen.pk, first.pk, *merged_among(post_ids)]), seen.pk)
    require(rules.is_moderator, viewer, current)
    posts = _posts_of(current, frozenset(post_ids))
    solution = next((post for post in posts if post.is_solution), None)
    if solution is not None:
        take_back(viewer, current)
    opening, *replies = posts
    made = post_as_opening(
        opening,
        title=cleaned_title,
        category=category,
        language=current.language,
        is_pinned=False,
        is_locked=False,
        duplicate_of=None,
        moderation_reason=cleaned_reason,
    )
    keys = [post.pk for post in replies]
    ForumPost.objects.filter(pk__in=keys).update(topic=made.pk, accepted_for=None)
    part_crossing_replies([current.pk, made.pk])
    lead_along(keys, made, current)
    recount_all_of([current, made])
    current.refresh_from_db()
    # What came into view last may be gone, or the new topic's now.
    change(current, last_activity_at=latest_activity(current))
    ForumTopic.objects.filter(pk=made.pk).update(last_activity_at=latest_activity(made))
    search.index(topic_document(made))
    search.index_all(post_documents(ForumPost.objects.filter(pk__in=keys)))
    events.record_moderation(
        "forum_topic.split",
        actor=viewer,
        subject=current,
        reason=cleaned_reason,
        before={"post_ids": [str(post.pk) for post in posts]},
        after={"topic_id": str(made.pk), "category_id": str(category.pk)},
        category_ids=(current.category_id, category.pk),
    )
    made.refresh_from_db()
    return made


def _category(viewer: Viewer, topic: ForumTopic, category_id: UUID | None) -> ForumCategory:
    if category_id is None or category_id == topic.category_id:
        return topic.category
    return destination(viewer, category_id)


def _first_of(topic: ForumTopic, post_ids: frozenset[UUID]) -> ForumPost:
    if not post_ids:
        raise Invalid.field("post_ids", _("Choose at least one."), "required")
    if len(post_ids) > MOST_SPLIT:
        message = _("%(most)d at once, and no more.") % {"most": MOST_SPLIT}
        raise Invalid.field("post_ids", message, "too_many")
    return _posts_of(topic, post_ids)[0]


def _posts_of(topic: ForumTopic, post_ids: frozenset[UUID]) -> list[ForumPost]:
    """In the order in which they were written; the first is one that everybody sees."""
    found = ForumPost.objects.filter(topic=topic.pk, pk__in=post_ids, deleted_at=None)
    posts = list(found.order_by("created_at", "pk"))
    if len(posts) != len(post_ids):
        message = _("Some of these posts are not in this topic, or deleted.")
        raise Invalid.field("post_ids", message, "does_not_exist")
    if not posts[0].is_counted:
        message = _("The first of them would open the topic, and waits or is hidden.")
        raise Invalid.field("post_ids", message, "not_visible")
    return posts
