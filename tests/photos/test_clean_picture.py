"""What comes out of `clean_picture`, and what does not get through."""

from __future__ import annotations

import io
import random
import subprocess
import warnings
from typing import NoReturn

import pytest
from PIL import Image, ImageCms, ImageOps

from tests.photos.corpus import REFUSED, TAKEN, refused_file
from tests.photos.pictures import (
    BLUE,
    CAMERA,
    COMMENT,
    GPS_DATESTAMP,
    HEIC,
    RED,
    encoded,
    is_close,
    jpeg_of_scans,
    opened,
    png_claiming,
    revealing,
    two_halves,
    upload,
)
from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.photos import cleaning
from wargame_mentorship.photos.cleaning import clean_picture


def refused(content: bytes) -> str:
    """The code with which a file is refused."""
    with pytest.raises(Invalid) as caught:
        clean_picture(upload(content))
    ((message, code),) = caught.value.fields["file"]
    assert str(message)
    return code


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_every_format_becomes_a_jpeg(format: str) -> None:
    clean = clean_picture(upload(encoded(two_halves(), format), "liar.txt"))

    image = opened(clean.content)
    assert (image.format, clean.extension) == ("JPEG", "jpg")
    assert image.size == (clean.width, clean.height) == (64, 48)
    assert is_close(image.getpixel((5, 24)), RED)
    assert is_close(image.getpixel((58, 24)), BLUE)


def test_heic_is_read() -> None:
    image = opened(clean_picture(upload(HEIC.read_bytes(), "IMG_0001.HEIC")).content)

    assert (image.format, image.size) == ("JPEG", (64, 48))
    assert is_close(image.getpixel((5, 24)), RED)
    assert is_close(image.getpixel((58, 24)), BLUE)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "HEIC"])
def test_no_trace_of_metadata_is_left(format: str) -> None:
    sent = HEIC.read_bytes() if format == "HEIC" else revealing(format)
    assert GPS_DATESTAMP.encode() in sent

    kept = clean_picture(upload(sent)).content

    for trace in (
        GPS_DATESTAMP,
        CAMERA,
        COMMENT,
        "my workshop",
        "Exif",
        "http://ns.adobe.com",
        "adobe:ns:meta",
        "ICC_PROFILE",
        "ICCP",
        "sRGB",
    ):
        assert trace.encode() not in kept
    assert not opened(kept).getexif()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_no_trace_is_left_of_pictures_without_a_profile(format: str) -> None:
    """Of which no new picture is made when their colours are converted."""
    kept = clean_picture(upload(revealing(format, profile=False))).content

    for trace in (GPS_DATESTAMP, CAMERA, COMMENT, "my workshop", "Exif", "adobe:ns:meta"):
        assert trace.encode() not in kept


def test_metadata_goes_with_transparency_too() -> None:
    ghost = two_halves(mode="RGBA")
    ghost.putalpha(100)

    clean = clean_picture(upload(revealing("PNG", image=ghost)))

    image = opened(clean.content)
    assert (image.format, image.mode, clean.extension) == ("WEBP", "RGBA", "webp")
    assert is_close(image.getpixel((5, 24)), (*RED, 100), tolerance=20)  # type: ignore[arg-type] # with alpha
    for trace in (GPS_DATESTAMP, CAMERA, COMMENT, "my workshop", "EXIF", "ICCP", "XMP"):
        assert trace.encode() not in clean.content


def test_opaque_transparency_is_dropped() -> None:
    assert clean_picture(upload(encoded(two_halves(mode="RGBA"), "PNG"))).extension == "jpg"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_picture_is_turned_upright(format: str) -> None:
    """Held sideways (orientation 6): the left edge of the data is the top of the scene."""
    image = opened(clean_picture(upload(revealing(format, orientation=6))).content)

    assert image.size == (48, 64)
    assert is_close(image.getpixel((24, 5)), RED)
    assert is_close(image.getpixel((24, 58)), BLUE)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_understood(orientation: int) -> None:
    """As Pillow's own function understands it, which is the reference."""
    scene = two_halves()
    scene.paste((0, 200, 0), (0, 0, 32, 24))
    sent = encoded(scene, "PNG", exif=_exif(orientation))

    upright = ImageOps.exif_transpose(opened(sent))
    image = opened(clean_picture(upload(sent)).content)

    assert image.size == upright.size
    width, height = image.size
    for at in ((5, 5), (width - 6, 5), (5, height - 6), (width - 6, height - 6)):
        assert is_close(image.getpixel(at), upright.convert("RGB").getpixel(at))  # type: ignore[arg-type] # RGB has tuples


