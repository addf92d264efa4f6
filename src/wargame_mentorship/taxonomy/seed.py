"""The categories that every installation starts with; editors may change all of them.

Read by the migration that seeds them and by `Category.display_name`, which translates a seeded
name until somebody edits it. Names are marked for translation here and stored in English.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext_noop as _


class Seed(NamedTuple):
    slug: str
    name: str
    icon: str
    parts: tuple[tuple[str, str], ...]


SEEDS = (
    Seed(
        "painting",
        _("Painting"),
        "brush",
        (
            ("priming", _("Priming")),
            ("basecoating", _("Base coating")),
            ("layering", _("Layering")),
            ("highlighting", _("Highlighting")),
            ("washing", _("Washing")),
            ("drybrushing", _("Drybrushing")),
            ("weathering", _("Weathering")),
            ("airbrushing", _("Airbrushing")),
            ("freehand", _("Freehand")),
            ("object-source-lighting", _("Object source lighting")),
            ("non-metallic-metal", _("Non-metallic metal")),
            ("varnishing", _("Varnishing")),
        ),
    ),
    Seed(
        "modeling",
        _("Modeling"),
        "hammer",
        (
            ("assembly", _("Assembly")),
            ("kitbashing", _("Kitbashing")),
            ("sculpting", _("Sculpting")),
            ("basing", _("Basing")),
            ("terrain", _("Terrain")),
            ("magnetising", _("Magnetising")),
        ),
    ),
    Seed(
        "gaming",
        _("Gaming"),
        "dices",
        (
            ("rules", _("Rules")),
            ("tactics", _("Tactics")),
            ("list-building", _("List building")),
            ("campaign", _("Campaign")),
        ),
    ),
    Seed(
        "general",
        _("General"),
        "messages-square",
        (
            ("tools", _("Tools")),
            ("workspace", _("Workspace")),
            ("photography", _("Photography")),
            ("motivation", _("Motivation")),
        ),
    ),
)


class Prompt(NamedTuple):
    category: str
    slug: str
    label: str
    suggestions: tuple[str, ...] = ()


# Numbers only: what an editor suggests is shown as it is, in every language.
_SCALES = ("15 mm", "28 mm", "32 mm", "54 mm", "75 mm", "1:35", "1:48", "1:72")

PROMPTS = (
    Prompt("painting", "paint", _("Which paint, of which brand?")),
    Prompt("painting", "primer", _("Which primer?")),
    Prompt("painting", "scale", _("How big is the miniature?"), _SCALES),
    Prompt("painting", "tried", _("What have you tried?")),
    Prompt("modeling", "material", _("Which material?")),
    Prompt("modeling", "glue", _("Which glue or putty?")),
    Prompt("modeling", "scale", _("How big is the miniature?"), _SCALES),
    Prompt("modeling", "tried", _("What have you tried?")),
    Prompt("gaming", "game", _("Which game, in which edition?")),
    Prompt("gaming", "force", _("Which army or force?")),
)
"""The guided questions that every installation starts with."""

_PROMPT_LABELS = {entry.slug: entry.label for entry in PROMPTS}

_NAMES = {
    **{seed.slug: seed.name for seed in SEEDS},
    **{slug: name for seed in SEEDS for slug, name in seed.parts},
}


def seeded_name(slug: str) -> str | None:
    return _NAMES.get(slug)


def seeded_prompt(slug: str) -> str | None:
    return _PROMPT_LABELS.get(slug)
