"""Every route of the forums, API and pages, for everybody, in every state of the topic.

Generated from the URL configurations: a route or method that is not in a table fails.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from tests.api.http import Api, blocks
from tests.forums.story import NOBODY, OVERSEERS, PERSONAS, RESPONSIBLE, SEES, STATES, ForumStory
from wargame_mentorship import urls as pages
from wargame_mentorship.api import urls as api
from wargame_mentorship.forums.models import ForumTopic
from wargame_mentorship.moderation.transitions import HELD
from wargame_mentorship.web.forums.acting import ACTIONS
from wargame_mentorship.web.forums.lists import LISTS

pytestmark = [pytest.mark.django_db, pytest.mark.broad]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
Expected = dict[str | None, int]
"""What those get who see the topic and are signed in; `None`: everybody who is not named."""


def _by(people: set[str], status: int) -> Expected:
    return {None: 403, **dict.fromkeys(people, status)}


AUTHOR = {"expert", *OVERSEERS}
API: dict[tuple[str, str], Expected] = {
    ("forum-topic", "GET"): {None: 200},
    ("forum-topic", "PATCH"): _by(RESPONSIBLE, 200),
    ("forum-topic", "DELETE"): {**_by(OVERSEERS, 204), "asker": 409},
    ("forum-topic-versions", "GET"): _by(RESPONSIBLE, 200),
    ("forum-posts", "GET"): {None: 200},
    ("forum-posts", "POST"): {None: 201},
    # There is none yet: a draft of one's own, whatever one moderates.
    ("forum-reply-draft", "GET"): {None: 404},
    ("forum-reply-draft", "PUT"): {None: 200},
    ("forum-reply-draft", "DELETE"): {None: 404},
    ("forum-accept", "POST"): _by(RESPONSIBLE, 200),
    ("forum-mute", "GET"): {None: 200},
    ("forum-mute", "PUT"): {None: 200},
    ("forum-mute", "DELETE"): {None: 200},
    ("forum-watch", "GET"): {None: 200},
    ("forum-watch", "PUT"): {None: 200},
    ("forum-watch", "DELETE"): {None: 200},
    ("forum-read", "POST"): {None: 200},
    ("forum-pin", "POST"): _by(OVERSEERS, 200),
    ("forum-unpin", "POST"): _by(OVERSEERS, 200),
    ("forum-lock", "POST"): _by(OVERSEERS, 200),
    ("forum-unlock", "POST"): _by(OVERSEERS, 200),
    ("forum-move", "POST"): _by(OVERSEERS, 200),
    ("forum-merge", "POST"): _by(OVERSEERS, 200),
    ("forum-split", "POST"): _by(OVERSEERS, 201),
    ("forum-duplicate-of", "POST"): _by(OVERSEERS, 200),
    ("forum-post", "PATCH"): _by(AUTHOR, 200),
    ("forum-post", "DELETE"): _by(AUTHOR, 204),
    ("forum-post-versions", "GET"): _by(AUTHOR, 200),
    ("forum-post-helpful", "POST"): {None: 200, "expert": 403},
    ("forum-post-helpful", "DELETE"): {None: 200, "expert": 403},
    # It is not deleted; and what is can be brought back by nobody whom it does not concern.
    ("forum-topic-restore", "POST"): {None: 404},
    ("forum-post-restore", "POST"): {None: 404},
}
PAGES: dict[tuple[str, str, str], Expected] = {
    ("forum-topic", "GET", ""): {None: 200},
    ("topic-feed", "GET", ""): {None: 200},
    ("topic-detail-fragment", "GET", ""): {None: 200},
    ("reply-topic", "POST", ""): {None: 302},
    ("reply-draft", "PUT", ""): {None: 200},
    # One's own, whatever has become of the topic.
    ("reply-draft", "POST", ""): {None: 302},
    ("reply-draft", "DELETE", ""): {None: 204},
    ("attend-topic", "POST", ""): {None: 302},
    ("edit-topic", "GET", ""): _by(RESPONSIBLE, 200),
    ("edit-topic", "POST", ""): _by(RESPONSIBLE, 302),
    ("delete-topic", "GET", ""): _by(RESPONSIBLE, 200),
    ("delete-topic", "POST", ""): {**_by(OVERSEERS, 302), "asker": 409},
    ("edit-post", "GET", ""): _by(AUTHOR, 200),
    ("edit-post", "POST", ""): _by(AUTHOR, 302),
    ("delete-post", "GET", ""): _by(AUTHOR, 200),
    ("delete-post", "POST", ""): _by(AUTHOR, 302),
    ("helpful-post", "POST", ""): {None: 302, "expert": 403},
    ("restore-post", "POST", ""): {None: 404},
    ("act-on-topic", "POST", "accept"): _by(RESPONSIBLE, 302),
    # Nothing is accepted.
    ("act-on-topic", "POST", "unaccept"): _by(RESPONSIBLE, 409),
    **{
        ("act-on-topic", "POST", action): _by(OVERSEERS, 302)
        for action in (
            *("pin", "unpin", "lock", "unlock", "move"),
            *("merge", "mark-duplicate", "unmark-duplicate"),
        )
    },
    ("split-topic", "GET", ""): _by(OVERSEERS, 200),
    ("split-topic", "POST", ""): _by(OVERSEERS, 302),
    ("versions-of-topic", "GET", ""): _by(RESPONSIBLE, 200),
    ("versions-of-post", "GET", ""): _by(AUTHOR, 200),
    ("restore-topic", "POST", ""): {None: 404},
    **{("moderate-topic", "POST", action): {None: 403} for action in HELD.moves},
}
LEADS_BACK = {
    ("reply-topic", "GET", ""),
    ("attend-topic", "GET", ""),
    ("helpful-post", "GET", ""),
    ("restore-post", "GET", ""),
    ("restore-topic", "GET", ""),
    *(("act-on-topic", "GET", action) for action in ACTIONS),
    *(("moderate-topic", "GET", action) for action in HELD.moves),
}
"""Addresses of buttons, to which somebody comes by the reload button."""

GIVEN_BACK = {"reply-topic", "edit-topic", "edit-post", "split-topic"}
"""The words of whoever is not signed in are given back on a page."""

DECIDED = {"approve": "held", "reject": "held", "restore": "hidden"}
API_ABOUT_NOTHING = {
    ("forum-categories", "GET"): (200, 200),
    ("forum-search", "GET"): (200, 200),
    ("forum-tags", "GET"): (200, 200),
    ("forum-similar", "GET"): (200, 200),
    ("forum-latest", "GET"): (200, 200),
    ("forum-draft", "GET"): (401, 404),
    ("forum-draft", "PUT"): (401, 200),
    # Of the one just kept.
    ("forum-draft", "DELETE"): (401, 204),
    ("forums-read", "POST"): (401, 200),
    # Each has an outcome of its own: see `test_steer_many_api`.
    ("forum-bulk", "POST"): (401, 403),
    ("forum-topics", "GET"): (200, 200),
    ("forum-topics", "POST"): (401, 201),
    **{
        (f"forum-category-{wish}", method): (200 if method == "GET" else 401, 200)
        for wish in ("watch", "mute")
        for method in ("GET", "PUT", "DELETE")
    },
    ("forum-category-read", "POST"): (401, 200),
}
PAGES_ABOUT_NOTHING = {
    ("forums", "GET", ""): (200, 200),
    ("search-forums", "GET", ""): (200, 200),
    ("forums-feed", "GET", ""): (200, 200),
    ("similar-topics", "GET", ""): (200, 200),
    ("suggest-tags", "GET", ""): (200, 200),
    ("forum-feed", "GET", ""): (200, 200),
    ("forum-list", "GET", "latest"): (200, 200),
    ("forum-list", "GET", "unanswered"): (200, 200),
    **{("forum-list", "GET", name): (302, 200) for name in ("unread", "watched", "mine")},
    ("read-forums", "GET", ""): (302, 302),
    ("read-forums", "POST", ""): (302, 302),
    ("read-forum", "GET", ""): (302, 302),
    ("read-forum", "POST", ""): (302, 302),
    ("attend-forum", "GET", ""): (302, 302),
    ("attend-forum", "POST", ""): (302, 302),
    ("forum-category", "GET", ""): (200, 200),
    ("start-topic", "GET", ""): (302, 200),
    ("start-topic", "POST", ""): (403, 302),
    ("start-topic-draft", "PUT", ""): (401, 200),
    ("start-topic-draft", "POST", ""): (401, 302),
    ("start-topic-draft", "DELETE", ""): (401, 204),
    ("steer-topics", "GET", ""): (302, 200),
    # Nothing is chosen.
    ("steer-topics", "POST", ""): (302, 400),
}
MODERATING = {"foreign", *OVERSEERS}
"""Who moderates any forum, and so may see what only they may."""


def routes(module: Any) -> list[tuple[str, str]]:
    found = []
    for pattern in module.urlpatterns:
        assert isinstance(pattern, URLPattern)
        view: Any = pattern.callback
        kind = getattr(view, "view_class", None) or view.cls
        is_in_forums = ".web.forums." in kind.__module__
        if is_in_forums or str(pattern.pattern).startswith("forums/"):
            found += [(str(pattern.name), m) for m in METHODS if hasattr(kind, m.lower())]
    return found


def test_every_route_of_the_forums_has_an_expectation() -> None:
    assert set(routes(api)) == {*API, *API_ABOUT_NOTHING}
    known = {(name, method) for name, method, _ in {*PAGES, *LEADS_BACK, *PAGES_ABOUT_NOTHING}}
    assert set(routes(pages)) == known


def ask_api(story: ForumStory, persona: str, name: str, method: str) -> Any:
    subject = story.post if "forum-post" in name and name != "forum-posts" else story.topic
    bodies: dict[str, dict[str, Any]] = {
        "forum-topic": {"title": "Another title"},
        "forum-posts": {"content": "Thin it."},
        "forum-post": {"content": "Thin it twice."},
        "forum-accept": {"post_id": str(story.post.pk)},
        "forum-move": {"category_id": str(story.other.pk)},
        "forum-merge": {"into": str(story.elsewhere.pk)},
        "forum-split": {"post_ids": [str(story.post.pk)], "title": "Else"},
        "forum-duplicate-of": {"topic_id": str(story.elsewhere.pk)},
        "forum-reply-draft": {"id": str(uuid4()), "content": "Thin"},
    }
    return story.clients[persona].ask(method, name, subject.pk, body=bodies.get(name, {}))


@pytest.mark.parametrize(("name", "method"), API, ids="-".join)
def test_the_api_answers_everybody_in_every_state_as_expected(name: str, method: str) -> None:
    story = ForumStory(Api)
    wanted, got = {}, {}

    with blocks():
        for state in STATES:
            for persona in PERSONAS:
                with story.told_in(state):
                    answer = ask_api(story, persona, name, method)
                wanted[state, persona] = expected_of_api(name, method, persona, state)
                got[state, persona] = answer.status_code

    assert got == wanted


def expected_of_api(name: str, method: str, persona: str, state: str) -> int:
    if persona in NOBODY and (method != "GET" or name == "forum-reply-draft"):
        return 401
    if name == "forum-topic-restore" and state in ("deleted",) and persona in OVERSEERS:
        return 200
    if persona not in SEES[state]:
        return 404
    if persona in NOBODY and name.endswith("versions"):
        return 401
    if (late := too_late(name, method, persona, state)) is not None:
        return late
    table = API[name, method]
    return table.get(persona, table[None])


def too_late(name: str, method: str, persona: str, state: str) -> int | None:
    """What a lock changes; and that nothing is merged before somebody has decided about it."""
    if name == "forum-merge" and persona in OVERSEERS and state in {"held", "hidden"}:
        return 409
    if state != "locked" or persona in OVERSEERS:
        return None
    if (name, method) in {("forum-posts", "POST"), ("reply-topic", "POST")}:
        return 409
    if method in {"PATCH", "GET", "POST"} and name in {"edit-topic", "edit-post"}:
        return 403
    return 403 if method == "PATCH" else None


def ask_page(story: ForumStory, persona: str, name: str, method: str, action: str) -> Any:
    client: Client = story.clients[persona]
    subject = story.post if name.endswith("-post") else story.topic
    args: list[Any] = [subject.pk, *([action] if action else [])]
    if name == "forum-topic":
        args.append(story.topic.slug)
    address = reverse(f"wargame_mentorship:{name}", args=args)
    if method == "GET":
        return client.get(address)
    fields: dict[str, dict[str, Any]] = {
        "reply-topic": {"form_token": str(uuid4()), "content": "Thin it."},
        "edit-topic": {"title": "Another", "description": "Why?", "tags": "", "language": "en"},
        "edit-post": {"content": "Thin it twice."},
        "act-on-topic": {
            "post_id": story.post.pk,
            "category_id": story.other.pk,
            "other": f"https://club.example/forums/topics/{story.elsewhere.pk}/glue/",
        },
        "split-topic": {"post": story.post.pk, "title": "Else"},
        "moderate-topic": {"object_id": story.topic.pk},
        "reply-draft": {"draft": str(uuid4()), "content": "Thin"},
    }
    if method in SCRIPTED:
        return ask_as_script(client, method, address, fields[name])
    return client.post(address, fields.get(name, {}))


SCRIPTED = {"PUT", "DELETE"}
"""What no form sends."""


def ask_as_script(client: Client, method: str, address: str, fields: dict[str, Any]) -> Any:
    if method == "PUT":
        return client.put(address, json.dumps(fields), content_type="application/json")
    return client.delete(f"{address}?{urlencode(fields)}")


@pytest.mark.parametrize("route", PAGES, ids="-".join)
def test_the_pages_answer_everybody_in_every_state_as_expected(
    route: tuple[str, str, str],
) -> None:
    story = ForumStory()
    wanted, got = {}, {}

    with blocks():
        for state in STATES:
            for persona in PERSONAS:
                with story.told_in(state):
                    answer = ask_page(story, persona, *route)
                wanted[state, persona] = expected_of_page(route, persona, state)
                got[state, persona] = answer.status_code

    assert got == wanted


SIGNED_IN_FIRST = {
    "attend-topic",
    "reply-topic",
    "act-on-topic",
    "moderate-topic",
    "helpful-post",
    "restore-post",
    "restore-topic",
}
"""What looks at who asks before it looks for the topic."""


def expected_of_page(route: tuple[str, str, str], persona: str, state: str) -> int:
    name, method, action = route
    if name == "topic-feed":
        # The same for everybody, whoever asks.
        return 200 if "stranger" in SEES[state] else 404
    if name == "reply-draft" and (persona in NOBODY or method != "PUT"):
        return 401 if persona in NOBODY else PAGES[route][None]
    if persona in NOBODY and name in SIGNED_IN_FIRST:
        return 403 if name in GIVEN_BACK else 302
    is_for_gone = name in {"forum-topic", "restore-topic"}
    if is_for_gone and state == "deleted" and persona in OVERSEERS:
        # They read why, and bring it back.
        return 200 if method == "GET" else 302
    if persona not in SEES[state]:
        return 404
    if persona in NOBODY and name not in {"forum-topic", "topic-detail-fragment"}:
        return 403 if name in GIVEN_BACK and method == "POST" else 302
    if name == "moderate-topic" and persona in OVERSEERS:
        if action == "hide":
            return 302 if state in {"public", "locked"} else 409
        return 302 if state == DECIDED[action] else 409
    if action == "merge" and persona in OVERSEERS and state in {"held", "hidden"}:
        return 409
    if (late := too_late(name, method, persona, state)) is not None:
        return late
    table = PAGES[route]
    return table.get(persona, table[None])


@pytest.mark.parametrize("persona", PERSONAS)
def test_what_is_about_no_topic_answers_everybody_as_expected(persona: str) -> None:
    api_story, page_story = ForumStory(Api), ForumStory()
    got: dict[Any, int] = {}
    wanted: dict[Any, int] = {}

    with blocks():
        for (name, method), statuses in API_ABOUT_NOTHING.items():
            is_of_one = name == "forum-topics" or name.startswith("forum-category-")
            args: list[Any] = [api_story.category.pk] if is_of_one else []
            query = {"forum-search": {"search": "brush"}, "forum-similar": {"title": "brush"}}
            body: dict[str, Any] = {"title": "Why?"}
            if name == "forum-bulk":
                one = {"content_type": "forum_topic", "object_id": str(api_story.topic.pk)}
                body = {"action": "pin", "items": [one]}
            if name == "forum-draft":
                body["id"] = str(uuid4())
            answer = api_story.clients[persona].ask(
                method, name, *args, body=body, query=query.get(name, {})
            )
            got[name, method] = answer.status_code
            wanted[name, method] = statuses[persona not in NOBODY]
            if name == "forum-bulk" and persona in MODERATING:
                wanted[name, method] = 200
        for (name, method, part), statuses in PAGES_ABOUT_NOTHING.items():
            category = page_story.category
            keys: dict[str, list[Any]] = {
                "forums": [],
                "search-forums": [],
                "read-forums": [],
                "steer-topics": [],
                "forums-feed": [],
                "similar-topics": [],
                "suggest-tags": [],
                "forum-list": [part],
                "read-forum": [category.pk],
                "attend-forum": [category.pk],
            }
            args = keys.get(name, [category.slug])
            address = reverse(f"wargame_mentorship:{name}", args=args)
            client = page_story.clients[persona]
            form = {"title": "Why?", "description": "", "tags": "", "language": "en"}
            if name == "start-topic-draft":
                form["draft"] = str(uuid4())
            if method in SCRIPTED:
                answer = ask_as_script(client, method, address, form)
            else:
                answer = client.get(address) if method == "GET" else client.post(address, form)
            got[name, method, part] = answer.status_code
            wanted[name, method, part] = statuses[persona not in NOBODY]
            if name == "steer-topics" and persona not in NOBODY | MODERATING:
                wanted[name, method, part] = 403

    assert got == wanted


@pytest.mark.parametrize("persona", ["anonymous", "stranger", "blocked", "foreign", "helpdesk"])
def test_what_is_invisible_is_not_betrayed(persona: str) -> None:
    """The same answer, whether there is a hidden topic or none at all."""
    api_story, page_story = ForumStory(Api), ForumStory()

    def everything() -> list[tuple[int, str]]:
        answers = [ask_api(api_story, persona, *route) for route in API]
        found = [ask_page(page_story, persona, *route) for route in {**PAGES}]
        lists = [
            api_story.clients[persona].get(
                reverse("wargame_mentorship_api:forum-search") + "?search=brush"
            ),
            api_story.clients[persona].get(
                reverse("wargame_mentorship_api:forum-similar") + "?title=brush+eyes"
            ),
            page_story.clients[persona].get(
                reverse("wargame_mentorship:search-forums") + "?search=brush"
            ),
            api_story.clients[persona].get(
                reverse("wargame_mentorship_api:forum-topics", args=[api_story.category.pk])
            ),
            page_story.clients[persona].get(
                reverse("wargame_mentorship:forum-category", args=[page_story.category.slug])
            ),
            api_story.clients[persona].get(reverse("wargame_mentorship_api:forum-latest")),
            api_story.clients[persona].get(reverse("wargame_mentorship_api:forum-categories")),
            page_story.clients[persona].get(reverse("wargame_mentorship:forums")),
            *(
                page_story.clients[persona].get(
                    reverse("wargame_mentorship:forum-list", args=[name])
                )
                for name in LISTS
            ),
        ]
        return [
            (answer.status_code, answer.content.decode().partition("csrfmiddlewaretoken")[0])
            for answer in (*answers, *found, *lists)
        ]

    with blocks(), api_story.told_in("hidden"), page_story.told_in("hidden"):
        there = everything()
        ForumTopic.objects.filter(pk__in=[api_story.topic.pk, page_story.topic.pk]).delete()
        gone = everything()

    assert there == gone
