"""The custom elements, each on a page of its own under a strict policy (see `workbench`)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.conftest import FLAGS, path_of_chromium
from tests.browser.workbench import FORM, Workbench, serve

pytestmark = pytest.mark.browser

HEIC = Path(__file__).resolve().parents[1] / "photos" / "data" / "red-blue.heic"
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def lone_chromium() -> Iterator[Browser]:
    """One for all tests here: none of them needs a database, which is what takes long."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path_of_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def bench() -> Iterator[Workbench]:
    bench = Workbench()
    server = serve(bench)
    yield bench
    server.shutdown()
    server.server_close()


Open = Callable[..., Page]


@pytest.fixture
def context(lone_chromium: Browser) -> Iterator[BrowserContext]:
    context = lone_chromium.new_context(viewport={"width": 800, "height": 900}, locale="en")
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def open_page(context: BrowserContext, bench: Workbench) -> Iterator[Open]:
    """Opens pages; whatever the browser complains of, policy included, fails the test."""
    complaints: list[str] = []
    expected: list[str] = []

    def hear(message: Any) -> None:
        wanted = any(part in message.text for part in expected)
        if message.type in {"error", "warning"} and not wanted:
            complaints.append(message.text)

    def enter(path: str = "/ask/", *, despite: str = "") -> Page:
        if despite:
            expected.append(despite)
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(bench.url + path)
        return page

    yield enter
    assert complaints == []


def picture(
    width: int = 64, height: int = 48, *, noisy: bool = False, name: str = "mini.jpg"
) -> Any:
    """A photo as a file input takes it."""
    image = Image.effect_noise((width, height), 90) if noisy else Image.new("L", (width, height))
    output = io.BytesIO()
    image.convert("RGB").save(output, "JPEG", quality=97 if noisy else 85)
    return {"name": name, "mimeType": "image/jpeg", "buffer": output.getvalue()}


def pick(page: Page, *photos: Any) -> None:
    page.set_input_files(".wm-files", list(photos))


def photo(page: Page, number: int) -> Any:
    return page.locator(".wm-photo").nth(number - 1)


def arrived(page: Page, count: int = 1) -> None:
    expect(page.locator(".wm-photo[data-state=done]")).to_have_count(count)


def said(page: Page) -> Any:
    return page.locator("[role=status].wm-unseen")


# ------------------------------------------------------------------------------------- photos


def test_a_photo_is_sent_as_soon_as_it_is_chosen(open_page: Open, bench: Workbench) -> None:
    page = open_page()

    pick(page, picture(name="cloak.jpg"))
    arrived(page)

    [upload] = bench.uploads
    assert (upload.name, upload.size, upload.token) == ("cloak.jpg", (64, 48), "the-token")
    key = page.locator(".wm-photo input[name=photo_ids]").input_value()
    expect(page.get_by_label("What does photo 1 show?")).to_have_attribute("name", f"alt_{key}")
    expect(said(page)).to_have_text("Photo 1 of 1 has arrived.")
    # It is seen without an address that a strict policy would refuse.
    assert page.locator(".wm-photo canvas").count() == 1


def test_a_large_photo_is_made_small_before_it_travels(open_page: Open, bench: Workbench) -> None:
    page = open_page()

    pick(page, picture(3000, 1500), picture(1600, 1600, noisy=True, name="noise.jpeg"))
    arrived(page, 2)

    wide, heavy = sorted(bench.uploads, key=lambda upload: upload.size[1])
    assert (wide.size, wide.format) == ((2048, 1024), "JPEG")
    assert (heavy.size, heavy.format, heavy.name) == ((1600, 1600), "JPEG", "noise.jpg")
    assert len(heavy.content) < len(picture(1600, 1600, noisy=True)["buffer"])


def test_a_photo_that_this_browser_cannot_read_travels_as_it_is(
    open_page: Open, bench: Workbench
) -> None:
    page = open_page()

    page.set_input_files(".wm-files", str(HEIC))
    arrived(page)

    assert bench.uploads[0].content == HEIC.read_bytes()
    assert page.locator(".wm-photo img").get_attribute("src") is not None


def test_the_camera_is_one_of_the_ways_in(open_page: Open) -> None:
    page = open_page()

    camera = page.locator("input[capture=environment]")

    assert camera.get_attribute("accept") == "image/*"
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose photos").click()
    assert chooser.value.is_multiple()


