"""What a reader of some source hands over, whatever the source looks like."""

from __future__ import annotations

import datetime as dt
from abc import ABC
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wargame_mentorship.flows.imports.rooms.base import Room

Place = Any
"""Where an opening is filed; what that is, its room knows."""


class NoPlace(Exception):
    """Why an opening stays away."""


@dataclass(frozen=True)
class Source:
    """Where posts come from, and where they go."""

    name: str
    """The site's host name, such as `coffee.stackexchange.com`."""
    room: Room
    place: Place | None
    """Of openings that nothing else gives one; None: they stay away."""
    by_tag: Mapping[str, Place] = field(default_factory=dict)
    by_slug: Mapping[str, Place] = field(default_factory=dict)
    """By what a category there is called in addresses."""
    by_category: Mapping[str, Place | None] = field(default_factory=dict)
    """By key of a category there; None: what is in it stays away."""
    language: str = "en"

    def place_of(self, post: PastOpening) -> Place:
        """That of its category, or of the first tag that is mapped, else the default.

        Raises:
            NoPlace: it stays away.
        """
        if post.category_key in self.by_category:
            if (place := self.by_category[post.category_key]) is None:
                raise NoPlace("in a category that not everybody may read")
            return place
        place = next((self.by_tag[tag] for tag in post.tags if tag in self.by_tag), self.place)
        if place is None:
            raise NoPlace("in a category that is not listed")
        return place


@dataclass(frozen=True)
class PastCategory:
    """What openings are filed under at the source."""

    key: str
    slug: str
    """One of its own, fit for an address."""
    name: str
    description: str = ""
    is_closed: bool = False
    """Not for everybody to read."""


@dataclass(frozen=True)
class PastAuthor:
    """Somebody with an account at the source."""

    key: str
    name: str
    """Empty: the archive does not tell it."""
    url: str


@dataclass(frozen=True, kw_only=True)
class PastPost(ABC):
    """A post as it stands at the source; times are aware."""

    key: str
    html: str = ""
    markdown: str = ""
    """As it was typed, where the source tells; then nothing has to be converted."""
    created_at: dt.datetime
    edited_at: dt.datetime | None = None
    author: PastAuthor | None = None
    """None: the source knows no account (any more)."""
    author_name: str = ""
    """Of somebody without an account there."""
    score: int = 0
    source_url: str = ""
    licence: str = ""

    @property
    def content(self) -> dict[str, Any]:
        """What an edit at the source changes."""
        return {"markdown": self.markdown} if self.markdown else {"html": self.html}


@dataclass(frozen=True, kw_only=True)
class PastOpening(PastPost):
    """What begins a conversation: a question, a topic."""

    title: str
    tags: tuple[str, ...] = ()
    view_count: int = 0
    is_closed: bool = False
    closed_at: dt.datetime | None = None
    """None: it is not, or the source does not tell when it was."""
    is_pinned: bool = False
    category_key: str = ""
    accepted_key: str = ""

    @property
    def content(self) -> dict[str, Any]:
        return {
            **super().content,
            "title": self.title,
            "closed_at": self.closed_at and self.closed_at.isoformat(),
            "accepted_key": self.accepted_key,
        }


@dataclass(frozen=True, kw_only=True)
class PastReply(PastPost):
    parent_key: str
    reply_to_key: str = ""
    """Of an earlier reply, if it answers one."""


@dataclass
class Report:
    """What an import did; counts by kind of content, keys as they are at the source."""

    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    """Edited at the source, but also changed or removed here; left as it is here."""
    skipped: Counter[str] = field(default_factory=Counter)
    """By reason."""
    authors: int = 0
    """New ones."""
    renamed: int = 0
    """Authors whose display name came along, or changed."""
    accepted: int = 0
    """Openings whose solution this run has marked."""
    accepted_missing: list[str] = field(default_factory=list)
    """Openings whose accepted answer did not come along."""
    incomplete: list[str] = field(default_factory=list)
    """Openings of which the archive has not all replies."""
    cut: list[str] = field(default_factory=list)
    without_owner: int = 0
    errors: list[tuple[str, str]] = field(default_factory=list)
    """Key (or "" for the file itself) and what is wrong."""

    def add(self, other: Report) -> None:
        for name, value in vars(other).items():
            mine = getattr(self, name)
            if isinstance(mine, Counter):
                mine.update(value)
            else:
                setattr(self, name, mine + value)

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        written = self.created.total() + self.updated.total()
        return bool(written or self.accepted or self.authors or self.renamed)

    def as_dict(self) -> dict[str, Any]:
        """JSON-able."""
        plain = {
            name: dict(+value) if isinstance(value, Counter) else value
            for name, value in vars(self).items()
        }
        errors = [{"post": key, "error": message} for key, message in self.errors]
        return {**plain, "errors": errors}
