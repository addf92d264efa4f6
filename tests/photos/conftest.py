from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.base_user import AbstractBaseUser

from tests.photos.pictures import upload
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.host.storage import photo_storage
from wargame_mentorship.photos import services
from wargame_mentorship.photos.files import stored_names
from wargame_mentorship.photos.models import Photo
from wargame_mentorship.testing.factories import make_help_request, make_user


@pytest.fixture
def ada(db: None) -> AbstractBaseUser:
    return make_user("ada")


@pytest.fixture
def bruno(db: None) -> AbstractBaseUser:
    return make_user("bruno")


@pytest.fixture
def question(ada: AbstractBaseUser) -> HelpRequest:
    return make_help_request(ada)


def make_photo(owner: Any, **fields: Any) -> Photo:
    return services.upload_photo(actor=owner, file=upload(), **fields)


def attach(photo: Photo, question: HelpRequest, actor: Any) -> Photo:
    """Attach a photo to a help request, as the room does."""
    (attached,) = services.attach_photos(
        actor=actor, kind=HelpRequest.KIND, content_id=question.pk, photo_ids=[photo.pk]
    )
    return attached


def ids_of(question: HelpRequest) -> list[UUID]:
    return [photo.pk for photo in services.photos_of(HelpRequest.KIND, [question.pk])[question.pk]]


def files() -> set[str]:
    """The names of all files in the photo storage."""
    return set(stored_names())


def is_stored(name: str) -> bool:
    return photo_storage().exists(name)


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """`with committed():` runs what waits for the commit at the end of the block."""

    def block() -> Any:
        return django_capture_on_commit_callbacks(execute=True)

    return block
