"""`make bench` on a handful of rows: that it measures everything, not how fast anything is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

CASES = {
    ("API", "list, page 1"),
    ("API", "list, filtered"),
    ("API", "search, a common word"),
    ("API", "similar"),
    ("API", "detail, 50 answers"),
    ("API", "ask"),
    ("API", "respond"),
    ("API", "vote"),
    ("API", "upload a photo, 3 MB"),
    ("page", "list, page 1"),
    ("page", "list, filtered"),
    ("page", "search, a common word"),
    ("page", "detail, 50 answers"),
    ("page", "ask"),
    ("page", "respond"),
    ("page", "vote"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[dict[str, object]]]:
    """The page and the figures of a run on SQLite."""
    folder = tmp_path_factory.mktemp("bench")
    subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks", "--databases", "sqlite"),
            *("--rows", "120", "--rounds", "2"),
            *("--output", str(folder / "page.md"), "--json", str(folder / "figures.json")),
        ],
        cwd=ROOT,
        env={**os.environ, "WM_BENCH_VAR": str(folder)},
        check=True,
        timeout=600,
    )
    [result] = json.loads((folder / "figures.json").read_text())
    return (folder / "page.md").read_text(), result["figures"]


def test_every_case_has_its_row(made: tuple[str, list[dict[str, object]]]) -> None:
    page, figures = made

    assert {(one["door"], one["name"]) for one in figures} >= CASES
    assert all(f"| {one['name']} |" in page for one in figures)
    assert all(one["rounds"] for one in figures)


def test_floors_of_the_api_answer_the_same_bytes(
    made: tuple[str, list[dict[str, object]]],
) -> None:
    _page, figures = made

    compared = [one for one in figures if one["same_bytes"] is not None]
    assert len(compared) > 10
    assert [one["name"] for one in compared if not one["same_bytes"]] == []
