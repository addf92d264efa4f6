"""The first categories of a forum (`wm_setup`)."""

from __future__ import annotations

from wargame_mentorship.core.writes import write
from wargame_mentorship.forums.models import ForumCategory
from wargame_mentorship.forums.seed import SEEDS


@write
def found_forums() -> int:
    """Make the first categories, unless there are any; returns how many were made.

    So what editors have deleted does not come back with the next upgrade.
    """
    if ForumCategory.objects.exists():
        return 0
    made = [
        ForumCategory(
            slug=seed.slug,
            name=seed.name,
            description=seed.description,
            icon=seed.icon,
            sort_order=order,
        )
        for order, seed in enumerate(SEEDS)
    ]
    return len(ForumCategory.objects.bulk_create(made))
