from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.template import Context, Template
from pytest_django.fixtures import Settings

from tests.photos.conftest import attach, files, make_photo
from tests.photos.pictures import encoded, opened, two_halves, upload
from wargame_mentorship.core.errors import BackendUnavailable, NotFound
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.host import Viewer
from wargame_mentorship.host.storage import photo_storage
from wargame_mentorship.photos import services
from wargame_mentorship.photos.files import remove_file
from wargame_mentorship.photos.models import FULL, READING, THUMBNAIL, Photo
from wargame_mentorship.photos.serving import PRIVATE, PUBLIC, may_see, serve_photo
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_superuser,
    make_user,
)

pytestmark = pytest.mark.django_db

NOBODY = Viewer(None)


def serve(viewer: Any, photo: Photo, size: str = READING, **changed: str) -> Any:
    key = {"url_key": photo.url_key, "extension": photo.extension_of(size), **changed}
    return serve_photo(Viewer.of(viewer), pk=photo.pk, size=size, **key)


def bytes_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_waiting_photo_is_its_owners_alone(ada: AbstractBaseUser, bruno: AbstractBaseUser) -> None:
    photo = make_photo(ada)

    for viewer in (NOBODY, bruno, make_moderator("painting"), make_superuser()):
        assert not may_see(Viewer.of(viewer), photo)
        with pytest.raises(NotFound):
            serve(viewer, photo)
    assert serve(ada, photo)["Cache-Control"] == PRIVATE


def test_waiting_photo_without_an_owner_is_nobodys(ada: AbstractBaseUser) -> None:
    photo = make_photo(ada)
    photo.owner = None

    assert not may_see(NOBODY, photo)
    assert not may_see(Viewer.of(ada), photo)


def test_photo_of_public_content_is_everybodys(
    ada: AbstractBaseUser, bruno: AbstractBaseUser, question: HelpRequest
) -> None:
    photo = attach(make_photo(ada), question, ada)

    for viewer in (NOBODY, ada, bruno):
        assert serve(viewer, photo)["Cache-Control"] == PUBLIC


def test_photo_of_private_content_is_for_those_who_see_it(
    ada: AbstractBaseUser, bruno: AbstractBaseUser
) -> None:
    question = make_help_request(ada, is_public=False)
    photo = attach(make_photo(ada), question, ada)

    for viewer in (NOBODY, bruno, make_moderator("gaming")):
        with pytest.raises(NotFound):
            serve(viewer, photo)
    for viewer in (ada, make_moderator("painting")):
        assert serve(viewer, photo)["Cache-Control"] == PRIVATE


def test_owner_does_not_see_what_they_attached_where_they_see_no_more(
    bruno: AbstractBaseUser,
) -> None:
    response = make_response(responder=bruno)
    (photo,) = services.attach_photos(
        actor=bruno,
        kind=HelpResponse.KIND,
        content_id=response.pk,
        photo_ids=[make_photo(bruno).pk],
    )
    assert may_see(Viewer.of(bruno), photo)

    HelpRequest.objects.filter(pk=response.help_request_id).update(is_public=False)

    assert not may_see(Viewer.of(bruno), photo)


def test_photo_of_an_unknown_kind_is_nobodys(ada: AbstractBaseUser, question: HelpRequest) -> None:
    photo = attach(make_photo(ada), question, ada)
    photo.content_type = "no_such_kind"

    assert not may_see(Viewer.of(ada), photo)
    assert not may_see(Viewer.of(make_superuser()), photo)


def test_url_with_another_key_size_or_ending_is_void(
    ada: AbstractBaseUser, question: HelpRequest
) -> None:
    photo = attach(make_photo(ada), question, ada)

    for changed in (
        {"url_key": "0" * 16},
        {"url_key": ""},
        {"extension": "jpg"},
        {"extension": "svg"},
        {"size": "fill-9000x9000"},
    ):
        with pytest.raises(NotFound):
            serve(ada, photo, **changed)


def test_urls_are_void_once_they_are_rotated(ada: AbstractBaseUser, question: HelpRequest) -> None:
    photo = attach(make_photo(ada), question, ada)
    other = attach(make_photo(ada), make_help_request(ada), ada)
    serve(ada, photo)

    services.rotate_urls(kind=HelpRequest.KIND, content_id=question.pk)

    with pytest.raises(NotFound):
        serve(ada, photo)
    fresh = Photo.objects.get(pk=photo.pk)
    assert {fresh.url, fresh.thumbnail_url, fresh.full_url}.isdisjoint(
        {photo.url, photo.thumbnail_url, photo.full_url}
    )
    assert serve(ada, fresh)
    assert serve(ada, other)


@pytest.mark.parametrize(
    ("size", "format", "dimensions"),
    [
        (THUMBNAIL, "WEBP", (480, 360)),
        (READING, "WEBP", (1200, 600)),
        (FULL, "JPEG", (2048, 1024)),
    ],
)
def test_every_size_is_made_when_it_is_asked_for(
    ada: AbstractBaseUser, size: str, format: str, dimensions: tuple[int, int]
) -> None:
    sent = encoded(two_halves((3000, 1500)), "JPEG")
    photo = services.upload_photo(actor=ada, file=upload(sent))

    response = serve(ada, photo, size)

    image = opened(bytes_of(response))
    assert (image.format, image.size) == (format, dimensions)
    assert response["Content-Type"] == f"image/{format.lower()}"