def test_one_photo_that_is_refused_keeps_its_error_and_the_others_stay(
    open_page: Open, bench: Workbench
) -> None:
    bench.uploads_fail = [(400, '{"code": "invalid", "detail": "This is no picture."}')]
    page = open_page(despite="400")
    page.fill("#id_title", "Half a question")

    pick(page, picture())
    expect(photo(page, 1).locator(".wm-error")).to_have_text("This is no picture.")
    pick(page, picture(), picture())
    arrived(page, 2)

    alt = photo(page, 1).locator("input[type=text]")
    expect(alt).to_have_accessible_description("This is no picture.")
    photo(page, 1).get_by_role("button", name="Photo 1: try again").click()
    arrived(page, 3)
    expect(photo(page, 1).locator(".wm-error")).to_be_hidden()
    assert page.input_value("#id_title") == "Half a question"


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (413, "<h1>Request Entity Too Large</h1>", "This file is too large."),
        (502, "<h1>Bad Gateway</h1>", "This photo did not arrive. Please try again."),
        (400, '{"code": "invalid", "fields": {"file": [{"message": "No."}]}}', "No."),
    ],
)
def test_whatever_the_answer_there_are_words_for_it(
    open_page: Open, bench: Workbench, status: int, body: str, message: str
) -> None:
    bench.uploads_fail = [(status, body)]
    page = open_page(despite=str(status))

    pick(page, picture())

    expect(photo(page, 1).locator(".wm-error")).to_have_text(message)
    expect(said(page)).to_have_text(f"Photo 1: {message}")


def test_a_lost_connection_is_tried_again_when_it_is_back(
    open_page: Open, bench: Workbench, context: BrowserContext
) -> None:
    page = open_page(despite="ERR_INTERNET_DISCONNECTED")
    context.set_offline(True)
    pick(page, picture())
    expect(photo(page, 1).locator(".wm-error")).to_contain_text("No connection")

    context.set_offline(False)

    arrived(page)
    assert len(bench.uploads) == 1


def test_no_more_are_taken_than_there_are_places(open_page: Open, bench: Workbench) -> None:
    page = open_page()

    pick(page, *[picture() for _ in range(6)])
    arrived(page, 4)

    expect(page.locator(".wm-picker-tools .wm-error")).to_contain_text("4 photos at most")
    expect(page.get_by_role("button", name="Choose photos")).to_be_hidden()
    photo(page, 4).get_by_role("button", name="Photo 4: remove").click()
    expect(page.get_by_role("button", name="Choose photos")).to_be_visible()


def test_photos_are_put_in_order_with_the_keyboard(open_page: Open) -> None:
    page = open_page()
    for name in ("a", "b", "c"):
        pick(page, picture())
        arrived(page, ord(name) - ord("a") + 1)
        page.locator(".wm-photo").last.locator("input[type=text]").fill(name)

    button = photo(page, 3).get_by_role("button", name="towards the front")
    button.focus()
    page.keyboard.press("Enter")
    expect(said(page)).to_have_text("Now photo 2 of 3.")
    page.keyboard.press("Enter")

    assert alts(page) == ["c", "a", "b"]
    # At the front there is nowhere to go; the focus is where the way back is.
    expect(photo(page, 1).get_by_role("button", name="towards the end")).to_be_focused()
    page.keyboard.press("Enter")
    assert alts(page) == ["a", "c", "b"]


def test_photos_are_put_in_order_by_dragging(open_page: Open) -> None:
    page = open_page()
    pick(page, picture(), picture(), picture())
    arrived(page, 3)
    for number, name in enumerate(("a", "b", "c"), 1):
        photo(page, number).locator("input[type=text]").fill(name)

    photo(page, 3).locator(".wm-frame").drag_to(photo(page, 1).locator(".wm-frame"))

    assert alts(page) == ["c", "a", "b"]


def alts(page: Page) -> list[str]:
    return [field.input_value() for field in page.locator(".wm-photo input[type=text]").all()]


def test_removing_one_that_is_under_way_stops_it(open_page: Open, bench: Workbench) -> None:
    bench.lets_uploads_through.clear()
    page = open_page()
    pick(page, picture(), picture())
    expect(page.locator(".wm-photo[data-state=sending]")).to_have_count(2)

    photo(page, 1).get_by_role("button", name="Photo 1: remove").click()

    expect(page.get_by_role("button", name="Photo 1: remove")).to_be_focused()
    bench.lets_uploads_through.set()
    arrived(page)
    assert page.locator(".wm-photo").count() == 1


