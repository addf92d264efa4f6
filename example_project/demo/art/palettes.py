"""Materials a sculpt is made of, and the paint schemes that give them their colours."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

Colour = tuple[int, int, int]


class Material(IntEnum):
    """What a part of a miniature represents; the palette decides how it is painted."""

    NONE = 0
    MAIN = 1
    SECOND = 2
    TRIM = 3
    STEEL = 4
    LEATHER = 5
    SKIN = 6
    BONE = 7
    WOOD = 8
    DARK = 9
    GLOW = 10
    HAIR = 11
    STONE = 12
    WHITE = 13
    GREENSKIN = 14
    RIM = 15
    GROUND = 16
    GRAVEL = 17
    GRASS = 18
    SNOW = 19
    TRACK = 20
    MOUTH = 21


METALS = frozenset({Material.TRIM, Material.STEEL, Material.TRACK})
BASE_MATERIALS = frozenset(
    {Material.RIM, Material.GROUND, Material.GRAVEL, Material.GRASS, Material.SNOW}
)

_FIXED: dict[Material, Colour] = {
    Material.NONE: (60, 58, 60),
    Material.STEEL: (124, 134, 150),
    Material.LEATHER: (112, 70, 42),
    Material.SKIN: (214, 154, 120),
    Material.BONE: (214, 198, 158),
    Material.WOOD: (128, 86, 50),
    Material.DARK: (46, 44, 54),
    Material.HAIR: (214, 210, 204),
    Material.STONE: (136, 132, 128),
    Material.WHITE: (238, 234, 222),
    Material.GREENSKIN: (110, 150, 62),
    Material.RIM: (36, 34, 36),
    Material.GROUND: (96, 74, 54),
    Material.GRAVEL: (140, 130, 118),
    Material.GRASS: (126, 142, 56),
    Material.SNOW: (232, 238, 246),
    Material.TRACK: (92, 84, 80),
    Material.MOUTH: (112, 34, 40),
}


@dataclass(frozen=True, slots=True)
class Palette:
    """A paint scheme: the four colours that differ from scheme to scheme."""

    main: Colour
    second: Colour
    trim: Colour
    glow: Colour

    def colour_of(self, material: Material) -> Colour:
        """The flat colour of ``material`` in this scheme."""
        own = {
            Material.MAIN: self.main,
            Material.SECOND: self.second,
            Material.TRIM: self.trim,
            Material.GLOW: self.glow,
        }
        return own[material] if material in own else _FIXED[material]


@dataclass(frozen=True, slots=True)
class Ramp:
    """A colour from its deepest recess to its sharpest edge, with warm light and cool shade."""

    deep: Colour
    shade: Colour
    base: Colour
    light: Colour
    edge: Colour


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """``first`` with ``share`` of ``second`` stirred in."""
    return (
        round(first[0] + (second[0] - first[0]) * share),
        round(first[1] + (second[1] - first[1]) * share),
        round(first[2] + (second[2] - first[2]) * share),
    )


def ramp_of(colour: Colour) -> Ramp:
    """The ramp around ``colour``."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    # Light is warm: hues lean towards yellow as they rise, so that red does not end in pink.
    lean = 0.125 - hue if hue < 0.6 else 1.0 - hue
    bright = colorsys.hls_to_rgb(
        (hue + max(-0.04, min(0.035, lean * 0.4))) % 1.0,
        min(0.9, lightness + 0.16 + 0.14 * (1 - lightness)),
        min(1.0, saturation * 1.12),
    )
    light: Colour = (round(bright[0] * 255), round(bright[1] * 255), round(bright[2] * 255))
    return Ramp(
        deep=mix(_scaled(colour, 0.2), (22, 14, 40), 0.45),
        shade=mix(_scaled(colour, 0.46), (34, 22, 62), 0.22),
        base=colour,
        light=mix(light, (255, 228, 176), 0.12),
        edge=mix(light, (255, 240, 206), 0.5),
    )


def _scaled(colour: Colour, factor: float) -> Colour:
    return (
        round(colour[0] * factor),
        round(colour[1] * factor),
        round(colour[2] * factor),
    )


PALETTES_BY_NAME: MappingProxyType[str, Palette] = MappingProxyType(
    {
        "crimson": Palette((166, 32, 38), (232, 218, 190), (206, 158, 66), (255, 196, 84)),
        "forest": Palette((54, 104, 58), (150, 106, 62), (196, 152, 70), (170, 255, 120)),
        "bone": Palette((216, 198, 154), (120, 42, 40), (176, 124, 62), (120, 240, 190)),
        "deep_blue": Palette((38, 74, 158), (226, 224, 216), (212, 166, 72), (120, 220, 255)),
        "bronze": Palette((156, 98, 46), (40, 96, 98), (222, 172, 92), (92, 240, 220)),
        "violet": Palette((104, 54, 142), (212, 196, 222), (202, 158, 84), (255, 120, 220)),
        "rust": Palette((168, 84, 38), (72, 76, 84), (158, 138, 116), (255, 160, 60)),
        "ice": Palette((134, 186, 212), (42, 66, 112), (200, 206, 216), (170, 240, 255)),
        "sunburst": Palette((226, 160, 38), (58, 52, 66), (188, 190, 198), (255, 110, 60)),
        "teal": Palette((26, 126, 124), (226, 132, 66), (214, 178, 100), (255, 214, 110)),
        "ash": Palette((92, 94, 104), (168, 44, 40), (186, 178, 164), (255, 90, 60)),
        "rose": Palette((194, 88, 112), (66, 44, 74), (214, 178, 118), (190, 150, 255)),
        "olive": Palette((108, 112, 60), (176, 158, 112), (150, 138, 108), (255, 214, 120)),
    }
)
