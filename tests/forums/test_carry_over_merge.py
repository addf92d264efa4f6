"""What readers had on a topic that is merged: who hears of the other then, and what is unread."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.concurrency import at_once
from tests.forums.test_merge_topics import Pair
from tests.forums.test_tell_of_topic import dispatch_all, name_of, told
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import (
    ForumCategoryRead,
    ForumPost,
    ForumTopic,
    ForumTopicRead,
)
from wargame_mentorship.forums.unread import read_until, unread_posts
from wargame_mentorship.host import Viewer
from wargame_mentorship.notifications import services as notifications
from wargame_mentorship.notifications.models import Mute, Watch
from wargame_mentorship.testing.factories import make_post, make_topic, make_user

pytestmark = pytest.mark.django_db

WATCHED = notifications.Wishes(is_watched=True)
MUTED = notifications.Wishes(is_muted=True)
NOTHING = notifications.Wishes()


def wish(person: Any, topic: ForumTopic) -> notifications.Wishes:
    return notifications.wishes_about(person, topic)


def test_who_watched_the_topic_is_told_of_replies_in_the_other_from_then_on() -> None:
    pair, reader, quiet = Pair(), make_user("reader"), make_user("quiet")
    notifications.watch(actor=reader, subject=pair.source)
    notifications.mute(actor=quiet, subject=pair.source)
    make_post(pair.home, content="Before.")
    expert = make_user("expert")

    home = pair.merge()
    make_post(home, expert, content=f"After, @{quiet.get_username()}.")
    dispatch_all()

    assert told(reader) == [f"{name_of(expert)} replied in “Frosted varnish”, which you watch."]
    assert told(quiet) == []


def test_a_wish_of_ones_own_about_the_other_stays() -> None:
    pair = Pair()
    deaf, keen, quiet = make_user("deaf"), make_user("keen"), make_user("quiet")
    notifications.watch(actor=deaf, subject=pair.source)
    notifications.mute(actor=deaf, subject=pair.home)
    notifications.mute(actor=keen, subject=pair.source)
    notifications.watch(actor=keen, subject=pair.home)
    notifications.mute(actor=quiet, subject=pair.source)

    home = pair.merge()

    assert [wish(person, home) for person in (deaf, keen, quiet)] == [MUTED, WATCHED, MUTED]


def test_taking_it_back_gives_everybody_what_they_had() -> None:
    pair = Pair()
    reader, writer, quiet, both = (
        make_user(name) for name in ("reader", "writer", "quiet", "both")
    )
    for person in (reader, writer, both):
        notifications.watch(actor=person, subject=pair.source)
    notifications.watch(actor=both, subject=pair.home)
    notifications.mute(actor=quiet, subject=pair.source)
    home = pair.merge()
    make_post(home, writer)

    source = pair.take_apart()

    everybody = (reader, writer, quiet, both)
    assert [wish(person, source) for person in everybody] == [WATCHED, WATCHED, MUTED, WATCHED]
    # Whoever has written there meanwhile watches it as everybody does who writes.
    assert [wish(person, home) for person in everybody] == [NOTHING, WATCHED, NOTHING, WATCHED]


def test_what_somebody_has_decided_since_outlasts_the_merge() -> None:
    pair, reader, other = Pair(), make_user("reader"), make_user("other")
    for person in (reader, other):
        notifications.watch(actor=person, subject=pair.source)
    home = pair.merge()
    notifications.unwatch(actor=reader, subject=home)
    notifications.watch(actor=reader, subject=home)
    notifications.mute(actor=other, subject=home)

    pair.take_apart()

    assert (wish(reader, home), wish(other, home)) == (WATCHED, MUTED)


def test_merging_the_other_as_well_and_taking_the_first_back_leaves_no_wish_behind() -> None:
    pair = Pair()
    third = make_topic(category=pair.here)
    first, second = make_user("first"), make_user("second")
    notifications.watch(actor=first, subject=pair.source)
    notifications.watch(actor=second, subject=pair.home)
    pair.merge()
    services.merge(actor=pair.moderator, topic=pair.home, into_id=third.pk)
    assert [wish(person, third) for person in (first, second)] == [WATCHED, WATCHED]

    pair.take_apart()
    assert [wish(person, third) for person in (first, second)] == [NOTHING, WATCHED]

    services.restore_topic(actor=pair.moderator, topic=pair.home)
    assert [wish(person, pair.source) for person in (first, second)] == [WATCHED, NOTHING]
    assert [wish(person, pair.home) for person in (first, second)] == [NOTHING, WATCHED]
    assert [wish(person, third) for person in (first, second)] == [NOTHING, NOTHING]


class Reading:
    """Two topics whose posts, an hour between them, come to stand in each other's midst."""

    def __init__(self) -> None:
        self.pair = Pair()
        self.start = timezone.now() - timedelta(days=2)
        reader: Any = make_user("reader")
        # Nobody is behind by what is older than their account.
        reader.date_joined = self.start - timedelta(days=1)
        reader.save()
        self.reader = reader
        self.posts: dict[int, ForumPost] = {}
        for hour, topic in enumerate([self.pair.source, self.pair.home] * 3):
            at = self.start + timedelta(hours=hour)
            post = self.posts[hour] = make_post(topic)
            self.date(ForumPost, post.pk, at)
            ForumTopic.objects.filter(pk=topic.pk).update(last_activity_at=at)
        for topic in (self.pair.source, self.pair.home):
            self.date(ForumTopic, topic.pk, self.start - timedelta(hours=1))

    def date(self, model: Any, pk: Any, at: datetime) -> None:
        model.objects.filter(pk=pk).update(created_at=at, visible_since=at)

    def read(self, topic: ForumTopic, hour: int) -> None:
        until = self.start + timedelta(hours=hour)
        ForumTopicRead.objects.create(user_id=self.reader.pk, topic=topic, read_until=until)

    def unread(self) -> list[int]:
        """Hours of the posts that are unread in what is left, but for the opening post."""
        viewer, home = Viewer.of(self.reader), self.pair.home
        conversation = ForumPost.objects.all().in_conversation_of(home, viewer)
        keys = {post.pk: hour for hour, post in self.posts.items()}
        found = unread_posts(viewer, conversation, read_until(viewer, home))
        return sorted(keys[post.pk] for post in found if post.pk in keys)


