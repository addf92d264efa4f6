"""Textures from a seeded generator (Pillow's own noise cannot be repeated)."""

from __future__ import annotations

import random

from PIL import Image


def grain(rng: random.Random, size: tuple[int, int]) -> Image.Image:
    """White noise, one random level a pixel."""
    return Image.frombytes("L", size, rng.randbytes(size[0] * size[1]))


def clouds(rng: random.Random, size: tuple[int, int], cell: float) -> Image.Image:
    """Smooth noise whose blobs are about ``cell`` pixels wide."""
    coarse = (max(2, round(size[0] / cell)), max(2, round(size[1] / cell)))
    return grain(rng, coarse).resize(size, Image.Resampling.BICUBIC)


def streaks(rng: random.Random, size: tuple[int, int], width: float, length: float) -> Image.Image:
    """Noise drawn out downwards and a little askew, as bristles leave it."""
    side = round(max(size) * 1.25)
    coarse = (max(2, round(side / width)), max(2, round(side / length)))
    field = grain(rng, coarse).resize((side, side), Image.Resampling.BICUBIC)
    field = field.rotate(-14, Image.Resampling.BILINEAR)
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    return field.crop((left, top, left + size[0], top + size[1]))
