"""Lists in pages: by a cursor, or by number where relevance ranks them.

A cursor marks a place between two rows by the values that the list is ordered by, so page 1,000
costs what page 1 costs, and rows that come or go meanwhile neither repeat nor hide others. Nothing
here counts rows. Both the API and the HTML pages use this; neither HTTP nor DRF is known here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.signing import BadSignature, Signer
from django.db import connections
from django.db.models import (
    BooleanField,
    Expression,
    Field,
    Func,
    Lookup,
    Model,
    Q,
    QuerySet,
    Value,
)
from django.utils.timezone import is_aware, now
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.core.hostile import check_text

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

T = TypeVar("T")
M = TypeVar("M", bound=Model)

MAX_CURSOR_LENGTH: Final = 4_000
"""In characters; a title of 200 four-byte ones as an ordering's first column still fits."""

DEEPEST_RANKED: Final = 1_000

# Here a comparison of rows is one range of the index; MariaDB reads all of the index for it.
_ROW_VALUE_VENDORS: Final = frozenset({"postgresql", "sqlite"})


class InvalidCursor(Invalid):
    """Forged, damaged, or of a list with other filters or another order."""

    code = "invalid_cursor"
    message = _("This page of the list is no longer there. Please start from its first page.")

    def __init__(self) -> None:
        super().__init__({"cursor": [(self.message, self.code)]})


class TooDeep(Invalid):
    """Further down a ranked list than anybody reads."""

    code = "too_deep"
    message = _("There are no results this far down. Please narrow your search.")

    def __init__(self) -> None:
        super().__init__({"page": [(self.message, self.code)]})


@dataclass(frozen=True)
class Column:
    """A column of a model and the direction in which a list is ordered by it."""

    field: Field[Any, Any]
    descending: bool

    @property
    def name(self) -> str:
        # Not `field.name`: ordering by a relation takes the order of the other model.
        return self.field.attname

    def order_by(self, *, reverse: bool) -> str:
        return f"-{self.name}" if self.descending is not reverse else self.name

    def lookup(self, *, reverse: bool) -> str:
        """`lt` or `gt`: how the rows further on compare with one."""
        return "lt" if self.descending is not reverse else "gt"

    def encode(self, row: Model) -> str:
        return self.field.value_to_string(row)

    def decode(self, text: object, connection: BaseDatabaseWrapper) -> Any:
        """Raises: one of `_UNREADABLE`: this is no value of this column."""
        if not isinstance(text, str):
            raise TypeError
        value = self.field.to_python(check_text(text))
        if value is None:
            raise ValueError
        if isinstance(value, datetime) and is_aware(value) is not is_aware(now()):
            raise ValueError
        # No database compares with a larger integer, and SQLite's driver raises an error.
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise ValueError
        self.field.get_db_prep_value(value, connection)
        return value


@dataclass(frozen=True)
class Ordering:
    """A documented order of a list: values that are NOT NULL, the last one the primary key.

    `name` is what clients ask for (`newest`), `fields` are named as in `order_by()`
    (`("-created_at", "-id")`). An order without mixed directions, with an index of the same
    columns behind those that the list filters by, costs the same at any depth.

    `computed` holds values that no column has, by the names that `fields` gives them: expressions
    that are never NULL and have an `output_field`; `paginate` annotates its items with them. A page
    reads whatever the list's filters leave, unless an index has the same expressions.

    Its values can be read from the cursor: order only by what those who see the list may know.
    """

    name: str
    fields: tuple[str, ...]
    computed: Mapping[str, Expression] = field(default_factory=dict, hash=False)

    def check(self, model: type[Model]) -> None:
        """Raises: ValueError: not an order of the model in which each row has its own place."""
        self.columns(model)

    def columns(self, model: type[Model]) -> list[Column]:
        """The model's columns that it names; raises as `check`."""
        columns = [Column(self._field(model, name), name.startswith("-")) for name in self.fields]
        if not columns or not columns[-1].field.primary_key:
            raise ValueError(f"Ordering {self.name!r} does not end in the key of {model.__name__}.")
        return columns

    def _field(self, model: type[Model], name: str) -> Field[Any, Any]:
        bare = name.removeprefix("-")
        if bare in self.computed:
            found: Field[Any, Any] = copy(self.computed[bare].output_field)
            found.set_attributes_from_name(bare)
            return found
        try:
            column = model._meta.pk if bare == "pk" else model._meta.get_field(bare)
        except FieldDoesNotExist:
            column = None
        if not isinstance(column, Field) or column.column is None:
            raise ValueError(
                f"{bare!r} in ordering {self.name!r} is no column of {model.__name__}."
            )
        if column.null:
            raise ValueError(f"{bare!r} in ordering {self.name!r} may be NULL.")
        return column


