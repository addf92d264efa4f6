"""What people and attackers send instead of a plain photo, and what becomes of it.

The list of the threat model, each by name: one list for the service, the API and the pages.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import cache
from typing import Final

from PIL import Image

from tests.photos.pictures import (
    DATA,
    HEIC,
    encoded,
    jpeg_of_scans,
    png_chunk,
    png_claiming,
    revealing,
    two_halves,
)
from wargame_mentorship.photos.cleaning import MAX_BYTES

SVG: Final = (
    b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
)
SCRIPT: Final = b"<script>document.title='pwned'</script>"


def truncated(format: str) -> bytes:
    whole = HEIC.read_bytes() if format == "HEIC" else encoded(two_halves((640, 480)), format)
    return whole[: len(whole) * 2 // 3]


def png_with(*chunks: tuple[bytes, bytes]) -> bytes:
    """A sound PNG with further chunks behind its header."""
    whole = encoded(two_halves(), "PNG")
    # Eight bytes of signature, then length, name, 13 bytes of header and checksum.
    end = 8 + 4 + 4 + 13 + 4
    return whole[:end] + b"".join(png_chunk(*chunk) for chunk in chunks) + whole[end:]


def bomb(megabytes: int) -> bytes:
    return zlib.compress(b"\0" * (megabytes * 1_000_000), 9)


def blank(mode: str, height: int, format: str) -> bytes:
    """5,001 pixels wide: a row or a column more than is taken."""
    return encoded(Image.new(mode, (5_001, height)), format)


def animation(format: str) -> bytes:
    frames = [two_halves(), Image.new("RGB", (64, 48), "white")]
    return encoded(frames[0], format, save_all=True, append_images=frames[1:])


REFUSED: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "nothing": (lambda: b"", "empty"),
    "12 MB": (lambda: encoded(two_halves(), "JPEG") + b"\0" * 12_000_000, "too_large"),
    "a byte over the limit": (lambda: b"\xff\xd8\xff" + b"\0" * (MAX_BYTES - 2), "too_large"),
    "text": (lambda: b"just some text, though its name ends in .jpg", "not_a_picture"),
    "HTML": (lambda: b"<html><body>" + SCRIPT, "not_a_picture"),
    "NULs": (lambda: b"\0" * 500, "not_a_picture"),
    "a program": (lambda: b"MZ\x90\0\x03" + b"\0" * 200, "not_a_picture"),
    "SVG with a script": (lambda: SVG, "unsupported"),
    "PDF": (lambda: b"%PDF-1.7\n1 0 obj << /JS (app.alert(1)) >>", "unsupported"),
    "GIF": (lambda: encoded(two_halves(), "GIF"), "unsupported"),
    "animated GIF": (lambda: animation("GIF"), "unsupported"),
    "GIF that is JavaScript": (lambda: b"GIF89a/*" + b"\0" * 100 + b"*/=1;alert(1)", "unsupported"),
    "TIFF": (lambda: encoded(two_halves(), "TIFF"), "unsupported"),
    "BMP": (lambda: encoded(two_halves(), "BMP"), "unsupported"),
    "a film": (lambda: b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 100, "unsupported"),
    "start of a JPEG": (lambda: b"\xff\xd8\xff\xe0", "broken"),
    "start of a PNG": (lambda: b"\x89PNG\r\n\x1a\n", "broken"),
    "start of a WebP": (lambda: b"RIFF\x10\0\0\0WEBP", "broken"),
    "start of a HEIC": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100, "broken"),
    "start of an AVIF": (lambda: b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + b"\0" * 100, "broken"),
    "truncated JPEG": (lambda: truncated("JPEG"), "broken"),
    "truncated PNG": (lambda: truncated("PNG"), "broken"),
    "truncated WebP": (lambda: truncated("WEBP"), "broken"),
    "truncated AVIF": (lambda: truncated("AVIF"), "broken"),
    "truncated HEIC": (lambda: truncated("HEIC"), "broken"),
    "JPEG of 200 scans": (lambda: jpeg_of_scans(200), "broken"),
    # With pi-heif 1.4.0 it crashes the decoder; in a process of its own, which is all that dies.
    "HEIC that crashes its decoder": ((DATA / "crashes-libheif.heic").read_bytes, "broken"),
    "169 megapixels in 160 KB": (lambda: png_claiming(13_000, 13_000), "too_many_pixels"),
    "60,000 wide": (lambda: png_claiming(60_000, 3), "too_many_pixels"),
    "25.005 megapixels of PNG": (lambda: blank("L", 5_000, "PNG"), "too_many_pixels"),
    "25.005 megapixels of JPEG": (lambda: blank("L", 5_000, "JPEG"), "too_many_pixels"),
    "15.003 megapixels of WebP": (lambda: blank("L", 3_000, "WEBP"), "too_many_pixels"),
    "15.003 megapixels, transparent": (lambda: blank("RGBA", 3_000, "PNG"), "too_many_pixels"),
}
"""By name: the file, and the code of the error that it meets."""


@cache
def refused_file(name: str) -> bytes:
    """Made once: some take a second."""
    return REFUSED[name][0]()


TAKEN: Final[dict[str, Callable[[], bytes]]] = {
    "JPEG with a position": lambda: revealing("JPEG"),
    "HEIC with a position": HEIC.read_bytes,
    "sideways": lambda: revealing("JPEG", orientation=6),
    "animated WebP": lambda: animation("WEBP"),
    "animated PNG": lambda: animation("PNG"),
    "CMYK": lambda: encoded(two_halves(mode="CMYK"), "JPEG"),
    "16 bit": lambda: encoded(two_halves(mode="L").convert("I;16"), "PNG"),
    "palette": lambda: encoded(two_halves(mode="P"), "PNG", transparency=0),
    "one bit": lambda: encoded(two_halves(mode="1"), "PNG"),
    "a single pixel": lambda: encoded(two_halves((1, 1)), "PNG"),
    "JPEG with an archive and a program behind it": lambda: (
        encoded(two_halves(), "JPEG") + b"PK\x03\x04<?php system('id'); ?>" + SCRIPT
    ),
    "JPEG with a script in its comment": lambda: encoded(two_halves(), "JPEG", comment=SCRIPT),
    "JPEG of 20 scans": lambda: jpeg_of_scans(20),
    "PNG with a script in its text": lambda: png_with((b"tEXt", b"Comment\0" + SCRIPT)),
    "profile that is none": lambda: encoded(two_halves(), "JPEG", icc_profile=b"no profile" * 20),
}
"""By name: files that are photos, if odd ones; nothing but the picture is kept of them."""

BOMBS: Final[dict[str, Callable[[], bytes]]] = {
    "text that unpacks to 200 MB": lambda: png_with((b"zTXt", b"Comment\0\0" + bomb(200))),
    "profile that unpacks to 200 MB": lambda: png_with((b"iCCP", b"icc\0\0" + bomb(200))),
    "fifty texts of 10 MB": lambda: png_with(*[(b"zTXt", b"Comment\0\0" + bomb(10))] * 50),
}
"""By name: small files of which a part wants to be large; taken or refused, but never unpacked."""
