"""/forums/draft and /forums/topics/{id}/draft: what is being written, on whatever device."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.api.http import Api, anonymous, blocks, code_of, fields_of, signed_in
from tests.photos.pictures import upload
from wargame_mentorship.forums.models import ForumDraft, ForumPost, ForumTopic
from wargame_mentorship.photos.services import upload_photo
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


def of_topic(client: Api, method: str, **body: Any) -> Any:
    return client.ask(method, "forum-draft", body=body)


def of_reply(client: Api, method: str, topic: ForumTopic, **body: Any) -> Any:
    return client.ask(method, "forum-reply-draft", topic.pk, body=body)


def test_a_topic_is_kept_read_and_thrown_away() -> None:
    ada, category = make_user("ada"), make_forum_category()
    photo = upload_photo(actor=ada, file=upload())
    client, key = signed_in(ada), str(uuid4())
    body = {
        "id": key,
        "category_id": str(category.pk),
        "title": "Which gl",
        "tags": ["glue", " ", "resin"],
        "photo_ids": [str(photo.pk)],
    }

    kept = of_topic(client, "PUT", **body)

    assert kept.status_code == 200
    draft = kept.json()
    assert (draft["id"], draft["title"], draft["description"]) == (key, "Which gl", "")
    assert (draft["category_id"], draft["category"]) == (str(category.pk), category.slug)
    assert (draft["tags"], draft["language"]) == (["glue", "resin"], "")
    assert [one["id"] for one in draft["photos"]] == [str(photo.pk)]
    assert of_topic(client, "GET").json() == draft
    assert of_topic(client, "DELETE").status_code == 204
    assert of_topic(client, "GET").status_code == 404
    assert of_topic(client, "DELETE").status_code == 404
    assert code_of(of_topic(client, "PUT", **body)) == (409, "draft_gone")


def test_a_reply_is_kept_read_and_thrown_away() -> None:
    ada, post = make_user("ada"), make_post()
    photo = upload_photo(actor=ada, file=upload())
    client, key, topic = signed_in(ada), str(uuid4()), post.topic
    body = {
        "id": key,
        "content": " Thin\n",
        "reply_to_id": str(post.pk),
        "photo_ids": [str(photo.pk)],
    }

    kept = of_reply(client, "PUT", topic, **body)

    assert kept.status_code == 200
    draft = kept.json()
    assert (draft["id"], draft["topic"], draft["content"]) == (key, str(topic.pk), " Thin\n")
    assert draft["reply_to_id"] == str(post.pk)
    assert [one["id"] for one in draft["photos"]] == [str(photo.pk)]
    assert of_reply(client, "GET", topic).json() == draft
    assert of_reply(client, "GET", make_topic()).status_code == 404
    assert of_reply(client, "DELETE", topic).status_code == 204
    assert of_reply(client, "GET", topic).status_code == 404
    assert code_of(of_reply(client, "PUT", topic, **body)) == (409, "draft_gone")


def test_sending_ends_the_draft_that_it_names() -> None:
    category, topic, client = make_forum_category(), make_topic(), signed_in(make_user())
    started, replied = str(uuid4()), str(uuid4())
    of_topic(client, "PUT", id=started, title="Glue")
    of_reply(client, "PUT", topic, id=replied, content="Thin it.")

    new = client.ask("POST", "forum-topics", category.pk, body={"title": "Glue", "draft": started})
    post = client.ask(
        "POST", "forum-posts", topic.pk, body={"content": "Thin it.", "draft": replied}
    )

    assert (new.status_code, post.status_code) == (201, 201)
    assert of_topic(client, "GET").status_code == of_reply(client, "GET", topic).status_code == 404
    assert code_of(of_topic(client, "PUT", id=started, title="Glue")) == (409, "draft_gone")
    late = of_reply(client, "PUT", topic, id=replied, content="Thin it.")
    assert code_of(late) == (409, "draft_gone")


@pytest.mark.parametrize("draft", ["x", 7, ["x"]])
def test_a_draft_that_is_no_key_is_a_400(draft: Any) -> None:
    category, topic, client = make_forum_category(), make_topic(), signed_in(make_user())

    for name, about, body in (
        ("forum-topics", category, {"title": "Glue"}),
        ("forum-posts", topic, {"content": "Thin it."}),
    ):
        answer = client.ask("POST", name, about.pk, body={**body, "draft": draft})
        assert fields_of(answer) == {"draft": ["invalid"]}
    assert (ForumTopic.objects.count(), ForumPost.objects.count()) == (1, 0)


def test_editing_a_topic_takes_no_draft() -> None:
    ada = make_user("ada")
    client, key, topic = signed_in(ada), str(uuid4()), make_topic(ada)
    of_topic(client, "PUT", id=key, title="Glue")

    client.ask("PATCH", "forum-topic", topic.pk, body={"title": "Better", "draft": key})

    assert of_topic(client, "GET").json()["title"] == "Glue"


def test_a_draft_is_nobody_else_s() -> None:
    category = make_forum_category()
    topic, key = make_topic(category=category), str(uuid4())
    ada = signed_in(make_user("ada"))
    of_topic(ada, "PUT", id=key, title="Mine")
    of_reply(ada, "PUT", topic, id=str(uuid4()), content="Mine")

    for person in (make_user("bruno"), make_forum_moderator(category), make_superuser()):
        client = signed_in(person)
        for method in ("GET", "DELETE"):
            assert of_topic(client, method).status_code == 404
            assert of_reply(client, method, topic).status_code == 404
        assert code_of(of_topic(client, "PUT", id=key, title="x")) == (409, "draft_gone")
    for method in ("GET", "PUT", "DELETE"):
        assert of_topic(anonymous(), method, id=key).status_code == 401
        assert of_reply(anonymous(), method, topic, id=key).status_code == 401
    assert ForumDraft.objects.count() == 2


def test_a_topic_that_somebody_may_not_see_has_no_draft_for_them() -> None:
    asker, ada = make_user("asker"), make_user("ada")
    topic, client, key = make_topic(asker), signed_in(ada), str(uuid4())
    of_reply(client, "PUT", topic, id=key, content="Thin it.")

    with blocks():
        MemorySocial.block(asker, ada)
        for method in ("GET", "PUT", "DELETE"):
            assert of_reply(client, method, topic, id=key).status_code == 404
            assert of_reply(client, method, ForumTopic(pk=uuid4()), id=key).status_code == 404


def test_what_would_be_refused_when_sent_is_kept() -> None:
    body = {"title": "  " + "x" * 300, "category_id": str(uuid4()), "tags": ["x" * 60] * 9}

    kept = of_topic(signed_in(make_user()), "PUT", id=str(uuid4()), **body)

    assert kept.status_code == 200
    assert (kept.json()["title"], kept.json()["tags"]) == (body["title"], body["tags"])
    assert kept.json()["category_id"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"id": None}, "id"),
        ({"id": "x"}, "id"),
        ({"id": 7}, "id"),
        ({"title": None}, "title"),
        ({"title": ["x"]}, "title"),
        ({"description": {}}, "description"),
        ({"category_id": "x"}, "category_id"),
        ({"tags": "x, y"}, "tags"),
        ({"tags": ["x"] * 51}, "tags"),
        ({"language": "x" * 16}, "language"),
        ({"photo_ids": ["x"]}, "photo_ids.0"),
        ({"photo_ids": [str(uuid4())] * 9}, "photo_ids"),
    ],
)
def test_what_is_no_topic_s_draft_is_a_400(body: dict[str, Any], field: str) -> None:
    answer = of_topic(signed_in(make_user()), "PUT", **{"id": str(uuid4()), **body})

    assert set(fields_of(answer)) == {field}
    assert not ForumDraft.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"id": None}, "id"),
        ({"content": None}, "content"),
        ({"content": 7}, "content"),
        ({"reply_to_id": "x"}, "reply_to_id"),
        ({"photo_ids": [str(uuid4())] * 9}, "photo_ids"),
    ],
)
def test_what_is_no_reply_s_draft_is_a_400(body: dict[str, Any], field: str) -> None:
    client, topic = signed_in(make_user()), make_topic()

    answer = of_reply(client, "PUT", topic, **{"id": str(uuid4()), **body})

    assert set(fields_of(answer)) == {field}
    assert not ForumDraft.objects.exists()


def test_a_draft_beyond_all_bounds_is_a_413() -> None:
    client, topic, long = signed_in(make_user()), make_topic(), "x" * 40_001

    for answer in (
        of_topic(client, "PUT", id=str(uuid4()), description=long),
        of_reply(client, "PUT", topic, id=str(uuid4()), content=long),
    ):
        assert code_of(answer) == (413, "too_large")


def test_a_replayed_save_and_a_replayed_deletion_act_once() -> None:
    client, topic = signed_in(make_user()), make_topic()
    body = {"id": str(uuid4()), "content": "Thin it."}

    def twice(method: str) -> list[Any]:
        return [
            client.ask(
                method, "forum-reply-draft", topic.pk, body=body, idempotency_key=f"{method}-1"
            )
            for _ in range(2)
        ]

    first, second = twice("PUT")
    assert second.json() == first.json()
    assert second["Idempotent-Replayed"] == "true"
    first, second = twice("DELETE")
    assert (first.status_code, second.status_code) == (204, 204)


def test_a_draft_costs_few_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client, topic = signed_in(make_user()), make_topic()
    of_reply(client, "PUT", topic, id=str(uuid4()), content="Thin it.")

    # Who asks, what they moderate and whom a block hides; the topic, and the draft.
    with django_assert_max_num_queries(8):
        assert of_reply(client, "GET", topic).status_code == 200
