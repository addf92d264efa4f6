"""Puts a picture together: sculpt, paint, set, photograph."""

from __future__ import annotations

import random

from PIL import Image, ImageChops, ImageFilter

from .backgrounds import BACKGROUNDS, draw_background
from .bases import DEPTH, FLATTEN, GROUND_Y, add_base, add_foreground, add_ground
from .faults import FAULTS, disturb_relief, mark_mould_lines, spoil_paint
from .finishes import FINISHES, paint
from .noise import grain
from .palettes import PALETTES_BY_NAME, Colour, Material
from .relief import Relief, build_relief
from .sculpt import Flake, Sculpt, Solid
from .subjects import SCULPTS

SUBJECTS: tuple[str, ...] = tuple(SCULPTS)
STAGES: tuple[str, ...] = tuple(FINISHES)
PALETTES: tuple[str, ...] = tuple(PALETTES_BY_NAME)

_SUPERSAMPLING = 2
# Room around the sculpt's outline, in its units, for soft edges.
_MARGIN = 2.0
_THEMES = ("meadow", "waste", "snow")


def draw_miniature(
    *,
    subject: str,
    stage: str,
    palette: str,
    fault: str | None = None,
    seed: int = 0,
    size: tuple[int, int] = (1200, 900),
) -> Image.Image:
    """Draw a photograph of one miniature as an RGB image of ``size``.

    The same arguments give the same pixels. ``seed`` chooses the set, the base's cover, the
    direction the figure faces and all small accidents. Raises ValueError for a name that is not in
    SUBJECTS, STAGES, PALETTES or FAULTS, and for a size below 32 pixels.
    """
    _known("subject", subject, SUBJECTS)
    _known("stage", stage, STAGES)
    _known("palette", palette, PALETTES)
    if fault is not None:
        _known("fault", fault, FAULTS)
    if min(size) < 32:
        raise ValueError(f"size {size} is too small: each side needs at least 32 pixels")

    # One generator a purpose: a fault must not move the stones on the base.
    scheme = PALETTES_BY_NAME[palette]
    key = f"{subject}/{seed}"
    sculpt = _assemble(subject, stage, fault, key)
    bounds = _bounds(sculpt)
    unit = _unit(bounds, size)
    relief = build_relief(
        sculpt, scale=unit * _SUPERSAMPLING, bounds=bounds, clogged=fault == "too_thick"
    )
    accidents = random.Random(f"fault/{key}/{fault}")
    if fault is not None:
        disturb_relief(relief, fault, accidents)
    figure = paint(relief, stage, scheme, random.Random(f"paint/{key}"))
    if fault is not None:
        spoil_paint(figure, relief, fault, accidents)

    scene = random.Random(f"scene/{key}")
    picture = draw_background(scene.choice(tuple(BACKGROUNDS)), size, scheme, scene)
    foot = (size[0] * (0.5 + scene.uniform(-0.03, 0.03)), size[1] * 0.845)
    halo = scheme.glow if FINISHES[stage].glow else None
    _place(picture, figure, relief, sculpt, foot, unit, halo)
    return _expose(picture, scene)


def _known(kind: str, name: str, names: tuple[str, ...]) -> None:
    if name not in names:
        raise ValueError(f"unknown {kind} {name!r}: choose one of {', '.join(names)}")


def _assemble(subject: str, stage: str, fault: str | None, key: str) -> Sculpt:
    rng = random.Random(f"sculpt/{key}")
    figure = SCULPTS[subject]()
    mirrored = rng.random() < 0.5
    theme = rng.choice(_THEMES)
    if stage == "bare" or fault == "mould_line":
        mark_mould_lines(figure, rng, width=0.95 if fault == "mould_line" else 0.45)
    if mirrored:
        figure = figure.mirrored()
    whole = Sculpt(on_base=figure.on_base, base_radius=figure.base_radius)
    finished = stage == "based" and figure.on_base
    if figure.on_base:
        add_base(whole, figure.base_radius)
        if finished:
            add_ground(whole, figure.base_radius, rng, theme)
    whole.shapes += figure.shapes
    if finished:
        add_foreground(whole, figure.base_radius, rng, theme)
    return whole


def _bounds(sculpt: Sculpt) -> tuple[float, float, float, float]:
    points = [
        point
        for shape in sculpt.shapes
        if isinstance(shape, Solid | Flake)
        for point in shape.outline
    ]
    across, along = [x for x, _ in points], [y for _, y in points]
    return (
        min(across) - _MARGIN,
        min(along) - _MARGIN,
        max(across) + _MARGIN,
        max(along) + _MARGIN,
    )


def _unit(bounds: tuple[float, float, float, float], size: tuple[int, int]) -> float:
    """Pixels a unit, so that the miniature fills the frame and its tip stays inside."""
    left, top, right, _ = bounds
    return min(
        size[1] * 0.0076,
        size[1] * 0.8 / (GROUND_Y + DEPTH / 2 - top),
        size[0] * 0.86 / (right - left),
    )


