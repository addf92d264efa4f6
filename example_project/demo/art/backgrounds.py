"""Where the miniature stands: a painting desk or a small photo set, out of focus behind it."""

from __future__ import annotations

import random
from collections.abc import Callable
from types import MappingProxyType

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .noise import clouds, grain
from .palettes import Colour, Palette, mix

# The table's far edge, as a share of the picture's height.
HORIZON = 0.5


def draw_background(
    kind: str, size: tuple[int, int], palette: Palette, rng: random.Random
) -> Image.Image:
    """Draw one of ``BACKGROUNDS``; soft enough that half resolution serves."""
    half = (max(8, size[0] // 2), max(8, size[1] // 2))
    picture = BACKGROUNDS[kind](half, palette, rng)
    return picture.resize(size, Image.Resampling.BICUBIC)


def _lamp(picture: Image.Image, place: tuple[float, float], colour: Colour, share: float) -> None:
    """Brighten ``picture`` around the lamp's spot."""
    width, height = picture.size
    spot = ImageChops.invert(Image.radial_gradient("L")).resize((width * 2, height * 2))
    left, top = round(width * (1 - place[0])), round(height * (1 - place[1]))
    spot = spot.crop((left, top, left + width, top + height))
    lit = ImageChops.screen(picture, Image.new("RGB", picture.size, colour))
    picture.paste(lit, mask=spot.point([round(v * share) for v in range(256)]))


def _down(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    mask = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), mask)


def _backdrop(palette: Palette) -> Colour:
    # Muted, and away from the figure's own colour, so that the silhouette stands out.
    red, green, blue = palette.main
    opposite = (255 - red, 255 - green, 255 - blue)
    return mix(mix(opposite, (118, 122, 130), 0.72), palette.second, 0.1)


def _wall(palette: Palette, size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    tone = _backdrop(palette)
    return _down(size, mix(top, mix(tone, (20, 20, 30), 0.55), 0.45), mix(bottom, tone, 0.35))


def _sweep(size: tuple[int, int], palette: Palette, rng: random.Random) -> Image.Image:
    tone = _backdrop(palette)
    picture = _down(size, mix(tone, (18, 20, 30), 0.62), mix(tone, (236, 232, 226), 0.3))
    _lamp(picture, (0.36, 0.42), mix(tone, (236, 226, 208), 0.45), 0.75)
    mottle = clouds(rng, size, size[0] / 5).convert("RGB")
    return Image.blend(picture, ImageChops.soft_light(picture, mottle), 0.35)


def _bokeh(picture: Image.Image, rng: random.Random, colours: list[Colour], count: int) -> None:
    width, height = picture.size
    layer = Image.new("RGB", picture.size, 0)
    draw = ImageDraw.Draw(layer)
    for _ in range(count):
        radius = height * rng.uniform(0.025, 0.075)
        x, y = rng.uniform(0, width), rng.uniform(-0.02, 0.4) * height
        colour = mix(rng.choice(colours), (10, 10, 14), rng.uniform(0.35, 0.8))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    picture.paste(ImageChops.screen(picture, layer.filter(ImageFilter.GaussianBlur(height / 150))))


def _clutter(picture: Image.Image, palette: Palette, rng: random.Random) -> None:
    """Paint pots, a jar of brushes and a lamp foot, far out of focus."""
    width, height = picture.size
    layer = picture.copy()
    draw = ImageDraw.Draw(layer)
    floor = HORIZON * height + height * 0.07
    inks = [palette.main, palette.second, palette.trim, palette.glow, (60, 110, 150), (170, 60, 50)]
    places = (-0.04, 0.08, 0.2, 0.7, 0.81, 0.92)
    for side in sorted(rng.sample(places, rng.choice((3, 4, 5)))):
        x = width * (side + rng.uniform(-0.025, 0.025))
        w, h = width * rng.uniform(0.07, 0.1), height * rng.uniform(0.18, 0.3)
        ink = mix(rng.choice(inks), (40, 38, 40), 0.25)
        base = floor + height * rng.uniform(-0.02, 0.03)
        draw.ellipse((x - w * 0.2, base - h * 0.1, x + w * 1.5, base + h * 0.12), fill=(30, 22, 20))
        draw.rounded_rectangle((x, base - h * 0.72, x + w, base), w * 0.18, fill=ink)
        draw.rectangle((x, base - h * 0.5, x + w, base - h * 0.22), fill=mix(ink, (240,) * 3, 0.62))
        draw.rectangle(
            (x + w * 0.1, base - h * 0.66, x + w * 0.24, base), fill=mix(ink, (255,) * 3, 0.5)
        )
        draw.polygon(
            [
                (x + w * 0.22, base - h * 0.72),
                (x + w * 0.4, base - h * 1.1),
                (x + w * 0.6, base - h * 1.1),
                (x + w * 0.78, base - h * 0.72),
            ],
            fill=(228, 226, 222),
        )
    x = width * rng.choice((0.27, 0.68))
    w, h = width * 0.075, height * 0.2
    for _ in range(5):
        tip = x + w * rng.uniform(-0.5, 1.5)
        foot = x + w * rng.uniform(0.2, 0.8)
        line = ((foot, floor - h * 0.5), (tip, floor - h * rng.uniform(1.7, 2.1)))
        draw.line(line, fill=(128, 72, 40), width=max(2, round(width / 130)))
    draw.rounded_rectangle((x, floor - h, x + w, floor), w * 0.14, fill=(158, 182, 190))
    picture.paste(layer.filter(ImageFilter.GaussianBlur(height / 52)))


def _table(picture: Image.Image, texture: Image.Image, *, near: Colour, far: Colour) -> None:
    """Lay a textured table below the horizon: sharper in front, lost in blur behind."""
    width, height = picture.size
    top = round(HORIZON * height)
    depth = height - top
    ground = _down((width, depth), far, near)
    sharp = ImageChops.soft_light(ground, texture.resize((width, depth)).convert("RGB"))
    blurred = sharp.filter(ImageFilter.GaussianBlur(height / 90))
    focus = Image.linear_gradient("L").resize((width, depth))
    focus = focus.point([min(255, max(0, round((v - 30) * 1.9))) for v in range(256)])
    table = Image.composite(sharp, blurred, focus)
    seam = Image.new("L", (width, depth), 255)
    fade = max(2, round(height * 0.05))
    seam.paste(Image.linear_gradient("L").resize((width, fade)), (0, 0))
    picture.paste(table, (0, top), seam)


def _desk(size: tuple[int, int], palette: Palette, rng: random.Random) -> Image.Image:
    picture = _wall(palette, size, (52, 40, 46), (136, 100, 78))
    _bokeh(picture, rng, [(255, 196, 120), (255, 226, 178), palette.trim, (120, 160, 200)], 16)
    fibre = grain(rng, (7, 64)).resize((size[0], 200), Image.Resampling.BICUBIC)
    fibre = Image.blend(fibre, grain(rng, (3, 5)).resize((size[0], 200)), 0.35)
    fibre = fibre.point([72 + v * 112 // 255 for v in range(256)])
    draw = ImageDraw.Draw(fibre)
    for row in (34, 78, 136):
        draw.line([(0, row), (size[0], row)], fill=18, width=3)
    _table(picture, fibre, near=(196, 142, 94), far=(128, 88, 62))
    _clutter_behind(picture, palette, rng)
    _lamp(picture, (0.25, 0.45), (120, 92, 60), 0.75)
    return picture


def _clutter_behind(picture: Image.Image, palette: Palette, rng: random.Random) -> None:
    width, height = picture.size
    area = (0, 0, width, round(height * 0.7))
    behind = picture.crop(area)
    scene = Image.new("RGB", picture.size)
    scene.paste(picture)
    _clutter(scene, palette, rng)
    fade = Image.linear_gradient("L").resize((area[2], area[3]))
    fade = fade.point([255 if v < 215 else round((255 - v) * 6.3) for v in range(256)])
    picture.paste(Image.composite(scene.crop(area), behind, fade), (0, 0))


def _cork(size: tuple[int, int], palette: Palette, rng: random.Random) -> Image.Image:
    picture = _wall(palette, size, (54, 62, 80), (144, 142, 140))
    _lamp(picture, (0.3, 0.3), (110, 104, 92), 0.7)
    _bokeh(picture, rng, [(210, 220, 235), palette.second, (255, 214, 150)], 9)
    crumbs = clouds(rng, (size[0], size[1] // 2), 5.5)
    crumbs = crumbs.point([46 if v < 62 else (196 if v > 206 else 128) for v in range(256)])
    crumbs = Image.blend(crumbs, clouds(rng, crumbs.size, 2.2), 0.42)
    _table(picture, crumbs, near=(222, 174, 120), far=(160, 120, 84))
    _clutter_behind(picture, palette, rng)
    _lamp(picture, (0.28, 0.62), (90, 72, 48), 0.7)
    return picture


def _cutting_mat(size: tuple[int, int], palette: Palette, rng: random.Random) -> Image.Image:
    picture = _wall(palette, size, (66, 66, 80), (164, 146, 130))
    _bokeh(picture, rng, [(255, 214, 160), (240, 240, 250), palette.glow], 10)
    width, depth = size[0], size[1] - round(HORIZON * size[1])
    grid = Image.new("L", (width * 2, depth * 2), 122)
    draw = ImageDraw.Draw(grid)
    for column in range(-30, 31):
        foot = width + column * width * 0.26
        draw.line([(width + (foot - width) * 0.42, 0), (foot, depth * 2)], fill=186, width=3)
    y = 0.0
    step = depth * 0.1
    while y < depth * 2:
        draw.line([(0, y), (width * 2, y)], fill=186, width=3)
        y += step
        step *= 1.18
    _table(picture, grid.resize((width, depth)), near=(46, 128, 120), far=(34, 92, 92))
    _clutter_behind(picture, palette, rng)
    _lamp(picture, (0.28, 0.6), (64, 62, 52), 0.8)
    return picture


BACKGROUNDS: MappingProxyType[
    str, Callable[[tuple[int, int], Palette, random.Random], Image.Image]
] = MappingProxyType({"sweep": _sweep, "desk": _desk, "cork": _cork, "cutting_mat": _cutting_mat})
