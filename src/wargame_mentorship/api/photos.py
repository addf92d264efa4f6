"""`/photos`: sending pictures, and the pictures themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import TooManyFilesSent
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from wargame_mentorship.api.base import SignedIn, View
from wargame_mentorship.api.fields import TextField
from wargame_mentorship.api.schema import IDEMPOTENCY_KEY, READ, WRITE, answers
from wargame_mentorship.core.errors import TooLarge
from wargame_mentorship.photos import services
from wargame_mentorship.photos.cleaning import LARGEST_BODY, TOO_LARGE
from wargame_mentorship.photos.models import Photo, Stage
from wargame_mentorship.photos.rules import can_describe_photo
from wargame_mentorship.photos.serving import fetch_photo, serve_photo

TAGS = ["photos"]


class PhotoParser(MultiPartParser):
    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Raises: TooLarge: more than a picture of the largest size needs."""
        meta = (parser_context or {})["request"].META
        if int(meta.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            raise TooLarge(TOO_LARGE)
        try:
            return super().parse(stream, media_type, parser_context)
        except TooManyFilesSent as error:
            raise TooLarge from error


class PhotoSerializer(serializers.Serializer[Photo]):
    id = serializers.UUIDField()
    url = serializers.CharField(help_text="Sized for reading, at most 1200 pixels.")
    thumbnail_url = serializers.CharField(help_text="Cut to 4:3, at most 480 pixels wide.")
    full_url = serializers.CharField(help_text="As large as there is, at most 2048 pixels.")
    width = serializers.IntegerField(help_text="Of the full size, in pixels.")
    height = serializers.IntegerField()
    alt_text = serializers.CharField(allow_blank=True)
    stage = serializers.ChoiceField(Stage.choices)


class UploadSerializer(serializers.Serializer[Photo]):
    file = serializers.FileField(help_text="JPEG, PNG, WebP, HEIC or AVIF, at most 10 MB.")
    alt_text = serializers.CharField(
        required=False, allow_blank=True, max_length=250, help_text="What does it show?"
    )
    stage = serializers.ChoiceField(Stage.choices, required=False)


def photo_data(photo: Photo) -> dict[str, Any]:
    """A photo as the API shows it."""
    return {
        "id": str(photo.pk),
        "url": photo.url,
        "thumbnail_url": photo.thumbnail_url,
        "full_url": photo.full_url,
        "width": photo.width,
        "height": photo.height,
        "alt_text": photo.alt_text,
        "stage": photo.stage,
    }


def photos_data(photos: Iterable[Photo]) -> dict[str, Any]:
    """The photos of content, and their addresses alone under the specification's name."""
    shown = [photo_data(photo) for photo in photos]
    return {"photos": shown, "image_urls": [photo["url"] for photo in shown]}


class PhotoUpload(View):
    parser_classes = (PhotoParser,)
    permission_classes = (SignedIn,)
    throttle_scope = "upload-user"

    @extend_schema(
        operation_id="photos_upload",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request={"multipart/form-data": UploadSerializer},
        responses=answers({201: PhotoSerializer}, 400, 401, 403, 404, 409, 413, 415, 422, 503),
    )
    def post(self, request: Request) -> Response:
        """Send a photo; only you see it until you attach it by its id."""
        given = self.cleaned(UploadSerializer)
        return self.act(
            lambda: services.upload_photo(actor=self.viewer, **given),
            again=lambda pk: fetch_photo(self.viewer, pk),
            answer=lambda photo: Response(photo_data(photo), 201),
        )


class DescribeSerializer(serializers.Serializer[Photo]):
    alt_text = TextField(
        allow_blank=True, max_length=250, help_text="What does it show? Blank: nobody has said."
    )


class PhotoDetail(View):
    @extend_schema(
        operation_id="photos_describe",
        tags=TAGS,
        parameters=[IDEMPOTENCY_KEY],
        request=DescribeSerializer,
        responses=answers({200: PhotoSerializer}, *WRITE),
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Say what a photo shows; its owner, or whoever may edit what it is attached to."""
        photo = fetch_photo(self.viewer, pk)
        self.authorize(can_describe_photo, photo)
        given = self.cleaned(DescribeSerializer)
        return self.act(
            lambda: services.describe_photo(actor=self.viewer, photo=photo, **given),
            again=lambda described: fetch_photo(self.viewer, described),
            answer=lambda described: Response(photo_data(described)),
        )


class PhotoFile(View):
    def get_throttles(self) -> list[Any]:
        """Count nothing: a page shows dozens, and what a picture costs was paid at its upload."""
        return []

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Take any `Accept`: the picture is what it is, and only errors are JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="photos_file",
        tags=TAGS,
        responses={
            (200, "image/webp"): OpenApiTypes.BINARY,
            (200, "image/jpeg"): OpenApiTypes.BINARY,
            **answers({302: None}, 401, *READ),
        },
    )
    def get(
        self, request: Request, pk: UUID, size: str, url_key: str, extension: str
    ) -> HttpResponseBase:
        """The picture; use the URLs that come with a photo as they are."""
        return serve_photo(self.viewer, pk=pk, size=size, url_key=url_key, extension=extension)
