"""How a service writes: in one transaction, again if it lost a race, and never a 5xx."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import Model

from wargame_mentorship.core.errors import Busy

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 3

# Serialization failure and deadlock of PostgreSQL; deadlock, lock wait and "record has changed"
# of MariaDB. SQLite has no code here, only words.
_POSTGRES_STATES = {"40001", "40P01", "55P03"}
_MARIADB_CODES = {1020, 1205, 1213}


def is_lost_race(error: BaseException) -> bool:
    """Whether a database error means that somebody else was writing the same rows."""
    if not isinstance(error, OperationalError):
        return False
    cause = error.__cause__ or error
    if getattr(cause, "sqlstate", None) in _POSTGRES_STATES:
        return True
    code = error.args[0] if error.args else None
    return code in _MARIADB_CODES or "database is locked" in str(error)


class Enclosure(Protocol):
    """What a door wants written in the same transaction as the one write of a request."""

    def opened(self) -> None:
        """Called first thing in the transaction, again at each attempt."""
        ...

    def closing(self, result: Any) -> None:
        """Called last thing before the commit, with what the service returned."""
        ...


_enclosure: ContextVar[Enclosure | None] = ContextVar("enclosure", default=None)


@contextmanager
def enclosed_by(enclosure: Enclosure) -> Iterator[None]:
    """Enclose the write that the block makes; what comes before it stays outside.

    So a remote screening runs before the transaction, and an idempotency key is the first row
    inside it. A block that writes twice has only its first write enclosed: call one service.
    """
    token = _enclosure.set(enclosure)
    try:
        yield
    finally:
        _enclosure.reset(token)


def write(service: Callable[P, R]) -> Callable[P, R]:
    """Run a service in a transaction; a lost race is tried again, three times at most.

    Inside a transaction that somebody else opened (a host's `ATOMIC_REQUESTS`, a caller's
    `atomic`, an idempotent request) it joins that one: only the outermost can start again.

    Raises:
        Busy: the race was lost each time.
    """

    @wraps(service)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        outermost = not connection.in_atomic_block
        attempts = ATTEMPTS if outermost else 1
        enclosure = _enclosure.get()
        # Taken, not only read: neither the writes inside this one nor those that tasks make as
        # soon as it is committed are enclosed again.
        _enclosure.set(None)
        for attempt in range(1, attempts + 1):
            try:
                with transaction.atomic():
                    if enclosure is None:
                        return service(*args, **kwargs)
                    return _enclose(enclosure, service, *args, **kwargs)
            except OperationalError as error:
                if not is_lost_race(error) or not outermost:
                    raise
                if attempt == attempts:
                    raise Busy from error
                # A little jitter, so that the same two do not meet again.
                time.sleep(random.uniform(0.005, 0.03) * attempt)  # noqa: S311 - no secret
        raise Busy

    return wrapper


def _enclose(enclosure: Enclosure, service: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    enclosure.opened()
    result = service(*args, **kwargs)
    enclosure.closing(result)
    return result


def hold_row(entry: Model) -> None:
    """Hold the row of something to the end of the transaction; parents before their parts."""
    rows = type(entry)._default_manager.select_for_update().filter(pk=entry.pk)
    rows.values_list("pk", flat=True).first()
