"""A sheet with every subject, stage, palette and fault, to judge the drawings by eye."""

from __future__ import annotations

from PIL import Image, ImageDraw

from .avatars import draw_avatar
from .faults import FAULTS
from .render import PALETTES, STAGES, SUBJECTS, draw_miniature

_CELL = (400, 300)
_COLUMNS = 4
_CAPTION = 18


def draw_contact_sheet() -> Image.Image:
    """Draw the sheet: subjects, stages, faults, palettes, then avatars."""
    cells: list[tuple[str, Image.Image]] = []
    for index, subject in enumerate(SUBJECTS):
        name = PALETTES[index % len(PALETTES)]
        drawn = draw_miniature(subject=subject, stage="based", palette=name, seed=index, size=_CELL)
        cells.append((f"{subject} / {name}", drawn))
    for index, stage in enumerate(STAGES):
        drawn = draw_miniature(
            subject="knight", stage=stage, palette="deep_blue", seed=3, size=_CELL
        )
        cells.append((f"stage {stage} {index}", drawn))
    for index, fault in enumerate(FAULTS):
        subject = ("knight", "space_trooper", "orc")[index % 3]
        drawn = draw_miniature(
            subject=subject, stage="highlighted", palette="crimson", fault=fault, seed=5, size=_CELL
        )
        cells.append((f"fault {fault}", drawn))
    for index, name in enumerate(PALETTES):
        subject = ("space_trooper", "wizard", "dwarf")[index % 3]
        drawn = draw_miniature(
            subject=subject, stage="highlighted", palette=name, seed=index + 20, size=_CELL
        )
        cells.append((f"palette {name}", drawn))
    rows = -(-len(cells) // _COLUMNS)
    height = _CELL[1] + _CAPTION
    strip = 132
    sheet = Image.new("RGB", (_CELL[0] * _COLUMNS, rows * height + strip), (24, 24, 28))
    draw = ImageDraw.Draw(sheet)
    for index, (caption, drawn) in enumerate(cells):
        left, top = index % _COLUMNS * _CELL[0], index // _COLUMNS * height
        sheet.paste(drawn, (left, top))
        draw.text((left + 6, top + _CELL[1] + 3), caption, fill=(220, 220, 220))
    for index, name in enumerate(PALETTES[:12]):
        sheet.paste(
            draw_avatar(seed=index, palette=name, size=124), (4 + index * 132, rows * height + 4)
        )
    return sheet
