"""`/photos`, through HTTP."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from tests.photos.pictures import GPS_DATESTAMP, HEIC, opened, png_claiming, revealing, upload
from wargame_mentorship.photos import services
from wargame_mentorship.photos.cleaning import LARGEST_BODY, MAX_BYTES
from wargame_mentorship.photos.files import stored_names
from wargame_mentorship.photos.models import Photo
from wargame_mentorship.testing.factories import make_help_request, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Any:
    return make_user("ada")


@pytest.fixture
def client(ada: Any) -> APIClient:
    """Ada's, signed in."""
    return client_of(ada)


def client_of(user: Any) -> APIClient:
    client = APIClient()
    if user is not None:
        client.force_login(user)
    return client


def send(client: APIClient, **fields: Any) -> Any:
    headers = fields.pop("headers", {})
    data = {"file": upload(), **fields}
    return client.post(
        reverse("wargame_mentorship_api:photos"), data, format="multipart", headers=headers
    )


def bytes_at(client: Any, url: str) -> bytes:
    response = client.get(url)
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def test_photo_is_sent_and_seen(client: APIClient, ada: Any) -> None:
    response = send(
        client, file=upload(revealing("JPEG", orientation=6)), alt_text="A knight", stage="before"
    )

    photo = Photo.objects.get(owner=ada.pk)
    assert response.status_code == 201
    assert response.json() == {
        "id": str(photo.pk),
        "url": photo.url,
        "thumbnail_url": photo.thumbnail_url,
        "full_url": photo.full_url,
        "width": 48,
        "height": 64,
        "alt_text": "A knight",
        "stage": "before",
    }
    for name in ("url", "thumbnail_url", "full_url"):
        content = bytes_at(client, response.json()[name])
        assert opened(content).size[0] <= 48
        assert GPS_DATESTAMP.encode() not in content


def test_only_the_file_is_needed(client: APIClient) -> None:
    response = send(client, file=SimpleUploadedFile("IMG_1.HEIC", HEIC.read_bytes()))

    assert response.status_code == 201
    assert (response.json()["alt_text"], response.json()["stage"]) == ("", "wip")


def test_stranger_may_not_send() -> None:
    response = send(client_of(None))

    assert response.status_code == 401
    assert response.json()["code"] == "not_authenticated"
    assert not Photo.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"file": SimpleUploadedFile("a.jpg", b"text")}, "file", "not_a_picture"),
        ({"file": SimpleUploadedFile("a.jpg", b"")}, "file", "empty"),
        ({"file": SimpleUploadedFile("a.svg", b"<svg/>")}, "file", "unsupported"),
        ({"file": SimpleUploadedFile("a.jpg", b"\xff\xd8\xff")}, "file", "broken"),
        ({"file": "not a file"}, "file", "invalid"),
        ({"stage": "finished"}, "stage", "invalid_choice"),
        ({"alt_text": "x" * 251}, "alt_text", "max_length"),
        ({"alt_text": "a\x01b"}, "alt_text", "control_character"),
    ],
)
def test_bad_input_is_named(
    client: APIClient, fields: dict[str, Any], field: str, code: str
) -> None:
    response = send(client, **fields)

    assert response.status_code == 400
    assert response.json()["code"] == "invalid"
    assert [error["code"] for error in response.json()["fields"][field]] == [code]
    assert not Photo.objects.exists()
    assert not set(stored_names())


def test_bomb_is_refused(client: APIClient) -> None:
    response = send(client, file=SimpleUploadedFile("a.png", png_claiming(13_000, 13_000)))

    assert response.status_code == 400
    assert response.json()["fields"]["file"][0]["code"] == "too_many_pixels"


def test_file_above_the_limit_is_refused(client: APIClient) -> None:
    response = send(client, file=SimpleUploadedFile("a.jpg", b"\xff\xd8\xff" + b"0" * MAX_BYTES))

    assert response.status_code == 400
    assert response.json()["fields"]["file"][0]["code"] == "too_large"


def test_body_far_above_the_limit_is_not_read(client: APIClient) -> None:
    response = send(client, file=SimpleUploadedFile("a.jpg", b"0" * LARGEST_BODY))

    assert response.status_code == 413
    assert response.json()["code"] == "too_large"


