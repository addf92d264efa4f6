"""Counting views: once an hour each, and no bots."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.cache import cache

from wargame_mentorship.core.idempotency import digest
from wargame_mentorship.core.rates import client_address

VIEW_COUNTS_EVERY = timedelta(hours=1)
_BOT = re.compile(
    r"bot|crawl|spider|slurp|preview|fetch|curl|wget|python|monitor|headless|http", re.IGNORECASE
)


def visitor_of(meta: Mapping[str, Any]) -> str:
    """Who reads, from `request.META`: a digest of address and browser.

    "" for a bot, a prefetch or nobody.
    """
    agent = str(meta.get("HTTP_USER_AGENT", ""))
    if not agent or _BOT.search(agent) or meta.get("HTTP_SEC_PURPOSE"):
        return ""
    return digest(client_address(meta), agent)


def is_first_visit(content_id: UUID, who: str) -> bool:
    """Whether this person has not read this within the hour; asking is visiting.

    Args:
        who: a user's key, or what `visitor_of` says; nobody ("") is never counted.
    """
    if not who:
        return False
    seen = f"wargame_mentorship:viewed:{content_id}:{who}"
    return bool(cache.add(seen, 1, timeout=int(VIEW_COUNTS_EVERY.total_seconds())))