def test_the_form_waits_for_photos_and_sends_them_in_order_with_their_words(
    open_page: Open, bench: Workbench
) -> None:
    bench.lets_uploads_through.clear()
    page = open_page()
    page.fill("#id_title", "What now?")
    pick(page, picture(), picture())
    photo(page, 1).locator("input[type=text]").fill("A cloak")

    page.click("button.wm-primary")
    expect(page.locator(".wm-picker-tools .wm-error")).to_contain_text("still on their way")
    bench.lets_uploads_through.set()
    page.wait_for_url("**/asked/")

    [post] = bench.posts
    assert len(post["photo_ids"]) == 2
    assert post[f"alt_{post['photo_ids'][0]}"] == ["A cloak"]


def test_the_form_does_not_leave_a_failed_photo_behind(open_page: Open, bench: Workbench) -> None:
    bench.uploads_fail = [(400, '{"detail": "Torn."}')]
    page = open_page(despite="400")
    page.fill("#id_title", "What now?")
    pick(page, picture())
    expect(photo(page, 1).locator(".wm-error")).to_have_text("Torn.")

    page.click("button.wm-primary")
    expect(page.get_by_role("button", name="Photo 1: try again")).to_be_focused()
    assert bench.posts == []
    page.get_by_role("button", name="Photo 1: remove").click()
    page.click("button.wm-primary")

    page.wait_for_url("**/asked/")


def test_photos_that_the_page_brings_are_taken_over(open_page: Open, bench: Workbench) -> None:
    bench.picked = """<ul class="wm-picked"><li data-photo="k1">
        <input type="hidden" name="photo_ids" value="k1"><img src="/thumbnail/k1" alt="x">
        <input name="alt_k1" aria-label="x" value="A boot"></li></ul>"""
    page = open_page()

    assert alts(page) == ["A boot"]
    expect(page.locator(".wm-photo-rows")).to_be_hidden()
    page.click("button.wm-primary")
    page.wait_for_url("**/asked/")
    assert bench.posts[0]["photo_ids"] == ["k1"]
    assert bench.posts[0]["alt_k1"] == ["A boot"]
    assert "photo_0" not in bench.posts[0]


# ------------------------------------------------------------------------------------- drafts


def write(page: Page, title: str = "Why does it frost?") -> None:
    page.fill("#id_title", title)
    page.fill("#id_description", "Over night.")
    page.check("#id_category")
    page.select_option("#id_part", "washing")
    page.fill("#id_wash", "Sepia")
    page.check("#id_is_private")
    kept(page, "Sepia")


def kept(page: Page, text: str) -> None:
    """Wait until the browser keeps it. (Playwright's own waiting needs `eval`.)"""
    for _ in range(50):
        if text in page.evaluate("JSON.stringify(localStorage)"):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{text} is not kept.")


def is_there(page: Page, title: str = "Why does it frost?") -> bool:
    expect(page.locator("#id_title")).to_have_value(title)
    return (
        page.input_value("#id_description") == "Over night."
        and page.is_checked("#id_category")
        and page.input_value("#id_part") == "washing"
        and page.input_value("#id_wash") == "Sepia"
        and page.is_visible("#id_wash")
        and page.is_checked("#id_is_private")
    )


def test_a_draft_survives_a_reload_and_a_closed_tab(open_page: Open) -> None:
    page = open_page()
    write(page)
    pick(page, picture())
    arrived(page)
    photo(page, 1).locator("input[type=text]").fill("A frosty knight")

    page.reload()
    assert is_there(page)
    expect(page.locator(".wm-draft-note")).to_contain_text("It is all still here")
    assert alts(page) == ["A frosty knight"]
    page.close()

    page = open_page()
    assert is_there(page)
    assert alts(page) == ["A frosty knight"]


def test_a_photo_that_never_left_survives_a_closed_tab(open_page: Open, bench: Workbench) -> None:
    bench.uploads_fail = [(503, "")]
    page = open_page(despite="503")
    pick(page, picture(name="late.jpg"))
    expect(page.locator(".wm-photo[data-state=failed]")).to_have_count(1)
    photo(page, 1).locator("input[type=text]").fill("Late")
    page.close()

    page = open_page()

    arrived(page)
    assert bench.uploads[0].name == "late.jpg"
    assert alts(page) == ["Late"]


