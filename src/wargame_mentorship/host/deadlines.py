"""A deadline for backends that ask another service (`TIMEOUT` of a seam).

A call that hangs cannot be ended from outside, only left behind: so each runs in a thread of its
own, and whoever asked stops waiting. How many may be left behind at once is bounded, and once all
of them hang, nobody waits for another.

The thread has its own database connection, which sees none of the caller's uncommitted rows and
is closed again after the call: a backend that asks the database of this site needs no deadline
and is called directly.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

from django.db import connections
from django.utils import timezone, translation
from django.utils.translation import get_language

R = TypeVar("R")

MOST_AT_ONCE: Final = 64
"""How many calls of one seam a process has running."""


class Deadline:
    """Calls that are answered within so many seconds, or not at all."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._free = threading.BoundedSemaphore(MOST_AT_ONCE)

    def call(self, function: Callable[[], R]) -> R:
        """What the function returns or raises.

        Raises:
            TimeoutError: it has not answered, or so many others have not that it was not asked.
        """
        if not self._free.acquire(blocking=False):
            raise TimeoutError
        answer: Future[R] = Future()
        language, zone = get_language(), timezone.get_current_timezone()

        def run() -> None:
            try:
                with translation.override(language), timezone.override(zone):
                    answer.set_result(function())
            except BaseException as error:
                answer.set_exception(error)
            try:
                connections.close_all()
            finally:
                self._free.release()

        # A daemon: one that hangs does not keep the process from ending.
        thread = threading.Thread(target=run, name="wargame_mentorship backend", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            self._free.release()
            raise
        return answer.result(self.seconds)
