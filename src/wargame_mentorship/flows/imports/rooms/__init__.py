"""The rooms that take in what was written elsewhere."""

from __future__ import annotations

from typing import Final

from wargame_mentorship.flows.imports.rooms.base import Room
from wargame_mentorship.flows.imports.rooms.forums import Forums
from wargame_mentorship.flows.imports.rooms.help_requests import HelpRequests

ROOMS: Final[dict[str, Room]] = {room.name: room for room in (HelpRequests(), Forums())}
"""By the name that `--into` calls them."""
