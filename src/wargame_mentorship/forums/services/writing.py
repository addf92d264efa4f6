"""Starting a topic, and replying in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.cleaning import FieldErrors, clean_markdown
from wargame_mentorship.core.errors import Invalid, NotFound
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.forums import rules
from wargame_mentorship.forums.documents import post_document, topic_document
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.forums.services.cleaning import Opening, clean_opening
from wargame_mentorship.forums.services.common import (
    MOST_PHOTOS,
    count_reply,
    lock_topic,
    readable_topic,
    refuse_if_locked,
)
from wargame_mentorship.forums.services.drafting import finish_draft
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.moderation.holding import (
    Hold,
    hold_columns,
    record_hold,
    reworded,
    screen,
)
from wargame_mentorship.moderation.words import Text
from wargame_mentorship.notifications import services as notifications
from wargame_mentorship.photos import services as photos
from wargame_mentorship.search import services as search


def start_topic(
    *,
    actor: Actor,
    category: ForumCategory,
    title: str,
    description: str = "",
    tags: Sequence[str] = (),
    language: str = "en",
    photo_ids: Sequence[UUID] = (),
    draft_id: UUID | None = None,
) -> ForumTopic:
    """Start a topic; its opening post may be empty where the title asks everything.

    Whoever starts it watches it from then on.

    Args:
        tags: words, at most five; unknown ones are made.
        draft_id: the draft that this was; it goes.

    Raises:
        NotFound: the category is out of use.
    """
    viewer = Viewer.of(actor)
    require(rules.can_start_topic, viewer, category)
    if not category.is_active:
        raise NotFound
    opening = clean_opening(title=title, description=description, tags=tags, language=language)
    screened = screen(viewer, ForumTopic.KIND, opening.texts, [category.pk], len(photo_ids))
    return _start_topic(
        actor=viewer,
        category=category,
        opening=opening.reworded(screened.texts),
        held=screened.held,
        photo_ids=photo_ids,
        draft_id=draft_id,
    )


@write
def _start_topic(
    *,
    actor: Viewer,
    category: ForumCategory,
    opening: Opening,
    held: Hold | None,
    photo_ids: Sequence[UUID],
    draft_id: UUID | None,
) -> ForumTopic:
    if draft_id is not None:
        finish_draft(actor, draft_id)
    now = timezone.now()
    topic = ForumTopic.objects.create(
        **opening.columns,
        category=category,
        created_by_id=actor.pk,
        created_at=now,
        updated_at=now,
        last_activity_at=now,
        **hold_columns(held, now),
    )
    if opening.tags:
        topic.tags.set(opening.tags)
    photos.attach_photos(
        actor=actor,
        kind=ForumTopic.KIND,
        content_id=topic.pk,
        photo_ids=photo_ids,
        most=MOST_PHOTOS,
    )
    search.index(topic_document(topic))
    events.record("forum_topic.started", actor=actor, subject=topic)
    record_hold(topic, held)
    notifications.watch_from_now_on(actor, topic)
    if not held:
        ForumCategory.objects.filter(pk=category.pk).update(topic_count=F("topic_count") + 1)
    return topic


@dataclass(frozen=True)
class _Reply:
    content: str
    content_html: str
    reply_to_id: UUID | None


def reply(
    *,
    actor: Actor,
    topic: ForumTopic,
    content: str,
    reply_to_id: UUID | None = None,
    photo_ids: Sequence[UUID] = (),
    draft_id: UUID | None = None,
    if_version: int | None = None,
) -> ForumPost:
    """Reply in a topic; in a locked one its moderators alone (409 `locked`).

    Whoever replies watches it from then on, unless they have muted it.

    Args:
        reply_to_id: the post that is answered, of the same topic and in the actor's sight.
        draft_id: the draft that this was; it goes.
        if_version: of the topic, as it was read.
    """
    viewer = Viewer.of(actor)
    current = readable_topic(viewer, topic)
    require(rules.can_reply_topic, viewer, current)
    refuse_if_locked(current, is_moderator=rules.is_moderator(viewer, current))
    errors = FieldErrors()
    cleaned = errors.attempt("content", clean_markdown, content)
    errors.attempt("reply_to_id", _check_reply_to, viewer, current, reply_to_id)
    errors.raise_if_any()
    assert cleaned is not None  # noqa: S101 - an error would have been raised
    screened = screen(
        viewer,
        ForumPost.KIND,
        [Text("content", cleaned[0])],
        current.category_ids,
        len(photo_ids),
    )
    return _reply(
        actor=viewer,
        topic=current,
        given=_Reply(*reworded(cleaned, screened.texts[0]), reply_to_id),
        held=screened.held,
        photo_ids=photo_ids,
        draft_id=draft_id,
        if_version=if_version,
    )


def _check_reply_to(viewer: Viewer, topic: ForumTopic, post_id: UUID | None) -> None:
    if post_id is None:
        return
    seen = ForumPost.objects.visible_to(viewer).filter(pk=post_id, topic=topic.pk)
    if not seen.exists():
        message = _("This post is not in this topic any more.")
        raise Invalid.field("reply_to_id", message, "does_not_exist")


@write
def _reply(
    *,
    actor: Viewer,
    topic: ForumTopic,
    given: _Reply,
    held: Hold | None,
    photo_ids: Sequence[UUID],
    draft_id: UUID | None,
    if_version: int | None,
) -> ForumPost:
    if draft_id is not None:
        finish_draft(actor, draft_id)
    # The parent first: its row is what keeps a lock and a reply at once apart.
    current = lock_topic(topic.pk, if_version=if_version)
    refuse_if_locked(current, is_moderator=rules.is_moderator(actor, current))
    now = timezone.now()
    # Moved to another topic meanwhile: what is said of it may still be said.
    answered = current.posts.filter(pk=given.reply_to_id).first() if given.reply_to_id else None
    post = ForumPost.objects.create(
        topic=current,
        author_id=actor.pk,
        content=given.content,
        content_html=given.content_html,
        reply_to=answered,
        created_at=now,
        updated_at=now,
        **hold_columns(held, now),
    )
    photos.attach_photos(
        actor=actor,
        kind=ForumPost.KIND,
        content_id=post.pk,
        photo_ids=photo_ids,
        most=MOST_PHOTOS,
    )
    search.index(post_document(post))
    notifications.watch_from_now_on(actor, current)
    if held:
        record_hold(post, held)
    else:
        events.record("forum_topic.replied", actor=actor, subject=current, post_id=str(post.pk))
        count_reply(current, post)
    return post
