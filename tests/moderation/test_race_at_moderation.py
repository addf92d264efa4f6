"""Moderators, authors and stewards at once, with real threads, on each database."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from tests.api.http import MARKED_WORDS
from tests.concurrency import at_once
from tests.help_requests.recounting import check_adds_up
from tests.moderation.test_race_for_case import codes
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.forums import services as forums
from wargame_mentorship.moderation import sanctions
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.moderation.models import Sanction, SanctionStatus
from wargame_mentorship.testing.factories import (
    make_forum_moderator,
    make_steward,
    make_topic,
    make_user,
)

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def _holding(settings: Any) -> None:
    settings.WARGAME_MENTORSHIP = {**settings.WARGAME_MENTORSHIP, "MODERATION": MARKED_WORDS}


@pytest.mark.usefixtures("_holding")
def test_nobody_approves_what_its_author_is_changing() -> None:
    """Whoever was first: what is there now was not what the moderator read, and waits."""
    author = make_user()
    topic = make_topic(author, description="hold-me, the first words")
    moderator = make_forum_moderator(topic.category)

    outcomes = at_once(
        [
            partial(
                moderation.approve,
                actor=moderator,
                kind=topic.KIND,
                object_id=topic.pk,
                if_version=topic.version,
            ),
            partial(
                forums.edit_topic,
                actor=author,
                topic=topic,
                changes={"description": "hold-me, other words"},
            ),
        ]
    )

    assert set(codes(outcomes)) <= {"stale", "busy"}
    topic.refresh_from_db()
    if not isinstance(outcomes[1], Exception):
        assert topic.description == "hold-me, other words"
        assert topic.moderation_state == ModerationState.HELD
    check_adds_up()


@pytest.mark.usefixtures("_holding")
def test_of_approval_and_rejection_at_once_one_is_made() -> None:
    topic = make_topic(description="hold-me")
    people = [make_forum_moderator(topic.category, name=name) for name in ("a", "b")]
    named: Any = {"kind": topic.KIND, "object_id": topic.pk}

    outcomes = at_once(
        [
            partial(moderation.approve, actor=people[0], **named),
            partial(moderation.reject, actor=people[1], **named),
        ]
    )

    [refused] = codes(outcomes)
    assert refused in {"wrong_state", "busy"}
    topic.refresh_from_db()
    is_approved = not isinstance(outcomes[0], Exception)
    assert (topic.moderation_state == ModerationState.VISIBLE) is is_approved
    check_adds_up()


def test_of_many_who_suspend_somebody_at_once_one_does() -> None:
    person, stewards = make_user(), [make_steward() for _ in range(4)]

    outcomes = at_once(
        [
            partial(
                sanctions.suspend,
                actor=steward,
                person=person,
                until=timezone.now() + timedelta(days=3),
                reason="Spam.",
            )
            for steward in stewards
        ]
    )

    assert set(codes(outcomes)) <= {"suspended_already", "busy"}
    assert Sanction.objects.suspending(person).count() == 1


def test_of_two_answers_to_a_reply_one_is_given() -> None:
    person, stewards = make_user(), [make_steward() for _ in range(2)]
    given = sanctions.suspend(
        actor=stewards[0],
        person=person,
        until=timezone.now() + timedelta(days=3),
        reason="Spam.",
    )
    replied = sanctions.appeal(actor=person, sanction=given, text="No.")

    outcomes = at_once(
        [
            partial(sanctions.confirm, actor=stewards[0], sanction=replied, if_version=2),
            partial(sanctions.withdraw, actor=stewards[1], sanction=replied, if_version=2),
        ]
    )

    assert set(codes(outcomes)) <= {"stale", "wrong_state", "busy"}
    assert len(codes(outcomes)) == 1
    status = Sanction.objects.get().status
    first = not isinstance(outcomes[0], Exception)
    assert status == (SanctionStatus.CONFIRMED if first else SanctionStatus.WITHDRAWN)


def test_of_replies_sent_twice_at_once_one_stays() -> None:
    person = make_user()
    given = sanctions.suspend(
        actor=make_steward(),
        person=person,
        until=timezone.now() + timedelta(days=3),
        reason="Spam.",
    )

    texts = ("One.", "Two.")
    outcomes = at_once(
        [partial(sanctions.appeal, actor=person, sanction=given, text=text) for text in texts]
    )

    assert len(codes(outcomes)) == 1
    assert set(codes(outcomes)) <= {"wrong_state", "busy"}
    kept = next(n for n, one in enumerate(outcomes) if isinstance(one, Sanction))
    assert Sanction.objects.get().appeal == texts[kept]
