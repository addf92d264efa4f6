"""Search as the rooms use it; the host's backend answers.

`index` and `remove` belong into the transaction that writes the text. `find` and `similar` take a
`visible_to` queryset and return one: filter and slice it further, never count it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from wargame_mentorship import host
from wargame_mentorship.core import registry
from wargame_mentorship.core.registry import ContentKind
from wargame_mentorship.host import Document
from wargame_mentorship.host.search import Q
from wargame_mentorship.search.highlighting import highlight

__all__ = ["Recount", "find", "highlight", "index", "index_all", "recount", "remove", "similar"]

BATCH = 200


def index(document: Document) -> None:
    host.search().index([document])


def index_all(documents: Iterable[Document]) -> None:
    host.search().index(documents)


def remove(kind: str, object_ids: Collection[UUID]) -> None:
    if object_ids:
        host.search().remove(kind, object_ids)


def find(queryset: Q, text: str, *, kind: str | None = None) -> Q:
    """Those that contain every word of `text` (the last also as a beginning), best first.

    Text without a usable word finds nothing. Without `kind` it is that of the queryset's model.

    Raises:
        LookupError: the model is registered nowhere.
    """
    return host.search().find(queryset, kind or _kind_of(queryset.model), text)


def similar(queryset: Q, title: str, *, kind: str | None = None) -> Q:
    """Those whose titles share significant words with `title`, most alike first.

    Raises:
        LookupError: the model is registered nowhere.
    """
    return host.search().similar(queryset, kind or _kind_of(queryset.model), title)


def _kind_of(model: type[Model]) -> str:
    for kind in registry.all_kinds():
        if issubclass(model, kind.model):
            return kind.name
    raise LookupError(model.__name__)


@dataclass
class Recount:
    """How many documents were looked at, and how many were not as they should be."""

    looked_at: int = 0
    missing: int = 0
    stale: int = 0
    surplus: int = 0
    compared: bool = True
    """False: the host's backend cannot tell what it holds; with `fix` all was indexed anew."""

    @property
    def is_clean(self) -> bool:
        return not self.findings()

    def findings(self) -> list[str]:
        """What is wrong, a line for each way of being wrong (`wm_check`)."""
        counts = {"missing": self.missing, "stale": self.stale, "surplus": self.surplus}
        return [f"{count} documents are {what}" for what, count in counts.items() if count]


def recount(*, fix: bool = False) -> Recount:
    """Compare the index with the content that should be in it; with `fix`, make it so.

    Works in batches, each repaired in a transaction of its own, and may run beside writers.
    """
    backend: Any = host.search()
    report = Recount(compared=hasattr(backend, "compare"))
    for kind in registry.all_kinds():
        if kind.documents is not None:
            _recount_kind(backend, kind, report, fix=fix)
    if report.compared:
        for name, keys in _in_batches(backend.indexed()):
            _drop_surplus(name, keys, report, fix=fix)
    return report


def _recount_kind(backend: Any, kind: ContentKind, report: Recount, *, fix: bool) -> None:
    rows = kind.model._default_manager.order_by("pk")
    last: Any = None
    while keys := list(
        (rows.filter(pk__gt=last) if last else rows).values_list("pk", flat=True)[:BATCH]
    ):
        last = keys[-1]
        # The documents are read in the transaction that writes them.
        with transaction.atomic():
            documents = list(_documents(kind, keys))
            report.looked_at += len(documents)
            wrong = {document.object_id for document in documents}
            if report.compared:
                difference = backend.compare(kind.name, documents)
                report.missing += len(difference.missing)
                report.stale += len(difference.stale)
                wrong = {*difference.missing, *difference.stale}
            if fix and wrong:
                backend.index([entry for entry in documents if entry.object_id in wrong])


def _drop_surplus(name: str, keys: Collection[UUID], report: Recount, *, fix: bool) -> None:
    kind = next((kind for kind in registry.all_kinds() if kind.name == name), None)
    with transaction.atomic():
        wanted = {entry.object_id for entry in _documents(kind, keys)} if kind else set()
        surplus = [key for key in keys if key not in wanted]
        report.surplus += len(surplus)
        if fix:
            remove(name, surplus)


def _documents(kind: ContentKind, keys: Collection[Any]) -> Iterable[Document]:
    if kind.documents is None:
        return ()
    return kind.documents(kind.model._default_manager.filter(pk__in=keys))


def _in_batches(entries: Iterable[tuple[str, UUID]]) -> Iterator[tuple[str, list[UUID]]]:
    for name, of_kind in groupby(entries, key=lambda entry: entry[0]):
        while keys := [key for _, key in islice(of_kind, BATCH)]:
            yield name, keys
