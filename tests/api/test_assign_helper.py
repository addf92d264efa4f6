"""PUT /help/requests/{id}/assign: claim, assign and release, by what the body says."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.api.http import anonymous, blocks, code_of, fields_of, signed_in
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_solved_help_request,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_blocks() -> None:
    MemorySocial.forget()


def put(user: Any, entry: HelpRequest, body: Any = None, **headers: Any) -> Any:
    return signed_in(user).ask("PUT", "assign", entry.pk, body=body, **headers)


def key_of(user: Any) -> Any:
    return user.pk if isinstance(user.pk, int) else str(user.pk)


@pytest.mark.parametrize("body", [None, {}, {"unknown": 1}])
def test_without_a_name_it_is_a_claim(body: Any) -> None:
    bruno, entry = make_user("bruno"), make_help_request()

    answer = put(bruno, entry, body)

    assert answer.status_code == 200
    assert (answer.json()["status"], answer["ETag"]) == ("in_progress", '"2"')
    assert answer.json()["assigned_helper"]["id"] == key_of(bruno)
    assert answer.json()["claimed_until"]


def test_claiming_again_changes_nothing() -> None:
    bruno, entry = make_user("bruno"), make_help_request()
    put(bruno, entry)

    again = put(bruno, entry)

    assert (again.status_code, again["ETag"]) == (200, '"2"')


def test_who_comes_second_is_told() -> None:
    entry = make_help_request()
    put(make_user("bruno"), entry)

    assert code_of(put(make_user("cleo"), entry)) == (409, "taken")


def test_nobody_claims_anonymously_nor_their_own() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)

    assert code_of(anonymous().ask("PUT", "assign", entry.pk)) == (401, "not_authenticated")
    assert code_of(put(ada, entry)) == (403, "permission_denied")


def test_a_solved_request_is_not_claimed() -> None:
    assert code_of(put(make_user(), make_solved_help_request())) == (409, "wrong_state")


def test_the_asker_and_a_moderator_assign() -> None:
    ada, bruno, cleo = make_user("ada"), make_user("bruno"), make_user("cleo")
    entry = make_help_request(ada)

    by_asker = put(ada, entry, {"helper_id": key_of(bruno)})
    by_moderator = put(make_moderator("painting"), entry, {"helper_id": str(cleo.pk)})

    assert by_asker.json()["assigned_helper"]["id"] == key_of(bruno)
    assert by_moderator.json()["assigned_helper"]["id"] == key_of(cleo)
    assert by_moderator.json()["claimed_until"] is None


@pytest.mark.parametrize("who", ["stranger", "foreign moderator", "holder"])
@pytest.mark.parametrize("helper_id", ["valid", "nonsense", [], {"a": 1}, True, 1.5, ""])
def test_assigning_is_not_for_everybody_whatever_the_body(who: str, helper_id: Any) -> None:
    holder, entry = make_user("holder"), make_help_request()
    services.claim(actor=holder, help_request=entry)
    person = {
        "stranger": lambda: make_user("stranger"),
        "foreign moderator": lambda: make_moderator("gaming"),
        "holder": lambda: holder,
    }[who]()
    body = {"helper_id": key_of(make_user()) if helper_id == "valid" else helper_id}

    assert code_of(put(person, entry, body)) == (403, "permission_denied")


def test_whoever_cannot_help_gives_the_same_answer() -> None:
    ada, blocked = make_user("ada"), make_user("blocked")
    entry = make_help_request(ada)
    unknown = 2**40 if isinstance(ada.pk, int) else str(uuid4())
    inactive = make_user("inactive", is_active=False)

    with blocks():
        MemorySocial.block(blocked, ada)
        answers = [
            put(ada, entry, {"helper_id": helper_id})
            for helper_id in (unknown, key_of(inactive), key_of(blocked), key_of(ada))
        ]

    assert fields_of(answers[0]) == {"helper_id": ["not_assignable"]}
    assert len({answer.content for answer in answers}) == 1
    assert HelpRequest.objects.get(pk=entry.pk).assigned_helper_id is None


def test_a_moderator_is_not_told_of_a_block_between_two_others() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    entry = make_help_request(ada)

    with blocks():
        MemorySocial.block(bruno, ada)
        answer = put(make_moderator("painting"), entry, {"helper_id": key_of(bruno)})

    assert fields_of(answer) == {"helper_id": ["not_assignable"]}


@pytest.mark.parametrize("helper_id", ["nonsense", [], {"a": 1}, True, 1.5, 10**19, "x" * 1000])
def test_what_is_no_key_is_400(helper_id: Any) -> None:
    ada = make_user("ada")

    answer = put(ada, make_help_request(ada), {"helper_id": helper_id})

    assert list(fields_of(answer)) == ["helper_id"]


def test_null_releases() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    for person in (bruno, ada, make_moderator("painting")):
        entry = make_help_request(ada)
        services.claim(actor=bruno, help_request=entry)

        answer = put(person, entry, {"helper_id": None})

        assert (answer.status_code, answer.json()["status"]) == (200, "open")
        assert answer.json()["assigned_helper"] is None


def test_a_stranger_does_not_release() -> None:
    entry = make_help_request()
    services.claim(actor=make_user("bruno"), help_request=entry)

    assert code_of(put(make_user(), entry, {"helper_id": None})) == (403, "permission_denied")


def test_nothing_to_release_is_409() -> None:
    ada = make_user("ada")

    assert code_of(put(ada, make_help_request(ada), {"helper_id": None})) == (409, "wrong_state")


def test_a_helper_who_gives_a_private_request_back_sees_it_no_more() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    entry = make_help_request(ada, is_public=False)
    services.assign(actor=ada, help_request=entry, helper_id=bruno.pk)

    answer = put(bruno, entry, {"helper_id": None})

    assert (answer.status_code, answer.content) == (204, b"")
    assert HelpRequest.objects.get(pk=entry.pk).status == "open"
    assert code_of(put(bruno, entry, {"helper_id": None})) == (404, "not_found")
