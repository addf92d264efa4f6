"""Files and rows stay together: deleting, pruning, erasing, repairing."""

from __future__ import annotations

import datetime as dt
import os
import signal
import time
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests.photos.conftest import attach, files, ids_of, is_stored, make_photo
from tests.processes import run_python
from wargame_mentorship.core.errors import NotAllowed, SignInRequired
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.host import Viewer
from wargame_mentorship.host.storage import photo_storage
from wargame_mentorship.photos import services
from wargame_mentorship.photos.files import remove_file
from wargame_mentorship.photos.models import READING, Photo, PhotoRendition
from wargame_mentorship.testing.factories import make_help_request, make_superuser, make_user

pytestmark = pytest.mark.django_db


def age(name: str, hours: float = 2) -> None:
    """Make a file as old as it would be in a nightly check."""
    then = time.time() - hours * 3600
    os.utime(photo_storage().path(name), (then, then))


def test_owner_deletes_a_waiting_photo(ada: AbstractBaseUser, committed: Any) -> None:
    photo = make_photo(ada)
    photo.file_of(READING)

    with committed():
        services.delete_photo(actor=ada, photo=photo)
        assert is_stored(photo.file.name)

    assert not Photo.objects.exists()
    assert not PhotoRendition.objects.exists()
    assert not files()


def test_nobody_else_deletes_it(ada: AbstractBaseUser, bruno: AbstractBaseUser) -> None:
    photo = make_photo(ada)

    for stranger in (bruno, make_superuser()):
        with pytest.raises(NotAllowed):
            services.delete_photo(actor=stranger, photo=photo)
    with pytest.raises(SignInRequired):
        services.delete_photo(actor=Viewer(None), photo=photo)


def test_attached_photo_is_not_deleted_behind_the_back_of_its_content(
    ada: AbstractBaseUser, question: HelpRequest
) -> None:
    photo = make_photo(ada)
    attached = attach(photo, question, ada)

    with pytest.raises(NotAllowed):
        services.delete_photo(actor=ada, photo=attached)
    # Whoever read it before it was attached does not delete it either.
    services.delete_photo(actor=ada, photo=photo)
    assert ids_of(question) == [photo.pk]


def test_photos_go_with_their_content(
    ada: AbstractBaseUser, question: HelpRequest, committed: Any
) -> None:
    with committed():
        attach(make_photo(ada), question, ada)
        other = attach(make_photo(ada), make_help_request(ada), ada)

    with committed():
        services.delete_photos_of(kind=HelpRequest.KIND, content_id=question.pk)

    assert list(Photo.objects.all()) == [other]
    assert len(files()) == 3


def test_photos_that_nobody_attached_go_after_a_day(
    ada: AbstractBaseUser, question: HelpRequest, committed: Any
) -> None:
    with committed():
        old, fresh = make_photo(ada), make_photo(ada)
        attached = attach(make_photo(ada), question, ada)
    now = timezone.now()
    Photo.objects.exclude(pk=fresh.pk).update(created_at=now - dt.timedelta(hours=24, seconds=1))

    with committed():
        assert services.prune_unattached(now) == 1

    assert set(Photo.objects.all()) == {fresh, attached}
    assert not is_stored(old.file.name)
    assert is_stored(fresh.file.name)
    assert services.prune_unattached(now) == 0


def test_export_names_all_that_is_known(
    ada: AbstractBaseUser, bruno: AbstractBaseUser, question: HelpRequest
) -> None:
    attached = attach(make_photo(ada, alt_text="A knight", stage="after"), question, ada)
    waiting = make_photo(ada)
    make_photo(bruno)

    first, second = services.export_user_data(ada)

    assert first == {
        "id": str(attached.pk),
        "url": attached.full_url,
        "alt_text": "A knight",
        "stage": "after",
        "width": 64,
        "height": 48,
        "created_at": attached.created_at.isoformat(),
        "content_type": "help_request",
        "content_id": str(question.pk),
    }
    assert (second["id"], second["content_type"]) == (str(waiting.pk), None)


def test_erasing_somebody_takes_their_photos_along(
    ada: AbstractBaseUser, bruno: AbstractBaseUser, question: HelpRequest, committed: Any
) -> None:
    with committed():
        attach(make_photo(ada), question, ada)
        make_photo(ada)
        theirs = make_photo(bruno)

    with committed():
        services.erase_user(ada)

    assert list(Photo.objects.all()) == [theirs]
    assert files() == {theirs.file.name}
    assert services.export_user_data(ada) == []


