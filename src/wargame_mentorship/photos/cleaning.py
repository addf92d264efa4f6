"""From a file that somebody sent to a picture that is safe to keep and to show.

Everything that was in the file except what can be seen is lost on the way: the place it was taken
at, the camera, thumbnails of what was cropped away, whatever else was hidden behind the picture.
Of an animation the first picture is kept. Nothing here touches the database.
"""

from __future__ import annotations

import io
import logging
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.core.files import File
from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image, ImageCms

from wargame_mentorship.core.errors import Invalid, Message

logger = logging.getLogger("wargame_mentorship.photos")

MAX_BYTES: Final = 10 * 1024 * 1024
LARGEST_BODY: Final = MAX_BYTES + 1024 * 1024
"""Of a request that brings one picture, in bytes; a larger one need not even be read."""
TOO_LARGE: Final = _("The file is too large. Use one of at most 10 MB.")
MAX_PIXELS: Final = 25_000_000
MAX_SIDE: Final = 20_000
LONGEST_SIDE: Final = 2048
QUALITY: Final = 85

# WebP, which Pillow only reads through libwebp's animation decoder, and pictures with transparency
# are held up to four times while they are decoded: 390 MB of 25 megapixels. No camera makes them.
_MAX_PIXELS_COSTLY: Final = 15_000_000

# A progressive JPEG of 10 MB has room for half a million scans, and decoding goes over the whole
# picture for each. Cameras write ten; libjpeg-turbo's own fuzzers stop at 500.
_MAX_SCANS: Final = 100
_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

# Each takes up to 300 MB while it is decoded, however many threads a worker has.
_at_work = threading.BoundedSemaphore(2)

_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_HEIC_PROGRAM: Final = str(Path(__file__).with_name("heic.py"))
_HEIC_SECONDS: Final = 30
_HEIC_TOO_MANY_PIXELS: Final = 3
_HEIC_ENVIRONMENT: Final = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
_HEIC_BRANDS: Final = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_AVIF_BRANDS: Final = {b"avif", b"avis"}
_OTHER_FORMATS: Final = (
    b"GIF8",
    b"II*\0",
    b"MM\0*",
    b"BM",
    b"8BPS",
    b"%PDF-",
    b"\0\0\1\0",
    b"\0\0\0\x0cjP  ",
    b"\xff\x0a",
    b"\0\0\0\x0cJXL ",
)


@dataclass(frozen=True)
class CleanPicture:
    """Bytes to keep; `extension` is without its dot, `jpg` or (with transparency) `webp`."""

    content: bytes
    extension: str
    width: int
    height: int


def clean_picture(file: File[bytes]) -> CleanPicture:
    """Check, decode, turn upright, shrink and encode anew what somebody sent.

    Takes up to a few seconds: call it outside a transaction.

    Raises:
        Invalid: of the field `file`, with one of the codes `empty`, `too_large` (bytes),
            `too_many_pixels`, `not_a_picture`, `unsupported` (a picture of another format) and
            `broken` (cut off, damaged).
    """
    data = file.read(MAX_BYTES + 1)
    if not data:
        raise _refusal(_("The file is empty."), "empty")
    if len(data) > MAX_BYTES:
        raise _refusal(TOO_LARGE, "too_large")
    kind = _kind_of(data)
    with _at_work:
        try:
            if kind == "HEIC":
                kind, data = "PNG", _png_of_heic(data)
            return _encode(_decode(kind, data))
        except Invalid:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            # The second is raised where a host turns warnings into errors; a limit of Pillow's
            # that is wider than ours.
            raise _too_many_pixels() from error
        except Exception as error:
            # Decoders raise a dozen kinds of errors on damaged input.
            logger.info("A picture could not be decoded: %s", type(error).__name__)
            raise _broken() from error


def _refusal(message: Message, code: str) -> Invalid:
    return Invalid.field("file", message, code)


