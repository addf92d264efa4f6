"""How forums ask, where a database would go about it in a way that reads a table whole."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from wargame_mentorship.forums.models import (
    ForumCategory,
    ForumCategoryRead,
    ForumPost,
    ForumTopic,
    ForumTopicRead,
)
from wargame_mentorship.forums.recounts import recount_category, recount_topic
from wargame_mentorship.forums.services import mark_all_read
from wargame_mentorship.forums.unread import unread_counts, unread_topics
from wargame_mentorship.host import Viewer
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_post,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def subqueries(sql: str, model: type[Model]) -> set[str]:
    """What stands before those that read a table."""
    table = re.escape(connection.ops.quote_name(model._meta.db_table))
    pattern = rf"(\w*)\(SELECT [^()]+ FROM {table}"  # noqa: S608 - read, not sent
    return set(re.findall(pattern, sql))


@pytest.mark.parametrize("narrowed", [False, True])
def test_a_page_of_topics_looks_for_the_solutions_of_its_own(narrowed: bool) -> None:
    viewer = Viewer(None)
    topics = ForumTopic.objects.visible_to(viewer).as_shown_to(viewer)

    sql = str((topics.solved() if narrowed else topics).query)

    # Of EXISTS PostgreSQL makes a table of all solutions, once it believes that rows are many.
    assert subqueries(sql, ForumPost) == {""}
    assert "LIMIT 1) IS NOT NULL" in sql


def test_the_latest_topics_are_not_sought_category_by_category() -> None:
    sql = str(ForumTopic.objects.visible_to(Viewer(None)).query)

    # SQLite would read them all, for few categories, and sort them.
    assert f"JOIN {connection.ops.quote_name(ForumCategory._meta.db_table)}" not in sql
    assert subqueries(sql, ForumCategory) == {"EXISTS"}


def test_marks_of_a_reader_are_looked_up_once() -> None:
    viewer = Viewer(make_user("reader"))
    topics = ForumTopic.objects.visible_to(viewer).as_shown_to(viewer)

    sql = str(unread_topics(viewer, topics).query)

    for model in (ForumTopicRead, ForumCategoryRead):
        assert sql.count(f" {connection.ops.quote_name(model._meta.db_table)} ") == 1


def test_a_solution_is_looked_for_by_its_own_index() -> None:
    topic = make_topic()

    sql = str(ForumPost.objects.all().solution_of(topic, Viewer(None)).query)

    # Beside it SQLite would choose the index of the topic, and read all its posts.
    narrowed = sql.partition("WHERE")[2]
    assert connection.ops.quote_name("accepted_for_id") in narrowed
    assert connection.ops.quote_name("topic_id") not in narrowed


def test_topics_of_a_category_are_read_once_to_count_them() -> None:
    post = make_post()

    with CaptureQueriesContext(connection) as asked:
        recount_category(post.topic.category_id)
        recount_topic(post.topic)

    for model in (ForumTopic, ForumPost):
        table = f"FROM {connection.ops.quote_name(model._meta.db_table)}"
        counted = [query["sql"] for query in asked if "COUNT(" in query["sql"]]
        assert sum(sql.count(table) for sql in counted) == 1


def test_everything_is_read_at_the_same_cost_however_many_categories() -> None:
    reader, asker = make_user("reader"), make_user("asker")
    costs = []

    for more in (1, 4):
        for _ in range(more):
            make_topic(asker, make_forum_category())
        with CaptureQueriesContext(connection) as asked:
            mark_all_read(actor=reader)
        costs.append(len(asked))

    assert costs[0] == costs[1]
    assert ForumCategoryRead.objects.filter(user=reader.pk).count() == 5
    assert unread_counts(Viewer(reader)) == {}
