"""Saying what a photo shows: its owner first, then whoever may edit what it is attached to."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser

from tests.api.http import anonymous, code_of, fields_of, signed_in
from tests.photos.conftest import attach, make_photo
from wargame_mentorship.core.errors import Invalid, NotAllowed, NotFound
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.host import Viewer
from wargame_mentorship.photos import services
from wargame_mentorship.photos.models import Photo
from wargame_mentorship.testing.factories import make_moderator, make_user

pytestmark = pytest.mark.django_db


def describe(actor: Any, photo: Photo, alt_text: str = "A knight") -> str:
    services.describe_photo(actor=actor, photo=photo, alt_text=alt_text)
    photo.refresh_from_db()
    return str(photo.alt_text)


def test_its_owner_says_what_a_waiting_photo_shows(
    ada: AbstractBaseUser, bruno: AbstractBaseUser
) -> None:
    photo = make_photo(ada, alt_text="Before")

    assert describe(ada, photo, "  A \n knight ") == "A knight"
    assert describe(ada, photo, " ") == ""
    for stranger in (bruno, make_moderator("painting"), Viewer(None)):
        with pytest.raises(NotFound):
            describe(stranger, photo)


def test_whoever_may_edit_the_question_says_what_its_photo_shows(
    ada: AbstractBaseUser, bruno: AbstractBaseUser, question: HelpRequest
) -> None:
    photo = attach(make_photo(ada), question, ada)

    assert describe(ada, photo, "Hers") == "Hers"
    assert describe(make_moderator("painting"), photo, "Mended") == "Mended"
    for other in (bruno, make_moderator("gaming")):
        with pytest.raises(NotAllowed):
            describe(other, photo)


def test_its_owner_no_longer_does_once_the_question_is_gone_from_their_sight(
    ada: AbstractBaseUser, question: HelpRequest
) -> None:
    photo = attach(make_photo(ada), question, ada)
    HelpRequest.objects.filter(pk=question.pk).update(is_public=False, requester=make_user())

    with pytest.raises(NotFound):
        describe(ada, photo)


@pytest.mark.parametrize("alt_text", ["x" * 251, "a\0b", "\ud800", "\u200b"])
def test_what_is_no_line_of_text_is_refused(ada: AbstractBaseUser, alt_text: str) -> None:
    photo = make_photo(ada, alt_text="Before")

    with pytest.raises(Invalid) as caught:
        describe(ada, photo, alt_text)

    assert set(caught.value.fields) == {"alt_text"}
    photo.refresh_from_db()
    assert photo.alt_text == "Before"


def test_through_the_api(ada: AbstractBaseUser, bruno: AbstractBaseUser) -> None:
    photo = make_photo(ada)
    client = signed_in(ada)

    answer = client.ask("PATCH", "photo", photo.pk, body={"alt_text": "A knight"})

    assert answer.status_code == 200
    assert (answer.json()["id"], answer.json()["alt_text"]) == (str(photo.pk), "A knight")
    assert fields_of(client.ask("PATCH", "photo", photo.pk)) == {"alt_text": ["required"]}
    too_long = client.ask("PATCH", "photo", photo.pk, body={"alt_text": "x" * 251})
    assert fields_of(too_long) == {"alt_text": ["max_length"]}
    body = {"alt_text": "Stolen"}
    assert signed_in(bruno).ask("PATCH", "photo", photo.pk, body=body).status_code == 404
    assert code_of(anonymous().ask("PATCH", "photo", photo.pk, body=body)) == (
        401,
        "not_authenticated",
    )
    photo.refresh_from_db()
    assert photo.alt_text == "A knight"