def test_photos_of_a_deleted_account_stay_with_their_content(
    ada: Any, question: HelpRequest, committed: Any
) -> None:
    with committed():
        attached, waiting = attach(make_photo(ada), question, ada), make_photo(ada)

    get_user_model()._default_manager.get(pk=ada.pk).delete()

    attached.refresh_from_db()
    assert attached.owner_id is None
    assert ids_of(question) == [attached.pk]
    assert services.prune_unattached(timezone.now() + dt.timedelta(days=2)) == 1
    assert not Photo.objects.filter(pk=waiting.pk).exists()


def test_all_is_well(ada: AbstractBaseUser, question: HelpRequest, committed: Any) -> None:
    with committed():
        attach(make_photo(ada), question, ada)
    for name in files():
        age(name)

    assert services.recount(fix=True) == []
    assert len(files()) == 3


KILLED_BEFORE_THE_ROW = """
import os, signal, sys
from django.conf import settings
from django.contrib.auth import get_user_model
from tests.photos.pictures import upload
from wargame_mentorship.photos import services
settings.MEDIA_ROOT = os.environ["MEDIA_ROOT"]
services._insert = lambda **given: os.kill(os.getpid(), signal.SIGKILL)
services.upload_photo(actor=get_user_model().objects.get(), file=upload())
"""


@pytest.mark.django_db(transaction=True)
def test_file_of_a_killed_worker_is_found_and_removed(settings: Settings, tmp_path: Any) -> None:
    make_user()

    killed = run_python(KILLED_BEFORE_THE_ROW, tmp_path=tmp_path, MEDIA_ROOT=settings.MEDIA_ROOT)

    assert killed.returncode == -signal.SIGKILL
    (left,) = files()
    assert not Photo.objects.exists()
    age(left)
    assert services.recount(fix=False) == [f"the file {left} belongs to no row"]
    assert is_stored(left)
    assert services.recount(fix=True) == [f"the file {left} belongs to no row"]
    assert not files()
    assert services.recount(fix=True) == []


def test_rendition_without_a_row_is_found_and_removed(ada: AbstractBaseUser) -> None:
    left = photo_storage().save("renditions/bb/orphan.webp", ContentFile(b""))
    age(left)

    assert services.recount(fix=True) == [f"the file {left} belongs to no row"]
    assert not files()


def test_file_that_is_being_written_is_left_alone(ada: AbstractBaseUser) -> None:
    photo_storage().save("photos/aa/just-now.jpg", ContentFile(b"its row comes in a moment"))

    assert services.recount(fix=True) == []
    assert files()


def test_rows_without_files_are_found_and_removed(
    ada: AbstractBaseUser, question: HelpRequest, committed: Any
) -> None:
    with committed():
        whole, lost = (attach(make_photo(ada), question, ada) for _ in range(2))
    rendition = whole.renditions.get(filter_spec__startswith="max")
    remove_file(rendition.file.name)
    remove_file(lost.file.name)

    assert services.recount(fix=False) == [
        f"photo {lost.pk} has lost its file",
        f"rendition {rendition.pk} has lost its file",
    ]
    with committed():
        services.recount(fix=True)

    assert ids_of(question) == [whole.pk]
    assert services.recount(fix=True) == []
    assert is_stored(whole.file_of(READING).name)
    assert len(files()) == 3


def test_storage_that_lost_nearly_everything_is_not_believed(ada: AbstractBaseUser) -> None:
    """More likely it is not mounted, or another one."""
    photo = make_photo(ada)
    Photo.objects.bulk_create(
        Photo(owner_id=ada.pk, file=f"photos/aa/{number}.jpg", width=1, height=1)
        for number in range(20)
    )

    said = services.recount(fix=True)

    assert len(said) == 21
    assert said[-1] == "most files are missing, nothing was deleted"
    assert Photo.objects.count() == 21
    assert is_stored(photo.file.name)


class Undeletable(FileSystemStorage):
    def delete(self, name: str) -> None:
        raise PermissionError(name)


def test_storage_that_deletes_nothing_does_not_keep_the_row(
    ada: AbstractBaseUser, settings: Settings, tmp_path: Any, committed: Any
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "photos": {
            "BACKEND": f"{__name__}.Undeletable",
            "OPTIONS": {"location": str(tmp_path / "stubborn")},
        },
    }
    settings.WARGAME_MENTORSHIP = {**settings.WARGAME_MENTORSHIP, "PHOTO_STORAGE": "photos"}
    photo = make_photo(ada)

    with committed():
        services.delete_photo(actor=ada, photo=photo)

    assert not Photo.objects.exists()
    age(photo.file.name)
    assert services.recount(fix=False) == [f"the file {photo.file.name} belongs to no row"]
