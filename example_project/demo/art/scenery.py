"""Scenery: the corner of a ruined chapel."""

from __future__ import annotations

import math
import random

from .geometry import Point, ellipse
from .palettes import Material as M
from .sculpt import Sculpt

# Outlines read as shapes, several points a line; a formatter would put one on each.
# fmt: off


def _wall(s: Sculpt, outline: list[Point], rng: random.Random, *, tilt: int, lean: float) -> None:
    s.part(outline, M.STONE, smooth=False, roundness=2, tilt=tilt)
    left, right = min(x for x, _ in outline), max(x for x, _ in outline)
    top, bottom = min(y for _, y in outline), max(y for _, y in outline)
    row = 0
    y = bottom - 6.5
    while y > top + 1:
        s.groove(_inside([(left + 0.8, y), (right - 0.8, y + (right - left) * lean)], outline),
            0.7, smooth=False)
        x = left + (row % 2) * 4.6 + rng.uniform(1.5, 4)
        while x < right - 2:
            slant = (x - left) * lean
            ends = [(x, y + slant), (x + rng.uniform(-0.3, 0.3), y + 6.3 + slant)]
            if _contains((x, y + 3 + slant), outline):
                s.groove(ends, 0.6, smooth=False, depth=0.9)
                block = [(x + 1, y + 1 + slant), (x + 7.4, y + 1 + slant), (x + 7.4,
                    y + 5.6 + slant), (x + 1, y + 5.6 + slant)]
                if rng.random() < 0.34 and all(_contains(corner, outline) for corner in block):
                    s.part(block, M.STONE, smooth=False, roundness=0.9, lift=0.3,
                        tilt=tilt + rng.choice((-14, 10, 16)))
            x += rng.uniform(7.6, 9.6)
        y -= 6.5
        row += 1


