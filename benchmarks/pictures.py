"""A photo as a telephone takes it."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image, ImageFilter

SIZE = (4000, 3000)
BYTES = 3_000_000


@cache
def large_jpeg() -> bytes:
    """12 megapixels of shapes with some grain, in 3 MB and a little."""
    shapes = Image.effect_mandelbrot(SIZE, (-2.2, -1.2, 0.8, 1.2), 60)
    grain = Image.effect_noise(SIZE, 60).filter(ImageFilter.GaussianBlur(0.6))
    grey = Image.blend(shapes, grain, 0.5)
    picture = Image.merge("RGB", (grey, grey.point(lambda value: 255 - value // 2), grain))
    smallest, largest = 30, 95
    content = b""
    while smallest < largest:
        quality = (smallest + largest) // 2
        output = io.BytesIO()
        picture.save(output, "JPEG", quality=quality)
        if len(output.getvalue()) < BYTES:
            smallest = quality + 1
        else:
            largest, content = quality, output.getvalue()
    return content
