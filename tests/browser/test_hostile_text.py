"""Hostile text, rendered as the pages render it, in a browser with scripts on: nothing runs.

No policy protects these pages (the site's own would): what is rendered must be harmless alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Dialog, Page, Route

from tests.core.payloads import load_payloads
from wargame_mentorship.core.text import render_markdown

pytestmark = pytest.mark.browser

PAYLOADS = load_payloads()
HOME = "http://127.0.0.1:9/"
"""Where the pages seem to come from; nothing listens there, requests are answered here."""

PROVOKE = """
() => {
    for (const element of document.body.querySelectorAll("*")) {
        for (const kind of ["click", "mouseover", "focus", "toggle", "error", "load"]) {
            element.dispatchEvent(new Event(kind, {bubbles: true, cancelable: true}));
        }
    }
    return new Promise((resolve) => setTimeout(resolve, 20));
}
"""


class Witness:
    """A page that notes whatever runs in it or is fetched by it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seen: list[str] = []
        page.on("dialog", self._dismiss)
        page.on("pageerror", lambda error: self.seen.append(f"script error: {error}"))
        page.route("**/*", self._answer)
        self.html = ""

    def _dismiss(self, dialog: Dialog) -> None:
        self.seen.append("dialog")
        dialog.dismiss()

    def _answer(self, route: Route) -> None:
        url = route.request.url
        if url == HOME:
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8")
            return
        self.seen.append(f"request to {url}")
        route.abort()

    def watch(self, body: str) -> list[str]:
        """Show a page with this body, provoke it, and say what happened."""
        self.seen.clear()
        self.html = f"<!doctype html><title>x</title><body>{body}"
        self.page.goto(HOME)
        self.page.evaluate(PROVOKE)
        if self.page.url != HOME:
            self.seen.append(f"went to {self.page.url}")
        return list(self.seen)


@pytest.fixture
def witness(chromium: Browser) -> Iterator[Witness]:
    page = chromium.new_page()
    yield Witness(page)
    page.close()


def test_nothing_of_a_hostile_text_runs_or_is_fetched(witness: Witness) -> None:
    assert len(PAYLOADS) >= 200

    ran = {
        payloads: seen
        for payloads in batches(20)
        if (seen := witness.watch("<hr>".join(render_markdown(text) for text in payloads)))
    }

    assert ran == {}


def test_the_witness_sees_what_runs(witness: Witness) -> None:
    """The same texts as they were typed: here a great many of them must be noticed."""
    noticed = [text for text in PAYLOADS[:80] if witness.watch(text)]

    assert len(noticed) >= 20


def batches(size: int) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(PAYLOADS), size):
        yield tuple(PAYLOADS[start : start + size])
