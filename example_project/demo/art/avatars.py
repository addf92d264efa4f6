"""Round avatars: a shield, a helm, a pot or a brush on a field of the palette's colours."""

from __future__ import annotations

import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .geometry import Point, closed_curve, ellipse, limb, star
from .palettes import PALETTES_BY_NAME, Colour, Palette, mix, ramp_of

_SIDE = 100.0
_LIGHT: Colour = (255, 248, 232)
_INK: Colour = (28, 24, 34)


def draw_avatar(*, seed: int, palette: str, size: int = 256) -> Image.Image:
    """Draw a square RGB avatar; the same arguments give the same pixels.

    Raises ValueError for a palette that is not in PALETTES and for a size below 16 pixels.
    """
    if palette not in PALETTES_BY_NAME:
        raise ValueError(
            f"unknown palette {palette!r}: choose one of {', '.join(PALETTES_BY_NAME)}"
        )
    if size < 16:
        raise ValueError(f"size {size} is too small: an avatar needs at least 16 pixels")
    rng = random.Random(f"avatar/{seed}/{palette}")
    scheme = PALETTES_BY_NAME[palette]
    board = _Board(size * 3)
    board.field(scheme, rng)
    (_shield, _helm, _pot, _brushes, _die)[seed % 5](board, scheme, rng)
    return board.picture.resize((size, size), Image.Resampling.LANCZOS)


class _Board:
    """A square canvas of 100 by 100 units."""

    def __init__(self, side: int) -> None:
        self.scale = side / _SIDE
        self.picture = Image.new("RGB", (side, side))

    def field(self, scheme: Palette, rng: random.Random) -> None:
        ramp = ramp_of(scheme.main)
        side = self.picture.size
        mask = (
            Image.linear_gradient("L")
            .rotate(35, Image.Resampling.BILINEAR)
            .crop((54, 54, 202, 202))
        )
        dark, bright = mix(ramp.shade, _INK, 0.3), mix(scheme.main, ramp.light, 0.25)
        self.picture.paste(
            Image.composite(
                Image.new("RGB", side, dark), Image.new("RGB", side, bright), mask.resize(side)
            )
        )
        turn = rng.uniform(0, 30)
        rays = Image.new("L", side, 0)
        draw = ImageDraw.Draw(rays)
        for index in range(12):
            points = star(50, 50, 90, 90, 12, turn + index * 30)
            draw.polygon(
                [(50 * self.scale, 50 * self.scale), *(self._px(p) for p in points[:2])], fill=22
            )
        self.picture.paste(_LIGHT, mask=rays)

    def shape(self, points: list[Point], colour: Colour, *, shadow: bool = True) -> None:
        """A shape lit from the upper left, with an outline and a soft shadow."""
        mask = Image.new("L", self.picture.size, 0)
        ImageDraw.Draw(mask).polygon([self._px(point) for point in points], fill=255)
        reach = max(1, round(2.2 * self.scale))
        if shadow:
            fallen = ImageChops.offset(mask, reach, round(reach * 1.5))
            fallen = fallen.filter(ImageFilter.GaussianBlur(1.6 * self.scale))
            self.picture.paste(_INK, mask=fallen.point([round(v * 0.55) for v in range(256)]))
        ramp = ramp_of(colour)
        body = Image.new("RGB", mask.size, colour)
        dome = mask.filter(ImageFilter.GaussianBlur(3.2 * self.scale))
        toward = ImageChops.offset(dome, -reach, -reach)
        away = ImageChops.offset(dome, reach, reach)
        body.paste(ramp.light, mask=ImageChops.subtract(toward, away, 0.7))
        body.paste(ramp.shade, mask=ImageChops.subtract(away, toward, 0.8))
        self.picture.paste(body, mask=mask)
        outline = [self._px(point) for point in [*points, points[0], points[1]]]
        width = max(1, round(1.1 * self.scale))
        ImageDraw.Draw(self.picture).line(
            outline, fill=mix(ramp.deep, _INK, 0.5), width=width, joint="curve"
        )

    def flat(self, points: list[Point], colour: Colour) -> None:
        ImageDraw.Draw(self.picture).polygon([self._px(point) for point in points], fill=colour)

    def line(self, points: list[Point], colour: Colour, width: float) -> None:
        path = [self._px(point) for point in points]
        ImageDraw.Draw(self.picture).line(
            path, fill=colour, width=max(1, round(width * self.scale)), joint="curve"
        )

    def _px(self, point: Point) -> Point:
        return point[0] * self.scale, point[1] * self.scale


