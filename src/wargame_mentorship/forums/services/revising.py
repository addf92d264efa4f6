"""Changing a topic's opening post or a reply; what it said before is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from wargame_mentorship.core.cleaning import FieldErrors, clean_markdown, clean_reason
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.forums import rules
from wargame_mentorship.forums.documents import post_document, post_documents, topic_document
from wargame_mentorship.forums.models import ForumPost, ForumTopic, ForumVersion
from wargame_mentorship.forums.services.cleaning import Opening, clean_opening
from wargame_mentorship.forums.services.common import (
    MOST_PHOTOS,
    lock_topic,
    post_as_it_is,
    visible_post,
    visible_topic,
)
from wargame_mentorship.forums.services.moderating import (
    post_left_view,
    topic_left_view,
)
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.moderation.holding import (
    Hold,
    adds_photos,
    hold_columns,
    record_hold,
    reworded,
    screen,
)
from wargame_mentorship.moderation.words import Text
from wargame_mentorship.photos import services as photos
from wargame_mentorship.search import services as search


def edit_topic(
    *,
    actor: Actor,
    topic: ForumTopic,
    changes: Mapping[str, Any],
    photo_ids: Sequence[UUID] | None = None,
    reason: str = "",
    if_version: int | None = None,
) -> ForumTopic:
    """Change `title`, `description`, `tags` or `language`; what `changes` leaves out stays.

    What its author writes or shows is screened, and held if it has to be. What changes nothing is
    no edit.

    Args:
        reason: of a moderator, for the author.

    Raises:
        Stale: `if_version` is no longer the version of the topic.
    """
    viewer = Viewer.of(actor)
    current = visible_topic(viewer, topic)
    require(rules.can_edit_topic, viewer, current)
    cleaned = clean_reason(reason)
    tags = current.tag_names
    before = {
        "title": current.title,
        "description": current.description,
        "tags": tags,
        "language": current.language,
    }
    opening = clean_opening(**{**before, **changes})
    held, named = None, frozenset(changes)
    if rules.is_asker(viewer, current) and (
        opening.values != [current.title, current.description, *tags]
        or adds_photos({ForumTopic.KIND: [current.pk]}, photo_ids)
    ):
        count = len(photo_ids or ())
        screened = screen(viewer, ForumTopic.KIND, opening.texts, current.category_ids, count)
        held, named = screened.held, named | screened.changed
        opening = opening.reworded(screened.texts)
    return _edit_topic(
        actor=viewer,
        topic=current,
        opening=opening,
        named=named,
        held=held,
        photo_ids=photo_ids,
        reason=cleaned,
        if_version=if_version,
    )


@write
def _edit_topic(
    *,
    actor: Viewer,
    topic: ForumTopic,
    opening: Opening,
    named: frozenset[str],
    held: Hold | None,
    photo_ids: Sequence[UUID] | None,
    reason: str,
    if_version: int | None,
) -> ForumTopic:
    before = lock_topic(topic.pk, if_version=if_version)
    names = named | ({"description_html"} if "description" in named else frozenset())
    # Only what was asked for: another column may be somebody else's, written meanwhile.
    changed = {
        name: value
        for name, value in opening.columns.items()
        if name in names and getattr(before, name) != value
    }
    retags = "tags" in named and set(opening.tags) != set(before.tag_names)
    repictures = _are_others(ForumTopic.KIND, before.pk, photo_ids)
    if not changed and not retags and not repictures:
        return before
    now, facts = timezone.now(), _facts(before)
    if {"title", "description"} & changed.keys():
        ForumVersion.objects.create(
            topic=before,
            version=before.version,
            title=before.title,
            text=before.description,
            written_at=before.edited_at or before.created_at,
            edited_by_id=actor.pk,
        )
    # What a moderator has hidden stays so, whatever it says now.
    leaves_view = before.moderation_state == ModerationState.VISIBLE and held is not None
    if leaves_view:
        changed |= hold_columns(held, now)
    ForumTopic.objects.filter(pk=before.pk).update(
        **changed, edited_at=now, updated_at=now, version=F("version") + 1
    )
    if retags:
        before.tags.set(opening.tags)
    if repictures and photo_ids is not None:
        photos.replace_photos(
            actor=actor,
            kind=ForumTopic.KIND,
            content_id=before.pk,
            photo_ids=photo_ids,
            most=MOST_PHOTOS,
        )
    before.refresh_from_db()
    search.index(topic_document(before))
    if "language" in changed:
        # Words are cut by it, those of the posts too.
        search.index_all(post_documents(ForumPost.objects.filter(topic=before.pk)))
    events.record_moderation(
        "forum_topic.edited",
        actor=actor,
        subject=before,
        reason=reason,
        before=facts,
        after=_facts(before),
        owner_ids=(before.created_by_id,),
    )
    if leaves_view:
        record_hold(before, held)
        topic_left_view(before)
    return before


def _facts(topic: ForumTopic) -> dict[str, Any]:
    """What the log tells of an edit: no words, which the versions have."""
    return {"version": topic.version, "language": topic.language}


def edit_post(
    *,
    actor: Actor,
    post: ForumPost,
    content: str | None = None,
    photo_ids: Sequence[UUID] | None = None,
    reason: str = "",
    if_version: int | None = None,
) -> ForumPost:
    """Change what `reply` sets; None keeps what is there.

    What its author writes or shows is screened, and held if it has to be. What changes nothing is
    no edit.

    Args:
        reason: of a moderator, for the author.

    Raises:
        Stale: `if_version` is no longer the version of the post.
    """
    viewer = Viewer.of(actor)
    current = visible_post(viewer, post)
    require(rules.can_edit_post, viewer, current)
    cleaned = clean_reason(reason)
    text: tuple[str, str] | None = None
    if content is not None:
        errors = FieldErrors()
        text = errors.attempt("content", clean_markdown, content)
        errors.raise_if_any()
    held = None
    given = text or (current.content, current.content_html)
    if viewer.is_me(current.author_id) and (
        given[0] != current.content or adds_photos({ForumPost.KIND: [current.pk]}, photo_ids)
    ):
        screened = screen(
            viewer,
            ForumPost.KIND,
            [Text("content", given[0])],
            current.topic.category_ids,
            len(photo_ids or ()),
        )
        held, text = screened.held, reworded(given, screened.texts[0])
    return _edit_post(
        actor=viewer,
        post=current,
        text=text,
        held=held,
        photo_ids=photo_ids,
        reason=cleaned,
        if_version=if_version,
    )


@write
def _edit_post(
    *,
    actor: Viewer,
    post: ForumPost,
    text: tuple[str, str] | None,
    held: Hold | None,
    photo_ids: Sequence[UUID] | None,
    reason: str,
    if_version: int | None,
) -> ForumPost:
    topic = lock_topic(post.topic_id)
    before = post_as_it_is(post, topic, if_version)
    rewrites = text is not None and text[0] != before.content
    repictures = _are_others(ForumPost.KIND, before.pk, photo_ids)
    if not rewrites and not repictures:
        return before
    now, facts = timezone.now(), {"version": before.version}
    columns: dict[str, Any] = {}
    if rewrites and text is not None:
        ForumVersion.objects.create(
            post=before,
            version=before.version,
            text=before.content,
            written_at=before.edited_at or before.created_at,
            edited_by_id=actor.pk,
        )
        columns = {"content": text[0], "content_html": text[1]}
    leaves_view = before.moderation_state == ModerationState.VISIBLE and held is not None
    if leaves_view:
        columns |= hold_columns(held, now)
    ForumPost.objects.filter(pk=before.pk).update(
        **columns, edited_at=now, updated_at=now, version=F("version") + 1
    )
    if repictures and photo_ids is not None:
        photos.replace_photos(
            actor=actor,
            kind=ForumPost.KIND,
            content_id=before.pk,
            photo_ids=photo_ids,
            most=MOST_PHOTOS,
        )
    before.refresh_from_db()
    before.topic = topic
    search.index(post_document(before))
    events.record_moderation(
        "forum_post.edited",
        actor=actor,
        subject=before,
        reason=reason,
        before=facts,
        after={"version": before.version},
        owner_ids=(before.author_id,),
    )
    if leaves_view:
        record_hold(before, held)
        post_left_view(before, topic)
    return before


def _are_others(kind: str, content_id: UUID, photo_ids: Sequence[UUID] | None) -> bool:
    """Whether these are not the photos that the content has."""
    if photo_ids is None:
        return False
    present = photos.photos_of(kind, [content_id])[content_id]
    return [photo.pk for photo in present] != list(photo_ids)
