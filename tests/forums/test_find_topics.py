"""Finding topics by what is said in them, whoever looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.api.http import anonymous, blocks, fields_of, signed_in, url
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.kinds import forum_topic_url
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_post,
    make_superuser,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def found(client: Any = None, **query: Any) -> list[dict[str, Any]]:
    answer = (client or anonymous()).get(url("forum-search", **query))
    assert answer.status_code == 200, answer.content
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def keys(results: list[dict[str, Any]]) -> list[str]:
    return [entry["id"] for entry in results]


def test_a_topic_is_found_by_title_opening_post_tag_and_by_what_is_replied() -> None:
    titled = make_topic(title="Sable or synthetic?", description="For eyes.")
    opened = make_topic(title="Brushes", description="Is *sable* worth it?")
    tagged = make_topic(title="Hair", description="Which?", tags=["sable"])
    replied = make_topic(title="Which one?", description="To buy.")
    post = make_post(replied, content="Buy a **sable** one & keep it clean.")
    make_topic(title="Nothing of the kind", description="At all.")

    results = found(search="sable")

    assert set(keys(results)) == {str(one.pk) for one in (titled, opened, tagged, replied)}
    # Whose own words say it, comes before those in which somebody else does.
    assert results[-1]["id"] == str(replied.pk)
    assert results[-1]["post_id"] == str(post.pk)
    assert results[-1]["excerpt"] == "Buy a <mark>sable</mark> one &amp; keep it clean."
    assert {entry["post_id"] for entry in results[:-1]} == {None}


def test_a_topic_is_found_once_however_often_it_is_said() -> None:
    topic = make_topic(title="Sable", description="Sable?")
    for _ in range(3):
        make_post(topic, content="Sable!")

    assert keys(found(search="sable")) == [str(topic.pk)]


def test_what_is_not_to_be_seen_is_not_found() -> None:
    reader, expert = make_user("reader"), make_user("expert")
    post = make_post(make_topic(title="Open", description="Yes."), expert, content="Quillwort.")
    held = make_topic(title="Quillwort too")
    ForumTopic.objects.filter(pk=held.pk).update(moderation_state="held")
    assert len(found(search="quillwort")) == 1

    MemorySocial.forget()
    with blocks():
        MemorySocial.block(reader, expert)
        assert found(signed_in(reader), search="quillwort") == []
    services.delete_post(actor=expert, post=post)
    assert found(search="quillwort") == []


def test_what_is_found_is_narrowed() -> None:
    category, ada = make_forum_category(), make_user("ada")
    topic = make_topic(ada, category, title="Sable brushes", tags=["hair"])
    other = make_topic(title="Sable again")
    post = make_post(topic)
    services.accept(actor=make_superuser(), topic=topic, post_id=post.pk)
    today = timezone.localdate()
    ForumTopic.objects.filter(pk=other.pk).update(created_at=timezone.now() - timedelta(days=9))

    for query in (
        {"category": category.slug},
        {"tag": "hair"},
        {"author": str(ada.pk)},
        {"solved": "true"},
        {"since": str(today - timedelta(days=2))},
    ):
        assert keys(found(search="sable", **query)) == [str(topic.pk)], query
    old = {"until": str(today - timedelta(days=5))}
    assert keys(found(search="sable", **old)) == [str(other.pk)]
    assert len(found(search="sable")) == 2
    for wrong in ({"category": "none"}, {"since": "yesterday"}, {"colour": "red"}):
        refused = anonymous().get(url("forum-search", search="sable", **wrong))
        assert set(fields_of(refused)) == set(wrong)
    assert fields_of(anonymous().get(url("forum-search"))) == {"search": ["required"]}


def test_days_are_those_of_the_reader_and_both_included() -> None:
    topic = make_topic(title="Sable brushes")
    # The evening before in London is the first hour of the day in Auckland.
    started = datetime(2026, 6, 10, 12, 30, tzinfo=UTC)
    ForumTopic.objects.filter(pk=topic.pk).update(created_at=started)
    before, day, after = "2026-06-10", "2026-06-11", "2026-06-12"

    with timezone.override("Pacific/Auckland"):
        for inside in (
            {"since": day},
            {"until": day},
            {"since": before, "until": after},
            {"since": "0001-01-01", "until": "9999-12-31"},
        ):
            assert keys(found(search="sable", **inside)) == [str(topic.pk)], inside
        for outside in ({"since": after}, {"until": before}, {"until": "0001-01-01"}):
            assert found(search="sable", **outside) == [], outside


def test_many_are_found_page_by_page() -> None:
    made = {str(make_topic(title=f"Sable number {n}").pk) for n in range(5)}

    first = anonymous().get(url("forum-search", search="sable", page_size=3)).json()
    second = anonymous().get(first["next"]).json()

    assert len(first["results"]) == 3
    assert {*keys(first["results"]), *keys(second["results"])} == made
    assert (first["previous"], second["next"]) == (None, None)
    assert keys(anonymous().get(second["previous"]).json()["results"]) == keys(first["results"])


def test_posts_follow_the_topics_page_by_page() -> None:
    titled = [make_topic(title=f"Sable number {n}") for n in range(2)]
    said = [make_post(make_topic(title="Hair"), content=f"Sable, {n}") for n in range(2)]

    first = anonymous().get(url("forum-search", search="sable", page_size=3)).json()
    second = anonymous().get(first["next"]).json()

    assert set(keys(first["results"][:2])) == {str(topic.pk) for topic in titled}
    found_in = [first["results"][2]["post_id"], *(one["post_id"] for one in second["results"])]
    assert sorted(found_in) == sorted(str(post.pk) for post in said)
    assert second["next"] is None


def test_no_post_is_looked_for_where_topics_fill_the_page() -> None:
    for n in range(3):
        make_post(make_topic(title=f"Sable number {n}"), content="Sable!")

    with CaptureQueriesContext(connection) as asked:
        answer = anonymous().get(url("forum-search", search="sable", page_size=2)).json()

    assert len(answer["results"]) == 2
    assert answer["next"]
    table = connection.ops.quote_name(ForumPost._meta.db_table)
    assert not [query for query in asked if query["sql"].startswith(f"SELECT {table}")]


@pytest.mark.parametrize("hostile", ['"', "' OR 1=1 --", "a" * 4_000, "%_", "()&|!:*", "\u202e"])
def test_no_text_breaks_the_search(hostile: str) -> None:
    make_topic(title="Sable")

    assert anonymous().get(url("forum-search", search=hostile)).status_code == 200
    address = reverse("wargame_mentorship:search-forums")
    assert Client().get(address, {"search": hostile}).status_code == 200


def test_the_page_leads_to_the_post_that_says_it() -> None:
    topic = make_topic(title="Which one?", description="To buy.")
    post = make_post(topic, content="A <b>sable</b> one.")

    page = Client().get(reverse("wargame_mentorship:search-forums"), {"search": "sable"})

    html = page.content.decode()
    assert f'href="{forum_topic_url(topic)}?post={post.pk}#post-{post.pk}"' in html
    assert "<mark>sable</mark>" in html
    assert "<b>sable</b>" not in html


def test_topics_like_a_title_come_solved_ones_first() -> None:
    open_one = make_topic(title="Which brush for painting eyes?")
    solved = make_topic(title="A brush for the eyes of goblins")
    post = make_post(solved)
    services.accept(actor=make_superuser(), topic=solved, post_id=post.pk)
    make_topic(title="Varnish that frosts")

    results = anonymous().get(url("forum-similar", title="brush for eyes")).json()["results"]

    assert keys(results) == [str(solved.pk), str(open_one.pk)]
    assert [entry["is_solved"] for entry in results] == [True, False]
    assert fields_of(anonymous().get(url("forum-similar"))) == {"title": ["required"]}
