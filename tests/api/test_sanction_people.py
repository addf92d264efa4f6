"""`/standing`, and what moderators do about people over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.api.http import signed_in
from wargame_mentorship.moderation.models import Sanction, StaffNote
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_steward,
    make_user,
)

pytestmark = pytest.mark.django_db


def about(entry: Any, **further: Any) -> dict[str, Any]:
    key = entry.requester_id
    return {
        "user_id": key if isinstance(key, int) else str(key),
        "content_type": entry.KIND,
        "object_id": str(entry.pk),
        **further,
    }


def in_a_week() -> str:
    return (timezone.now() + timedelta(days=7)).isoformat()


def test_a_warning_is_given_replied_to_and_taken_back() -> None:
    asker = make_user("asker")
    entry, moderator = make_help_request(asker), signed_in(make_moderator())
    person = signed_in(asker)

    given = moderator.ask("POST", "warnings", body=about(entry, reason="Stay friendly."))
    assert given.status_code == 201
    pk = given.json()["id"]
    [mine] = person.ask("GET", "standing").json()["results"]
    assert (mine["id"], mine["reason"], mine["available_actions"]) == (
        pk,
        "Stay friendly.",
        ["appeal"],
    )
    assert mine["given_by"] is None
    assert given.json()["given_by"] is not None

    replied = person.ask("POST", "appeal", pk, body={"text": "It was a joke."})
    assert (replied.status_code, replied.json()["status"]) == (200, "appealed")
    [waiting] = moderator.ask("GET", "appeals").json()["results"]
    assert (waiting["appeal"], waiting["available_actions"]) == (
        "It was a joke.",
        ["confirm", "withdraw"],
    )
    stale = moderator.ask("POST", "withdraw", pk, body={}, if_match='"1"')
    assert stale.status_code == 412
    ended = moderator.ask("POST", "withdraw", pk, body={"reason": "Granted."})
    assert (ended.json()["status"], ended.json()["answer"]) == ("withdrawn", "Granted.")
    again = moderator.ask("POST", "confirm", pk, body={})
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_whoever_is_suspended_reads_and_is_told_why_they_cannot_write() -> None:
    asker, steward = make_user("asker"), signed_in(make_steward())
    entry, person = make_help_request(asker), signed_in(asker)

    given = steward.ask("POST", "suspensions", body=about(entry, reason="Spam.", until=in_a_week()))

    assert given.status_code == 201
    assert person.ask("GET", "help-request", entry.pk).status_code == 200
    refused = person.ask("PATCH", "help-request", entry.pk, body={"urgency": "low"})
    assert (refused.status_code, refused.json()["code"]) == (403, "suspended")
    assert "until" in refused.json()["detail"]
    assert person.ask("GET", "help-request", entry.pk).json()["available_actions"] == []
    twice = steward.ask("POST", "suspensions", body=about(entry, reason="Spam.", until=in_a_week()))
    assert (twice.status_code, twice.json()["code"]) == (409, "suspended_already")
    lifted = steward.ask("DELETE", "end-suspension", given.json()["id"])
    assert lifted.status_code == 204
    assert person.ask("PATCH", "help-request", entry.pk, body={"urgency": "low"}).status_code == 200


def test_a_warning_is_no_suspension_to_end() -> None:
    entry, steward = make_help_request(), signed_in(make_steward())
    given = steward.ask("POST", "warnings", body=about(entry, reason="Stay friendly."))

    assert steward.ask("DELETE", "end-suspension", given.json()["id"]).status_code == 404


def test_sent_again_with_its_key_nothing_is_done_twice() -> None:
    entry, steward = make_help_request(), signed_in(make_steward())
    until = in_a_week()
    for name, body in (
        ("warnings", about(entry, reason="Stay friendly.")),
        ("notes", about(entry, text="Watch this one.")),
        ("suspensions", about(entry, reason="Spam.", until=until)),
    ):
        first, second = (
            steward.ask("POST", name, body=body, idempotency_key=f"key-{name}") for _ in range(2)
        )
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json() == second.json()
        assert second["Idempotent-Replayed"] == "true"
    assert (Sanction.objects.count(), StaffNote.objects.count()) == (2, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 201}, "reason"),
        ({"until": "soon"}, "until"),
        ({"until": "1999-01-01T00:00:00Z"}, "until"),
        ({"until": "9999-01-01T00:00:00Z"}, "until"),
        ({"user_id": []}, "user_id"),
        ({"object_id": None}, "object_id"),
    ],
)
def test_hostile_suspensions_are_refused(changes: dict[str, Any], field: str) -> None:
    entry, steward = make_help_request(), signed_in(make_steward())
    body = about(entry, reason="Spam.", until=in_a_week()) | changes

    answer = steward.ask("POST", "suspensions", body=body)

    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
    assert not Sanction.objects.exists()


def test_content_is_named_whole_or_not_at_all() -> None:
    entry, steward = make_help_request(), signed_in(make_steward())
    body = about(entry, reason="Spam.", until=in_a_week())

    del body["object_id"]
    answer = steward.ask("POST", "suspensions", body=body)

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["object_id"])


def test_a_record_is_scoped_and_costs_the_same_however_long() -> None:
    asker = make_user("asker")
    moderator = make_moderator()
    client, counts = signed_in(moderator), []
    for _round in range(2):
        for _ in range(3):
            entry = make_help_request(asker)
            client.ask("POST", "warnings", body=about(entry, reason="Stay friendly."))
            client.ask("POST", "notes", body=about(entry, text="Watch this one."))
        with CaptureQueriesContext(connection) as context:
            answer = client.ask("GET", "person", asker.pk)
        counts.append(len(context))
        assert answer.status_code == 200
    data = answer.json()
    assert [len(data[name]) for name in ("written", "notes", "sanctions")] == [6, 6, 6]
    assert counts[0] == counts[1]
    assert signed_in(make_moderator("sculpting")).ask("GET", "person", asker.pk).status_code == 404
    assert signed_in(asker).ask("GET", "person", asker.pk).status_code == 403


@pytest.mark.parametrize("key", ["none", "0", "-1", "9" * 40, "%00", "0" * 32])
def test_there_is_no_record_of_nobody(key: str) -> None:
    assert signed_in(make_steward()).ask("GET", "person", key).status_code == 404
