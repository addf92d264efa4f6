"""How much time the suite has: seconds at a desk, minutes in CI, hours at night.

`HYPOTHESIS_PROFILE` says so, for what Hypothesis makes and for everything else that could go on
for as long as one likes.
"""

from __future__ import annotations

import os

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "default")
THOROUGH = PROFILE != "default"


def by_profile(*, default: int, ci: int, nightly: int) -> int:
    return {"ci": ci, "nightly": nightly}.get(PROFILE, default)
