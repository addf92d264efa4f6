"""Whom to name for imported content, for the doors: two queries a page at most."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from wargame_mentorship.core import registry
from wargame_mentorship.flows.imports.models import ImportedItem


@dataclass(frozen=True)
class Attribution:
    """What a licence such as CC BY-SA asks to be shown beside the text."""

    author_name: str
    """Empty: unknown, or withheld because the person asked for it."""
    author_url: str | None
    source: str
    source_url: str
    licence: str
    licence_url: str | None
    was_changed: bool
    """Shortened by the import, or edited here since."""


def attribution_of(
    kind: str, ids: Collection[UUID] | Mapping[UUID, int]
) -> dict[UUID, Attribution]:
    """The attribution of those that were imported; content of our own is left out.

    Args:
        ids: keys; or versions by key, which spares the query for them.
    """
    items = list(_items(kind, ids)) if ids else []
    if not items:
        return {}
    if isinstance(ids, Mapping):
        versions = ids
    else:
        model: Any = registry.get(kind).model
        found = model._default_manager.filter(pk__in=[item.object_id for item in items])
        versions = dict(found.values_list("pk", "version"))
    return {
        item.object_id: Attribution(
            author_name=_name(item),
            author_url=_author_url(item),
            source=item.source,
            source_url=item.source_url,
            licence=item.licence,
            licence_url=licence_url(item.licence),
            was_changed=item.was_cut or versions.get(item.object_id) != item.version,
        )
        for item in items
    }


def placeholder_names(kind: str, ids: Collection[UUID]) -> dict[UUID, str]:
    """Names to show where imported content has no account as its author.

    Content of our own, of authors who have claimed theirs, and of nobody known is left out.
    """
    names = {
        item.object_id: _name(item)
        for item in _items(kind, ids)
        if item.author is None or item.author.claimed_by_id is None
    }
    return {key: name for key, name in names.items() if name}


def licence_url(licence: str) -> str | None:
    """The deed of a Creative Commons licence, such as `CC BY-SA 3.0`; None for any other."""
    parts = licence.split()
    if len(parts) != 3 or parts[0] != "CC":
        return None
    return f"https://creativecommons.org/licenses/{parts[1].lower()}/{parts[2]}/"


def _items(kind: str, ids: Collection[UUID]) -> Any:
    rows = ImportedItem.objects.filter(kind=kind, object_id__in=list(ids))
    return rows.select_related("author")


def _name(item: ImportedItem) -> str:
    return item.author.display_name if item.author else item.author_name


def _author_url(item: ImportedItem) -> str | None:
    if item.author is None or item.author.is_withheld:
        return None
    return item.author.url or None
