"""How much memory a hostile or merely large picture takes, measured in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.photos.corpus import BOMBS
from tests.photos.pictures import DATA, encoded, png_claiming

LIMIT_MB = 300

PROGRAM = """
import sys
import django
from django.conf import settings
settings.configure()
django.setup()
from django.core.files.base import ContentFile
from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.photos.cleaning import clean_picture

def peak():
    # Not getrusage: its peak is inherited from the process that started this one.
    status = open("/proc/self/status").read()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024

content = open(sys.argv[1], "rb").read()
before = peak()
try:
    clean_picture(ContentFile(content))
    outcome = "taken"
except Invalid as error:
    outcome = error.fields["file"][0][1]
print(outcome, peak() - before)
"""


def flat(mode: str, size: tuple[int, int]) -> Image.Image:
    """One colour everywhere: as few bytes for as many pixels as there can be."""
    colour = (90, 60, 30, 120)[: len(mode)] if mode in ("RGB", "RGBA", "CMYK") else 90
    return Image.new(mode, size, colour)


LARGE, LARGE_TRANSPARENT = (6250, 4000), (5000, 3000)
"""The most that is taken: 25 and 15 megapixels."""

PICTURES: dict[str, Callable[[], bytes]] = {
    "JPEG": lambda: encoded(flat("RGB", LARGE), "JPEG"),
    "progressive JPEG": lambda: encoded(flat("RGB", LARGE), "JPEG", progressive=True),
    "CMYK JPEG": lambda: encoded(flat("CMYK", LARGE), "JPEG"),
    "PNG": lambda: encoded(flat("RGB", LARGE), "PNG", compress_level=1),
    "transparent PNG": lambda: encoded(flat("RGBA", LARGE_TRANSPARENT), "PNG", compress_level=1),
    "palette PNG": lambda: encoded(flat("P", LARGE), "PNG", compress_level=1, transparency=90),
    "16 bit PNG": lambda: encoded(flat("I;16", LARGE), "PNG", compress_level=1),
    "AVIF": (DATA / "large.avif").read_bytes,
    "transparent AVIF": (DATA / "transparent.avif").read_bytes,
    "HEIC": (DATA / "large.heic").read_bytes,
    "transparent HEIC": (DATA / "transparent.heic").read_bytes,
    "WebP": lambda: encoded(flat("RGBA", LARGE_TRANSPARENT), "WEBP", method=0),
}


@pytest.mark.parametrize("name", PICTURES)
def test_memory_stays_in_bounds_for_the_largest_picture(tmp_path: Path, name: str) -> None:
    outcome, grown = outcome_and_growth(tmp_path, PICTURES[name]())

    assert outcome == "taken"
    assert grown < LIMIT_MB


def test_memory_stays_in_bounds_for_a_bomb(tmp_path: Path) -> None:
    outcome, grown = outcome_and_growth(tmp_path, png_claiming(13_000, 13_000))

    assert outcome == "too_many_pixels"
    assert grown < 20


@pytest.mark.parametrize("name", BOMBS)
def test_memory_stays_in_bounds_for_what_hides_in_a_small_file(tmp_path: Path, name: str) -> None:
    outcome, grown = outcome_and_growth(tmp_path, BOMBS[name]())

    assert outcome in {"taken", "broken"}
    assert grown < 100


def outcome_and_growth(folder: Path, content: bytes) -> tuple[str, int]:
    """What became of a picture, and by how many MB the process grew over it."""
    picture = folder / "picture"
    picture.write_bytes(content)
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(picture)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )

    outcome, grown = ran.stdout.split()
    return outcome, int(grown)
