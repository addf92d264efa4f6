"""The order of the rooms holds, and the contract that says so would notice if it did not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import wargame_mentorship

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(wargame_mentorship.__file__).parent


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the package and of its contract, to build something wrong into."""
    copied = shutil.ignore_patterns("__pycache__", "locale", "static", "templates")
    shutil.copytree(PACKAGE, tmp_path / "wargame_mentorship", ignore=copied)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path / "wargame_mentorship"


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache", "--no-logo"],
        cwd=house.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def test_contract_holds_for_the_package(house: Path) -> None:
    result = lint(house)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("core/extra.py", "from wargame_mentorship import help_requests", "Imports point down"),
        ("taxonomy/extra.py", "from wargame_mentorship.search import *", "Imports point down"),
        ("help_requests/extra.py", "from wargame_mentorship.api import urls", "Imports point down"),
        ("help_requests/extra.py", "import rest_framework", "Django REST framework only in api"),
        ("help_requests/extra.py", "from wagtail.models import Page", "Wagtail only where"),
        ("search/extra.py", "from wagtail.search import index", "Wagtail only where"),
    ],
)
def test_contract_notices_an_import_that_it_forbids(
    house: Path, module: str, line: str, broken: str
) -> None:
    (house / module).write_text(f"{line}\n")

    result = lint(house)

    assert result.returncode == 1, result.stdout
    verdicts = [text for text in result.stdout.splitlines() if text.startswith(broken)]
    assert any(" BROKEN" in verdict for verdict in verdicts), result.stdout


def test_contract_notices_a_room_that_nobody_drew(house: Path) -> None:
    (house / "cellar.py").write_text("")

    result = lint(house)

    assert result.returncode == 1
    assert "cellar" in result.stdout
