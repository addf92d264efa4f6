"""What hosts install: everything the package needs, and nothing else of the repository."""

from __future__ import annotations

import fnmatch
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path, PurePosixPath

import pytest

import wargame_mentorship

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "wargame_mentorship"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_suite_runs_on_the_package_that_it_says() -> None:
    package = Path(wargame_mentorship.__file__).parent

    if os.environ.get("WM_TESTS_WHEEL"):
        assert package.is_relative_to(sysconfig.get_path("purelib"))
    else:
        assert package == SOURCE


def test_wheel_holds_every_file_of_the_package(wheel: zipfile.ZipFile) -> None:
    written = {
        path.relative_to(SOURCE.parent).as_posix()
        for path in SOURCE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    packed = {name for name in wheel.namelist() if name.startswith("wargame_mentorship/")}

    assert packed == written


@pytest.mark.parametrize(
    "pattern",
    [
        "wargame_mentorship/py.typed",
        "wargame_mentorship/migrations/0001_initial.py",
        "wargame_mentorship/templates/wargame_mentorship/*.html",
        "wargame_mentorship/static/wargame_mentorship/*.css",
        "wargame_mentorship/locale/*/LC_MESSAGES/django.mo",
    ],
)
def test_wheel_holds_what_django_needs_beside_the_code(
    wheel: zipfile.ZipFile, pattern: str
) -> None:
    # `*` stands for folders too.
    assert fnmatch.filter(wheel.namelist(), pattern)


def test_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    roots = {PurePosixPath(name).parts[0] for name in wheel.namelist()}

    assert roots == {
        "wargame_mentorship",
        f"wargame_mentorship-{wargame_mentorship.__version__}.dist-info",
    }


def test_wheel_carries_the_licence_and_asks_for_no_tools(wheel: zipfile.ZipFile) -> None:
    folder = f"wargame_mentorship-{wargame_mentorship.__version__}.dist-info"
    metadata = wheel.read(f"{folder}/METADATA").decode()

    assert f"{folder}/licenses/LICENSE" in wheel.namelist()
    assert "License-Expression: BSD-3-Clause" in metadata
    assert "pytest" not in metadata
