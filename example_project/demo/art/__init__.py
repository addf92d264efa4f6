"""Draws photographs of painted miniatures for the demo: Pillow only, repeatable from a seed."""

from __future__ import annotations

from .avatars import draw_avatar
from .faults import FAULTS
from .render import PALETTES, STAGES, SUBJECTS, draw_miniature

__all__ = ["FAULTS", "PALETTES", "STAGES", "SUBJECTS", "draw_avatar", "draw_miniature"]
