"""Debian's Chromium for the tests that need a browser.

Its path is in `WM_CHROMIUM`, or it is `chromium` on the search path; without it they fail.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def path_of_chromium() -> str:
    path = os.environ.get("WM_CHROMIUM") or shutil.which("chromium")
    assert path, "Install chromium, or name it in WM_CHROMIUM."
    return path


@pytest.fixture
def chromium(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """A browser for one test, started after its database was made ready.

    Playwright's sync API runs an event loop, in which Django refuses to touch the database, and in
    which the connection is not the one that knows what a flush must be followed by.
    """
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path_of_chromium(), args=FLAGS)
        yield browser
        browser.close()
