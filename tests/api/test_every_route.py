"""Every route and method, for everybody, in every state of what it is about.

Generated from the URL configuration: a route or method that is not in the table fails. Who there
is, and who sees what, is in `tests/story.py`.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.urls import URLPattern

from tests.api.http import Api, blocks, url
from tests.photos.pictures import upload
from tests.story import DECIDED, MODERATES, NOBODY, OVERSEERS, PERSONAS, SEES, STATES, Story
from wargame_mentorship.api import urls
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.testing.factories import make_help_request

pytestmark = pytest.mark.django_db

# What those get who see it and are signed in, by the request's part in the story: it is in
# progress with the helper, who has answered. `None` stands for everybody who is not named.
Expected = dict[str | None, int]
ABOUT_A_REQUEST: dict[tuple[str, str], Expected] = {
    ("help-request", "GET"): {None: 200},
    ("help-request", "PATCH"): {None: 403, "asker": 200, "moderator": 200, "superuser": 200},
    ("help-request", "DELETE"): {None: 403, "asker": 409, "moderator": 204, "superuser": 204},
    ("respond", "POST"): {None: 201},
    ("responses", "GET"): {None: 200},
    ("response", "PATCH"): {None: 403, "helper": 200, "moderator": 200, "superuser": 200},
    ("response", "DELETE"): {None: 403, "helper": 204, "moderator": 204, "superuser": 204},
    ("needs-info", "POST"): {None: 200, "asker": 403},
    # It is not solved.
    ("outcome", "POST"): {None: 403, "asker": 409},
    ("outcome", "DELETE"): {None: 403, "asker": 200, "moderator": 200, "superuser": 200},
    ("assign", "PUT"): {None: 409, "asker": 403, "helper": 200},
    ("accept", "POST"): {None: 403, "asker": 200, "moderator": 200, "superuser": 200},
    ("close", "POST"): {None: 403, "asker": 200, "moderator": 200, "superuser": 200},
    ("reopen", "POST"): {None: 403, "asker": 409, "moderator": 409, "superuser": 409},
    ("mute", "GET"): {None: 200},
    ("mute", "PUT"): {None: 200},
    ("mute", "DELETE"): {None: 200},
    ("helpful", "POST"): {None: 200, "helper": 403},
    ("helpful", "DELETE"): {None: 200, "helper": 403},
    ("solved-mine", "POST"): {None: 200, "asker": 403},
    ("photo", "PATCH"): {None: 403, "asker": 200, "moderator": 200, "superuser": 200},
    ("photo-file", "GET"): {None: 200},
    # Moderators: see `DECIDED`.
    ("approve", "POST"): {None: 403},
    ("reject", "POST"): {None: 403},
    ("hide", "POST"): {None: 403},
    ("restore", "POST"): {None: 403},
}
# Their body says what they are about, so whoever moderates nothing is turned away before it is
# read: the same for what is there and what is not.
NAMED = {"hide", "restore"}
# What is about nothing that could be seen: the same whatever the state.
ABOUT_NOTHING: dict[tuple[str, str], tuple[int, int]] = {
    # (nobody, somebody)
    ("help-requests", "GET"): (200, 200),
    ("help-requests", "POST"): (401, 201),
    ("similar", "GET"): (200, 200),
    ("categories", "GET"): (200, 200),
    ("draft", "GET"): (401, 404),
    ("draft", "PUT"): (401, 200),
    ("draft", "DELETE"): (401, 404),
    ("photos", "POST"): (401, 201),
    ("notifications", "GET"): (401, 200),
    ("notifications-read", "POST"): (401, 200),
    ("notification-preferences", "GET"): (401, 200),
    ("notification-preferences", "PUT"): (401, 200),
    ("held", "GET"): (401, 403),
    ("queue", "GET"): (401, 200),
    ("follows", "GET"): (401, 200),
    ("follow", "PUT"): (401, 200),
    ("follow", "DELETE"): (401, 200),
    # Each thing has an outcome of its own: see `test_moderate_content`.
    ("bulk", "POST"): (401, 403),
    ("bundles", "GET"): (401, 403),
    ("bundles", "POST"): (401, 403),
    ("flags", "POST"): (401, 201),
    ("cases", "GET"): (401, 403),
    ("moderation-log", "GET"): (401, 403),
    # Of a case that there is not: see `test_flag_content` for one that there is.
    ("claim-case", "POST"): (401, 404),
    ("release-case", "POST"): (401, 404),
    ("uphold-case", "POST"): (401, 404),
    ("dismiss-case", "POST"): (401, 404),
    ("reopen-case", "POST"): (401, 404),
    ("standing", "GET"): (401, 200),
    ("appeals", "GET"): (401, 403),
    # Without a body, of nobody and of nothing: see `test_sanction_people` for the others.
    ("person", "GET"): (401, 403),
    ("notes", "POST"): (401, 403),
    ("warnings", "POST"): (401, 403),
    ("suspensions", "POST"): (401, 403),
    ("appeal", "POST"): (401, 404),
    ("end-suspension", "DELETE"): (401, 404),
    ("confirm", "POST"): (401, 404),
    ("withdraw", "POST"): (401, 404),
}
OF_MODERATORS = {
    **dict.fromkeys(("held", "bulk", "bundles", "cases", "appeals", "moderation-log"), 200),
    **dict.fromkeys(("notes", "warnings"), 400),
    "person": 404,
}
OF_NOTHING = {"person", "appeal", "end-suspension", "confirm", "withdraw"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SPOKEN = (*METHODS, "HEAD", "OPTIONS")
CATCH_ALL = r"^(?:flags|forums|help|moderation|photos|notifications|standing)/"


def routes() -> list[tuple[str, str]]:
    found = []
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        if str(pattern.pattern) == CATCH_ALL:
            continue
        assert pattern.name, f"{pattern.pattern} has no name."
        view: Any = pattern.callback
        if str(pattern.pattern).startswith("forums/"):
            # `tests/forums/test_every_forum_route.py` has those.
            continue
        found += [(pattern.name, method) for method in METHODS if hasattr(view.cls, method.lower())]
    return found


def test_every_route_has_an_expectation() -> None:
    assert set(routes()) == set(ABOUT_A_REQUEST) | set(ABOUT_NOTHING)
    assert len(routes()) == len(set(routes()))


def send(story: Story, persona: str, name: str, method: str) -> Any:
    """Ask one route about the request of the story."""
    args: list[Any] = [] if name in NAMED else [story.entry.pk]
    body: dict[str, Any] = {}
    if name in {"helpful", "response"}:
        args = [story.response.pk]
    elif name == "photo":
        args, body = [story.photo.pk], {"alt_text": "A knight"}
    elif name == "photo-file":
        photo = story.photo
        args = [photo.pk, "full", photo.url_key, photo.full_url.rpartition(".")[2]]
    elif name == "respond":
        body = {"response_text": "Thin it."}
    elif name == "needs-info":
        body = {"question": "Which varnish?"}
    elif name == "outcome":
        body = {"text": "It shines."}
    elif name == "response" and method == "PATCH":
        body = {"response_text": "Thin it twice."}
    elif name == "accept":
        body = {"response_id": str(story.response.pk)}
    elif name in NAMED:
        body = {"content_type": "help_request", "object_id": str(story.entry.pk)}
    elif name == "help-request" and method == "PATCH":
        body = {"urgency": "low"}
    return story.clients[persona].ask(method, name, *args, body=body)


@pytest.mark.parametrize(
    ("name", "method"), ABOUT_A_REQUEST, ids=["-".join(one) for one in ABOUT_A_REQUEST]
)
def test_route_answers_everybody_in_every_state_as_expected(name: str, method: str) -> None:
    story = Story(Api)
    wanted, got = {}, {}

    with blocks():
        for state in STATES:
            for persona in PERSONAS:
                with story.told_in(state):
                    answer = send(story, persona, name, method)
                wanted[state, persona] = expected(name, method, persona, state)
                got[state, persona] = answer.status_code

    assert got == wanted


def expected(name: str, method: str, persona: str, state: str) -> int:
    if persona in NOBODY and method != "GET":
        return 401
    if name in NAMED and persona not in MODERATES:
        return 403
    if persona not in SEES[state]:
        return 404
    if name in DECIDED and persona in OVERSEERS:
        return 200 if state in DECIDED[name] else 409
    table = ABOUT_A_REQUEST[name, method]
    return table.get(persona, table[None])


@pytest.mark.parametrize(
    ("name", "method"), ABOUT_NOTHING, ids=["-".join(one) for one in ABOUT_NOTHING]
)
def test_route_about_nothing_answers_everybody_as_expected(name: str, method: str) -> None:
    story = Story(Api)
    body: dict[str, Any] = {}
    if name == "help-requests" and method == "POST":
        body = {"title": "Why?", "description": "It frosts.", "category": "painting"}
    elif name == "notifications-read":
        body = {"all": True}
    elif name == "notification-preferences":
        body = {"preferences": []}
    elif name == "bulk":
        items = [{"content_type": "help_request", "object_id": str(make_help_request().pk)}]
        body = {"action": "hide", "items": items}
    elif name == "bundles":
        body = {"action": "approve", "author_id": str(story.people["asker"].pk)}
    elif name == "flags":
        flagged = make_help_request()
        body = {"content_type": flagged.KIND, "object_id": str(flagged.pk), "reason": "spam"}
    query = {"title": "wash"} if name == "similar" else {}
    if name == "held":
        query = {"content_type": "help_request"}
    nobody, somebody = ABOUT_NOTHING[name, method]
    wanted, got = {}, {}

    with blocks():
        for persona, client in story.clients.items():
            if name == "draft":
                body = {"id": str(uuid4()), "title": "Why"}
            if name == "photos":
                answer = client.post(url(name), {"file": upload()}, format="multipart")
            else:
                args: list[Any] = ["painting"] if name == "follow" else []
                if name.endswith("-case") or name in OF_NOTHING:
                    args = [uuid4()]
                answer = client.ask(method, name, *args, body=body, query=query)
            got[persona] = answer.status_code
            wanted[persona] = nobody if persona in NOBODY else somebody
            if name in OF_MODERATORS and persona in MODERATES:
                wanted[persona] = OF_MODERATORS[name]
            if name == "suspensions" and persona == "superuser":
                wanted[persona] = 400

    assert got == wanted


@pytest.mark.parametrize("name", sorted({name for name, _ in ABOUT_A_REQUEST} - {"photo-file"}))
def test_what_is_invisible_is_not_betrayed_by_any_method(name: str) -> None:
    """A method that a route does not have is a 405 for what is there and what is not alike."""
    story = Story(Api)

    for persona in ("anonymous", "stranger", "blocked", "foreign"):
        with blocks(), story.told_in("private"):
            there = [send(story, persona, name, method) for method in SPOKEN]
            HelpRequest.objects.all().delete()
            gone = [send(story, persona, name, method) for method in SPOKEN]

        for method, one, other in zip(SPOKEN, there, gone, strict=True):
            assert one.status_code == other.status_code, (persona, method)
            assert one.content == other.content
            assert one.headers == other.headers
            assert method == "OPTIONS" or one.status_code >= 400, (persona, method)
