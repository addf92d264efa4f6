"""What holds for every test of the suite.

Files land in a folder of the test's own, caches start empty, nobody speaks the language of the
test before, and nobody leaves this machine.
A test that needs what happens after a commit takes pytest-django's
`django_capture_on_commit_callbacks`.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.core.cache import cache
from django.utils import translation
from pytest_django.fixtures import Settings

hypothesis.settings.register_profile("default", deadline=None)
# Two cores that other work shares make a deadline a coin to toss.
hypothesis.settings.register_profile("ci", deadline=None, max_examples=200, print_blob=True)
hypothesis.settings.register_profile("nightly", deadline=None, max_examples=5_000, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


TESTS = Path(__file__).parent
ONCE = (
    *("benchmarks", "docs"),
    "example/test_demo_content.py",
    *("core/test_check_json.py", "core/test_html_to_markdown.py", "core/test_render_markdown.py"),
    *("photos/test_bound_memory.py", "photos/test_clean_picture.py"),
    "photos/test_refuse_hostile_photos.py",
)
"""Knows neither a database nor the host's users, brings its own, or ends before it needs them."""
BROAD = (
    *("blocks", "privacy", "stateful"),
    *("api/test_every_route.py", "api/test_refuse_hostile_input.py"),
    *("flows/test_repeat_import.py", "help_requests/test_survive_kill.py"),
    "wagtail_hooks/test_every_route.py",
    *("web/test_every_page.py", "web/test_pseudo_locale.py"),
)
"""Everything for everybody: it finds what our code forgets, seldom what a version, host or database
changes; at night it is asked of the second host, on both servers."""
PAGES = ("web", "wagtail_hooks")
"""What is shown of what other tests ask a database; of the servers it is asked at night."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        place = item.path.relative_to(TESTS)
        for name, places in (("once", ONCE), ("broad", BROAD), ("pages", PAGES)):
            if any(place.is_relative_to(named) for named in places):
                item.add_marker(name)
        if _commits(item):
            # What migrations seeded is there again for each of them. Not for some: the flush
            # after one without it makes content types anew, on which the next one stumbles.
            marker = pytest.mark.django_db(transaction=True, serialized_rollback=True)
            item.add_marker(marker, append=False)


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    fixtures = getattr(item, "fixturenames", ())
    return (
        bool(marker and marker.kwargs.get("transaction"))
        or "transactional_db" in fixtures
        or "live_server" in fixtures
    )


@pytest.fixture(autouse=True)
def own_surroundings(settings: Settings, tmp_path: Path) -> None:
    """Give the test a media folder (the photo storage stands beside it), cache, language and blocks
    of its own."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    cache.clear()
    from wargame_mentorship.testing.backends import MemorySocial

    # Keys of people come again where they are numbers.
    MemorySocial.forget()
    # A request in German leaves its language to whatever runs next in the thread.
    translation.deactivate()


@pytest.fixture(autouse=True, scope="session")
def stay_at_home() -> Iterator[None]:
    """Fail the test that opens a connection to any other machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _only_to_this_machine(getattr(socket.socket, name)))
        yield


def _only_to_this_machine(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
            # Not an Exception: code that forgives failing backends must not forgive this.
            pytest.fail(f"The test tried to reach {address[0]}.")
        return connect(self, address)

    return guarded


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
