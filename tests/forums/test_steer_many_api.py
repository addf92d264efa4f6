"""Doing one thing with many topics or posts over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.api.http import Api, anonymous, fields_of, signed_in
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_moderator,
    make_post,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


class Desk:
    """Topics in a forum that somebody moderates, and one in another."""

    def __init__(self) -> None:
        self.here, self.there, self.foreign = (make_forum_category() for _ in range(3))
        self.moderator = make_forum_moderator(self.here, self.there)
        self.client = signed_in(self.moderator)
        self.topics = [make_topic(category=self.here) for _ in range(3)]
        self.elsewhere = make_topic(category=self.foreign)

    def steer(self, action: Any, items: Any, client: Api | None = None, **fields: Any) -> Any:
        body = {"action": action, "items": items, **fields}
        return (client or self.client).ask("POST", "forum-bulk", body=body)


def item(subject: Any, **fields: Any) -> dict[str, Any]:
    return {"content_type": subject.KIND, "object_id": str(subject.pk), **fields}


def codes(answer: Any) -> list[tuple[int, str | None]]:
    assert answer.status_code == 200, answer.content
    return [(one["status"], one["code"]) for one in answer.json()["results"]]


def test_each_has_its_own_outcome_in_the_order_given() -> None:
    desk = Desk()
    first, second, third = desk.topics
    post = make_post(first)
    items = [
        item(second),
        item(third, version=7),
        item(desk.elsewhere),
        item(post),
        {"content_type": "spell", "object_id": str(first.pk)},
        {"content_type": "forum_topic", "object_id": str(uuid4())},
        item(first, version=first.version),
    ]

    answer = desk.steer("lock", items, reason="Settled.")

    assert codes(answer) == [
        (200, None),
        (412, "stale"),
        # Nobody learns here of what is not theirs to moderate.
        *[(404, "not_found")] * 4,
        (200, None),
    ]
    assert ForumTopic.objects.filter(is_locked=True).count() == 2
    assert {event.reason for event in Event.objects.filter(verb="forum_topic.locked")} == {
        "Settled."
    }
    first.refresh_from_db()
    assert answer.json()["results"][-1] == {
        "content_type": "forum_topic",
        "object_id": str(first.pk),
        "status": 200,
        "code": None,
        "moderation_state": "visible",
        "version": first.version,
    }


def test_they_are_moved_deleted_and_brought_back_with_posts_among_them() -> None:
    desk = Desk()
    post = make_post(desk.topics[0])
    items = [item(topic) for topic in desk.topics[:2]]

    assert codes(desk.steer("move", items, category_id=str(desk.there.pk))) == [(200, None)] * 2
    assert ForumTopic.objects.filter(category=desk.there).count() == 2
    for action, left in (("delete", 1), ("restore", 3)):
        assert codes(desk.steer(action, items)) == [(200, None)] * 2
        # Sent again it does nothing more, and says so.
        assert codes(desk.steer(action, items)) == [(404, "not_found")] * 2
        assert (
            ForumTopic.objects.filter(deleted_at=None, category__in=[desk.here, desk.there]).count()
            == left
        )
    services.lock(actor=desk.moderator, topic=desk.topics[0])
    assert codes(desk.steer("delete", [item(desk.topics[2]), item(post)])) == [(200, None)] * 2
    assert not ForumPost.objects.filter(deleted_at=None).exists()


def test_only_moderators_of_forums_steer_and_others_are_refused_before_they_are_read() -> None:
    desk = Desk()
    for items in ([item(desk.topics[0])], "nonsense"):
        assert desk.steer("pin", items, anonymous()).status_code == 401
        for person in (make_user(), make_moderator("painting")):
            assert desk.steer("pin", items, signed_in(person)).status_code == 403
    assert not ForumTopic.objects.filter(is_pinned=True).exists()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"action": "explode"}, "action"),
        ({"action": None}, "action"),
        ({"items": []}, "items"),
        ({"items": "x"}, "items"),
        ({"items": [7]}, "items.0"),
        ({"items": [{"content_type": "forum_topic"}]}, "items.0.object_id"),
        ({"items": [{"content_type": "forum_topic", "object_id": "x"}]}, "items.0.object_id"),
        ({"items": [{"content_type": "t", "object_id": str(uuid4())}] * 101}, "items"),
        ({"reason": "x" * 201}, "reason"),
        ({"action": "move"}, "category_id"),
        ({"action": "move", "category_id": "x"}, "category_id"),
        ({"action": "move", "category_id": str(uuid4())}, "category_id"),
    ],
)
def test_hostile_input_is_a_400_that_names_its_field(fields: dict[str, Any], wrong: str) -> None:
    desk = Desk()
    body = {"action": "pin", "items": [item(desk.topics[0])], **fields}

    found = fields_of(desk.client.ask("POST", "forum-bulk", body=body))

    assert {name.removesuffix(".non_field_errors") for name in found} == {wrong}
    assert not ForumTopic.objects.filter(is_pinned=True).exists()


def test_nothing_is_moved_where_one_does_not_moderate() -> None:
    desk = Desk()

    answer = desk.steer("move", [item(desk.topics[0])], category_id=str(desk.foreign.pk))

    assert fields_of(answer) == {"category_id": ["not_moderated"]}
