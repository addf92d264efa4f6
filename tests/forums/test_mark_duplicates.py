"""Duplicates: linked both ways, without chains, and still open."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from wargame_mentorship.core.errors import Invalid, NotAllowed, SignInRequired
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumTopic
from wargame_mentorship.host import Viewer
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_post,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


class Three:
    def __init__(self) -> None:
        self.category = make_forum_category()
        self.moderator = make_forum_moderator(self.category)
        self.asker = make_user("asker")
        self.first, self.second, self.third = (
            make_topic(self.asker, self.category) for _ in range(3)
        )

    def mark(self, topic: ForumTopic, original: ForumTopic, **given: Any) -> ForumTopic:
        fields = {"actor": self.moderator, "topic": topic, "topic_id": original.pk, **given}
        return services.mark_duplicate(**fields)

    def links(self) -> list[ForumTopic | None]:
        found = []
        for topic in (self.first, self.second, self.third):
            topic.refresh_from_db()
            found.append(topic.duplicate_of)
        return found


def test_a_duplicate_leads_to_its_original_stays_open_and_can_be_unmarked() -> None:
    three = Three()

    for _ in range(2):
        three.mark(three.second, three.first, reason="Asked last week.")

    assert three.links() == [None, three.first, None]
    assert list(three.first.duplicates.all()) == [three.second]
    make_post(three.second)
    [event] = Event.objects.filter(verb="forum_topic.marked_duplicate")
    assert event.reason == "Asked last week."
    assert event.data == {
        "before": {"duplicate_of": None},
        "after": {"duplicate_of": str(three.first.pk)},
    }
    for _ in range(2):
        services.unmark_duplicate(actor=three.moderator, topic=three.second)
    assert three.links() == [None, None, None]
    assert Event.objects.filter(verb="forum_topic.unmarked_duplicate").count() == 1


def test_there_are_no_chains_from_either_side() -> None:
    forward, backward = Three(), Three()
    forward.mark(forward.second, forward.first)
    forward.mark(forward.third, forward.second)
    backward.mark(backward.third, backward.second)
    backward.mark(backward.second, backward.first)

    for three in (forward, backward):
        assert three.links() == [None, three.first, three.first]


def test_nothing_repeats_itself_nor_its_own_duplicate() -> None:
    three = Three()
    three.mark(three.second, three.first)

    for topic, original in ((three.first, three.first), (three.first, three.second)):
        with pytest.raises(Invalid):
            three.mark(topic, original)
    with pytest.raises(Invalid):
        services.mark_duplicate(actor=three.moderator, topic=three.first, topic_id=uuid4())
    with pytest.raises(IntegrityError), transaction.atomic():
        ForumTopic.objects.filter(pk=three.first.pk).update(duplicate_of=three.first.pk)


def test_only_who_moderates_both_marks_duplicates() -> None:
    three = Three()
    elsewhere = make_topic()

    for actor, error in ((Viewer(None), SignInRequired), (three.asker, NotAllowed)):
        with pytest.raises(error):
            three.mark(three.second, three.first, actor=actor)
        with pytest.raises(error):
            services.unmark_duplicate(actor=actor, topic=three.second)
    with pytest.raises(NotAllowed):
        three.mark(elsewhere, three.first)
    with pytest.raises(Invalid):
        three.mark(three.first, elsewhere)


def test_merging_keeps_duplicates_linked_to_what_is_left() -> None:
    three = Three()
    last = make_topic(category=three.category)
    three.mark(three.second, three.first)
    three.mark(three.third, three.first)

    services.merge(actor=three.moderator, topic=three.second, into_id=three.first.pk)
    services.merge(actor=three.moderator, topic=three.first, into_id=last.pk)

    assert three.links() == [None, None, last]
    services.merge(actor=three.moderator, topic=last, into_id=three.third.pk)
    assert three.links() == [None, None, None]