def test_a_refused_form_keeps_its_words_and_the_photos_that_it_had(
    open_page: Open, bench: Workbench
) -> None:
    bench.refuses_posts = True
    page = open_page(despite="400")
    write(page)

    page.click("button.wm-primary")
    page.wait_for_load_state("load")
    # The words are those that came back, not an older draft, and nothing asks about it.
    expect(page.locator("#id_title")).to_have_value("Why does it frost?")
    page.fill("#id_title", "Better")
    bench.refuses_posts = False
    page.click("button.wm-primary")
    page.wait_for_url("**/asked/")

    page.goto(bench.url + "/elsewhere/")
    bench.title = bench.description = ""
    page.goto(bench.url + "/ask/")
    expect(page.locator("#id_title")).to_have_value("")


def test_what_was_sent_is_forgotten(open_page: Open, bench: Workbench) -> None:
    page = open_page()
    write(page)

    page.click("button.wm-primary")
    page.wait_for_url("**/asked/")

    assert page.evaluate("Object.keys(localStorage).filter((n) => n.startsWith('wm:draft'))") == []
    page.goto(bench.url + "/ask/")
    expect(page.locator("#id_title")).to_have_value("")
    assert page.locator(".wm-draft-note").count() == 0


def test_what_was_sent_from_a_page_beside_is_forgotten_there_too(
    open_page: Open, bench: Workbench
) -> None:
    """An answer stands under its question, and a host's page may have the form for a question."""
    bench.pages["/beside/"] = FORM.format(title="", description="", picked="")
    page = open_page("/beside/")
    write(page)
    page.reload()
    assert is_there(page)

    page.click("button.wm-primary")
    page.wait_for_url("**/asked/")
    page.goto(bench.url + "/beside/")

    expect(page.locator("#id_title")).to_have_value("")
    assert page.locator(".wm-draft-note").count() == 0


def test_a_form_beside_whose_answer_never_came_is_still_there(
    open_page: Open, bench: Workbench, context: BrowserContext
) -> None:
    bench.pages["/beside/"] = FORM.format(title="", description="", picked="")
    page = open_page("/beside/", despite="ERR_INTERNET_DISCONNECTED")
    write(page)
    context.set_offline(True)
    page.click("button.wm-primary")
    page.wait_for_timeout(300)
    context.set_offline(False)
    page.close()

    assert is_there(open_page("/beside/"))


def test_a_form_whose_answer_never_came_is_still_there(
    open_page: Open, bench: Workbench, context: BrowserContext
) -> None:
    page = open_page(despite="ERR_INTERNET_DISCONNECTED")
    write(page)
    context.set_offline(True)
    page.click("button.wm-primary")
    page.wait_for_timeout(300)
    context.set_offline(False)
    page.close()

    assert is_there(open_page())


def test_nobody_reads_what_somebody_else_wrote(open_page: Open, bench: Workbench) -> None:
    bench.uploads_fail = [(503, "")]
    page = open_page(despite="503")
    write(page)
    pick(page, picture())
    expect(page.locator(".wm-photo[data-state=failed]")).to_have_count(1)
    page.close()

    bench.viewer = "bruno"
    page = open_page("/elsewhere/")

    assert "frost" not in page.evaluate("JSON.stringify(localStorage)")


def test_what_was_written_before_signing_in_belongs_to_who_signs_in(
    open_page: Open, bench: Workbench
) -> None:
    bench.viewer = ""
    page = open_page()
    write(page)
    page.close()

    bench.viewer = "ada"

    assert is_there(open_page())
    assert bench.drafts == []


def test_photos_that_were_chosen_before_signing_in_come_along(
    open_page: Open, bench: Workbench
) -> None:
    bench.viewer = ""
    page = open_page(despite="400")
    page.fill("#id_title", "Before signing in")
    pick(page, picture(name="early.jpg"))
    expect(page.locator(".wm-photo[data-state=kept]")).to_have_count(1)
    expect(page.locator(".wm-picker-tools")).to_contain_text("your photos come along")
    # The server keeps the words, and has the form back once somebody has signed in.
    bench.refuses_posts, bench.viewer = True, "ada"
    page.click("button.wm-primary")

    arrived(page)
    expect(page.locator("#id_title")).to_have_value("Before signing in")
    assert bench.uploads[0].name == "early.jpg"


