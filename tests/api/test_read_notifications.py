"""POST /notifications/read."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.base_user import AbstractBaseUser

from tests.api.http import anonymous, code_of, fields_of, signed_in
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(django_capture_on_commit_callbacks: Any) -> AbstractBaseUser:
    """Somebody with three unread notifications."""
    person = make_user("ada")
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            make_response(make_help_request(person))
    return person


def ids_of(user: AbstractBaseUser, **query: Any) -> list[str]:
    page = signed_in(user).ask("GET", "notifications", query=query).json()
    return [one["id"] for one in page["results"]]


def read(user: AbstractBaseUser, body: Any) -> Any:
    return signed_in(user).ask("POST", "notifications-read", body=body)


def test_some_are_read(ada: AbstractBaseUser) -> None:
    first, second, third = ids_of(ada)

    answer = read(ada, {"ids": [first, third]})

    assert (answer.status_code, answer.json()) == (200, {"unread_count": 1})
    assert ids_of(ada, unread="true") == [second]
    assert read(ada, {"ids": [first]}).json() == {"unread_count": 1}
    assert read(ada, {"ids": []}).json() == {"unread_count": 1}


def test_all_are_read(ada: AbstractBaseUser) -> None:
    assert read(ada, {"all": True}).json() == {"unread_count": 0}
    assert ids_of(ada, unread="true") == []
    assert len(ids_of(ada)) == 3


def test_those_of_others_are_nobody_elses_to_read(ada: AbstractBaseUser) -> None:
    bruno = make_user("bruno")

    answer = read(bruno, {"ids": [*ids_of(ada), str(uuid4())]})

    assert (answer.status_code, answer.json()) == (200, {"unread_count": 0})
    assert read(bruno, {"all": True}).status_code == 200
    assert len(ids_of(ada, unread="true")) == 3


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (None, "ids"),
        ({"all": False}, "ids"),
        ({"ids": "x"}, "ids"),
        ({"ids": ["x"]}, "ids.0"),
        ({"ids": [None]}, "ids.0"),
        ({"ids": None}, "ids"),
        ({"ids": [str(uuid4())] * 101}, "ids"),
        ({"all": "perhaps"}, "all"),
        ({"all": None}, "all"),
    ],
)
def test_what_cannot_be_taken_is_named(body: Any, field: str) -> None:
    assert list(fields_of(read(make_user(), body))) == [field]


def test_nobody_reads_anonymously() -> None:
    answer = anonymous().ask("POST", "notifications-read", body={"all": True})

    assert code_of(answer) == (401, "not_authenticated")
