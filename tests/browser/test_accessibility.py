"""Everybody can use the pages: by axe's rules (WCAG 2.2 AA), and by keyboard alone.

Pages are judged light and dark, from left to right and from right to left, on a small phone, a
phone and a desk: each of these on every page, and at night every page in all the ways that follow.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.api.http import MARKED_WORDS
from tests.browser.visitors import Visitor
from tests.photos.pictures import upload
from tests.thorough import PROFILE
from tests.web.pages import asker_of, url
from wargame_mentorship.forums import services as forums
from wargame_mentorship.help_requests import services
from wargame_mentorship.models import FlagCase, HelpRequest, HelpResponse
from wargame_mentorship.moderation import cases, flagging, people, sanctions
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_help_request,
    make_moderator,
    make_post,
    make_response,
    make_solved_help_request,
    make_steward,
    make_topic,
    make_user,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

RULES = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    },
}
WIDTHS = (320, 390, 1280)
SCHEMES = ("light", "dark")
DIRECTIONS = ("ltr", "rtl")
# Each of them beside both others: what breaks does so by one of these, or by two.
FEW = ((320, "dark", "rtl"), (390, "light", "ltr"), (1280, "dark", "ltr"), (1280, "light", "rtl"))
WAYS = tuple(itertools.product(WIDTHS, SCHEMES, DIRECTIONS)) if PROFILE == "nightly" else FEW


@pytest.fixture
def visit(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[..., Visitor]]:
    contexts = []

    def enter(user: Any = None, width: int = 1280) -> Visitor:
        context = chromium.new_context(viewport={"width": width, "height": 900}, has_touch=True)
        context.set_default_timeout(30_000)
        contexts.append(context)
        visitor = Visitor(context, live_server)
        return visitor.sign_in(user) if user else visitor

    yield enter
    for context in contexts:
        context.close()


def faults(page: Page, name: str) -> list[str]:
    """What axe finds and what does not fit the window, in the ways to look at the page."""
    found = []
    axe = Axe()
    page.evaluate(axe.axe_script)
    for width, scheme, direction in WAYS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # a plain string
        page.evaluate("(way) => { document.documentElement.dir = way; }", direction)
        way = f"{name}, {width} px, {scheme}, {direction}"
        results = page.evaluate("(rules) => axe.run(rules)", RULES)
        found += [
            f"{way}: {fault['id']} at {node['target']}: {node['failureSummary']}"
            for fault in results["violations"]
            for node in fault["nodes"]
        ]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{way}: scrolls sideways")
    return found


def make_conversation(asker: Any, helper: Any) -> HelpRequest:
    """A question with all that its page can show."""
    photo = upload_photo(actor=asker, file=upload(), alt_text="Rings on a shield")
    entry = make_help_request(asker, photo_ids=[photo.pk], title="Why are there rings?")
    make_response(entry, helper, text="1. Use *less*.\n2. Wick it away.\n\n> Thin it!")
    make_response(entry, asker, text="I did, see [this](https://example.org).")
    return services.claim(actor=helper, help_request=entry)


def tell_with_photos(solved: HelpRequest) -> HelpRequest:
    """With a picture of before and one of after, which the page compares."""
    asker = asker_of(solved)
    before = upload_photo(actor=asker, file=upload(), alt_text="With rings")
    after = upload_photo(actor=asker, file=upload(), alt_text="Without")
    solved = services.edit(actor=asker, help_request=solved, changes={}, photo_ids=[before.pk])
    return services.tell_outcome(
        actor=asker, help_request=solved, text="Smooth.", photo_ids=[after.pk]
    )


def answer_of(entry: HelpRequest, helper: Any) -> HelpResponse:
    return HelpResponse.objects.filter(help_request=entry, responder=helper.pk).earliest("pk")


def test_pages_are_without_fault_however_one_looks_at_them(
    visit: Callable[..., Visitor], live_server: LiveServer
) -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    entry = make_conversation(ada, bruno)
    solved = make_solved_help_request(ada, bruno)
    told = tell_with_photos(make_solved_help_request(ada, bruno))
    make_help_request(is_public=False)
    asker, helper, stranger = visit(ada), visit(bruno), visit()
    moderator = visit(make_moderator("painting"))

    def page_of(visitor: Visitor, path: str) -> list[str]:
        return faults(visitor.go(path), path)

    found = page_of(stranger, url("help-requests") + "?ordering=views&search=rings")
    found += page_of(stranger, url("help-request", solved.pk))
    found += page_of(asker, url("help-request", entry.pk))
    found += page_of(helper, url("help-request", entry.pk))
    found += page_of(stranger, url("help-request", told.pk))
    found += page_of(asker, url("tell-outcome", solved.pk))
    found += page_of(helper, url("edit-response", entry.pk, answer_of(entry, bruno).pk))
    found += page_of(helper, url("queue"))
    found += page_of(asker, url("notifications"))
    found += page_of(asker, url("notification-preferences"))
    found += page_of(moderator, url("moderation"))
    found += page_of(asker, url("ask-help-request"))
    asker.page.click("form.wm-form .wm-primary")
    asker.page.wait_for_selector(".wm-summary")
    found += faults(asker.page, "a refused question")
    # The example site's reference of components; other hosts have none.
    if reference := reference_url():
        found += page_of(helper, reference)
        found += page_of(helper, f"{reference}?theme=dark&dir=rtl")

    assert found == []


def test_pages_of_the_forums_are_without_fault_however_one_looks_at_them(
    visit: Callable[..., Visitor],
) -> None:
    ada, bruno, category = make_user("ada"), make_user("bruno"), make_forum_category("Brushes")
    dmitri = make_forum_moderator(category, make_forum_category("Tools"))
    topic = make_topic(ada, category, tags=["eyes", "brushes"], title="Which brush for eyes?")
    make_post(topic, bruno, content="1. A *size 1*.\n2. A good point.\n\n> Never 000!")
    solution, gone = make_post(topic, bruno), make_post(topic, bruno)
    forums.accept(actor=ada, topic=topic, post_id=solution.pk)
    forums.delete_post(actor=bruno, post=gone)
    forums.pin(actor=dmitri, topic=make_topic(ada, category))
    asker, moderator, stranger = visit(ada), visit(dmitri), visit()
    shown = reverse("wargame_mentorship:forum-topic", args=[topic.pk, topic.slug])

    found = [
        fault
        for visitor, path in (
            (stranger, url("forums")),
            (stranger, url("forum-category", category.slug)),
            (stranger, shown),
            (asker, f"{shown}?quote={solution.pk}"),
            (moderator, shown),
            (asker, url("start-topic", category.slug)),
            (asker, url("edit-topic", topic.pk)),
            (moderator, url("delete-post", solution.pk)),
            (stranger, url("forum-list", "latest")),
            (asker, url("forum-list", "unread")),
            (asker, url("forums")),
            (asker, url("forum-category", category.slug)),
            (stranger, f"{url('search-forums')}?search=brush"),
        )
        for fault in faults(visitor.go(path), path)
    ]

    assert found == []


def test_pages_of_forum_moderators_are_without_fault_however_one_looks_at_them(
    visit: Callable[..., Visitor],
) -> None:
    ada, bruno, category = make_user("ada"), make_user("bruno"), make_forum_category("Brushes")
    dmitri = make_forum_moderator(category)
    topic = make_topic(ada, category, tags=["eyes"], title="Which brush for eyes?")
    post = make_post(topic, bruno, content="A *size 1*.")
    forums.edit_topic(actor=ada, topic=topic, changes={"description": "Mine splits. **Why**?"})
    forums.edit_post(actor=bruno, post=post, content="A *size 0*, never 000.")
    twin, merged, gone = (make_topic(bruno, category) for _ in range(3))
    forums.mark_duplicate(actor=dmitri, topic=twin, topic_id=topic.pk)
    forums.merge(actor=dmitri, topic=merged, into_id=topic.pk, reason="The same.")
    forums.delete_topic(actor=dmitri, topic=gone, reason="Spam.")
    for entry in (post, twin):
        flagging.flag(actor=ada, kind=entry.KIND, object_id=entry.pk, reason="other", note="Why?")
    cases.dismiss(actor=dmitri, case=FlagCase.objects.get(object_id=twin.pk), reason="A tip.")
    moderator, asker = visit(dmitri), visit(ada)

    def page_of(entry: Any) -> str:
        return reverse("wargame_mentorship:forum-topic", args=[entry.pk, entry.slug])

    found = [
        fault
        for visitor, path in (
            (moderator, page_of(topic)),
            (moderator, url("report", topic.KIND, topic.pk)),
            (moderator, url("cases")),
            (moderator, f"{url('cases')}?status=dismissed"),
            (asker, url("flags")),
            (moderator, page_of(twin)),
            (moderator, page_of(gone)),
            (moderator, url("split-topic", topic.pk)),
            (moderator, url("steer-topics")),
            (moderator, f"{url('steer-topics')}?state=deleted"),
            (asker, url("versions-of-topic", topic.pk)),
            (moderator, url("versions-of-post", post.pk)),
        )
        for fault in faults(visitor.go(path), path)
    ]

    assert found == []


def test_pages_about_people_are_without_fault_however_one_looks_at_them(
    visit: Callable[..., Visitor], settings: Any
) -> None:
    settings.WARGAME_MENTORSHIP = {**settings.WARGAME_MENTORSHIP, "MODERATION": MARKED_WORDS}
    ada, category = make_user("ada"), make_forum_category("Brushes")
    dmitri, steward = make_forum_moderator(category), make_steward()
    post = make_post(make_topic(category=category), ada, content="Buy *my* brushes.")
    for _number in range(3):
        make_post(post.topic, ada, content="hold-me: buy my brushes.")
    named: Any = {"kind": post.KIND, "object_id": post.pk}
    given = sanctions.warn(actor=dmitri, person_id=ada.pk, reason="No shops.", **named)
    people.add_note(actor=dmitri, person=ada, text="Sells brushes.", **named)
    flagging.flag(actor=make_user(), reason="spam", **named)
    until = timezone.now() + timedelta(days=3)
    sanctions.suspend(actor=steward, person=ada, until=until, reason="Still sells.")
    suspended, moderator, chief = visit(ada), visit(dmitri), visit(steward)
    standing = url("standing")
    found = faults(suspended.go(standing), standing)
    sanctions.appeal(actor=ada, sanction=given, text="One brush.")
    record = url("person", ada.pk)

    found += [
        fault
        for visitor, path in (
            (suspended, reverse("wargame_mentorship:forums")),
            (suspended, standing),
            (moderator, url("appeals")),
            (moderator, url("cases")),
            (moderator, f"{url('moderation')}?kind=forum_post"),
            (moderator, record),
            (chief, record),
        )
        for fault in faults(visitor.go(path), path)
    ]

    assert found == []


def reference_url() -> str:
    try:
        return reverse("components")
    except NoReverseMatch:
        return ""


class Keys:
    """Somebody without a pointer."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, selector: str) -> None:
        """Tab until something is reached, from wherever one is."""
        for _ in range(150):
            if self.page.evaluate(
                "(selector) => document.activeElement?.matches(selector)", selector
            ):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not reached by Tab.")

    def write(self, selector: str, text: str) -> None:
        self.to(selector)
        self.page.keyboard.type(text)

    def press(self, selector: str, key: str = "Enter") -> None:
        self.to(selector)
        self.page.keyboard.press(key)


