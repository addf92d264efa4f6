from __future__ import annotations

from typing import Any

import pytest

from tests.stateful.forums import Forums
from tests.stateful.rounds import ROUNDS, play


@pytest.mark.hypothesis
@pytest.mark.django_db
@pytest.mark.parametrize("number", ROUNDS)
def test_whatever_people_do_in_the_forums_leaves_them_in_order(number: int, settings: Any) -> None:
    play(Forums, settings)
