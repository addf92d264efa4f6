"""The categories that `wm_setup` starts a forum with; editors may change all of them.

Also read by `ForumCategory.display_name`, which translates a seeded name until somebody edits it.
Names are marked for translation here and stored in English.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext_noop as _


class Seed(NamedTuple):
    slug: str
    name: str
    description: str
    icon: str


SEEDS = (
    Seed(
        "painting",
        _("Painting questions"),
        _("From the first coat of primer to the last highlight."),
        "brush",
    ),
    Seed(
        "building",
        _("Building and converting"),
        _("Clippers, glue, green stuff, and what to do when it has set."),
        "hammer",
    ),
    Seed(
        "terrain",
        _("Terrain and bases"),
        _("Everything that models stand on."),
        "layers",
    ),
    Seed(
        "gaming",
        _("Rules and tactics"),
        _("How it is played, and how it is won."),
        "dices",
    ),
    Seed(
        "tools",
        _("Tools and materials"),
        _("What to buy, what to leave, and what lasts."),
        "sliders-horizontal",
    ),
    Seed(
        "general",
        _("General questions"),
        _("What fits nowhere else."),
        "messages-square",
    ),
)

_NAMES = {entry.slug: entry.name for entry in SEEDS}
_DESCRIPTIONS = {entry.slug: entry.description for entry in SEEDS}


def seeded_name(slug: str) -> str | None:
    return _NAMES.get(slug)


def seeded_description(slug: str) -> str | None:
    return _DESCRIPTIONS.get(slug)
