"""The whole corpus through every door that takes a photo: a clear word, and nothing else lost."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from tests.api.http import fields_of
from tests.api.http import signed_in as api_of
from tests.api.http import url as api_url
from tests.photos.corpus import BOMBS, REFUSED, TAKEN, refused_file
from tests.web.pages import picture, question, signed_in, text_of, url
from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.photos.cleaning import clean_picture
from wargame_mentorship.photos.files import stored_names
from wargame_mentorship.photos.models import Photo
from wargame_mentorship.testing.factories import make_help_request, make_user

pytestmark = pytest.mark.django_db


def file_of(content: bytes) -> SimpleUploadedFile:
    """As a phone would name it, whatever it is."""
    return SimpleUploadedFile("IMG_0001.JPG", content, "image/jpeg")


def sent_to_api(content: bytes) -> Any:
    client = api_of(make_user())
    return client.post(api_url("photos"), {"file": file_of(content)}, format="multipart")


@cache
def message_for(name: str) -> str:
    with pytest.raises(Invalid) as refused:
        clean_picture(file_of(refused_file(name)))
    ((message, _),) = refused.value.fields["file"]
    return str(message)


@pytest.mark.parametrize("name", REFUSED)
def test_the_api_says_by_a_code_what_is_wrong(name: str) -> None:
    _, code = REFUSED[name]

    answer = sent_to_api(refused_file(name))

    if answer.status_code == 413:
        assert answer.json()["code"] == code == "too_large"
        assert "10 MB" in answer.json()["detail"]
    else:
        assert fields_of(answer) == {"file": [code]}
    assert not Photo.objects.exists()
    assert not set(stored_names())


@pytest.mark.parametrize("name", TAKEN)
def test_the_api_takes_what_is_a_photo(name: str) -> None:
    answer = sent_to_api(TAKEN[name]())

    assert answer.status_code == 201
    photo = Photo.objects.get()
    assert (answer.json()["width"], answer.json()["height"]) == (photo.width, photo.height)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_no_5xx(name: str) -> None:
    assert sent_to_api(BOMBS[name]()).status_code in {201, 400}


@pytest.mark.parametrize("name", REFUSED)
def test_who_asks_is_told_and_keeps_the_rest_of_the_form(name: str) -> None:
    client = signed_in(make_user())
    form = question(description="An hour of careful writing.")

    answer = client.post(
        url("ask-help-request"),
        {
            **form,
            "photo_0": picture(),
            "alt_0": "My knight",
            "photo_1": file_of(refused_file(name)),
        },
    )

    keeps(answer, message_for(name), "An hour of careful writing.", form["title"], "My knight")
    assert not HelpRequest.objects.exists()
    # The sound one waits, and comes along with the next try.
    kept = Photo.objects.get()
    assert str(kept.pk) in answer.content.decode()
    again = client.post(
        url("ask-help-request"), {**form, "photo_ids": [str(kept.pk)], "alt_0": "My knight"}
    )
    assert again.status_code == 302
    assert Photo.objects.get().content_id == HelpRequest.objects.get().pk


@pytest.mark.parametrize("name", REFUSED)
def test_who_answers_is_told_and_keeps_the_rest_of_the_form(name: str) -> None:
    entry = make_help_request()

    answer = signed_in(make_user()).post(
        url("respond-help-request", entry.pk),
        {"response_text": "Wick the pools away.", "photo_0": file_of(refused_file(name))},
    )

    keeps(answer, message_for(name), "Wick the pools away.")
    assert not HelpResponse.objects.exists()


@pytest.mark.parametrize("name", REFUSED)
def test_the_script_of_the_page_gets_the_same_words(name: str) -> None:
    _, code = REFUSED[name]

    answer = signed_in(make_user()).post(url("upload-photo"), {"file": file_of(refused_file(name))})

    assert answer.status_code in {400, 413}
    assert answer.json()["code"] == code
    assert answer.json()["detail"] == message_for(name)
    assert not Photo.objects.exists()


def test_nobody_is_told_apart_by_what_they_send_without_an_account() -> None:
    for name in REFUSED:
        answer = Client().post(url("upload-photo"), {"file": file_of(refused_file(name))})

        assert answer.status_code in {302, 401, 403}
        assert not Photo.objects.exists()


def keeps(answer: Any, message: str, *words: str) -> None:
    """The page comes again, says what is wrong with the photo, and gives back what was typed."""
    page = answer.content.decode()
    assert answer.status_code == 400
    assert message in text_of(answer)
    for word in words:
        assert escape(word) in page
