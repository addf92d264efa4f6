"""What the pages load: small, whole, and from nowhere else."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

import wargame_mentorship

STATIC = Path(wargame_mentorship.__file__).parent / "static" / "wargame_mentorship"


@pytest.mark.parametrize(
    ("name", "most"), [("wargame_mentorship.js", 15_000), ("wargame_mentorship.css", 12_000)]
)
def test_what_a_page_loads_is_small(name: str, most: int) -> None:
    assert len(gzip.compress((STATIC / name).read_bytes(), 9)) <= most


def test_the_script_needs_nothing_else() -> None:
    script = (STATIC / "wargame_mentorship.js").read_text(encoding="utf-8")

    assert not re.search(r"\bimport\s*[\"'({]|\brequire\(|\beval\(|new Function|https?://", script)
    # Styles that a policy forbids: an attribute, or a sheet of its own.
    assert not re.search(r"setAttribute\(\"style\"|cssText|insertRule|<style|style=", script)


def test_every_element_is_described_for_those_who_write_typescript() -> None:
    script = (STATIC / "wargame_mentorship.js").read_text(encoding="utf-8")
    types = (STATIC / "wargame_mentorship.d.ts").read_text(encoding="utf-8")
    defined = set(re.findall(r'"(wm-[a-z-]+)":[\w$]+[,}]', script))

    assert len(defined) == 10
    assert set(re.findall(r'^ {4}"(wm-[a-z-]+)": \w+Element;$', types, re.MULTILINE)) == defined
