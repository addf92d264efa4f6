"""What can go wrong, each with a stable `code` that clients may rely on.

Services raise these; `api/base.py` and `web/base.py` translate them. Nothing here knows HTTP.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Message = str | Promise


class DomainError(Exception):
    """The base of all our errors; `code` is stable, `message` is translated."""

    code = "error"
    message: Message = _("This did not work.")

    def __init__(self, message: Message | None = None, *, code: str | None = None) -> None:
        self.message = message or self.message
        self.code = code or self.code
        super().__init__(str(self.code))


class SignInRequired(DomainError):
    code = "not_authenticated"
    message = _("Please sign in first.")


class NotAllowed(DomainError):
    """Seen, but not this person's to do."""

    code = "permission_denied"
    message = _("You may not do this.")


class Suspended(NotAllowed):
    """They read, and take part in nothing for a while."""

    code = "suspended"

    def __init__(self, until: datetime) -> None:
        super().__init__(
            _("You are suspended until %(date)s: until then you can read, and not take part.")
            % {"date": date_format(timezone.localtime(until), "DATETIME_FORMAT")}
        )
        self.until = until


class NotFound(DomainError):
    """Not there, or not visible to this person: the two are never told apart."""

    code = "not_found"
    message = _("This does not exist, or you may not see it.")


class Conflict(DomainError):
    """The thing is not in a state in which this can be done."""

    code = "conflict"


class WrongState(Conflict):
    code = "wrong_state"
    message = _("Somebody was faster: this is no longer possible.")


class Busy(Conflict):
    """A race was lost three times in a row; the same request may succeed in a moment."""

    code = "busy"
    message = _("Too many people are doing this at once. Please try again in a moment.")
    retry_after_seconds = 1


class Stale(DomainError):
    """The writer had an older version in hand (`If-Match`)."""

    code = "stale"
    message = _("This has changed since you opened it.")


class Invalid(DomainError):
    """Input that cannot be taken, by field: `fields[name] = [(message, code), ...]`."""

    code = "invalid"
    message = _("Please check what you entered.")

    def __init__(
        self,
        fields: Mapping[str, Sequence[tuple[Message, str]]],
        message: Message | None = None,
    ) -> None:
        super().__init__(message)
        self.fields = {name: list(errors) for name, errors in fields.items()}

    @classmethod
    def field(cls, name: str, message: Message, code: str = "invalid") -> Invalid:
        return cls({name: [(message, code)]})

    @property
    def texts(self) -> list[str]:
        """What is said of all fields, without their names."""
        return [str(text) for found in self.fields.values() for text, _code in found]


class BackendUnavailable(DomainError):
    """A seam to the host failed; nothing unfiltered was answered in its stead."""

    code = "backend_unavailable"
    message = _("A part of this site does not answer at the moment. Please try again soon.")
    retry_after_seconds = 30


class Throttled(DomainError):
    """More than the host's rates allow."""

    code = "throttled"
    message = _("You have sent more than is allowed in this time.")

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.retry_after_seconds = max(1, math.ceil(seconds))


class TooLarge(DomainError):
    code = "too_large"
    message = _("This is too large.")
