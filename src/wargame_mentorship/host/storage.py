"""Where people's photos are kept: a storage of their own that has no public URLs."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings  # noqa: TID251 - MEDIA_ROOT is Django's own setting
from django.core.files.storage import FileSystemStorage, Storage, storages

from wargame_mentorship.conf import app_settings

FOLDER = "wargame_mentorship_photos"


class PrivateFolder(FileSystemStorage):
    """A folder whose files have no URL: whoever wants one comes through our view."""

    # Given None, Django's own would take MEDIA_URL.
    base_url = None  # type: ignore[assignment] # the stubs know no storage without URLs


class PhotoStorage(Storage):
    """Whichever storage the settings name at the moment.

    Model fields ask for their storage once, when they are loaded; this stands in its place, so
    that neither a field nor a migration freezes what the host chose.
    """

    def __getattribute__(self, name: str) -> Any:
        if name == "__class__":
            return PhotoStorage
        return getattr(current_storage(), name)


def current_storage() -> Storage:
    """Raises: InvalidStorageError: `PHOTO_STORAGE` is no alias in `STORAGES`."""
    if app_settings.PHOTO_STORAGE:
        return storages[app_settings.PHOTO_STORAGE]
    return _private_folder(Path(settings.MEDIA_ROOT).absolute().parent / FOLDER)


@lru_cache(maxsize=8)
def _private_folder(location: Path) -> PrivateFolder:
    return PrivateFolder(location)


_photo_storage = PhotoStorage()


def photo_storage() -> Storage:
    return _photo_storage
