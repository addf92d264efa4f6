"""The full-text index under `SearchDocument`, which each database makes in its own way.

Called by migrations only. One that alters the table again must `uninstall` before and `install`
after it: SQLite copies a table to alter it, and the triggers stay behind.

PostgreSQL
    A generated `tsvector`, so no writer can forget it, title weighing A and body B, with a GIN
    index, and another index for titles alone. The configuration is `simple`: stems, accents and
    codes are dealt with in `search.words`, in the language of each document, which one column
    could not. The kind is a lexeme too, so that the index finds the few requests among the many
    posts. Where pg_trgm is there or may be created, titles that are alike rank by trigrams.
SQLite
    An FTS5 table with the rows as its content, kept by triggers: fixtures and whatever else
    writes rows cannot forget it either.
MariaDB
    FULLTEXT indexes, which see what is committed only (see `search.database`).
"""

# ruff: noqa: S608 - every name in these statements is ours, and nothing in them is typed by anyone

from __future__ import annotations

from django.db import Error
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.transaction import atomic

TABLE = "wargame_mentorship_searchdocument"
FTS5_TABLE = "wargame_mentorship_searchindex"

TITLE_VECTOR = "to_tsvector('pg_catalog.simple'::regconfig, title_words)"

_POSTGRESQL = [
    f"""ALTER TABLE {TABLE} ADD COLUMN words tsvector GENERATED ALWAYS AS (
        setweight({TITLE_VECTOR}, 'A')
        || setweight(to_tsvector('pg_catalog.simple'::regconfig, body_words), 'B')
        || to_tsvector('pg_catalog.simple'::regconfig, 'kind' || replace(kind, '_', ''))
    ) STORED""",
    # Ranking reads it for every match: rather the text is moved out of the row than this.
    f"ALTER TABLE {TABLE} ALTER COLUMN words SET STORAGE MAIN",
    f"CREATE INDEX wm_search_words ON {TABLE} USING gin (words)",
    f"CREATE INDEX wm_search_title_words ON {TABLE} USING gin (({TITLE_VECTOR}))",
]
_POSTGRESQL_BACK = [
    "DROP INDEX IF EXISTS wm_search_title_words",
    f"ALTER TABLE {TABLE} DROP COLUMN IF EXISTS words",
]

_FORGET = f"""INSERT INTO {FTS5_TABLE} ({FTS5_TABLE}, rowid, title_words, body_words)
    VALUES ('delete', old.id, old.title_words, old.body_words);"""
_LEARN = f"""INSERT INTO {FTS5_TABLE} (rowid, title_words, body_words)
    VALUES (new.id, new.title_words, new.body_words);"""
_SQLITE = [
    f"""CREATE VIRTUAL TABLE {FTS5_TABLE} USING fts5(
        title_words, body_words, content='{TABLE}', content_rowid='id',
        tokenize='ascii', prefix='4 5'
    )""",
    f"INSERT INTO {FTS5_TABLE} ({FTS5_TABLE}, rank) VALUES ('rank', 'bm25(20.0, 1.0)')",
    f"INSERT INTO {FTS5_TABLE} ({FTS5_TABLE}) VALUES ('rebuild')",
    f"CREATE TRIGGER wm_search_insert AFTER INSERT ON {TABLE} BEGIN {_LEARN} END",
    f"CREATE TRIGGER wm_search_delete AFTER DELETE ON {TABLE} BEGIN {_FORGET} END",
    f"""CREATE TRIGGER wm_search_update AFTER UPDATE OF id, title_words, body_words ON {TABLE}
        BEGIN {_FORGET} {_LEARN} END""",
]
_SQLITE_BACK = [
    "DROP TRIGGER IF EXISTS wm_search_update",
    "DROP TRIGGER IF EXISTS wm_search_delete",
    "DROP TRIGGER IF EXISTS wm_search_insert",
    f"DROP TABLE IF EXISTS {FTS5_TABLE}",
]

# By copying the table: made in place after others were dropped, an index of MariaDB 10.11 misses
# rows that are there.
_MYSQL = [
    f"""ALTER TABLE {TABLE}
        ADD FULLTEXT INDEX wm_search_words (title_words, body_words),
        ADD FULLTEXT INDEX wm_search_title_words (title_words),
        ALGORITHM = COPY""",
]
_MYSQL_BACK = [
    f"""ALTER TABLE {TABLE}
        DROP INDEX IF EXISTS wm_search_title_words,
        DROP INDEX IF EXISTS wm_search_words,
        ALGORITHM = COPY""",
]

INSTALL = {"postgresql": _POSTGRESQL, "sqlite": _SQLITE, "mysql": _MYSQL}
UNINSTALL = {"postgresql": _POSTGRESQL_BACK, "sqlite": _SQLITE_BACK, "mysql": _MYSQL_BACK}


def install(schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in INSTALL.get(vendor, []):
        _run(schema_editor, statement)
    if vendor == "postgresql":
        _try_trigrams(schema_editor)


def uninstall(schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in UNINSTALL.get(schema_editor.connection.vendor, []):
        _run(schema_editor, statement)


def _run(schema_editor: BaseDatabaseSchemaEditor, statement: str) -> None:
    # Without parameters `execute` would still look for placeholders on some backends.
    schema_editor.execute(statement, params=None)


def _try_trigrams(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the extension if it is not there; a database that forbids it goes without."""
    try:
        # A savepoint: a refusal must not break the migration's transaction.
        with atomic(schema_editor.connection.alias):
            _run(schema_editor, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except Error:
        return
