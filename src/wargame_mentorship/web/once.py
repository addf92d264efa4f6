"""Forms that act once, however often their button is pressed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from wargame_mentorship.core.idempotency import InProgress, KeyReused, Replay, Replayed, digest
from wargame_mentorship.core.writes import enclosed_by
from wargame_mentorship.host import Viewer

TOKEN = "form_token"  # noqa: S105 - the name of a form field
_LONGEST = 100


def new_token() -> str:
    """What a form carries to be known again."""
    return str(uuid4())


class FormOnce:
    """One filled form, known by the token it carries; nobody's form acts once by being refused.

    Raises:
        KeyReused: the same form was sent before, with something else in it.
    """

    def __init__(self, viewer: Viewer, path: str, token: str, content: str) -> None:
        self._replay = None
        if viewer.is_authenticated and 0 < len(token) <= _LONGEST:
            self._replay = Replay(
                user_id=viewer.pk, scope=digest("POST", path, token), fingerprint=digest(content)
            )

    def earlier(self, *, read: Callable[[], object] | None = None) -> UUID | None:
        """The key of what the form has made before, if it has.

        Args:
            read: takes what was sent, of a form that has made something else before; somebody went
                back and wrote on, and what they wrote is shown to them again.
        """
        try:
            row = self._replay.carried_out() if self._replay else None
        except KeyReused:
            if read is not None:
                read()
            raise
        return row.subject_id if row else None

    def act(self, service: Callable[[], Any]) -> UUID:
        """Call the service, unless the form has acted; returns the key of what it made.

        Raises:
            InProgress: the same form is being worked on right now.
        """
        if self._replay is None:
            made: UUID = service().pk
            return made
        try:
            with enclosed_by(self._replay):
                made = service().pk
            return made
        except Replayed as error:
            earlier = self.earlier()
            if earlier is None:
                raise InProgress from error
            return earlier
