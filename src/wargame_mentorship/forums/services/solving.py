"""The accepted solution of a topic."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.cleaning import clean_reason
from wargame_mentorship.core.errors import Invalid, WrongState
from wargame_mentorship.core.mixins import COUNTED
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.forums import rules
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.forums.services.common import lock_topic, visible_topic
from wargame_mentorship.host import Actor, Viewer


@write
def accept(
    *,
    actor: Actor,
    topic: ForumTopic,
    post_id: UUID,
    reason: str = "",
    if_version: int | None = None,
) -> ForumTopic:
    """Accept a post as the solution; another one may take its place later.

    Raises:
        Invalid: no such post in this topic, or not seen by everybody.
        Stale: `if_version` is no longer the version of the topic.
    """
    viewer = Viewer.of(actor)
    seen = visible_topic(viewer, topic)
    require(rules.can_accept_post, viewer, seen)
    cleaned = clean_reason(reason)
    current = lock_topic(seen.pk, if_version=if_version)
    posts = ForumPost.objects.visible_to(viewer).filter(COUNTED, pk=post_id, topic=current.pk)
    post = posts.first()
    if post is None:
        message = _("This is not an answer in this topic.")
        raise Invalid.field("post_id", message, "does_not_exist")
    if post.accepted_for_id == current.pk:
        return current
    before = _solution(current)
    mark_solution(current, post.pk)
    events.record_moderation(
        "forum_topic.accepted",
        actor=viewer,
        subject=current,
        reason=cleaned,
        before=before,
        after=_solution(current),
        owner_ids=(current.created_by_id,),
        post_id=str(post.pk),
    )
    return current


@write
def unaccept(
    *, actor: Actor, topic: ForumTopic, reason: str = "", if_version: int | None = None
) -> ForumTopic:
    """Take the acceptance back.

    Raises:
        WrongState: nothing is accepted.
        Stale: `if_version` is no longer the version of the topic.
    """
    viewer = Viewer.of(actor)
    seen = visible_topic(viewer, topic)
    require(rules.can_accept_post, viewer, seen)
    cleaned = clean_reason(reason)
    current = lock_topic(seen.pk, if_version=if_version)
    if not ForumPost.objects.filter(accepted_for=current.pk).exists():
        raise WrongState
    take_back(viewer, current, reason=cleaned)
    return current


def take_back(viewer: Viewer, topic: ForumTopic, *, reason: str = "") -> None:
    """Let a topic be without the solution that it has; holds the topic's row."""
    before = _solution(topic)
    mark_solution(topic, None)
    events.record_moderation(
        "forum_topic.unaccepted",
        actor=viewer,
        subject=topic,
        reason=reason,
        before=before,
        after=_solution(topic),
        owner_ids=(topic.created_by_id,),
    )


def mark_solution(topic: ForumTopic, post_id: UUID | None) -> None:
    """Make a post the solution, in place of the one that is, or none; holds the topic's row."""
    ForumPost.objects.filter(accepted_for=topic.pk).update(accepted_for=None)
    if post_id is not None:
        ForumPost.objects.filter(pk=post_id).update(accepted_for=topic.pk)
    ForumTopic.objects.filter(pk=topic.pk).update(
        updated_at=timezone.now(), version=F("version") + 1
    )
    topic.refresh_from_db()


def _solution(topic: ForumTopic) -> dict[str, str | None]:
    """Which post it is, as the log tells it."""
    post = ForumPost.objects.filter(accepted_for=topic.pk).first()
    return {"post_id": str(post.pk) if post else None}
