"""State machines as tables.

One table drives the service, the API's `available_actions`, the buttons of the pages, the
diagram in the docs and an exhaustive test of actor x state x action. A move is a conditional
UPDATE, so of two at once one wins and the other is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import Case, Expression, F, Q, TextChoices, Value, When
from django.utils import timezone

from wargame_mentorship.core.errors import Busy, Conflict, Stale, WrongState
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.writes import ATTEMPTS

M = TypeVar("M", bound=Any)
"""A model with the machine's column, `version` and `updated_at` (`Versioned`, `Timestamped`)."""


@dataclass(frozen=True)
class Branch:
    """A target that depends on the row: `then` where `condition` holds, else `otherwise`."""

    condition: Q
    then: str
    otherwise: str
    text: str

    def expression(self) -> Expression:
        return Case(When(self.condition, then=Value(self.then)), default=Value(self.otherwise))


@dataclass(frozen=True)
class Move(Generic[M]):
    """One row of a table.

    `who` is the rule that says whose move it is (403), `guard` raises a `Conflict` with its own
    code when the thing is not ready for it (409). `who_text`, `guard_text` and `sets_text` are
    what the generated docs say.
    """

    action: str
    sources: tuple[str, ...]
    target: str | Branch
    who: Callable[[Any, M], bool]
    who_text: str
    guard: Callable[[M], None] | None = None
    guard_text: str = ""
    sets: Callable[[], Mapping[str, Any]] = field(default=dict)
    sets_text: str = ""
    by_clock: str = ""

    @property
    def targets(self) -> tuple[str, ...]:
        if isinstance(self.target, Branch):
            return (self.target.then, self.target.otherwise)
        return (self.target,)


class StateMachine(Generic[M]):
    """All moves of one model, or of one column that several models share."""

    def __init__(
        self,
        name: str,
        states: type[TextChoices],
        moves: Sequence[Move[M]],
        *,
        column: str = "status",
    ) -> None:
        self.name = name
        self.states = states
        self.column = column
        self.moves = {move.action: move for move in moves}

    def available_actions(self, viewer: Any, obj: M) -> list[str]:
        """The moves that this viewer could make now, in the order of the table."""
        return [move.action for move in self.moves.values() if self._is_open(move, viewer, obj)]

    def move(
        self,
        obj: M,
        action: str,
        *,
        viewer: Any,
        if_version: int | None = None,
        sets: Mapping[str, Any] | None = None,
    ) -> M:
        """Make a move for a viewer; `sets` are further columns, written in the same UPDATE.

        Raises:
            NotAllowed: not this viewer's move.
            Stale: `if_version` is not the version in the database.
            WrongState: the move does not start from the present state.
            Conflict: the guard said no.
            Busy: others kept changing the row.
        """
        require(self.moves[action].who, viewer, obj)
        return self._move(obj, action, if_version=if_version, sets=sets)

    def move_by_clock(self, obj: M, action: str, *, sets: Mapping[str, Any] | None = None) -> M:
        """Make a move that time makes, nobody in particular; raises what `move` does."""
        return self._move(obj, action, if_version=None, sets=sets)

    def _move(
        self,
        obj: M,
        action: str,
        *,
        if_version: int | None,
        sets: Mapping[str, Any] | None,
    ) -> M:
        move = self.moves[action]
        target = move.target.expression() if isinstance(move.target, Branch) else move.target
        for _attempt in range(ATTEMPTS):
            if if_version is not None and obj.version != if_version:
                raise Stale
            if self._state_of(obj) not in move.sources:
                raise WrongState
            if move.guard is not None:
                move.guard(obj)
            # The version in the condition keeps true what rule and guard saw; the state keeps
            # the table true whoever else writes.
            changed = (
                type(obj)
                ._default_manager.filter(
                    **{f"{self.column}__in": move.sources}, pk=obj.pk, version=obj.version
                )
                .update(
                    **{
                        self.column: target,
                        "version": F("version") + 1,
                        "updated_at": timezone.now(),
                        **move.sets(),
                        **(sets or {}),
                    }
                )
            )
            obj.refresh_from_db()
            if changed:
                return obj
        raise Busy

    def _state_of(self, obj: M) -> str:
        return str(getattr(obj, self.column))

    def _is_open(self, move: Move[M], viewer: Any, obj: M) -> bool:
        if self._state_of(obj) not in move.sources or not move.who(viewer, obj):
            return False
        if move.guard is None:
            return True
        try:
            move.guard(obj)
        except Conflict:
            return False
        return True
