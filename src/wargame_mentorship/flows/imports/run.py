"""One import from beginning to end: openings first, then replies, then names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction

from wargame_mentorship.flows.imports import services
from wargame_mentorship.flows.imports.posts import PastPost, Report, Source
from wargame_mentorship.flows.imports.reading import Archive

BATCH = 100

T = TypeVar("T")
P = TypeVar("P", bound=PastPost)


@dataclass(frozen=True)
class Progress:
    """Where an import is, after each batch."""

    stage: str
    done: int
    """Posts of this stage."""
    share: float
    """Of what there is to read, 0 to 1."""


Listener = Callable[[Progress], None]


def import_archive(
    archive: Archive, source: Source, *, dry_run: bool = False, listener: Listener | None = None
) -> Report:
    """Import a site; what an earlier, interrupted run has done is not done again.

    What turns out to be broken is left out; all else is kept and the report says where. With
    `dry_run` all of it happens in one transaction that is taken back, which on SQLite keeps other
    writers waiting meanwhile.
    """
    report = Report()
    if not dry_run:
        _run(archive, source, report, listener)
        return report
    with transaction.atomic():
        _run(archive, source, report, listener)
        transaction.set_rollback(True)
    return report


def _run(archive: Archive, source: Source, report: Report, listener: Listener | None) -> None:
    source = services.with_places(source, archive.categories(report), report)
    openings, replies = archive.stages
    _bring_in(archive, source, report, listener, openings, archive.openings(report))
    _bring_in(archive, source, report, listener, replies, archive.replies(report))
    for batch in _batches(archive.authors(report)):
        report.renamed += services.name_authors(source=source, authors=batch)
    report.accepted_missing = services.openings_without_their_solution(source)


def _bring_in(
    archive: Archive,
    source: Source,
    report: Report,
    listener: Listener | None,
    stage: str,
    posts: Iterator[P],
) -> None:
    done = 0
    for batch in _batches(_once(posts, report)):
        done += len(batch)
        report.add(services.import_posts(source=source, posts=batch))
        if listener:
            listener(Progress(stage, done, archive.share))


def _once(posts: Iterator[P], report: Report) -> Iterator[P]:
    seen: set[str] = set()
    for post in posts:
        if post.key in seen:
            report.errors.append((post.key, "stands there twice; the first one counts"))
            continue
        seen.add(post.key)
        yield post


def _batches(entries: Iterator[T]) -> Iterator[list[T]]:
    batch: list[T] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
