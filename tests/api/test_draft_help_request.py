"""/help/draft: a question that is still being written, on whatever device."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.api.http import anonymous, code_of, fields_of, signed_in
from tests.photos.pictures import upload
from wargame_mentorship.help_requests.models import HelpRequest, HelpRequestDraft
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.factories import make_user

pytestmark = pytest.mark.django_db

QUESTION = {"title": "Streaks", "description": "Two coats.", "category": "painting"}


def test_a_draft_is_kept_read_and_thrown_away() -> None:
    ada = make_user("ada")
    photo = upload_photo(actor=ada, file=upload())
    client, key = signed_in(ada), str(uuid4())
    body = {
        "id": key,
        "title": "Stre",
        "category": "painting",
        "facets": {"paint": "Red"},
        "is_public": False,
        "photo_ids": [str(photo.pk)],
    }

    kept = client.ask("PUT", "draft", body=body)

    assert kept.status_code == 200
    draft = kept.json()
    assert (draft["id"], draft["title"], draft["description"]) == (key, "Stre", "")
    assert (draft["facets"], draft["is_public"]) == ({"paint": "Red"}, False)
    assert [one["id"] for one in draft["photos"]] == [str(photo.pk)]
    assert client.ask("GET", "draft").json() == draft
    assert client.ask("DELETE", "draft").status_code == 204
    assert client.ask("GET", "draft").status_code == 404
    assert client.ask("DELETE", "draft").status_code == 404
    assert code_of(client.ask("PUT", "draft", body=body)) == (409, "draft_gone")


def test_asking_ends_the_draft_that_it_names() -> None:
    client, key = signed_in(make_user()), str(uuid4())
    client.ask("PUT", "draft", body={"id": key, "title": "Streaks"})

    answer = client.ask("POST", "help-requests", body={**QUESTION, "draft": key})

    assert answer.status_code == 201
    assert client.ask("GET", "draft").status_code == 404
    late = client.ask("PUT", "draft", body={"id": key, "title": "Streaks"})
    assert code_of(late) == (409, "draft_gone")


def test_asking_something_else_does_not() -> None:
    client = signed_in(make_user())
    client.ask("PUT", "draft", body={"id": str(uuid4()), "title": "Streaks"})

    client.ask("POST", "help-requests", body=QUESTION)

    assert client.ask("GET", "draft").json()["title"] == "Streaks"


def test_a_draft_is_nobody_else_s() -> None:
    key = str(uuid4())
    signed_in(make_user("ada")).ask("PUT", "draft", body={"id": key, "title": "Mine"})
    bruno = signed_in(make_user("bruno"))

    assert bruno.ask("GET", "draft").status_code == 404
    assert code_of(bruno.ask("PUT", "draft", body={"id": key, "title": "x"})) == (409, "draft_gone")
    assert anonymous().ask("GET", "draft").status_code == 401


def test_what_would_be_refused_when_sent_is_kept() -> None:
    body = {"id": str(uuid4()), "title": " " * 5 + "x" * 300, "category": "cooking"}

    kept = signed_in(make_user()).ask("PUT", "draft", body=body)

    assert kept.status_code == 200
    assert (kept.json()["title"], kept.json()["category"]) == (body["title"], "cooking")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "id"),
        ({"id": "x"}, "id"),
        ({"id": 7}, "id"),
        ({"title": None}, "title"),
        ({"title": ["x"]}, "title"),
        ({"category": "x" * 51}, "category"),
        ({"facets": "x"}, "facets"),
        ({"facets": {"paint": {}}}, "facets.paint"),
        ({"is_public": "yes"}, "is_public"),
        ({"photo_ids": ["x"]}, "photo_ids.0"),
        ({"photo_ids": [str(uuid4())] * 9}, "photo_ids"),
    ],
)
def test_what_is_no_draft_is_a_400(body: dict[str, Any], field: str) -> None:
    key = {} if body == {} else {"id": str(uuid4())}

    answer = signed_in(make_user()).ask("PUT", "draft", body={**key, **body})

    assert set(fields_of(answer)) == {field}
    assert not HelpRequestDraft.objects.exists()


def test_a_draft_beyond_all_bounds_is_a_413() -> None:
    body = {"id": str(uuid4()), "description": "x" * 40_001}

    assert code_of(signed_in(make_user()).ask("PUT", "draft", body=body)) == (413, "too_large")


def test_a_replayed_save_acts_once() -> None:
    client = signed_in(make_user())
    body = {"id": str(uuid4()), "title": "Streaks"}

    first = client.ask("PUT", "draft", body=body, idempotency_key="1")
    second = client.ask("PUT", "draft", body=body, idempotency_key="1")

    assert second.json() == first.json()
    assert second["Idempotent-Replayed"] == "true"
    assert not HelpRequest.objects.exists()


def test_a_question_that_is_refused_keeps_the_draft() -> None:
    client, key = signed_in(make_user()), str(uuid4())
    client.ask("PUT", "draft", body={"id": key, "title": "Streaks"})

    answer = client.ask(
        "POST", "help-requests", body={**QUESTION, "photo_ids": [str(uuid4())], "draft": key}
    )

    assert fields_of(answer) == {"photo_ids": ["unavailable"]}
    assert client.ask("GET", "draft").json()["title"] == "Streaks"
