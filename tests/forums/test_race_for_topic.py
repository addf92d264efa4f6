"""Many at once in one topic, with real threads, on each database."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import connection
from django.db.models import F

from tests.concurrency import at_once
from tests.help_requests.recounting import check_adds_up
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_post,
    make_topic,
    make_user,
)

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

# SQLite lets one write at a time, and most of so many would wait for longer than it waits.
MANY = 10 if connection.vendor == "sqlite" else 50


def codes(outcomes: list[object]) -> set[object]:
    return {getattr(one, "code", one) for one in outcomes if isinstance(one, Exception)}


def test_of_many_replies_at_once_each_is_counted() -> None:
    topic, people = make_topic(), [make_user() for _ in range(10)]
    outcomes = at_once(
        [
            partial(services.reply, actor=people[n % 10], topic=topic, content=f"Reply {n}.")
            for n in range(MANY)
        ]
    )

    assert codes(outcomes) <= {"busy"}
    written = MANY - sum(isinstance(one, Exception) for one in outcomes)
    topic.refresh_from_db()
    assert topic.reply_count == ForumPost.objects.count() == written
    check_adds_up()


def test_replies_deletions_votes_and_moves_at_once_leave_true_numbers() -> None:
    here, there = make_forum_category(), make_forum_category()
    moderator, expert = make_forum_moderator(here, there), make_user("expert")
    topics = [make_topic(category=category) for category in (here, there)]
    posts = [make_post(topic, expert) for topic in topics for _ in range(3)]
    voters = [make_user() for _ in range(4)]
    outcomes = at_once(
        [
            *(
                partial(services.move, actor=moderator, topic=topic, category_id=to.pk)
                for topic, to in zip(topics, (there, here), strict=True)
            ),
            *(partial(services.delete_post, actor=expert, post=post) for post in posts[::2]),
            *(
                partial(services.mark_helpful, actor=voter, post=post)
                for voter in voters
                for post in posts
            ),
            *(
                partial(services.reply, actor=voter, topic=topic, content="Another.")
                for voter in voters
                for topic in topics
            ),
        ]
    )

    assert codes(outcomes) <= {"busy", "not_found", "stale"}
    check_adds_up()


def test_no_reply_slips_into_a_topic_that_is_being_locked() -> None:
    category = make_forum_category()
    moderator = make_forum_moderator(category)
    topic = make_topic(category=category)
    people = [make_user() for _ in range(8)]
    outcomes = at_once(
        [
            partial(services.lock, actor=moderator, topic=topic),
            *(
                partial(services.reply, actor=person, topic=topic, content="Quick.")
                for person in people
            ),
        ]
    )

    assert codes(outcomes) <= {"busy", "locked"}
    check_adds_up()


def test_of_many_acceptances_one_solution_is_left() -> None:
    asker = make_user("asker")
    topic = make_topic(asker)
    posts = [make_post(topic) for _ in range(6)]
    outcomes = at_once(
        [partial(services.accept, actor=asker, topic=topic, post_id=post.pk) for post in posts]
    )

    assert codes(outcomes) <= {"busy"}
    assert ForumPost.objects.filter(accepted_for=topic.pk).count() == 1


def test_a_merge_loses_no_reply_vote_or_deletion_that_comes_at_once() -> None:
    here, there = make_forum_category(), make_forum_category()
    moderator, expert = make_forum_moderator(here, there), make_user("expert")
    source, home = make_topic(category=here), make_topic(category=there)
    posts = [make_post(topic, expert) for topic in (source, home) for _ in range(4)]
    people = [make_user() for _ in range(4)]
    outcomes = at_once(
        [
            *(
                partial(services.reply, actor=person, topic=topic, content="Quick.")
                for person in people
                for topic in (source, home)
            ),
            partial(services.merge, actor=moderator, topic=source, into_id=home.pk),
            *(partial(services.delete_post, actor=expert, post=post) for post in posts[::4]),
            *(
                partial(services.mark_helpful, actor=person, post=post)
                for person in people
                for post in posts[1::2]
            ),
        ]
    )

    assert codes(outcomes) <= {"busy", "not_found", "stale"}
    merged = outcomes[len(people) * 2]
    if not isinstance(merged, Exception):
        assert not ForumPost.objects.filter(topic=source.pk).exists()
        written = [one for one in outcomes[: len(people) * 2] if isinstance(one, ForumPost)]
        assert ForumPost.objects.filter(topic=home.pk).count() == len(posts) + 1 + len(written)
    check_adds_up()


def test_merges_that_cross_and_meet_do_not_wait_for_each_other_for_ever() -> None:
    here, there = make_forum_category(), make_forum_category()
    moderator = make_forum_moderator(here, there)
    topics = [make_topic(category=category) for category in (here, there, here, there)]
    for topic in topics:
        make_post(topic)
    first, second, third, fourth = topics
    pairs = [(first, second), (second, first), (third, first), (fourth, third), (second, fourth)]
    outcomes = at_once(
        [
            *(
                partial(services.merge, actor=moderator, topic=source, into_id=home.pk)
                for source, home in pairs
            ),
            *(
                partial(services.mark_duplicate, actor=moderator, topic=home, topic_id=source.pk)
                for source, home in pairs[1:]
            ),
            partial(services.move, actor=moderator, topic=first, category_id=there.pk),
        ]
    )

    assert codes(outcomes) <= {"busy", "not_found", "stale", "invalid"}
    left = ForumTopic.objects.filter(deleted_at=None)
    merges = [one for one in outcomes[: len(pairs)] if isinstance(one, ForumTopic)]
    assert left.count() == len(topics) - len(merges)
    assert not left.filter(duplicate_of__duplicate_of__isnull=False).exists()
    assert ForumPost.objects.filter(topic__in=left).count() == len(topics) + len(merges)
    check_adds_up()


def test_of_two_who_split_off_the_same_posts_one_is_late() -> None:
    category = make_forum_category()
    moderator, expert = make_forum_moderator(category), make_user("expert")
    topic = make_topic(category=category)
    posts = [make_post(topic, expert) for _ in range(6)]
    keys = [post.pk for post in posts]
    outcomes = at_once(
        [
            *(
                partial(services.split, actor=moderator, topic=topic, post_ids=chosen, title="Else")
                for chosen in (keys[:4], keys[2:], keys[:1])
            ),
            *(
                partial(
                    services.reply, actor=expert, topic=topic, content="To that.", reply_to_id=key
                )
                for key in keys
            ),
            *(partial(services.mark_helpful, actor=make_user(), post=post) for post in posts),
        ]
    )

    assert codes(outcomes) <= {"busy", "not_found", "stale", "invalid"}
    assert any(isinstance(one, ForumTopic) for one in outcomes[:3])
    crossing = ForumPost.objects.filter(reply_to__isnull=False)
    assert not crossing.exclude(reply_to__topic=F("topic")).exists()
    check_adds_up()
