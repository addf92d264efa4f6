"""Running a piece of Python in a process of its own, on the database of the running test.

For tests that kill: the test must be `django_db(transaction=True)`, so that what it wrote is
committed and the other process sees it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
PREAMBLE = "import django; django.setup()\n"


def run_python(
    code: str, *, tmp_path: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run code after `django.setup()`; returns its exit status and what it printed."""
    return subprocess.run(
        [sys.executable, "-c", PREAMBLE + code],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
            "WM_DB_NAME": _database_name(tmp_path),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _database_name(tmp_path: Path) -> str:
    """The test database; SQLite's lives in memory, so another process gets a copy in a file."""
    if connection.vendor != "sqlite":
        return str(connection.settings_dict["NAME"])
    copy = tmp_path / "database.sqlite3"
    if not copy.exists():
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
    return str(copy)
