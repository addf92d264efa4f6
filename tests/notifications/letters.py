"""What the tests of e-mails share: telling, sending, reading what was sent; a mail server."""

from __future__ import annotations

import email
import email.policy
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from typing import Any, ClassVar

from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import override_settings

from wargame_mentorship.events import services as events
from wargame_mentorship.events.models import Event
from wargame_mentorship.host.users import DefaultUsers
from wargame_mentorship.notifications import services

MEMORY_SOCIAL = {"BACKEND": "wargame_mentorship.testing.backends.MemorySocial"}
HOME = "https://club.example"


def a_site(**changed: Any) -> override_settings:
    """A host that says where it is and keeps its blocks in memory."""
    return override_settings(
        WARGAME_MENTORSHIP={"BASE_URL": HOME, "SOCIAL": MEMORY_SOCIAL, **changed},
        WAGTAIL_SITE_NAME="The Club",
        DEFAULT_FROM_EMAIL="The Club <post@club.example>",
    )


def no_site() -> override_settings:
    """A host of which nobody knows where it is; letters wait."""
    return override_settings(
        WARGAME_MENTORSHIP={"SOCIAL": MEMORY_SOCIAL}, WAGTAILADMIN_BASE_URL="http://example.com"
    )


def tell() -> None:
    """Dispatch all that has happened; e-mails wait from then on."""
    for event in Event.objects.filter(dispatched_at=None).order_by("occurred_at", "pk"):
        assert events.dispatch(event)


def send() -> tuple[int, int]:
    """Send what waits; returns how many went, and how many failed."""
    return services.send_waiting(older_than=timedelta(0))


def sent() -> list[EmailMessage]:
    """What Django's outbox holds, as a mail program reads it."""
    return [parsed(message.message().as_bytes()) for message in mail.outbox]


def parsed(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def header(message: EmailMessage, name: str) -> str:
    """A header without the blank that unfolding a long one leaves in front."""
    return str(message[name]).strip()


def part_of(message: EmailMessage, kind: str) -> str:
    """The text of one of the two alternatives: `plain` or `html`."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


class LanguageOfName(DefaultUsers):
    """People whose name begins with `hans` read German, on the clock of Auckland."""

    def language(self, user: Any) -> str:
        return "de" if user.get_username().startswith("hans") else super().language(user)

    def timezone(self, user: Any) -> Any:
        from zoneinfo import ZoneInfo

        return ZoneInfo("Pacific/Auckland") if user.get_username().startswith("hans") else None


class NoAddresses(DefaultUsers):
    def email(self, user: Any) -> None:
        return None


class StrangeNames(DefaultUsers):
    """A host that lets people be called anything."""

    def display_one(self, person: Any) -> Any:
        shown = super().display_one(person)
        return type(shown)(shown.id, 'Eve\r\nBcc: all@club.example <b onload="x">')


class Trouble(BaseEmailBackend):
    """Raises what the test says, as often as it says, and then delivers into the outbox."""

    errors: ClassVar[list[BaseException]] = []

    def send_messages(self, email_messages: Any) -> int:
        if self.errors:
            raise self.errors.pop(0)
        mail.outbox.extend(email_messages)
        return len(email_messages)


def trouble(*errors: BaseException) -> override_settings:
    Trouble.errors[:] = errors
    return override_settings(EMAIL_BACKEND="tests.notifications.letters.Trouble")


class PostOffice(socketserver.ThreadingTCPServer):
    """Enough of a mail server to take letters, and to refuse those of an address."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0, refused: str = "") -> None:
        super().__init__(("127.0.0.1", port), _Counter)
        self.refused = refused
        self.letters: list[EmailMessage] = []
        self.raw: list[bytes] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Counter(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        office: Any = self.server
        self._say("220 here")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"RCPT" and office.refused and office.refused.encode() in line:
                self._say("550 no such address")
            elif verb == b"DATA":
                self._say("354 go on")
                letter = b""
                while (line := self.rfile.readline()) != b".\r\n":
                    letter += line
                office.raw.append(letter)
                office.letters.append(parsed(letter))
                self._say("250 taken")
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 yes")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def post_office(port: int = 0, refused: str = "") -> Iterator[PostOffice]:
    with PostOffice(port, refused) as office:
        thread = threading.Thread(target=office.serve_forever)
        thread.start()
        try:
            yield office
        finally:
            office.shutdown()
            thread.join()


def smtp(port: int) -> override_settings:
    return override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        EMAIL_TIMEOUT=5,
    )


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