def test_a_session_that_runs_out_loses_nothing_of_the_draft(
    open_page: Open, bench: Workbench
) -> None:
    bench.takes_drafts = False
    page = open_page(despite="403")
    write(page)
    page.close()
    bench.viewer = ""
    page = open_page("/elsewhere/")
    page.close()

    bench.viewer = "ada"

    assert is_there(open_page())


def test_signing_out_leaves_nothing_that_the_server_has(open_page: Open, bench: Workbench) -> None:
    page = open_page()
    page.fill("#id_title", "Frost")
    kept(page, "Frost")
    # The server has it when the form is opened again.
    page.goto(bench.url + "/elsewhere/")
    bench.title = "Frost"
    page.goto(bench.url + "/ask/")
    expect(page.locator("wm-help-request-form.wm-on")).to_have_count(1)
    page.close()

    bench.viewer = ""
    page = open_page("/elsewhere/")

    assert "Frost" not in page.evaluate("JSON.stringify(localStorage)")


def test_a_draft_is_saved_on_the_server_when_the_page_is_left(
    open_page: Open, bench: Workbench
) -> None:
    page = open_page()
    write(page)
    assert bench.drafts == []

    page.goto(bench.url + "/elsewhere/")
    page.wait_for_timeout(300)

    [draft] = bench.drafts
    assert isinstance(draft, dict)
    assert (draft["draft"], draft["title"]) == ("draft-7", "Why does it frost?")
    assert (draft["part.painting"], draft["is_private"]) == ("washing", "on")


def test_of_two_versions_one_is_shown_and_the_other_offered(
    open_page: Open, bench: Workbench
) -> None:
    page = open_page()
    write(page)
    page.close()
    bench.title = "From my phone"

    page = open_page()

    expect(page.locator("#id_title")).to_have_value("From my phone")
    expect(page.locator(".wm-draft-note")).to_contain_text("You also wrote something else")
    page.get_by_role("button", name="Bring it back").click()
    assert is_there(page)
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator("#id_title")).to_have_value("From my phone")


def test_starting_afresh_can_be_taken_back(open_page: Open, bench: Workbench) -> None:
    page = open_page()
    write(page)
    page.reload()
    assert is_there(page)

    page.get_by_role("button", name="Start afresh").click()
    expect(page.locator("#id_title")).to_have_value("")
    assert bench.drafts[-1] == "draft=draft-7"
    page.get_by_role("button", name="Bring it back").click()

    assert is_there(page)


def test_a_browser_that_keeps_nothing_is_no_trouble(
    open_page: Open, context: BrowserContext, bench: Workbench
) -> None:
    context.add_init_script(
        """for (const name of ["localStorage", "indexedDB"]) Object.defineProperty(window, name, {
            get() { throw new DOMException("No.", "SecurityError"); } });"""
    )
    page = open_page()
    page.fill("#id_title", "Private mode")
    pick(page, picture())
    arrived(page)

    page.click("button.wm-primary")
    page.wait_for_url("**/asked/")

    assert bench.posts[0]["title"] == ["Private mode"]


# ------------------------------------------------------------------------- form, similar, cards


def test_similar_questions_come_while_one_types(open_page: Open, bench: Workbench) -> None:
    bench.similar = lambda title: f'<ul><li><a href="/1/">Like {title}</a></li></ul>'
    page = open_page()

    page.locator("#id_title").press_sequentially("Why does it frost?", delay=15)

    expect(page.locator("wm-similar a")).to_have_text("Like Why does it frost?")
    assert bench.asked_similar == ["Why does it frost?"]
    expect(said(page)).to_contain_text("something similar")
    page.fill("#id_title", "Why")
    expect(page.locator("wm-similar a")).to_have_count(0)


