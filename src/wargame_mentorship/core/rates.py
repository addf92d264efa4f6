"""How often somebody may do something: by user, and by address behind a known number of proxies.

Counts lie in the host's cache and are shared by all doors. As all that count in a cache they are
approximate under concurrency; what must hold exactly is held by the database.
"""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.cache import cache

from wargame_mentorship.conf import app_settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
# Some proxies write the port of the client behind its address.
_WITH_PORT = re.compile(r"\[(.+)\](?::[0-9]+)?|([0-9.]+):[0-9]+")


def take(scope: str, ident: str, *, is_new: bool = False) -> float | None:
    """Count one use, if the rates leave room for it; they are read at each call.

    Args:
        scope: a key of `THROTTLES`.
        ident: who is counted, a user's key or an address.
        is_new: whether `NEW_ACCOUNT_THROTTLES` hold for them besides.

    Returns:
        None: it was counted. Else the seconds after which there is room again.
    """
    rates = [app_settings.THROTTLES[scope]]
    if is_new and scope in app_settings.NEW_ACCOUNT_THROTTLES:
        rates.append(app_settings.NEW_ACCOUNT_THROTTLES[scope])
    limits = [_limit(rate) for rate in rates]
    longest = max(seconds for _number, seconds in limits)
    key = f"wargame_mentorship:throttle:{scope}:{ident}"
    now = time.time()
    # The newest first.
    uses = [moment for moment in cache.get(key, ()) if moment > now - longest]
    waits = [_wait(uses, number, seconds, now) for number, seconds in limits]
    if any(waits):
        return max(waits)
    cache.set(key, [now, *uses], longest)
    return None


def _limit(rate: str) -> tuple[int, int]:
    """How many in how many seconds."""
    most, _, period = rate.partition("/")
    return int(most), _SECONDS[period]


def _wait(uses: Sequence[float], number: int, seconds: int, now: float) -> float:
    """Until when there is no room, in seconds; 0: there is."""
    recent = [moment for moment in uses if moment > now - seconds]
    if len(recent) < number:
        return 0
    return recent[number - 1] + seconds - now if number else seconds


def client_address(meta: Mapping[str, Any]) -> str:
    """The address of the client, an IPv6 one as its /64 (a household or a server has one).

    A client writes `X-Forwarded-For` as it likes, and proxies append to it: so the configured
    number of them is counted from the right, and without any the header is ignored.

    Args:
        meta: `request.META`.
    """
    proxies = app_settings.TRUSTED_PROXIES
    address = str(meta.get("REMOTE_ADDR", ""))
    if proxies:
        forwarded = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(forwarded) >= proxies and forwarded[-proxies]:
            address = forwarded[-proxies]
    if with_port := _WITH_PORT.fullmatch(address):
        address = with_port[1] or with_port[2]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
