"""Photos that a page's script sends while somebody types."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, override_settings

from tests.photos.pictures import png_claiming, upload
from tests.web.pages import picture, signed_in, url
from wargame_mentorship.photos.cleaning import LARGEST_BODY
from wargame_mentorship.photos.models import Photo
from wargame_mentorship.photos.services import MOST_UNATTACHED
from wargame_mentorship.testing.factories import make_user

pytestmark = pytest.mark.django_db


def send(client: Client, **fields: Any) -> Any:
    return client.post(url("upload-photo"), fields)


def test_a_photo_is_kept_and_described() -> None:
    ada = make_user("ada")

    answer = send(signed_in(ada), file=picture(), alt_text=" A  knight ")

    photo = Photo.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": str(photo.pk),
        "url": photo.url,
        "thumbnail_url": photo.thumbnail_url,
        "alt_text": "A knight",
        "width": 80,
        "height": 60,
    }
    assert (photo.owner_id, photo.content_id) == (ada.pk, None)
    assert signed_in(ada).get(photo.thumbnail_url).status_code == 200
    assert Client().get(photo.thumbnail_url).status_code == 404


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({}, 400, "required"),
        ({"file": "a text"}, 400, "required"),
        ({"file": upload(b"no picture")}, 400, "not_a_picture"),
        ({"file": upload(png_claiming(6_000, 5_000), "a.png")}, 400, "too_many_pixels"),
        ({"file": upload(b"0" * LARGEST_BODY)}, 413, "too_large"),
        ({"file": picture(), "alt_text": "x" * 251}, 400, "too_long"),
        ({"file": picture(), "alt_text": "a\0b"}, 400, "nul_character"),
    ],
)
def test_what_is_no_photo_is_said(fields: dict[str, Any], status: int, code: str) -> None:
    answer = send(signed_in(make_user()), **fields)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"]
    assert not Photo.objects.exists()


def test_nobody_uploads_without_an_account() -> None:
    answer = send(Client(), file=picture())

    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert not Photo.objects.exists()


def test_a_form_from_another_site_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    user: Any = make_user()
    client.force_login(user)

    assert send(client, file=picture()).status_code == 403
    assert not Photo.objects.exists()


@override_settings(WARGAME_MENTORSHIP={"THROTTLES": {"upload-user": "1/hour"}})
def test_uploads_have_the_rate_of_uploads() -> None:
    client = signed_in(make_user())

    answers = [send(client, file=picture()) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 429]
    assert answers[1].json()["code"] == "throttled"
    assert int(answers[1].headers["Retry-After"]) > 3000


def test_nobody_hoards_photos() -> None:
    ada = make_user("ada")
    Photo.objects.bulk_create(
        Photo(owner_id=ada.pk, file="photos/aa/x.jpg", width=1, height=1)
        for _ in range(MOST_UNATTACHED)
    )

    answer = send(signed_in(ada), file=picture())

    assert (answer.status_code, answer.json()["code"]) == (400, "too_many_waiting")


def test_it_is_no_page() -> None:
    assert signed_in(make_user()).get(url("upload-photo")).status_code == 405
