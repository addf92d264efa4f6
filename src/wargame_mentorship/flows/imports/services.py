"""Writing what was written elsewhere: in batches, each whole or not at all, again without harm.

Nobody is told and nothing is published: it is history. Who runs an import is the operator of the
site, so these services ask no permission; `claims.py` does.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DatabaseError, OperationalError, connection
from django.db.models import Case, Exists, F, OuterRef, Value, When
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from wargame_mentorship.core.errors import Busy
from wargame_mentorship.core.mixins import COUNTED
from wargame_mentorship.core.writes import write
from wargame_mentorship.flows.imports.conversations import recount_conversations
from wargame_mentorship.flows.imports.models import ImportedAuthor, ImportedItem
from wargame_mentorship.flows.imports.posts import (
    PastPost,
    PastRequest,
    PastResponse,
    Report,
    Source,
)
from wargame_mentorship.flows.imports.texts import Empty, Text, text_of
from wargame_mentorship.help_requests.documents import documents_of
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse, Status
from wargame_mentorship.search import services as search

logger = logging.getLogger("wargame_mentorship.imports")


@dataclass(frozen=True)
class _Ready:
    post: PastPost
    text: Text | None
    """None: it is known and was not edited, so nothing had to be converted."""


def import_posts(*, source: Source, posts: Sequence[PastPost]) -> Report:
    """Bring a batch of posts of one kind in; questions before the answers to them.

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
        item = known.get(post.key)
        if item is not None and item.digest == post.digest:
            yield _Ready(post, None)
            continue
        try:
            yield _Ready(post, text_of(post, source))
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
        if isinstance(ready[0].post, PastRequest):
            return _write_requests(source=source, ready=ready)
        return _write_responses(source=source, ready=ready)
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
def _write_requests(*, source: Source, ready: Sequence[_Ready]) -> Report:
    report = Report()
    posts = [one.post for one in ready]
    known = _items_of(source, posts, lock=True)
    authors = _authors_of(source, posts, report)
    made: list[HelpRequest] = []
    items: list[ImportedItem] = []
    edited: list[ImportedItem] = []
    for one in ready:
        post, item = one.post, known.get(one.post.key)
        assert isinstance(post, PastRequest)  # noqa: S101 - a batch is of one kind
        author = authors.get(post.author_key)
        _note_owner(post, report)
        if item is not None:
            if _update(source, item, one, HelpRequest, report, _state_of(source, post)):
                edited.append(item)
            continue
        assert one.text is not None  # noqa: S101 - only what is known goes without
        category, subcategory = source.categories_of(post)
        entry = HelpRequest(
            **one.text.columns,
            **_state_of(source, post),
            category=category,
            subcategory=subcategory,
            language=source.language,
            requester_id=author.claimed_by_id if author else None,
            view_count=post.view_count,
            created_at=post.created_at,
            updated_at=post.edited_at or post.created_at,
            visible_since=post.created_at,
            last_activity_at=post.created_at,
        )
        made.append(entry)
        items.append(_new_item(source, one, entry.pk, author, report))
    HelpRequest.objects.bulk_create(made)
    ImportedItem.objects.bulk_create(items)
    report.created[HelpRequest.KIND] += len(made)
    settled = _settle(source, edited, report)
    _index({entry.pk for entry in made} | {item.object_id for item in edited} | settled)
    return report


@write
def _write_responses(*, source: Source, ready: Sequence[_Ready]) -> Report:
    report = Report()
    posts = [one.post for one in ready]
    parents = _parents_of(source, posts)
    known = _items_of(source, posts, lock=True)
    welcome = [post for post in posts if post.key in known or _parent(post) in parents]
    authors = _authors_of(source, welcome, report)
    made: list[HelpResponse] = []
    items: list[ImportedItem] = []
    edited: set[UUID] = set()
    answered: dict[UUID, ImportedItem] = {}
    for one in ready:
        post, item = one.post, known.get(one.post.key)
        assert isinstance(post, PastResponse)  # noqa: S101 - a batch is of one kind
        author = authors.get(post.author_key)
        if item is not None:
            _note_owner(post, report)
            if _update(source, item, one, HelpResponse, report, {}):
                edited.add(item.object_id)
            continue
        parent = parents.get(post.parent_key)
        if parent is None:
            report.skipped["answer to a question that is not here"] += 1
            continue
        _note_owner(post, report)
        assert one.text is not None  # noqa: S101 - only what is known goes without
        entry = HelpResponse(
            **one.text.columns,
            help_request_id=parent.object_id,
            responder_id=author.claimed_by_id if author else None,
            created_at=post.created_at,
            updated_at=post.edited_at or post.created_at,
            visible_since=post.created_at,
        )
        made.append(entry)
        items.append(_new_item(source, one, entry.pk, author, report))
        answered[parent.object_id] = parent
    HelpResponse.objects.bulk_create(made)
    ImportedItem.objects.bulk_create(items)
    report.created[HelpResponse.KIND] += len(made)
    settled = _settle(source, list(answered.values()), report)
    recount_conversations(answered)
    solved = HelpResponse.objects.filter(pk__in=edited, accepted_for__isnull=False)
    _index(settled | set(solved.values_list("help_request_id", flat=True)))
    return report


