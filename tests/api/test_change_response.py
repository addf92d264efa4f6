"""PATCH and DELETE /help/responses/{id}, and answers in steps."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.http import anonymous, blocks, code_of, fields_of, signed_in
from tests.photos.pictures import upload
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpResponse
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_blocks() -> None:
    MemorySocial.forget()


def test_an_answer_in_steps_is_shown_in_steps() -> None:
    bruno, entry = make_user("bruno"), make_help_request()
    photo = upload_photo(actor=bruno, file=upload(), alt_text="Thinned")

    answer = signed_in(bruno).ask(
        "POST",
        "respond",
        entry.pk,
        body={
            "response_text": "Like this:",
            "steps": [
                {"text": "Thin it **twice**.", "photo_id": str(photo.pk)},
                {"text": "Wait.", "photo_id": None},
            ],
        },
    )

    assert answer.status_code == 201, answer.content
    first, second = answer.json()["steps"]
    assert set(first) == {"id", "position", "text", "text_html", "photo"}
    assert (first["position"], second["position"]) == (1, 2)
    assert "<strong>twice</strong>" in first["text_html"]
    assert (first["photo"]["id"], first["photo"]["alt_text"]) == (str(photo.pk), "Thinned")
    assert second["photo"] is None
    seen = anonymous().ask("GET", "help-request", entry.pk).json()
    assert seen["responses"] == [answer.json()]
    assert anonymous().get(first["photo"]["url"]).status_code == 200


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (None, {"steps": ["null"]}),
        ("x", {"steps": ["not_a_list"]}),
        (["x"], {"steps.0.non_field_errors": ["invalid"]}),
        ([{}], {"steps.0.text": ["required"]}),
        ([{"text": ""}], {"steps.0.text": ["blank"]}),
        ([{"text": 7}], {"steps.0.text": ["invalid"]}),
        ([{"text": "x"}, {"text": "y", "photo_id": "z"}], {"steps.1.photo_id": ["invalid"]}),
        ([{"text": "x", "photo_id": str(uuid4())}], {"steps.0.photo_id": ["unavailable"]}),
        ([{"text": "x" * 2_001}], {"steps.0.text": ["too_long"]}),
        ([{"text": "x"}] * 21, {"steps": ["max_length"]}),
    ],
)
def test_steps_that_cannot_be_taken_are_named(steps: Any, expected: dict[str, list[str]]) -> None:
    answer = signed_in(make_user()).ask(
        "POST", "respond", make_help_request().pk, body={"response_text": "x", "steps": steps}
    )

    assert fields_of(answer) == expected


def test_a_request_that_changed_since_it_was_read_is_not_answered_unseen() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)
    services.edit(actor=ada, help_request=entry, changes={"title": "Newer"})
    client, body = signed_in(make_user()), {"response_text": "Thin it."}

    stale = client.ask("POST", "respond", entry.pk, body=body, if_match='"1"')
    fresh = client.ask("POST", "respond", entry.pk, body=body, if_match='"2"')

    assert code_of(stale) == (412, "stale")
    assert (fresh.status_code, fresh["ETag"]) == (201, '"1"')
    assert HelpResponse.objects.count() == 1


def test_an_author_changes_what_they_name_and_nothing_else() -> None:
    bruno = make_user("bruno")
    response = make_response(responder=bruno, steps=[{"text": "one"}])
    client = signed_in(bruno)

    answer = client.ask(
        "PATCH", "response", response.pk, body={"response_text": "Newer."}, if_match='"1"'
    )

    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    changed = answer.json()
    assert changed["response_text"] == "Newer."
    assert [step["text"] for step in changed["steps"]] == ["one"]
    assert changed["edited_at"] == changed["updated_at"]
    assert changed["created_at"] == response.created_at.isoformat().replace("+00:00", "Z")
    gone = client.ask("PATCH", "response", response.pk, body={"steps": []})
    assert gone.json()["steps"] == []


def test_a_stale_or_blank_or_foreign_change_writes_nothing() -> None:
    bruno = make_user("bruno")
    response = make_response(responder=bruno)
    client = signed_in(bruno)

    stale = client.ask(
        "PATCH", "response", response.pk, body={"response_text": "x"}, if_match='"9"'
    )
    blank = client.ask("PATCH", "response", response.pk, body={"response_text": " "})
    foreign = signed_in(make_user()).ask("PATCH", "response", response.pk, body={})

    assert code_of(stale) == (412, "stale")
    assert fields_of(blank) == {"response_text": ["blank"]}
    assert code_of(foreign) == (403, "permission_denied")
    assert HelpResponse.objects.get().version == 1


def test_what_only_the_site_sets_is_not_changed() -> None:
    bruno = make_user("bruno")
    response = make_response(responder=bruno)

    answer = signed_in(bruno).ask(
        "PATCH",
        "response",
        response.pk,
        body={"is_solution": True, "asks_back": True, "helpful_count": 9, "edited_at": None},
    )

    assert answer.status_code == 200
    stored = HelpResponse.objects.get()
    assert (stored.is_solution, stored.asks_back, stored.helpful_count) == (False, False, 0)


def test_an_answer_is_deleted_once_and_the_same_key_says_so_again() -> None:
    bruno = make_user("bruno")
    response = make_response(responder=bruno)
    client = signed_in(bruno)

    assert code_of(client.ask("DELETE", "response", response.pk, if_match='"7"'))[0] == 412
    first = client.ask("DELETE", "response", response.pk, idempotency_key="k")
    again = client.ask("DELETE", "response", response.pk, idempotency_key="k")

    assert (first.status_code, again.status_code) == (204, 204)
    assert again["Idempotent-Replayed"] == "true"
    assert client.ask("DELETE", "response", response.pk).status_code == 404
    seen = anonymous().ask("GET", "help-request", response.help_request_id).json()
    assert (seen["responses"], seen["response_count"], seen["queue"]) == ([], 0, "new")


def test_the_solution_stays_until_it_is_taken_back() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    response = make_response(make_help_request(ada), bruno)
    services.accept(actor=ada, help_request=response.help_request, response_id=response.pk)

    answer = signed_in(bruno).ask("DELETE", "response", response.pk)

    assert code_of(answer) == (409, "accepted")


def test_somebody_blocked_finds_no_answer_to_change_and_sees_no_step_of_it() -> None:
    ada, bruno, cleo = make_user("ada"), make_user("bruno"), make_user("cleo")
    photo = upload_photo(actor=bruno, file=upload())
    response = make_response(
        make_help_request(ada), bruno, steps=[{"text": "secret advice", "photo_id": photo.pk}]
    )
    address = signed_in(ada).ask("GET", "help-request", response.help_request_id)
    [step] = address.json()["responses"][0]["steps"]

    with blocks():
        MemorySocial.block(cleo, bruno)
        client = signed_in(cleo)
        seen = client.ask("GET", "help-request", response.help_request_id)
        assert code_of(client.ask("PATCH", "response", response.pk, body={}))[0] == 404
        assert client.get(step["photo"]["url"]).status_code == 404

    [placeholder] = seen.json()["responses"]
    assert (placeholder["steps"], placeholder["edited_at"]) == ([], None)
    assert "secret advice" not in seen.content.decode()


def test_steps_cost_the_same_for_2_and_for_20_answers() -> None:
    entry = make_help_request()

    def answer_times(count: int) -> None:
        for _ in range(count):
            bruno = make_user("bruno")
            photo = upload_photo(actor=bruno, file=upload())
            make_response(
                entry, bruno, steps=[{"text": "one", "photo_id": photo.pk}, {"text": "two"}]
            )

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert anonymous().ask("GET", "help-request", entry.pk).status_code == 200
        return len(captured)

    answer_times(2)
    few = queries()
    answer_times(18)

    assert queries() == few
