"""The line through the house, in a real browser: ask, answer, accept, find; also without scripts.

Needs Chromium: its path in `WM_CHROMIUM`, or `chromium` on the search path.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.visitors import Visitor
from tests.web.pages import url
from wargame_mentorship.kinds import forum_topic_url
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_help_request,
    make_solved_help_request,
    make_topic,
    make_user,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

WIDTHS = (320, 390, 768, 1280)


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def visit(
    request: pytest.FixtureRequest, chromium: Browser, live_server: LiveServer
) -> Iterator[Any]:
    contexts = []

    def enter(user: Any = None, width: int = 1280) -> Visitor:
        context = chromium.new_context(
            java_script_enabled=request.param, viewport={"width": width, "height": 844}
        )
        contexts.append(context)
        visitor = Visitor(context, live_server)
        return visitor.sign_in(user) if user else visitor

    yield enter
    for context in contexts:
        context.close()


@pytest.fixture
def mini(tmp_path: Path) -> str:
    path = tmp_path / "mini.jpg"
    Image.new("RGB", (400, 300), "firebrick").save(path)
    return str(path)


def test_a_topic_is_started_quoted_accepted_and_found(visit: Any, mini: str) -> None:
    category = make_forum_category("Brushes")
    ada, bruno = visit(make_user("ada"), width=390), visit(make_user("bruno"))

    # When ada starts a topic with a photo …
    page = ada.go(url("forum-category", category.slug))
    page.click("text=Start a topic >> nth=0")
    page.fill("#id_title", "Which brush for eyes?")
    page.fill("#id_description", "Mine *splits*.")
    page.fill("#id_tags", "Eyes, brushes")
    add_photo(page, mini, "A brush that splits")
    page.click("form.wm-form button.wm-primary")
    page.wait_for_selector("h1:has-text('Which brush for eyes?')")
    assert page.get_by_alt_text("A brush that splits").count() == 1
    topic = page.url.removeprefix(ada.server.url)

    # … bruno replies, ada quotes him and accepts …
    page = bruno.go(topic)
    page.fill("#id_content", "A size 1 with a **good point**.")
    page.click("#reply button.wm-primary")
    page.wait_for_selector("article strong:has-text('good point')")
    page = ada.go(topic)
    page.click("text=Quote")
    page.fill("#id_content", f"{page.input_value('#id_content')}Thank you!")
    page.click("#reply button.wm-primary")
    page.wait_for_selector("blockquote:has-text('A size 1 with a good point.')")
    assert page.get_by_text("in reply to this post").count() == 1
    page = ada.go(topic)
    page.click("article:has-text('bruno') >> button:has-text('This solved it') >> nth=0")
    page.wait_for_selector("text=the solution")

    # … and the next one finds it.
    page = visit(width=390).go(url("forum-category", category.slug))
    page.fill("#wm-search", "brush eyes")
    page.press("#wm-search", "Enter")
    page.wait_for_selector(".wm-thread:has-text('solved')")
    page.click("text=Which brush for eyes?")
    page.wait_for_selector("text=the solution")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_question_is_asked_answered_accepted_and_found(visit: Any, mini: str) -> None:
    ada, bruno = visit(make_user("ada"), width=390), visit(make_user("bruno"))

    # When ada asks with a photo …
    page = ada.go(url("ask-help-request"))
    page.fill("#id_title", "Why does my varnish frost?")
    page.fill("#id_description", "It turned *milky* over night.")
    page.click("label[for=id_category]")
    page.select_option("[name='part.painting']", "varnishing")
    add_photo(page, mini, "A milky knight")
    page.click("form.wm-form button.wm-primary")
    page.wait_for_selector("h1:has-text('Why does my varnish frost?')")
    question = page.url.removeprefix(ada.server.url)
    assert page.get_by_alt_text("A milky knight").count() == 1
    page.wait_for_load_state("load")
    assert page.evaluate("document.querySelector('.wm-photos img').naturalWidth") > 0

    # … bruno answers, and is thanked …
    page = bruno.go(question)
    page.fill("#id_response_text", "Warm the can, spray in **dry** air.")
    page.click("#respond button.wm-primary")
    page.wait_for_selector("text=Warm the can")
    page = ada.go(question)
    page.click("text=This solved it")
    page.wait_for_selector("#solution:has-text('Warm the can')")

    # … then a stranger finds it by what the answer says.
    stranger = visit()
    page = stranger.go(url("help-requests"))
    page.fill("input[name=search]", "spray varnish")
    page.press("input[name=search]", "Enter")
    page.wait_for_selector(".wm-card")
    assert "solved" in page.inner_text(".wm-card")
    page.click(".wm-card-title a")
    page.wait_for_selector("#solution")

    page = ada.go(url("notifications"))
    assert "Why does my varnish frost?" in page.inner_text(".wm-notices")
    for visitor in (ada, bruno, stranger):
        assert visitor.complaints == []


def test_mistakes_keep_what_was_typed_and_take_the_focus(visit: Any, mini: str) -> None:
    ada = visit(make_user("ada"))
    page = ada.go(url("ask-help-request"))

    page.fill("#id_title", "Half a question")
    add_photo(page, mini, "A kept knight")
    page.click("form.wm-form button.wm-primary")

    page.wait_for_selector(".wm-summary")
    assert page.locator(".wm-summary:focus").count() == 1
    assert page.input_value("#id_title") == "Half a question"
    assert is_shown(page, "A kept knight")


def test_an_answer_in_steps_survives_a_reload_and_is_gone_once_it_was_sent(
    chromium: Browser, live_server: LiveServer, mini: str
) -> None:
    entry = make_help_request()
    visitor = Visitor(chromium.new_context(), live_server).sign_in(make_user("bruno"))
    page = visitor.go(url("help-request", entry.pk))
    page.fill("#id_response_text", "In two steps:")
    page.click(".wm-in-steps > summary")
    page.fill("#id_step_text_0", "Thin it.")
    page.get_by_role("button", name="Add a step").click()
    page.keyboard.type("Wick it away.")

    page.reload()
    page.wait_for_selector(".wm-draft-note")
    assert page.input_value("#id_step_text_1") == "Wick it away."
    page.set_input_files("#id_step_photo_1", mini)
    page.click("#respond button.wm-primary")

    page.wait_for_selector(".wm-step:nth-child(2):has-text('Wick it away.') img")
    assert page.input_value("#id_response_text") == ""
    assert page.locator(".wm-draft-note").count() == 0
    assert visitor.complaints == []
    visitor.context.close()


def test_words_about_a_photo_belong_to_the_draft(
    chromium: Browser, live_server: LiveServer, mini: str
) -> None:
    visitor = Visitor(chromium.new_context(), live_server).sign_in(make_user("ada"))
    page = visitor.go(url("ask-help-request"))
    add_photo(page, mini, "A milky knight")
    with page.expect_response(lambda answer: answer.request.method == "PUT") as saved:
        page.fill("#id_title", "Frost")
    assert saved.value.ok
    assert page.get_by_role("button", name="try again").count() == 0

    page.reload()

    page.wait_for_selector(".wm-photo[data-state=done]")
    assert is_shown(page, "A milky knight")
    assert page.locator(".wm-draft-note").count() == 0
    assert visitor.complaints == []
    visitor.context.close()


def test_a_reply_begun_on_the_phone_is_sent_from_the_desk(
    chromium: Browser, live_server: LiveServer, mini: str
) -> None:
    ada, topic = make_user("ada"), forum_topic_url(make_topic())
    phone, desk = (Visitor(chromium.new_context(), live_server).sign_in(ada) for _ in range(2))
    here = phone.go(topic)
    add_photo(here, mini, "A size 1")
    with here.expect_response(lambda answer: answer.request.method == "PUT") as saved:
        here.fill("#id_content", "A size 1 with a **good point**")
    assert saved.value.ok

    there = desk.go(topic)

    there.wait_for_selector(".wm-draft:has-text('Your draft from')")
    assert there.input_value("#id_content") == "A size 1 with a **good point**"
    there.wait_for_selector(".wm-photo[data-state=done]")
    assert is_shown(there, "A size 1")
    there.reload()
    # What the server has is not offered a second time.
    there.wait_for_selector("wm-draft.wm-on")
    assert there.locator(".wm-draft-note").count() == 0
    there.click("#reply button.wm-primary")
    there.wait_for_selector("article strong:has-text('good point')")
    assert there.locator(".wm-draft").count() == 0

    # Whoever goes on writing on the phone brings nothing back that was sent.
    with here.expect_response(lambda answer: answer.request.method == "PUT") as late:
        here.fill("#id_content", "A size 1 with a **good point**, no more")
    assert late.value.status == 409
    there.reload()
    assert there.input_value("#id_content") == ""
    assert desk.complaints == []
    for visitor in (phone, desk):
        visitor.context.close()


def test_a_topic_is_kept_for_later_listed_and_begun_anew(visit: Any) -> None:
    category = make_forum_category("Brushes")
    ada = visit(make_user("ada"), width=390)
    page = ada.go(url("start-topic", category.slug))
    page.fill("#id_title", "Which glue?")
    page.fill("#id_tags", "glue,resin")
    page.click("text=Keep it for later")
    page.wait_for_selector(".wm-draft:has-text('Your draft from')")
    assert page.input_value("#id_tags") == "glue,resin"

    page = ada.go(url("forum-list", "mine"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click(".wm-drafts a:has-text('Which glue?')")
    assert page.input_value("#id_title") == "Which glue?"
    page.click("text=Start over")

    page.wait_for_selector("h1:has-text('Start a topic')")
    assert page.input_value("#id_title") == ""
    assert page.locator(".wm-draft").count() == 0
    assert ada.complaints == []


def add_photo(page: Page, path: str, alt_text: str) -> None:
    """By the picker, or by the plain field where there are no scripts."""
    if page.locator("wm-photo-picker.wm-on").count():
        page.set_input_files(".wm-files", path)
        page.wait_for_selector(".wm-photo[data-state=done]")
        page.fill(".wm-photo input[type=text]", alt_text)
    else:
        page.set_input_files("#id_photo_0", path)
        page.fill("#id_alt_0", alt_text)


def is_shown(page: Page, alt_text: str) -> bool:
    """Whether a photo with these words is in the form."""
    fields = page.locator(".wm-picked input[type=text]").all()
    shown = [field.input_value() for field in fields]
    return alt_text in shown or page.get_by_alt_text(alt_text).count() == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(chromium: Browser, live_server: LiveServer, width: int) -> None:
    ada = make_user("ada-with-a-really-long-name-that-nobody-ever-shortened")
    long_word = "Grundierungsbeschichtungsverfahrensanweisung" * 3
    solved = make_solved_help_request(ada)
    type(solved).objects.filter(pk=solved.pk).update(title=long_word)
    context = chromium.new_context(viewport={"width": width, "height": 844})
    visitor = Visitor(context, live_server).sign_in(ada)

    for path in (
        url("help-requests"),
        url("help-requests") + "?category=painting&search=" + long_word,
        url("help-request", solved.pk),
        url("ask-help-request"),
        url("edit-help-request", solved.pk),
        url("notifications"),
    ):
        page = visitor.go(path)
        page.wait_for_load_state("load")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert visitor.complaints == []
    context.close()
