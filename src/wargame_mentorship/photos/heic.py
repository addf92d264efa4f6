"""Turn a HEIC picture into a PNG: a program, `python heic.py LIMITS < picture.heic > picture.png`.

A process of its own, because libheif crashes on damaged files (1.23.0, in pi-heif 1.4.0: one in
fifty with a few bytes changed), and a crash would take the web server's worker along. It imports
nothing of ours, so that it starts quickly.
"""

from __future__ import annotations

import contextlib
import sys

import pi_heif  # type: ignore[import-untyped] # published without types
from PIL import Image

TOO_MANY_PIXELS = 3
"""The exit status that says so; any other but 0 means that the picture is broken."""

_MEMORY = 2 * 1024**3
_CPU_SECONDS = 30


def _limit_resources() -> None:
    # Windows has no such module; there the caller's time limit has to do.
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(max_pixels: int, max_pixels_transparent: int, max_side: int, longest_side: int) -> int:
    _limit_resources()
    heif = pi_heif.open_heif(sys.stdin.buffer.read())
    width, height = heif.size
    limit = max_pixels_transparent if heif.mode in ("RGBA", "LA") else max_pixels
    if width * height > limit or max(width, height) > max_side:
        return TOO_MANY_PIXELS
    # The decoder turns it upright, as the format itself says; to_pillow() has seen to it that its
    # EXIF does not turn it a second time.
    image = heif.to_pillow()
    image.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    profile = image.info.get("icc_profile")
    image.info = {}
    image.save(sys.stdout.buffer, "PNG", compress_level=1, icc_profile=profile)
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
