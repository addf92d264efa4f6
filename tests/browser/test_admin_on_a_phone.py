"""The lists of the Wagtail admin on a phone: what is done with a selection is within reach."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.visitors import Visitor
from wargame_mentorship.testing.factories import make_forum_category, make_superuser, make_topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_is_selected_can_be_pinned_and_every_column_be_read(
    chromium: Browser, live_server: LiveServer
) -> None:
    category, superuser = make_forum_category(), make_superuser()
    for _ in range(12):
        make_topic(superuser, category)
    context = chromium.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    visitor = Visitor(context, live_server).sign_in(superuser)

    page = visitor.go(reverse("wargame_mentorship_forum_topics:index"))
    page.locator("[data-bulk-action-checkbox]").nth(1).check()

    page.wait_for_selector(".bulk-actions-choices:not(.hidden)")
    # It slides in.
    page.wait_for_function(
        "!document.querySelector('.bulk-actions-choices').getAnimations().length"
    )
    # Without a turn of the page, for the list is longer than it.
    for button in page.locator(".bulk-actions-buttons > li").all():
        box = button.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["y"] + box["height"] <= 800
    last = page.locator("table.listing th").last
    last.scroll_into_view_if_needed()
    seen = last.bounding_box()
    assert seen is not None
    assert seen["x"] + seen["width"] <= 391
    page.locator(".bulk-actions-buttons .w-dropdown__toggle").click()
    page.get_by_role("link", name="Pin what is selected", exact=True).click()
    page.wait_for_url("**/forumtopic/pin/**")
