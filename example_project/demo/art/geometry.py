"""Curves and outlines, in sculpt units (x to the right, y down, the ground at y = 100)."""

from __future__ import annotations

import math
from collections.abc import Sequence

Point = tuple[float, float]


def closed_curve(points: Sequence[Point], steps: int = 7) -> list[Point]:
    """A closed Catmull-Rom curve through ``points``."""
    count = len(points)
    outline: list[Point] = []
    for index in range(count):
        corners = [points[(index + step) % count] for step in (-1, 0, 1, 2)]
        outline.extend(_segment(corners, steps))
    return outline


def open_curve(points: Sequence[Point], steps: int = 7) -> list[Point]:
    """An open Catmull-Rom curve through ``points``, ends included."""
    if len(points) < 3:
        return list(points)
    padded = [points[0], *points, points[-1]]
    path: list[Point] = []
    for index in range(len(points) - 1):
        path.extend(_segment(padded[index : index + 4], steps))
    path.append(points[-1])
    return path


def _segment(corners: Sequence[Point], steps: int) -> list[Point]:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    found: list[Point] = []
    for step in range(steps):
        t = step / steps
        a = -0.5 * t + t * t - 0.5 * t**3
        b = 1 - 2.5 * t * t + 1.5 * t**3
        c = 0.5 * t + 2 * t * t - 1.5 * t**3
        d = -0.5 * t * t + 0.5 * t**3
        found.append((a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3))
    return found


def ellipse(
    cx: float, cy: float, rx: float, ry: float, turn: float = 0.0, count: int = 36
) -> list[Point]:
    """An ellipse as a polygon, turned clockwise by ``turn`` degrees."""
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    outline: list[Point] = []
    for index in range(count):
        angle = 2 * math.pi * index / count
        x, y = rx * math.cos(angle), ry * math.sin(angle)
        outline.append((cx + x * cosine - y * sine, cy + x * sine + y * cosine))
    return outline


def limb(path: Sequence[Point], widths: Sequence[float], *, round_ends: bool = True) -> list[Point]:
    """The outline of a tube that follows ``path`` and is ``widths`` wide at its points."""
    spine = open_curve(path)
    last = len(spine) - 1
    left: list[Point] = []
    right: list[Point] = []
    for index, (x, y) in enumerate(spine):
        before, after = spine[max(index - 1, 0)], spine[min(index + 1, last)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = math.hypot(dx, dy) or 1.0
        half = _width_at(widths, index / last) / 2
        left.append((x - dy / length * half, y + dx / length * half))
        right.append((x + dy / length * half, y - dx / length * half))
    if not round_ends:
        return left + right[::-1]
    return (
        left
        + _cap(spine[-2], spine[-1], widths[-1])
        + right[::-1]
        + _cap(spine[1], spine[0], widths[0])
    )


def tapered(path: Sequence[Point], width: float) -> list[Point]:
    """The outline of a stroke along ``path``: full in the middle and thin at both ends."""
    last = len(path) - 1
    left: list[Point] = []
    right: list[Point] = []
    for index, (x, y) in enumerate(path):
        before, after = path[max(index - 1, 0)], path[min(index + 1, last)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = math.hypot(dx, dy) or 1.0
        half = width / 2 * (0.22 + 0.78 * math.sin(math.pi * index / last))
        left.append((x - dy / length * half, y + dx / length * half))
        right.append((x + dy / length * half, y - dx / length * half))
    return left + right[::-1]


def is_ring(path: Sequence[Point]) -> bool:
    """Whether ``path`` is a closed outline rather than a stroke."""
    return len(path) > 8 and math.dist(path[0], path[-1]) < 2.2 * math.dist(path[0], path[1])


def _width_at(widths: Sequence[float], share: float) -> float:
    place = share * (len(widths) - 1)
    low = min(int(place), len(widths) - 2)
    return widths[low] + (widths[low + 1] - widths[low]) * (place - low)


def _cap(inner: Point, end: Point, width: float) -> list[Point]:
    heading = math.atan2(end[1] - inner[1], end[0] - inner[0])
    turns = [heading + math.pi / 2 - math.pi * step / 7 for step in range(1, 7)]
    return [(end[0] + width / 2 * math.cos(t), end[1] + width / 2 * math.sin(t)) for t in turns]


def turned(points: Sequence[Point], centre: Point, degrees: float) -> list[Point]:
    """``points`` turned clockwise about ``centre``."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    cx, cy = centre
    return [
        (cx + (x - cx) * cosine - (y - cy) * sine, cy + (x - cx) * sine + (y - cy) * cosine)
        for x, y in points
    ]


def star(
    cx: float, cy: float, outer: float, inner: float, count: int, turn: float = -90
) -> list[Point]:
    """A star with ``count`` points."""
    outline: list[Point] = []
    for index in range(count * 2):
        radius = inner if index % 2 else outer
        angle = math.radians(turn + 180 * index / count)
        outline.append((cx + radius * math.cos(angle), cy + radius * math.sin(angle)))
    return outline
