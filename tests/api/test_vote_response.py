"""POST and DELETE /help/responses/{id}/helpful."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.api.http import anonymous, blocks, code_of, fields_of, signed_in
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_moderator,
    make_response,
    make_superuser,
    make_user,
)

pytestmark = pytest.mark.django_db


def vote(user: Any, response: HelpResponse, body: Any = None) -> Any:
    return signed_in(user).ask("POST", "helpful", response.pk, body=body)


def withdraw(user: Any, response: HelpResponse) -> Any:
    return signed_in(user).ask("DELETE", "helpful", response.pk)


@pytest.mark.parametrize("body", [None, {}, {"is_helpful": True}])
def test_a_vote_counts_once(body: Any) -> None:
    response, voter = make_response(), make_user()

    for _ in range(2):
        answer = vote(voter, response, body)
        assert answer.status_code == 200
        assert answer.json() == {"helpful_count": 1, "my_vote": True}

    assert HelpRequest.objects.get().helpful_count == 1
    assert vote(make_user(), response).json() == {"helpful_count": 2, "my_vote": True}


def test_not_helpful_is_kept_and_not_counted() -> None:
    response, voter = make_response(), make_user()

    answer = vote(voter, response, {"is_helpful": False})

    assert answer.json() == {"helpful_count": 0, "my_vote": False}
    detail = signed_in(voter).ask("GET", "help-request", response.help_request_id).json()
    assert detail["responses"][0]["my_vote"] is False


def test_a_vote_can_be_changed_and_taken_back() -> None:
    response, voter = make_response(), make_user()

    assert vote(voter, response).json()["helpful_count"] == 1
    assert vote(voter, response, {"is_helpful": False}).json()["helpful_count"] == 0
    assert vote(voter, response, {"is_helpful": True}).json()["helpful_count"] == 1
    for _ in range(2):
        answer = withdraw(voter, response)
        assert (answer.status_code, answer.json()) == (200, {"helpful_count": 0, "my_vote": None})


@pytest.mark.parametrize("body", [None, {"is_helpful": "perhaps"}, {"is_helpful": None}, b"["])
def test_nobody_votes_on_their_own(body: Any) -> None:
    for author in (make_user(), make_moderator("painting"), make_superuser()):
        response = make_response(responder=author)

        assert code_of(vote(author, response, body)) == (403, "permission_denied")
        assert code_of(withdraw(author, response)) == (403, "permission_denied")
        assert HelpResponse.objects.get(pk=response.pk).helpful_count == 0


def test_nobody_votes_anonymously() -> None:
    response = make_response()

    for method in ("POST", "DELETE"):
        answer = anonymous().ask(method, "helpful", response.pk)
        assert code_of(answer) == (401, "not_authenticated")


@pytest.mark.parametrize("value", ["perhaps", "true", None, [], {}, 1, 0, ""])
def test_what_is_neither_yes_nor_no_is_400(value: Any) -> None:
    answer = vote(make_user(), make_response(), {"is_helpful": value})

    assert list(fields_of(answer)) == ["is_helpful"]


@pytest.mark.parametrize("state", ["private", "held", "deleted", "blocked", "absent"])
def test_what_one_does_not_see_is_404(state: str) -> None:
    voter, bruno = make_user("voter"), make_user("bruno")
    response = make_response(responder=bruno)
    here = HelpResponse.objects.filter(pk=response.pk)
    MemorySocial.forget()
    if state == "private":
        HelpRequest.objects.update(is_public=False)
    elif state == "held":
        here.update(moderation_state=ModerationState.HELD)
    elif state == "deleted":
        here.update(deleted_at=timezone.now())
    elif state == "blocked":
        MemorySocial.block(voter, bruno)
    elif state == "absent":
        response.pk = uuid4()

    with blocks():
        answers = [
            vote(voter, response),
            vote(voter, response, {"is_helpful": "?"}),
            withdraw(voter, response),
        ]
    MemorySocial.forget()

    assert [code_of(answer) for answer in answers] == [(404, "not_found")] * 3


def test_votes_do_not_change_the_version() -> None:
    response = make_response()

    vote(make_user(), response)

    assert HelpResponse.objects.get().version == 1
    assert HelpRequest.objects.get().version == 1
