"""Merging, splitting and marking duplicates over HTTP, and what the API shows of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.api.http import anonymous, blocks, fields_of, signed_in, url
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumTopic
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_post,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


class Scene:
    def __init__(self) -> None:
        self.category = make_forum_category()
        self.moderator = make_forum_moderator(self.category)
        self.client = signed_in(self.moderator)
        self.asker = make_user("asker")
        self.topic = make_topic(self.asker, self.category)
        self.other = make_topic(make_user("other"), self.category)
        self.post = make_post(self.topic, make_user("expert"))

    def ask(self, name: str, body: Any, **headers: Any) -> Any:
        return self.client.ask("POST", name, self.topic.pk, body=body, **headers)


def test_a_merge_answers_what_is_left_once_per_key_and_the_other_is_gone() -> None:
    scene = Scene()
    body = {"into": str(scene.other.pk), "reason": "The same."}

    answers = [scene.ask("forum-merge", body, idempotency_key="once") for _ in range(2)]

    for answer in answers:
        assert answer.status_code == 200
        assert answer.json()["id"] == str(scene.other.pk)
        assert answer.json()["reply_count"] == 2
    assert anonymous().get(url("forum-topic", scene.topic.pk)).status_code == 404
    assert scene.ask("forum-merge", body).status_code == 404
    restored = scene.ask("forum-topic-restore", {"reason": "Not the same."})
    assert (restored.status_code, restored.json()["reply_count"]) == (200, 1)


def test_a_split_answers_the_new_topic() -> None:
    scene = Scene()
    body = {"post_ids": [str(scene.post.pk)], "title": "Else", "reason": "Off topic."}

    answers = [scene.ask("forum-split", body, idempotency_key="once") for _ in range(2)]

    for answer in answers:
        assert answer.status_code == 201
        assert answer.json()["title"] == "Else"
        assert answer.json()["category_id"] == str(scene.category.pk)
    assert ForumTopic.objects.count() == 3


def test_a_duplicate_and_its_original_show_each_other() -> None:
    scene = Scene()

    answer = scene.ask("forum-duplicate-of", {"topic_id": str(scene.other.pk)})

    link = answer.json()["duplicate_of"]
    assert (link["id"], link["title"]) == (str(scene.other.pk), scene.other.title)
    shown = anonymous().get(url("forum-topic", scene.other.pk)).json()
    assert [entry["id"] for entry in shown["duplicates"]] == [str(scene.topic.pk)]
    assert shown["duplicate_of"] is None
    back = scene.ask("forum-duplicate-of", {"topic_id": None})
    assert back.json()["duplicate_of"] is None


def test_a_link_to_what_one_may_not_see_is_not_there() -> None:
    scene, reader = Scene(), make_user("reader")
    assert scene.other.created_by is not None
    services.mark_duplicate(actor=scene.moderator, topic=scene.topic, topic_id=scene.other.pk)
    MemorySocial.forget()
    MemorySocial.block(reader, scene.other.created_by)

    with blocks():
        shown = signed_in(reader).get(url("forum-topic", scene.topic.pk)).json()
    assert shown["duplicate_of"] is None
    services.delete_topic(actor=scene.moderator, topic=scene.topic)
    assert anonymous().get(url("forum-topic", scene.other.pk)).json()["duplicates"] == []


@pytest.mark.parametrize(
    ("name", "body", "field"),
    [
        ("forum-merge", {}, "into"),
        ("forum-merge", {"into": None}, "into"),
        ("forum-merge", {"into": "x"}, "into"),
        ("forum-merge", {"into": 7}, "into"),
        ("forum-merge", {"into": str(uuid4())}, "into"),
        ("forum-split", {"title": "Else"}, "post_ids"),
        ("forum-split", {"title": "Else", "post_ids": []}, "post_ids"),
        ("forum-split", {"title": "Else", "post_ids": "x"}, "post_ids"),
        ("forum-split", {"title": "Else", "post_ids": {"a": 1}}, "post_ids"),
        ("forum-split", {"title": "Else", "post_ids": [str(uuid4())]}, "post_ids"),
        ("forum-split", {"title": "\u202e", "post_ids": [str(uuid4())]}, "title"),
        ("forum-duplicate-of", {}, "topic_id"),
        ("forum-duplicate-of", {"topic_id": [1]}, "topic_id"),
        ("forum-duplicate-of", {"topic_id": str(uuid4())}, "topic_id"),
        ("forum-duplicate-of", {"topic_id": None, "reason": "x" * 201}, "reason"),
        ("forum-merge", {"into": str(uuid4()), "reason": {"a": 1}}, "reason"),
    ],
)
def test_hostile_input_is_a_400_that_names_its_field(name: str, body: Any, field: str) -> None:
    answer = Scene().ask(name, body)

    assert answer.status_code == 400
    assert field in fields_of(answer)


def test_deletions_edits_and_acceptances_take_a_reason() -> None:
    scene = Scene()
    why = {"reason": "Not for here."}
    scene.ask("forum-accept", {"post_id": str(scene.post.pk), **why})
    scene.client.ask("PATCH", "forum-topic", scene.topic.pk, body={"title": "Better", **why})
    scene.client.ask("PATCH", "forum-post", scene.post.pk, body={"content": "Better.", **why})
    scene.client.ask("DELETE", "forum-post", scene.post.pk, body=why)
    scene.client.ask("DELETE", "forum-topic", scene.topic.pk, body=why)

    given = Event.objects.filter(reason="Not for here.").order_by("occurred_at", "pk")
    assert [event.verb for event in given] == [
        "forum_topic.accepted",
        "forum_topic.edited",
        "forum_post.edited",
        "forum_post.deleted",
        "forum_topic.deleted",
    ]
    answer = scene.client.ask("DELETE", "forum-topic", scene.other.pk, body={"reason": "x" * 201})
    assert answer.status_code == 400


def test_what_can_be_done_is_offered_to_moderators() -> None:
    scene = Scene()

    def offered(client: Any, topic: ForumTopic) -> set[str]:
        shown = client.get(url("forum-topic", topic.pk)).json()
        return {"merge", "split", "duplicate_of"} & set(shown["available_actions"])

    assert offered(scene.client, scene.topic) == {"merge", "split", "duplicate_of"}
    assert offered(scene.client, scene.other) == {"merge", "duplicate_of"}
    assert offered(signed_in(scene.asker), scene.topic) == set()
