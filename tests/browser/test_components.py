"""The components on a host's own page: what they tell its scripts, and what it may forbid them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.visitors import Visitor
from tests.web.pages import url
from wargame_mentorship.models import ForumPost, HelpRequest
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_help_request,
    make_post,
    make_topic,
    make_user,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        settings.ROOT_URLCONF != "urls", reason="The page is the example site's alone."
    ),
]

FORM = "wm-help-request-form.wm-on"
BARE = """(src) => {
  document.querySelector("wm-help-request-form").remove();
  document.querySelector("template.wm-client").remove();
  const form = document.createElement("wm-help-request-form");
  form.addEventListener("wm:submit", (event) => { event.preventDefault(); form.sent(); });
  form.src = src;
  document.querySelector("#form").after(form);
}"""


@pytest.fixture
def bruno(chromium: Browser, live_server: LiveServer) -> Iterator[Visitor]:
    visitor = Visitor(chromium.new_context(), live_server).sign_in(make_user("bruno"))
    yield visitor
    visitor.context.close()


def fill(page: Page) -> None:
    page.fill(f"{FORM} #id_title", "Why does my varnish frost?")
    page.fill(f"{FORM} #id_description", "Over night.")
    page.click(f"{FORM} label[for=id_category]")


def heard(page: Page) -> str:
    return page.locator("#event-log").inner_text()


def test_form_sends_to_the_ask_page_and_forgets_what_was_sent(bruno: Visitor) -> None:
    page = bruno.go(reverse("components"))
    fill(page)

    page.click(f"{FORM} .wm-actions .wm-primary")

    page.wait_for_selector("h1:has-text('Why does my varnish frost?')")
    page = bruno.go(reverse("components"))
    page.wait_for_selector(FORM)
    assert page.input_value("#id_title") == ""
    assert bruno.complaints == []


def test_form_whose_event_is_cancelled_sends_nothing(bruno: Visitor) -> None:
    page = bruno.go(reverse("components"))
    fill(page)
    page.check("#cancel-events")

    page.click(f"{FORM} .wm-actions .wm-primary")

    expect(page.locator("#event-log")).to_contain_text("wm:submit")
    assert '"title":"Why does my varnish frost?"' in heard(page)
    assert '"category":"painting"' in heard(page)
    assert page.input_value("#id_title") == "Why does my varnish frost?"
    assert not HelpRequest.objects.exists()


def test_form_says_what_the_hosts_own_sending_came_to(bruno: Visitor) -> None:
    page = bruno.go(reverse("components"))
    fill(page)

    page.evaluate(
        "(error) => document.querySelector('wm-help-request-form').refuse(error)",
        {
            "code": "invalid",
            "detail": "No.",
            "fields": {"title": [{"code": "invalid", "message": "Too short."}]},
        },
    )

    expect(page.locator(f"{FORM} .wm-summary")).to_be_focused()
    page.get_by_role("link", name="Too short.").click()
    expect(page.locator("#id_title")).to_be_focused()


def test_form_is_fetched_with_all_it_needs_and_is_empty_once_it_was_sent(bruno: Visitor) -> None:
    page = bruno.go(reverse("components"))
    page.wait_for_selector(FORM)

    page.evaluate(BARE, url("help-request-form-fragment") + "?categories=gaming")
    page.wait_for_selector(f"{FORM} wm-photo-picker.wm-on")
    expect(page.locator(f"{FORM} [name=category]")).to_have_count(1)
    page.fill(f"{FORM} #id_title", "May a tank climb?")
    page.click(f"{FORM} .wm-actions .wm-primary")

    expect(page.locator("#id_title")).to_have_value("")
    assert bruno.complaints == []


def test_card_whose_events_are_cancelled_goes_nowhere(bruno: Visitor) -> None:
    entry = make_help_request(title="Rings in my wash")
    page = bruno.go(reverse("components"))
    page.check("#cancel-events")

    page.click("[data-wm=assign] button")
    expect(page.locator("#event-log")).to_contain_text("wm:assign")
    page.locator("[data-wm=respond]").first.click()
    expect(page.locator("#event-log")).to_contain_text("wm:respond")

    assert str(entry.pk) in heard(page)
    assert page.url.endswith(reverse("components"))
    entry.refresh_from_db()
    assert entry.status == "open"


def test_a_chosen_forum_is_told_and_its_link_may_be_kept_from_leading_there(
    bruno: Visitor,
) -> None:
    category = make_forum_category("Brushes")
    page = bruno.go(reverse("components"))
    page.check("#cancel-events")

    page.get_by_role("link", name=category.name).click()

    expect(page.locator("#event-log")).to_contain_text("wm:select-category")
    assert f'"slug":"{category.slug}"' in heard(page)
    assert page.url.endswith(reverse("components"))
    page.uncheck("#cancel-events")
    page.get_by_role("link", name=category.name).click()
    page.wait_for_url(f"**/{category.slug}/")


def test_a_reply_is_told_before_it_is_sent_and_may_be_kept(bruno: Visitor) -> None:
    topic = make_topic()
    make_post(topic)
    page = bruno.go(reverse("components"))
    page.fill("wm-topic-detail #id_content", "A size 1.")
    page.check("#cancel-events")

    page.click("wm-topic-detail form[data-wm=reply] .wm-primary")

    expect(page.locator("#event-log")).to_contain_text("wm:reply")
    assert '"content":"A size 1."' in heard(page)
    # With it whoever sends it in our place ends its draft.
    key = page.input_value("wm-topic-detail input[name=draft]")
    assert f'"draft":"{key}"' in heard(page)
    assert ForumPost.objects.count() == 1
    page.uncheck("#cancel-events")
    page.click("wm-topic-detail form[data-wm=reply] .wm-primary")
    page.wait_for_url("**/community/forums/topics/**")
    assert ForumPost.objects.count() == 2
    assert bruno.complaints == []


def test_tags_that_others_use_are_added_at_a_press(bruno: Visitor) -> None:
    topic = make_topic(tags=["brush care", "eyes"], title="Which brush for eyes?")
    page = bruno.go(reverse("wargame_mentorship:start-topic", args=[topic.category.slug]))
    page.fill("#id_tags", "faces, bru")

    page.click("wm-tags button:has-text('brush care')")

    assert page.input_value("#id_tags") == "faces, brush care, "
    page.fill("#id_title", "Which brush for the eyes?")
    page.wait_for_selector("wm-similar a:has-text('Which brush for eyes?')")
    assert bruno.complaints == []