def test_a_host_can_send_the_form_itself(open_page: Open, bench: Workbench) -> None:
    page = open_page()
    write(page)
    pick(page, picture())
    arrived(page)
    page.evaluate(
        """document.addEventListener("wm:submit", (event) => {
            event.preventDefault(); window.given = event.detail; window.form = event.target; })"""
    )

    page.click("button.wm-primary")

    given = page.evaluate("window.given")
    assert given.pop("photo_ids") == [page.locator("input[name=photo_ids]").input_value()]
    assert given == {
        "title": "Why does it frost?",
        "description": "Over night.",
        "category": "painting",
        "subcategory": "washing",
        "facets": {"wash": "Sepia"},
        "difficulty_level": None,
        "urgency": "normal",
        "language": "",
        "is_public": False,
    }
    assert bench.posts == []

    # Refused by the API: the errors lead to their fields, and the rest is kept.
    page.evaluate(
        """window.form.refuse({code: "invalid", detail: "No.", fields: {
            title: [{message: "Too short.", code: "short"}]}})"""
    )
    expect(page.locator(".wm-summary")).to_be_focused()
    page.get_by_role("link", name="Too short.").click()
    expect(page.locator("#id_title")).to_be_focused()
    assert page.locator("#id_title").get_attribute("aria-invalid") == "true"

    # Taken by the API: nothing of it is left.
    page.evaluate("window.form.sent()")
    assert page.input_value("#id_title") == ""
    assert page.locator(".wm-photo, .wm-summary").count() == 0
    page.reload()
    expect(page.locator("#id_title")).to_have_value("")


CARD = """
<wm-help-request-card data-id="7" data-status="open"><article class="wm-card"><div class="wm-words">
  <div class="wm-card-title"><a href="/help/7/"><span>Why?</span></a></div>
  <div class="wm-card-moves">
    <a class="wm-button" data-wm="respond" href="/help/7/#respond">Answer</a>
    <form method="post" action="/ask/" data-wm="assign" enctype="multipart/form-data">
      <button class="wm-button">I can help</button></form></div>
</div></article></wm-help-request-card>
"""


def test_links_and_buttons_of_a_card_can_be_answered_to(open_page: Open, bench: Workbench) -> None:
    bench.pages["/cards/"] = CARD
    page = open_page("/cards/")
    page.evaluate(
        """window.heard = []; for (const kind of ["wm:respond", "wm:assign"])
        document.addEventListener(kind, (event) => {
            if (window.cancels) event.preventDefault(); heard.push([kind, event.detail]); })"""
    )

    page.evaluate("window.cancels = true")
    page.get_by_role("link", name="Answer").click()
    page.get_by_role("button", name="I can help").click()

    summary = {"id": "7", "title": "Why?", "status": "open", "url": f"{bench.url}/help/7/"}
    assert page.evaluate("window.heard") == [["wm:respond", summary], ["wm:assign", summary]]
    assert page.url.endswith("/cards/")
    page.evaluate("window.cancels = false")
    page.get_by_role("link", name="Answer").click()
    page.wait_for_url("**/help/7/#respond")


def test_an_element_can_fetch_its_own_markup(open_page: Open, bench: Workbench) -> None:
    bench.pages["/spa/"] = '<wm-help-request-card src="/fragment/"></wm-help-request-card>'
    bench.pages["/fragment/"] = CARD
    page = open_page("/spa/")

    expect(page.get_by_role("link", name="Answer")).to_be_visible()

    assert page.locator("wm-help-request-card").count() == 1
    assert page.evaluate("document.querySelector('wm-help-request-card').summary.id") == "7"


def test_an_element_takes_no_markup_from_elsewhere(open_page: Open, bench: Workbench) -> None:
    bench.pages["/spa/"] = "<wm-help-request-card></wm-help-request-card>"
    page = open_page("/spa/")

    message = page.evaluate(
        """() => new Promise((resolve) => {
            const made = document.createElement("wm-help-request-card");
            made.addEventListener("wm:error", (event) => resolve(String(event.detail.error)));
            made.src = "http://example.org/card/"; document.body.append(made); })"""
    )

    assert "is not of this site" in message


# --------------------------------------------------------------------------- before, after, steps

