"""Turns a sculpt into maps: what is where, how light falls, where paint gathers or catches."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .geometry import Point, is_ring, tapered
from .palettes import METALS, Material
from .sculpt import Flake, Groove, Ridge, Sculpt, Shape, Solid

# The light stands at the upper left, more above than beside the miniature.
LIGHT_X, LIGHT_Y = 0.62, 0.78


@dataclass(slots=True)
class Relief:
    """The maps, all of one size.

    ``material`` holds Material numbers, ``light`` is 128 where the light is neutral, ``edge`` marks
    edges that face the light and ``recess`` the places where a wash would settle.
    """

    material: Image.Image
    cover: Image.Image
    light: Image.Image
    edge: Image.Image
    recess: Image.Image
    scale: float
    origin: Point

    def pixel(self, point: Point) -> Point:
        """Where a point of the sculpt lies in the maps."""
        return (point[0] - self.origin[0]) * self.scale, (point[1] - self.origin[1]) * self.scale


def _metal_level(level: int) -> int:
    # Metal mirrors a dark room: a second band of light, and less in between.
    turn = (level - 128) / 128
    return max(0, min(255, round(128 + 128 * (1.5 * turn + 0.36 * math.sin(turn * 7.0)))))


_METAL_CURVE = [_metal_level(level) for level in range(256)]


def build_relief(
    sculpt: Sculpt,
    *,
    scale: float,
    bounds: tuple[float, float, float, float],
    clogged: bool = False,
) -> Relief:
    """Rasterise ``sculpt`` at ``scale`` pixels a unit; ``clogged`` fills its fine detail."""
    left, top, right, bottom = bounds
    size = (math.ceil((right - left) * scale), math.ceil((bottom - top) * scale))
    relief = Relief(
        material=Image.new("L", size, Material.NONE),
        cover=Image.new("L", size, 0),
        light=Image.new("L", size, 128),
        edge=Image.new("L", size, 0),
        recess=Image.new("L", size, 0),
        scale=scale,
        origin=(left, top),
    )
    worker = _Stamper(relief, clogged)
    for shape in sculpt.shapes:
        worker.add(shape)
    return relief


class _Stamper:
    def __init__(self, relief: Relief, clogged: bool) -> None:
        self.relief = relief
        self.clogged = clogged
        self.draw_light = ImageDraw.Draw(relief.light)
        self.draw_edge = ImageDraw.Draw(relief.edge)
        self.draw_recess = ImageDraw.Draw(relief.recess)
        self.draw_material = ImageDraw.Draw(relief.material)
        self.draw_cover = ImageDraw.Draw(relief.cover)
        # Light from above: the crown of a figure is brighter than its boots.
        width, height = relief.material.size
        sky = Image.linear_gradient("L").transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        self.sky = sky.point([round(128 + (v - 128) * 0.34) for v in range(256)]).resize(
            (width // 8 + 1, height // 8 + 1)
        )
        slope = Image.linear_gradient("L").transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        slope = (
            slope.rotate(38, Image.Resampling.BILINEAR).crop((52, 52, 204, 204)).resize((32, 32))
        )
        self.slope = slope.point([round(128 + (v - 128) * 0.3) for v in range(256)])

    def add(self, shape: Shape) -> None:
        match shape:
            case Solid():
                self.add_solid(shape)
            case Flake():
                self.add_flake(shape)
            case Groove():
                self.add_groove(shape)
            case Ridge():
                self.add_ridge(shape)

    def add_solid(self, solid: Solid) -> None:
        relief, scale = self.relief, self.relief.scale
        points = [relief.pixel(point) for point in solid.outline]
        roundness = solid.roundness * scale * (1.25 if self.clogged else 1.0)
        drop = max(2.0, (0.5 + 0.16 * solid.roundness) * scale * solid.lift)
        pad = math.ceil(max(roundness, drop * 2.2)) + 4
        x0 = math.floor(min(x for x, _ in points)) - pad
        y0 = math.floor(min(y for _, y in points)) - pad
        width = math.ceil(max(x for x, _ in points)) + pad - x0
        height = math.ceil(max(y for _, y in points)) + pad - y0
        mask = Image.new("L", (width, height), 0)
        ImageDraw.Draw(mask).polygon([(x - x0, y - y0) for x, y in points], fill=255)

        # Soft maps need no full resolution.
        step = max(1, min(8, round(min(roundness, drop) / 4)))
        small = mask.reduce(step) if step > 1 else mask
        self._cast_shadow(small, (x0, y0, width, height), step, drop, solid.lift)
        light = self._shade(small, (x0, y0), step, roundness, solid)
        light = light.resize((small.width * step, small.height * step), Image.Resampling.BICUBIC)
        light = light.crop((0, 0, width, height))

        relief.light.paste(light, (x0, y0), mask)
        relief.material.paste(int(solid.material), (x0, y0), mask)
        relief.cover.paste(255, (x0, y0), mask)

        breadth = (0.2 if self.clogged else 0.34) * min(1.5, 0.7 + solid.roundness / 4)
        thin = max(1, round(breadth * scale))
        down = ImageChops.offset(mask, round(thin * 0.8), thin)
        crescent = ImageChops.subtract(mask, down)
        relief.edge.paste(crescent, (x0, y0), mask)
        deep = max(2, round(thin * 1.8))
        up = ImageChops.offset(mask, -round(deep * 0.7), -deep)
        hollow = ImageChops.subtract(mask, up).filter(ImageFilter.BoxBlur(thin))
        relief.recess.paste(hollow.point([v * 3 // 4 for v in range(256)]), (x0, y0), mask)
        line = max(1, round(0.26 * scale))
        closed = [*points, points[0], points[1]]
        self.draw_recess.line(closed, fill=110 if self.clogged else 210, width=line, joint="curve")

    def _cast_shadow(
        self,
        small: Image.Image,
        box: tuple[int, int, int, int],
        step: int,
        drop: float,
        lift: float,
    ) -> None:
        if lift <= 0:
            return
        x0, y0, width, height = box
        soft = small.filter(ImageFilter.BoxBlur(max(1.0, drop / step * 0.6)))
        soft = ImageChops.offset(soft, round(drop * LIGHT_X / step), round(drop * LIGHT_Y / step))
        soft = soft.resize((small.width * step, small.height * step), Image.Resampling.BILINEAR)
        soft = soft.crop((0, 0, width, height))
        relief = self.relief
        relief.light.paste(18, (x0, y0), soft.point([round(v * 0.6) for v in range(256)]))
        relief.recess.paste(255, (x0, y0), soft.point([round(v * 0.5) for v in range(256)]))
        relief.edge.paste(0, (x0, y0), soft.point([round(v * 0.8) for v in range(256)]))

    def _shade(
        self, small: Image.Image, corner: tuple[int, int], step: int, roundness: float, solid: Solid
    ) -> Image.Image:
        reach = roundness / step
        dome = small.filter(ImageFilter.GaussianBlur(reach * 0.62))
        dx, dy = round(reach * LIGHT_X * 0.8), max(1, round(reach * LIGHT_Y * 0.8))
        toward = ImageChops.offset(dome, -dx, -dy)
        away = ImageChops.offset(dome, dx, dy)
        light = ImageChops.subtract(toward, away, 1.25, 128 + solid.tilt)
        light = ImageChops.add(light, self.slope.resize(small.size), 1, -128)
        eighth = 8 / step
        left, top = corner[0] / 8, corner[1] / 8
        sky = self.sky.transform(
            small.size,
            Image.Transform.AFFINE,
            (1 / eighth, 0, left, 0, 1 / eighth, top),
            Image.Resampling.BILINEAR,
            fillcolor=128,
        )
        light = ImageChops.add(light, sky, 1, -128)
        return light.point(_METAL_CURVE) if solid.material in METALS else light

    def add_flake(self, flake: Flake) -> None:
        points = [self.relief.pixel(point) for point in flake.outline]
        self.draw_material.polygon(points, fill=int(flake.material))
        if flake.light is not None:
            self.draw_cover.polygon(points, fill=255)
            self.draw_light.polygon(points, fill=flake.light)
            self.draw_edge.polygon(points, fill=0)
            self.draw_recess.polygon(points, fill=0)

    def add_groove(self, groove: Groove) -> None:
        depth = groove.depth * (0.3 if self.clogged else 1.0)
        path = [self.relief.pixel(point) for point in groove.path]
        width = max(1, round(groove.width * self.relief.scale))
        levels = (round(118 - 84 * depth), round(222 * depth))
        if is_ring(path):
            path += path[:2]
        lip = [(x + width * 0.5, y + width * 0.6) for x, y in path]
        if is_ring(path) or len(path) < 3:
            thin = max(1, width // 2)
            self.draw_edge.line(lip, fill=round(190 * depth), width=thin, joint="curve")
            self.draw_light.line(path, fill=levels[0], width=width, joint="curve")
            self.draw_recess.line(path, fill=levels[1], width=width, joint="curve")
            self.draw_edge.line(path, fill=0, width=width, joint="curve")
            return
        # Cut with a tool that enters and leaves gently: a blunt end would look drawn on.
        stroke = tapered(path, width * 1.15)
        self.draw_edge.polygon(tapered(lip, width * 0.8), fill=round(190 * depth))
        self.draw_light.polygon(stroke, fill=levels[0])
        self.draw_recess.polygon(stroke, fill=levels[1])
        self.draw_edge.polygon(stroke, fill=0)

    def add_ridge(self, ridge: Ridge) -> None:
        strength = ridge.strength * (0.5 if self.clogged else 1.0)
        path = [self.relief.pixel(point) for point in ridge.path]
        width = max(1, round(ridge.width * self.relief.scale))
        foot = [(x + width * 0.6, y + width * 0.5) for x, y in path]
        self.draw_recess.line(
            foot, fill=min(255, round(170 * strength)), width=width, joint="curve"
        )
        self.draw_light.line(
            foot, fill=max(10, round(128 - 70 * strength)), width=width, joint="curve"
        )
        self.draw_light.line(
            path, fill=min(250, round(128 + 80 * strength)), width=width, joint="curve"
        )
        self.draw_recess.line(path, fill=0, width=width, joint="curve")
        self.draw_edge.line(path, fill=min(255, round(220 * strength)), width=width, joint="curve")
