"""Things that go wrong on the painting desk, each recognisable in a small picture."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .geometry import Point
from .noise import clouds, grain, streaks
from .palettes import BASE_MATERIALS, Material
from .relief import Relief
from .sculpt import Ridge, Sculpt, Shape, Solid

FAULTS: tuple[str, ...] = (
    "frosting",
    "pooling",
    "chalk",
    "brush_marks",
    "too_thick",
    "mould_line",
    "chipped",
    "glossy",
)


def mark_mould_lines(sculpt: Sculpt, rng: random.Random, *, width: float) -> None:
    """Run the seam of a two-part mould along the figure's larger parts."""
    solids = [
        shape
        for shape in sculpt.shapes
        if isinstance(shape, Solid) and shape.material not in BASE_MATERIALS and shape.lift > 0
    ]
    solids.sort(key=lambda solid: -_extent(solid))
    seamed = {id(solid) for solid in solids[:20]}
    shapes: list[Shape] = []
    for shape in sculpt.shapes:
        shapes.append(shape)
        if isinstance(shape, Solid) and id(shape) in seamed:
            # Straight after its part, so that parts in front cover the seam too.
            strength = 1.5 if width > 0.7 else 0.8
            shapes += [Ridge(tuple(path), width, strength) for path in _seam(shape, rng)]
    sculpt.shapes[:] = shapes


def _extent(solid: Solid) -> float:
    heights = [y for _, y in solid.outline]
    return max(heights) - min(heights)


def _seam(solid: Solid, rng: random.Random) -> list[list[Point]]:
    """A path down the middle of the part, a little to one side, within its outline."""
    heights = [y for _, y in solid.outline]
    top, bottom = min(heights), max(heights)
    share = rng.uniform(0.56, 0.68)
    path: list[Point] = []
    rows = 14
    for row in range(1, rows):
        y = top + (bottom - top) * row / rows
        crossings = sorted(_crossings(solid, y))
        if len(crossings) >= 2:
            low, high = crossings[0], crossings[1]
            path.append((low + (high - low) * share + rng.uniform(-0.12, 0.12), y))
    pieces: list[list[Point]] = []
    for before, after in zip(path, path[1:], strict=False):
        if math.dist(before, after) < (bottom - top) / rows * 2.2:
            if pieces and pieces[-1][-1] == before:
                pieces[-1].append(after)
            else:
                pieces.append([before, after])
    return pieces


def _crossings(solid: Solid, y: float) -> list[float]:
    found: list[float] = []
    outline = solid.outline
    for index, (x1, y1) in enumerate(outline):
        x2, y2 = outline[(index + 1) % len(outline)]
        if (y1 <= y) != (y2 <= y):
            found.append(x1 + (y - y1) / (y2 - y1) * (x2 - x1))
    return found


def disturb_relief(relief: Relief, fault: str, rng: random.Random) -> None:
    """Change the surface itself, before it is painted."""
    figure = _figure(relief)
    scale = relief.scale
    if fault == "brush_marks":
        coarse = streaks(rng, relief.light.size, 0.62 * scale, 13 * scale)
        bristles = ImageChops.subtract(
            coarse, ImageChops.offset(coarse, round(0.35 * scale), round(0.1 * scale)), 0.8, 128
        )
        bristles = bristles.point([round(128 + (v - 128) * 0.95) for v in range(256)])
        ridged = ImageChops.add(relief.light, bristles, 1, -128)
        relief.light.paste(ridged, mask=figure)
    elif fault == "too_thick":
        lumps = clouds(rng, relief.light.size, 2.3 * scale).filter(
            ImageFilter.GaussianBlur(0.25 * scale)
        )
        reach = round(0.5 * scale)
        bumps = ImageChops.subtract(
            ImageChops.offset(lumps, -reach, -reach),
            ImageChops.offset(lumps, reach, reach),
            2.1,
            128,
        )
        soft = relief.light.filter(ImageFilter.BoxBlur(0.45 * scale))
        relief.light.paste(ImageChops.add(soft, bumps, 1, -128), mask=figure)
        relief.edge.paste(0, mask=figure)


def spoil_paint(picture: Image.Image, relief: Relief, fault: str, rng: random.Random) -> None:
    """Spoil the finished paint in place."""
    match fault:
        case "frosting":
            _frost(picture, relief, rng)
        case "pooling":
            _pool(picture, relief, rng)
        case "chalk":
            _chalk(picture, relief, rng)
        case "chipped":
            _chip(picture, relief, rng)
        case "glossy":
            _gloss(picture, relief, sharp=1.0)
        case "too_thick":
            _gloss(picture, relief, sharp=0.42)


def _figure(relief: Relief) -> Image.Image:
    bare = {int(Material.NONE), *(int(material) for material in BASE_MATERIALS)}
    return relief.material.point([0 if v in bare else 255 for v in range(256)])


