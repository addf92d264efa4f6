"""`make bench` on a handful of rows: that it measures everything, not how fast anything is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.report import markdown
from benchmarks.rooms import FORUMS

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


FORUM_CASES = {
    ("API", "categories, unread counts, signed in"),
    ("API", "topics, page 1"),
    ("API", "topics, page 1,000 or the last, signed in"),
    ("API", "posts of 10,000, around one"),
    ("API", "posts of 10,000, the first unread, signed in"),
    ("API", "search, a common word"),
    ("API", "search, a rare word, signed in"),
    ("API", "reply in one of 10,000 posts"),
    ("API", "vote"),
    ("API", "mark a topic as read"),
    ("page", "topics, page 1, signed in"),
    ("page", "posts of 10,000, middle page"),
    ("page", "an unread topic, which is read then"),
    ("page", "search, a common word"),
    ("page", "reply in an ordinary topic"),
    ("page", "vote"),
}
MODERATION_CASES = {
    ("API", "held posts, page 1"),
    ("API", "open cases, page 1"),
    ("API", "open cases, of a category"),
    ("API", "dismissed cases, deep"),
    ("API", "claim a case"),
    ("API", "uphold a case"),
    ("API", "approve a held post"),
    ("API", "report a post"),
    ("page", "held posts, deep"),
    ("page", "open cases, page 1"),
    ("page", "dismiss a case"),
    ("page", "reject a held post"),
    ("admin", "open cases, page 1"),
    ("admin", "held posts, page 1"),
}
Made = tuple[str, list[dict[str, Any]], Path]


def bench(folder: Path, *arguments: str) -> Made:
    """The page, the results and the folder with the databases of a run on SQLite."""
    subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks", "--databases", "sqlite", "--rounds", "2"),
            *("--output", str(folder / "page.md"), "--json", str(folder / "figures.json")),
            *arguments,
        ],
        cwd=ROOT,
        env={**os.environ, "WM_BENCH_VAR": str(folder)},
        check=True,
        timeout=600,
    )
    results = json.loads((folder / "figures.json").read_text())
    return (folder / "page.md").read_text(), results, folder


@pytest.fixture(scope="module")
def help_requests(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return bench(tmp_path_factory.mktemp("bench"), "--rows", "120")


@pytest.fixture(scope="module")
def forums(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("bench")
    return bench(folder, "--room", "forums", "--rows", "160", "--scale", "1")


@pytest.fixture(scope="module")
def moderation(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("bench")
    return bench(folder, "--room", "moderation", "--rows", "3000", "--scale", "1")


@pytest.fixture(params=["help_requests", "forums", "moderation"])
def made(request: pytest.FixtureRequest) -> tuple[set[tuple[str, str]], Made]:
    """Cases that there are at least, and what a run has made."""
    cases = {"help_requests": CASES, "forums": FORUM_CASES, "moderation": MODERATION_CASES}
    return cases[request.param], request.getfixturevalue(request.param)


def test_every_case_has_its_row(made: tuple[set[tuple[str, str]], Made]) -> None:
    cases, (page, results, _folder) = made

    for result in results:
        figures = result["figures"]
        assert {(one["door"], one["name"]) for one in figures} >= cases
        assert all(f"| {one['name']} |" in page for one in figures)
        assert all(one["rounds"] for one in figures)


@pytest.mark.parametrize("room", ["help_requests", "forums"])
def test_floors_of_the_api_answer_the_same_bytes(room: str, request: pytest.FixtureRequest) -> None:
    _page, results, _folder = request.getfixturevalue(room)

    for result in results:
        compared = [one for one in result["figures"] if one["same_bytes"] is not None]
        assert len(compared) > 5
        assert [one["name"] for one in compared if not one["same_bytes"]] == []


def test_every_read_of_the_forums_finds_something(forums: Made) -> None:
    _page, results, _folder = forums

    # Of some things there are none among so few, or they are read by the time they are counted.
    may_be_none = ("unread", "two words", "unanswered", "with a tag", "similar")
    for result in results:
        reads = [one for one in result["figures"] if one["results"] is not None]
        assert len(reads) > 60
        nothing = [one["name"] for one in reads if one["results"] == 0]
        assert [name for name in nothing if not any(part in name for part in may_be_none)] == []


def test_every_queue_of_a_moderator_has_something(moderation: Made) -> None:
    _page, results, _folder = moderation

    for result in results:
        queues = [one for one in result["figures"] if one["results"] is not None]
        assert {one["door"] for one in queues} == {"API", "page", "admin"}
        nothing = {one["name"] for one in queues if one["results"] == 0}
        # Few are held, and of so few none where this one moderates.
        assert nothing <= {"held topics, page 1"}


def test_the_report_sets_two_sizes_side_by_side(forums: Made) -> None:
    _page, [result], _folder = forums
    half = {
        **result,
        "rows": 80,
        "figures": [{**one, "median": one["median"] / 4} for one in result["figures"]],
    }

    page = markdown(FORUMS, [result, half], command="make bench", machine="One.")

    assert "| at 80 | growth |" in page
    [grown] = [line for line in page.splitlines() if line.startswith("| 2 times the data")]
    assert ": 4.00×; " in grown
    assert grown.endswith("| **missed** |")
    assert page.count("\n## SQLite") == 1


@pytest.mark.parametrize(("room", "rows"), [("forums", 160), ("moderation", 3000)])
def test_numbers_are_true_before_and_after(
    room: str, rows: int, request: pytest.FixtureRequest
) -> None:
    _page, _results, folder = request.getfixturevalue(room)

    code = (
        "import django; django.setup()\n"
        "from wargame_mentorship.core import recounts\n"
        "found = recounts.run_all(fix=False)\n"
        "print({name: lines for name, lines in found.items() if lines and name != 'photos'})"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([".", "src", "example_project"]),
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "WM_DB": "sqlite",
            "WM_DB_NAME": str(folder / f"wm_bench_{room}_{rows}.sqlite3"),
        },
        check=True,
        timeout=600,
        capture_output=True,
        text=True,
    )

    assert ran.stdout.strip() == "{}"