def _too_many_pixels(limit: int = MAX_PIXELS) -> Invalid:
    message = _("The picture has too many pixels. Use one of at most %(limit)d megapixels.")
    return _refusal(message % {"limit": limit // 1_000_000}, "too_many_pixels")


def _broken() -> Invalid:
    return _refusal(
        _("This picture is damaged or incomplete. Try to export or take it anew."), "broken"
    )


def _unsupported() -> Invalid:
    return _refusal(
        _("This kind of file cannot be shown. Use a JPEG, PNG, WebP, HEIC or AVIF file."),
        "unsupported",
    )


def _kind_of(data: bytes) -> str:
    """The format by the first bytes, whatever the name of the file says."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        length = min(int.from_bytes(data[:4], "big"), 512)
        brands = {data[8:12], *(data[i : i + 4] for i in range(16, length, 4))}
        if brands & _AVIF_BRANDS:
            return "AVIF"
        if brands & _HEIC_BRANDS:
            return "HEIC"
        raise _unsupported()
    if data.startswith(_OTHER_FORMATS) or b"<svg" in data[:1024].lower():
        raise _unsupported()
    raise _refusal(
        _("This is not a picture. Use a JPEG, PNG, WebP, HEIC or AVIF file."), "not_a_picture"
    )


def _limit(mode: str) -> int:
    return _MAX_PIXELS_COSTLY if mode in ("RGBA", "LA") else MAX_PIXELS


def _check_size(size: tuple[int, int], limit: int = MAX_PIXELS) -> None:
    width, height = size
    if width * height > limit or max(size) > MAX_SIDE:
        raise _too_many_pixels(limit)


def _decode(kind: str, data: bytes) -> Image.Image:
    if kind == "JPEG":
        _check_scans(data)
    elif kind == "WEBP":
        # Before Pillow opens it, which makes room for the whole picture at once.
        _check_size(_webp_size(data), _MAX_PIXELS_COSTLY)
    image = Image.open(io.BytesIO(data), formats=(kind,))
    _check_size(image.size, _limit(image.mode))
    turn = _turn(image)
    # Decodes a large JPEG at a half, a quarter or an eighth, whichever is still large enough.
    image.draft(image.mode, (LONGEST_SIDE, LONGEST_SIDE))
    image.load()
    # Some decoders keep here what is as large as the picture itself.
    image.fp = None
    small = _shrunk(image)
    return small if turn is None else small.transpose(turn)


def _png_of_heic(data: bytes) -> bytes:
    """Raises: CalledProcessError, TimeoutExpired: it cannot be decoded."""
    limits = (MAX_PIXELS, _MAX_PIXELS_COSTLY, MAX_SIDE, LONGEST_SIDE)
    # A web server that embeds Python names itself as the executable.
    pythons = (Path(sys.prefix, "bin", "python"), Path(sys.prefix, "Scripts", "python.exe"))
    python = next((path for path in pythons if path.exists()), sys.executable)
    ran = subprocess.run(  # noqa: S603 - a program and numbers of ours; what was sent is its input
        [python, _HEIC_PROGRAM, *map(str, limits)],
        input=data,
        # What it needs to find its libraries, and no secrets of the site.
        env={
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            **{name: os.environ[name] for name in _HEIC_ENVIRONMENT if name in os.environ},
        },
        capture_output=True,
        timeout=_HEIC_SECONDS,
        check=False,
    )
    if ran.returncode == _HEIC_TOO_MANY_PIXELS:
        raise _too_many_pixels()
    ran.check_returncode()
    return ran.stdout


def _check_scans(data: bytes) -> None:
    """Raises: Invalid: a JPEG with so many scans that decoding would take minutes."""
    position, scans = 2, 0
    while found := _MARKER.search(data, position):
        marker, position = data[found.start() + 1], found.end()
        if marker == 0xD9:  # the end; what follows is another file
            return
        if marker in (0x01, 0xD8):  # those without a body
            continue
        if marker == 0xDA:
            scans += 1
        if scans > _MAX_SCANS:
            raise _broken()
        position += max(2, int.from_bytes(data[position : position + 2], "big"))


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height as the header says (RFC 9649)."""
    chunk = data[12:16]
    if chunk == b"VP8X":
        width, height = data[24:27], data[27:30]
        return 1 + int.from_bytes(width, "little"), 1 + int.from_bytes(height, "little")
    if chunk == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 ":
        width, height = data[26:28], data[28:30]
        return int.from_bytes(width, "little") & 0x3FFF, int.from_bytes(height, "little") & 0x3FFF
    raise _broken()


def _turn(image: Image.Image) -> Image.Transpose | None:
    """What brings the picture upright, by its EXIF."""
    try:
        return _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:
        # Many programs write EXIF that cannot be read; the picture is none the worse for it.
        return None


def _shrunk(image: Image.Image) -> Image.Image:
    """The picture with its longest side in bounds, in a mode that can be scaled well."""
    if image.mode.startswith(("I", "F")):
        image = image.point(lambda value: value * (1 / 257)).convert("L")
    elif image.mode != "RGBA" and image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode in ("P", "1"):
        image = image.convert("RGB")
    # Does nothing where the picture is small enough. Nobody tells it from Lanczos, which was half
    # of the time that an upload took.
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.HAMMING, reducing_gap=2.0)
    return image


def _in_srgb(image: Image.Image) -> Image.Image:
    """The colours as sRGB, which is what a picture without a profile is taken for."""
    image = image.convert("RGB") if image.mode == "RGBA" else image
    profile = image.info.get("icc_profile")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            # A profile that is damaged, or of another kind of picture.
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def _encode(image: Image.Image) -> CleanPicture:
    # A new picture: Pillow would write comments, profiles and EXIF of the old one again.
    clean = Image.new("RGB", image.size)
    clean.paste(_in_srgb(image))
    output = io.BytesIO()
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    if alpha is not None and alpha.getextrema() != (255, 255):
        clean.putalpha(alpha)
        clean.save(output, "WEBP", quality=QUALITY)
        extension = "webp"
    else:
        clean.save(output, "JPEG", quality=QUALITY, optimize=True)
        extension = "jpg"
    return CleanPicture(output.getvalue(), extension, *clean.size)
