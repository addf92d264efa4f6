from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django.fixtures import Settings
from wagtail.images import get_image_model
from wagtail.models import ReferenceIndex
from wagtail.search import index

from tests.photos.conftest import files, is_stored, make_photo
from tests.photos.pictures import encoded, opened, two_halves, upload
from wargame_mentorship.core.errors import BackendUnavailable, Invalid, SignInRequired
from wargame_mentorship.host import Viewer
from wargame_mentorship.host.storage import photo_storage
from wargame_mentorship.photos import services
from wargame_mentorship.photos.models import Photo
from wargame_mentorship.testing.factories import make_user

pytestmark = pytest.mark.django_db


def codes(caught: pytest.ExceptionInfo[Invalid]) -> dict[str, list[str]]:
    return {name: [code for _, code in errors] for name, errors in caught.value.fields.items()}


def test_photo_is_kept_with_what_was_said_about_it(ada: AbstractBaseUser) -> None:
    photo = services.upload_photo(
        actor=ada,
        file=upload(encoded(two_halves((3000, 1500)), "PNG"), "My House.png"),
        alt_text="  A knight,\n primed ",
        stage="before",
    )

    photo.refresh_from_db()
    assert photo.owner_id == ada.pk
    assert (photo.alt_text, photo.stage) == ("A knight, primed", "before")
    assert (photo.width, photo.height) == (2048, 1024)
    assert (photo.content_type, photo.content_id) == ("", None)
    with photo.file.open() as file:
        content = file.read()
    assert opened(content).size == (2048, 1024)
    assert photo.file_size == len(content)


def test_name_of_the_file_says_nothing(ada: AbstractBaseUser) -> None:
    photo = services.upload_photo(actor=ada, file=upload(name="ada lovelace, 12 Elm St.jpg"))

    assert "ada" not in photo.file.name
    assert photo.file.name != make_photo(ada).file.name


def test_stranger_may_not_upload(db: None) -> None:
    with pytest.raises(SignInRequired):
        services.upload_photo(actor=Viewer(None), file=upload())


def test_deactivated_person_may_not_upload(ada: Any) -> None:
    ada.is_active = False
    with pytest.raises(SignInRequired):
        services.upload_photo(actor=ada, file=upload())


def test_all_wrong_words_are_named_at_once(ada: AbstractBaseUser) -> None:
    with pytest.raises(Invalid) as caught:
        services.upload_photo(actor=ada, file=upload(), alt_text="a\0b", stage="finished")

    assert codes(caught) == {"alt_text": ["nul_character"], "stage": ["invalid_choice"]}


def test_alt_text_may_be_missing_but_not_endless(ada: AbstractBaseUser) -> None:
    assert make_photo(ada, alt_text=" \n ").alt_text == ""
    with pytest.raises(Invalid) as caught:
        make_photo(ada, alt_text="x" * 251)
    assert codes(caught) == {"alt_text": ["too_long"]}


def test_refused_picture_leaves_nothing(ada: AbstractBaseUser) -> None:
    with pytest.raises(Invalid) as caught:
        services.upload_photo(actor=ada, file=upload(b"text", "photo.jpg"))

    assert codes(caught) == {"file": ["not_a_picture"]}
    assert not Photo.objects.exists()
    assert not files()


def test_nobody_hoards_photos(ada: AbstractBaseUser, bruno: AbstractBaseUser) -> None:
    one = make_photo(ada)
    Photo.objects.bulk_create(
        Photo(owner_id=ada.pk, file=one.file.name, width=1, height=1)
        for _ in range(services.MOST_UNATTACHED - 1)
    )

    with pytest.raises(Invalid) as caught:
        make_photo(ada)

    assert codes(caught) == {"file": ["too_many_waiting"]}
    assert make_photo(bruno).pk


