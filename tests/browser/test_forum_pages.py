"""How pages of the forums look where it has gone wrong before: measured, not compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.visitors import Visitor
from tests.web.pages import url
from wargame_mentorship.testing.factories import make_forum_category, make_topic, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[int], Visitor]


@pytest.fixture
def enter(chromium: Browser, live_server: LiveServer) -> Iterator[Enter]:
    contexts = []

    def at_width(width: int) -> Visitor:
        context = chromium.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        return Visitor(context, live_server)

    yield at_width
    for context in contexts:
        context.close()


def test_titles_like_ones_own_are_read_in_lines_and_not_in_letters(enter: Enter) -> None:
    category, ada = make_forum_category(), make_user("ada")
    topic = make_topic(category=category, title="Which brush do you use for the eyes of a knight?")
    for width in (390, 1280):
        page = enter(width).sign_in(ada).go(url("start-topic", category.slug))
        page.locator("#id_title").press_sequentially("Which brush for eyes")

        found = page.get_by_role("link", name=topic.title)
        found.wait_for()

        list_box, title_box = page.locator(".wm-alike li").bounding_box(), found.bounding_box()
        assert list_box is not None
        assert title_box is not None
        # It has the line to itself; in a column as wide as a picture it had eight.
        assert list_box["height"] < 130
        assert title_box["width"] > list_box["width"] * 0.5


def test_a_topic_in_arabic_reads_its_way_and_the_buttons_below_theirs(enter: Enter) -> None:
    ada = make_user("ada")
    topic = make_topic(
        ada, title="كيف أرسم العيون؟", description="نص عربي طويل.\n\nIn English, too."
    )

    page = enter(1280).sign_in(ada).go(url("forum-topic", topic.pk, topic.slug))

    def direction(selector: str) -> str:
        return str(page.locator(selector).first.evaluate("e => getComputedStyle(e).direction"))

    assert direction("h1") == direction(".wm-question > .wm-text") == "rtl"
    assert direction(".wm-question > .wm-moves") == direction(".wm-question > .wm-byline") == "ltr"
    # The stop stands behind the last word, which is at the right end of its line.
    english = page.locator(".wm-question > .wm-text p").last
    bidi = english.evaluate("e => getComputedStyle(e).unicodeBidi")
    assert bidi == "plaintext"
