"""Round bases and what covers them."""

from __future__ import annotations

import math
import random

from .geometry import Point, ellipse
from .palettes import Material
from .sculpt import Sculpt

GROUND_Y = 97.0
FLATTEN = 0.27
DEPTH = 5.5


def add_base(sculpt: Sculpt, radius: float) -> None:
    """The plain round base every figure is glued to."""
    height = radius * FLATTEN
    lower = [
        point
        for point in ellipse(0, GROUND_Y + DEPTH, radius, height, count=72)
        if point[1] >= GROUND_Y + DEPTH
    ]
    side = [(-radius + 0.8, GROUND_Y), *reversed(lower), (radius - 0.8, GROUND_Y)]
    sculpt.part(side, Material.RIM, smooth=False, roundness=2.2, lift=0)
    top = ellipse(0, GROUND_Y, radius - 0.8, height - 0.4, count=72)
    sculpt.part(top, Material.GROUND, smooth=False, roundness=0.9, lift=0)


def add_ground(sculpt: Sculpt, radius: float, rng: random.Random, theme: str) -> None:
    """Cover the base behind and around the figure's feet."""
    for _ in range(90):
        x, y = _spot(rng, radius, 0.93)
        size = rng.uniform(0.25, 0.65)
        light = round(rng.uniform(60, 190))
        sculpt.mark(_pebble(rng, x, y, size), Material.GROUND, light=light)
    for _ in range(16):
        x, y = _spot(rng, radius, 0.86)
        _stone(sculpt, rng, x, y, rng.uniform(0.7, 1.7))
    if theme == "snow":
        for _ in range(9):
            x, y = _spot(rng, radius, 0.72)
            w = rng.uniform(4, 9)
            drift = [
                (x + w * math.cos(a) * rng.uniform(0.8, 1.1), y + w * 0.24 * math.sin(a))
                for a in (step / 10 * math.tau for step in range(10))
            ]
            sculpt.part(drift, Material.SNOW, roundness=0.9, lift=0.3)
    if theme in {"meadow", "snow"}:
        for _ in range(5 if theme == "meadow" else 3):
            x, y = _spot(rng, radius, 0.8)
            if y < GROUND_Y:
                _tuft(sculpt, rng, x, y)


def add_foreground(sculpt: Sculpt, radius: float, rng: random.Random, theme: str) -> None:
    """What stands in front of the feet: tufts, stones, a drift of snow."""
    side = rng.choice((-1, 1))
    if theme == "snow":
        for offset in (-0.45, 0.1, 0.55):
            x, y = radius * offset, GROUND_Y + radius * FLATTEN * (0.8 - abs(offset) * 0.5)
            sculpt.part(
                [(x - 6, y), (x - 3, y - 1.5), (x + 2, y - 1.1), (x + 6, y + 0.1), (x, y + 1)],
                Material.SNOW,
                roundness=0.8,
                lift=0.3,
            )
    else:
        _stone(sculpt, rng, side * radius * 0.56, GROUND_Y + radius * 0.11, 2.9)
        _stone(sculpt, rng, side * radius * 0.45, GROUND_Y + radius * 0.17, 1.6)
    if theme != "waste":
        _tuft(sculpt, rng, -side * radius * 0.6, GROUND_Y + radius * 0.11)
        _tuft(sculpt, rng, -side * radius * 0.42, GROUND_Y + radius * 0.17)
    else:
        _stone(sculpt, rng, -side * radius * 0.6, GROUND_Y + radius * 0.1, 2.2)


def _spot(rng: random.Random, radius: float, share: float) -> Point:
    angle, reach = rng.uniform(0, math.tau), math.sqrt(rng.random()) * share * radius
    return reach * math.cos(angle), GROUND_Y + reach * math.sin(angle) * FLATTEN


def _pebble(rng: random.Random, x: float, y: float, size: float) -> list[Point]:
    return [
        (
            x + size * rng.uniform(0.7, 1.2) * math.cos(angle),
            y + size * 0.62 * rng.uniform(0.7, 1.2) * math.sin(angle),
        )
        for angle in (step / 7 * math.tau for step in range(7))
    ]


def _stone(sculpt: Sculpt, rng: random.Random, x: float, y: float, size: float) -> None:
    sculpt.part(
        _pebble(rng, x, y - size * 0.4, size * 1.15),
        Material.GRAVEL,
        smooth=False,
        roundness=size * 0.5,
        lift=0.5,
    )


def _tuft(sculpt: Sculpt, rng: random.Random, x: float, y: float) -> None:
    for index in range(34):
        foot_x, foot_y = x + rng.gauss(0, 1.3), y + rng.uniform(-0.5, 0.5)
        lean, height = rng.gauss(0, 2.0) + (foot_x - x) * 0.8, rng.uniform(2.4, 5.6)
        blade = [
            (foot_x - 0.26, foot_y),
            (foot_x + lean * 0.4 - 0.2, foot_y - height * 0.6),
            (foot_x + lean, foot_y - height),
            (foot_x + lean * 0.4 + 0.22, foot_y - height * 0.6),
            (foot_x + 0.26, foot_y),
        ]
        sculpt.mark(blade, Material.GRASS, light=60 + index * 4 + round(rng.uniform(-18, 18)))