class FullDisk(FileSystemStorage):
    """Writes the first half of a file, then has no room for the rest."""

    def _save(self, name: str, content: Any) -> str:
        super()._save(name, ContentFile(content.read(100)))  # type: ignore[misc] # private to the stubs
        raise OSError(28, "No space left on device")


@pytest.fixture
def full_disk(settings: Settings, tmp_path: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "photos": {
            "BACKEND": f"{__name__}.FullDisk",
            "OPTIONS": {"location": str(tmp_path / "full")},
        },
    }
    settings.WARGAME_MENTORSHIP = {**settings.WARGAME_MENTORSHIP, "PHOTO_STORAGE": "photos"}


@pytest.mark.usefixtures("full_disk")
def test_storage_that_fails_leaves_neither_row_nor_file(ada: AbstractBaseUser) -> None:
    with pytest.raises(BackendUnavailable):
        make_photo(ada)

    assert not Photo.objects.exists()
    assert not files()


@pytest.mark.django_db(transaction=True)
def test_file_of_a_committed_upload_stays() -> None:
    photo = make_photo(make_user())

    assert is_stored(photo.file.name)


@pytest.mark.django_db(transaction=True)
def test_file_goes_when_the_transaction_around_it_is_rolled_back() -> None:
    ada = make_user()
    with transaction.atomic():
        kept = make_photo(ada)
        try:
            with transaction.atomic():
                lost = make_photo(ada)
                assert files() == {kept.file.name, lost.file.name}
                raise KeyError
        except KeyError:
            pass
        assert files() == {kept.file.name}

    assert files() == {kept.file.name}
    assert list(Photo.objects.all()) == [kept]


@pytest.mark.django_db(transaction=True)
def test_file_goes_when_the_row_cannot_be_written(settings: Settings) -> None:
    """The account is deleted while its owner uploads."""
    ghost = make_user()
    type(ghost)._default_manager.filter(pk=ghost.pk).delete()

    with pytest.raises(IntegrityError):
        make_photo(ghost)

    assert not files()


def test_photos_have_no_media_url(
    ada: Any, question: Any, client: Client, settings: Settings, committed: Any
) -> None:
    """Neither the photo nor what is made of it, by whatever name one asks."""
    with committed():
        photo = make_photo(ada)
        services.attach_photos(
            actor=ada, kind="help_request", content_id=question.pk, photo_ids=[photo.pk]
        )
    names = [photo.file.name, *photo.renditions.values_list("file", flat=True)]
    assert len(names) == 3

    client.force_login(ada)
    for name in names:
        for path in (name, f"original_images/{name}"):
            assert client.get(f"{settings.MEDIA_URL}{path}").status_code == 404
        # Django itself says 400 to who climbs out of a folder.
        climbing = client.get(f"{settings.MEDIA_URL}../wargame_mentorship_photos/{name}")
        assert climbing.status_code in {400, 404}
        with pytest.raises(ValueError, match="not accessible via a URL"):
            photo_storage().url(name)


def test_photos_stand_beside_the_media_of_the_site(
    ada: AbstractBaseUser, settings: Settings, tmp_path: Any
) -> None:
    photo = make_photo(ada)

    assert photo.file.path.startswith(str(tmp_path / "wargame_mentorship_photos"))


def test_storage_of_the_host_is_used(
    ada: AbstractBaseUser, settings: Settings, tmp_path: Any
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "elsewhere": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "elsewhere")},
        },
    }
    settings.WARGAME_MENTORSHIP = {**settings.WARGAME_MENTORSHIP, "PHOTO_STORAGE": "elsewhere"}

    photo = make_photo(ada)

    assert (tmp_path / "elsewhere" / photo.file.name).exists()
    assert storages["elsewhere"].exists(photo.file.name)


def test_editors_library_is_left_alone(ada: AbstractBaseUser) -> None:
    make_photo(ada)

    assert get_image_model() is not Photo
    assert not get_image_model().objects.exists()
    assert Photo not in index.get_indexed_models()
    assert not ReferenceIndex.model_is_indexable(Photo)
