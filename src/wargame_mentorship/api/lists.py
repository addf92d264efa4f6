"""Lists of the API: filters, an ordering, a cursor; or a search, paged by number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.core.paging import (
    DEEPEST_RANKED,
    Ordering,
    cursor_at,
    paginate,
    paginate_ranked,
)

M = TypeVar("M", bound=Model)

DEFAULT_PAGE_SIZE = 20
LARGEST_PAGE_SIZE = 100
COMMON = frozenset({"page_size", "cursor"})
AROUND = "around"
UNREAD = "unread"
RANKED = frozenset({"search", "page"})
MAY_BE_BLANK = frozenset({"search", "title"})
"""What somebody is still typing."""

PAGE_SIZE = {
    "type": "integer",
    "minimum": 1,
    "maximum": LARGEST_PAGE_SIZE,
    "default": DEFAULT_PAGE_SIZE,
}
PAGE_PARAMETERS = [
    OpenApiParameter("page_size", PAGE_SIZE),
    OpenApiParameter("cursor", str, description="From `next` or `previous` of a page."),
]
SEARCH_PARAMETERS = [
    OpenApiParameter(
        "search",
        str,
        description="Every word must occur; ranks by relevance instead of an `ordering`, and "
        "pages by number instead of a `cursor`.",
    ),
    OpenApiParameter(
        "page",
        {"type": "integer", "minimum": 1},
        description=f"With `search` only; ends after {DEEPEST_RANKED} results.",
    ),
]


def answer_list(
    request: Request,
    queryset: QuerySet[M],
    *,
    orderings: Mapping[str, Ordering],
    render: Callable[[Sequence[M]], list[Any]],
    parameters: frozenset[str] = frozenset(),
    search: Callable[[QuerySet[M], str], QuerySet[M]] | None = None,
    takes_around: bool = False,
    first_unread: Callable[[], M | None] | None = None,
) -> dict[str, Any]:
    """One page of a list, in the shape `{"results", "next", "previous"}`.

    Args:
        orderings: by name; the first is the default.
        render: turns the items of the page into JSON-able ones.
        parameters: the filters' names, besides those of every list.
        search: ranks the queryset for `?search=`; then pages have numbers.
        takes_around: `around` takes the key of the row which the page begins with.
        first_unread: the row which the page begins with for `unread=1`.

    Raises:
        Invalid: an unknown parameter, or a value that it does not take.
    """
    known = COMMON | parameters | (RANKED if search else frozenset())
    known |= {AROUND} if takes_around else frozenset()
    known |= {UNREAD} if first_unread else frozenset()
    refuse_unknown(request, known | {"ordering"} if len(orderings) > 1 else known)
    size = number(request, "page_size", default=DEFAULT_PAGE_SIZE, most=LARGEST_PAGE_SIZE)
    text = request.query_params.get("search", "") if search else ""
    if search and text.strip():
        _refuse(request, ("ordering", "cursor"), _("Not together with search."), "not_with_search")
        page = number(request, "page", default=1)
        ranked = paginate_ranked(search(queryset, text), page=page, size=size)
        return {
            "results": render(ranked.items),
            "next": _link(request, "page", ranked.next_page),
            "previous": _link(request, "page", ranked.previous_page),
        }
    _refuse(request, ("page",), _("Only together with search."), "only_with_search")
    name = request.query_params.get("ordering", next(iter(orderings)))
    if name not in orderings:
        message = _("One of %(choices)s.") % {"choices": ", ".join(orderings)}
        raise Invalid.field("ordering", message, "invalid_choice")
    binding = _binding(request, parameters)
    cursor = request.query_params.get("cursor")
    if (row := _beginning(request, queryset, first_unread)) is not None:
        cursor = cursor_at(queryset, row, ordering=orderings[name], binding=binding)
    found = paginate(queryset, ordering=orderings[name], cursor=cursor, size=size, binding=binding)
    return {
        "results": render(found.items),
        "next": _link(request, "cursor", found.next_cursor),
        "previous": _link(request, "cursor", found.previous_cursor),
    }


def _beginning(
    request: Request, queryset: QuerySet[M], first_unread: Callable[[], M | None] | None
) -> M | None:
    """The row that the page is asked to begin with, if not where the cursor says."""
    given = [name for name in (AROUND, UNREAD, "cursor") if name in request.query_params]
    if AROUND not in given and not (first_unread and UNREAD in given):
        return None
    _refuse(request, given[1:], _("A page has one beginning."), "not_with_around")
    if AROUND in given:
        return _row_of(queryset, request.query_params[AROUND])
    if request.query_params[UNREAD] != "1":
        raise Invalid.field(UNREAD, _("One of %(choices)s.") % {"choices": "1"}, "invalid_choice")
    return first_unread() if first_unread else None


def _row_of(queryset: QuerySet[M], key: str) -> M:
    """Raises: Invalid: no row of the list has this key."""
    found = None
    with suppress(ValidationError, ValueError):
        found = queryset.filter(pk=key).first()
    if found is None:
        raise Invalid.field(AROUND, _("This is not in the list."), "does_not_exist")
    return found


def refuse_unknown(request: Request, known: frozenset[str]) -> None:
    """Raises: Invalid: a parameter that this endpoint does not have, one twice or without value."""
    problems = {}
    for name, values in request.query_params.lists():
        if name not in known:
            problems[name] = [(_("Unknown parameter."), "unknown_parameter")]
        elif len(values) > 1:
            problems[name] = [(_("Give this once."), "repeated")]
        elif not values[0] and name not in MAY_BE_BLANK:
            problems[name] = [(_("Give a value, or leave this out."), "blank")]
    if problems:
        raise Invalid(problems)


def _refuse(request: Request, names: Iterable[str], message: str, code: str) -> None:
    given = [name for name in names if name in request.query_params]
    if given:
        raise Invalid({name: [(message, code)] for name in given})


def number(request: Request, name: str, *, default: int, most: int | None = None) -> int:
    """Raises: Invalid: no number, or out of bounds."""
    given = request.query_params.get(name)
    if given is None:
        return default
    if not (given.isascii() and given.isdigit() and len(given) <= 9) or int(given) < 1:
        raise Invalid.field(name, _("A whole number from 1."), "invalid")
    if most is not None and int(given) > most:
        raise Invalid.field(name, _("At most %(most)s.") % {"most": most}, "max_value")
    return int(given)


def _binding(request: Request, parameters: frozenset[str]) -> str:
    pairs = [(name, request.query_params.getlist(name)) for name in sorted(parameters)]
    return urlencode([(name, value) for name, values in pairs for value in values])


def link_to_page(request: Request, page: int | None) -> str | None:
    """The same list at another page by number."""
    return _link(request, "page", page)


def _link(request: Request, name: str, value: str | int | None) -> str | None:
    if value is None:
        return None
    query = request.query_params.copy()
    # A page begins in one place: what follows one that began "around" a row has its own cursor.
    query.pop(AROUND, None)
    query.pop(UNREAD, None)
    query[name] = str(value)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