def _place(
    picture: Image.Image,
    figure: Image.Image,
    relief: Relief,
    sculpt: Sculpt,
    foot: tuple[float, float],
    unit: float,
    halo: Colour | None,
) -> None:
    """Stand the miniature on the table with the shadows it throws there."""
    cutout = figure.convert("RGBA")
    cutout.putalpha(relief.cover)
    cutout = cutout.reduce(_SUPERSAMPLING)
    left = round(foot[0] + relief.origin[0] * unit)
    top = round(foot[1] + (relief.origin[1] - GROUND_Y - DEPTH / 2) * unit)
    height = cutout.height / unit
    ground = (GROUND_Y + DEPTH - relief.origin[1]) / height
    _cast(picture, cutout.getchannel("A"), (left, top), ground, sculpt, foot, unit)
    picture.paste(cutout.convert("RGB"), (left, top), cutout.getchannel("A"))
    if halo is not None:
        _shine(picture, relief, (left, top), halo)


def _shine(picture: Image.Image, relief: Relief, corner: tuple[int, int], colour: Colour) -> None:
    """Let painted lamps bloom in the lens, beyond the miniature's outline."""
    lamps = relief.material.point([255 if v == Material.GLOW else 0 for v in range(256)])
    lamps = lamps.reduce(4 * _SUPERSAMPLING)
    quarter = Image.new("L", (max(1, picture.width // 4), max(1, picture.height // 4)), 0)
    quarter.paste(lamps, (corner[0] // 4, corner[1] // 4))
    bloom = quarter.filter(ImageFilter.GaussianBlur(picture.height / 100))
    bloom = ImageChops.add(bloom, quarter.filter(ImageFilter.GaussianBlur(picture.height / 36)))
    reached = bloom.getbbox()
    if reached is None:
        return
    mask = bloom.crop(reached).point([min(150, round(v * 1.1)) for v in range(256)])
    box = tuple(side * 4 for side in reached)
    around = picture.crop((box[0], box[1], box[2], box[3]))
    lit = ImageChops.screen(around, Image.new("RGB", around.size, colour))
    picture.paste(lit, (box[0], box[1]), mask.resize(around.size, Image.Resampling.BICUBIC))


def _cast(
    picture: Image.Image,
    alpha: Image.Image,
    corner: tuple[int, int],
    ground: float,
    sculpt: Sculpt,
    foot: tuple[float, float],
    unit: float,
) -> None:
    quarter = (max(1, picture.width // 4), max(1, picture.height // 4))
    shadow = Image.new("L", quarter, 0)
    # The figure's own shadow lies on the table, stretched away from the lamp.
    small = alpha.resize((max(1, alpha.width // 4), max(1, alpha.height // 4)))
    flat_height = max(1, round(small.height * 0.42))
    skew = 0.95
    fallen = small.resize((small.width, flat_height)).transform(
        (small.width * 2, flat_height),
        Image.Transform.AFFINE,
        (1, skew, -skew * flat_height * 0.86, 0, 1, 0),
        Image.Resampling.BILINEAR,
    )
    place = (corner[0] // 4, round(foot[1] / 4 + unit - flat_height * ground))
    shadow.paste(fallen.point([round(v * 0.5) for v in range(256)]), place)
    shadow = shadow.filter(ImageFilter.GaussianBlur(max(1.0, unit * 0.9)))
    # Contact shadow: dark and tight under the rim.
    radius = (sculpt.base_radius if sculpt.on_base else 50) * unit / 4
    disc = Image.new("L", quarter, 0)
    # Pillow's radial gradient reaches its full value in the corners only: 76 is its rim, inverted.
    spot = ImageChops.invert(Image.radial_gradient("L")).point(
        [max(0, min(255, round((v - 76) * 2.3))) for v in range(256)]
    )
    oval = spot.resize((max(2, round(radius * 2.9)), max(2, round(radius * 3.3 * FLATTEN))))
    if not sculpt.on_base:
        oval = oval.resize((oval.width, max(2, oval.height // 2)))
    sunk = 0.75 if sculpt.on_base else 0.2
    centre = (foot[0] / 4 + radius * 0.07, foot[1] / 4 + unit * DEPTH / 4 * sunk)
    disc.paste(oval, (round(centre[0] - oval.width / 2), round(centre[1] - oval.height / 2)))
    shadow = ImageChops.lighter(shadow, disc.point([round(v * 0.86) for v in range(256)]))
    mask = shadow.resize(picture.size, Image.Resampling.BICUBIC)
    picture.paste((14, 11, 16), mask=mask.point([round(v * 0.85) for v in range(256)]))


def _expose(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Vignette, a little contrast and the sensor's grain."""
    vignette = Image.radial_gradient("L").resize(picture.size)
    picture.paste(
        (12, 10, 16), mask=vignette.point([max(0, round((v - 120) * 0.62)) for v in range(256)])
    )
    half = ((picture.width + 1) // 2, (picture.height + 1) // 2)
    noise = grain(rng, half).point([124 + v * 8 // 255 for v in range(256)])
    noise = noise.resize(picture.size, Image.Resampling.BILINEAR).convert("RGB")
    return ImageChops.add(picture, noise, 1, -128)