def test_a_question_is_asked_answered_and_solved_by_keyboard_alone(
    visit: Callable[..., Visitor],
) -> None:
    ada, bruno = visit(make_user("ada"), width=390), visit(make_user("bruno"))
    page, keys = ada.go(url("ask-help-request")), Keys(ada.page)
    choose = "#id_category"
    is_select = page.locator("select#id_category").count() == 1

    # Sent too soon: the focus goes to what is missing, and from there to the field.
    keys.write("#id_title", "Why does my varnish frost?")
    page.keyboard.press("Enter")
    expect(page.locator(".wm-summary")).to_be_focused()
    keys.press(".wm-summary a[href='#id_description']")
    expect(page.locator("#id_description")).to_be_focused()
    page.keyboard.type("Over night.")
    keys.press(choose, "ArrowDown" if is_select else "Space")
    expect(page.locator("#id_title")).to_have_value("Why does my varnish frost?")
    keys.press("form.wm-form .wm-actions .wm-primary")
    page.wait_for_selector("h1:has-text('varnish')")

    page_of_bruno, keys_of_bruno = bruno.go(page.url.removeprefix(ada.server.url)), Keys(bruno.page)
    keys_of_bruno.write("#id_response_text", "Warm the can.")
    keys_of_bruno.press("#respond .wm-primary")
    page_of_bruno.wait_for_selector(".wm-answer:has-text('Warm the can.')")

    page.reload()
    keys.press(".wm-accept")
    page.wait_for_selector("#solution:has-text('Warm the can.')")
    # Chromium reports an answer of 400 as an error; nothing else went wrong.
    assert [complaint for complaint in ada.complaints if "400" not in complaint] == []
    assert bruno.complaints == []
