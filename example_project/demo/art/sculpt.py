"""A miniature before anybody lights or paints it: an ordered list of shapes, back to front."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .geometry import Point, closed_curve, ellipse, limb, open_curve
from .palettes import Material


@dataclass(frozen=True, slots=True)
class Solid:
    """A bulging part with an outline, lit and shadowed by the renderer."""

    outline: tuple[Point, ...]
    material: Material
    roundness: float
    lift: float = 1.0
    tilt: int = 0


@dataclass(frozen=True, slots=True)
class Flake:
    """A small flat shape without shading of its own: a blade of grass, a pupil, a symbol."""

    outline: tuple[Point, ...]
    material: Material
    light: int | None = None


@dataclass(frozen=True, slots=True)
class Groove:
    """A line cut into the surface: a panel line, a fold, the gap of a mouth."""

    path: tuple[Point, ...]
    width: float
    depth: float = 1.0


@dataclass(frozen=True, slots=True)
class Ridge:
    """A line that stands up from the surface: a seam, a mould line, a strap's edge."""

    path: tuple[Point, ...]
    width: float
    strength: float = 1.0


Shape = Solid | Flake | Groove | Ridge


@dataclass(slots=True)
class Sculpt:
    """Collects shapes. Later shapes lie in front of earlier ones and shadow them."""

    shapes: list[Shape] = field(default_factory=list)
    on_base: bool = True
    base_radius: float = 33.0

    def part(
        self,
        points: Sequence[Point],
        material: Material,
        *,
        smooth: bool = True,
        roundness: float | None = None,
        lift: float = 1.0,
        tilt: int = 0,
    ) -> None:
        """Add a solid part; ``roundness`` defaults to what suits its size."""
        outline = closed_curve(points) if smooth else list(points)
        if roundness is None:
            width = max(x for x, _ in outline) - min(x for x, _ in outline)
            height = max(y for _, y in outline) - min(y for _, y in outline)
            roundness = min(5.0, max(0.6, 0.24 * min(width, height)))
        self.shapes.append(Solid(tuple(outline), material, roundness, lift, tilt))

    def tube(
        self,
        path: Sequence[Point],
        widths: Sequence[float],
        material: Material,
        *,
        lift: float = 1.0,
        tilt: int = 0,
        round_ends: bool = True,
    ) -> None:
        """Add a limb along ``path``."""
        outline = limb(path, widths, round_ends=round_ends)
        roundness = max(0.5, 0.3 * sum(widths) / len(widths))
        self.shapes.append(Solid(tuple(outline), material, roundness, lift, tilt))

    def ball(
        self,
        centre: Point,
        rx: float,
        ry: float,
        material: Material,
        *,
        turn: float = 0.0,
        lift: float = 1.0,
        tilt: int = 0,
    ) -> None:
        """Add an ellipsoid."""
        outline = ellipse(*centre, rx, ry, turn)
        roundness = max(0.4, 0.55 * min(rx, ry))
        self.shapes.append(Solid(tuple(outline), material, roundness, lift, tilt))

    def mark(
        self,
        points: Sequence[Point],
        material: Material,
        *,
        smooth: bool = False,
        light: int | None = None,
    ) -> None:
        """Add something painted on; it takes the light of what lies below unless given one."""
        outline = closed_curve(points) if smooth else points
        self.shapes.append(Flake(tuple(outline), material, light))

    def groove(
        self, path: Sequence[Point], width: float = 0.5, *, depth: float = 1.0, smooth: bool = True
    ) -> None:
        """Cut a line."""
        line = list(open_curve(path) if smooth else path)
        if len(line) == 2:
            (x0, y0), (x1, y1) = line
            line = [(x0 + (x1 - x0) * t / 4, y0 + (y1 - y0) * t / 4) for t in range(5)]
        self.shapes.append(Groove(tuple(line), width, depth))

    def ridge(
        self,
        path: Sequence[Point],
        width: float = 0.5,
        *,
        strength: float = 1.0,
        smooth: bool = True,
    ) -> None:
        """Raise a line."""
        self.shapes.append(Ridge(tuple(open_curve(path) if smooth else path), width, strength))

    def rivets(self, points: Sequence[Point], radius: float = 0.7) -> None:
        """Add a rivet at each of ``points``, in the material it sits on."""
        for x, y in points:
            self.groove(ellipse(x + 0.15, y + 0.2, radius, radius, count=10), 0.35, smooth=False)
            self.ridge([(x - 0.3, y - 0.2), (x + 0.2, y - 0.3)], radius, smooth=False)

    def mirrored(self) -> Sculpt:
        """The same miniature facing the other way; the light stays where it is."""
        return Sculpt([_mirror(shape) for shape in self.shapes], self.on_base, self.base_radius)


def _mirror(shape: Shape) -> Shape:
    if isinstance(shape, Solid | Flake):
        return replace(shape, outline=tuple((-x, y) for x, y in shape.outline))
    return replace(shape, path=tuple((-x, y) for x, y in shape.path))
