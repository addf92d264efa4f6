"""Writing what was written elsewhere: in batches, each whole or not at all, again without harm.

Nobody is told and nothing is published: it is history. Who runs an import is the operator of the
site, so these services ask no permission; `claims.py` does. What differs from room to room,
`rooms` knows.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import DatabaseError, OperationalError, connection
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from wargame_mentorship.core.errors import Busy
from wargame_mentorship.core.mixins import COUNTED
from wargame_mentorship.core.writes import write
from wargame_mentorship.flows.imports.models import ImportedAuthor, ImportedItem
from wargame_mentorship.flows.imports.posts import (
    NoPlace,
    PastAuthor,
    PastCategory,
    PastOpening,
    PastPost,
    PastReply,
    Place,
    Report,
    Source,
)
from wargame_mentorship.flows.imports.texts import Empty, Text, text_of

logger = logging.getLogger("wargame_mentorship.imports")


@dataclass(frozen=True)
class _Ready:
    post: PastPost
    digest: str
    text: Text | None
    """None: it is known and was not edited, so nothing had to be converted."""


def with_places(source: Source, categories: Iterable[PastCategory], report: Report) -> Source:
    """The source, with a place for each of its categories that everybody may read.

    What the operator maps comes before, and is no secret to them.
    """
    places: dict[str, Place | None] = {}
    for category in categories:
        if category.slug in source.by_slug:
            places[category.key] = source.by_slug[category.slug]
        elif category.is_closed:
            places[category.key] = None
        else:
            place, is_new = _place_for(source=source, category=category)
            if place is not None:
                places[category.key] = place
            report.created["categories"] += is_new
    return replace(source, by_category=places)


@write
def _place_for(*, source: Source, category: PastCategory) -> tuple[Place | None, bool]:
    return source.room.place_for(category)


def import_posts(*, source: Source, posts: Sequence[PastPost]) -> Report:
    """Bring a batch of posts of one kind in; openings before the replies to them.

    Known posts that were edited at the source are updated, as long as nobody has changed them
    here. Should the database refuse the batch, each post is tried alone and the report names
    those that failed.

    Raises:
        OperationalError: the database is gone.
    """
    report = Report()
    ready = list(_convert(source, posts, report))
    report.add(_write_or_split(source, ready))
    return report


def _convert(source: Source, posts: Sequence[PastPost], report: Report) -> Iterable[_Ready]:
    """Outside the transaction, for this is where the time goes."""
    known = _items_of(source, posts)
    for post in posts:
        item, digest = known.get(post.key), source.room.digest_of(post)
        if item is not None and item.digest == digest:
            yield _Ready(post, digest, None)
            continue
        try:
            yield _Ready(post, digest, text_of(post, source))
        except Empty:
            report.skipped["empty"] += 1
        except Exception as error:
            # Whatever one post is made of, the others are not to suffer for it.
            logger.exception("Post %s of %s cannot be converted.", post.key, source.name)
            report.errors.append((post.key, f"cannot be converted: {type(error).__name__}"))


def _write_or_split(source: Source, ready: Sequence[_Ready]) -> Report:
    if not ready:
        return Report()
    try:
        if isinstance(ready[0].post, PastOpening):
            return _write_openings(source=source, ready=ready)
        return _write_replies(source=source, ready=ready)
    except (DatabaseError, Busy) as error:
        if isinstance(error, OperationalError) and not connection.is_usable():
            raise
        report = Report()
        if len(ready) == 1:
            logger.exception("Post %s of %s cannot be written.", ready[0].post.key, source.name)
            report.errors.append((ready[0].post.key, f"cannot be written: {error}"))
            return report
        for one in ready:
            report.add(_write_or_split(source, [one]))
        return report


@write
def _write_openings(*, source: Source, ready: Sequence[_Ready]) -> Report:
    report, room = Report(), source.room
    posts = [one.post for one in ready]
    known = _items_of(source, posts, lock=True)
    places = _places_of(source, [post for post in posts if post.key not in known], report)
    welcome = [post for post in posts if post.key in known or post.key in places]
    authors = _authors_of(source, welcome, report)
    made: list[Any] = []
    items: list[ImportedItem] = []
    edited: list[ImportedItem] = []
    written: list[tuple[UUID, PastOpening]] = []
    for one in ready:
        post, item = one.post, known.get(one.post.key)
        assert isinstance(post, PastOpening)  # noqa: S101 - a batch is of one kind
        if item is None and post.key not in places:
            continue
        _note_owner(post, report)
        if item is not None:
            if _update(source, item, one, report):
                edited.append(item)
                written.append((item.object_id, post))
            continue
        entry = room.new_opening(source, post, places[post.key])
        _fill(source, entry, one, _author_in(authors, post))
        made.append(entry)
        items.append(_new_item(source, one, entry.pk, _author_in(authors, post), report))
        written.append((entry.pk, post))
    room.opening._default_manager.bulk_create(made)
    ImportedItem.objects.bulk_create(items)
    report.created[room.opening.KIND] += len(made)
    room.note_openings(written)
    settled = _settle(source, edited, report)
    new = {entry.pk for entry in made}
    room.recount(new)
    room.index(new | {item.object_id for item in edited} | settled, ())
    return report


@write
def _write_replies(*, source: Source, ready: Sequence[_Ready]) -> Report:
    report, room = Report(), source.room
    posts = [one.post for one in ready]
    parents = _parents_of(source, posts)
    known = _items_of(source, posts, lock=True)
    # Openings before replies, as everybody who writes in a conversation takes them.
    held = room.opening._default_manager.select_for_update().order_by("pk")
    list(held.filter(pk__in=[item.object_id for item in parents.values()]).values_list("pk"))
    welcome = [post for post in posts if post.key in known or _parent(post) in parents]
    authors = _authors_of(source, welcome, report)
    made: list[Any] = []
    items: list[ImportedItem] = []
    edited: set[UUID] = set()
    answered: dict[UUID, ImportedItem] = {}
    earlier = _answered_by(source, posts)
    for one in ready:
        post, item = one.post, known.get(one.post.key)
        assert isinstance(post, PastReply)  # noqa: S101 - a batch is of one kind
        if item is not None:
            _note_owner(post, report)
            if _update(source, item, one, report):
                edited.add(item.object_id)
            continue
        parent = parents.get(post.parent_key)
        if parent is None:
            report.skipped["reply to what is not here"] += 1
            continue
        _note_owner(post, report)
        entry = room.new_reply(post, parent.object_id, earlier.get((parent.key, post.reply_to_key)))
        _fill(source, entry, one, _author_in(authors, post))
        made.append(entry)
        earlier[parent.key, post.key] = entry.pk
        items.append(_new_item(source, one, entry.pk, _author_in(authors, post), report))
        answered[parent.object_id] = parent
    room.reply._default_manager.bulk_create(made)
    ImportedItem.objects.bulk_create(items)
    report.created[room.reply.KIND] += len(made)
    settled = _settle(source, list(answered.values()), report)
    room.recount(answered)
    room.index(settled, edited | {entry.pk for entry in made})
    return report


def _places_of(source: Source, posts: Sequence[PastPost], report: Report) -> dict[str, Place]:
    """By key; openings that stay away are left out."""
    places: dict[str, Place] = {}
    for post in posts:
        assert isinstance(post, PastOpening)  # noqa: S101 - a batch is of one kind
        try:
            places[post.key] = source.place_of(post)
        except NoPlace as error:
            report.skipped[str(error)] += 1
    return places


def _fill(source: Source, entry: Any, one: _Ready, author: ImportedAuthor | None) -> None:
    """Give a new entry its words, its author and its time."""
    room, post = source.room, one.post
    assert one.text is not None  # noqa: S101 - only what is known goes without
    columns = {
        **room.words_of(post, one.text),
        f"{room.writer_column(type(entry))}_id": author.claimed_by_id if author else None,
        "created_at": post.created_at,
        "updated_at": post.edited_at or post.created_at,
        "visible_since": post.created_at,
    }
    for name, value in columns.items():
        setattr(entry, name, value)


def _new_item(
    source: Source, one: _Ready, object_id: UUID, author: ImportedAuthor | None, report: Report
) -> ImportedItem:
    post = one.post
    assert one.text is not None  # noqa: S101 - only what is known goes without
    if one.text.was_cut:
        report.cut.append(post.key)
    return ImportedItem(
        source=source.name,
        kind=source.room.kind_of(post),
        key=post.key,
        object_id=object_id,
        digest=one.digest,
        author=author,
        author_name="" if author else post.author_name,
        source_url=post.source_url,
        licence=post.licence,
        was_cut=one.text.was_cut,
        accepted_key=post.accepted_key if isinstance(post, PastOpening) else "",
        **_facts_of(post),
    )


def _facts_of(post: PastPost) -> dict[str, Any]:
    """What is kept for the record and never shown as ours, so it may always follow the source."""
    if isinstance(post, PastOpening):
        return {"score": post.score, "tags": list(post.tags)}
    return {"score": post.score}


def _update(source: Source, item: ImportedItem, one: _Ready, report: Report) -> bool:
    """Bring a known post up to date; returns whether its content changed."""
    room, post = source.room, one.post
    kind = room.kind_of(post)
    facts = _facts_of(post)
    if any(getattr(item, name) != value for name, value in facts.items()):
        ImportedItem.objects.filter(pk=item.pk).update(**facts, updated_at=timezone.now())
    if one.text is None or item.digest == one.digest:
        report.unchanged[kind] += 1
        return False
    untouched: Any = room.model_of(post)._default_manager.filter(
        pk=item.object_id, version=item.version, deleted_at=None
    )
    changed = untouched.update(
        **room.words_of(post, one.text),
        **room.state_after_edit(source, post),
        version=F("version") + 1,
        updated_at=post.edited_at or timezone.now(),
    )
    if not changed:
        report.kept[kind] += 1
        return False
    item.version += 1
    item.digest = one.digest
    item.was_cut = one.text.was_cut
    item.licence = post.licence
    if isinstance(post, PastOpening):
        item.accepted_key = post.accepted_key
    item.updated_at = timezone.now()
    item.save(
        update_fields=["version", "digest", "was_cut", "licence", "accepted_key", "updated_at"]
    )
    if item.was_cut:
        report.cut.append(post.key)
    report.updated[kind] += 1
    return True


def _settle(source: Source, openings: Collection[ImportedItem], report: Report) -> set[UUID]:
    """Make accepted answers the solutions of their openings; returns whose solution changed.

    Openings that people here have changed are theirs now and stay as they are.
    """
    if not openings:
        return set()
    room = source.room
    ids = [item.object_id for item in openings]
    rows = room.opening._default_manager.select_for_update().filter(pk__in=ids, deleted_at=None)
    entries = {entry.pk: entry for entry in rows.order_by("pk")}
    keys = {item.accepted_key for item in openings if item.accepted_key}
    pk_of = dict(
        ImportedItem.objects.filter(
            source=source.name, kind=room.reply.KIND, key__in=keys
        ).values_list("key", "object_id")
    )
    replies = room.reply._default_manager
    answers = replies.filter(COUNTED, pk__in=pk_of.values()).in_bulk()
    current = dict(replies.filter(accepted_for__in=ids).values_list("accepted_for_id", "pk"))
    changed = set()
    for item in openings:
        entry = entries.get(item.object_id)
        if entry is None or entry.version != item.version:
            continue
        answer = answers.get(pk_of.get(item.accepted_key)) if item.accepted_key else None
        if answer is not None and getattr(answer, f"{room.parent}_id") != entry.pk:
            answer = None
        columns = room.solve(entry, answer)
        is_moved = any(getattr(entry, name) != value for name, value in columns.items())
        if not is_moved and current.get(entry.pk) == (answer and answer.pk):
            continue
        room.opening._default_manager.filter(pk=entry.pk).update(
            **columns, version=F("version") + 1
        )
        ImportedItem.objects.filter(pk=item.pk).update(version=F("version") + 1)
        wanted = [answer.pk] if answer else []
        mine = replies.filter(**{room.parent: entry.pk})
        mine.filter(accepted_for=entry.pk).exclude(pk__in=wanted).update(accepted_for=None)
        mine.filter(pk__in=wanted).update(accepted_for=entry.pk)
        changed.add(entry.pk)
        report.accepted += answer is not None
    return changed


def _items_of(
    source: Source, posts: Sequence[PastPost], *, lock: bool = False
) -> dict[str, ImportedItem]:
    if not posts:
        return {}
    rows = ImportedItem.objects.filter(
        source=source.name,
        kind=source.room.kind_of(posts[0]),
        key__in=[post.key for post in posts],
    ).order_by("pk")
    return {item.key: item for item in (rows.select_for_update() if lock else rows)}


def _parents_of(source: Source, posts: Sequence[PastPost]) -> dict[str, ImportedItem]:
    """The openings that are answered, as far as they are here (and were not removed since)."""
    opening = source.room.opening
    rows = ImportedItem.objects.filter(
        Exists(opening._default_manager.filter(pk=OuterRef("object_id"))),
        source=source.name,
        kind=opening.KIND,
        key__in={_parent(post) for post in posts},
    )
    return {item.key: item for item in rows.order_by("pk").select_for_update()}


def _answered_by(source: Source, posts: Sequence[PastPost]) -> dict[tuple[str, str], UUID]:
    """Replies that are here already and are answered, by the keys of their opening and their own.

    By both, for people here may have moved one into another conversation.
    """
    keys = {post.reply_to_key for post in posts if isinstance(post, PastReply)} - {""}
    if not keys:
        return {}
    room = source.room
    items = ImportedItem.objects.filter(source=source.name)
    pk_of = dict(items.filter(kind=room.reply.KIND, key__in=keys).values_list("object_id", "key"))
    rows = room.reply._default_manager.filter(pk__in=pk_of)
    parent_of = dict(rows.values_list("pk", room.parent))
    openings = items.filter(kind=room.opening.KIND, object_id__in=set(parent_of.values()))
    key_of = dict(openings.values_list("object_id", "key"))
    return {(key_of[parent], pk_of[pk]): pk for pk, parent in parent_of.items() if parent in key_of}


def _parent(post: PastPost) -> str:
    return post.parent_key if isinstance(post, PastReply) else ""


def _authors_of(
    source: Source, posts: Sequence[PastPost], report: Report
) -> dict[str, ImportedAuthor]:
    named: dict[str, PastAuthor] = {}
    for post in posts:
        if post.author is not None:
            named.setdefault(post.author.key, post.author)
    rows = ImportedAuthor.objects.filter(source=source.name, key__in=named)
    known = {author.key: author for author in rows}
    new = [
        ImportedAuthor(source=source.name, key=key, display_name=author.name, url=author.url)
        for key, author in named.items()
        if key not in known
    ]
    if not new:
        return known
    ImportedAuthor.objects.bulk_create(new)
    report.authors += len(new)
    return known | {author.key: author for author in new}


def _author_in(authors: Mapping[str, ImportedAuthor], post: PastPost) -> ImportedAuthor | None:
    return authors.get(post.author.key) if post.author else None


def _note_owner(post: PastPost, report: Report) -> None:
    report.without_owner += post.author is None


@write
def name_authors(*, source: Source, authors: Sequence[PastAuthor]) -> int:
    """Take over the names of authors that are here; returns how many were new."""
    told = {author.key: author for author in authors}
    rows = ImportedAuthor.objects.filter(source=source.name, key__in=told, is_withheld=False)
    renamed = []
    for known in rows:
        name, url = told[known.key].name, told[known.key].url
        if (known.display_name, known.url) == (name, url):
            continue
        known.display_name, known.url, known.updated_at = name, url, timezone.now()
        renamed.append(known)
    ImportedAuthor.objects.bulk_update(renamed, ["display_name", "url", "updated_at"])
    return len(renamed)


def openings_without_their_solution(source: Source) -> list[str]:
    """Keys of those whose accepted answer did not come along, and which nobody changed here."""
    opening = source.room.opening
    unsolved = opening._default_manager.filter(
        pk=OuterRef("object_id"), version=OuterRef("version"), solution=None
    )
    items = ImportedItem.objects.filter(
        Exists(unsolved), source=source.name, kind=opening.KIND
    ).exclude(accepted_key="")
    return sorted(items.values_list("key", flat=True), key=lambda key: (len(key), key))
