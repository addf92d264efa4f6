"""What a search backend is asked, and what it is given to index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db.models import QuerySet

Q = TypeVar("Q", bound="QuerySet[Any, Any]")


@dataclass(frozen=True)
class Document:
    """One searchable thing: the text that its readers see, without markup."""

    kind: str
    object_id: UUID
    title: str
    body: str
    language: str
    created_at: dt.datetime
    category_id: UUID | None = None


@dataclass(frozen=True)
class Difference:
    """Keys of documents that are not in the index as they should be."""

    missing: tuple[UUID, ...]
    stale: tuple[UUID, ...]


class SearchBackend(Protocol):
    """Every result starts from the queryset it is given, which must be a `visible_to`.

    It stays a queryset: filtered and sliced further, never counted. Its model has the document's
    `object_id` as its key. `testing.search_contract` holds a backend to all this.
    """

    def index(self, documents: Iterable[Document]) -> None:
        """Insert or replace, inside the caller's transaction.

        A backend that keeps its index elsewhere sends it once the transaction is committed.
        """
        ...

    def remove(self, kind: str, object_ids: Collection[UUID]) -> None:
        """Forget these; keys that it does not know are none of its concern."""
        ...

    def find(self, queryset: Q, kind: str, text: str) -> Q:
        """Those that match all words of `text` (the last one also as a beginning), best first.

        At most ten terms count; quotes, operators, blanks and control characters are harmless.
        Text without a usable term finds nothing.
        """
        ...

    def similar(self, queryset: Q, kind: str, title: str) -> Q:
        """Those whose titles share significant words with `title`, most alike first.

        For use while typing: the last word may be unfinished, and the answer is wanted soon.
        """
        ...


class AuditableSearch(SearchBackend, Protocol):
    """What a backend may offer so that `wm_check` can tell whether its index is true."""

    def compare(self, kind: str, documents: Iterable[Document]) -> Difference:
        """Say which of these documents are missing, or indexed otherwise than they are here."""
        ...

    def indexed(self) -> Iterable[tuple[str, UUID]]:
        """Every kind and key of which there is a document, in any order."""
        ...