def _exif(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def test_unreadable_exif_harms_nobody() -> None:
    sent = encoded(two_halves(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff rubbish")

    assert opened(clean_picture(upload(sent)).content).size == (64, 48)


def test_large_picture_is_scaled_down() -> None:
    clean = clean_picture(upload(encoded(two_halves((4000, 3000)), "JPEG")))

    assert (clean.width, clean.height) == (2048, 1536)
    assert is_close(opened(clean.content).getpixel((100, 700)), RED)


def test_small_picture_stays_small() -> None:
    clean = clean_picture(upload(encoded(two_halves((1, 1)), "PNG")))

    assert (clean.width, clean.height) == (1, 1)


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "LA", "I;16"])
def test_every_mode_is_understood(mode: str) -> None:
    grey = Image.new("L", (64, 48), 200)
    if mode == "I;16":
        image = Image.new("I;16", (64, 48), 200 * 257)
    elif mode == "1":
        image = Image.new("1", (64, 48), 1)
    else:
        image = grey.convert(mode)
    sent = encoded(image, "JPEG" if mode == "CMYK" else "PNG")

    result = opened(clean_picture(upload(sent)).content)

    expected = 255 if mode == "1" else 200
    assert result.mode == "RGB"
    assert is_close(result.getpixel((30, 20)), (expected,) * 3)


def test_transparent_colour_of_a_palette_is_kept() -> None:
    image = two_halves().quantize(2)
    index = image.getpixel((5, 5))
    result = opened(clean_picture(upload(encoded(image, "PNG", transparency=index))).content)

    assert result.mode == "RGBA"
    assert result.getpixel((5, 24))[3] < 30  # type: ignore[index] # RGBA has tuples
    assert result.getpixel((58, 24))[3] > 220  # type: ignore[index] # RGBA has tuples


def test_colours_of_another_profile_become_srgb() -> None:
    """A profile that swaps red and blue: whoever ignores it sees the wrong colours."""
    swapped = _swap_red_and_blue(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    sent = encoded(two_halves(), "PNG", icc_profile=swapped)

    image = opened(clean_picture(upload(sent)).content)

    assert is_close(image.getpixel((5, 24)), BLUE, tolerance=25)
    assert is_close(image.getpixel((58, 24)), RED, tolerance=25)


def _swap_red_and_blue(profile: bytes) -> bytes:
    swapped = bytearray(profile)
    red, blue = profile.index(b"rXYZ", 128), profile.index(b"bXYZ", 128)
    swapped[red : red + 4], swapped[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(swapped)


def test_damaged_profile_is_ignored() -> None:
    sent = encoded(two_halves(), "JPEG", icc_profile=b"no profile at all" * 20)

    assert is_close(opened(clean_picture(upload(sent)).content).getpixel((5, 24)), RED)


@pytest.mark.parametrize("format", ["WEBP", "PNG", "AVIF"])
def test_first_picture_of_an_animation_is_kept(format: str) -> None:
    first, second = Image.new("RGB", (32, 32), RED), Image.new("RGB", (32, 32), BLUE)
    sent = encoded(first, format, save_all=True, append_images=[second], duration=100)

    image = opened(clean_picture(upload(sent)).content)

    assert getattr(image, "n_frames", 1) == 1
    assert is_close(image.getpixel((16, 16)), RED)


@pytest.mark.parametrize("name", TAKEN)
def test_of_an_odd_photo_nothing_but_the_picture_is_kept(name: str) -> None:
    kept = clean_picture(upload(TAKEN[name]()))

    assert kept.content.startswith((b"\xff\xd8\xff", b"RIFF"))
    assert opened(kept.content).size == (kept.width, kept.height)
    for trace in (b"<?php", b"PK\x03\x04", b"<script", b"Exif", b"no profile"):
        assert trace not in kept.content


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_of_ours_is_refused(name: str) -> None:
    assert refused(refused_file(name)) == REFUSED[name][1]


def test_heic_with_too_many_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "MAX_PIXELS", 64 * 48 - 1)

    assert refused(HEIC.read_bytes()) == "too_many_pixels"


def test_secrets_of_the_site_are_kept_from_the_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "miniature")
    seen: list[dict[str, str]] = []

    def look(*args: object, env: dict[str, str], **options: object) -> NoReturn:
        seen.append(env)
        raise OSError

    monkeypatch.setattr(subprocess, "run", look)

    assert refused(HEIC.read_bytes()) == "broken"
    assert "miniature" not in seen[0].values()


def test_progressive_jpeg_of_a_camera_is_taken() -> None:
    assert clean_picture(upload(jpeg_of_scans(20))).width == 256


def test_bytes_that_look_like_scans_behind_the_picture_are_not_counted() -> None:
    """A phone's moving photo: a JPEG, then a film."""
    sent = encoded(two_halves(), "JPEG") + b"\xff\xda\x00\x02" * 500

    assert clean_picture(upload(sent)).width == 64


def test_too_many_pixels_are_refused_where_warnings_are_errors() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert refused(png_claiming(10_000, 9_000)) == "too_many_pixels"


def test_webp_of_a_size_that_only_its_header_claims_is_refused() -> None:
    header = b"\x10\0\0\0" + (16_000_000 - 1).to_bytes(3, "little") * 2
    content = b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0" + header

    assert refused(content) == "too_many_pixels"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "HEIC"])
def test_damaged_bytes_are_taken_or_refused_and_nothing_else(format: str) -> None:
    whole = HEIC.read_bytes() if format == "HEIC" else revealing(format)
    dice = random.Random(f"{format} 20260101")
    outcomes = set()
    # Each HEIC starts a process.
    for _ in range(20 if format == "HEIC" else 100):
        damaged = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        if dice.random() < 0.3:
            del damaged[dice.randrange(len(damaged)) :]
        try:
            clean = clean_picture(upload(bytes(damaged)))
        except Invalid as error:
            outcomes.add(error.fields["file"][0][1])
        else:
            outcomes.add("taken")
            assert Image.open(io.BytesIO(clean.content)).size == (clean.width, clean.height)
    assert outcomes <= {"taken", "broken", "not_a_picture", "too_many_pixels", "unsupported"}
    assert "broken" in outcomes
