"""The stages of painting: from a relief and a palette to a lit picture of the miniature."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from PIL import Image, ImageChops, ImageFilter

from .noise import clouds
from .palettes import BASE_MATERIALS, Colour, Material, Palette, Ramp, mix, ramp_of
from .relief import Relief


@dataclass(frozen=True, slots=True)
class Finish:
    """How strongly each thing a painter does shows at one stage (0 none, 1 full)."""

    shade: float
    light: float
    recess: float
    edge: float
    layers: bool = False
    sheen: float = 0.0
    glow: float = 0.0
    stain: float = 0.0


FINISHES: MappingProxyType[str, Finish] = MappingProxyType(
    {
        "bare": Finish(shade=0.8, light=0.75, recess=0.4, edge=0.3, sheen=0.5),
        "primed": Finish(shade=0.85, light=0.4, recess=0.45, edge=0.18),
        "basecoated": Finish(shade=0.58, light=0.22, recess=0.34, edge=0.0),
        "washed": Finish(shade=0.82, light=0.28, recess=1.0, edge=0.0, stain=0.5),
        "highlighted": Finish(
            shade=0.86, light=0.9, recess=0.9, edge=0.85, layers=True, sheen=0.15, glow=0.8
        ),
        "based": Finish(
            shade=0.9, light=0.95, recess=0.95, edge=0.95, layers=True, sheen=0.2, glow=1.0
        ),
    }
)

_PLASTIC: Colour = (148, 151, 155)
_PRIMERS: tuple[Colour, ...] = ((52, 52, 56), (134, 135, 138), (212, 211, 208))


def paint(relief: Relief, stage: str, palette: Palette, rng: random.Random) -> Image.Image:
    """Paint and light the miniature; the result is RGB and as large as the relief."""
    finish = FINISHES[stage]
    ramps = _ramps(stage, palette, rng)
    light = _textured_light(relief, stage, finish, rng)

    picture = _coloured(relief, ramps, lambda ramp: ramp.base)
    shades = _coloured(relief, ramps, lambda ramp: ramp.shade)
    lights = _coloured(relief, ramps, lambda ramp: ramp.light)
    deeps = _coloured(relief, ramps, lambda ramp: ramp.deep)
    if finish.stain:
        picture = Image.blend(picture, shades, 0.22 * finish.stain)
    picture.paste(shades, mask=light.point(_falling(128, 40, finish.shade)))
    picture.paste(lights, mask=light.point(_rising(136, 226, finish.light)))
    picture.paste(deeps, mask=light.point(_falling(52, 4, 0.62 * finish.shade)))

    recess = relief.recess
    if finish.stain:
        # A wash creeps out of the recess that holds it.
        crept = recess.filter(ImageFilter.BoxBlur(0.45 * relief.scale))
        recess = ImageChops.lighter(recess, crept.point(_gain(1.5)))
    picture.paste(deeps, mask=recess.point(_gain(0.8 * finish.recess)))
    if finish.edge:
        edges = _coloured(relief, ramps, lambda ramp: ramp.edge)
        lit_edge = ImageChops.multiply(relief.edge, light.point(_rising(70, 170, 1.0)))
        picture.paste(edges, mask=lit_edge.point(_gain(0.85 * finish.edge)))
    if finish.sheen:
        shine = light.point(_rising(205, 255, 0.75 * finish.sheen))
        picture.paste((255, 252, 244), mask=shine.filter(ImageFilter.BoxBlur(0.2 * relief.scale)))
    if finish.glow:
        _glow(picture, relief, ramps[Material.GLOW].light, finish.glow)
    _rim_light(picture, relief)
    return picture


def _ramps(stage: str, palette: Palette, rng: random.Random) -> dict[Material, Ramp]:
    primer = rng.choice(_PRIMERS)
    ramps: dict[Material, Ramp] = {}
    for material in Material:
        colour = palette.colour_of(material)
        if stage == "bare":
            colour = _PLASTIC if material != Material.RIM else (58, 58, 62)
        elif stage == "primed":
            # A trace of the part's own lightness keeps a flat primer readable.
            colour = mix(primer, (128, 128, 130), 0.1 if material in BASE_MATERIALS else 0.0)
        elif material == Material.GROUND and stage in {"basecoated", "washed"}:
            colour = (78, 70, 64)
        ramps[material] = ramp_of(colour)
    if stage == "primed":
        ramps = {material: _dusty(ramp) for material, ramp in ramps.items()}
    return ramps


def _dusty(ramp: Ramp) -> Ramp:
    # Matt primer swallows light: no coloured shade and a dull highlight.
    return Ramp(
        deep=mix(ramp.base, (14, 14, 18), 0.8),
        shade=mix(ramp.base, (24, 24, 32), 0.6),
        base=ramp.base,
        light=mix(ramp.base, (226, 226, 224), 0.42),
        edge=mix(ramp.base, (226, 226, 224), 0.6),
    )


def _textured_light(relief: Relief, stage: str, finish: Finish, rng: random.Random) -> Image.Image:
    light = relief.light
    size = light.size
    mottle = clouds(rng, size, 2.6 * relief.scale).point(_around(5 if finish.layers else 13))
    light = ImageChops.add(light, mottle, 1, -128)
    if stage == "primed":
        speck = clouds(rng, size, 0.32 * relief.scale).point(_around(14))
        light = ImageChops.add(light, speck, 1, -128)
    if finish.layers:
        # Layers of paint leave soft steps rather than a smooth fade.
        light = light.point(_steps(8)).filter(ImageFilter.BoxBlur(0.13 * relief.scale))
    return light


def _coloured(
    relief: Relief, ramps: dict[Material, Ramp], pick: Callable[[Ramp], Colour]
) -> Image.Image:
    # Three look-ups and a merge are far quicker than converting a palette image.
    colours = [pick(ramps[material]) for material in Material]
    colours += [colours[0]] * (256 - len(colours))
    channels = [relief.material.point([c[band] for c in colours]) for band in range(3)]
    return Image.merge("RGB", channels)


def _glow(picture: Image.Image, relief: Relief, colour: Colour, strength: float) -> None:
    """Let glowing parts shine, and light what stands next to them."""
    lamps = relief.material.point([255 if v == Material.GLOW else 0 for v in range(256)])
    if lamps.getbbox() is None:
        return
    quarter = lamps.reduce(4)
    halo = quarter.filter(ImageFilter.GaussianBlur(1.1 * relief.scale))
    near = quarter.filter(ImageFilter.GaussianBlur(0.3 * relief.scale))
    halo = ImageChops.add(halo.point(_gain(1.5)), near.point(_gain(0.55)))
    reached = halo.getbbox()
    if reached is None:
        return
    left, top = reached[0] * 4, reached[1] * 4
    size = ((reached[2] - reached[0]) * 4, (reached[3] - reached[1]) * 4)
    mask = halo.crop(reached).resize(size, Image.Resampling.BICUBIC).point(_gain(0.8 * strength))
    around = picture.crop((left, top, left + size[0], top + size[1]))
    picture.paste(ImageChops.screen(around, Image.new("RGB", size, colour)), (left, top), mask)
    core = lamps.crop((left, top, left + size[0], top + size[1]))
    core = core.filter(ImageFilter.BoxBlur(0.35 * relief.scale))
    picture.paste((255, 255, 246), (left, top), core.point(_rising(180, 255, 0.5 * strength)))


def _rim_light(picture: Image.Image, relief: Relief) -> None:
    """A thin cool edge at the lower right, where the backdrop throws light back."""
    reach = max(1, round(0.38 * relief.scale))
    rim = ImageChops.subtract(relief.cover, ImageChops.offset(relief.cover, -reach, -reach // 3))
    rim = rim.filter(ImageFilter.BoxBlur(max(1.0, reach * 0.4))).point(_gain(0.42))
    picture.paste((168, 190, 226), mask=rim)


def _gain(factor: float) -> list[int]:
    return [min(255, round(level * factor)) for level in range(256)]


def _around(amplitude: int) -> list[int]:
    return [round(128 + (level - 128) / 128 * amplitude) for level in range(256)]


def _steps(width: int) -> list[int]:
    return [min(255, round((level // width + 0.5) * width)) for level in range(256)]


def _rising(low: int, high: int, strength: float) -> list[int]:
    span = high - low
    return [
        round(255 * strength * max(0.0, min(1.0, (level - low) / span))) for level in range(256)
    ]


def _falling(high: int, low: int, strength: float) -> list[int]:
    span = high - low
    return [
        round(255 * strength * max(0.0, min(1.0, (high - level) / span))) for level in range(256)
    ]
