"""POST /help/requests."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import override_settings

from tests.api.http import MARKED_WORDS, anonymous, code_of, fields_of, signed_in
from tests.photos.pictures import upload
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.photos.models import Photo
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.factories import make_user

pytestmark = pytest.mark.django_db

MARKED = override_settings(WARGAME_MENTORSHIP={"MODERATION": MARKED_WORDS})
QUESTION = {
    "title": "Why does my varnish frost?",
    "description": "It went **white** overnight.",
    "category": "painting",
}


def test_asking_answers_the_request_as_its_detail() -> None:
    ada = make_user("ada")
    client = signed_in(ada)

    answer = client.ask("POST", "help-requests", body=QUESTION)

    assert answer.status_code == 201
    assert answer["ETag"] == '"1"'
    asked = answer.json()
    assert asked["title"] == QUESTION["title"]
    assert asked["description"] == QUESTION["description"]
    assert "<strong>white</strong>" in asked["description_html"]
    assert (asked["category"], asked["subcategory"]) == ("painting", None)
    assert (asked["difficulty_level"], asked["urgency"]) == (None, "normal")
    assert (asked["status"], asked["queue"]) == ("open", "new")
    assert asked["is_public"] is True
    assert asked["requester"]["display_name"]
    assert client.ask("GET", "help-request", asked["id"]).json() == asked


def test_every_field_is_taken() -> None:
    body = {
        **QUESTION,
        "subcategory": "drybrushing",
        "difficulty_level": "beginner",
        "urgency": "high",
        "is_public": False,
        "language": "de",
    }

    asked = signed_in(make_user()).ask("POST", "help-requests", body=body).json()

    assert {name: asked[name] for name in body} == body


def test_photos_are_attached() -> None:
    ada = make_user("ada")
    first, second = (upload_photo(actor=ada, file=upload()) for _ in range(2))
    body = {**QUESTION, "photo_ids": [str(second.pk), str(first.pk)]}

    asked = signed_in(ada).ask("POST", "help-requests", body=body).json()

    assert [photo["id"] for photo in asked["photos"]] == [str(second.pk), str(first.pk)]
    assert asked["image_urls"] == [photo["url"] for photo in asked["photos"]]


def test_what_only_the_site_sets_is_ignored() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    pretended = {
        "id": str(uuid4()),
        "status": "resolved",
        "resolved_at": "2020-01-01T00:00:00Z",
        "closed_at": "2020-01-01T00:00:00Z",
        "created_at": "2020-01-01T00:00:00Z",
        "requester": str(bruno.pk),
        "requester_id": str(bruno.pk),
        "assigned_helper": str(bruno.pk),
        "assigned_helper_id": str(bruno.pk),
        "view_count": 9000,
        "helpful_count": 9000,
        "response_count": 9000,
        "version": 77,
        "moderation_state": "hidden",
        "visible_since": None,
        "deleted_at": "2020-01-01T00:00:00Z",
        "description_html": "<script>alert(1)</script>",
        "first_response_at": "2020-01-01T00:00:00Z",
        "nonsense": {"deep": [1, 2]},
    }

    answer = signed_in(ada).ask("POST", "help-requests", body={**QUESTION, **pretended})

    assert answer.status_code == 201
    entry = HelpRequest.objects.get()
    assert str(entry.pk) == answer.json()["id"] != pretended["id"]
    assert entry.requester_id == ada.pk
    assert (entry.status, entry.version, entry.view_count) == ("open", 1, 0)
    assert (entry.helpful_count, entry.response_count) == (0, 0)
    assert entry.assigned_helper_id is None
    assert (entry.resolved_at, entry.closed_at, entry.deleted_at) == (None, None, None)
    assert entry.first_response_at is None
    assert entry.created_at.year > 2020
    assert (entry.moderation_state, "script" in entry.description_html) == ("visible", False)


@pytest.mark.parametrize("body", [None, b"", {}])
def test_an_empty_body_lacks_what_is_required(body: Any) -> None:
    answer = signed_in(make_user()).ask("POST", "help-requests", body=body)

    assert fields_of(answer) == {
        "title": ["required"],
        "description": ["required"],
        "category": ["required"],
    }


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("title", "", "blank"),
        ("title", "   ", "blank"),
        ("title", "x" * 201, "max_length"),
        ("title", None, "null"),
        ("title", ["x"], "invalid"),
        ("title", 7, "invalid"),
        ("title", {"a": 1}, "invalid"),
        ("description", "", "blank"),
        ("description", " \n ", "blank"),
        ("description", "x" * 10_001, "too_long"),
        ("category", "knitting", "invalid_choice"),
        ("category", "drybrushing", "invalid_choice"),
        ("category", {"slug": "painting"}, "invalid"),
        ("category", "a b", "invalid"),
        ("subcategory", "sculpting", "invalid_choice"),
        ("subcategory", "painting", "invalid_choice"),
        ("difficulty_level", "easy", "invalid_choice"),
        ("difficulty_level", [], "invalid_choice"),
        ("urgency", None, "null"),
        ("urgency", "now", "invalid_choice"),
        ("is_public", "perhaps", "invalid"),
        ("is_public", None, "null"),
        ("is_public", 1, "invalid"),
        ("is_public", "true", "invalid"),
        ("is_public", {}, "invalid"),
        ("photo_ids", "x", "not_a_list"),
        ("photo_ids", ["x"], "invalid"),
        ("photo_ids", [None], "null"),
        ("photo_ids", [1], "invalid"),
        ("photo_ids", [str(uuid4())], "unavailable"),
        ("photo_ids", [str(uuid4())] * 9, "max_length"),
        ("photo_ids", [{"id": 1}], "invalid"),
        ("language", "klingon", "invalid_choice"),
        ("language", "x" * 16, "max_length"),
    ],
)
def test_what_cannot_be_taken_is_named(field: str, value: Any, code: str) -> None:
    answer = signed_in(make_user()).ask("POST", "help-requests", body={**QUESTION, field: value})

    [(name, codes)] = fields_of(answer).items()
    assert name.split(".")[0] == field
    assert codes == [code]
    assert answer.json()["code"] == "invalid"
    assert answer.json()["fields"][name][0]["message"]
    assert not HelpRequest.objects.exists()


def test_all_that_is_wrong_is_said_at_once() -> None:
    body = {"title": "", "category": "a b", "urgency": "now"}

    answer = signed_in(make_user()).ask("POST", "help-requests", body=body)

    assert set(fields_of(answer)) == {"title", "description", "category", "urgency"}


def test_nobody_asks_anonymously() -> None:
    answer = anonymous().ask("POST", "help-requests", body=QUESTION)

    assert code_of(answer) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"]


def test_a_photo_of_somebody_else_cannot_be_attached() -> None:
    ada = make_user("ada")
    theirs = upload_photo(actor=make_user("bruno"), file=upload())
    body = {**QUESTION, "photo_ids": [str(theirs.pk)]}

    answer = signed_in(ada).ask("POST", "help-requests", body=body)

    assert fields_of(answer) == {"photo_ids": ["unavailable"]}
    assert not HelpRequest.objects.exists()
    assert Photo.objects.get().content_id is None


@MARKED
def test_held_request_is_shown_to_its_asker_only() -> None:
    ada = make_user("ada")

    answer = signed_in(ada).ask(
        "POST", "help-requests", body={**QUESTION, "description": "hold-me"}
    )

    assert (answer.status_code, answer.json()["moderation_state"]) == (201, "held")
    pk = answer.json()["id"]
    assert signed_in(ada).ask("GET", "help-request", pk).status_code == 200
    assert signed_in(make_user()).ask("GET", "help-request", pk).status_code == 404
    assert anonymous().ask("GET", "help-request", pk).status_code == 404


@MARKED
def test_rejected_request_is_400_and_not_written() -> None:
    answer = signed_in(make_user()).ask(
        "POST", "help-requests", body={**QUESTION, "description": "reject-me"}
    )

    assert code_of(answer) == (400, "invalid")
    assert not HelpRequest.objects.exists()


@MARKED
def test_broken_moderation_is_503_and_nothing_is_published() -> None:
    answer = signed_in(make_user()).ask(
        "POST", "help-requests", body={**QUESTION, "description": "break-me"}
    )

    assert code_of(answer) == (503, "backend_unavailable")
    assert int(answer["Retry-After"]) > 0
    assert not HelpRequest.objects.exists()
