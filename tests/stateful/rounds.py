"""How long the state machines run."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.api.http import MARKED_WORDS, MEMORY_SOCIAL
from tests.stateful.society import Society
from tests.thorough import THOROUGH, by_profile

# One transaction each, so that none grows without bounds.
ROUNDS = range(by_profile(default=1, ci=2, nightly=8))

HOW_MUCH = settings(
    max_examples=by_profile(default=5, ci=10, nightly=20),
    stateful_step_count=by_profile(default=25, ci=40, nightly=50),
    deadline=None,
    # At a desk the same each time: whoever changes something else is not to be surprised.
    derandomize=not THOROUGH,
    # Shrinking takes many minutes, and what people did can be read at its full length.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[*HealthCheck],
)


def play(machine: type[Society], settings: Any) -> None:
    """Run a machine on a host with blocks, that holds what says `hold-me`."""
    settings.WARGAME_MENTORSHIP = {
        **settings.WARGAME_MENTORSHIP,
        "SOCIAL": MEMORY_SOCIAL,
        "MODERATION": MARKED_WORDS,
    }
    run_state_machine_as_test(machine, settings=HOW_MUCH)
