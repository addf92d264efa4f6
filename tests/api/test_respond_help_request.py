"""POST /help/requests/{id}/respond."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import override_settings

from tests.api.http import MARKED_WORDS, anonymous, code_of, fields_of, signed_in
from tests.photos.pictures import upload
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.factories import make_help_request, make_user

pytestmark = pytest.mark.django_db

ANSWER = {"response_text": "Thin it **twice**."}


def test_an_answer_is_answered_as_the_conversation_shows_it() -> None:
    bruno, entry = make_user("bruno"), make_help_request()
    photo = upload_photo(actor=bruno, file=upload())

    answer = signed_in(bruno).ask(
        "POST", "respond", entry.pk, body={**ANSWER, "photo_ids": [str(photo.pk)]}
    )

    assert (answer.status_code, answer["ETag"]) == (201, '"1"')
    written = answer.json()
    assert written["response_text"] == ANSWER["response_text"]
    assert "<strong>twice</strong>" in written["response_text_html"]
    assert written["photos"][0]["id"] == str(photo.pk)
    assert (written["help_request"], written["is_solution"]) == (str(entry.pk), False)
    assert (written["my_vote"], written["hidden"]) == (None, False)
    detail = signed_in(bruno).ask("GET", "help-request", entry.pk).json()
    assert detail["responses"] == [written]
    assert (detail["response_count"], detail["queue"]) == (1, "answered")
    assert detail["first_response_at"] == written["created_at"]


def test_the_askers_own_answer_is_no_first_answer() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)

    assert signed_in(ada).ask("POST", "respond", entry.pk, body=ANSWER).status_code == 201

    detail = anonymous().ask("GET", "help-request", entry.pk).json()
    assert (detail["response_count"], detail["first_response_at"]) == (1, None)


def test_what_only_the_site_sets_is_ignored() -> None:
    bruno, entry, other = make_user("bruno"), make_help_request(), make_help_request()
    pretended = {
        "help_request": str(other.pk),
        "help_request_id": str(other.pk),
        "responder": str(entry.requester_id),
        "responder_id": str(entry.requester_id),
        "is_solution": True,
        "accepted_for": str(entry.pk),
        "accepted_for_id": str(entry.pk),
        "helpful_count": 99,
        "version": 9,
        "moderation_state": "hidden",
        "response_text_html": "<script>",
        "created_at": "2020-01-01T00:00:00Z",
    }

    answer = signed_in(bruno).ask("POST", "respond", entry.pk, body={**pretended, **ANSWER})

    assert answer.status_code == 201
    written = HelpResponse.objects.get()
    assert (written.help_request_id, written.responder_id) == (entry.pk, bruno.pk)
    assert (written.accepted_for_id, written.helpful_count, written.version) == (None, 0, 1)
    assert (written.moderation_state, written.created_at.year > 2020) == ("visible", True)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (None, {"response_text": ["required"]}),
        ({"response_text": ""}, {"response_text": ["blank"]}),
        ({"response_text": " \n "}, {"response_text": ["blank"]}),
        ({"response_text": "x" * 10_001}, {"response_text": ["too_long"]}),
        ({**ANSWER, "photo_ids": [str(uuid4())]}, {"photo_ids": ["unavailable"]}),
        ({**ANSWER, "photo_ids": None}, {"photo_ids": ["null"]}),
    ],
)
def test_what_cannot_be_taken_is_named(body: Any, expected: dict[str, list[str]]) -> None:
    entry = make_help_request()

    answer = signed_in(make_user()).ask("POST", "respond", entry.pk, body=body)

    assert fields_of(answer) == expected
    assert not HelpResponse.objects.exists()
    assert HelpRequest.objects.get(pk=entry.pk).response_count == 0


def test_nobody_answers_anonymously() -> None:
    answer = anonymous().ask("POST", "respond", make_help_request().pk, body=ANSWER)

    assert code_of(answer) == (401, "not_authenticated")


def test_closed_request_takes_no_answer() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)
    services.close(actor=ada, help_request=entry)

    answer = signed_in(make_user()).ask("POST", "respond", entry.pk, body=ANSWER)

    assert code_of(answer) == (409, "closed")


@override_settings(WARGAME_MENTORSHIP={"MODERATION": MARKED_WORDS})
@pytest.mark.parametrize(
    ("word", "status", "written"),
    [("hold-me", 201, 1), ("reject-me", 400, 0), ("break-me", 503, 0)],
)
def test_screening_decides(word: str, status: int, written: int) -> None:
    entry = make_help_request()

    answer = signed_in(make_user()).ask(
        "POST", "respond", entry.pk, body={"response_text": f"Say {word}."}
    )

    assert answer.status_code == status
    assert HelpResponse.objects.count() == written
    seen = anonymous().ask("GET", "help-request", entry.pk).json()
    assert (seen["responses"], seen["response_count"]) == ([], 0)
