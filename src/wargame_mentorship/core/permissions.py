"""Asking a rule, and nothing else: nobody gets past a rule, superusers included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from wargame_mentorship.core.errors import NotAllowed, SignInRequired


class Asking(Protocol):
    """Whoever wants something; `host.Viewer` is one."""

    @property
    def is_authenticated(self) -> bool: ...


V = TypeVar("V", bound=Asking)
Obj = TypeVar("Obj")


def require(rule: Callable[[V, Obj], bool], viewer: V, obj: Obj) -> None:
    """Let only those pass whom the rule lets.

    Raises:
        SignInRequired: the rule says no to somebody who is not signed in.
        NotAllowed: the rule says no.
    """
    if rule(viewer, obj):
        return
    raise NotAllowed if viewer.is_authenticated else SignInRequired