def _frost(picture: Image.Image, relief: Relief, rng: random.Random) -> None:
    scale = relief.scale
    patches = clouds(rng, picture.size, 11 * scale).point(_ramp(40, 205, 0.28, 0.86))
    bloom = clouds(rng, picture.size, 0.5 * scale).point(_ramp(60, 220, 0.7, 1.0))
    mask = ImageChops.multiply(ImageChops.multiply(patches, bloom), _figure(relief))
    crests = relief.light.point(_ramp(60, 190, 0.6, 1.0))
    picture.paste((226, 229, 233), mask=ImageChops.multiply(mask, crests))
    dust = grain(rng, (picture.width // 3 + 1, picture.height // 3 + 1)).resize(picture.size)
    dust = dust.point([205 if v > 240 else 0 for v in range(256)])
    picture.paste((246, 248, 250), mask=ImageChops.multiply(dust, mask))


def _pool(picture: Image.Image, relief: Relief, rng: random.Random) -> None:
    scale = relief.scale
    # Wash runs down and stops in lobes; where it stops it dries from the outside in.
    small = relief.recess.reduce(4).filter(ImageFilter.BoxBlur(0.5 * scale))
    small = ImageChops.offset(small, 0, round(0.3 * scale))
    lobes = clouds(rng, small.size, 1.15 * scale)
    level = ImageChops.add(
        small.point([round(v * 0.75) for v in range(256)]),
        lobes.point([round(v * 0.58) for v in range(256)]),
    )
    level = level.resize(picture.size, Image.Resampling.BICUBIC)
    figure = _figure(relief)
    pool = ImageChops.multiply(level.point(_ramp(108, 136, 0, 0.74)), figure)
    tide = level.point([255 if 106 < v < 117 else 0 for v in range(256)])
    tide = ImageChops.multiply(tide.filter(ImageFilter.BoxBlur(0.1 * scale)), figure)
    picture.paste((52, 30, 24), mask=pool)
    picture.paste((20, 10, 12), mask=tide.point(_ramp(0, 255, 0, 0.6)))


def _chalk(picture: Image.Image, relief: Relief, rng: random.Random) -> None:
    scale = relief.scale
    lit = ImageChops.lighter(
        relief.light.point(_ramp(142, 214, 0, 0.95)), relief.edge.point(_ramp(0, 255, 0, 0.9))
    )
    coarse = clouds(rng, picture.size, 0.42 * scale).point(_ramp(84, 176, 0.1, 0.92))
    patches = clouds(rng, picture.size, 5 * scale).point(_ramp(50, 170, 0.45, 1.0))
    coarse = ImageChops.multiply(coarse, patches)
    mask = ImageChops.multiply(ImageChops.multiply(lit, coarse), _figure(relief))
    picture.paste((243, 240, 232), mask=mask)


def _chip(picture: Image.Image, relief: Relief, rng: random.Random) -> None:
    scale = relief.scale
    figure = _figure(relief)
    corners = ImageChops.multiply(relief.edge, figure).reduce(4).point(_ramp(24, 70, 0, 1.0))
    places = [
        (index % corners.width * 4, index // corners.width * 4)
        for index, level in enumerate(corners.tobytes())
        if level > 128
    ]
    chips = Image.new("L", picture.size, 0)
    draw = ImageDraw.Draw(chips)
    for _ in range(min(120, len(places))):
        x, y = rng.choice(places)
        radius = scale * (0.45 + 1.9 * rng.random() ** 2.4)
        corners_of_chip = []
        for step in range(9):
            angle = step / 9 * math.tau
            reach = radius * rng.uniform(0.45, 1.2)
            corners_of_chip.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
        draw.polygon(corners_of_chip, fill=255)
    chips = ImageChops.multiply(chips, figure)
    lip = ImageChops.offset(chips, -round(0.16 * scale), -round(0.22 * scale))
    picture.paste((20, 16, 20), mask=lip.point(_ramp(0, 255, 0, 0.6)))
    shine = ImageChops.offset(chips, round(0.12 * scale), round(0.18 * scale))
    picture.paste(
        (236, 232, 220), mask=ImageChops.multiply(shine, figure).point(_ramp(0, 255, 0, 0.35))
    )
    picture.paste((176, 180, 184), mask=chips)


def _gloss(picture: Image.Image, relief: Relief, *, sharp: float) -> None:
    """Hard white reflections where the surface faces the lamp, and deeper colour elsewhere."""
    figure = _figure(relief)
    surface = relief.light.filter(ImageFilter.BoxBlur(0.3 * relief.scale))
    richer = ImageChops.multiply(picture, Image.new("RGB", picture.size, (214, 210, 214)))
    picture.paste(richer, mask=figure)
    lamp = ImageChops.multiply(surface.point(_ramp(214, 226, 0, 0.95 * sharp)), figure)
    haze = ImageChops.multiply(surface.point(_ramp(158, 226, 0, 0.34 * sharp)), figure)
    window = surface.point([round(150 * sharp) if 74 < v < 84 else 0 for v in range(256)])
    window = window.filter(ImageFilter.BoxBlur(0.14 * relief.scale))
    picture.paste((196, 214, 240), mask=ImageChops.multiply(window, figure))
    picture.paste((255, 253, 248), mask=haze)
    picture.paste((255, 255, 255), mask=lamp.filter(ImageFilter.BoxBlur(0.06 * relief.scale)))


def _ramp(low: int, high: int, start: float, end: float) -> list[int]:
    span = high - low
    return [
        round(255 * (start + (end - start) * max(0.0, min(1.0, (level - low) / span))))
        for level in range(256)
    ]
