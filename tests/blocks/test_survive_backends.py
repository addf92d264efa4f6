"""A seam to the host that raises or hangs: every address answers, and never unfiltered."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import override_settings

from tests.api import test_every_route as api
from tests.api.http import Api
from tests.story import Story
from tests.web import test_every_page as pages
from tests.web.pages import url
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.models import Event, Photo
from wargame_mentorship.testing.backends import HangingSocial, MemorySocial

pytestmark = pytest.mark.django_db

BACKENDS = "wargame_mentorship.testing.backends"
BROKEN: dict[str, dict[str, Any]] = {
    "SOCIAL": {"BACKEND": f"{BACKENDS}.BrokenSocial"},
    "USERS": {"BACKEND": f"{BACKENDS}.BrokenUsers"},
    "MODERATION": {"BACKEND": f"{BACKENDS}.BrokenModeration"},
    "SEARCH": {"BACKEND": f"{BACKENDS}.BrokenSearch"},
}


def broken(seam: str) -> override_settings:
    return override_settings(WARGAME_MENTORSHIP={seam: BROKEN[seam]})


def everything(story: Story) -> dict[str, Any]:
    """All that a write could change."""
    return {
        "requests": list(HelpRequest.objects.order_by("pk").values()),
        "responses": list(HelpResponse.objects.order_by("pk").values()),
        "photos": set(Photo.objects.values_list("pk", "content_id")),
        "events": Event.objects.count(),
    }


# What does not ask whom a block hides, and so is answered while nobody can say.
UNASKED_API = {("photo-file", "GET")}
OWN = {
    *("help-request-draft", "upload-photo", "notification-preferences", "unsubscribe"),
    *("follow-category", "help-request-form-fragment", "flags", "standing"),
}
UNASKED_PAGES = {
    # These lead somewhere else; the page they lead to says that it cannot be shown.
    *pages.LEADS_BACK,
    ("index", "GET", ""),
    ("read-notifications", "GET", ""),
    # A form that shows nothing of anybody's; what is written in it is kept.
    ("ask-help-request", "GET", ""),
    ("ask-help-request", "POST", ""),
    # Feeds are what everybody may read, whoever asks.
    ("feed", "GET", ""),
    ("help-request-feed", "GET", ""),
    # What is one's own alone, or about nobody.
    *(route for route in pages.ABOUT_NOTHING if route[0] in OWN),
    # Without a title there is nothing to look for.
    ("similar-help-requests", "GET", ""),
    # Whoever moderates nothing is told so before anything is asked.
    ("moderation", "GET", ""),
    ("moderation", "POST", ""),
    *((name, way, "") for name in ("cases", "appeals", "person") for way in ("GET", "POST")),
}


@pytest.mark.parametrize("persona", ["asker", "helper", "blocked"])
def test_when_nobody_can_say_whom_a_block_hides_the_api_shows_and_writes_nothing(
    persona: str,
) -> None:
    story = Story(Api)
    before = everything(story)
    got = {}

    with broken("SOCIAL"):
        for name, method in api.ABOUT_A_REQUEST:
            if (name, method) in UNASKED_API:
                continue
            answer = api.send(story, persona, name, method)
            got[name, method] = (answer.status_code, answer.headers.get("Retry-After"))
            assert story.entry.title not in answer.content.decode()

    # Whoever moderates nothing is told so before anything is asked.
    turned_away = {route: (403, None) for route in got if route[0] in api.NAMED}
    assert got == {**dict.fromkeys(got, (503, "30")), **turned_away}
    assert everything(story) == before


@pytest.mark.parametrize("persona", ["asker", "helper", "blocked"])
def test_when_nobody_can_say_whom_a_block_hides_no_page_shows_or_writes_anything(
    persona: str,
) -> None:
    story = Story()
    before = everything(story)
    got = {}

    with broken("SOCIAL"):
        for route in pages.ABOUT_A_REQUEST.keys() - UNASKED_PAGES:
            answer = pages.send(story, persona, route)
            got[route] = (answer.status_code, answer.headers.get("Retry-After"))
            assert story.entry.title not in answer.content.decode()
        for route in set(pages.ABOUT_NOTHING) - UNASKED_PAGES:
            client, address = story.clients[persona], url(route[0])
            answer = (
                client.get(address) if route[1] == "GET" else client.post(address, {"all": "1"})
            )
            got[route] = (answer.status_code, answer.headers.get("Retry-After"))

    assert got == dict.fromkeys(got, (503, "30"))
    assert everything(story) == before


def test_nobody_in_particular_reads_on_while_blocks_are_unknown() -> None:
    """A block hides nothing from whoever is not signed in."""
    story = Story()

    with broken("SOCIAL"):
        answer = pages.send(story, "anonymous", ("help-request", "GET", ""))

    assert answer.status_code == 200


@pytest.mark.parametrize("seam", ["USERS", "MODERATION", "SEARCH"])
def test_another_seam_that_fails_is_a_503_and_never_a_500(seam: str) -> None:
    api_story, page_story = Story(Api), Story()
    MemorySocial.forget()
    seen = set()

    with broken(seam):
        for name, method in api.ABOUT_A_REQUEST:
            for persona in ("helper", "moderator"):
                with api_story.told_in("public"):
                    answer = api.send(api_story, persona, name, method)
                seen.add(answer.status_code)
                assert answer.status_code in {
                    503,
                    api.expected(name, method, persona, "public"),
                }, (name, method, persona)
        for route in pages.ABOUT_A_REQUEST:
            for persona in ("helper", "moderator"):
                with page_story.told_in("public"):
                    answer = pages.send(page_story, persona, route)
                seen.add(answer.status_code)
                assert answer.status_code in {
                    503,
                    pages.expected(route, persona, "public"),
                }, (route, persona)

    assert 503 in seen


def test_a_social_service_that_hangs_makes_nobody_wait() -> None:
    api_story, page_story = Story(Api), Story()
    before = everything(api_story)
    seam = {"BACKEND": f"{BACKENDS}.HangingSocial", "TIMEOUT": 0.1}
    asked: list[Callable[[], Any]] = [
        lambda: api.send(api_story, "helper", "help-request", "GET"),
        lambda: api.send(api_story, "helper", "respond", "POST"),
        lambda: pages.send(page_story, "helper", ("help-request", "GET", "")),
        lambda: pages.send(page_story, "helper", ("respond-help-request", "POST", "")),
    ]

    with override_settings(WARGAME_MENTORSHIP={"SOCIAL": seam}):
        for ask in asked:
            began = time.monotonic()
            answer = ask()
            assert time.monotonic() - began < 5
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
            assert api_story.entry.title not in answer.content.decode()
            assert page_story.entry.title not in answer.content.decode()
    HangingSocial.let_go()

    assert everything(api_story) == before
