"""A queryset joined with a ranked list of keys that raw SQL finds.

Full-text search ranks by what only its own index knows. As a join it stays one query, and the
planner meets the list before the queryset's own filters: `ORDER BY rank LIMIT 20` over a filter
would tempt it to walk the table in order, which a rare word makes a hundred times slower.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, Self, cast

from django.db.models import DateTimeField, FloatField, QuerySet, UUIDField
from django.db.models.expressions import Col, OrderBy
from django.db.models.sql.constants import INNER
from django.db.models.sql.datastructures import Join

from wargame_mentorship.host.search import Q
from wargame_mentorship.search.models import SearchDocument

ALIAS = "wm_found"


class RankedKeys(Join):
    """`JOIN (sql) alias ON alias.object_id = parent.key`; `sql` selects
    `object_id`, `created_at` and `rank`."""

    def __init__(self, parent_alias: str, key_column: str, sql: str, params: Sequence[Any]) -> None:
        # The base class describes a join of tables by fields, of which there are none here.
        self.table_name = ALIAS
        self.parent_alias = parent_alias
        self.table_alias = ALIAS
        self.join_type = INNER
        # Of a table that is joined a subquery beside it wants to know whether its name is its own.
        self.join_field: Any = SimpleNamespace(related_model=SearchDocument)
        self.join_fields = ()
        self.join_cols = ()
        self.nullable = False
        self.filtered_relation = None
        self.key_column = key_column
        self.sql = sql
        self.params = tuple(params)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        found, _ = compiler.compile(_column(self.table_alias, "object_id", UUIDField()))
        key, _ = compiler.compile(_column(self.parent_alias, self.key_column, UUIDField()))
        # Whether aliases are quoted differs between Django's versions: as it does, so do we.
        alias = found.rpartition(".")[0]
        return f"{self.join_type} ({self.sql}) {alias} ON ({found} = {key})", list(self.params)

    def relabeled_clone(self, change_map: Mapping[Any, str]) -> Self:
        clone = copy.copy(self)
        clone.parent_alias = change_map.get(self.parent_alias, self.parent_alias)
        clone.table_alias = change_map.get(self.table_alias, self.table_alias)
        return clone

    @property
    def identity(self) -> tuple[Any, ...]:
        return self.__class__, self.parent_alias, self.key_column, self.sql, self.params


def ranked(queryset: Q, sql: str, params: Sequence[Any]) -> Q:
    """Keep the rows of which `sql` lists the key; best rank first, then the newest, then by key.

    Ordered by the list's own columns: in that order the planner gets it, and can stop early.
    """
    found = cast("QuerySet[Any, Any]", queryset.all())
    query: Any = found.query
    key = found.model._meta.pk
    alias = query.join(RankedKeys(query.get_initial_alias(), key.column, sql, params))
    ranking = (
        _column(alias, "rank", FloatField()),
        _column(alias, "created_at", DateTimeField()),
        _column(alias, "object_id", UUIDField()),
    )
    return cast(Q, found.order_by(*(OrderBy(column, descending=True) for column in ranking)))


def _column(alias: Any, name: str, field: Any) -> Col:
    field.column = name
    return Col(alias, field)
