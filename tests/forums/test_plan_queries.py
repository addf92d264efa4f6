"""How forums ask, where a database would go about it in a way that reads a table whole."""

from __future__ import annotations

import pytest

from wargame_mentorship.forums.models import (
    ForumTopic,
)
from wargame_mentorship.host import Viewer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("narrowed", [False, True])
def test_a_page_of_topics_looks_for_the_solutions_of_its_own(narrowed: bool) -> None:
    viewer = Viewer(None)
    topics = ForumTopic.objects.visible_to(viewer).as_shown_to(viewer)

    sql = str((topics.solved() if narrowed else topics).query)

    # Of EXISTS PostgreSQL makes a table of all solutions, once it believes that rows are many.
    assert "EXISTS" not in sql
    assert "LIMIT 1) IS NOT NULL" in sql
