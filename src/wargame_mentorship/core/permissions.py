"""Asking a rule, and nothing else: nobody gets past a rule, superusers included."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from wargame_mentorship.core.errors import DomainError


class Asking(Protocol):
    """Whoever wants something; `host.Viewer` is one."""

    @property
    def takes_part(self) -> bool:
        """Whether they are signed in, and nobody has suspended them."""
        ...

    def refusal(self) -> DomainError:
        """What a rule's no means for them."""
        ...


V = TypeVar("V", bound=Asking)
Obj = TypeVar("Obj")
P = ParamSpec("P")


def taking_part(rule: Callable[Concatenate[V, P], bool]) -> Callable[Concatenate[V, P], bool]:
    """A rule about taking part: whoever is suspended does none of that, and goes on reading."""

    @wraps(rule)
    def asked(viewer: V, /, *args: P.args, **kwargs: P.kwargs) -> bool:
        return viewer.takes_part and rule(viewer, *args, **kwargs)

    return asked


def require(rule: Callable[[V, Obj], bool], viewer: V, obj: Obj) -> None:
    """Let only those pass whom the rule lets.

    Raises:
        SignInRequired: the rule says no to somebody who is not signed in.
        Suspended: it says no to somebody who takes part in nothing for a while.
        NotAllowed: it says no.
    """
    if not rule(viewer, obj):
        raise viewer.refusal()
