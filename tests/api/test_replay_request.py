"""The same request with the same key acts once."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any, ClassVar

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import override_settings
from django.utils import timezone

from tests.api.http import MARKED_WORDS, Api, code_of, signed_in, url
from tests.concurrency import at_once
from tests.photos.pictures import upload
from wargame_mentorship.core.idempotency import IdempotencyKey, prune_keys
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.host import Submission, Verdict
from wargame_mentorship.host.moderation import ALLOW, BuiltInQueue
from wargame_mentorship.models import HelpfulVote
from wargame_mentorship.photos.models import Photo
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_response,
    make_solved_help_request,
    make_user,
)

pytestmark = pytest.mark.django_db

QUESTION = {"title": "Why?", "description": "It frosts.", "category": "painting"}
ANSWER = {"response_text": "Thin it."}
REPLAYED = "Idempotent-Replayed"


def ask_with(client: Api, key: str = "key-1", body: Any = QUESTION) -> Any:
    return client.ask("POST", "help-requests", body=body, idempotency_key=key)


def test_the_same_key_acts_once_and_answers_alike() -> None:
    client = signed_in(make_user())

    first, second = ask_with(client), ask_with(client)

    assert HelpRequest.objects.count() == 1
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert first["ETag"] == second["ETag"]
    assert REPLAYED not in first
    assert second[REPLAYED] == "true"


def test_without_a_key_every_request_acts() -> None:
    client = signed_in(make_user())

    for _ in range(2):
        client.ask("POST", "help-requests", body=QUESTION)

    assert HelpRequest.objects.count() == 2
    assert not IdempotencyKey.objects.exists()


def test_every_write_is_replayed() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    entry = make_help_request(ada)
    asker, helper = signed_in(ada), signed_in(bruno)
    response = make_response(entry)
    steps: list[tuple[Api, str, str, Any, Any, int]] = [
        (helper, "POST", "respond", entry.pk, ANSWER, 201),
        (helper, "PUT", "assign", entry.pk, None, 200),
        (helper, "PUT", "assign", entry.pk, {"helper_id": None}, 200),
        (asker, "PUT", "assign", entry.pk, {"helper_id": str(bruno.pk)}, 200),
        (helper, "POST", "helpful", response.pk, None, 200),
        (helper, "DELETE", "helpful", response.pk, None, 200),
        (asker, "PATCH", "help-request", entry.pk, {"title": "Again"}, 200),
        (asker, "POST", "accept", entry.pk, {"response_id": str(response.pk)}, 200),
        (asker, "POST", "accept", entry.pk, {"response_id": None}, 200),
        (asker, "POST", "close", entry.pk, {"reason": "Sold."}, 200),
        (asker, "POST", "reopen", entry.pk, None, 200),
    ]
    for number, (client, method, name, pk, body, status) in enumerate(steps):
        send = partial(client.ask, method, name, pk, body=body, idempotency_key=f"key-{number}")
        first = send()
        assert first.status_code == status, (method, name, first.content)
        version = HelpRequest.objects.get(pk=entry.pk).version

        second = send()

        assert (second.status_code, second[REPLAYED]) == (status, "true"), (method, name)
        assert second.json() == first.json(), (method, name)
        assert HelpRequest.objects.get(pk=entry.pk).version == version
    assert HelpResponse.objects.count() == 2


def test_a_replay_is_rendered_as_things_are_now() -> None:
    ada = make_user("ada")
    client = signed_in(ada)
    entry_id = ask_with(client).json()["id"]
    services.edit(
        actor=ada,
        help_request=HelpRequest.objects.get(pk=entry_id),
        changes={"title": "Changed since"},
    )

    again = ask_with(client)

    assert (again.status_code, again.json()["title"]) == (201, "Changed since")
    assert again["ETag"] == '"2"'


def test_another_body_is_422_and_another_spelling_is_not() -> None:
    client = signed_in(make_user())
    ask_with(client)

    other = ask_with(client, body={**QUESTION, "urgency": "high"})
    spelled = ask_with(client, body=b'{"category":"painting",  "description":"It frosts.",'
                       b'"title":"\\u0057hy?"}')  # fmt: skip

    assert code_of(other) == (422, "idempotency_key_reused")
    assert (spelled.status_code, spelled[REPLAYED]) == (201, "true")
    assert HelpRequest.objects.count() == 1


def test_an_empty_body_and_an_empty_object_are_the_same() -> None:
    client, entry = signed_in(make_user()), make_help_request()
    bodies: tuple[Any, ...] = (None, {}, b"")
    for body in bodies:
        answer = client.ask("PUT", "assign", entry.pk, body=body, idempotency_key="k")
        assert answer.status_code == 200

    assert IdempotencyKey.objects.count() == 1


def test_keys_of_others_elsewhere_and_by_other_methods_are_other_keys() -> None:
    ada, bruno = signed_in(make_user("ada")), signed_in(make_user("bruno"))
    first, second = make_response(), make_response()

    assert ask_with(ada).json()["id"] != ask_with(bruno).json()["id"]
    answers = [
        ada.ask("POST", "respond", first.help_request_id, body=ANSWER, idempotency_key="key-1"),
        ada.ask("POST", "respond", second.help_request_id, body=ANSWER, idempotency_key="key-1"),
        ada.ask("POST", "helpful", first.pk, idempotency_key="key-1"),
        ada.ask("DELETE", "helpful", first.pk, idempotency_key="key-1"),
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 200, 200]
    assert not any(REPLAYED in answer for answer in answers)


@override_settings(WARGAME_MENTORSHIP={"MODERATION": MARKED_WORDS})
def test_what_failed_leaves_no_key() -> None:
    client = signed_in(make_user())
    entry = make_help_request()

    for body in (
        {"title": ""},
        {**QUESTION, "photo_ids": [str(entry.pk)]},
        {**QUESTION, "description": "break-me"},
        {**QUESTION, "description": "reject-me"},
    ):
        assert ask_with(client, body=body).status_code in {400, 503}
    assert client.ask("POST", "close", entry.pk, idempotency_key="k").status_code == 403
    assert client.ask("POST", "accept", entry.pk, body=b"[", idempotency_key="k").status_code == 403
    assert not IdempotencyKey.objects.exists()
    assert ask_with(client).status_code == 201


def test_a_late_conflict_leaves_no_key() -> None:
    ada = make_user("ada")
    entry = make_solved_help_request(ada)
    client = signed_in(ada)

    for answer in (
        client.ask("PUT", "assign", entry.pk, body={"helper_id": None}, idempotency_key="k"),
        client.ask("POST", "close", entry.pk, if_match='"1"', idempotency_key="k"),
        client.ask("DELETE", "help-request", entry.pk, idempotency_key="k"),
    ):
        assert answer.status_code in {409, 412}
    assert not IdempotencyKey.objects.exists()


def test_a_replay_of_what_one_no_longer_sees_is_404() -> None:
    bruno = make_user("bruno")
    entry = make_help_request()
    client = signed_in(bruno)
    send = partial(client.ask, "POST", "respond", entry.pk, body=ANSWER, idempotency_key="k")
    assert send().status_code == 201

    HelpResponse.objects.update(deleted_at=timezone.now())
    assert code_of(send()) == (404, "not_found")
    HelpResponse.objects.update(deleted_at=None)
    HelpRequest.objects.update(is_public=False)
    assert code_of(send()) == (404, "not_found")
    assert HelpResponse.objects.count() == 1


def test_a_deletion_is_replayed_as_204() -> None:
    ada = make_user("ada")
    entry, client = make_help_request(ada), signed_in(ada)
    send = partial(client.ask, "DELETE", "help-request", entry.pk, idempotency_key="k")

    first, second = send(), send()

    assert (first.status_code, second.status_code) == (204, 204)
    assert second[REPLAYED] == "true"
    assert client.ask("DELETE", "help-request", entry.pk).status_code == 404
    other = client.ask("DELETE", "help-request", entry.pk, idempotency_key="other")
    assert other.status_code == 404


def test_after_a_day_the_key_acts_again() -> None:
    client = signed_in(make_user())
    ask_with(client)
    age(timedelta(hours=23, minutes=59))
    assert REPLAYED in ask_with(client)

    age(timedelta(minutes=2))
    answer = ask_with(client, body={**QUESTION, "urgency": "high"})

    assert answer.status_code == 201
    assert REPLAYED not in answer
    assert HelpRequest.objects.count() == 2
    assert REPLAYED in ask_with(client, body={**QUESTION, "urgency": "high"})


def age(by: timedelta) -> None:
    for row in IdempotencyKey.objects.all():
        IdempotencyKey.objects.filter(pk=row.pk).update(created_at=row.created_at - by)


def test_keys_are_pruned_after_a_day() -> None:
    client = signed_in(make_user())
    ask_with(client, "old")
    age(timedelta(hours=25))
    ask_with(client, "new")

    assert prune_keys() == 1
    assert IdempotencyKey.objects.count() == 1


def test_an_upload_is_replayed_by_what_the_file_holds() -> None:
    client = signed_in(make_user())
    picture = upload()
    content = picture.read()

    def send(content: bytes, name: str = "a.jpg") -> Any:
        file = SimpleUploadedFile(name, content, "image/jpeg")
        return client.post(
            url("photos"), {"file": file}, format="multipart", headers={"Idempotency-Key": "k"}
        )

    first, second = send(content), send(content, "another-name.jpg")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    assert code_of(send(content + b"\0"))[0] == 422
    assert Photo.objects.count() == 1


def test_an_abandoned_key_of_somebody_erased_is_nobodys() -> None:
    ada = make_user("ada")
    ask_with(signed_in(ada))
    ada.delete()

    assert ask_with(signed_in(make_user())).status_code == 201
    assert IdempotencyKey.objects.filter(user=None).count() == 1


# ---------------------------------------------------------------- outside the transaction


class Watching(BuiltInQueue):
    """Moderation that notes whether a transaction was open while it thought."""

    seen: ClassVar[list[bool]] = []

    def screen(self, submission: Submission) -> Verdict:
        self.seen.append(connection.in_atomic_block)
        return ALLOW


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("atomic_requests", [False, True])
@override_settings(WARGAME_MENTORSHIP={"MODERATION": {"BACKEND": f"{__name__}.Watching"}})
def test_nobody_waits_for_the_moderation_inside_a_transaction(atomic_requests: bool) -> None:
    ada = make_user("ada")
    client = signed_in(ada)
    Watching.seen.clear()
    connections["default"].settings_dict["ATOMIC_REQUESTS"] = atomic_requests
    try:
        asked = ask_with(client)
        again = ask_with(client)
        pk = asked.json()["id"]
        answered = client.ask("POST", "respond", pk, body=ANSWER, idempotency_key="k")
        edited = client.ask("PATCH", "help-request", pk, body={"title": "x"}, idempotency_key="k")
    finally:
        connections["default"].settings_dict["ATOMIC_REQUESTS"] = False

    assert [answer.status_code for answer in (asked, again, answered, edited)] == [
        201,
        201,
        201,
        200,
    ]
    assert Watching.seen == [False, False, False]


@pytest.mark.django_db(transaction=True)
def test_a_refused_write_of_a_host_with_atomic_requests_leaves_nothing() -> None:
    ada = make_user("ada")
    client, entry = signed_in(ada), make_help_request(ada)
    connections["default"].settings_dict["ATOMIC_REQUESTS"] = True
    try:
        refused = client.ask(
            "POST",
            "accept",
            entry.pk,
            body={"response_id": str(entry.pk)},
            idempotency_key="k",
        )
        done = client.ask("POST", "close", entry.pk, idempotency_key="k")
    finally:
        connections["default"].settings_dict["ATOMIC_REQUESTS"] = False

    assert (refused.status_code, done.status_code) == (400, 200)
    assert IdempotencyKey.objects.count() == 1


# ------------------------------------------------------------------------------- races


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("atomic_requests", [False, True])
def test_of_two_at_once_one_acts(atomic_requests: bool) -> None:
    ada = make_user("ada")
    response = make_response()
    for number in range(10):
        clients = [signed_in(ada) for _ in range(4)]
        calls = [
            *(partial(sent_by, client, atomic_requests, number, "ask") for client in clients[:2]),
            *(partial(sent_by, client, atomic_requests, number, "respond", response.help_request_id)
              for client in clients[2:]),
        ]  # fmt: skip

        outcomes = at_once(calls)

        for answers in (outcomes[:2], outcomes[2:]):
            check_one_acted(answers)
    assert HelpRequest.objects.filter(requester=ada.pk).count() == 10
    assert HelpResponse.objects.filter(responder=ada.pk).count() == 10


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_sixteen_votes_with_one_key_one_counts() -> None:
    voter, response = make_user(), make_response()
    clients = [signed_in(voter) for _ in range(16)]

    outcomes = at_once(
        [
            partial(client.ask, "POST", "helpful", response.pk, idempotency_key="k")
            for client in clients
        ]
    )

    check_one_acted(outcomes)
    assert HelpfulVote.objects.count() == 1
    assert HelpResponse.objects.get().helpful_count == 1


def sent_by(client: Api, atomic_requests: bool, number: int, what: str, pk: Any = None) -> Any:
    # The connection is this thread's own.
    connections["default"].settings_dict["ATOMIC_REQUESTS"] = atomic_requests
    if what == "ask":
        return ask_with(client, f"key-{number}")
    return client.ask("POST", "respond", pk, body=ANSWER, idempotency_key=f"key-{number}")


def check_one_acted(answers: list[Any]) -> None:
    for answer in answers:
        assert not isinstance(answer, Exception), answer
        assert answer.status_code in {200, 201} or code_of(answer) in {
            (409, "in_progress"),
            (409, "busy"),
        }, answer.content
    done = [answer for answer in answers if answer.status_code in {200, 201}]
    assert len([answer for answer in done if REPLAYED not in answer]) == 1
    assert len({answer.content for answer in done}) == 1
