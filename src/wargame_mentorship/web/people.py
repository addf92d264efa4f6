"""People as the pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from wargame_mentorship.host import DisplayUser, Viewer, users


class People:
    """Names and faces for a page, asked of the host in one go."""

    def __init__(self, viewer: Viewer, ids: Iterable[Any]) -> None:
        wanted = {key for key in ids if key is not None}
        self._hidden = viewer.hidden_ids if wanted else frozenset()
        self._known = users().display(wanted - self._hidden) if wanted else {}

    def is_hidden(self, key: Any) -> bool:
        """Whether a block keeps this person and the viewer apart."""
        return key in self._hidden

    def get(self, key: Any, *, name: str = "") -> DisplayUser:
        """Somebody unknown, gone or hidden is nobody in particular.

        Args:
            key: None for who has no account here.
            name: what to call them then, if it is known.
        """
        if key in self._known:
            return self._known[key]
        if self.is_hidden(key):
            name = _("somebody")
        elif key is not None or not name:
            name = _("a former member")
        return DisplayUser(None, name)
