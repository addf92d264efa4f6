"""POST /help/requests/{id}/solved-mine."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.api.http import anonymous, code_of, fields_of, signed_in
from wargame_mentorship.events.models import Event
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_solved_help_request,
    make_user,
)

pytestmark = pytest.mark.django_db


def deflections() -> int:
    return Event.objects.filter(verb="help_request.deflected").count()


def test_it_answers_the_request_that_helped_and_counts_once() -> None:
    solved, client, key = make_solved_help_request(), signed_in(make_user()), str(uuid4())
    client.ask("PUT", "draft", body={"id": key, "title": "Rings"})

    answers = [client.ask("POST", "solved-mine", solved.pk, body={"draft": key}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["id"] == str(solved.pk)
    assert answers[0]["ETag"] == f'"{solved.version}"'
    assert deflections() == 1
    assert client.ask("GET", "draft").status_code == 404


def test_who_may_not_is_told() -> None:
    asker = make_user("asker")
    solved, private = make_solved_help_request(asker), make_help_request(is_public=False)

    assert code_of(anonymous().ask("POST", "solved-mine", solved.pk)) == (401, "not_authenticated")
    assert code_of(signed_in(asker).ask("POST", "solved-mine", solved.pk)) == (
        403,
        "permission_denied",
    )
    stranger = signed_in(make_user())
    assert stranger.ask("POST", "solved-mine", private.pk).status_code == 404
    answer = stranger.ask("POST", "solved-mine", solved.pk, body={"draft": "x"})
    assert fields_of(answer) == {"draft": ["invalid"]}
    assert deflections() == 0
