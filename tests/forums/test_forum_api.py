"""What the API says of categories, topics and posts, and what its lists take."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from tests.api.http import anonymous, blocks, code_of, fields_of, signed_in, url
from wargame_mentorship.forums import services
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_post,
    make_superuser,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [entry["id"] for entry in answer.json()["results"]]


def topics(category: Any, client: Any = None, **query: Any) -> list[str]:
    return ids((client or anonymous()).get(url("forum-topics", category.pk, **query)))


def posts(topic: Any, client: Any = None, **query: Any) -> Any:
    return (client or anonymous()).get(url("forum-posts", topic.pk, **query))


def test_categories_say_who_moderates_them_and_what_is_in_them() -> None:
    second = make_forum_category("Second", sort_order=2, icon="brush")
    first = make_forum_category("First", sort_order=1)
    make_forum_category("Closed", is_active=False)
    moderator = make_forum_moderator(second)
    make_post(make_topic(category=second))

    answer = anonymous().get(url("forum-categories"))

    assert ids(answer) == [str(first.pk), str(second.pk)]
    shown = answer.json()["results"][1]
    assert shown["moderator_ids"] == [
        moderator.pk if isinstance(moderator.pk, int) else str(moderator.pk)
    ]
    assert (shown["topic_count"], shown["post_count"], shown["icon"]) == (1, 1, "brush")
    assert shown["last_reply_at"] is not None


def test_a_topic_is_answered_as_its_detail_shows_it() -> None:
    asker, category = make_user("asker"), make_forum_category()
    body = {"title": "Why?", "description": "*So*.", "tags": ["Brushes"], "language": "de"}

    made = signed_in(asker).ask("POST", "forum-topics", category.pk, body=body)

    assert made.status_code == 201
    shown = made.json()
    assert shown["tags"] == ["brushes"]
    assert shown["description_html"] == "<p><em>So</em>.</p>\n"
    assert (shown["category_id"], shown["category"]) == (str(category.pk), category.slug)
    assert shown["available_actions"] == ["reply", "edit", "accept", "delete"]
    assert shown["solution"] is None
    assert made["ETag"] == '"1"'
    again = signed_in(asker).get(url("forum-topic", shown["id"])).json()
    assert again == shown


def test_what_is_wrong_with_a_topic_is_said_by_field() -> None:
    answer = signed_in(make_user()).ask(
        "POST",
        "forum-topics",
        make_forum_category().pk,
        body={"title": "", "tags": [7], "language": 5},
    )

    assert set(fields_of(answer)) == {"title", "tags.0", "language"}


def test_pinned_topics_come_first_then_the_latest_reply() -> None:
    category = make_forum_category()
    first, second, pinned = (make_topic(category=category) for _ in range(3))
    services.pin(actor=make_superuser(), topic=pinned)
    make_post(first)

    order = [str(one.pk) for one in (pinned, first, second)]
    assert topics(category) == order
    assert topics(category, ordering="newest") == [str(t.pk) for t in (pinned, second, first)]
    forth = anonymous().get(url("forum-topics", category.pk, page_size=2)).json()
    assert [entry["id"] for entry in forth["results"]] == order[:2]
    assert ids(anonymous().get(forth["next"])) == order[2:]


def test_topics_are_narrowed_by_what_they_are() -> None:
    category, asker = make_forum_category(), make_user("asker")
    tagged = make_topic(asker, category, tags=["eyes"], language="de")
    solved = make_topic(category=category, title="How do I varnish gloss?")
    post = make_post(solved)
    services.accept(actor=make_superuser(), topic=solved, post_id=post.pk)
    make_topic(tags=["eyes"])  # elsewhere

    assert topics(category, tag="eyes") == [str(tagged.pk)]
    assert topics(category, solved="true") == [str(solved.pk)]
    assert topics(category, solved="false") == [str(tagged.pk)]
    assert topics(category, unanswered="true") == [str(tagged.pk)]
    assert topics(category, author=str(asker.pk)) == [str(tagged.pk)]
    assert topics(category, signed_in(asker), author="me") == [str(tagged.pk)]
    assert topics(category, language="de") == [str(tagged.pk)]
    assert topics(category, pinned="true") == []
    assert topics(category, search="varnish") == [str(solved.pk)]
    assert topics(category, search="eyes") == [str(tagged.pk)]
    for query in ({"tag": "nothing"}, {"solved": "maybe"}, {"colour": "red"}):
        refused = anonymous().get(url("forum-topics", category.pk, **query))
        assert refused.status_code == 400


def test_posts_are_read_from_any_of_them_on() -> None:
    topic = make_topic()
    written = [str(make_post(topic).pk) for _ in range(6)]

    page = posts(topic, around=written[3], page_size=2)

    assert ids(page) == written[3:5]
    assert ids(anonymous().get(page.json()["next"])) == written[5:]
    assert ids(anonymous().get(page.json()["previous"])) == written[1:3]
    elsewhere = make_post()
    for nonsense in (str(elsewhere.pk), "nonsense"):
        refused = posts(topic, around=nonsense)
        assert fields_of(refused) == {"around": ["does_not_exist"]}


def test_the_most_helpful_post_comes_first_if_asked() -> None:
    topic = make_topic()
    first, second = make_post(topic), make_post(topic)
    services.mark_helpful(actor=make_user(), post=second)

    assert ids(posts(topic, ordering="helpful")) == [str(second.pk), str(first.pk)]


def test_a_deleted_post_is_a_place_to_all_but_moderators() -> None:
    category, expert = make_forum_category(), make_user("expert")
    topic = make_topic(category=category)
    post = make_post(topic, expert, content="Regretted.")
    services.delete_post(actor=expert, post=post)

    [place] = posts(topic).json()["results"]
    assert place["deleted"]
    assert (place["content"], place["content_html"], place["author"]) == ("", "", None)
    assert place["deleted_at"] is not None
    [read] = posts(topic, signed_in(make_forum_moderator(category))).json()["results"]
    assert read["content"] == "Regretted."
    assert read["available_actions"] == ["restore"]


def test_a_post_that_a_block_hides_is_a_place() -> None:
    reader, expert = make_user("reader"), make_user("expert")
    topic = make_topic()
    post = make_post(topic, expert)
    services.accept(actor=make_superuser(), topic=topic, post_id=post.pk)
    MemorySocial.forget()
    with blocks():
        MemorySocial.block(reader, expert)
        [place] = posts(topic, signed_in(reader)).json()["results"]
        detail = signed_in(reader).get(url("forum-topic", topic.pk)).json()

    assert (place["hidden"], place["content"], place["author"]) == (True, "", None)
    assert (detail["solution"]["hidden"], detail["solution"]["content"]) == (True, "")
    assert detail["last_reply_by"] is None


def test_earlier_versions_are_for_the_author_and_the_moderators() -> None:
    expert = make_user("expert")
    post = make_post(author=expert, content="Before.")
    services.edit_post(actor=expert, post=post, content="After.")

    [version] = signed_in(expert).get(url("forum-post-versions", post.pk)).json()["results"]

    assert (version["text"], version["version"]) == ("Before.", 1)
    refused = signed_in(make_user()).get(url("forum-post-versions", post.pk))
    assert code_of(refused) == (403, "permission_denied")


def test_a_locked_topic_answers_with_its_code() -> None:
    topic = make_topic()
    services.lock(actor=make_superuser(), topic=topic)

    refused = signed_in(make_user()).ask("POST", "forum-posts", topic.pk, body={"content": "Hm."})

    assert code_of(refused) == (409, "locked")


def test_the_same_reply_sent_again_is_one_reply() -> None:
    topic, expert = make_topic(), signed_in(make_user("expert"))
    sent = [
        expert.ask("POST", "forum-posts", topic.pk, body={"content": "x"}, idempotency_key="k")
        for _ in range(2)
    ]

    assert [answer.status_code for answer in sent] == [201, 201]
    assert sent[0].json()["id"] == sent[1].json()["id"]
    topic.refresh_from_db()
    assert topic.reply_count == 1


@pytest.mark.parametrize("count", [2, 12])
def test_a_page_costs_the_same_however_full_it_is(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    category = make_forum_category()
    made = [make_topic(category=category, tags=["eyes"]) for _ in range(count)]
    for _ in range(count):
        make_post(made[0])
    client = signed_in(make_user("reader"))

    for address, most in (
        (url("forum-topics", category.pk), 9),
        (url("forum-posts", made[0].pk), 9),
        (url("forum-topic", made[0].pk), 11),
        (url("forum-categories"), 8),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


def test_a_reply_costs_the_same_in_every_topic(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    short, long, client = make_topic(), make_topic(), signed_in(make_user("expert"))
    for _ in range(5):
        make_post(long)

    for topic in (short, long):
        # Two begin and end the transaction, three watch the topic; MariaDB asks for the key of
        # what it indexed.
        with django_assert_max_num_queries(20 if connection.vendor == "mysql" else 19):
            answer = client.ask("POST", "forum-posts", topic.pk, body={"content": "Thin it."})
        assert answer.status_code == 201