@pytest.mark.parametrize(
    ("of_source", "of_home", "unread"),
    [
        # All of both.
        (4, 5, []),
        # All of one, and of the other as far as this.
        (4, 1, [2, 3, 4, 5]),
        (2, 5, [3, 4, 5]),
        # Some of both: as far as both are read.
        (2, 1, [2, 3, 4, 5]),
        (0, 3, [1, 2, 3, 4, 5]),
        # One of them never: it is unread from its beginning.
        (None, 5, [0, 1, 2, 3, 4, 5]),
        (4, None, [0, 1, 2, 3, 4, 5]),
        (None, None, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_nothing_unread_is_hidden_and_what_is_read_of_both_stays_read(
    of_source: int | None, of_home: int | None, unread: list[int]
) -> None:
    reading = Reading()
    for topic, hour in ((reading.pair.source, of_source), (reading.pair.home, of_home)):
        if hour is not None:
            reading.read(topic, hour)

    reading.pair.merge()

    assert reading.unread() == unread


def test_what_was_read_before_the_other_began_stays_read() -> None:
    reading = Reading()
    pair = reading.pair
    # The older of the two was read through; the other, of which all is younger, not at all.
    for hour in (0, 2, 4):
        reading.date(ForumPost, reading.posts[hour].pk, reading.start - timedelta(hours=9 - hour))
    last = reading.start - timedelta(hours=5)
    reading.date(ForumTopic, pair.source.pk, reading.start - timedelta(hours=10))
    ForumTopic.objects.filter(pk=pair.source.pk).update(last_activity_at=last)
    reading.read(pair.source, -5)

    pair.merge()

    assert reading.unread() == [1, 3, 5]


def test_a_forum_that_was_marked_as_read_counts_as_reading_its_topics() -> None:
    reading = Reading()
    reading.read(reading.pair.home, 5)
    until = reading.start + timedelta(hours=4)
    ForumCategoryRead.objects.create(
        user_id=reading.reader.pk, category=reading.pair.here, read_until=until
    )

    reading.pair.merge()

    assert reading.unread() == []


def test_marks_of_the_topic_are_as_they_were_once_the_merge_is_taken_back() -> None:
    reading = Reading()
    reading.read(reading.pair.source, 2)
    reading.pair.merge()
    source = reading.pair.take_apart()

    viewer = Viewer.of(reading.reader)
    assert read_until(viewer, source) == reading.start + timedelta(hours=2)


def crowd(number: int) -> list[Any]:
    model: Any = get_user_model()
    start = model._default_manager.count()
    people = [
        model(username=f"crowd-{start + n}", email=f"crowd-{start + n}@example.org")
        for n in range(number)
    ]
    return list(model._default_manager.bulk_create(people))


def gather(topic: ForumTopic, people: Iterable[Any]) -> None:
    watching, at = [*people], timezone.now()
    Watch.objects.bulk_create(
        Watch(user_id=person.pk, kind=ForumTopic.KIND, object_id=topic.pk)
        for person in watching[::2]
    )
    Mute.objects.bulk_create(
        Mute(user_id=person.pk, kind=ForumTopic.KIND, object_id=topic.pk)
        for person in watching[1::2]
    )
    ForumTopicRead.objects.bulk_create(
        ForumTopicRead(user_id=person.pk, topic_id=topic.pk, read_until=at) for person in watching
    )


def queries_of_merging_with(number: int) -> tuple[int, int]:
    """Of the merge, and of taking it back."""
    pair = Pair()
    gather(pair.source, crowd(number))
    with CaptureQueriesContext(connection) as merging:
        pair.merge()
    assert Watch.objects.filter(object_id=pair.home.pk).count() >= number // 2
    with CaptureQueriesContext(connection) as taking_apart:
        pair.take_apart()
    assert not Mute.objects.filter(object_id=pair.home.pk).exists()
    return len(merging), len(taking_apart)


def test_a_merge_asks_as_often_however_many_watch_it() -> None:
    assert queries_of_merging_with(2) == queries_of_merging_with(40)


@pytest.mark.once
def test_a_crowd_is_written_in_batches() -> None:
    (few, few_back), (many, many_back) = queries_of_merging_with(2), queries_of_merging_with(2_000)

    # SQLite takes fewer values in one statement than the others.
    assert many - few <= 60
    assert many_back == few_back


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_who_begins_to_watch_while_the_topic_is_merged_watches_what_is_left_or_is_told_so() -> None:
    pair, people = Pair(), [make_user() for _ in range(8)]
    for person in people[:4]:
        notifications.watch(actor=person, subject=pair.source)
    outcomes = at_once(
        [
            *(
                partial(notifications.watch, actor=person, subject=pair.source)
                for person in people[4:]
            ),
            pair.merge,
            *(
                partial(notifications.mute, actor=person, subject=pair.home)
                for person in people[:2]
            ),
            *(
                partial(notifications.unwatch, actor=person, subject=pair.source)
                for person in people[2:4]
            ),
        ]
    )

    codes = {getattr(one, "code", one) for one in outcomes if isinstance(one, Exception)}
    assert codes <= {"busy", "not_found"}
    if isinstance(outcomes[4], Exception):
        return
    for person, outcome in zip(people[4:], outcomes[:4], strict=True):
        assert wish(person, pair.home) == (NOTHING if isinstance(outcome, Exception) else WATCHED)
    for person, outcome in zip(people[:2], outcomes[5:7], strict=True):
        assert wish(person, pair.home) == (WATCHED if isinstance(outcome, Exception) else MUTED)