def test_missing_file_is_named(client: APIClient) -> None:
    response = client.post(
        reverse("wargame_mentorship_api:photos"), {"stage": "wip"}, format="multipart"
    )

    assert response.status_code == 400
    assert response.json()["fields"]["file"][0]["code"] == "required"


def test_many_files_are_refused(client: APIClient, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 1

    assert send(client, other=upload()).status_code == 413


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", '{"file": "x"}', 415),
        ("image/jpeg", "a picture", 415),
        ("multipart/form-data", "no boundary", 400),
        ("multipart/form-data; boundary=x", "--x\r\nrubbish", 400),
        ("multipart/form-data; boundary=x", "", 400),
    ],
)
def test_other_bodies_are_refused(
    client: APIClient, content_type: str, body: str, status: int
) -> None:
    response = client.generic(
        "POST", reverse("wargame_mentorship_api:photos"), body, content_type=content_type
    )

    assert response.status_code == status
    assert response.json()["code"]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.jpg", "a\\b.jpg", "x" * 250 + ".jpg", "ä\u202egpj.exe", "a.php"]
)
def test_names_of_files_are_of_no_account(client: APIClient, name: str) -> None:
    file = upload()
    file._name = name  # type: ignore[attr-defined] # what Django itself would have made harmless

    assert send(client, file=file).status_code == 201
    (stored,) = stored_names()
    assert stored.startswith("photos/")
    assert stored.endswith(".jpg")


def test_same_request_twice_makes_one_photo(client: APIClient) -> None:
    headers = {"Idempotency-Key": "one"}

    first, second = (send(client, headers=headers) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second["Idempotent-Replayed"] == "true"
    assert Photo.objects.count() == 1
    assert len(set(stored_names())) == 1


def test_same_key_with_another_picture_is_refused(client: APIClient) -> None:
    headers = {"Idempotency-Key": "one"}
    send(client, headers=headers)

    response = send(client, headers=headers, file=upload(revealing("PNG")))

    assert response.status_code == 422
    assert Photo.objects.count() == 1


def test_uploads_are_throttled(client: APIClient, settings: Settings) -> None:
    rates = {**settings.WARGAME_MENTORSHIP.get("THROTTLES", {}), "upload-user": "2/hour"}
    settings.WARGAME_MENTORSHIP = {**settings.WARGAME_MENTORSHIP, "THROTTLES": rates}

    assert [send(client).status_code for _ in range(3)] == [201, 201, 429]


def test_csrf_token_is_demanded_of_a_session(ada: Any) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(ada)

    assert send(client).status_code == 403
    assert not Photo.objects.exists()


def test_waiting_photo_is_a_404_for_all_others(client: APIClient) -> None:
    url = send(client).json()["url"]

    for other in (None, make_user("bruno")):
        response = client_of(other).get(url)
        assert response.status_code == 404
        assert response.json()["code"] == "not_found"


def test_attached_photo_is_seen_with_its_content(client: APIClient, ada: Any) -> None:
    """From upload to a stranger's `<img>`, and not after the request has become private."""
    photo_id = send(client).json()["id"]
    question = make_help_request(ada, photo_ids=[photo_id])
    photo = Photo.objects.get(pk=photo_id)
    stranger = Client()

    response = stranger.get(photo.url, headers={"Accept": "image/avif,image/webp"})
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"

    type(question).objects.filter(pk=question.pk).update(is_public=False)
    assert stranger.get(photo.url).status_code == 404
    assert client.get(photo.url)["Cache-Control"] == "private, no-store"

    services.rotate_urls(kind="help_request", content_id=question.pk)
    assert client.get(photo.url).status_code == 404
    assert client.get(Photo.objects.get(pk=photo_id).url).status_code == 200


def test_invented_urls_are_a_404(client: APIClient) -> None:
    photo = Photo.objects.get(pk=send(client).json()["id"])
    url = photo.url

    for other in (
        url.replace(photo.url_key, "0" * 16),
        url.replace("reading-", "original-"),
        url.replace(".webp", ".jpg"),
        url.replace(str(photo.pk), str(uuid4())),
        url.replace("reading-", "..%2F..%2F-"),
    ):
        assert client.get(other).status_code == 404


def test_pictures_are_only_read(client: APIClient) -> None:
    url = send(client).json()["url"]

    assert client.head(url).status_code == 200
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(url).status_code == 405
