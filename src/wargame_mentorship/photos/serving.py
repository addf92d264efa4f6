"""Who sees a picture, and how its bytes travel once that is settled."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import IntegrityError
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.encoding import iri_to_uri
from wagtail.images.models import SourceImageIOError

from wargame_mentorship.conf import app_settings
from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import BackendUnavailable, NotFound
from wargame_mentorship.host import Viewer
from wargame_mentorship.host.storage import photo_storage
from wargame_mentorship.photos.models import FULL, RENDITION_SPECS, Photo

logger = logging.getLogger("wargame_mentorship.photos")

PUBLIC = "public, max-age=31536000, immutable"
PRIVATE = "private, no-store"

SIZES = (*RENDITION_SPECS, FULL)

_CONTENT_TYPES = {"jpg": "image/jpeg", "webp": "image/webp"}


def may_see(viewer: Viewer, photo: Photo) -> bool:
    """Whoever sees the content sees its photos; one that is not attached is its owner's alone."""
    if photo.content_id is None:
        return viewer.is_me(photo.owner_id)
    try:
        kind = registry.get(photo.content_type)
    except KeyError:
        return False
    return bool(kind.visible_to(viewer).filter(pk=photo.content_id).exists())


def fetch_photo(viewer: Viewer, pk: UUID) -> Photo:
    """Raises: NotFound: not there, or not visible to this viewer."""
    photo: Photo | None = Photo.objects.filter(pk=pk).first()
    if photo is None or not may_see(viewer, photo):
        raise NotFound
    return photo


def serve_photo(
    viewer: Viewer, *, pk: UUID, size: str, url_key: str, extension: str
) -> HttpResponseBase:
    """Answer a photo's URL, with the bytes or with what makes the web server send them.

    Raises:
        NotFound: no such photo or size, a void URL, or not visible to this viewer.
        BackendUnavailable: the photo storage failed.
    """
    photo: Photo | None = Photo.objects.filter(pk=pk, url_key=url_key).first()
    if photo is None or size not in SIZES or photo.extension_of(size) != extension:
        raise NotFound
    is_public = photo.content_id is not None and may_see(Viewer(None), photo)
    # Asked even if anybody may: a block hides a photo from one person and from nobody else.
    if not (may_see(viewer, photo) if viewer.is_authenticated else is_public):
        raise NotFound
    try:
        name = photo.file_of(size).name
        response = _respond(name)
    except (SourceImageIOError, FileNotFoundError, IntegrityError) as error:
        logger.error("The file of photo %s is gone.", photo.pk)
        raise NotFound from error
    response["Content-Type"] = _CONTENT_TYPES[extension]
    response["Content-Disposition"] = f'inline; filename="{photo.pk}-{size}.{extension}"'
    response["Content-Security-Policy"] = "default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    # A signed URL of the storage's is good for minutes, and so is what leads there.
    lasts = is_public and app_settings.SENDFILE != "signed"
    response["Cache-Control"] = PUBLIC if lasts else PRIVATE
    return response


def _respond(name: str) -> HttpResponseBase:
    storage = photo_storage()
    mode = app_settings.SENDFILE
    if mode == "x-accel":
        prefix = app_settings.SENDFILE_PREFIX.rstrip("/")
        return HttpResponse(headers={"X-Accel-Redirect": iri_to_uri(f"{prefix}/{name}")})
    try:
        if mode == "x-sendfile":
            return HttpResponse(headers={"X-Sendfile": storage.path(name)})
        if mode == "signed":
            return HttpResponseRedirect(storage.url(name))
        return FileResponse(storage.open(name))
    except FileNotFoundError:
        raise
    except Exception as error:
        logger.error("The photo storage failed in open(): %s", type(error).__name__)
        raise BackendUnavailable from error
