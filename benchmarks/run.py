"""One database system: make the sites, serve them, measure, put them in order again.

Writes the figures as JSON, of each site.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import django

from benchmarks.rooms import ROOMS, Room

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--room", choices=ROOMS, required=True)
    parser.add_argument("--site", nargs=2, action="append", metavar=("ROWS", "DATABASE"))
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--json", type=Path, required=True)
    given = parser.parse_args()
    django.setup()
    sites = {int(rows): name for rows, name in given.site}
    results = measure_sites(ROOMS[given.room], sites, given.rounds)
    given.json.write_text(json.dumps(results, indent=1) + "\n")


def measure_sites(room: Room, sites: Mapping[int, str], rounds: int) -> list[dict[str, Any]]:
    """Measure sites of several sizes beside each other.

    Args:
        sites: the database of each, by its rows; the largest first.
    """
    from django.db import connection
    from django.utils import timezone

    from benchmarks.databases import use_database
    from benchmarks.making import make_site
    from benchmarks.measuring import Client, measure

    data, cases_of = room.module("data"), room.module("cases").Cases
    before, sizes = {}, {}
    for rows, name in sites.items():
        use_database(name)
        make_site(data.Maker, rows, room.counted, say)
        before[name], sizes[name] = data.remember(), data.size()
    began = timezone.now()
    loads = [os.getloadavg()]
    try:
        with ExitStack() as servers:
            asked = []
            for name in sites.values():
                use_database(name)
                client = Client(servers.enter_context(running_server(name)))
                asked.append((client, cases_of(client, rounds).all()))
            say(f"Measuring on {connection.vendor}, {len(asked[0][1])} cases, {rounds} rounds.")
            figures = measure(asked, rounds=rounds, say=say)
    finally:
        for name, memory in before.items():
            use_database(name)
            forget_since(began)
            data.restore(memory, began)
    loads.append(os.getloadavg())
    return [
        {
            "room": room.name,
            "database": database_name(),
            "rows": rows,
            "size": sizes[name],
            "rounds": rounds,
            "began": began.isoformat(timespec="seconds"),
            "load": [round(load[0], 1) for load in loads],
            "python": platform.python_version(),
            "django": django.get_version(),
            "figures": [asdict(one) for one in of_site],
        }
        for (rows, name), of_site in zip(sites.items(), figures, strict=True)
    ]


@contextmanager
def running_server(database: str) -> Iterator[int]:
    """A server in a process of its own, on a database; yields its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.serving"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "WM_DB_NAME": database,
        },
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.strip().isdigit():
            raise RuntimeError("The server did not start.")
        yield int(line)
    finally:
        process.terminate()
        process.wait()


def forget_since(began: datetime) -> None:
    """Delete what any room leaves behind, so that the next run meets the same site."""
    from django.contrib.sessions.models import Session
    from django.utils import timezone
    from notifications.models import Notification

    from social.models import FeedItem
    from wargame_mentorship.models import Event, HelpfulVote
    from wargame_mentorship.photos import services as photos

    photos.prune_unattached(timezone.now() + 2 * photos.KEPT_UNATTACHED)
    HelpfulVote.objects.filter(created_at__gte=began).delete()
    FeedItem.objects.filter(created_at__gte=began).delete()
    Notification.objects.filter(timestamp__gte=began - timedelta(seconds=1)).delete()
    Event._base_manager.filter(occurred_at__gte=began).delete()
    Session.objects.all().delete()


def database_name() -> str:
    from django.db import connection

    if connection.vendor == "sqlite":
        import sqlite3

        return f"SQLite {sqlite3.sqlite_version}"
    major, minor = divmod(connection.pg_version, 10_000)  # type: ignore[attr-defined] # known to be one
    return f"PostgreSQL {major}.{minor}"


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
