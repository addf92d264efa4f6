"""The tutorial and the way back out, followed word by word on a site that `wagtail start` makes."""

from __future__ import annotations

import io
import os
import re
import shlex
import socket
import sqlite3
import subprocess
import sys
import sysconfig
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode, urljoin

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image, ImageDraw

import wargame_mentorship
from tests.docs.pages import DOCS, Block, blocks

TUTORIAL = DOCS / "tutorial" / "into-your-site.md"
UNINSTALL = DOCS / "how-to" / "uninstall.md"
PASSWORD = "miniature"

pytestmark = pytest.mark.skipif(
    os.environ.get("DJANGO_SETTINGS_MODULE") == "tests.settings.minimal",
    reason="The tutorial makes a host of its own; a run against one of ours is enough.",
)

PACKAGES = {"wagtail", "wargame-mentorship"}
"""All that a reader installs; both are installed where this runs, nothing is fetched."""


class Reader:
    """Somebody who does what a page says, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.server: subprocess.Popen[str] | None = None
        self.said: dict[str, str] = {}
        package = Path(wargame_mentorship.__file__).parent.parent
        self.environment = {
            **{name: os.environ[name] for name in ("HOME", "LANG", "PATH") if name in os.environ},
            # Harmless where the package is installed; in a clone it takes the place of that.
            "PYTHONPATH": str(package),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SUPERUSER_USERNAME": "ada",
            "DJANGO_SUPERUSER_EMAIL": "ada@example.org",
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        }

    def follow(self, page: Path) -> None:
        for block in blocks(page):
            if block.language == "console":
                for command in block.commands:
                    self.type(command)
                self.compare(block)
            elif block.target:
                self.edit(block, *block.target)

    def edit(self, block: Block, name: str, at_the_end: bool) -> None:
        file = self.folder / name
        assert file.exists() is at_the_end, name
        before = file.read_text() if at_the_end else ""
        file.write_text(f"{before}\n{block.text}")

    def type(self, command: str) -> None:
        program, *arguments = shlex.split(command)
        if program == "pip":
            assert arguments[0] in {"install", "uninstall"}
            assert set(arguments[1:]) <= PACKAGES
            return
        if arguments[1:] == ["runserver"]:
            self.start(arguments)
            return
        if arguments[1:] == ["createsuperuser"]:
            # What a reader is asked is in the environment.
            arguments = [*arguments, "--noinput"]
        scripts = Path(sysconfig.get_path("scripts"))
        found = sys.executable if program == "python" else str(scripts / program)
        done = subprocess.run(
            [found, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        self.said[command] = done.stdout + done.stderr

    def compare(self, block: Block) -> None:
        """Where the page says what a command answers, it does."""
        shown = [line for line in block.text.splitlines() if line and not line.startswith("$ ")]
        if shown:
            answered = self.said[block.commands[-1]].splitlines()
            assert [line for line in answered if line] == shown

    def start(self, arguments: list[str]) -> None:
        self.server = subprocess.Popen(
            [sys.executable, *arguments, str(self.port), "--noreload"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.server.stdout is not None
        said = ""
        # It says so once it listens; if it cannot start, its output ends.
        while line := self.server.stdout.readline():
            said += line
            if re.match(r"Starting (WSGI )?development server", line):
                return
        raise AssertionError(said)

    def stop(self) -> None:
        if self.server is not None:
            self.server.terminate()
            self.server.communicate(timeout=30)
            self.server = None


class Browser:
    """Enough of one to sign in and send a form."""

    def __init__(self, home: str) -> None:
        self.address = home
        self.page = ""
        self.headers: dict[str, str] = {}
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(cookies)

    def get(self, address: str) -> bytes:
        return self._open(urllib.request.Request(urljoin(self.address, address)))  # noqa: S310 - ours

    def send(self, fields: Mapping[str, object], *, multipart: bool = False) -> None:
        """Send the form of the present page, with what it holds already."""
        hidden = re.findall(
            r'<input[^>]*type="hidden"[^>]*name="(\w+)"[^>]*value="([^"]*)"', self.page
        )
        filled = {**dict(hidden), **fields}
        if multipart:
            body, kind = encode_multipart(BOUNDARY, filled), MULTIPART_CONTENT
        else:
            body, kind = urlencode(filled).encode(), "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind, "Referer": self.address}
        self._open(urllib.request.Request(self.address, body, headers))  # noqa: S310 - ours

    def _open(self, request: urllib.request.Request) -> bytes:
        with self.opener.open(request, timeout=60) as answer:
            content: bytes = answer.read()
            self.headers = dict(answer.headers)
            if self.headers["Content-Type"].startswith("text/html"):
                self.address, self.page = answer.url, content.decode()
        return content


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def miniature() -> io.BytesIO:
    picture = Image.new("RGB", (800, 600), "#f4efe6")
    ImageDraw.Draw(picture).ellipse((300, 100, 500, 500), fill="#7a2b1f")
    file = io.BytesIO()
    picture.save(file, "JPEG")
    file.name = "red-cloak.jpg"
    file.seek(0)
    return file


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Whoever has followed the tutorial to its end; the server runs."""
    reader = Reader(tmp_path_factory.mktemp("site"))
    try:
        reader.follow(TUTORIAL)
        yield reader
    finally:
        reader.stop()


def test_reader_of_the_tutorial_asks_with_a_photo_and_finds_it(reader: Reader) -> None:
    browser = Browser(f"http://127.0.0.1:{reader.port}/community/")
    browser.get("/community/")
    assert "Ask the first one" in browser.page

    browser.get("/community/help/ask/")
    question = {
        "title": "Why is my red cloak streaky?",
        "description": "Two coats over black primer, thinned with *one* drop of water.",
        "category": "basecoating",
        "urgency": "normal",
        "language": "en",
    }
    browser.send(question)
    assert "/admin/login/" in browser.address
    browser.send({"username": "ada", "password": PASSWORD})
    assert "/community/help/ask/" in browser.address
    assert question["title"] in browser.page
    photo = {"photo_0": miniature(), "alt_0": "A streaky red cloak"}
    browser.send({**question, **photo}, multipart=True)
    assert "<em>one</em>" in browser.page

    stranger = Browser(f"http://127.0.0.1:{reader.port}/community/")
    stranger.get("/community/help/?search=streaky")
    assert "Why is my red cloak streaky?" in stranger.page
    (thumbnail,) = re.findall(r'<img src="(/api/photos/[^"]+)"', stranger.page)
    picture = Image.open(io.BytesIO(stranger.get(thumbnail)))
    assert picture.format == "WEBP"
    assert stranger.headers["Content-Type"] == "image/webp"


def test_photo_lies_where_the_tutorial_says(reader: Reader) -> None:
    assert (reader.folder / "wargame_mentorship_photos").is_dir()
    assert not (reader.folder / "media" / "wargame_mentorship_photos").exists()


def test_tutorial_has_at_most_six_steps() -> None:
    steps = re.findall(r"^## (\d)\.", TUTORIAL.read_text(encoding="utf-8"), re.MULTILINE)

    assert steps == [str(number) for number in range(1, len(steps) + 1)]
    assert len(steps) <= 6


def test_uninstalling_leaves_no_table_behind(reader: Reader) -> None:
    # The last one: afterwards the site of the tutorial is an ordinary one again.
    reader.stop()

    reader.follow(UNINSTALL)

    with closing(sqlite3.connect(reader.folder / "db.sqlite3")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master")]
    assert "auth_user" in tables
    assert [name for name in tables if "wargame_mentorship" in name] == []
