"""Reading the documentation's own text: its pages, and the fenced blocks on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
_TARGET = re.compile(r"^# (At the end of|A new file,) (\S+)\n+")


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    text: str

    @property
    def commands(self) -> list[str]:
        """What a reader types: the lines with a prompt."""
        return [line[2:] for line in self.text.splitlines() if line.startswith("$ ")]

    @property
    def target(self) -> tuple[str, bool] | None:
        """The file that the block belongs into, and whether behind what that holds."""
        found = _TARGET.match(self.text)
        return (found[2], found[1] == "At the end of") if found else None


def pages() -> list[Path]:
    return [
        ROOT / "README.md",
        *sorted(page for page in DOCS.rglob("*.md") if "_build" not in page.parts),
    ]


def blocks(page: Path) -> Iterator[Block]:
    for found in _FENCE.finditer(page.read_text(encoding="utf-8")):
        yield Block(found[2].strip(), found[3])


def codes_in_table(page: Path) -> set[str]:
    """What stands in backticks in the first cells of a page's tables."""
    found: set[str] = set()
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("| `"):
            found.update(re.findall(r"`([^`]+)`", line.split("|")[1]))
    return found