@dataclass(frozen=True)
class Page(Generic[T]):
    """A part of a list; a cursor is `None` where the list ends."""

    items: list[T]
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(frozen=True)
class RankedPage(Generic[T]):
    """A part of a ranked list; pages are numbered from 1, `None` where the list ends."""

    items: list[T]
    next_page: int | None
    previous_page: int | None


def paginate(
    queryset: QuerySet[M, M],
    *,
    ordering: Ordering,
    cursor: str | None,
    size: int,
    binding: str = "",
) -> Page[M]:
    """The page of `size` model instances that a cursor leads to; without one, the first.

    `binding` is whatever else defines the list, such as its filters in a canonical form: a cursor
    is good for the same binding and ordering only. One query, or none for an empty queryset.

    Raises:
        InvalidCursor: forged, damaged, or of another list.
        ValueError: the model has no such order; see `Ordering.check`.
    """
    if size < 1:
        raise ValueError("A page has at least one item.")
    columns = ordering.columns(queryset.model)
    cursors = _Cursors(queryset, ordering, columns, binding)
    start = cursors.read(cursor) if cursor is not None else None
    backwards = start is not None and start.backwards

    if ordering.computed:
        queryset = queryset.annotate(**ordering.computed)
    found = queryset.order_by(*(column.order_by(reverse=backwards) for column in columns))
    if not found.query.standard_ordering:  # `reverse()` outlives `order_by()`.
        found = found.reverse()
    if start is not None:
        found = found.filter(_beyond(columns, start, connections[queryset.db].vendor))
    items = list(found[: size + 1])
    is_more = len(items) > size
    del items[size:]
    if backwards:
        items.reverse()

    is_next = is_more or backwards
    is_previous = is_more if backwards else start is not None
    if items:
        # Only those that are wanted: a signature costs more than the rest of this.
        ahead = cursors.behind(items[-1], backwards=False)
        back = cursors.behind(items[0], backwards=True)
    elif start is not None:
        # What was there is gone; the place is not, and the rows on its other side are in reach.
        ahead = back = start.turned()
    else:
        return Page([], None, None)
    return Page(
        items=items,
        next_cursor=cursors.write(ahead) if is_next else None,
        previous_cursor=cursors.write(back) if is_previous else None,
    )


def cursor_at(queryset: QuerySet[M, M], row: M, *, ordering: Ordering, binding: str = "") -> str:
    """The cursor of the page that begins with a row, for `paginate` with the same arguments.

    What stands before the row is the page before.
    """
    cursors = _Cursors(queryset, ordering, ordering.columns(queryset.model), binding)
    return cursors.write(replace(cursors.behind(row, backwards=False), after=False))


def paginate_ranked(
    queryset: QuerySet[M, T], *, page: int, size: int, deepest: int = DEEPEST_RANKED
) -> RankedPage[T]:
    """The page with this number of a queryset that is already in order, such as search results.

    For ranks, which no cursor could find again. The queryset's order should end in the key, or
    equal ranks may show twice. Ends after `deepest` items, though there may be more.

    Raises:
        TooDeep: the page begins beyond the `deepest` item.
        Invalid: there is no page before the first.
    """
    if size < 1:
        raise ValueError("A page has at least one item.")
    if page < 1:
        raise Invalid.field("page", _("Pages are numbered from 1."))
    first = (page - 1) * size
    if first >= deepest:
        raise TooDeep
    end = min(first + size, deepest)
    items = list(queryset[first : end + 1])
    is_more = len(items) > end - first and end < deepest
    return RankedPage(
        items=items[: end - first],
        next_page=page + 1 if is_more else None,
        previous_page=page - 1 if page > 1 else None,
    )


