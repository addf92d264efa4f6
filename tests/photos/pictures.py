"""Pictures of every kind that people send, made on the spot."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

RED, BLUE = (200, 30, 30), (30, 30, 200)
GPS_DATESTAMP = "1984:07:13"
CAMERA = "Secretcam Mark IX"
COMMENT = "my home address"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><secret>my workshop</secret></x:xmpmeta>'

DATA = Path(__file__).parent / "data"
HEIC = DATA / "red-blue.heic"
"""Left half red, right half blue, 64 x 48 pixels, with a GPS position in its EXIF."""


def two_halves(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue: a picture of which one sees how it was turned."""
    image = Image.new("RGB", size, RED)
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, *size), fill=BLUE)
    return image.convert(mode)


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    output = io.BytesIO()
    image.save(output, format, **options)
    return output.getvalue()


def revealing_exif(orientation: int = 1) -> Image.Exif:
    """EXIF with a position, a camera and an orientation."""
    exif = Image.Exif()
    exif[0x0110] = CAMERA
    exif[0x0112] = orientation
    position = exif.get_ifd(0x8825)
    position[1], position[2] = "N", (52.0, 31.0, 12.0)
    position[3], position[4] = "E", (13.0, 24.0, 36.0)
    position[29] = GPS_DATESTAMP
    return exif


def revealing(
    format: str, orientation: int = 1, image: Image.Image | None = None, *, profile: bool = True
) -> bytes:
    """A picture with everything in it that nobody else is to know."""
    options: dict[str, Any] = {"exif": revealing_exif(orientation), "xmp": XMP}
    if profile:
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        options["icc_profile"] = srgb.tobytes()
    if format == "JPEG":
        options["comment"] = COMMENT
    if format == "PNG":
        del options["xmp"]
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Comment", COMMENT, zip=False)
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", XMP.decode())
    return encoded(image or two_halves(), format, **options)


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header promises a size and whose data is there, as small as it gets."""
    compressor = zlib.compressobj(9)
    row = b"\0" * (width + 1)
    data = b"".join(compressor.compress(row) for _ in range(height)) + compressor.flush()

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", data)
        + png_chunk(b"IEND", b"")
    )


def png_chunk(name: bytes, body: bytes) -> bytes:
    checksum = zlib.crc32(name + body)
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", checksum)


def jpeg_of_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again."""
    data = encoded(two_halves((256, 256)), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * count + data[-2:]


def upload(content: bytes | None = None, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, encoded(two_halves(), "JPEG") if content is None else content)


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def is_close(pixel: Any, colour: tuple[int, int, int], tolerance: int = 12) -> bool:
    """Whether a pixel has about this colour, which is all that lossy encoders promise."""
    return all(abs(a - b) <= tolerance for a, b in zip(pixel, colour, strict=False))
