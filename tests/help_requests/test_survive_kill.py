"""A process that is killed at whichever of its writes leaves all of a request, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.help_requests.killing import REQUESTS
from tests.processes import run_python
from tests.thorough import by_profile

NAMES = [*REQUESTS][:: by_profile(default=4, ci=1, nightly=1)]


@pytest.mark.hypothesis
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", NAMES)
def test_the_same_request_again_comes_to_the_same_end(name: str, tmp_path: Path) -> None:
    code = f"from tests.help_requests.killing import *; print(kill_at_every_write({name!r}))"

    run = run_python(code, tmp_path=tmp_path, MEDIA_ROOT=str(tmp_path / "media"))

    assert run.returncode == 0, run.stderr[-3_000:]
    # The key, the row, the event, and around the commit at the very least.
    assert int(run.stdout) >= 5
