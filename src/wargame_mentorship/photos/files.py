"""Files that stay if, and only if, the row that names them is committed."""

from __future__ import annotations

import logging
import secrets
import weakref
from collections.abc import Iterator
from pathlib import PurePosixPath

from django.core.files.base import ContentFile

from wargame_mentorship.core.errors import BackendUnavailable
from wargame_mentorship.host.storage import photo_storage

logger = logging.getLogger("wargame_mentorship.photos")

PHOTOS = "photos"
RENDITIONS = "renditions"


class StoredFile:
    """A file that was just written; it is removed again unless `keep` is called.

    Hand `keep` to `transaction.on_commit`. Django tells nobody of a rollback, but it lets go of
    the callbacks then, the last reference to this object goes with them, and so does the file.
    Should the process be killed in between, `services.recount` finds what was left behind.
    """

    def __init__(self, folder: str, content: bytes, extension: str) -> None:
        """Raises: BackendUnavailable: the storage failed."""
        key = secrets.token_hex(16)
        # By the first letters, so that no folder grows beyond what a file system likes.
        self.name = f"{folder}/{key[:2]}/{key}.{extension}"
        self._undo = weakref.finalize(self, remove_file, self.name)
        self._undo.atexit = False
        try:
            self.name = photo_storage().save(self.name, ContentFile(content))
        except Exception as error:
            # What is there of it, such as the first half on a full disk.
            self.remove()
            logger.error("The photo storage failed in save(): %s", type(error).__name__)
            raise BackendUnavailable from error

    def keep(self) -> None:
        self._undo.detach()

    def remove(self) -> None:
        self._undo()


def remove_file(name: str) -> None:
    """Remove a file if it is there; a storage that fails leaves it for `services.recount`."""
    try:
        photo_storage().delete(name)
    except Exception as error:
        logger.error("The photo storage failed in delete(): %s", type(error).__name__)


def stored_names() -> Iterator[str]:
    """The name of every file in the photo storage."""
    storage = photo_storage()
    folders = [PHOTOS, RENDITIONS]
    while folders:
        folder = folders.pop()
        try:
            inner, names = storage.listdir(folder)
        except FileNotFoundError:
            # Nothing has been kept there yet.
            continue
        folders += [str(PurePosixPath(folder, name)) for name in inner]
        yield from (str(PurePosixPath(folder, name)) for name in names)
