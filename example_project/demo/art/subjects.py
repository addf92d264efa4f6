"""The miniatures that can be drawn, by name."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from .heroes import dwarf, knight, ranger, wizard
from .horde import goblin, orc, skeleton
from .machines import space_trooper, tank
from .monsters import dragon
from .scenery import terrain_ruin
from .sculpt import Sculpt

SCULPTS: MappingProxyType[str, Callable[[], Sculpt]] = MappingProxyType(
    {
        "knight": knight,
        "goblin": goblin,
        "ranger": ranger,
        "wizard": wizard,
        "tank": tank,
        "dragon": dragon,
        "skeleton": skeleton,
        "orc": orc,
        "dwarf": dwarf,
        "space_trooper": space_trooper,
        "terrain_ruin": terrain_ruin,
    }
)
