"""What moderators do on the pages: buttons of one topic, many at once, and what is gone."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.api.http import blocks
from tests.help_requests.recounting import check_adds_up
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.kinds import forum_topic_url
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_post,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

BULK = "steer-topics"


def address(name: str, *args: Any) -> str:
    return reverse(f"wargame_mentorship:{name}", args=args)


def client_of(person: Any = None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


class Forum:
    """Two forums that somebody moderates, with three topics in the first."""

    def __init__(self) -> None:
        self.here, self.there = make_forum_category("Here"), make_forum_category("There")
        self.moderator: Any = make_forum_moderator(self.here, self.there)
        self.client = client_of(self.moderator)
        self.asker: Any = make_user("asker")
        self.topics = [
            make_topic(self.asker, self.here, title=f"Number {number}") for number in range(3)
        ]

    def steer(self, action: str, *topics: ForumTopic, query: str = "", **given: Any) -> Any:
        fields = {"action": action, "topic": [topic.pk for topic in topics], **given}
        return self.client.post(f"{address(BULK)}{query}", fields)

    def act(self, action: str, **given: Any) -> Any:
        return self.client.post(address("act-on-topic", self.topics[0].pk, action), given)


def page(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, answer
    return answer.content.decode()


def test_many_topics_are_steered_at_once_for_one_reason() -> None:
    forum = Forum()

    answer = forum.steer("lock", *forum.topics[:2], reason="Read the rules.")

    assert answer.status_code == 302
    assert "2 are done" in page(forum.client, answer["Location"])
    locked = ForumTopic.objects.filter(is_locked=True)
    assert set(locked) == set(forum.topics[:2])
    assert Event.objects.filter(verb="forum_topic.locked", reason="Read the rules.").count() == 2
    forum.steer("move", *forum.topics, category_id=forum.there.pk)
    assert {topic.category_id for topic in ForumTopic.objects.all()} == {forum.there.pk}
    forum.steer("delete", *forum.topics)
    assert not ForumTopic.objects.visible_to(forum.moderator).exists()
    forum.steer("restore", *forum.topics[1:], query="?state=deleted")
    assert ForumTopic.objects.visible_to(forum.moderator).count() == 2
    check_adds_up()


def test_what_is_refused_is_reported_and_the_rest_is_done() -> None:
    forum = Forum()
    foreign = make_topic()
    services.delete_topic(actor=forum.moderator, topic=forum.topics[2])

    answer = forum.steer("pin", forum.topics[0], foreign, forum.topics[2])

    html = answer.content.decode()
    assert answer.status_code == 200
    assert "1 is done, and not everything." in html
    assert "This does not exist, or you may not see it." in html
    forum.topics[0].refresh_from_db()
    assert forum.topics[0].is_pinned
    none = forum.steer("pin", foreign)
    assert none.status_code == 409
    assert "Nothing has been done." in none.content.decode()


def test_nothing_is_done_without_a_choice_and_what_was_typed_is_kept() -> None:
    forum = Forum()
    one = forum.topics[0]

    for answer in (
        forum.steer("", one, reason="Because."),
        forum.steer("lock", reason="Because."),
        forum.steer("move", one, reason="Because."),
        forum.steer("explode", one, reason="Because."),
        forum.steer("restore", one, reason="Because."),
    ):
        assert answer.status_code == 400
        assert 'value="Because."' in answer.content.decode()
    assert forum.steer("lock", one, reason="x" * 201).status_code == 400
    assert forum.steer("lock", *(ForumTopic(pk=uuid4()) for _ in range(101))).status_code == 400
    assert forum.client.post(address(BULK), {"action": "lock", "topic": "x"}).status_code == 404
    assert not Event.objects.filter(verb="forum_topic.locked").exists()
    assert f'value="{one.pk}" checked' in forum.steer("", one).content.decode()


def test_a_moderator_reads_only_their_own_forums_and_one_of_them() -> None:
    forum = Forum()
    foreign = make_topic(title="Elsewhere")
    other = make_topic(category=forum.there, title="Over there")

    everything = page(forum.client, address(BULK))
    one = page(forum.client, f"{address(BULK)}?category={forum.there.slug}")

    assert foreign.title not in everything
    assert "Number 1" in everything
    assert other.title in everything
    assert other.title in one
    assert "Number 1" not in one
    assert page(forum.client, f"{address(BULK)}?all=1").count(" checked") == 4
    category = address("forum-category", forum.here.slug)
    assert f"{address(BULK)}?category={forum.here.slug}" in page(forum.client, category)
    assert address(BULK) not in page(client_of(forum.asker), category)
    client_of(forum.asker).post(address(BULK), {"action": "lock", "topic": forum.topics[0].pk})
    assert not ForumTopic.objects.filter(is_locked=True).exists()


def test_deleted_topics_are_listed_with_who_and_why_and_brought_back() -> None:
    forum = Forum()
    services.delete_topic(actor=forum.moderator, topic=forum.topics[0], reason="Spam, I think.")
    services.merge(
        actor=forum.moderator, topic=forum.topics[1], into_id=forum.topics[2].pk, reason="Twice."
    )

    html = page(forum.client, f"{address(BULK)}?state=deleted")

    assert "Spam, I think." in html
    assert "made this a part of another topic" in html
    answer = forum.client.post(
        f"{address(BULK)}?state=deleted", {"restore": str(forum.topics[1].pk), "action": ""}
    )
    assert answer.status_code == 302
    assert forum.topics[1] in ForumTopic.objects.visible_to(forum.moderator)
    check_adds_up()


def test_a_deleted_topic_is_shown_to_its_moderators_and_told_its_author() -> None:
    forum = Forum()
    topic = forum.topics[0]
    make_post(topic, content="A reply of somebody.")
    services.delete_topic(actor=forum.moderator, topic=topic, reason="Spam, I think.")
    url = forum_topic_url(topic)

    seen = page(forum.client, url)
    told = page(client_of(forum.asker), url)

    for html in (seen, told):
        assert "Spam, I think." in html
        assert "Mine splits after a week." in html
        assert "noindex" in html
    assert "A reply of somebody." in seen
    assert "A reply of somebody." not in told
    assert address("restore-topic", topic.pk) not in told
    for person in (None, make_user(), make_forum_moderator()):
        page(client_of(person), url, 404)
    answer = forum.client.post(address("restore-topic", topic.pk), {"reason": "My mistake."})
    assert answer["Location"] == url
    assert Event.objects.filter(verb="forum_topic.undeleted", reason="My mistake.").exists()


def test_what_somebody_deleted_themselves_is_gone_for_them() -> None:
    forum = Forum()
    services.delete_topic(actor=forum.asker, topic=forum.topics[0])

    page(client_of(forum.asker), forum_topic_url(forum.topics[0]), 404)


def test_a_merged_topic_leads_to_where_it_is_for_whoever_may_see_that() -> None:
    forum = Forum()
    source, home, last = forum.topics
    post = make_post(source)
    url = f"{forum_topic_url(source)}?post={post.pk}"
    services.merge(actor=forum.moderator, topic=source, into_id=home.pk)
    services.merge(actor=forum.moderator, topic=home, into_id=last.pk)

    answer = Client().get(url)

    assert answer.status_code == 301
    assert answer["Location"] == f"{forum_topic_url(last)}?post={post.pk}"
    assert "no-cache" in answer["Cache-Control"]
    # An anchor of theirs in the page that it leads to.
    assert f'id="post-{post.pk}"' in page(Client(), answer["Location"])
    reader = make_user("reader")
    MemorySocial.forget()
    MemorySocial.block(reader, forum.asker)
    with blocks():
        page(client_of(reader), url, 404)
    html = page(forum.client, forum_topic_url(last))
    assert address("restore-topic", home.pk) in html
    assert address("restore-topic", home.pk) not in page(Client(), forum_topic_url(last))


def test_an_address_of_a_post_leads_to_where_it_was_split_off_to() -> None:
    forum = Forum()
    topic = forum.topics[0]
    first, second, stays = (make_post(topic) for _ in range(3))
    made = services.split(
        actor=forum.moderator, topic=topic, post_ids=[first.pk, second.pk], title="Else"
    )

    def place(post: ForumPost) -> Any:
        return Client().get(f"{forum_topic_url(topic)}?post={post.pk}")

    assert place(first)["Location"] == forum_topic_url(made)
    assert place(second)["Location"].startswith(f"{forum_topic_url(made)}?post={second.pk}")
    assert place(stays).status_code == 200
    assert Client().get(f"{forum_topic_url(topic)}?post={uuid4()}").status_code == 200


def test_the_buttons_merge_and_mark_duplicates_by_a_pasted_address() -> None:
    forum = Forum()
    source, home, _last = forum.topics
    other = f"https://club.example{forum_topic_url(home)}?ordering=helpful"

    assert forum.act("mark-duplicate", other=other)["Location"].startswith(forum_topic_url(source))
    html = page(Client(), forum_topic_url(source))
    assert "This was asked before:" in html
    assert forum_topic_url(home) in html
    assert forum_topic_url(source) in page(Client(), forum_topic_url(home))
    forum.act("unmark-duplicate")
    assert "This was asked before:" not in page(Client(), forum_topic_url(source))
    for nonsense in ("", "the other one", "https://club.example/", str(uuid4())):
        answer = forum.act("merge", other=nonsense)
        assert answer.status_code == 400
        assert (
            "topic"
            in re.findall(r'role="alert".*?<li>(.*?)</li>', answer.content.decode(), re.S)[0]
        )
    merged = forum.act("merge", other=other, reason="The same.")
    assert merged["Location"].startswith(forum_topic_url(home))
    check_adds_up()


def test_posts_are_chosen_and_split_off_on_a_page() -> None:
    forum = Forum()
    topic = forum.topics[0]
    posts = [make_post(topic, content=f"<b>{number}</b>") for number in range(3)]
    url = address("split-topic", topic.pk)

    html = page(forum.client, f"{url}?post={posts[1].pk}")
    assert f'value="{posts[1].pk}" checked' in html
    assert "&lt;b&gt;0" in html
    given = {"post": [posts[1].pk, posts[2].pk], "title": " ", "reason": "Off topic."}
    refused = forum.client.post(url, given)
    assert refused.status_code == 400
    assert refused.content.decode().count(" checked") == 2
    assert 'value="Off topic."' in refused.content.decode()
    answer = forum.client.post(url, {**given, "title": "Else", "category_id": forum.there.pk})

    made = ForumTopic.objects.get(title="Else")
    assert answer["Location"] == forum_topic_url(made)
    assert (made.category_id, made.reply_count) == (forum.there.pk, 1)


def test_a_moderator_gives_a_reason_for_an_edit_and_an_author_is_not_asked() -> None:
    forum = Forum()
    topic = forum.topics[0]
    post = make_post(topic, forum.asker)

    for url in (address("edit-topic", topic.pk), address("edit-post", post.pk)):
        assert 'name="reason"' in page(forum.client, url)
        assert 'name="reason"' not in page(client_of(forum.asker), url)
    fields = {"content": "Kinder.", "reason": "Be kind."}
    forum.client.post(address("edit-post", post.pk), fields)
    forum.client.post(
        address("edit-topic", topic.pk),
        {"title": "Kinder", "description": "", "tags": "", "language": "en", "reason": "Be kind."},
    )
    assert Event.objects.filter(reason="Be kind.").count() == 2


@pytest.mark.parametrize("count", [2, 12])
def test_the_pages_cost_the_same_however_full_they_are(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    forum = Forum()
    topic, home, _last = forum.topics
    for _ in range(count):
        make_post(topic)
        make_topic(category=forum.here, tags=["eyes"])
        services.delete_topic(actor=forum.moderator, topic=make_topic(category=forum.here))
        duplicate = make_topic(category=forum.here)
        services.mark_duplicate(actor=forum.moderator, topic=duplicate, topic_id=home.pk)
        merged = make_topic(category=forum.here)
        services.merge(actor=forum.moderator, topic=merged, into_id=home.pk)
    gone = make_topic(category=forum.here)
    for _ in range(count):
        make_post(gone)
    services.delete_topic(actor=forum.moderator, topic=gone)

    for url, most in (
        (address(BULK), 13),
        (f"{address(BULK)}?state=deleted", 14),
        (address("split-topic", topic.pk), 16),
        # Four of them mark it as read, at the first visit.
        (forum_topic_url(home), 28),
        (forum_topic_url(gone), 13),
    ):
        with django_assert_max_num_queries(most, info=url):
            page(forum.client, url)
