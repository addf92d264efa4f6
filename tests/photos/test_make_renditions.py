from __future__ import annotations

import threading
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection

from tests.photos.conftest import attach, files, make_photo
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.photos import services
from wargame_mentorship.photos.models import READING, Photo, PhotoRendition
from wargame_mentorship.testing.factories import make_user


def test_task_may_run_twice(ada: AbstractBaseUser, question: HelpRequest, committed: Any) -> None:
    with committed():
        photo = attach(make_photo(ada), question, ada)
    made = files()

    services.make_renditions.func(str(photo.pk))

    assert files() == made
    assert photo.renditions.count() == 2


def test_task_for_a_photo_that_is_gone_does_nothing(ada: AbstractBaseUser) -> None:
    photo = make_photo(ada)
    services.delete_photo(actor=ada, photo=photo)

    services.make_renditions.func(str(photo.pk))

    assert not PhotoRendition.objects.exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_many_who_make_a_size_at_once_all_get_one_and_no_file_is_left() -> None:
    photo = make_photo(make_user())
    barrier = threading.Barrier(8)
    names: list[str] = []

    def make() -> None:
        own = Photo.objects.get(pk=photo.pk)
        barrier.wait()
        try:
            names.append(own.file_of(READING).name)
        finally:
            connection.close()

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(names) == 8
    assert set(names) == {PhotoRendition.objects.get(image=photo).file.name}
    assert files() == {photo.file.name, names[0]}