@dataclass(frozen=True)
class _Place:
    """A place before or after a row, which need not exist, and the way to read from there."""

    backwards: bool
    after: bool
    texts: tuple[str, ...]
    """The row's values, as the cursor carries them."""

    values: tuple[Any, ...] = ()
    """The same as Python's, in a place that was read."""

    def turned(self) -> _Place:
        return replace(self, backwards=not self.backwards)


class _Cursors:
    """Writes and reads the cursors of one list."""

    def __init__(
        self,
        queryset: QuerySet[Any, Any],
        ordering: Ordering,
        columns: Sequence[Column],
        binding: str,
    ) -> None:
        self._columns = columns
        self._connection = connections[queryset.db]
        # The list is part of the key and not of the message: the cursor stays short, and one of
        # another list is simply not signed for this one.
        label = queryset.model._meta.label_lower
        self._signer = Signer(
            salt="\n".join((__name__, label, ordering.name, *ordering.fields, binding))
        )

    def behind(self, row: Model, *, backwards: bool) -> _Place:
        """Where reading goes on once this row is read."""
        texts = tuple(column.encode(row) for column in self._columns)
        return _Place(backwards, after=not backwards, texts=texts)

    def write(self, place: _Place) -> str:
        return self._signer.sign_object([int(place.backwards), int(place.after), *place.texts])

    def read(self, cursor: str) -> _Place:
        if len(cursor) > MAX_CURSOR_LENGTH:
            raise InvalidCursor
        try:
            backwards, after, *texts = self._signer.unsign_object(cursor)
            values = tuple(
                column.decode(text, self._connection)
                for column, text in zip(self._columns, texts, strict=True)
            )
        # What is signed but no place was written by another version of the model.
        except _UNREADABLE as error:
            raise InvalidCursor from error
        return _Place(bool(backwards), bool(after), tuple(texts), values)


_UNREADABLE: Final = (
    BadSignature,
    ArithmeticError,
    Invalid,
    TypeError,
    ValidationError,
    ValueError,
)


def _beyond(columns: Sequence[Column], start: _Place, vendor: str) -> Lookup[bool] | Q:
    """The condition for what is read from a place, in the shape whose index range is narrowest."""
    inclusive = start.after is start.backwards
    is_uniform = len({column.descending for column in columns}) == 1
    if is_uniform and vendor in _ROW_VALUE_VENDORS:
        operator = "<" if columns[0].lookup(reverse=start.backwards) == "lt" else ">"
        return _RowLookup(columns, operator + "=" * inclusive, start.values)

    first, lookup = columns[0], columns[0].lookup(reverse=start.backwards)
    # Says nothing new, but PostgreSQL and SQLite see no range in the alternatives below.
    leading = Q(**{f"{first.name}__{lookup}e": start.values[0]})
    alternatives, equal = Q(), Q()
    for column, value in zip(columns, start.values, strict=True):
        lookup = column.lookup(reverse=start.backwards)
        alternatives |= equal & Q(**{f"{column.name}__{lookup}": value})
        equal &= Q(**{column.name: value})
    return leading & (alternatives | equal if inclusive else alternatives)


if TYPE_CHECKING:
    BooleanLookup = Lookup[bool]
else:
    # Generic in the stubs alone: Django's own has no `[]`.
    BooleanLookup = Lookup


class _RowLookup(BooleanLookup):
    """`(a, b) < (x, y)`.

    A lookup, which is a condition as it stands; to any other expression Django adds `= 1` for
    SQLite, which then sees no range and goes through the index from its beginning.
    """

    prepare_rhs = False

    def __init__(self, columns: Sequence[Column], operator: str, values: Sequence[Any]) -> None:
        self.operator = operator
        super().__init__(
            _row(*(column.name for column in columns)),
            _row(
                *(Value(value, column.field) for column, value in zip(columns, values, strict=True))
            ),
        )

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} {self.operator} {right}", (*left_params, *right_params)


def _row(*parts: str | Expression) -> Expression:
    return Func(*parts, template="(%(expressions)s)", arg_joiner=", ", output_field=BooleanField())
