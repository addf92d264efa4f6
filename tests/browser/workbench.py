"""A small site for the custom elements alone: their real pieces and script, a form, and endpoints.

It runs without Django's server and database, so a test costs a second; what goes over the wire is
real. Every page has a strict policy and a title that says if it was violated.
"""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from django.template.loader import render_to_string
from PIL import Image

import wargame_mentorship

STATIC = Path(wargame_mentorship.__file__).parent / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)
TYPES = {".js": "text/javascript", ".css": "text/css"}

FORM = """
<wm-help-request-form data-draft-url="/draft/" data-similar-url="/similar/">
  <form class="wm-form" method="post" action="/ask/" enctype="multipart/form-data" novalidate>
    <input type="hidden" name="draft" value="draft-7">
    <input type="hidden" name="csrfmiddlewaretoken" value="the-token">
    <div class="wm-field"><label for="id_title">Your question</label>
      <input id="id_title" name="title" value="{title}"></div>
    <wm-similar></wm-similar>
    <div class="wm-field"><label for="id_description">What happened?</label>
      <textarea id="id_description" name="description">{description}</textarea></div>
    <fieldset><legend>What is it about?</legend>
      <label><input type="radio" id="id_category" name="category" value="painting"> Painting</label>
      <label for="id_part">Part</label>
      <select id="id_part" name="part.painting"><option value="">In general</option>
        <option value="washing">Washing</option></select>
      <label for="id_paint">Paint</label><input id="id_paint" name="facet.painting.paint">
      <details data-part="washing"><summary>If it is about washing</summary>
        <label for="id_wash">Wash</label><input id="id_wash" name="facet.washing.wash"></details>
    </fieldset>
    <label><input type="checkbox" id="id_is_private" name="is_private"> Private</label>
    <wm-photo-picker data-upload-url="/photos/" data-most="4">
      <fieldset class="wm-picker"><legend>Photos</legend>
        {picked}
        <div class="wm-photo-rows"><input type="file" name="photo_0" aria-label="Photo 1"></div>
      </fieldset>
    </wm-photo-picker>
    <button class="wm-button wm-primary">Ask</button>
  </form>
</wm-help-request-form>
"""


@dataclass
class Upload:
    """A photo as it has arrived."""

    name: str
    content: bytes
    alt_text: str
    token: str

    @property
    def size(self) -> tuple[int, int]:
        return Image.open(io.BytesIO(self.content)).size

    @property
    def format(self) -> str | None:
        return Image.open(io.BytesIO(self.content)).format


@dataclass
class Workbench:
    """What the site answers, and what has reached it."""

    def __post_init__(self) -> None:
        self.lets_uploads_through.set()

    url: str = ""
    viewer: str = "ada"
    pages: dict[str, str] = field(default_factory=dict)
    """Bodies by path."""
    title: str = ""
    description: str = ""
    picked: str = ""
    """Photos that the form has when it arrives."""
    uploads: list[Upload] = field(default_factory=list)
    uploads_fail: list[tuple[int, str]] = field(default_factory=list)
    """Status and body of what the next uploads are told instead of being taken."""
    lets_uploads_through: threading.Event = field(default_factory=threading.Event)
    posts: list[dict[str, list[str]]] = field(default_factory=list)
    refuses_posts: bool = False
    drafts: list[dict[str, str] | str] = field(default_factory=list)
    """What was saved, or the query of a deletion."""
    takes_drafts: bool = True
    similar: Callable[[str], str] = lambda title: ""
    asked_similar: list[str] = field(default_factory=list)

    def page(self, path: str) -> str:
        body = self.pages.get(path)
        if body is None:
            body = FORM.format(title=self.title, description=self.description, picked=self.picked)
        client = render_to_string(
            "wargame_mentorship/parts/client.html", {"viewer_hash": self.viewer}
        )
        css = "/static/wargame_mentorship/wargame_mentorship.css"
        return (
            '<!doctype html><html lang="en"><head><title>Workbench</title>'
            '<meta name="viewport" content="width=device-width"><link rel="icon" href="/icon">'
            f'<link rel="stylesheet" href="{css}"></head>'
            f'<body><main class="wm">{body}</main>{client}</body></html>'
        )


class Handler(BaseHTTPRequestHandler):
    bench: Workbench
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        if path.path.startswith("/static/"):
            file = STATIC / path.path.removeprefix("/static/")
            self.answer(200, file.read_bytes(), TYPES[file.suffix])
        elif path.path == "/similar/":
            title = parse_qs(path.query)["title"][0]
            self.bench.asked_similar.append(title)
            self.answer(200, self.bench.similar(title))
        elif path.path.startswith("/thumbnail/"):
            output = io.BytesIO()
            Image.new("RGB", (48, 36), "teal").save(output, "PNG")
            gone = path.path.endswith("gone")
            self.answer(404 if gone else 200, output.getvalue(), "image/png")
        elif path.path == "/icon":
            self.answer(204, b"")
        else:
            self.answer(200, self.bench.page(path.path))

    def do_POST(self) -> None:
        parts = self.parts()
        if self.path == "/photos/":
            self.take_photo(parts)
            return
        fields: dict[str, list[str]] = {}
        for name, part in parts:
            fields.setdefault(name, []).append(text(part))
        self.bench.posts.append(fields)
        if self.bench.refuses_posts:
            self.bench.title = fields["title"][0]
            self.bench.description = fields["description"][0]
            self.answer(400, self.bench.page(self.path))
        else:
            self.answer(302, b"", location="/asked/")

    def take_photo(self, parts: list[tuple[str, Message]]) -> None:
        found = dict(parts)
        self.bench.lets_uploads_through.wait(30)
        if self.bench.uploads_fail:
            status, body = self.bench.uploads_fail.pop(0)
            if not status:
                self.close_connection = True
                self.connection.close()
                return
            kind = "application/json" if body.startswith("{") else "text/html"
            self.answer(status, body, kind)
            return
        photo = Upload(
            found["file"].get_filename() or "",
            bytes(found["file"].get_payload(decode=True) or b""),
            text(found["alt_text"]),
            self.headers.get("X-CSRFToken", ""),
        )
        self.bench.uploads.append(photo)
        key = str(uuid4())
        answer = {"id": key, "url": f"/thumbnail/{key}", "thumbnail_url": f"/thumbnail/{key}"}
        self.answer(201, json.dumps(answer), "application/json")

    def do_PUT(self) -> None:
        fields = parse_qs(self.body().decode())
        body = {name: values[0] for name, values in fields.items()}
        if self.bench.takes_drafts:
            self.bench.drafts.append(body)
        self.answer(200 if self.bench.takes_drafts else 403, "{}", "application/json")

    def do_DELETE(self) -> None:
        self.bench.drafts.append(urlsplit(self.path).query)
        self.answer(204, b"")

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def parts(self) -> list[tuple[str, Message]]:
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        message = message_from_bytes(head + self.body())
        payload: Any = message.get_payload()
        place = "content-disposition"
        return [(str(part.get_param("name", header=place)), part) for part in payload]

    def answer(
        self, status: int, body: str | bytes, kind: str = "text/html", location: str = ""
    ) -> None:
        content = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", POLICY)
        # A page that comes back from the cache has not been asked for again.
        self.send_header("Cache-Control", "no-store")
        if location:
            self.send_header("Location", location)
        self.end_headers()
        if status != 204:
            self.wfile.write(content)


def text(part: Message) -> str:
    return bytes(part.get_payload(decode=True) or b"").decode()


def serve(bench: Workbench) -> ThreadingHTTPServer:
    handler = type("BenchHandler", (Handler,), {"bench": bench})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    bench.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
