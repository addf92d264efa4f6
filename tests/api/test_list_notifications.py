"""GET /notifications."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.http import anonymous, blocks, code_of, fields_of, signed_in
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.moderation import cases, flagging, sanctions
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_post,
    make_response,
    make_superuser,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

Told = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def _no_blocks() -> None:
    MemorySocial.forget()


@pytest.fixture
def told(django_capture_on_commit_callbacks: Told) -> Callable[[], AbstractContextManager[Any]]:
    """`with told():` runs at its end what waits for the commit: people are told."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def page_of(user: AbstractBaseUser, **query: Any) -> Any:
    answer = signed_in(user).ask("GET", "notifications", query=query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_an_answer_is_told_to_the_asker(told: Told) -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    entry = make_help_request(ada, title="Why does it frost?")
    with told():
        make_response(entry, bruno)

    page = page_of(ada)

    [notification] = page["results"]
    assert set(notification) == {
        "id",
        "verb",
        "actor",
        "target",
        "text",
        "url",
        "reason",
        "unread",
        "timestamp",
    }
    assert notification["verb"] == "help_request.answered"
    assert str(notification["actor"]["id"]) == str(bruno.pk)
    assert notification["target"] == {
        "kind": "help_request",
        "id": str(entry.pk),
        "title": "Why does it frost?",
    }
    name = notification["actor"]["display_name"]
    assert notification["text"] == f"{name} answered “Why does it frost?”."
    assert str(entry.pk) in notification["url"]
    assert notification["unread"] is True
    assert (page["unread_count"], page["next"], page["previous"]) == (1, None, None)
    assert page_of(bruno) == {"results": [], "next": None, "previous": None, "unread_count": 0}


def test_an_answer_through_the_api_is_told_once_it_is_committed(told: Told) -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    entry = make_help_request(ada)

    with told():
        signed_in(bruno).ask("POST", "respond", entry.pk, body={"response_text": "Thin it."})
        assert page_of(ada)["results"] == []

    assert len(page_of(ada)["results"]) == 1


def test_acceptance_and_assignment_are_told(told: Told) -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    entry = make_help_request(ada)
    with told():
        services.assign(actor=ada, help_request=entry, helper_id=bruno.pk)
    with told():
        response = make_response(entry, bruno)
    with told():
        services.accept(actor=ada, help_request=entry, response_id=response.pk)

    verbs = [one["verb"] for one in page_of(bruno)["results"]]

    assert verbs == ["help_request.accepted", "help_request.assigned"]


def test_what_is_gone_is_told_without_a_word_of_it(told: Told) -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    entry = make_help_request(ada, title="Secret title")
    with told():
        services.assign(actor=ada, help_request=entry, helper_id=bruno.pk)
    services.release(actor=ada, help_request=entry)
    HelpRequest.objects.update(is_public=False)

    [notification] = page_of(bruno)["results"]

    assert (notification["target"], notification["url"]) == (None, None)
    assert "Secret title" not in str(notification)


def test_whom_a_block_hides_is_not_heard_of(told: Told) -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    with told():
        make_response(make_help_request(ada), bruno)

    with blocks():
        MemorySocial.block(ada, bruno)
        page = page_of(ada)

    assert (page["results"], page["unread_count"]) == ([], 0)


def test_filter_and_pages(told: Told) -> None:
    ada = make_user("ada")
    for _ in range(3):
        with told():
            make_response(make_help_request(ada))
    first = page_of(ada, page_size=2)
    client = signed_in(ada)
    client.ask("POST", "notifications-read", body={"ids": [first["results"][0]["id"]]})

    assert len(first["results"]) == 2
    rest = client.get(first["next"]).json()
    assert len(rest["results"]) == 1
    assert rest["next"] is None
    assert len(client.get(rest["previous"]).json()["results"]) == 2
    unread = page_of(ada, unread="true")
    assert len(unread["results"]) == unread["unread_count"] == 2
    assert [one["id"] for one in page_of(ada, unread="false")["results"]] == [
        first["results"][0]["id"]
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("unread", "yes"),
        ("unread", ""),
        ("page_size", "0"),
        ("cursor", "x"),
        ("search", "x"),
        ("page", "1"),
        ("ordering", "newest"),
    ],
)
def test_unknown_value_or_parameter_is_400(name: str, value: str) -> None:
    answer = signed_in(make_user()).ask("GET", "notifications", query={name: value})

    assert list(fields_of(answer)) == [name]


def test_nobody_has_no_notifications() -> None:
    assert code_of(anonymous().ask("GET", "notifications")) == (401, "not_authenticated")


def test_a_page_costs_the_same_for_2_and_for_20(told: Told) -> None:
    ada = make_user("ada")
    client = signed_in(ada)
    for _ in range(2):
        with told():
            make_response(make_help_request(ada))
    with CaptureQueriesContext(connection) as few:
        client.ask("GET", "notifications")
    for _ in range(18):
        with told():
            make_response(make_help_request(ada))
    with CaptureQueriesContext(connection) as many:
        answer = client.ask("GET", "notifications")

    assert len(answer.json()["results"]) == 20
    assert len(few) == len(many)
    # One of them is of the host's navigation, which tells moderators what waits for them.
    assert len(many) <= 10, "\n".join(query["sql"] for query in many.captured_queries)


def test_news_of_posts_costs_the_same_for_2_and_for_20(told: Told) -> None:
    ada = make_user("ada")
    client = signed_in(ada)
    asked = []
    for more in (2, 18):
        for _ in range(more):
            with told():
                make_post(make_topic(ada))
        with CaptureQueriesContext(connection) as captured:
            answer = client.ask("GET", "notifications")
        asked.append(len(captured))

    assert len(answer.json()["results"]) == 20
    # The page of a post is that of its topic.
    assert asked[0] == asked[1]


def test_news_of_moderators_costs_the_same_for_2_and_for_20(told: Told) -> None:
    ada, moderator = make_user("ada"), make_superuser()
    client = signed_in(ada)
    asked = []
    for more in (1, 9):
        for _ in range(more):
            theirs, mine = make_topic(), make_post(make_topic(), ada)
            flagged = flagging.flag(actor=ada, kind=theirs.KIND, object_id=theirs.pk, reason="spam")
            with told():
                cases.dismiss(actor=moderator, case=flagged.case)
                sanctions.warn(
                    actor=moderator,
                    kind=mine.KIND,
                    object_id=mine.pk,
                    person_id=ada.pk,
                    reason="Stay friendly.",
                )
        with CaptureQueriesContext(connection) as captured:
            answer = client.ask("GET", "notifications")
        asked.append(len(captured))

    texts = [one["text"] for one in answer.json()["results"]]
    assert len(texts) == 20
    assert any(theirs.title in text for text in texts)
    assert any(mine.topic.title in text for text in texts)
    assert asked[0] == asked[1]
