"""Search by the database itself; the default, which needs no other service.

Words are cut by `search.words`, the index is made by `search.full_text`. What differs between the
databases is a `Dialect`: how it spells a condition, and how it ranks.
"""

# ruff: noqa: S608 - the names in these statements are ours, whatever people typed is a parameter

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import combinations
from typing import Any, ClassVar, cast
from uuid import UUID

from django.db import connections, router, transaction

from wargame_mentorship.host.search import Difference, Document, Q
from wargame_mentorship.search.full_text import FTS5_TABLE, TABLE, TITLE_VECTOR
from wargame_mentorship.search.joins import ranked
from wargame_mentorship.search.models import SearchDocument
from wargame_mentorship.search.words import (
    MAX_QUERY,
    Every,
    Node,
    Some,
    Word,
    encode,
    lexemes,
    significant_terms,
    terms,
)

BATCH = 200
MOST_SIMILAR = 200
"""So many of the most alike titles are joined with what may be seen of them."""

MOST_SINGLE = 300
MOST_PAIRED = 6
MOST_SHARING = 400

SAMPLE = 500
MANY = 3_000
"""So many matches are no longer all ranked, and are guessed from the newest documents."""

MOST_RANKED = 10_000
"""For a guess that is far off."""

WALKED = 4
"""So many documents are looked at for every one that is wanted of late."""

MOST_UNCOMMITTED = 200

BEST_FIRST = "ORDER BY rank DESC, created_at DESC, object_id DESC"

Statement = tuple[str, list[Any]]


def contains(column: str, node: Node) -> Statement:
    """A condition that any database understands, for a column of lexemes with blanks around."""
    match node:
        case Word(text, prefix):
            return f"{column} LIKE %s", [f"% {encode(text)}{'%' if prefix else ' %'}"]
        case Every(parts) | Some(parts):
            conditions = [contains(column, part) for part in parts]
            operator = " AND " if isinstance(node, Every) else " OR "
            return (
                f"({operator.join(sql for sql, _ in conditions)})",
                [param for _, params in conditions for param in params],
            )


def how_many_in_title(asked: Collection[Node]) -> Statement:
    """Count the terms that the title contains."""
    conditions = [contains("title_words", term) for term in asked]
    return (
        " + ".join(f"(CASE WHEN {sql} THEN 1 ELSE 0 END)" for sql, _ in conditions),
        [param for _, params in conditions for param in params],
    )


class Dialect(ABC):
    """How one database asks its full-text index; statements select `object_id` and `rank`."""

    vendor: ClassVar[str]
    every: ClassVar[str]
    some: ClassVar[str]
    beginning: ClassVar[str]

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def expression(self, node: Node) -> str:
        match node:
            case Word(text, prefix):
                return f"{encode(text)}{self.beginning if prefix else ''}"
            case Every(parts):
                return f"({self.every.join(map(self.expression, parts))})"
            case Some(parts):
                return f"({self.some.join(map(self.expression, parts))})"

    @abstractmethod
    def find(self, kind: str, asked: tuple[Node, ...], most: int) -> Statement: ...

    @abstractmethod
    def similar(self, kind: str, asked: tuple[Node, ...], title: str) -> Statement: ...

    def written(  # noqa: B027 - a hook: only MariaDB has to take note
        self, kind: str, object_ids: Collection[UUID]
    ) -> None:
        """Take note of documents that the open transaction has written."""


