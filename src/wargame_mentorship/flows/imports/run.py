"""One import from beginning to end: questions first, then answers, then names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction

from wargame_mentorship.flows.imports import services
from wargame_mentorship.flows.imports.posts import PastPost, Report, Source
from wargame_mentorship.flows.imports.stackexchange import BadRow, Dump, DumpError, Row, Rows

BATCH = 100

T = TypeVar("T")


@dataclass(frozen=True)
class Progress:
    """Where an import is, after each batch."""

    stage: str
    done: int
    """Posts of this stage."""
    share: float
    """Of the file, 0 to 1."""


Listener = Callable[[Progress], None]


def import_dump(
    dump: Dump, source: Source, *, dry_run: bool = False, listener: Listener | None = None
) -> Report:
    """Import a dump; what an earlier, interrupted run has done is not done again.

    A file that turns out to be broken ends its stage; what came before is kept and the report
    says where. With `dry_run` all of it happens in one transaction that is taken back, which on
    SQLite keeps other writers waiting meanwhile.
    """
    report = Report()
    if not dry_run:
        _run(dump, source, report, listener)
        return report
    with transaction.atomic():
        _run(dump, source, report, listener)
        transaction.set_rollback(True)
    return report


def _run(dump: Dump, source: Source, report: Report, listener: Listener | None) -> None:
    # The file is read twice, so that an answer may stand before its question and nothing has to
    # be kept in memory but the keys.
    for stage, wants_requests in (("questions", True), ("answers", False)):
        rows = Rows(dump.posts, "posts")
        posts = _posts(dump, rows, report, wants_requests=wants_requests)
        done = 0
        for batch in _batches(posts):
            done += len(batch)
            report.add(services.import_posts(source=source, posts=batch))
            if listener:
                listener(Progress(stage, done, rows.bytes_read / max(rows.size, 1)))
    if dump.users is not None:
        _name(dump, source, report)
    report.accepted_missing = services.questions_without_their_solution(source)


def _posts(dump: Dump, rows: Rows, report: Report, *, wants_requests: bool) -> Iterator[PastPost]:
    """The posts of one kind; what is neither is counted with the questions, once."""
    seen: set[str] = set()
    try:
        for row in rows:
            if (row.get("PostTypeId") == "2") is wants_requests:
                continue
            post = _post_of(dump, row, report)
            if post is None:
                continue
            if post.key in seen:
                report.errors.append((post.key, "stands in the file twice; the first one counts"))
                continue
            seen.add(post.key)
            yield post
    except DumpError as error:
        # Both stages meet the same break.
        if ("", str(error)) not in report.errors:
            report.errors.append(("", str(error)))


def _post_of(dump: Dump, row: Row, report: Report) -> PastPost | None:
    try:
        post = dump.post_of(row)
    except BadRow as error:
        report.errors.append((error.key, str(error)))
        return None
    if isinstance(post, str):
        report.skipped[post] += 1
        return None
    return post


def _name(dump: Dump, source: Source, report: Report) -> None:
    assert dump.users is not None  # noqa: S101 - asked by the caller
    try:
        for batch in _batches(iter(Rows(dump.users, "users"))):
            names = {
                row["Id"]: " ".join(row["DisplayName"].split())[:200]
                for row in batch
                if row.get("Id") and row.get("DisplayName", "").strip()
            }
            report.renamed += services.name_authors(source=source, names=names)
    except DumpError as error:
        report.errors.append(("", str(error)))


def _batches(entries: Iterator[T]) -> Iterator[list[T]]:
    batch: list[T] = []
    try:
        for entry in entries:
            batch.append(entry)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except DumpError:
        # What came before the break is kept.
        if batch:
            yield batch
        raise
    if batch:
        yield batch
