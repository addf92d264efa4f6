"""What the rooms below the product rooms may know of content: one entry per kind.

A product room fills this in `apps.ready()`; votes, photos, events, notifications and search
reach content through it and so never import a product room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from wargame_mentorship.core.errors import NotFound


@dataclass(frozen=True)
class Moderated:
    """What moderation needs of a kind that can be held and hidden (`core.mixins.Held`)."""

    by: Callable[[Any], QuerySet[Any]]
    """What is in the categories that a viewer moderates, as far as they may see it."""
    text_html: Callable[[Any], str]
    """What it says, as HTML that is safe to show."""
    parent: Callable[[Any], Model | None]
    """What it is a part of, whose row is locked before its own."""
    title: str
    """The column that `ContentKind.title` reads, for queries."""
    author: str
    """The column of who wrote it."""
    filed_under: tuple[str, ...]
    """The columns that `ContentKind.category_ids` reads, for queries that count."""
    visibility_changed: Callable[[Any, bool], None]
    """Called in the transaction of the move, with whether it is visible now."""


@dataclass(frozen=True)
class ContentKind:
    """One kind of content; `name` is what the API calls it, such as `help_request`."""

    name: str
    label: str | Promise
    model: type[Model]
    visible_to: Callable[[Any], QuerySet[Any]]
    author_id: Callable[[Any], Any]
    category_model: type[Model]
    """What it is filed under, and what its moderators hold their grants on."""
    category_ids: Callable[[Any], tuple[UUID, ...]]
    title: Callable[[Any], str]
    url: Callable[[Any], str]
    """The path of the page that shows it, with an anchor where it is a part of one."""
    with_whole: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda rows: rows
    """Rows of it with what each is a part of, which has the title and the page of them."""
    documents: Callable[[QuerySet[Any]], Iterable[Any]] | None = None
    """The `host.Document`s of those rows of a queryset that belong into search; None: none do."""
    may_edit: Callable[[Any, Any], bool] | None = None
    """Whether a viewer who sees it may change it, its photos included; None: its author may."""
    text: Callable[[Any], str] = lambda entry: ""
    """The Markdown that somebody wrote: whom it mentions, and what an e-mail quotes of it."""
    moderated: Moderated | None = None
    """None: nothing of this kind can be held or hidden."""
    taken_from: Callable[[Any], QuerySet[Any]] | None = None
    """What a viewer wrote and a moderator has deleted: gone from sight, but they are told of it."""

    def rows(self) -> QuerySet[Any]:
        """All that there is, deleted or not, with what each is a part of; for whoever has asked."""
        return self.with_whole(self.model._default_manager.all())


_kinds: dict[str, ContentKind] = {}


def register(kind: ContentKind) -> None:
    _kinds[kind.name] = kind


def all_kinds() -> tuple[ContentKind, ...]:
    return tuple(_kinds.values())


def moderated_kinds() -> tuple[tuple[ContentKind, Moderated], ...]:
    """Those that can be held and hidden, each with how."""
    return tuple((kind, kind.moderated) for kind in all_kinds() if kind.moderated is not None)


def moderated_names() -> list[str]:
    return [kind.name for kind, _hooks in moderated_kinds()]


def moderated_categories() -> tuple[type[Model], ...]:
    """What moderators hold grants on, each once."""
    return tuple(dict.fromkeys(kind.category_model for kind, _hooks in moderated_kinds()))


def get(name: str) -> ContentKind:
    """Raises: KeyError: no room has registered this kind."""
    return _kinds[name]


def kind_of(obj: Model) -> ContentKind:
    """Raises: LookupError: the object's model is registered nowhere."""
    if (kind := kind_of_model(type(obj))) is None:
        raise LookupError(type(obj).__name__)
    return kind


def kind_of_model(model: type[Model]) -> ContentKind | None:
    """The first that is registered of a model; None: none is."""
    return next((kind for kind in _kinds.values() if issubclass(model, kind.model)), None)


def fetch_visible(viewer: Any, name: str, object_id: object) -> Any:
    """The object, as this viewer may see it.

    Raises:
        NotFound: no such kind or object, or not visible to this viewer.
    """
    kind = _kinds.get(name)
    found = kind and kind.visible_to(viewer).filter(pk=object_id).first()
    if not found:
        raise NotFound
    return found


def fetch_told(viewer: Any, name: str, object_id: object) -> Any:
    """As `fetch_visible`, also what a moderator took from this viewer."""
    kind = _kinds.get(name)
    taken = kind and kind.taken_from and kind.taken_from(viewer).filter(pk=object_id).first()
    return taken or fetch_visible(viewer, name, object_id)
