"""One person, two windows, with real threads on a server database."""

from __future__ import annotations

from functools import partial

import pytest

from tests.concurrency import at_once
from wargame_mentorship.models import CategoryFollow
from wargame_mentorship.taxonomy.follows import follow_category, unfollow_category
from wargame_mentorship.testing.factories import make_user

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_of_many_clicks_at_once_each_succeeds_and_one_row_is_left() -> None:
    bruno = make_user("bruno")
    for _ in range(3):
        follow = partial(follow_category, actor=bruno, slug="painting")

        outcomes = at_once([follow] * 8)

        assert not [error for error in outcomes if isinstance(error, Exception)]
        assert CategoryFollow.objects.count() == 1
        unfollow_category(actor=bruno, slug="painting")
