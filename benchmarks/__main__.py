"""`make bench`: measure on each database that can be reached, and write the page."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.report import markdown
from benchmarks.rooms import HELP_REQUESTS, ROOMS, Room

ROOT = Path(__file__).resolve().parent.parent
PUBLISHED = ROOT / "docs" / "explanation"
DATABASES = ("sqlite", "postgres")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument(
        "--room",
        choices=ROOMS,
        default=HELP_REQUESTS.name,
        help="what is measured (help_requests)",
    )
    parser.add_argument(
        "--rows",
        type=int,
        help="; ".join(f"{room.rows:,} {room.counted}" for room in ROOMS.values()),
    )
    parser.add_argument(
        "--scale",
        help="parts of that which are measured, the largest first, with a comma between them"
        " (forums: 1,0.1)",
    )
    parser.add_argument("--rounds", type=int, default=100, help="of every case (100)")
    parser.add_argument(
        "--databases",
        default=",".join(DATABASES),
        help="sqlite, postgres or both (the default), with a comma between them",
    )
    parser.add_argument("--output", type=Path, help="where the page goes, besides the terminal")
    parser.add_argument("--json", type=Path, help="where the figures go")
    parser.add_argument(
        "--publish",
        action="store_true",
        help=f"put the page into {PUBLISHED.relative_to(ROOT)}, in place of the last one",
    )
    given = parser.parse_args()
    room = ROOMS[given.room]
    rows = given.rows or room.rows
    scales = [float(part) for part in given.scale.split(",")] if given.scale else room.scales
    sizes = [round(rows * scale) for scale in scales]
    results = [
        result
        for database in given.databases.split(",")
        for result in measured(room, database, sizes, given.rounds)
    ]
    if not results:
        return 1
    page = markdown(
        room, results, command=" ".join(["make bench", *arguments()]), machine=machine()
    )
    print(page)
    if given.json:
        given.json.write_text(json.dumps(results, indent=1) + "\n")
    for path in (given.output, PUBLISHED / room.published if given.publish else None):
        if path:
            path.write_text(page)
    return 0


def arguments() -> list[str]:
    given = " ".join(argument for argument in sys.argv[1:] if argument != "--publish")
    return [f'BENCH_ARGS="{given}"'] if given else []


def measured(room: Room, database: str, sizes: Sequence[int], rounds: int) -> list[dict[str, Any]]:
    """The figures of sites of these sizes; none where the server cannot be reached."""
    if database not in DATABASES:
        raise SystemExit(f"{database} is none of {', '.join(DATABASES)}.")
    if database == "postgres" and not reachable():
        print("PostgreSQL cannot be reached (WM_DB_HOST, WM_DB_USER …); left out.", file=sys.stderr)
        return []
    var = Path(os.environ.get("WM_BENCH_VAR", ROOT / "benchmarks" / "var")).resolve()
    var.mkdir(parents=True, exist_ok=True)
    names = [f"{room.database}_{rows}" for rows in sizes]
    if database == "sqlite":
        names = [str(var / f"{name}.sqlite3") for name in names]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "figures.json")
        ran = subprocess.run(
            [
                *(sys.executable, "-m", "benchmarks.run"),
                *("--room", room.name, "--rounds", str(rounds), "--json", str(path)),
                *(
                    word
                    for rows, name in zip(sizes, names, strict=True)
                    for word in ("--site", str(rows), name)
                ),
            ],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(
                    [str(ROOT), str(ROOT / "src"), str(ROOT / "example_project")]
                ),
                "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
                "WM_DB": database,
                "WM_DB_NAME": names[0],
                "WM_BENCH_VAR": str(var),
            },
            check=False,
        )
        if ran.returncode:
            raise SystemExit(f"Nothing was measured on {database}.")
        results: list[dict[str, Any]] = json.loads(path.read_text())
        return results


def reachable() -> bool:
    try:
        import psycopg

        psycopg.connect(
            host=os.environ.get("WM_DB_HOST", "127.0.0.1"),
            port=os.environ.get("WM_DB_PORT", "5432"),
            user=os.environ.get("WM_DB_USER", "postgres"),
            password=os.environ.get("WM_DB_PASSWORD", ""),
            dbname="postgres",
            connect_timeout=5,
        ).close()
    except (ImportError, OSError, psycopg.Error):
        return False
    return True


def machine() -> str:
    model = platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    for line in lines:
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return f"{os.cpu_count()} cores of {model}, {platform.system()}."


if __name__ == "__main__":
    sys.exit(main())
