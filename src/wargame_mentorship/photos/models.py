from __future__ import annotations

import io
import secrets
from collections.abc import Collection, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from PIL import Image
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Filter,
    ImageQuerySet,
    WagtailImageField,
    get_rendition_upload_to,
    get_upload_to,
)

from wargame_mentorship.core.ids import new_id
from wargame_mentorship.core.mixins import UUIDModel
from wargame_mentorship.core.routes import Route
from wargame_mentorship.host.storage import photo_storage
from wargame_mentorship.photos.files import RENDITIONS, StoredFile

FULL = "full"
READING = "reading"
THUMBNAIL = "thumbnail"

RENDITION_SPECS = {
    THUMBNAIL: "fill-480x360|format-webp",
    READING: "max-1200x1200|format-webp",
}
"""Wagtail's filter specs by size; `full` is the photo's own file."""


URLS = Route(
    "wargame_mentorship_api:photo-file",
    pk=UUID(int=0),
    size="thesize",
    url_key="thekey",
    extension="theextension",
)


def new_url_key() -> str:
    return secrets.token_hex(8)


class Stage(models.TextChoices):
    WIP = "wip", _("work in progress")
    BEFORE = "before", _("before")
    AFTER = "after", _("after")
    REFERENCE = "reference", _("reference")
    PORTFOLIO = "portfolio", _("portfolio")


class PhotoQuerySet(ImageQuerySet):
    def unattached(self) -> PhotoQuerySet:
        unattached: PhotoQuerySet = self.filter(content_id=None)
        return unattached

    def attached_to(self, kind: str, content_ids: Collection[UUID]) -> PhotoQuerySet:
        """The photos of content of one kind, in the order in which they are shown."""
        return self.attached_to_any({kind: content_ids})

    def attached_to_any(self, wanted: Mapping[str, Collection[UUID]]) -> PhotoQuerySet:
        """As `attached_to`, for content of several kinds."""
        attached = Q(pk__in=[])
        for kind, content_ids in wanted.items():
            if content_ids:
                attached |= Q(content_type=kind, content_id__in=content_ids)
        in_order: PhotoQuerySet = self.filter(attached).order_by("content_id", "position", "pk")
        return in_order


class Photo(AbstractImage):
    """A picture that somebody uploaded, cleaned, and what it is attached to.

    Wagtail's columns for editors (title, tags, collection, focal point) are left out.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("owner"),
    )
    file = WagtailImageField(
        _("file"),
        upload_to=get_upload_to,
        storage=photo_storage,
        width_field="width",
        height_field="height",
    )
    alt_text = models.CharField(_("what it shows"), max_length=250, blank=True)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage, default=Stage.WIP)
    content_type = models.CharField(_("kind of content"), max_length=50, blank=True, editable=False)
    content_id = models.UUIDField(_("content"), null=True, blank=True, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0, editable=False)
    url_key = models.CharField(max_length=16, default=new_url_key, editable=False)

    url_template = ""
    """That of `URLS`, on photos that were loaded together."""

    title = None
    description = None
    tags = None
    collection = None
    uploaded_by_user = None
    focal_point_x = None
    focal_point_y = None
    focal_point_width = None
    focal_point_height = None

    wagtail_reference_index_ignore = True
    search_auto_update = False
    search_fields: ClassVar[list[Any]] = []

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints = [
            models.CheckConstraint(
                name="wm_photo_attached",
                condition=Q(content_type="", content_id=None)
                | (~Q(content_type="") & Q(content_id__isnull=False)),
            ),
            models.CheckConstraint(name="wm_photo_stage", condition=Q(stage__in=Stage.values)),
        ]
        indexes = [
            models.Index(
                fields=["content_type", "content_id", "position"], name="wm_photo_content"
            ),
            models.Index(fields=["owner", "created_at"], name="wm_photo_owner"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def url(self) -> str:
        """Where the picture is, sized for reading."""
        return self.url_of(READING)

    @property
    def thumbnail_url(self) -> str:
        return self.url_of(THUMBNAIL)

    @property
    def full_url(self) -> str:
        return self.url_of(FULL)

    @property
    def default_alt_text(self) -> str:
        return str(self.alt_text)

    def url_of(self, size: str) -> str:
        """The URL of one size, good before that size has been made.

        It holds a key that is changed to make old URLs void.
        """
        template = self.url_template or URLS.template()
        return template % {
            "pk": self.pk,
            "size": size,
            "url_key": self.url_key,
            "extension": self.extension_of(size),
        }

    def extension_of(self, size: str) -> str:
        return str(self.file.name).rpartition(".")[2] if size == FULL else "webp"

    def file_of(self, size: str) -> Any:
        """The stored file of one size, made now if no task has made it yet.

        Raises:
            SourceImageIOError: the photo's own file is gone.
            BackendUnavailable: the storage failed.
        """
        if size == FULL:
            return self.file
        # Asked of the database and not, as `get_rendition` does, of the cache: that may still
        # know renditions whose files are gone.
        spec = RENDITION_SPECS[size]
        made = self.renditions.filter(filter_spec=spec).first()
        return (made or self.create_rendition(Filter(spec))).file

    def create_rendition(self, filter: Filter) -> PhotoRendition:
        """Make a size; of two who make it at once, both get the one that was first.

        In place of Wagtail's, which leaves the file of the second behind.

        Raises:
            SourceImageIOError: the photo's own file is gone.
            BackendUnavailable: the storage failed.
            IntegrityError: the photo itself was deleted meanwhile.
        """
        made = self.generate_rendition_file(filter)
        key = {"filter_spec": filter.spec, "focal_point_key": filter.get_cache_key(self)}
        stored = StoredFile(RENDITIONS, made.read(), str(made.name).rpartition(".")[2])
        try:
            with transaction.atomic():
                made.seek(0)
                width, height = Image.open(made).size
                rendition: PhotoRendition = self.renditions.create(
                    file=stored.name, width=width, height=height, **key
                )
                transaction.on_commit(stored.keep)
        except IntegrityError:
            stored.remove()
            first: PhotoRendition | None = self.renditions.filter(**key).first()
            if first is None:
                raise
            return first
        return rendition

    def create_renditions(self, *filters: Filter) -> dict[Filter, PhotoRendition]:
        return {filter: self.create_rendition(filter) for filter in filters}

    def generate_rendition_file(self, filter: Filter, *, source: Any = None) -> File[bytes]:
        """In place of Wagtail's, which writes integer keys to the log."""
        made = filter.run(self, io.BytesIO(), source=source)
        made.f.seek(0)
        return File(made.f, name=f"{filter.spec}.{made.format_name}")


class PhotoRendition(AbstractRendition, UUIDModel):
    """A photo in one of its sizes."""

    image = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="renditions")
    file = WagtailImageField(
        upload_to=get_rendition_upload_to,
        storage=photo_storage,
        width_field="width",
        height_field="height",
    )

    class Meta:
        verbose_name = _("rendition of a photo")
        verbose_name_plural = _("renditions of photos")
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="wm_rendition_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.image_id} {self.filter_spec}"

    @property
    def url(self) -> str:
        """Raises: LookupError: a size that is not among the fixed ones has no URL."""
        size = next((s for s, spec in RENDITION_SPECS.items() if spec == self.filter_spec), None)
        if size is None:
            raise LookupError(f"{self.filter_spec!r} is none of {sorted(RENDITION_SPECS)}")
        url: str = self.image.url_of(size)
        return url
