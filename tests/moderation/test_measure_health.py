"""How moderation keeps up: what waits, since when, and how long decisions took, by category."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import F
from django.test import override_settings
from django.utils import timezone
from guardian.shortcuts import assign_perm
from pytest_django import DjangoAssertNumQueries

from tests.api.http import MARKED_WORDS
from wargame_mentorship.core.errors import NotAllowed, SignInRequired
from wargame_mentorship.events.models import Event, EventCategory
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.moderation import cases, flagging, services
from wargame_mentorship.moderation.health import Health, health, medians
from wargame_mentorship.moderation.models import FlagCase
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_help_request,
    make_moderator,
    make_post,
    make_response,
    make_superuser,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db
HELD = "Please hold-me."


@pytest.fixture(autouse=True)
def _holding() -> Iterator[None]:
    with override_settings(WARGAME_MENTORSHIP={"MODERATION": MARKED_WORDS}):
        yield


def held_topic(category: ForumCategory, hours: float = 0) -> ForumTopic:
    topic = make_topic(category=category, description=HELD)
    Event._base_manager.filter(verb="forum_topic.held", subject_id=topic.pk).update(
        occurred_at=F("occurred_at") - timedelta(hours=hours)
    )
    return topic


def reported(entry: Any, hours: float = 0) -> FlagCase:
    made = flagging.flag(actor=make_user(), kind=entry.KIND, object_id=entry.pk, reason="spam")
    opened_at = timezone.now() - timedelta(hours=hours)
    FlagCase.objects.filter(pk=made.case.pk).update(opened_at=opened_at)
    return FlagCase.objects.get(pk=made.case.pk)


def row_of(person: Any, category: Any, **given: Any) -> Health:
    [row] = [row for row in health(person, **given) if row.category.pk == category.pk]
    return row


def hours(duration: timedelta | None) -> float | None:
    return None if duration is None else round(duration / timedelta(hours=1), 1)


def test_what_waits_is_counted_by_kind_with_the_oldest_of_each() -> None:
    category = make_forum_category()
    ada = make_forum_moderator(category)
    held_topic(category, hours=5)
    held_topic(category, hours=2)
    topic = make_topic(category=category)
    make_post(topic, content=HELD)
    reported(topic, hours=9)

    row = row_of(ada, category)

    waiting = {(one.kind.name, one.is_reported): one for one in row.waiting}
    counts = {key: one.count for key, one in waiting.items()}
    assert counts == {
        ("forum_topic", False): 2,
        ("forum_post", False): 1,
        ("forum_topic", True): 1,
    }
    assert row.count == 4
    assert hours(timezone.now() - waiting["forum_topic", False].oldest) == 5
    assert row.oldest == waiting["forum_topic", True].oldest
    assert hours(timezone.now() - waiting["forum_topic", True].oldest) == 9


def test_what_an_edit_had_held_waits_since_the_edit() -> None:
    category = make_forum_category()
    topic = held_topic(category, hours=3)
    long_ago = timezone.now() - timedelta(days=400)
    ForumTopic.objects.filter(pk=topic.pk).update(created_at=long_ago)

    oldest = row_of(make_forum_moderator(category), category).oldest

    assert oldest is not None
    assert hours(timezone.now() - oldest) == 3


@pytest.mark.parametrize(
    ("waited", "median"), [([], None), ([4], 4), ([1, 9], 5), ([1, 2, 30], 2), ([1, 2, 4, 99], 3)]
)
def test_the_median_is_of_what_was_decided(waited: list[float], median: float | None) -> None:
    category = make_forum_category()
    ada = make_forum_moderator(category)
    for one in waited:
        topic = held_topic(category, hours=one)
        services.approve(actor=ada, kind=topic.KIND, object_id=topic.pk)

    row = row_of(ada, category)

    assert (row.decided, row.count) == (len(waited), 0)
    assert hours(row.median) == median


def test_cases_and_what_was_held_are_decided_alike_and_cases_have_a_share() -> None:
    category = make_forum_category()
    ada = make_forum_moderator(category)
    for number, decide in enumerate((cases.uphold, cases.dismiss, cases.dismiss), start=1):
        decide(actor=ada, case=reported(make_topic(category=category), hours=number))
    rejected = held_topic(category, hours=8)
    services.reject(actor=ada, kind=rejected.KIND, object_id=rejected.pk)
    # No decision about anything that waited.
    services.hide(actor=ada, kind="forum_topic", object_id=make_topic(category=category).pk)

    row = row_of(ada, category)

    assert (row.decided, row.upheld, row.dismissed) == (4, 1, 2)
    assert row.upheld_share == pytest.approx(1 / 3)
    assert hours(row.median) == 2.5
    assert row_of(make_forum_moderator(category), category).upheld_share == row.upheld_share


def test_decisions_count_in_their_period() -> None:
    category = make_forum_category()
    ada = make_forum_moderator(category)
    topic = held_topic(category, hours=4)
    services.approve(actor=ada, kind=topic.KIND, object_id=topic.pk)
    EventCategory._base_manager.update(occurred_at=timezone.now() - timedelta(days=40))

    assert row_of(ada, category).decided == 0
    assert row_of(ada, category, days=90).decided == 1
    assert hours(row_of(ada, category, days=90).median) == 4


def test_a_category_counts_with_its_parts_and_a_part_alone_where_the_whole_is_not_theirs() -> None:
    part, whole = make_moderator("drybrushing"), make_moderator("painting")
    both = make_moderator("painting", "drybrushing", "gaming")
    asked = make_help_request(category="painting", subcategory="drybrushing", description=HELD)
    make_help_request(category="painting", description=HELD)
    make_response(text=HELD)

    def counts(person: Any) -> dict[str, int]:
        return {row.category.slug: row.count for row in health(person)}  # type: ignore[attr-defined]

    assert counts(part) == {"drybrushing": 1}
    assert counts(whole) == {"painting": 3}
    assert counts(both) == {"painting": 3, "gaming": 0}
    services.approve(actor=part, kind=asked.KIND, object_id=asked.pk)
    assert {row.category.slug: row.decided for row in health(both)} == {  # type: ignore[attr-defined]
        "painting": 1,
        "gaming": 0,
    }
    assert counts(make_superuser())["painting"] == 2


def test_nobody_sees_the_numbers_of_what_they_do_not_moderate() -> None:
    here, there = make_forum_category(), make_forum_category()
    held_topic(there)
    reported(make_topic(category=there))

    [row] = health(make_forum_moderator(here))

    assert (row.category, row.count, row.decided, row.median) == (here, 0, 0, None)
    with pytest.raises(NotAllowed):
        health(make_user())
    with pytest.raises(SignInRequired):
        health(None)  # type: ignore[arg-type] # as a task could


def test_a_category_out_of_use_is_named_while_something_waits_there() -> None:
    category = make_forum_category()
    ada = make_forum_moderator(category)
    ForumCategory.objects.filter(pk=category.pk).update(is_active=False)
    assert health(ada) == []

    held_topic(category)

    assert row_of(ada, category).count == 1


def test_medians_of_many_are_found_by_the_database(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    keys = [uuid4(), uuid4()]
    category = make_forum_category()
    topic = held_topic(category)
    services.approve(actor=make_forum_moderator(category), kind=topic.KIND, object_id=topic.pk)
    now = timezone.now()
    for minutes in range(1, 202):
        event = Event.objects.create(verb="x", subject_kind="x", subject_id=uuid4())
        EventCategory.objects.bulk_create(
            EventCategory(
                event=event,
                category_id=key,
                occurred_at=now,
                waited=timedelta(minutes=minutes * factor),
            )
            for factor, key in enumerate(keys, start=1)
        )

    with django_assert_num_queries(1):
        found = medians(EventCategory.objects.filter(category_id__in=keys))

    assert found == {keys[0]: timedelta(minutes=101), keys[1]: timedelta(minutes=202)}


@pytest.mark.parametrize("count", [2, 20])
def test_it_costs_the_same_however_many_categories(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ada = make_moderator("gaming")
    for _ in range(count):
        category = make_forum_category()
        assign_perm("wargame_mentorship.moderate_forumcategory", ada, category)
        topic = held_topic(category)
        services.approve(actor=ada, kind=topic.KIND, object_id=topic.pk)
        held_topic(category)
        reported(make_post(make_topic(category=category)))

    with django_assert_num_queries(10):
        rows = health(ada)

    assert sorted(row.count for row in rows) == [0, *[2] * count]
    assert ForumPost.objects.count() == count