BEFORE_AFTER = """
<wm-before-after class="wm-before-after">
  <figure class="wm-before"><img src="/thumbnail/1" alt="Grey" width="480" height="360">
    <figcaption>Before</figcaption></figure>
  <figure class="wm-after"><img src="/thumbnail/2" alt="Red" width="480" height="360">
    <figcaption>After</figcaption></figure>
</wm-before-after>
"""


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_before_and_after_are_compared_by_keys_and_pointer(
    open_page: Open, bench: Workbench, direction: str
) -> None:
    bench.pages["/compare/"] = f'<div dir="{direction}">{BEFORE_AFTER}</div>'
    page = open_page("/compare/")
    slider = page.get_by_role("slider", name="Before and after")

    slider.focus()
    page.keyboard.press("ArrowLeft")
    toward_start = 49 if direction == "ltr" else 51
    assert slider.get_attribute("aria-valuetext") == f"{toward_start} percent before"
    page.keyboard.press("End")
    assert at(page) == "100%"
    page.keyboard.press("Home")
    assert at(page) == "0%"

    box = page.locator("wm-before-after").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.5, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, middle, steps=4)
    page.mouse.up()
    expected = 80 if direction == "ltr" else 20
    assert abs(float(at(page).rstrip("%")) - expected) <= 3
    assert page.get_by_role("img", name="Grey").count() == 1


def at(page: Page) -> str:
    return str(
        page.locator("wm-before-after").evaluate("(one) => one.style.getPropertyValue('--wm-at')")
    )


STEPS = """
<wm-draft><form method="post" action="/steps/"><wm-steps data-most="4"><fieldset>{first}
<details><summary>More steps</summary>{further}</details></fieldset></wm-steps>
<button class="wm-primary">Send</button></form></wm-draft>
"""
ROW = """
<div class="wm-step-row" role="group" aria-label="Step {m}">
  <label for="id_step_text_{n}">Step {m}</label>
  <textarea id="id_step_text_{n}" name="step_text_{n}">{text}</textarea>
  <label for="id_step_photo_{n}">Its photo</label>
  <input type="file" id="id_step_photo_{n}" name="step_photo_{n}">
  <div class="wm-step-place"><input name="step_number_{n}" value="{m}" aria-label="Number"></div>
</div>
"""


def rows(*texts: str) -> str:
    made = [ROW.format(n=n, m=n + 1, text=text) for n, text in enumerate(texts)]
    return STEPS.format(first="".join(made[:2]), further="".join(made[2:]))


def texts(page: Page) -> dict[str, str]:
    fields = page.locator("textarea").all()
    return {str(field.get_attribute("name")): field.input_value() for field in fields}


def test_steps_are_added_moved_and_removed(open_page: Open, bench: Workbench) -> None:
    bench.pages["/steps/"] = rows("Prime", "", "", "")
    page = open_page("/steps/")
    # What those without scripts need is not in the way.
    assert texts(page) == {"step_text_0": "Prime"}
    assert page.locator("details, .wm-step-place").count() == 0

    page.get_by_role("button", name="Add a step").click()
    expect(page.get_by_role("textbox", name="Step 2")).to_be_focused()
    page.keyboard.type("Wash")
    page.get_by_role("button", name="Step 2: move up").click()

    assert texts(page) == {"step_text_0": "Wash", "step_text_1": "Prime"}
    expect(page.get_by_role("button", name="Step 1: move down")).to_be_focused()
    expect(said(page)).to_have_text("Now step 1 of 2.")
    page.get_by_role("button", name="Step 1: remove").click()
    assert texts(page) == {"step_text_0": "Prime"}
    expect(page.get_by_role("textbox", name="Step 1")).to_be_focused()


def test_photo_of_a_step_is_made_small_too(open_page: Open, bench: Workbench) -> None:
    bench.pages["/steps/"] = rows("Prime")
    page = open_page("/steps/")

    page.set_input_files("#id_step_photo_0", picture(3000, 1500, name="step.png"))

    name = "document.querySelector('#id_step_photo_0').files[0].name"
    for _ in range(50):
        if page.evaluate(name) == "step.jpg":
            break
        page.wait_for_timeout(100)
    assert page.evaluate(name) == "step.jpg"


def test_steps_survive_a_reload(open_page: Open, bench: Workbench) -> None:
    bench.pages["/steps/"] = rows("", "", "")
    page = open_page("/steps/")
    page.fill("textarea", "Prime")
    for text in ("Wash", "Highlight"):
        page.get_by_role("button", name="Add a step").click()
        page.keyboard.type(text)
    kept(page, "Highlight")

    page.reload()

    written = {"step_text_0": "Prime", "step_text_1": "Wash", "step_text_2": "Highlight"}
    expect(page.locator("textarea")).to_have_count(3)
    assert texts(page) == written