def _contains(point: Point, outline: list[Point]) -> bool:
    inside = False
    for index, (x1, y1) in enumerate(outline):
        x2, y2 = outline[(index + 1) % len(outline)]
        crosses = (y1 > point[1]) != (y2 > point[1])
        if crosses and point[0] < (x2 - x1) * (point[1] - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _inside(line: list[Point], outline: list[Point]) -> list[Point]:
    """The longest run of ``line`` that lies within ``outline``."""
    (x0, y0), (x1, y1) = line
    best: list[Point] = []
    run: list[Point] = []
    for step in range(61):
        point = (x0 + (x1 - x0) * step / 60, y0 + (y1 - y0) * step / 60)
        run = [*run, point] if _contains(point, outline) else []
        if len(run) > len(best):
            best = run
    return best or [(x0, y1 + 500), (x0, y1 + 501)]


def terrain_ruin() -> Sculpt:
    """Two broken walls with a pointed window, rubble and a banner."""
    y: float
    rng = random.Random(7)
    s = Sculpt(base_radius=46)
    side = [(18.0, 97.0), (18.0, 22.0), (22.0, 26.0), (25.0, 36.0), (30.0, 38.0), (32.0, 52.0),
        (37.0, 56.0), (39.0, 72.0), (43.0, 76.0),
            (44.0, 101.0)]
    _wall(s, side, rng, tilt=-46, lean=0.14)
    front = [(-38.0, 100.0), (-38.0, 58.0), (-34.0, 52.0), (-35.0, 38.0), (-31.0, 34.0),
        (-30.0, 20.0), (-26.0, 14.0), (-22.0, 15.0),
             (-19.0, 4.0), (-13.0, 0.0), (-8.0, -5.0), (-3.0, 0.0), (2.0, -2.0), (6.0, 6.0),
                 (13.0, 9.0), (20.0, 18.0), (20.0, 98.0)]
    _wall(s, front, rng, tilt=0, lean=0.0)

    def arch(half: float, spring: float, apex: float, sill: float) -> list[Point]:
        turns = [step / 9 * math.pi / 2 for step in range(10)]
        rise = [
            (-9 - half * math.cos(t), spring - (spring - apex) * math.sin(t) ** 1.25) for t in turns
        ]
        fall = [(-18 - x, y) for x, y in reversed(rise)]
        return [(-9 - half, sill), *rise, *fall, (-9 + half, sill)]

    s.part(arch(17, 36, 8, 71), M.BONE, smooth=False, roundness=1.6)
    s.part(arch(13, 36, 13.4, 69), M.DARK, smooth=False, roundness=4, lift=0, tilt=-90)
    s.part(arch(12, 36.4, 15.4, 68), M.DARK, smooth=False, roundness=3, lift=0, tilt=-70)
    for y in (30, 44, 57):
        s.groove([(-26, y), (-22.4, y)], 0.6)
        s.groove([(4, y), (8, y)], 0.6)
    s.tube([(-9, 71), (-9, 36)], (2.6, 2.4), M.BONE)
    s.tube([(-9, 40), (-12, 32), (-17.4, 27.6)], (2.4, 2.2, 2), M.BONE)
    s.tube([(-9, 40), (-6, 32), (-1.6, 28.4)], (2.4, 2.2, 1.6), M.BONE)
    s.ridge(ellipse(-9, 25, 4.6, 4.6, count=26), 1.9, smooth=False)
    s.part(ellipse(-9, 25, 5.2, 5.2, count=26), M.BONE, smooth=False, lift=0.4, roundness=1)
    s.mark(ellipse(-9, 25, 3.1, 3.1, count=20), M.GLOW, light=120)
    s.groove([(-9, 22), (-9, 28)], 0.8, smooth=False)
    s.groove([(-12, 25), (-6, 25)], 0.8, smooth=False)
    s.part([(-28, 69), (10, 69), (11, 74), (-29, 74)], M.BONE, smooth=False, roundness=1.6)
    # Buttress and banner.
    s.part([(12, 100), (12, 50), (16, 44), (24, 50), (25, 100)], M.STONE, smooth=False,
        roundness=2.2, tilt=8)
    for y in (58, 66, 74, 82, 90):
        s.groove([(12.6, y), (24.4, y + 0.8)], 0.6, smooth=False)
    s.part([(10.4, 49), (17, 41.6), (26, 49), (25, 52.4), (11.4, 52.4)], M.BONE, smooth=False,
        roundness=1.4)
    s.tube([(-37, 52), (-26, 50.6)], (1.6, 1.6), M.WOOD)
    s.part([(-37, 52), (-27, 51), (-26.6, 74), (-28.6, 82), (-31, 76), (-33, 84), (-36.4, 76)],
        M.MAIN, smooth=False, roundness=1.6)
    s.groove([(-34, 54), (-34.4, 76)], 0.6, depth=0.6)
    s.groove([(-30, 54), (-29.6, 74)], 0.6, depth=0.6)
    s.mark(ellipse(-32, 62, 2.9, 2.9, count=20), M.SECOND)
    s.mark(ellipse(-32, 62, 1.5, 1.5, count=16), M.MAIN)
    # Ivy climbs the right of the window.
    for index in range(70):
        share = index / 70
        x = 12 - 9 * share + rng.gauss(0, 2.4 - share)
        y = 70 - 66 * share + rng.gauss(0, 2.2)
        if _contains((x, y), front):
            s.mark(ellipse(x, y, rng.uniform(0.9, 1.6), rng.uniform(0.7, 1.1),
                rng.uniform(0, 180), 9), M.GRASS,
                   light=round(rng.uniform(40, 200)))
    # Rubble at the foot.
    for _ in range(26):
        x = rng.uniform(-36, 40)
        y = 99 + rng.uniform(-1, 6) - abs(x) * 0.05
        size = rng.uniform(1.6, 4.4)
        block = [(x + size * rng.uniform(0.75, 1.15) * math.cos(t),
            y + size * 0.7 * rng.uniform(0.75, 1.15) * math.sin(t))
                 for t in (step / 6 * math.tau + 0.3 for step in range(6))]
        s.part(block, M.STONE, smooth=False, roundness=size * 0.4, tilt=rng.choice((-10, 0, 14)))
    return s
