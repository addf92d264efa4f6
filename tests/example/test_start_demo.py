"""The demo starts where nothing is yet: a fresh clone has no `var/`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_first_command_in_a_fresh_clone_finds_what_it_needs(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "settings.demo",
        "WM_VAR": str(tmp_path / "of" / "a" / "new" / "clone"),
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
    }

    migrated = subprocess.run(
        [sys.executable, "example_project/manage.py", "migrate", "contenttypes"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert migrated.returncode == 0, migrated.stderr
