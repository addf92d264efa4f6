"""Send requests of every shape, sensible and hostile, to the running demo site.

Schemathesis reads the OpenAPI schema that the site serves and checks each answer against it: no
5xx, no undocumented status or body, nothing shown to whom it is not for. Nobody, a beginner and
a moderator each take their turn. What the site itself logs as an error fails the run too.

    python tests/fuzz/run_schemathesis.py --requests 2000

`WM_DB` and its kin choose the database, as for the suite; one on a server must be empty.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
CONFIG = Path(__file__).with_name("schemathesis.toml")
IDENTITIES = ("ada", None, "dmitri")
PASSWORD = "miniature"
LOG = "server.log"
START_SECONDS = 60


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=2_000, help="fewer is a failure")
    parser.add_argument("--examples", type=int, default=20, help="per operation and phase")
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()

    failed: list[str] = []
    sent = 0
    with tempfile.TemporaryDirectory(prefix="wm-fuzz-") as name:
        folder = Path(name)
        with demo_site(folder) as address:
            for identity in IDENTITIES:
                print(f"\n---- as {identity or 'nobody'}", flush=True)
                report = folder / f"{identity}.json"
                status = fuzz(address, identity, report, options.examples, options.seed)
                result = json.loads(report.read_text())
                sent += result["test_cases"]["generated"]
                if status or not result["complete"]:
                    failed.append(identity or "nobody")
        errors = errors_logged((folder / LOG).read_text(errors="replace"))
    print(f"\n{sent} requests were sent; at least {options.requests} are asked for.")
    if failed:
        print(f"Not all was well as {', '.join(failed)}.")
    if errors:
        print(f"The site logged {len(errors)} errors, of which the first three are:")
        print("\n".join(errors[:3]))
    return int(bool(failed or errors) or sent < options.requests)


def fuzz(address: str, identity: str | None, report: Path, examples: int, seed: int | None) -> int:
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        f"--config-file={CONFIG}",
        "run",
        f"{address}/api/schema",
        # Not what Wagtail adds for its admin.
        "--include-path-regex=^/api/",
        "--mode=all",
        "--checks=all",
        "--phases=examples,coverage,fuzzing,stateful",
        "--generation-allow-x00=true",
        "--generation-database=none",
        f"--max-examples={examples}",
        "--max-response-time=5",
        "--continue-on-failure",
        "--workers=2",
        "--no-color",
        "--report=json",
        f"--report-json-path={report}",
    ]
    if identity:
        command.append(f"--auth={identity}:{PASSWORD}")
    if seed is not None:
        command.append(f"--seed={seed}")
    return subprocess.run(command, check=False).returncode


def errors_logged(log: str) -> list[str]:
    """Entries of level ERROR and above, each with its traceback."""
    entries = re.split(r"^(?=(?:DEBUG|INFO|WARNING|ERROR|CRITICAL) )", log, flags=re.MULTILINE)
    return [entry for entry in entries if entry.startswith(("ERROR ", "CRITICAL "))]


@contextmanager
def demo_site(folder: Path) -> Iterator[str]:
    """Make the demo site with its content and serve it on a free port; yields its address."""
    environment = {
        **os.environ,
        "WM_FUZZ_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "tests.fuzz.settings",
        "PYTHONPATH": os.pathsep.join(
            str(folder) for folder in (ROOT, ROOT / "src", ROOT / "example_project")
        ),
    }
    for arguments in (
        ["migrate", "--verbosity=0"],
        ["shell", "--verbosity=0", "--command", "from demo.loading import load_demo; load_demo()"],
    ):
        command = [sys.executable, "-m", "django", *arguments]
        with (folder / LOG).open("a") as log:
            subprocess.run(command, env=environment, cwd=folder, stderr=log, check=True)
    port = free_port()
    command = [sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{port}", "--threads=8"]
    command += ["--call", "django.core.wsgi:get_wsgi_application"]
    with (folder / LOG).open("a") as log:
        server = subprocess.Popen(command, env=environment, cwd=folder, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/api/schema", server)
        yield address
        if server.poll() is not None:
            raise SystemExit(f"The server died with exit code {server.returncode}.")
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urlopen(url).close()  # noqa: S310 - an address of our own making
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The demo site does not start.")


if __name__ == "__main__":
    sys.exit(main())
