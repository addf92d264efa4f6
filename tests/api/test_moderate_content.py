"""Held and hidden content over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import override_settings

from tests.api.http import MARKED_WORDS, Api, anonymous, code_of, fields_of, signed_in
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_superuser,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _holding() -> Any:
    with override_settings(WARGAME_MENTORSHIP={"MODERATION": MARKED_WORDS}):
        yield


@pytest.fixture
def moderator() -> Api:
    return signed_in(make_moderator("painting"))


def held_request(**fields: Any) -> HelpRequest:
    return make_help_request(description="hold-me", **fields)


def held_response() -> HelpResponse:
    return make_response(text="hold-me")


def waiting(client: Api, kind: str = "help_request", **query: Any) -> Any:
    return client.ask("GET", "held", query={"content_type": kind, **query})


def test_moderator_lists_what_waits_newest_first_in_pages(moderator: Api) -> None:
    entries = [held_request() for _ in range(3)]
    held_request(category="gaming")
    make_help_request()

    first = waiting(moderator, page_size=2).json()
    [last] = moderator.get(first["next"]).json()["results"]

    assert [one["object_id"] for one in first["results"]] == [
        str(entry.pk) for entry in reversed(entries[1:])
    ]
    assert first["previous"] is None
    assert last["object_id"] == str(entries[0].pk)
    assert last["content_type"] == "help_request"
    assert last["moderation_state"] == "held"
    assert last["title"] == entries[0].title
    assert str(entries[0].pk) in last["url"]
    assert last["author"]["display_name"]


def test_held_answers_are_listed_with_the_title_of_their_question(moderator: Api) -> None:
    response = held_response()

    [one] = waiting(moderator, "help_response").json()["results"]

    assert one["object_id"] == str(response.pk)
    assert one["title"] == response.help_request.title
    assert str(response.pk) in one["url"]


@pytest.mark.parametrize("kind", ["help_request", "help_response"])
def test_a_long_list_costs_as_many_queries_as_a_short_one(
    kind: str, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    def make() -> None:
        held_request() if kind == "help_request" else held_response()

    moderator = signed_in(make_moderator("painting"))
    for _ in range(2):
        make()
    waiting(moderator, kind)
    with django_assert_max_num_queries(100) as short:
        waiting(moderator, kind)
    for _ in range(10):
        make()
    with django_assert_num_queries(len(short)):
        assert len(waiting(moderator, kind).json()["results"]) == 12


def test_only_moderators_see_the_list() -> None:
    assert code_of(waiting(anonymous())) == (401, "not_authenticated")
    assert code_of(waiting(signed_in(make_user()))) == (403, "permission_denied")
    assert waiting(signed_in(make_superuser())).status_code == 200


def test_the_list_wants_a_kind_that_can_be_held(moderator: Api) -> None:
    assert fields_of(moderator.ask("GET", "held")) == {"content_type": ["required"]}
    assert fields_of(waiting(moderator, "spell")) == {"content_type": ["invalid_choice"]}
    assert fields_of(waiting(moderator, mine="true")) == {"mine": ["unknown_parameter"]}


def test_a_cursor_of_the_one_kind_is_none_of_the_other(moderator: Api) -> None:
    for _ in range(2):
        held_request()
    link = waiting(moderator, page_size=1).json()["next"]

    answer = moderator.get(link.replace("help_request", "help_response"))

    assert code_of(answer)[1] == "invalid_cursor"


@pytest.mark.parametrize(("action", "state"), [("approve", "visible"), ("reject", "hidden")])
@pytest.mark.parametrize("kind", ["help_request", "help_response"])
def test_moderator_decides(moderator: Api, kind: str, action: str, state: str) -> None:
    subject: Any = held_request() if kind == "help_request" else held_response()

    answer = moderator.ask("POST", action, subject.pk, body={"reason": "Seen."})

    assert answer.status_code == 200
    assert answer.json() == {
        "content_type": kind,
        "object_id": str(subject.pk),
        "moderation_state": state,
        "version": 2,
    }
    assert answer.headers["ETag"] == '"2"'
    subject.refresh_from_db()
    assert (subject.moderation_state, subject.moderation_reason) == (state, "Seen.")
    assert waiting(moderator, kind).json()["results"] == []
    again = moderator.ask("POST", action, subject.pk)
    assert code_of(again) == (409, "wrong_state")


def test_moderator_hides_and_restores(moderator: Api) -> None:
    response = make_response()
    body = {"content_type": "help_response", "object_id": str(response.pk), "reason": "An ad."}

    hidden = moderator.ask("POST", "hide", body=body)
    detail = anonymous().ask("GET", "help-request", response.help_request_id).json()
    restored = moderator.ask("POST", "restore", body=body)

    assert hidden.json()["moderation_state"] == "hidden"
    assert detail["responses"] == []
    assert detail["response_count"] == 0
    assert restored.json()["moderation_state"] == "visible"
    detail = anonymous().ask("GET", "help-request", response.help_request_id).json()
    assert detail["response_count"] == 1


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"content_type": None}, {"content_type": ["null"]}),
        ({"object_id": "x"}, {"object_id": ["invalid"]}),
        ({"object_id": 7}, {"object_id": ["invalid"]}),
        ({"reason": "x" * 201}, {"reason": ["max_length"]}),
        ({"reason": ["x"]}, {"reason": ["invalid"]}),
    ],
)
def test_hiding_wants_to_know_what(moderator: Api, changes: Any, fields: Any) -> None:
    body = {"content_type": "help_request", "object_id": str(make_help_request().pk), **changes}

    assert fields_of(moderator.ask("POST", "hide", body=body)) == fields


def test_what_is_not_there_is_not_found(moderator: Api) -> None:
    for kind in ("help_request", "spell"):
        body = {"content_type": kind, "object_id": str(uuid4())}
        assert moderator.ask("POST", "hide", body=body).status_code == 404
    assert moderator.ask("POST", "approve", uuid4()).status_code == 404


def test_a_foreign_moderator_neither_finds_nor_decides() -> None:
    entry, foreign = held_request(), signed_in(make_moderator("gaming"))

    assert waiting(foreign).json()["results"] == []
    assert foreign.ask("POST", "approve", entry.pk).status_code == 404
    body = {"content_type": "help_request", "object_id": str(make_help_request().pk)}
    assert foreign.ask("POST", "hide", body=body).status_code == 403


def test_a_key_decides_once(moderator: Api) -> None:
    response = held_response()

    answers = [
        moderator.ask("POST", "approve", response.pk, body={}, idempotency_key="k")
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert Event.objects.filter(verb="help_response.approved").count() == 1
    response.help_request.refresh_from_db()
    assert response.help_request.response_count == 1


def test_an_old_version_is_refused(moderator: Api) -> None:
    entry = held_request()

    assert moderator.ask("POST", "approve", entry.pk, if_match='"7"').status_code == 412
    assert moderator.ask("POST", "approve", entry.pk, if_match='"1"').status_code == 200


def decide_many(client: Api, items: Any, action: Any = "approve", **fields: Any) -> Any:
    return client.ask("POST", "bulk", body={"action": action, "items": items, **fields})


def item(subject: Any, **fields: Any) -> dict[str, Any]:
    return {"content_type": subject.KIND, "object_id": str(subject.pk), **fields}


def test_many_are_decided_at_once_each_with_its_own_outcome(moderator: Api) -> None:
    mine, answer, visible = held_request(), held_response(), make_help_request()
    foreign, elsewhere = held_request(category="gaming"), make_help_request(category="gaming")
    stale = held_request()
    items = [
        *(item(subject) for subject in (mine, visible, foreign, elsewhere, answer)),
        item(stale, version=7),
        {"content_type": "spell", "object_id": str(mine.pk)},
    ]

    results = decide_many(moderator, items, reason="Fine.").json()["results"]

    assert [(one["status"], one["code"]) for one in results] == [
        (200, None),
        (409, "wrong_state"),
        (404, "not_found"),
        (403, "permission_denied"),
        (200, None),
        (412, "stale"),
        (404, "not_found"),
    ]
    assert [one["object_id"] for one in results] == [one["object_id"] for one in items]
    assert results[0] == {
        "content_type": "help_request",
        "object_id": str(mine.pk),
        "status": 200,
        "code": None,
        "moderation_state": "visible",
        "version": 2,
    }
    assert results[2]["moderation_state"] is None
    mine.refresh_from_db()
    assert mine.moderation_reason == "Fine."


def test_many_sent_again_do_nothing_more_and_say_so(moderator: Api) -> None:
    entry = held_request()

    first, second = (decide_many(moderator, [item(entry)]) for _ in range(2))

    assert first.json()["results"][0]["code"] is None
    assert second.json()["results"][0]["code"] == "wrong_state"
    assert Event.objects.filter(verb="help_request.approved").count() == 1


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"action": ["required"], "items": ["required"]}),
        ({"action": "vanish", "items": []}, {"action": ["invalid_choice"], "items": ["empty"]}),
        ({"action": "hide", "items": "x"}, {"items": ["not_a_list"]}),
        ({"action": "hide", "items": [7]}, {"items.0": ["invalid"]}),
        (
            {"action": "hide", "items": [{"content_type": "help_request", "object_id": "x"}]},
            {"items.0.object_id": ["invalid"]},
        ),
        (
            {
                "action": "hide",
                "items": [
                    {"content_type": "help_request", "object_id": str(uuid4()), "version": True}
                ],
            },
            {"items.0.version": ["invalid"]},
        ),
        (
            {
                "action": "hide",
                "items": [{"content_type": "help_request", "object_id": str(uuid4())}] * 101,
            },
            {"items": ["max_length"]},
        ),
    ],
)
def test_many_want_to_be_named(moderator: Api, body: Any, fields: Any) -> None:
    found = fields_of(moderator.ask("POST", "bulk", body=body))

    assert {
        name.removesuffix(".non_field_errors"): codes for name, codes in found.items()
    } == fields


def test_only_moderators_decide_many_whatever_they_send() -> None:
    entry = held_request()
    for items in ([item(entry)], "nonsense"):
        assert decide_many(anonymous(), items).status_code == 401
        assert decide_many(signed_in(make_user()), items).status_code == 403
    foreign = decide_many(signed_in(make_moderator("gaming")), [item(entry)])
    assert foreign.json()["results"][0]["code"] == "not_found"
    entry.refresh_from_db()
    assert entry.moderation_state == "held"
