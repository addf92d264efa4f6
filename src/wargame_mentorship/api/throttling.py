"""How often the API answers somebody: `core/rates.py`, as REST framework asks it.

REST framework's own idea of an address trusts the whole `X-Forwarded-For` header, which a client
writes as it likes (measured: six answers at a limit of three).
"""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from wargame_mentorship.core.rates import SAFE_METHODS, client_address, take
from wargame_mentorship.host import Viewer


class Throttle(BaseThrottle):
    """Counts a request in one scope after another, until one has no room for it."""

    before_authentication = False
    _seconds: float | None = None

    def wait(self) -> float | None:
        return self._seconds

    def _allow(self, scope: str, ident: str, *, is_new: bool = False) -> bool:
        self._seconds = take(scope, ident, is_new=is_new)
        return self._seconds is None


class AddressThrottle(Throttle):
    """Counts for the client's address, and before anybody's password is looked at: guessing one
    has the same limit."""

    before_authentication = True

    def allow_request(self, request: Request, view: APIView) -> bool:
        return self._allow(f"{_kind(request)}-address", client_address(request.META))


class UserThrottle(Throttle):
    """Counts for whoever is signed in; writes also in the endpoint's own `throttle_scope`."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        viewer, kind = Viewer(request.user), _kind(request)
        if not viewer.is_authenticated:
            return True
        if not self._allow(f"{kind}-user", str(viewer.pk)):
            return False
        special = getattr(view, "throttle_scope", "")
        if not special or kind == "read":
            return True
        return self._allow(special, str(viewer.pk), is_new=viewer.is_new)


def _kind(request: Request) -> str:
    return "read" if request.method in SAFE_METHODS else "write"
