"""Draws the demo's pictures in all cores' time and remembers them; knows no Django.

Worker processes import this module, so it stays light.
"""

from __future__ import annotations

import hashlib
import io
import json
import multiprocessing
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.art import draw_avatar, draw_miniature

AVATAR = "avatar"


@dataclass(frozen=True)
class Picture:
    """What to draw: `draw_avatar`'s arguments or `draw_miniature`'s, as sorted pairs."""

    kind: str
    arguments: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, kind: str, arguments: Mapping[str, Any]) -> Picture:
        return cls(kind, tuple(sorted(arguments.items())))

    @property
    def file_name(self) -> str:
        text = json.dumps([self.kind, self.arguments])
        extension = "png" if self.kind == AVATAR else "jpg"
        return f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.{extension}"

    def draw(self) -> bytes:
        buffer = io.BytesIO()
        if self.kind == AVATAR:
            draw_avatar(**dict(self.arguments)).save(buffer, "PNG", optimize=True)
        else:
            draw_miniature(**dict(self.arguments)).save(buffer, "JPEG", quality=90)
        return buffer.getvalue()


def draw_all(pictures: Iterable[Picture], folder: Path) -> int:
    """Draw what the folder does not hold yet; returns how many had to be drawn."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [each for each in dict.fromkeys(pictures) if not (folder / each.file_name).exists()]
    if not missing:
        return 0
    # Spawned and not forked: a copy of a process with an open database is a risk for nothing.
    context = multiprocessing.get_context("spawn")
    workers = max(1, min(os.cpu_count() or 1, 8, len(missing)))
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        for picture, content in zip(missing, pool.map(Picture.draw, missing), strict=True):
            path = folder / picture.file_name
            # Whole or not at all: a start that is interrupted leaves no half picture.
            unfinished = path.with_suffix(".part")
            unfinished.write_bytes(content)
            unfinished.replace(path)
    return len(missing)
