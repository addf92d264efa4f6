"""What a reader of some site's archive is, whatever the archive looks like."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from wargame_mentorship.flows.imports.posts import (
    PastAuthor,
    PastCategory,
    PastOpening,
    PastReply,
    Report,
)


class ArchiveError(Exception):
    """A file cannot be read (any further)."""


class BadPost(Exception):
    """One post that cannot be taken; the others can."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def checked_site(name: str) -> str:
    """Raises: ArchiveError: no host name."""
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", name) or len(name) > 100:
        raise ArchiveError(
            "Say which site this is from, for the links to the originals: --site forum.example.org"
        )
    return name


class Archive(ABC):
    """A site on disk. It is read twice, so that a reply may come before its opening and nothing
    has to be kept in memory but the keys.

    What cannot be read goes into the report, and what can be is yielded nevertheless.
    """

    site: str
    """Its host name."""
    stages: ClassVar[tuple[str, str]]
    """What the site calls openings and replies."""

    def categories(self, report: Report) -> Iterator[PastCategory]:
        """What openings are filed under, if the site has such; read first."""
        return iter(())

    @abstractmethod
    def openings(self, report: Report) -> Iterator[PastOpening]: ...

    @abstractmethod
    def replies(self, report: Report) -> Iterator[PastReply]: ...

    @abstractmethod
    def authors(self, report: Report) -> Iterator[PastAuthor]:
        """Those whose names the archive tells; after all posts were read."""

    @property
    @abstractmethod
    def share(self) -> float:
        """How much of the current stage has been read, 0 to 1."""
