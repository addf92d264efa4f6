"""POST and DELETE /help/requests/{id}/outcome."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from tests.api.http import MARKED_WORDS, anonymous, code_of, fields_of, signed_in
from tests.photos.pictures import upload
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_solved_help_request,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_the_outcome_is_told_shown_replaced_and_taken_back() -> None:
    ada = make_user("ada")
    entry = make_solved_help_request(ada)
    photo = upload_photo(actor=ada, file=upload(), alt_text="It shines")
    client = signed_in(ada)
    before = client.ask("GET", "help-request", entry.pk)
    assert before.json()["outcome"] is None

    told = client.ask(
        "POST",
        "outcome",
        entry.pk,
        body={"text": "It *shines*.", "photo_ids": [str(photo.pk)], "satisfaction": 5},
        if_match=before["ETag"],
    )

    assert told.status_code == 200, told.content
    seen = anonymous().ask("GET", "help-request", entry.pk)
    assert seen["ETag"] == told["ETag"] != before["ETag"]
    outcome = seen.json()["outcome"]
    assert set(outcome) == {"text", "text_html", "photos", "satisfaction", "told_at"}
    assert "<em>shines</em>" in outcome["text_html"]
    assert (outcome["satisfaction"], outcome["text"]) == (5, "It *shines*.")
    [shown] = outcome["photos"]
    assert (shown["alt_text"], shown["stage"]) == ("It shines", "after")
    assert anonymous().get(shown["url"]).status_code == 200
    assert seen.json()["photos"] == []

    again = client.ask("POST", "outcome", entry.pk, body={"satisfaction": 2})
    assert (again.json()["outcome"]["text"], again.json()["outcome"]["photos"]) == ("", [])
    assert anonymous().get(shown["url"]).status_code == 404
    gone = client.ask("DELETE", "outcome", entry.pk)
    assert (gone.status_code, gone.json()["outcome"]) == (200, None)


def test_pictures_of_a_private_outcome_are_seen_by_whoever_sees_the_request() -> None:
    ada = make_user("ada")
    entry = make_solved_help_request(ada)
    photo = upload_photo(actor=ada, file=upload())
    client = signed_in(ada)
    client.ask("POST", "outcome", entry.pk, body={"photo_ids": [str(photo.pk)]})
    client.ask("PATCH", "help-request", entry.pk, body={"is_public": False})

    [shown] = client.ask("GET", "help-request", entry.pk).json()["outcome"]["photos"]

    assert client.get(shown["url"]).headers["Cache-Control"] == "private, no-store"
    assert signed_in(make_moderator("painting")).get(shown["url"]).status_code == 200
    for other in (anonymous(), signed_in(make_user()), signed_in(make_moderator("gaming"))):
        assert other.get(shown["url"]).status_code == 404


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"satisfaction": 0}, {"satisfaction": ["min_value"]}),
        ({"satisfaction": 6}, {"satisfaction": ["max_value"]}),
        ({"satisfaction": "5"}, {"satisfaction": ["invalid"]}),
        ({"satisfaction": True}, {"satisfaction": ["invalid"]}),
        ({"satisfaction": 4.5}, {"satisfaction": ["invalid"]}),
        ({"text": "x" * 10_001}, {"text": ["too_long"]}),
        ({"photo_ids": ["x"]}, {"photo_ids.0": ["invalid"]}),
    ],
)
def test_what_cannot_be_taken_is_named(body: Any, expected: dict[str, list[str]]) -> None:
    ada = make_user("ada")

    answer = signed_in(ada).ask("POST", "outcome", make_solved_help_request(ada).pk, body=body)

    assert fields_of(answer) == expected


@pytest.mark.parametrize("body", [None, {}, {"text": " "}, {"satisfaction": None}])
def test_an_outcome_says_something(body: Any) -> None:
    ada = make_user("ada")

    answer = signed_in(ada).ask("POST", "outcome", make_solved_help_request(ada).pk, body=body)

    assert code_of(answer) == (400, "invalid")
    assert HelpRequest.objects.get().outcome_at is None


def test_whose_it_is_not_and_when_it_is_too_early() -> None:
    ada = make_user("ada")
    solved, unsolved = make_solved_help_request(ada), make_help_request(ada)
    body = {"text": "Great."}

    assert code_of(anonymous().ask("POST", "outcome", solved.pk, body=body))[0] == 401
    stranger = signed_in(make_user()).ask("POST", "outcome", solved.pk, body=body)
    assert code_of(stranger) == (403, "permission_denied")
    early = signed_in(ada).ask("POST", "outcome", unsolved.pk, body=body)
    assert code_of(early) == (409, "wrong_state")
    stale = signed_in(ada).ask("POST", "outcome", solved.pk, body=body, if_match='"1"')
    assert code_of(stale) == (412, "stale")


@override_settings(WARGAME_MENTORSHIP={"MODERATION": MARKED_WORDS})
def test_what_would_have_to_wait_is_refused_by_name() -> None:
    ada = make_user("ada")
    entry = make_solved_help_request(ada)

    answer = signed_in(ada).ask("POST", "outcome", entry.pk, body={"text": "hold-me"})

    assert fields_of(answer) == {"text": ["held_not_possible"]}
    assert anonymous().ask("GET", "help-request", entry.pk).status_code == 200