def test_size_is_made_once(
    ada: AbstractBaseUser, question: HelpRequest, django_assert_max_num_queries: Any
) -> None:
    photo = attach(make_photo(ada), question, ada)
    first = bytes_of(serve(ada, photo))
    kept = files()

    with django_assert_max_num_queries(6):
        assert bytes_of(serve(Viewer.of(ada), photo)) == first
    assert files() == kept
    assert photo.renditions.count() == 1


def test_small_photo_is_not_blown_up(ada: AbstractBaseUser) -> None:
    assert opened(bytes_of(serve(ada, make_photo(ada)))).size == (64, 48)


def test_transparency_is_kept(ada: AbstractBaseUser) -> None:
    ghost = two_halves(mode="RGBA")
    ghost.putalpha(100)
    photo = services.upload_photo(actor=ada, file=upload(encoded(ghost, "PNG")))

    assert photo.full_url.endswith(".webp")
    assert serve(ada, photo, FULL)["Content-Type"] == "image/webp"
    assert opened(bytes_of(serve(ada, photo))).mode == "RGBA"


def test_picture_can_be_nothing_but_a_picture(ada: AbstractBaseUser) -> None:
    photo = make_photo(ada)

    response = serve(ada, photo, FULL)

    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'"
    assert response["Content-Disposition"] == f'inline; filename="{photo.pk}-full.jpg"'
    assert response["Content-Length"] == str(photo.file_size)


def use(settings: Settings, **ours: Any) -> None:
    settings.WARGAME_MENTORSHIP = {**settings.WARGAME_MENTORSHIP, **ours}


def test_web_server_sends_the_file_by_x_accel(ada: AbstractBaseUser, settings: Settings) -> None:
    use(settings, SENDFILE="x-accel", SENDFILE_PREFIX="/inner")
    photo = make_photo(ada)

    response = serve(ada, photo, FULL)

    assert response["X-Accel-Redirect"] == f"/inner/{photo.file.name}"
    assert response["Content-Type"] == "image/jpeg"
    assert response["Cache-Control"] == PRIVATE
    assert response.content == b""


def test_web_server_sends_the_file_by_x_sendfile(ada: AbstractBaseUser, settings: Settings) -> None:
    use(settings, SENDFILE="x-sendfile")
    photo = make_photo(ada)

    response = serve(ada, photo, FULL)

    assert response["X-Sendfile"] == photo_storage().path(photo.file.name)
    assert response["Content-Type"] == "image/jpeg"


def test_storage_sends_the_file_by_a_signed_url_that_nobody_caches(
    ada: AbstractBaseUser, question: HelpRequest, settings: Settings, tmp_path: Any
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "bucket": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": "https://bucket.example/"},
        },
    }
    use(settings, SENDFILE="signed", PHOTO_STORAGE="bucket")
    photo = attach(make_photo(ada), question, ada)

    response = serve(NOBODY, photo, FULL)

    assert response.status_code == 302
    assert response["Location"] == f"https://bucket.example/{photo.file.name}"
    assert response["Cache-Control"] == PRIVATE


def test_nothing_is_sent_before_visibility_is_checked(
    ada: AbstractBaseUser, settings: Settings
) -> None:
    photo = make_photo(ada)
    for mode in ("x-accel", "x-sendfile", "signed"):
        use(settings, SENDFILE=mode)
        with pytest.raises(NotFound):
            serve(make_user(), photo)


def test_photo_whose_file_is_gone_is_not_there(ada: AbstractBaseUser) -> None:
    photo = make_photo(ada)
    remove_file(photo.file.name)

    for size in (FULL, READING):
        with pytest.raises(NotFound):
            serve(ada, photo, size)


def test_storage_without_what_the_setting_asks_for_is_unavailable(
    ada: AbstractBaseUser, settings: Settings
) -> None:
    """Our own folder signs no URLs: better no answer than a public one."""
    photo = make_photo(ada)
    use(settings, SENDFILE="signed")

    with pytest.raises(BackendUnavailable):
        serve(ada, photo, FULL)


def test_templates_of_wagtail_show_the_fixed_sizes(ada: AbstractBaseUser) -> None:
    photo = make_photo(ada, alt_text="A knight")
    tag = "{% load wagtailimages_tags %}{% image photo fill-480x360 format-webp %}"

    html = Template(tag).render(Context({"photo": photo}))

    assert f'src="{photo.thumbnail_url}"' in html
    assert 'alt="A knight"' in html


def test_other_sizes_have_no_url(ada: AbstractBaseUser) -> None:
    rendition = make_photo(ada).get_rendition("width-10")

    with pytest.raises(LookupError):
        _ = rendition.url