def _shield(board: _Board, scheme: Palette, rng: random.Random) -> None:
    board.shape(
        closed_curve(
            [(22, 22), (50, 16), (78, 22), (77, 52), (67, 72), (50, 87), (33, 72), (23, 52)]
        ),
        scheme.trim,
    )
    board.shape(
        closed_curve(
            [(28, 28), (50, 23), (72, 28), (71, 51), (62, 67), (50, 79), (38, 67), (29, 51)]
        ),
        scheme.second,
        shadow=False,
    )
    if rng.random() < 0.5:
        board.shape(star(50, 49, 18, 7.5, rng.choice((4, 5, 6))), scheme.main, shadow=False)
    else:
        board.shape(
            [(33, 42), (50, 33), (67, 42), (67, 54), (50, 45), (33, 54)], scheme.main, shadow=False
        )
        board.shape(ellipse(50, 62, 6, 6), scheme.trim, shadow=False)


def _helm(board: _Board, scheme: Palette, rng: random.Random) -> None:
    plume = [(50, 24), (58, 9), (78, 9), (90, 26), (88, 48), (80, 60), (78, 40), (66, 28)]
    board.shape(closed_curve(plume), scheme.second)
    board.shape(
        closed_curve(
            [
                (27, 42),
                (34, 24),
                (50, 18),
                (66, 24),
                (73, 42),
                (73, 62),
                (64, 79),
                (50, 85),
                (36, 79),
                (27, 62),
            ]
        ),
        (150, 158, 172),
    )
    board.flat([(29, 46), (46, 50), (46, 57), (30, 53)], _INK)
    board.flat([(71, 46), (54, 50), (54, 57), (70, 53)], _INK)
    cross = [(47, 20), (53, 20), (53.6, 45), (68, 40), (70, 46), (54, 52)]
    cross += [(100 - x, y) for x, y in ((47.4, 84), (52.6, 84))]
    cross += [(100 - x, y) for x, y in reversed(cross[3:6])]
    board.shape([*cross, (46.4, 45)], scheme.trim, shadow=False)
    if rng.random() < 0.6:
        for x, y in ((37, 64), (41, 69), (36, 71), (63, 64), (59, 69), (64, 71)):
            board.flat(ellipse(x, y, 1.5, 1.5, count=14), _INK)


def _pot(board: _Board, scheme: Palette, rng: random.Random) -> None:
    board.shape(ellipse(50, 82, 36, 7), scheme.second)
    board.shape(
        closed_curve(
            [(27, 42), (50, 38), (73, 42), (74, 70), (68, 82), (50, 85), (32, 82), (26, 70)]
        ),
        (226, 230, 232),
    )
    board.shape(
        closed_curve(
            [(28, 56), (50, 53), (72, 56), (72, 72), (66, 80), (50, 82), (34, 80), (28, 72)]
        ),
        scheme.main,
        shadow=False,
    )
    board.shape(star(50, 67, 8.5, 3.6, 5), scheme.trim, shadow=False)
    board.shape([(30, 24), (70, 24), (73, 42), (50, 46), (27, 42)], scheme.trim)
    for x in (37, 43.5, 50, 56.5, 63):
        board.line([(x, 27), (x, 42)], mix(scheme.trim, _INK, 0.5), 1)
    board.shape(
        closed_curve([(66, 42), (72, 43), (73, 54), (70, 62), (67, 55)]),
        mix(scheme.main, _LIGHT, 0.1),
        shadow=False,
    )
    board.flat(ellipse(34, 51, 2, 4, 12), _LIGHT)
    del rng


def _brushes(board: _Board, scheme: Palette, rng: random.Random) -> None:
    for flip, ink in ((1, scheme.second), (-1, scheme.trim)):

        def at(x: float, y: float, flip: int = flip) -> Point:
            return 50 + flip * x, y

        board.shape(limb([at(30, 88), at(-8, 46)], (4, 7)), (128, 76, 44))
        board.shape(
            limb([at(-8, 46), at(-15, 38)], (7, 7.6), round_ends=False),
            (176, 182, 192),
            shadow=False,
        )
        board.shape(
            closed_curve([at(-11.4, 35), at(-18.4, 41), at(-27, 36), at(-33, 18), at(-17, 26)]), ink
        )
    board.shape(star(50, 26, 9, 4, rng.choice((4, 5))), scheme.glow)


def _die(board: _Board, scheme: Palette, rng: random.Random) -> None:
    outer = star(50, 50, 37, 37, 3)
    board.shape(outer, scheme.second)
    face = [outer[0], outer[2], outer[4]]
    inner = [(50 + (x - 50) * 0.62, 50 + (y - 50) * 0.62) for x, y in face]
    board.shape(inner, mix(scheme.second, _LIGHT, 0.3), shadow=False)
    line = mix(scheme.second, _INK, 0.62)
    for corner in range(3):
        for near in (corner * 2 - 1, corner * 2, corner * 2 + 1):
            board.line([inner[corner], outer[near % 6]], line, 1)
    board.shape(star(50, 53, 11, 4.6, rng.choice((4, 5, 6))), scheme.trim, shadow=False)