def _state_of(source: Source, post: PastRequest) -> dict[str, Any]:
    if post.closed_at is None:
        return {"status": Status.OPEN, "closed_at": None, "closed_reason": ""}
    with translation.override(source.language):
        reason = _("Closed at %(site)s.") % {"site": source.name}
    return {"status": Status.CLOSED, "closed_at": post.closed_at, "closed_reason": reason}


def _new_item(
    source: Source, one: _Ready, object_id: UUID, author: ImportedAuthor | None, report: Report
) -> ImportedItem:
    post = one.post
    assert one.text is not None  # noqa: S101 - only what is known goes without
    if one.text.was_cut:
        report.cut.append(post.key)
    return ImportedItem(
        source=source.name,
        kind=post.kind,
        key=post.key,
        object_id=object_id,
        digest=post.digest,
        author=author,
        author_name="" if author else post.author_name,
        source_url=post.source_url,
        licence=post.licence,
        was_cut=one.text.was_cut,
        accepted_key=post.accepted_key if isinstance(post, PastRequest) else "",
        **_facts_of(post),
    )


def _facts_of(post: PastPost) -> dict[str, Any]:
    """What is kept for the record and never shown as ours, so it may always follow the source."""
    if isinstance(post, PastRequest):
        return {"score": post.score, "tags": list(post.tags)}
    return {"score": post.score}


def _update(
    source: Source,
    item: ImportedItem,
    one: _Ready,
    model: type[HelpRequest] | type[HelpResponse],
    report: Report,
    state: dict[str, Any],
) -> bool:
    """Bring a known post up to date; returns whether its content changed."""
    post = one.post
    facts = _facts_of(post)
    if any(getattr(item, name) != value for name, value in facts.items()):
        ImportedItem.objects.filter(pk=item.pk).update(**facts, updated_at=timezone.now())
    if one.text is None or item.digest == post.digest:
        report.unchanged[post.kind] += 1
        return False
    untouched: Any = model._default_manager.filter(
        pk=item.object_id, version=item.version, deleted_at=None
    )
    columns = {
        **one.text.columns,
        **state,
        "version": F("version") + 1,
        "updated_at": post.edited_at or timezone.now(),
    }
    if state.get("status") == Status.OPEN:
        # Closed no more; whether it is still solved, `_settle` says.
        columns["status"] = Case(
            When(resolved_at__isnull=False, then=Value(Status.RESOLVED)),
            default=Value(Status.OPEN),
        )
    if not untouched.update(**columns):
        report.kept[post.kind] += 1
        return False
    item.version += 1
    item.digest = post.digest
    item.was_cut = one.text.was_cut
    item.licence = post.licence
    if isinstance(post, PastRequest):
        item.accepted_key = post.accepted_key
    item.updated_at = timezone.now()
    item.save(
        update_fields=["version", "digest", "was_cut", "licence", "accepted_key", "updated_at"]
    )
    if item.was_cut:
        report.cut.append(post.key)
    report.updated[post.kind] += 1
    return True


def _settle(source: Source, questions: Collection[ImportedItem], report: Report) -> set[UUID]:
    """Make the accepted answers of questions their solutions; returns whose solution changed.

    Questions that people here have changed are theirs now and stay as they are.
    """
    if not questions:
        return set()
    ids = [item.object_id for item in questions]
    rows = HelpRequest.objects.select_for_update().filter(pk__in=ids, deleted_at=None)
    requests = {entry.pk: entry for entry in rows.order_by("pk")}
    keys = {item.accepted_key for item in questions if item.accepted_key}
    pk_of = dict(
        ImportedItem.objects.filter(
            source=source.name, kind=HelpResponse.KIND, key__in=keys
        ).values_list("key", "object_id")
    )
    answers = HelpResponse.objects.filter(COUNTED, pk__in=pk_of.values()).in_bulk()
    current = dict(
        HelpResponse.objects.filter(accepted_for__in=ids).values_list("accepted_for_id", "pk")
    )
    changed = set()
    for item in questions:
        entry = requests.get(item.object_id)
        if entry is None or entry.version != item.version:
            continue
        answer = answers.get(pk_of.get(item.accepted_key)) if item.accepted_key else None
        if answer is not None and answer.help_request_id != entry.pk:
            answer = None
        wanted = [answer.pk] if answer else []
        if _accept(entry, item, answer) or current.get(entry.pk) != (answer and answer.pk):
            mine = HelpResponse.objects.filter(help_request=entry.pk)
            mine.filter(accepted_for=entry.pk).exclude(pk__in=wanted).update(accepted_for=None)
            mine.filter(pk__in=wanted).update(accepted_for=entry.pk)
            changed.add(entry.pk)
            report.accepted += answer is not None
    return changed


