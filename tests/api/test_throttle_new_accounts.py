"""Rates of each action, on pages and API alike, and the lower ones of new accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import override_settings
from django.utils import timezone

from tests.api.http import code_of
from tests.api.http import signed_in as api_client
from tests.web.pages import question, signed_in, url
from wargame_mentorship.core.rates import take
from wargame_mentorship.host import Viewer
from wargame_mentorship.host.users import DefaultUsers
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_help_request,
    make_post,
    make_response,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

ASKED = {"title": "Why?", "description": "It frosts.", "category": "painting"}


class AgelessUsers(DefaultUsers):
    """A host that does not know since when somebody is there."""

    def joined_at(self, user: AbstractBaseUser) -> datetime | None:
        return None


def limited(scope: str, **settings: Any) -> override_settings:
    given = {"THROTTLES": {scope: "2/day"}, "NEW_ACCOUNT_DAYS": 0, **settings}
    return override_settings(WARGAME_MENTORSHIP=given)


def aged(days: int) -> Any:
    person: Any = make_user()
    joined = timezone.now() - timedelta(days=days)
    type(person).objects.filter(pk=person.pk).update(date_joined=joined)
    person.refresh_from_db()
    return person


class Doors:
    """One action, by a page and by the API, of the same person."""

    def __init__(self, person: Any) -> None:
        self.page, self.api = signed_in(person), api_client(person)
        self.person = person

    def send(self, method: str, name: str, *args: Any, body: Any = None) -> int:
        status: int = self.api.ask(method, name, *args, body=body).status_code
        return status

    def post(self, name: str, *args: Any, **fields: Any) -> int:
        return self.page.post(url(name, *args), fields).status_code


def _topic(doors: Doors) -> list[Callable[[], int]]:
    forum = make_forum_category()
    return [
        lambda: doors.post("start-topic", forum.slug, title="Why?", language="en"),
        lambda: doors.send(
            "POST", "forum-topics", forum.pk, body={"title": "Why?", "description": "So."}
        ),
    ]


def _post(doors: Doors) -> list[Callable[[], int]]:
    topic = make_topic()
    return [
        lambda: doors.post("reply-topic", topic.pk, content="So."),
        lambda: doors.send("POST", "forum-posts", topic.pk, body={"content": "So."}),
    ]


def _edit(doors: Doors) -> list[Callable[[], int]]:
    answered, post = make_response(responder=doors.person), make_post(author=doors.person)
    return [
        lambda: doors.post("edit-post", post.pk, content="Other."),
        lambda: doors.send(
            "PATCH", "response", answered.pk, body={"response_text": "Entirely other."}
        ),
    ]


def _vote(doors: Doors) -> list[Callable[[], int]]:
    answered, post = make_response(), make_post()
    return [
        lambda: doors.post("helpful-response", answered.help_request_id, answered.pk),
        lambda: doors.send("POST", "forum-post-helpful", post.pk, body={}),
    ]


@pytest.mark.parametrize(
    ("scope", "actions"),
    [("topic-user", _topic), ("post-user", _post), ("edit-user", _edit), ("vote-user", _vote)],
)
def test_an_action_has_a_rate_that_page_and_api_share(
    scope: str, actions: Callable[[Doors], list[Callable[[], int]]]
) -> None:
    with limited(scope):
        by_page, by_api = actions(Doors(make_user()))

        assert by_page() < 400
        assert by_api() < 400
        assert (by_page(), by_api()) == (429, 429)
        others_page, _others_api = actions(Doors(make_user()))
        assert others_page() < 400


def test_other_actions_have_other_rates() -> None:
    with limited("vote-user", THROTTLES={"vote-user": "0/day"}):
        doors = Doors(make_user())
        assert _vote(doors)[0]() == 429
        assert _post(doors)[0]() < 400
        assert doors.post("ask-help-request", **question()) < 400


LOWER = {
    "THROTTLES": {"ask-user": "4/day"},
    "NEW_ACCOUNT_THROTTLES": {"ask-user": "2/day"},
    "NEW_ACCOUNT_DAYS": 3,
}


@pytest.mark.parametrize(("days", "most"), [(0, 2), (2, 2), (4, 4)])
def test_new_accounts_have_lower_rates(days: int, most: int) -> None:
    with override_settings(WARGAME_MENTORSHIP=LOWER):
        doors = Doors(aged(days))
        ways = [
            lambda: doors.post("ask-help-request", **question()),
            lambda: doors.send("POST", "help-requests", body=ASKED),
        ]
        found = [ways[number % 2]() < 400 for number in range(most + 2)]

        assert found == [True] * most + [False, False]
        refused = doors.api.ask("POST", "help-requests", body=ASKED)
        assert code_of(refused) == (429, "throttled")
        assert 80_000 < int(refused.headers["Retry-After"]) <= 86_400


@pytest.mark.parametrize(
    "host",
    [
        {"NEW_ACCOUNT_DAYS": 0},
        {"USERS": {"BACKEND": "tests.api.test_throttle_new_accounts.AgelessUsers"}},
    ],
)
def test_who_is_not_known_to_be_new_is_not(host: dict[str, Any]) -> None:
    with override_settings(WARGAME_MENTORSHIP={**LOWER, **host}):
        doors = Doors(make_user())
        assert [doors.post("ask-help-request", **question()) < 400 for _ in range(5)] == [
            *[True] * 4,
            False,
        ]


def test_nobody_is_not_new() -> None:
    assert not Viewer(None).is_new


@override_settings(
    WARGAME_MENTORSHIP={
        "THROTTLES": {"ask-user": "1/second"},
        "NEW_ACCOUNT_THROTTLES": {"ask-user": "9/day"},
    }
)
def test_the_stricter_rate_counts_whichever_that_is() -> None:
    assert take("ask-user", "ada", is_new=True) is None
    wait = take("ask-user", "ada", is_new=True)
    assert wait is not None
    assert wait <= 1


def test_an_old_account_is_not_counted_by_what_it_did_when_it_was_new() -> None:
    with override_settings(WARGAME_MENTORSHIP=LOWER):
        assert [take("ask-user", "ada", is_new=True) is None for _ in range(3)] == [
            True,
            True,
            False,
        ]
        assert [take("ask-user", "ada") is None for _ in range(3)] == [True, True, False]


def test_reading_and_asking_nothing_of_a_kind_cost_new_accounts_nothing_more() -> None:
    entry = make_help_request()
    with override_settings(
        WARGAME_MENTORSHIP={
            "NEW_ACCOUNT_THROTTLES": dict.fromkeys(("ask-user", "edit-user", "vote-user"), "0/day")
        }
    ):
        doors = Doors(make_user())
        assert doors.send("GET", "help-request", entry.pk) == 200
        assert doors.post("mute-help-request", entry.pk) < 400