class PostgreSQL(Dialect):
    vendor = "postgresql"
    every = " & "
    some = " | "
    beginning = ":*"
    _has_trigrams = False

    def find(self, kind: str, asked: tuple[Node, ...], most: int) -> Statement:
        """All matches ranked; of very many, those with the words in their titles, and the newest.

        A document is a page to read and its rank a vector to go through, some ten microseconds
        together: of a word that is in every fifth one that is a quarter of a second. Whether it is
        so common the newest tell, which are all on a few pages, and nothing counts the rest: how
        many of its kind there are, the statistics know. Each branch asks that first.
        """
        query = self.expression(Every(asked))
        # The kind's lexeme, which no word can be, lets the index skip other kinds.
        within = f"{query} & kind{kind.replace('_', '')}"
        # The weights are those of D, C, B and A.
        ranked = "object_id, created_at, ts_rank('{0, 0, 0.2, 1}', words, %s::tsquery) AS rank"
        columns = f"SELECT object_id, created_at, words FROM {TABLE} WHERE kind = %s"
        newest = "ORDER BY created_at DESC, object_id DESC"
        # Sorted by what no index has: for a word that is rare the planner would walk one to its
        # end, reading everything in the order of time.
        by_time = "ORDER BY created_at + interval '0' DESC, object_id DESC"
        share = (
            "(SELECT most_common_freqs[array_position(most_common_vals::text::text[], %s)]"
            " FROM pg_stats WHERE schemaname = relnamespace::regnamespace::text"
            " AND tablename = relname AND attname = 'kind')"
        )
        of_kind = f"greatest(reltuples * coalesce({share}, 1), 1)"
        few, many = "NOT (SELECT yes FROM is_common)", "(SELECT yes FROM is_common)"
        # Sorted and cut inside, so that the planner meets a short list in its final order,
        # whatever it is joined with.
        return (
            f"WITH is_common AS (SELECT EXISTS (SELECT 1 FROM ({columns} {newest} LIMIT {SAMPLE})"
            f" AS newest WHERE words @@ %s::tsquery OFFSET (SELECT"
            f" ceil({MANY * SAMPLE} / {of_kind})::bigint - 1 FROM pg_class"
            f" WHERE oid = '{TABLE}'::regclass)) AS yes)"
            f" (SELECT {ranked} FROM ({columns} AND {TITLE_VECTOR} @@ %s::tsquery AND {many}"
            f" {by_time} LIMIT %s) AS in_title"
            f" UNION SELECT {ranked} FROM (SELECT * FROM ({columns} {newest} LIMIT %s) AS newest"
            f" WHERE words @@ %s::tsquery AND {many} LIMIT %s) AS of_late)"
            f" UNION ALL SELECT {ranked} FROM ({columns} AND words @@ %s::tsquery AND {few}"
            f" LIMIT {MOST_RANKED}) AS every_one"
            f" {BEST_FIRST} LIMIT %s",
            [
                *(kind, query, kind),
                *(query, kind, query, -(-most // 3)),
                *(query, kind, WALKED * most, query, -(-most // 3)),
                *(query, kind, within),
                most,
            ],
        )

    def similar(self, kind: str, asked: tuple[Node, ...], title: str) -> Statement:
        shared, shared_params = how_many_in_title(asked)
        alike, alike_params = ("similarity(title, %s)", [title]) if self.has_trigrams else ("0", [])
        # Of a common word a few will do: those that share two words are all looked at.
        queries = [self.expression(term) for term in asked]
        pairs = [f"({one} & {other})" for one, other in combinations(queries[:MOST_PAIRED], 2)]
        branches = [(query, -(-MOST_SINGLE // len(queries))) for query in queries]
        branches += [(" | ".join(pairs), MOST_SHARING)] if pairs else []
        branch = (
            f"(SELECT id, object_id, created_at, title, title_words FROM {TABLE}"
            f" WHERE kind = %s AND {TITLE_VECTOR} @@ %s::tsquery LIMIT %s)"
        )
        return (
            f"SELECT object_id, created_at, shared + {alike} AS rank FROM ("
            f"SELECT object_id, created_at, title, {shared} AS shared"
            f" FROM ({' UNION '.join([branch] * len(branches))}) AS candidates"
            f" ORDER BY shared DESC, created_at DESC, object_id DESC"
            f" LIMIT {MOST_SIMILAR}) AS nearest"
            f" {BEST_FIRST} OFFSET 0",
            [
                *alike_params,
                *shared_params,
                *(param for query, most in branches for param in (kind, query, most)),
            ],
        )

    @property
    def has_trigrams(self) -> bool:
        """Whether pg_trgm is installed where the search path finds it; asked until it is."""
        if not self._has_trigrams:
            with connections[self.alias].cursor() as cursor:
                cursor.execute("SELECT to_regprocedure('similarity(text, text)') IS NOT NULL")
                self._has_trigrams = bool(cursor.fetchone()[0])
        return self._has_trigrams


class SQLite(Dialect):
    vendor = "sqlite"
    every = " AND "
    some = " OR "
    beginning = "*"

    def find(self, kind: str, asked: tuple[Node, ...], most: int) -> Statement:
        return self._found(kind, self.expression(Every(asked)), "found.rank IS NOT NULL", most)

    def similar(self, kind: str, asked: tuple[Node, ...], title: str) -> Statement:
        query = f"title_words : {self.expression(Some(asked))}"
        return self._found(kind, query, "found.rank MATCH 'bm25(1.0, 0.0)'", MOST_SIMILAR)

    def _found(self, kind: str, query: str, ranking: str, most: int) -> Statement:
        return (
            f"SELECT object_id, created_at, -found.rank AS rank FROM {FTS5_TABLE} AS found"
            f" CROSS JOIN {TABLE} AS document ON document.id = found.rowid"
            f" WHERE {FTS5_TABLE} MATCH %s AND {ranking} AND kind = %s"
            f" ORDER BY found.rank, created_at DESC, object_id DESC LIMIT %s",
            [query, kind, most],
        )


class MariaDB(Dialect):
    """InnoDB's full-text search sees what is committed, and nothing else.

    So that a transaction finds what it has written itself, it remembers the keys of the last few
    documents and looks for the words in their rows.
    """

    vendor = "mysql"
    beginning = "*"

    def __init__(self, alias: str) -> None:
        super().__init__(alias)
        self._local = threading.local()

    def expression(self, node: Node) -> str:
        match node:
            case Every(parts):
                return f"({self.all_of(parts)})"
            case Some(parts):
                return f"({' '.join(map(self.expression, parts))})"
        return super().expression(node)

    def all_of(self, asked: Iterable[Node]) -> str:
        return " ".join(f"+{self.expression(term)}" for term in asked)

    def find(self, kind: str, asked: tuple[Node, ...], most: int) -> Statement:
        columns = "title_words, body_words"
        in_row = contains("CONCAT(title_words, body_words)", Every(asked))
        sql, params = self._found(kind, asked, columns, self.all_of(asked), in_row)
        return f"{sql} {BEST_FIRST} LIMIT %s", [*params, most]

    def similar(self, kind: str, asked: tuple[Node, ...], title: str) -> Statement:
        query = " ".join(map(self.expression, asked))
        in_row = contains("title_words", Some(asked))
        sql, params = self._found(kind, asked, "title_words", query, in_row)
        return f"{sql} {BEST_FIRST} LIMIT {MOST_SIMILAR}", params

    def _found(
        self, kind: str, asked: Collection[Node], columns: str, query: str, in_row: Statement
    ) -> Statement:
        # Relevance is nought for a word that every document has, so the title has to tell; and
        # infinite until InnoDB has counted the rows, with which it could not calculate.
        shared, shared_params = how_many_in_title(asked)
        match = f"MATCH ({columns}) AGAINST (%s IN BOOLEAN MODE)"
        sql = (
            f"SELECT object_id, created_at, 100 * ({shared}) + LEAST({match}, 99) AS rank"
            f" FROM {TABLE}"
            f" WHERE kind = %s AND {match}"
        )
        params = [*shared_params, query, kind, query]
        if uncommitted := self.uncommitted:
            listed = f"id IN ({', '.join(['%s'] * len(uncommitted))})"
            sql = (
                f"{sql} AND NOT {listed} UNION ALL"
                f" SELECT object_id, created_at, 100 * ({shared}) AS rank FROM {TABLE}"
                f" WHERE kind = %s AND {listed} AND {in_row[0]}"
            )
            params += [*uncommitted, *shared_params, kind, *uncommitted, *in_row[1]]
        return sql, params

    @property
    def uncommitted(self) -> tuple[int, ...]:
        if not connections[self.alias].in_atomic_block:
            self._written.clear()
        return tuple(self._written)

    @property
    def _written(self) -> deque[int]:
        # Those of a transaction that was rolled back may stay for a while: the row tells.
        if not hasattr(self._local, "written"):
            self._local.written = deque(maxlen=MOST_UNCOMMITTED)
        return cast("deque[int]", self._local.written)

    def written(self, kind: str, object_ids: Collection[UUID]) -> None:
        connection = connections[self.alias]
        if not connection.in_atomic_block:
            return
        self._written.extend(
            SearchDocument.objects.using(self.alias)
            .filter(kind=kind, object_id__in=object_ids)
            .values_list("id", flat=True)
        )
        transaction.on_commit(self._forget_committed, using=self.alias)

    def _forget_committed(self) -> None:
        # A test that runs what waits for the commit does so before there is one.
        if not connections[self.alias].in_atomic_block:
            self._written.clear()


DIALECTS: dict[str, type[Dialect]] = {
    dialect.vendor: dialect for dialect in (PostgreSQL, SQLite, MariaDB)
}


@cache
def dialect_of(alias: str) -> Dialect:
    return DIALECTS[connections[alias].vendor](alias)


class DatabaseSearch:
    """The default backend: PostgreSQL, SQLite or MariaDB, whichever holds the documents.

    Of more than `most_found` documents that contain all the words, only the best are joined with
    the queryset. Raise it where people filter such results by what few of them are; finding and
    ranking takes longer then.
    """

    def __init__(self, *, most_found: int = 1_000) -> None:
        self.most_found = most_found

    def index(self, documents: Iterable[Document]) -> None:
        rows = {(document.kind, document.object_id): row_of(document) for document in documents}
        if not rows:
            return
        using = router.db_for_write(SearchDocument)
        targeted = connections[using].features.supports_update_conflicts_with_target
        # Without a savepoint of its own: what is written goes with its words, or not at all.
        with transaction.atomic(using=using, savepoint=False):
            SearchDocument.objects.using(using).bulk_create(
                rows.values(),
                batch_size=BATCH,
                update_conflicts=True,
                update_fields=COMPARED,
                unique_fields=("kind", "object_id") if targeted else None,
            )
            for kind in {kind for kind, _ in rows}:
                keys = [object_id for of_kind, object_id in rows if of_kind == kind]
                dialect_of(using).written(kind, keys[-MOST_UNCOMMITTED:])

    def remove(self, kind: str, object_ids: Collection[UUID]) -> None:
        keys = list(object_ids)
        for start in range(0, len(keys), BATCH):
            SearchDocument.objects.filter(
                kind=kind, object_id__in=keys[start : start + BATCH]
            ).delete()

    def find(self, queryset: Q, kind: str, text: str) -> Q:
        asked = terms(text)
        if not asked:
            return queryset.none()
        return ranked(queryset, *dialect_of(queryset.db).find(kind, asked, self.most_found))

    def similar(self, queryset: Q, kind: str, title: str) -> Q:
        asked = significant_terms(title)
        if not asked:
            return queryset.none()
        return ranked(
            queryset, *dialect_of(queryset.db).similar(kind, asked, clean(title[:MAX_QUERY]))
        )

    def compare(self, kind: str, documents: Iterable[Document]) -> Difference:
        """Say which of these documents are not in the index, or not as they are here."""
        rows = {document.object_id: row_of(document) for document in documents}
        known = {
            row.object_id: row
            for row in SearchDocument.objects.filter(kind=kind, object_id__in=list(rows))
        }
        return Difference(
            missing=tuple(key for key in rows if key not in known),
            stale=tuple(
                key
                for key, row in rows.items()
                if key in known
                and any(getattr(row, name) != getattr(known[key], name) for name in COMPARED)
            ),
        )

    def indexed(self) -> Iterator[tuple[str, UUID]]:
        """Every kind and key of which there is a document."""
        last = 0
        while True:
            rows = list(
                SearchDocument.objects.filter(id__gt=last)
                .order_by("id")
                .values_list("id", "kind", "object_id")[:BATCH]
            )
            if not rows:
                return
            last = rows[-1][0]
            for _, kind, object_id in rows:
                yield kind, object_id


COMPARED = ("title", "title_words", "body_words", "language", "category_id", "created_at")


def row_of(document: Document) -> SearchDocument:
    title = clean(document.title)
    return SearchDocument(
        kind=document.kind,
        object_id=document.object_id,
        title=title[:255],
        title_words=lexemes(title, document.language),
        body_words=lexemes(document.body, document.language),
        language=document.language,
        category_id=document.category_id,
        created_at=document.created_at,
    )


def clean(text: str) -> str:
    """Take out what a database cannot hold: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")
