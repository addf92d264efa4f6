"""What people read of moderation: the moves, what they mean, and why something waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Labels = Mapping[str, str | Promise]

MOVES: Labels = MappingProxyType(
    {
        "approve": _("Approve"),
        "reject": _("Reject"),
        "hide": _("Hide"),
        "restore": _("Show it again"),
    }
)
MEANINGS: Labels = MappingProxyType(
    {
        "approve": _("It comes into view, and those concerned are told."),
        "reject": _("It stays out of view: only its author and the moderators see it."),
        "hide": _("It goes out of view: only its author and the moderators see it."),
        "restore": _("It comes back into view."),
    }
)
BUNDLES: Labels = MappingProxyType(
    {
        "approve": _("Approve all that waits"),
        "reject": _("Reject all that waits, and hide what they wrote within ten minutes of it"),
    }
)
"""The moves with what waits of one person."""
REASONS: Labels = MappingProxyType(
    {
        "first_post": _("the first that somebody writes"),
        "links": _("many links by a new account"),
        "media": _("photos of a new account"),
        "too_fast": _("much within a minute"),
        "trust": _("somebody who is not trusted yet"),
        "watched_word": _("a watched word"),
    }
)
"""The reasons of the default screening; those of a host's are read by their names."""


def spoken(reasons: Iterable[str]) -> str:
    return ", ".join(str(REASONS.get(reason, reason)) for reason in reasons)
