from __future__ import annotations

from typing import Any

import pytest

from tests.stateful.machine import HelpRequests
from tests.stateful.rounds import EVENINGS, ROUNDS, play


@pytest.mark.hypothesis
@pytest.mark.django_db
@pytest.mark.parametrize("number", ROUNDS)
def test_whatever_people_do_comes_out_as_foretold(number: int, settings: Any) -> None:
    # Less can happen there than in the forums.
    play(HelpRequests, settings, evenings=EVENINGS // 2)
