"""What importing and claiming ask of a room that takes in what was written elsewhere."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model, Q

from wargame_mentorship.flows.imports.posts import (
    PastCategory,
    PastOpening,
    PastPost,
    PastReply,
    Place,
    Source,
)
from wargame_mentorship.flows.imports.texts import Text


class Room(ABC):
    """How one room keeps openings and the replies to them.

    Every write is called inside a transaction that holds the openings' rows.
    """

    name: ClassVar[str]
    """What `--into` calls it."""
    opening: ClassVar[Any]
    """A model; with `version`, `deleted_at`, `category`."""
    reply: ClassVar[Any]
    """A model; with `version`, `deleted_at`, `helpful_count`, `accepted_for`."""
    parent: ClassVar[str]
    """The column of a reply that leads to its opening."""
    opener: ClassVar[str]
    """The column of an opening that names the account of who wrote it."""
    replier: ClassVar[str]
    category_model: ClassVar[type[Model]]
    """What an opening is filed under, and what its moderators hold their grants on."""
    everybodys: ClassVar[Q] = Q(deleted_at=None)
    """Openings that are not their author's alone."""

    @property
    def models(self) -> tuple[Any, Any]:
        return self.opening, self.reply

    def model_of(self, post: PastPost) -> Any:
        return self.opening if isinstance(post, PastOpening) else self.reply

    def kind_of(self, post: PastPost) -> str:
        return str(self.model_of(post).KIND)

    def writer_column(self, model: Any) -> str:
        return self.opener if model is self.opening else self.replier

    def digest_of(self, post: PastPost) -> str:
        """Tells a post that was edited at the source from one that is the same."""
        written = json.dumps(self.content_of(post), sort_keys=True, default=str)
        return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()

    def content_of(self, post: PastPost) -> dict[str, Any]:
        """What of a post this room shows as its own."""
        return post.content

    @abstractmethod
    def find_place(self, path: str) -> Place:
        """Raises: Invalid: nothing in use is called so."""

    def place_for(self, category: PastCategory) -> tuple[Place | None, bool]:
        """The place for what is filed there at the source, and whether it was made just now.

        None: this room takes over no categories.
        """
        return None, False

    @abstractmethod
    def new_opening(self, source: Source, post: PastOpening, place: Place) -> Any:
        """An opening without its words and its author, not saved."""

    @abstractmethod
    def new_reply(self, post: PastReply, parent: UUID, answered: UUID | None) -> Any:
        """A reply without its words and its author, not saved.

        Args:
            answered: the earlier reply that it answers.
        """

    @abstractmethod
    def words_of(self, post: PastPost, text: Text) -> dict[str, Any]:
        """The columns that hold a text."""

    def state_after_edit(self, source: Source, post: PastPost) -> dict[str, Any]:
        """The columns that follow an edit at the source, besides the words."""
        return {}

    def note_openings(  # noqa: B027 - not every room has any
        self, written: Sequence[tuple[UUID, PastOpening]]
    ) -> None:
        """Write what belongs to openings in other tables, now that they are new or changed."""

    def solve(self, entry: Any, answer: Any | None) -> dict[str, Any]:
        """The columns of an opening that follow from its solution, or from having none."""
        return {}

    @abstractmethod
    def recount(self, openings: Collection[UUID]) -> None:
        """Make true what is stored of openings whose replies came, or changed hands, at once."""

    @abstractmethod
    def index(self, openings: Collection[UUID], replies: Collection[UUID]) -> None:
        """Tell search of what is new or changed."""

    def part_from_own(  # noqa: B027 - not every room has roles
        self, openings: Any, user: AbstractBaseUser
    ) -> None:
        """Take somebody out of what nobody is in their own; openings are a queryset of keys."""

    def forget_versions(  # noqa: B027 - not every room keeps them
        self, openings: Any, replies: Any
    ) -> None:
        """Drop what these said before an edit, whose author wants to be forgotten."""
