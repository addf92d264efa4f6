"""Merging a topic into another, and taking that back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.cleaning import clean_reason
from wargame_mentorship.core.errors import Conflict, NotFound, Stale, WrongState
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import write
from wargame_mentorship.events import services as events
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums import rules
from wargame_mentorship.forums.documents import post_documents, topic_document
from wargame_mentorship.forums.models import ForumPost, ForumTopic, ForumTopicTag
from wargame_mentorship.forums.recounts import recount_all_of
from wargame_mentorship.forums.services.cleaning import MOST_TAGS
from wargame_mentorship.forums.services.common import (
    alive,
    change,
    latest_activity,
    lead_along,
    lock_topics,
    merged_among,
    other_topic,
    part_crossing_replies,
    visible_topic,
)
from wargame_mentorship.forums.services.drafting import pass_on_drafts
from wargame_mentorship.forums.services.marking import carry_marks
from wargame_mentorship.forums.services.openings import opening_as_post, post_as_opening
from wargame_mentorship.forums.services.solving import mark_solution, take_back
from wargame_mentorship.host import Actor, Viewer
from wargame_mentorship.notifications import services as notifications
from wargame_mentorship.search import services as search

MERGED = "forum_topic.merged"
BATCH = 500
"""So many keys are named in one query; a topic may have any number of posts."""


@write
def merge(*, actor: Actor, topic: ForumTopic, into_id: UUID, reason: str = "") -> ForumTopic:
    """Make a topic a part of another, and leave behind what leads there; returns the other.

    Its posts and its opening post stand among those of the other as they were written, with their
    authors, dates, votes, pictures and earlier versions. The other keeps its solution, or else
    takes that of the topic; it takes its tags while there is room. Who watched or muted the topic
    does so with the other, unless they have decided about that; what of the two they have not read
    stays unread (`carry_marks`). `restore_topic` takes it back.

    Raises:
        Invalid: `into` is no other topic, or not one that the actor moderates.
        WrongState: one of the two waits for a moderator, or is hidden.
    """
    viewer = Viewer.of(actor)
    seen = visible_topic(viewer, topic)
    require(rules.is_moderator, viewer, seen)
    cleaned = clean_reason(reason)
    other = other_topic(viewer, seen, into_id, "into")
    held = lock_topics([seen.pk, other.pk, *_around(seen, other)])
    source, home = alive(held, seen.pk), alive(held, other.pk)
    for end in (source, home):
        # Moved meanwhile: it may be somewhere else than where the actor moderates.
        require(rules.is_moderator, viewer, end)
        if not end.is_counted:
            raise WrongState(_("Decide first about what waits for a moderator or is hidden."))
    now = timezone.now()
    keys = _keys_of(source)
    notifications.carry_over(source=source, to=home, at=now)
    carry_marks(source, home, now)
    solution_id = _take_solution(source)
    ForumPost.objects.filter(topic=source.pk).update(topic=home.pk)
    opening = opening_as_post(source, home)
    tag_ids = _share_tags(source, home)
    _pass_on_duplicates(source, home)
    pass_on_drafts(source, home)
    change(
        source,
        description="",
        description_html="",
        merged_into=home,
        duplicate_of=None,
        deleted_at=now,
        deleted_by_id=viewer.pk,
        deleted_reason=cleaned,
    )
    change(home, last_activity_at=max(home.last_activity_at, source.last_activity_at))
    if solution_id and not ForumPost.objects.filter(accepted_for=home.pk).exists():
        mark_solution(home, solution_id)
    recount_all_of([source, home])
    search.index(topic_document(home))
    _index_posts([str(opening.pk), *keys])
    events.record_moderation(
        MERGED,
        actor=viewer,
        subject=source,
        reason=cleaned,
        before={
            "category_id": str(source.category_id),
            "post_ids": keys,
            "solution_id": str(solution_id) if solution_id else None,
        },
        after={"merged_into": str(home.pk), "tag_ids": tag_ids},
        category_ids=(source.category_id, home.category_id),
    )
    home.refresh_from_db()
    return home


def unmerge(*, actor: Viewer, topic: ForumTopic, reason: str) -> ForumTopic:
    """Take out of another topic what came into it by a merge, as far as it is still there.

    What was said since stays where it was said, and what was moved on since where that is. Who
    watched or muted the topic does so again, and no longer the other, if it was only by the merge
    and they have not written there. Called by `restore_topic`, in its transaction, for a topic that
    the actor may restore.

    Raises:
        NotAllowed: the actor does not moderate where the posts are now.
        Conflict: its opening post was deleted or moved on (409 `moved_on`).
    """
    end = where_merged(topic)
    among = merged_among(ForumPost.objects.filter(topic=end.pk).values_list("pk", flat=True))
    held = lock_topics([topic.pk, end.pk, *among])
    stub, home = held.get(topic.pk), held.get(end.pk)
    if stub is None or home is None or stub.merged_into_id is None:
        raise NotFound
    if home.merged_into_id is not None:
        raise Stale
    require(rules.is_moderator, actor, stub)
    require(rules.is_moderator, actor, home)
    opening = ForumPost.objects.filter(pk=stub.pk, topic=home.pk, deleted_at=None).first()
    if opening is None:
        message = _("Its opening post was deleted, or is in another topic now.")
        raise Conflict(message, code="moved_on")
    merged = _last_merge(stub)
    keys = _still_in(home, merged.data["before"]["post_ids"])
    _leave_solution(actor, home, [str(opening.pk), *keys])
    for batch in _batches(keys):
        ForumPost.objects.filter(pk__in=batch).update(topic=stub.pk)
        lead_along(batch, stub, home)
    current = post_as_opening(opening, title=stub.title, moderation_reason=reason)
    own = ForumPost.objects.filter(topic=stub.pk, deleted_at=None)
    solution = own.filter(pk=merged.data["before"]["solution_id"]).first()
    if solution is not None:
        mark_solution(current, solution.pk)
    part_crossing_replies([current.pk, home.pk])
    _drop_carried(stub, home)
    shared = ForumTopicTag.objects.filter(tag__in=merged.data["after"]["tag_ids"])
    shared.filter(content_object=home.pk).delete()
    change(home)
    for entry in (current, home):
        # What came into view last may have done so in the other, or may be gone.
        ForumTopic.objects.filter(pk=entry.pk).update(last_activity_at=latest_activity(entry))
    recount_all_of([current, home])
    for entry in (current, home):
        if entry.deleted_at is None:
            search.index(topic_document(entry))
    _index_posts(keys)
    events.record_moderation(
        "forum_topic.undeleted",
        actor=actor,
        subject=current,
        reason=reason,
        before={"merged_into": str(home.pk)},
        after={"category_id": str(current.category_id), "post_ids": keys},
        category_ids=(current.category_id, home.category_id),
    )
    current.refresh_from_db()
    return current


def where_merged(topic: ForumTopic) -> ForumTopic:
    """The topic in which a merged one is now: what it was merged into may be merged as well."""
    return _way_of(topic)[-1]


def _way_of(topic: ForumTopic) -> list[ForumTopic]:
    """A topic, what it was merged into, what that was merged into, and so on.

    Comes to an end: a topic is merged only into one that is not.
    """
    way = [topic]
    while way[-1].merged_into is not None:
        way.append(way[-1].merged_into)
    return way


def _drop_carried(stub: ForumTopic, home: ForumTopic) -> None:
    """End what the merge has made people watch and mute, after the posts have gone back."""
    writers = ForumPost.objects.filter(topic=home.pk, author__isnull=False).values("author")
    # A topic goes at the very moment at which its wishes are carried over.
    steps = [(to, left.deleted_at) for left, to in pairwise(_way_of(stub)) if left.deleted_at]
    notifications.drop_carried(steps, writers=writers)


def _around(source: ForumTopic, home: ForumTopic) -> list[UUID]:
    """Keys of the topics that are linked to the two as what they repeat, or what repeats them."""
    duplicates = ForumTopic.objects.filter(duplicate_of=source.pk)
    around = list(duplicates.values_list("pk", flat=True))
    return [*around, home.duplicate_of_id] if home.duplicate_of_id else around


def _keys_of(topic: ForumTopic) -> list[str]:
    posts = ForumPost.objects.filter(topic=topic.pk).order_by("created_at", "pk")
    return [str(key) for key in posts.values_list("pk", flat=True)]


def _take_solution(topic: ForumTopic) -> UUID | None:
    solution = ForumPost.objects.filter(accepted_for=topic.pk).first()
    if solution is None:
        return None
    mark_solution(topic, None)
    return solution.pk


def _leave_solution(actor: Viewer, home: ForumTopic, keys: Collection[str]) -> None:
    """Take the solution back if it is among posts that go."""
    solution = ForumPost.objects.filter(accepted_for=home.pk).first()
    if solution is not None and str(solution.pk) in keys:
        take_back(actor, home)


def _share_tags(source: ForumTopic, home: ForumTopic) -> list[int]:
    """Keys of the tags that `home` has taken."""
    present = set(home.tagged.values_list("tag", flat=True))
    named = source.tagged.order_by("tag__name").values_list("tag", flat=True)
    taken = [key for key in named if key not in present][: max(0, MOST_TAGS - len(present))]
    ForumTopicTag.objects.bulk_create(
        ForumTopicTag(tag_id=key, content_object_id=home.pk) for key in taken
    )
    return taken


def _pass_on_duplicates(source: ForumTopic, home: ForumTopic) -> None:
    """What repeats the topic repeats from now on what it became a part of."""
    if home.duplicate_of_id == source.pk:
        change(home, duplicate_of=None)
    original_id = home.duplicate_of_id or home.pk
    for other in ForumTopic.objects.filter(duplicate_of=source.pk):
        change(other, duplicate_of_id=original_id)


def _last_merge(topic: ForumTopic) -> Event:
    merges = Event.objects.filter(
        verb=MERGED, subject_kind=ForumTopic.KIND, subject_id=topic.pk
    ).order_by("-occurred_at", "-pk")
    return merges[0]


def _still_in(home: ForumTopic, keys: Sequence[str]) -> list[str]:
    found: set[str] = set()
    for batch in _batches(keys):
        posts = ForumPost.objects.filter(topic=home.pk, pk__in=batch)
        found |= {str(key) for key in posts.values_list("pk", flat=True)}
    return [key for key in keys if key in found]


def _index_posts(keys: Sequence[str]) -> None:
    for batch in _batches(keys):
        search.index_all(post_documents(ForumPost.objects.filter(pk__in=batch)))


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]
