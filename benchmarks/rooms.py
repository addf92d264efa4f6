"""What is measured: a room of the product, on a site made for it.

A room's package has `goals` (of its figures, known without Django), `data` (a `Maker` of its site,
and how that is put in order again) and `cases` (what is asked of it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from benchmarks.figures import Goal, Result
from benchmarks.forums.goals import goals as goals_of_forums
from benchmarks.help_requests.goals import goals as goals_of_help_requests
from benchmarks.moderation.goals import goals as goals_of_moderation


@dataclass(frozen=True)
class Room:
    name: str
    counted: str
    """What `rows` counts."""
    rows: int
    scales: tuple[float, ...]
    """Of `rows`, the full one first; the figures of a smaller site say how they grow."""
    published: str
    """The page's name."""
    heading: str
    """What the page begins with; "" where another one includes it."""
    database: str
    """What the names of its databases begin with."""
    goals: Callable[[Result, Result | None], Iterator[Goal]]

    def module(self, name: str) -> ModuleType:
        """One of those that want Django set up."""
        return import_module(f"benchmarks.{self.name}.{name}")


HELP_REQUESTS = Room(
    name="help_requests",
    counted="help requests",
    rows=100_000,
    scales=(1.0,),
    published="performance-figures.md",
    heading="",
    database="wm_bench",
    goals=goals_of_help_requests,
)
FORUMS_HEADING = """# How fast the forums are

What these figures are, and how they are taken: [How fast it is](performance.md). A category has
three of five topics, and in it a topic has every fiftieth post. Three of five people have marks on
some hundred recent topics and have marked two categories as read; the reader who is signed in here
has marks on 300 topics and 10 categories, watches 40 topics and has 30 blocks. *First*, *middle*
and *last page* are those of the topic that has 10,000 posts, or as many fewer in a smaller site.
Of the queries for somebody who is signed in, two are the host's, on pages four: the session and the
user, and what Wagtail's bar for editors asks.
"""
FORUMS = Room(
    name="forums",
    counted="topics",
    rows=50_000,
    scales=(1.0, 0.1),
    published="performance-forums.md",
    heading=FORUMS_HEADING,
    database="wm_bench_forums",
    goals=goals_of_forums,
)
MODERATION_HEADING = """# How fast moderating is

What these figures are, and how they are taken: [How fast it is](performance.md). The forums are
like those of [the other page](performance-forums.md), and their moderators have fallen behind:
every tenth post is held, and there are some 200,000 flags in 100,000 cases. Half of the cases have
one flag, one of 5,000 has forty, and a fifth is open. Who is signed in moderates two categories,
the one with three of five topics among them, and has 30 blocks. *Deep* is page 1,000 or the last
one. No bare views stand beside these. Of the queries two are the host's, on pages six, in the admin
eight: the session and the user, what Wagtail's bar for editors asks, and what Wagtail's menu does.
"""
MODERATION = Room(
    name="moderation",
    counted="flags",
    rows=200_000,
    scales=(1.0, 0.1),
    published="performance-moderation.md",
    heading=MODERATION_HEADING,
    database="wm_bench_moderation",
    goals=goals_of_moderation,
)
ROOMS = {room.name: room for room in (HELP_REQUESTS, FORUMS, MODERATION)}
