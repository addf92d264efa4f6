"""Every page and form, for everybody, in every state of what it is about.

Generated from the URL configuration and the tables of moves: a page, a form or a move that has no
expectation fails. Who there is, and who sees what, is in `tests/story.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern
from django.views.generic import RedirectView

from tests.api.http import blocks
from tests.story import (
    DECIDED,
    MODERATES,
    NOBODY,
    OVERSEERS,
    PERSONAS,
    RESPONSIBLE,
    SEES,
    STATES,
    Story,
)
from tests.web.pages import question, url
from wargame_mentorship import urls
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.help_requests.transitions import HELP_REQUEST
from wargame_mentorship.moderation.transitions import HELD

pytestmark = pytest.mark.django_db

Route = tuple[str, str, str]
"""Name, method, and the move where one route serves a table of them."""

# What those get who see the request and are signed in; `None` stands for everybody who is not
# named. It is in progress with the helper, who has answered. 302 is "done", or "look there".
Expected = dict[str | None, int]
BY_THE_RESPONSIBLE: Expected = {None: 403, **dict.fromkeys(RESPONSIBLE, 302)}
TOO_EARLY: Expected = {None: 403, **dict.fromkeys(RESPONSIBLE, 409)}
BY_THE_AUTHOR = ("helper", *OVERSEERS)
ABOUT_A_REQUEST: dict[Route, Expected] = {
    ("help-request", "GET", ""): {None: 200},
    ("help-request-card-fragment", "GET", ""): {None: 200},
    ("respond-help-request", "POST", ""): {None: 302},
    ("helpful-response", "POST", ""): {None: 302, "helper": 403},
    ("edit-help-request", "GET", ""): {None: 403, **dict.fromkeys(RESPONSIBLE, 200)},
    ("edit-help-request", "POST", ""): BY_THE_RESPONSIBLE,
    ("act-on-help-request", "POST", "claim"): {None: 409, "asker": 403, "helper": 302},
    ("act-on-help-request", "POST", "assign"): BY_THE_RESPONSIBLE,
    ("act-on-help-request", "POST", "release"): {**BY_THE_RESPONSIBLE, "helper": 302},
    ("act-on-help-request", "POST", "accept"): BY_THE_RESPONSIBLE,
    ("act-on-help-request", "POST", "unaccept"): TOO_EARLY,
    ("act-on-help-request", "POST", "close"): BY_THE_RESPONSIBLE,
    ("act-on-help-request", "POST", "reopen"): TOO_EARLY,
    ("act-on-queue", "POST", "claim"): {None: 409, "asker": 403, "helper": 302},
    ("act-on-queue", "POST", "release"): {**BY_THE_RESPONSIBLE, "helper": 302},
    ("edit-response", "GET", ""): {None: 403, **dict.fromkeys(BY_THE_AUTHOR, 200)},
    ("edit-response", "POST", ""): {None: 403, **dict.fromkeys(BY_THE_AUTHOR, 302)},
    ("delete-response", "GET", ""): {None: 403, **dict.fromkeys(BY_THE_AUTHOR, 200)},
    ("delete-response", "POST", ""): {None: 403, **dict.fromkeys(BY_THE_AUTHOR, 302)},
    ("ask-back", "POST", ""): {None: 302, "asker": 403},
    # It is not solved.
    ("tell-outcome", "GET", ""): {None: 403, "asker": 409},
    ("tell-outcome", "POST", ""): {None: 403, "asker": 409},
    ("withdraw-outcome", "POST", ""): BY_THE_RESPONSIBLE,
    ("solved-mine", "POST", ""): {None: 302, "asker": 403},
    ("mute-help-request", "POST", ""): {None: 302},
    ("report", "GET", ""): {None: 200, "asker": 403},
    ("report", "POST", ""): {None: 302, "asker": 403},
    # What nobody in particular sees: see `expected`.
    ("help-request-feed", "GET", ""): {None: 200},
    # Moderators: see `DECIDED`.
    ("moderate-help-request", "POST", "approve"): {None: 403},
    ("moderate-help-request", "POST", "reject"): {None: 403},
    ("moderate-help-request", "POST", "hide"): {None: 403},
    ("moderate-help-request", "POST", "restore"): {None: 403},
}
# Who asks is looked at only once there is something to see.
SEEN_FIRST = {
    "edit-help-request",
    "edit-response",
    "delete-response",
    "ask-back",
    "tell-outcome",
    "withdraw-outcome",
}
# Nobody in particular is led to the sign-in, whatever there is.
SIGNED_IN_FIRST = {"report"}
# The words of whoever is not signed in are given back on a page.
GIVEN_BACK = {
    "respond-help-request",
    "edit-help-request",
    "edit-response",
    "ask-back",
    "tell-outcome",
}
ON_THE_QUEUE = ("claim", "release")
# Addresses of forms, to which somebody comes by the reload button: they lead to the request,
# whether or not there is one to see.
LEADS_BACK = {
    ("respond-help-request", "GET", ""),
    ("helpful-response", "GET", ""),
    ("ask-back", "GET", ""),
    ("mute-help-request", "GET", ""),
    ("solved-mine", "GET", ""),
    ("withdraw-outcome", "GET", ""),
    *(("act-on-queue", "GET", action) for action in ON_THE_QUEUE),
    *(("act-on-help-request", "GET", action) for action in HELP_REQUEST.moves),
    *(("moderate-help-request", "GET", action) for action in HELD.moves),
}
# What is about nothing that could be seen: the same whatever the state.
ABOUT_NOTHING: dict[Route, tuple[int, int]] = {
    # (nobody, somebody)
    ("index", "GET", ""): (302, 302),
    ("help-requests", "GET", ""): (200, 200),
    ("feed", "GET", ""): (200, 200),
    ("queue", "GET", ""): (302, 200),
    ("follow-category", "GET", ""): (302, 302),
    ("follow-category", "POST", ""): (302, 302),
    ("ask-help-request", "GET", ""): (200, 200),
    # The words of whoever is not signed in wait as a draft.
    ("ask-help-request", "POST", ""): (302, 302),
    ("help-request-draft", "PUT", ""): (401, 200),
    ("help-request-draft", "DELETE", ""): (401, 204),
    ("help-request-draft", "POST", ""): (401, 302),
    ("similar-help-requests", "GET", ""): (200, 200),
    ("help-request-form-fragment", "GET", ""): (200, 200),
    ("forum-category-list-fragment", "GET", ""): (200, 200),
    # Without a file.
    ("upload-photo", "POST", ""): (401, 400),
    # Moderators see it, and have chosen nothing to do.
    ("moderation", "GET", ""): (302, 403),
    ("moderation", "POST", ""): (302, 403),
    ("cases", "GET", ""): (302, 403),
    ("cases", "POST", ""): (302, 404),
    ("flags", "GET", ""): (302, 200),
    ("standing", "GET", ""): (302, 200),
    ("standing", "POST", ""): (302, 404),
    ("appeals", "GET", ""): (302, 403),
    ("appeals", "POST", ""): (302, 403),
    # Of nobody: see `test_sanction_people` for somebody.
    ("person", "GET", ""): (302, 403),
    ("person", "POST", ""): (302, 403),
    ("notification-preferences", "GET", ""): (302, 200),
    ("notification-preferences", "POST", ""): (302, 302),
    ("unsubscribe", "GET", ""): (404, 404),
    ("unsubscribe", "POST", ""): (404, 404),
    ("notifications", "GET", ""): (302, 200),
    ("read-notifications", "GET", ""): (302, 302),
    ("read-notifications", "POST", ""): (302, 302),
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
MOVES: dict[str, Iterable[str]] = {
    "act-on-help-request": HELP_REQUEST.moves,
    "act-on-queue": ON_THE_QUEUE,
    "moderate-help-request": HELD.moves,
}


def routes() -> list[Route]:
    found: list[Route] = []
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        assert pattern.name, f"{pattern.pattern} has no name."
        view: Any = pattern.callback
        is_in_forums = ".web.forums." in view.view_class.__module__
        if is_in_forums or str(pattern.pattern).startswith("forums/"):
            # `tests/forums/test_every_forum_route.py` has those.
            continue
        methods = [name for name in METHODS if hasattr(view.view_class, name.lower())]
        if issubclass(view.view_class, RedirectView):
            # It answers to each of them alike.
            methods = ["GET"]
        found += [
            (pattern.name, method, action)
            for method in methods
            for action in MOVES.get(pattern.name, [""])
        ]
    return found


def test_every_page_has_an_expectation() -> None:
    assert set(routes()) == set(ABOUT_A_REQUEST) | LEADS_BACK | set(ABOUT_NOTHING)
    assert len(routes()) == len(set(routes()))


def send(story: Story, persona: str, route: Route) -> Any:
    """Ask one route about the request of the story, as its page would."""
    name, method, action = route
    client: Client = story.clients[persona]
    entry, response = story.entry, story.response
    if name in {"helpful-response", "edit-response", "delete-response"}:
        address = url(name, entry.pk, response.pk)
    elif name in MOVES:
        address = url(name, entry.pk, action)
    elif name == "report":
        address = url(name, entry.KIND, entry.pk)
    else:
        address = url(name, entry.pk)
    if method == "GET":
        return client.get(address)
    fields: dict[str, Any] = {
        "respond-help-request": {"form_token": str(uuid4()), "response_text": "Thin it."},
        "edit-help-request": question(),
        "edit-response": {"response_text": "Thin it twice."},
        "ask-back": {"form_token": str(uuid4()), "question": "Which varnish?"},
        "tell-outcome": {"text": "It shines."},
        "report": {"reason": "spam"},
        "moderate-help-request": {"object_id": entry.pk},
        "act-on-help-request": {
            "assign": {"helper_id": story.person("stranger").pk},
            "accept": {"response_id": response.pk},
        }.get(action, {}),
    }.get(name, {})
    return client.post(address, fields)


@pytest.mark.parametrize("route", ABOUT_A_REQUEST, ids="-".join)
def test_page_answers_everybody_in_every_state_as_expected(route: Route) -> None:
    story = Story()
    wanted, got = {}, {}

    with blocks():
        for state in STATES:
            for persona in PERSONAS:
                with story.told_in(state):
                    answer = send(story, persona, route)
                wanted[state, persona] = expected(route, persona, state)
                got[state, persona] = answer.status_code

    assert got == wanted


def expected(route: Route, persona: str, state: str) -> int:
    name, method, action = route
    if name == "help-request-feed":
        return 200 if state == "public" else 404
    is_refused = persona in NOBODY and (
        method == "POST" or name in SEEN_FIRST or name in SIGNED_IN_FIRST
    )
    if persona not in SEES[state] and (name in SEEN_FIRST or not is_refused):
        return 404
    if is_refused:
        return 403 if method == "POST" and name in GIVEN_BACK else 302
    if action in DECIDED and persona in OVERSEERS:
        return 302 if state in DECIDED[action] else 409
    table = ABOUT_A_REQUEST[route]
    return table.get(persona, table[None])


@pytest.mark.parametrize("route", ABOUT_NOTHING, ids="-".join)
def test_page_about_nothing_answers_everybody_as_expected(route: Route) -> None:
    story = Story()
    name, method, _action = route
    nobody, somebody = ABOUT_NOTHING[route]
    wanted = {persona: nobody if persona in NOBODY else somebody for persona in PERSONAS}
    if name == "moderation":
        wanted |= dict.fromkeys(MODERATES, 200 if method == "GET" else 400)
    if name == "appeals":
        wanted |= dict.fromkeys(MODERATES, 200 if method == "GET" else 404)
    if name == "person":
        wanted |= dict.fromkeys(MODERATES, 404)
    if name == "cases" and method == "GET":
        wanted |= dict.fromkeys(MODERATES, 200)

    with blocks():
        got = {
            persona: send_nothing(client, name, method).status_code
            for persona, client in story.clients.items()
        }

    assert got == wanted


def send_nothing(client: Client, name: str, method: str) -> Any:
    """Ask a route that is about no request."""
    address = url(name, *(["no-token"] if name in {"unsubscribe", "person"} else []))
    if method == "GET":
        return client.get(address)
    draft = {"draft": str(uuid4())}
    if method == "PUT":
        return client.put(address, urlencode(draft), "application/x-www-form-urlencoded")
    if method == "DELETE":
        return client.delete(f"{address}?{urlencode(draft)}")
    fields: dict[str, dict[str, Any]] = {
        "ask-help-request": question(),
        "follow-category": {"follow": "painting"},
        "help-request-draft": draft,
        "read-notifications": {"all": "1"},
    }
    return client.post(address, fields.get(name, {}))


@pytest.mark.parametrize("persona", ["anonymous", "stranger", "blocked", "foreign"])
def test_what_is_invisible_is_not_betrayed_by_any_page(persona: str) -> None:
    """The same bytes and headers, whether there is a private request or none at all."""
    story = Story()
    about = [*ABOUT_A_REQUEST, *LEADS_BACK]

    with blocks(), story.told_in("private"):
        there = [send(story, persona, route) for route in about]
        HelpRequest.objects.all().delete()
        gone = [send(story, persona, route) for route in about]

    for route, one, other in zip(about, there, gone, strict=True):
        assert one.status_code == other.status_code, route
        assert without_tokens(one) == without_tokens(other), route
        assert one.headers == other.headers, route


def without_tokens(answer: Any) -> str:
    """A page without what is new in it each time: the tokens of its forms."""
    page: str = answer.content.decode()
    for name in ("csrfmiddlewaretoken", "form_token", "draft"):
        parts = page.split(f'name="{name}" value="')
        page = parts[0] + "".join(part.partition('"')[2] for part in parts[1:])
    return page


def test_pages_take_no_other_method() -> None:
    story = Story()
    client = story.clients["asker"]

    for name, *args in (
        ("help-requests",),
        ("ask-help-request",),
        ("help-request", story.entry.pk),
        ("edit-help-request", story.entry.pk),
        ("notifications",),
    ):
        for method in ("PUT", "PATCH", "DELETE"):
            assert client.generic(method, url(name, *args)).status_code == 405
