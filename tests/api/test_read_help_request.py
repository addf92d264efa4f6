"""GET /help/requests/{id}: its shape, who sees it, and what reading it counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests.api.http import BROWSER, Api, anonymous, blocks, code_of, fields_of, signed_in, url
from tests.photos.pictures import upload
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_solved_help_request,
    make_user,
)

pytestmark = pytest.mark.django_db

# The columns of the two tables; people appear as objects, so without their `_id`.
REQUEST_COLUMNS = {
    "id",
    "title",
    "description",
    "category",
    "subcategory",
    "difficulty_level",
    "urgency",
    "status",
    "image_urls",
    "requester",
    "assigned_helper",
    "created_at",
    "updated_at",
    "resolved_at",
    "is_public",
    "view_count",
    "helpful_count",
}
RESPONSE_COLUMNS = {
    "id",
    "help_request",
    "responder",
    "response_text",
    "image_urls",
    "is_solution",
    "helpful_count",
    "created_at",
    "updated_at",
}
MORE_OF_REQUEST = {
    "facets",
    "description_html",
    "language",
    "claimed_until",
    "photos",
    "response_count",
    "moderation_state",
    "url",
    "closed_at",
    "closed_reason",
    "first_response_at",
    "queue",
    "version",
    "attribution",
    "responses",
    "responses_next",
    "solution",
    "outcome",
    "available_actions",
}
MORE_OF_RESPONSE = {
    "response_text_html",
    "steps",
    "asks_back",
    "edited_at",
    "photos",
    "my_vote",
    "moderation_state",
    "hidden",
    "version",
    "attribution",
}


@pytest.fixture(autouse=True)
def _no_blocks() -> None:
    MemorySocial.forget()


def test_shape_has_every_column() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    photo = upload_photo(actor=ada, file=upload(), alt_text="A frosted knight")
    answer_photo = upload_photo(actor=bruno, file=upload())
    entry = make_help_request(ada, subcategory="washing", photo_ids=[photo.pk])
    services.claim(actor=bruno, help_request=entry)
    response = make_response(entry, bruno, photo_ids=[answer_photo.pk])
    services.accept(actor=ada, help_request=entry, response_id=response.pk)

    answer = signed_in(ada).ask("GET", "help-request", entry.pk)

    assert answer.status_code == 200
    seen = answer.json()
    assert set(seen) == REQUEST_COLUMNS | MORE_OF_REQUEST
    [shown] = seen["responses"]
    assert set(shown) == RESPONSE_COLUMNS | MORE_OF_RESPONSE
    assert seen["solution"] == shown
    assert shown["is_solution"] is True
    assert shown["help_request"] == seen["id"]
    for person in (seen["requester"], seen["assigned_helper"], shown["responder"]):
        assert set(person) == {"id", "display_name", "profile_url", "avatar_url"}
    assert type(seen["requester"]["id"]) is (int if isinstance(ada.pk, int) else str)
    assert seen["image_urls"] == [seen["photos"][0]["url"]]
    assert seen["photos"][0]["alt_text"] == "A frosted knight"
    assert shown["image_urls"] == [shown["photos"][0]["url"]]
    for moment in (
        seen["created_at"],
        seen["updated_at"],
        seen["resolved_at"],
        seen["first_response_at"],
        shown["created_at"],
    ):
        assert datetime.fromisoformat(moment).tzinfo is not None
    assert seen["queue"] == "solved"
    assert seen["available_actions"] == ["accept", "unaccept", "close", "reopen", "outcome"]
    assert answer["ETag"] == f'"{seen["version"]}"'


def test_actions_are_those_of_whoever_reads() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)

    def actions(client: Api) -> Any:
        return client.ask("GET", "help-request", entry.pk).json()["available_actions"]

    assert actions(anonymous()) == []
    assert actions(signed_in(make_user())) == ["claim", "needs_info"]
    assert actions(signed_in(ada)) == ["assign", "accept", "close"]
    assert "close" in actions(signed_in(make_moderator("painting")))
    assert actions(signed_in(make_moderator("gaming"))) == ["claim", "needs_info"]


def test_solution_comes_first_and_the_rest_as_written() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)
    first, second, third = (make_response(entry) for _ in range(3))
    services.accept(actor=ada, help_request=entry, response_id=second.pk)

    responses = anonymous().ask("GET", "help-request", entry.pk).json()["responses"]

    assert [one["id"] for one in responses] == [str(one.pk) for one in (second, first, third)]


def test_unattributed_request_stays_readable() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    entry = make_solved_help_request(ada, bruno)
    ada.delete()
    bruno.delete()

    seen = anonymous().ask("GET", "help-request", entry.pk).json()

    assert seen["requester"] is None
    assert seen["solution"]["responder"] is None


@pytest.mark.parametrize("state", ["private", "held", "hidden", "deleted", "blocked", "absent"])
def test_what_one_may_not_see_looks_like_what_is_not_there(state: str) -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    entry = make_help_request(ada)
    columns: Any = {
        "private": {"is_public": False},
        "held": {"moderation_state": ModerationState.HELD},
        "hidden": {"moderation_state": ModerationState.HIDDEN},
        "deleted": {"deleted_at": timezone.now()},
    }.get(state)
    if columns:
        HelpRequest.objects.filter(pk=entry.pk).update(**columns)

    with blocks():
        if state == "blocked":
            MemorySocial.block(ada, bruno)
        pk = uuid4() if state == "absent" else entry.pk
        answer = signed_in(bruno).ask("GET", "help-request", pk)
        never = signed_in(bruno).ask("GET", "help-request", uuid4())

    assert code_of(answer) == (404, "not_found")
    assert answer.content == never.content
    assert set(answer.headers) == set(never.headers)


def test_blocked_answerer_leaves_a_placeholder() -> None:
    ada, bruno, cleo = make_user("ada"), make_user("bruno"), make_user("cleo")
    photo = upload_photo(actor=bruno, file=upload())
    entry = make_help_request(ada)
    response = make_response(entry, bruno, text="secret advice", photo_ids=[photo.pk])
    services.accept(actor=ada, help_request=entry, response_id=response.pk)

    with blocks():
        MemorySocial.block(cleo, bruno)
        answer = signed_in(cleo).ask("GET", "help-request", entry.pk)

    [placeholder] = answer.json()["responses"]
    assert placeholder["hidden"] is True
    assert placeholder["responder"] is None
    assert placeholder["response_text"] == placeholder["response_text_html"] == ""
    assert placeholder["photos"] == placeholder["image_urls"] == []
    assert placeholder["is_solution"] is True
    assert "secret advice" not in answer.content.decode()
    assert str(bruno.pk) not in [str(placeholder["id"]), str(placeholder["responder"])]


def test_held_and_deleted_responses_are_not_shown() -> None:
    entry = make_help_request()
    held, deleted = make_response(entry), make_response(entry)
    HelpResponse.objects.filter(pk=held.pk).update(moderation_state=ModerationState.HELD)
    HelpResponse.objects.filter(pk=deleted.pk).update(deleted_at=timezone.now())

    assert anonymous().ask("GET", "help-request", entry.pk).json()["responses"] == []
    [own] = signed_in(held.responder).ask("GET", "help-request", entry.pk).json()["responses"]
    assert own["moderation_state"] == "held"


def test_parameters_are_refused() -> None:
    answer = anonymous().ask("GET", "help-request", make_help_request().pk, query={"x": "1"})

    assert fields_of(answer) == {"x": ["unknown_parameter"]}


@pytest.mark.parametrize("pk", ["x", "1", "0" * 32, "019c-", "%00", "../requests"])
def test_malformed_key_is_404(pk: str) -> None:
    path = url("help-requests") + "/" + pk

    answer = anonymous().get(path)

    assert code_of(answer) == (404, "not_found")


# -------------------------------------------------------------------------------- views


def views(entry: HelpRequest) -> int:
    return HelpRequest.objects.get(pk=entry.pk).view_count


def test_a_reader_counts_once_an_hour() -> None:
    entry, reader = make_help_request(), signed_in(make_user("reader"))
    before = HelpRequest.objects.get(pk=entry.pk)

    for _ in range(3):
        reader.ask("GET", "help-request", entry.pk)
    assert views(entry) == 1

    signed_in(make_user("other")).ask("GET", "help-request", entry.pk)
    assert views(entry) == 2

    cache.clear()  # as if an hour had passed
    answer = reader.ask("GET", "help-request", entry.pk)
    assert views(entry) == 3
    assert answer["ETag"] == '"1"'
    assert HelpRequest.objects.get(pk=entry.pk).updated_at == before.updated_at


def test_an_anonymous_browser_counts_once() -> None:
    entry = make_help_request()

    for _ in range(2):
        anonymous().ask("GET", "help-request", entry.pk, user_agent=BROWSER)
    assert views(entry) == 1

    anonymous().ask("GET", "help-request", entry.pk, user_agent=BROWSER + " Firefox/141.0")
    assert views(entry) == 2


def test_the_asker_does_not_count() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)

    signed_in(ada).ask("GET", "help-request", entry.pk, user_agent=BROWSER)

    assert views(entry) == 0


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "curl/8.5.0",
        "python-requests/2.32",
        "Slackbot-LinkExpanding 1.0",
    ],
)
def test_a_bot_writes_nothing(agent: str) -> None:
    entry = make_help_request()

    with CaptureQueriesContext(connection) as queries:
        anonymous().ask("GET", "help-request", entry.pk, user_agent=agent)

    assert views(entry) == 0
    assert not any(query["sql"].startswith("UPDATE") for query in queries.captured_queries)


def test_a_head_request_reads_nothing_and_counts_nothing() -> None:
    entry = make_help_request()

    answer = signed_in(make_user()).ask("HEAD", "help-request", entry.pk)

    assert (answer.status_code, answer.content) == (200, b"")
    assert views(entry) == 0


# -------------------------------------------------------------------------------- costs


def test_a_conversation_costs_the_same_for_2_and_for_20() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)

    def answer_times(count: int) -> None:
        for _ in range(count):
            bruno = make_user("bruno")
            photo = upload_photo(actor=bruno, file=upload())
            response = make_response(entry, bruno, photo_ids=[photo.pk])
            services.mark_helpful(actor=ada, response=response)

    reader = signed_in(ada)
    answer_times(2)
    with CaptureQueriesContext(connection) as few:
        reader.ask("GET", "help-request", entry.pk)
    answer_times(18)
    with CaptureQueriesContext(connection) as many:
        answer = reader.ask("GET", "help-request", entry.pk)

    assert len(answer.json()["responses"]) == 20
    assert all(one["my_vote"] is True for one in answer.json()["responses"])
    assert len(few) == len(many)
    assert len(many) <= 14, "\n".join(query["sql"] for query in many.captured_queries)


# ------------------------------------------------------------------------------ caching


def test_no_cache_of_the_host_keeps_what_one_person_saw(settings: Settings) -> None:
    ada = make_user("ada")
    entry = make_help_request(ada, is_public=False)
    settings.MIDDLEWARE = [
        "django.middleware.cache.UpdateCacheMiddleware",
        *settings.MIDDLEWARE,
        "django.middleware.cache.FetchFromCacheMiddleware",
    ]
    with_header = anonymous()
    with_header.force_authenticate(ada)  # as by a header that no `Vary` names

    assert with_header.ask("GET", "help-request", entry.pk).status_code == 200
    assert anonymous().ask("GET", "help-request", entry.pk).status_code == 404


def test_a_conditional_get_never_hides_a_new_answer(settings: Settings) -> None:
    settings.MIDDLEWARE = [
        "django.middleware.http.ConditionalGetMiddleware",
        *settings.MIDDLEWARE,
    ]
    entry = make_help_request()
    etag = anonymous().ask("GET", "help-request", entry.pk)["ETag"]
    make_response(entry)

    again = anonymous().ask("GET", "help-request", entry.pk, if_none_match=etag)

    assert again.status_code == 200
    assert len(again.json()["responses"]) == 1


def test_a_request_left_alone_needs_attention() -> None:
    entry = make_help_request()
    HelpRequest.objects.filter(pk=entry.pk).update(created_at=timezone.now() - timedelta(days=3))

    seen = anonymous().ask("GET", "help-request", entry.pk).json()

    assert seen["queue"] == "needs_attention"
