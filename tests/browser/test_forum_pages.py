"""How pages of the forums look where it has gone wrong before, and what their script does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.visitors import Visitor
from tests.web.pages import url
from wargame_mentorship.forums.models import ForumPost
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_post,
    make_topic,
    make_user,
)

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


def path_of(post: ForumPost) -> str:
    return url("forum-topic", post.topic.pk, post.topic.slug)


def test_what_is_selected_of_a_post_is_quoted_below_what_is_written(enter: Enter) -> None:
    post = make_post(content="Prime it first.\n\nThen *thin* the paint.", author=make_user("bruno"))
    make_post(post.topic, content="Something else.")
    page = enter(1280).sign_in(make_user("ada")).go(path_of(post))
    article = page.locator(f"#post-{post.pk}")
    page.fill("#id_content", "Thank you!")

    article.locator("p", has_text="Then thin the paint.").click(click_count=3)
    article.get_by_role("link", name="Quote").click()

    assert page.input_value("#id_content") == "Thank you!\n\n> Then thin the paint.\n\n"
    assert page.evaluate("document.activeElement.id") == "id_content"
    page.keyboard.type("How thin?")
    page.click("#reply button.wm-primary")
    reply = page.locator("article", has_text="How thin?")
    reply.wait_for()
    assert reply.locator("blockquote").inner_text() == "Then thin the paint."
    assert reply.get_by_text("in reply to this post").count() == 1


def test_what_is_selected_elsewhere_is_not_quoted(enter: Enter) -> None:
    post = make_post(content="Prime it first.", author=make_user("bruno"))
    other = make_post(post.topic, content="Something else.")
    page = enter(1280).sign_in(make_user("ada")).go(path_of(post))

    page.locator(f"#post-{other.pk} .wm-text p").click(click_count=3)
    page.locator(f"#post-{post.pk}").get_by_role("link", name="Quote").click()

    # As without a script: all of the post.
    page.wait_for_url("**quote=**")
    assert page.input_value("#id_content") == "> Prime it first.\n\n"
