"""How long the state machines run."""

from __future__ import annotations

from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

from tests.api.http import MARKED_WORDS, MEMORY_SOCIAL
from tests.stateful.society import Society
from tests.thorough import THOROUGH, by_profile

# One transaction each, so that none grows without bounds.
ROUNDS = range(by_profile(default=1, ci=2, nightly=8))
EVENINGS = by_profile(default=18, ci=16, nightly=60)
STEPS = by_profile(default=40, ci=40, nightly=60)


def play(machine: type[Society], settings: Any, *, evenings: int = EVENINGS) -> None:
    """Run a machine on a host with blocks, that holds what says `hold-me`."""
    settings.WARGAME_MENTORSHIP = {
        **settings.WARGAME_MENTORSHIP,
        "SOCIAL": MEMORY_SOCIAL,
        "MODERATION": MARKED_WORDS,
    }

    def an_evening(seed: int) -> None:
        machine.spend_an_evening(seed, STEPS)

    # By its name Hypothesis knows what failed the last time.
    an_evening.__name__ = f"an_evening_of_{machine.__name__}"
    seeded = hypothesis.given(seed=st.integers(0, 2**32 - 1))(an_evening)
    hypothesis.settings(
        max_examples=evenings,
        deadline=None,
        # At a desk the same each time: whoever changes something else is not to be surprised.
        derandomize=not THOROUGH,
        # A seed is no smaller than another, and what people did can be read at its full length.
        phases=(Phase.reuse, Phase.generate),
        suppress_health_check=[*HealthCheck],
    )(seeded)()
