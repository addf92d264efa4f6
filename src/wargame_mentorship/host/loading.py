"""Backends by dotted path, constructed once, and their failures made one kind of error."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import partial, wraps
from typing import Any, Final, cast

from django.core.signals import setting_changed
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError
from django.utils.module_loading import import_string

from wargame_mentorship.conf import NAME, BackendSpec, app_settings
from wargame_mentorship.core.errors import BackendUnavailable, DomainError
from wargame_mentorship.core.writes import is_lost_race
from wargame_mentorship.host.deadlines import Deadline
from wargame_mentorship.host.moderation import ModerationBackend
from wargame_mentorship.host.search import SearchBackend
from wargame_mentorship.host.social import SocialBackend
from wargame_mentorship.host.users import UsersBackend

logger = logging.getLogger("wargame_mentorship.host")

_backends: dict[str, tuple[BackendSpec, Any]] = {}


_END: Final = object()


class FailingClosed:
    """A backend whose failures are `BackendUnavailable`, logged once, without personal text.

    To fail is to raise, or not to answer within the seconds that the host gave it (`TIMEOUT`).
    """

    def __init__(self, seam: str, backend: Any, timeout: float | None = None) -> None:
        self._seam = seam
        self._backend = backend
        self._deadline = None if timeout is None else Deadline(timeout)

    def __getattr__(self, name: str) -> Any:
        method: Callable[..., Any] = getattr(self._backend, name)

        @wraps(method)
        def call(*args: Any, **kwargs: Any) -> Any:
            answer = self._ask(name, partial(method, *args, **kwargs))
            # What comes piece by piece can fail at each of them.
            return self._each(name, answer) if isinstance(answer, Iterator) else answer

        return call

    def _each(self, name: str, answers: Iterator[Any]) -> Iterator[Any]:
        while (answer := self._ask(name, partial(next, answers, _END))) is not _END:
            yield answer

    def _ask(self, name: str, question: Callable[[], Any]) -> Any:
        try:
            return question() if self._deadline is None else self._deadline.call(question)
        except DomainError:
            raise
        except (OperationalError, InterfaceError) as error:
            if is_lost_race(error):
                # Our own transaction is broken then; that is for the writer to handle.
                raise
            raise self._unavailable(name, error) from error
        except DatabaseError:
            raise
        except Exception as error:
            raise self._unavailable(name, error) from error

    def _unavailable(self, name: str, error: Exception) -> BackendUnavailable:
        logger.error("Backend %s failed in %s(): %s", self._seam, name, type(error).__name__)
        return BackendUnavailable()


def construct(spec: BackendSpec) -> Any:
    """Make the backend itself, unguarded.

    Raises:
        ImportError: nothing is at the dotted path.
        TypeError: it does not take the options.
    """
    return import_string(spec.path)(**spec.options)


def _load(seam: str) -> Any:
    spec: BackendSpec = getattr(app_settings, seam)
    known = _backends.get(seam)
    if known is None or known[0] != spec:
        known = (spec, FailingClosed(seam, construct(spec), spec.timeout))
        _backends[seam] = known
    return known[1]


def users() -> UsersBackend:
    return cast(UsersBackend, _load("USERS"))


def social() -> SocialBackend:
    return cast(SocialBackend, _load("SOCIAL"))


def moderation() -> ModerationBackend:
    return cast(ModerationBackend, _load("MODERATION"))


def search() -> SearchBackend:
    return cast(SearchBackend, _load("SEARCH"))


def forget_backends(*, setting: str = NAME, **_: Any) -> None:
    if setting == NAME:
        _backends.clear()


setting_changed.connect(forget_backends, dispatch_uid="wargame_mentorship.host.loading")