def _accept(entry: HelpRequest, item: ImportedItem, answer: HelpResponse | None) -> bool:
    """Bring the columns of a question in line with its accepted answer, or none.

    When it was accepted nobody knows; the answer's own time is the earliest that it can be.
    """
    resolved_at = max(entry.created_at, answer.created_at) if answer else None
    status = entry.status
    if status != Status.CLOSED:
        status = Status.RESOLVED if answer else Status.OPEN
    if (entry.status, entry.resolved_at) == (status, resolved_at):
        return False
    HelpRequest.objects.filter(pk=entry.pk).update(
        status=status, resolved_at=resolved_at, version=F("version") + 1
    )
    ImportedItem.objects.filter(pk=item.pk).update(version=F("version") + 1)
    return True


def _index(ids: Collection[UUID]) -> None:
    if ids:
        search.index_all(documents_of(HelpRequest.objects.filter(pk__in=ids)))


def _items_of(
    source: Source, posts: Sequence[PastPost], *, lock: bool = False
) -> dict[str, ImportedItem]:
    if not posts:
        return {}
    rows = ImportedItem.objects.filter(
        source=source.name, kind=posts[0].kind, key__in=[post.key for post in posts]
    ).order_by("pk")
    return {item.key: item for item in (rows.select_for_update() if lock else rows)}


def _parents_of(source: Source, posts: Sequence[PastPost]) -> dict[str, ImportedItem]:
    """The questions that are answered, as far as they are here (and were not removed since)."""
    keys = {_parent(post) for post in posts}
    rows = ImportedItem.objects.filter(
        Exists(HelpRequest.objects.filter(pk=OuterRef("object_id"))),
        source=source.name,
        kind=HelpRequest.KIND,
        key__in=keys,
    )
    return {item.key: item for item in rows.order_by("pk").select_for_update()}


def _parent(post: PastPost) -> str:
    return post.parent_key if isinstance(post, PastResponse) else ""


def _authors_of(
    source: Source, posts: Sequence[PastPost], report: Report
) -> dict[str, ImportedAuthor]:
    names: dict[str, str] = {}
    for post in posts:
        if post.author_key:
            names[post.author_key] = names.get(post.author_key) or post.author_name
    rows = ImportedAuthor.objects.filter(source=source.name, key__in=names)
    known = {author.key: author for author in rows}
    new = [
        # The site's own way to call somebody without a name.
        ImportedAuthor(source=source.name, key=key, display_name=name or f"user{key}")
        for key, name in names.items()
        if key not in known
    ]
    if not new:
        return known
    ImportedAuthor.objects.bulk_create(new)
    report.authors += len(new)
    return known | {author.key: author for author in new}


def _note_owner(post: PastPost, report: Report) -> None:
    report.without_owner += not post.author_key


@write
def name_authors(*, source: Source, names: Mapping[str, str]) -> int:
    """Take over display names, by key, of authors that are here; returns how many were new."""
    rows = ImportedAuthor.objects.filter(source=source.name, key__in=names, is_withheld=False)
    renamed = [author for author in rows if author.display_name != names[author.key]]
    for author in renamed:
        author.display_name = names[author.key]
        author.updated_at = timezone.now()
    ImportedAuthor.objects.bulk_update(renamed, ["display_name", "updated_at"])
    return len(renamed)


def questions_without_their_solution(source: Source) -> list[str]:
    """Keys of those whose accepted answer did not come along, and which nobody changed here."""
    unsolved = HelpRequest.objects.filter(
        pk=OuterRef("object_id"), version=OuterRef("version"), solution=None
    )
    items = ImportedItem.objects.filter(
        Exists(unsolved), source=source.name, kind=HelpRequest.KIND
    ).exclude(accepted_key="")
    return sorted(items.values_list("key", flat=True), key=lambda key: (len(key), key))
