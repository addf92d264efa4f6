"""What a topic's page shows: to whom, in which order, and to search engines."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from wargame_mentorship.forums import services
from wargame_mentorship.kinds import forum_topic_url
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_post,
    make_superuser,
    make_topic,
    make_user,
)
from wargame_mentorship.web.forums import detail

pytestmark = pytest.mark.django_db


def client_of(person: Any = None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def html_of(topic: Any, person: Any = None, query: str = "") -> str:
    answer = client_of(person).get(forum_topic_url(topic) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def posts_on(html: str) -> list[str]:
    return re.findall(r'<article class="wm-answer[^"]*" id="((?:post|solution)-[^"]+)"', html)


def structured(html: str) -> Any:
    found = re.search(r'<script type="application/ld\+json">(.+?)</script>', html)
    return json.loads(found[1])["mainEntity"] if found else None


def test_any_slug_leads_to_the_right_one_and_keeps_the_query() -> None:
    topic = make_topic(title="Which brush?")
    address = reverse("wargame_mentorship:forum-topic", args=[topic.pk, "another"])

    answer = client_of().get(f"{address}?ordering=helpful")

    assert answer.status_code == 301
    assert answer["Location"] == f"{forum_topic_url(topic)}?ordering=helpful"


def test_the_solution_stands_first_and_in_its_place() -> None:
    asker = make_user("asker")
    topic = make_topic(asker)
    first, second = make_post(topic), make_post(topic)
    services.accept(actor=asker, topic=topic, post_id=second.pk)

    assert posts_on(html_of(topic)) == [
        f"solution-{second.pk}",
        f"post-{first.pk}",
        f"post-{second.pk}",
    ]
    services.accept(actor=asker, topic=topic, post_id=first.pk)
    # It comes first anyway.
    assert posts_on(html_of(topic)) == [f"post-{first.pk}", f"post-{second.pk}"]


def test_a_long_topic_is_read_page_by_page_and_from_any_post(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(detail, "POSTS_PER_PAGE", 2)
    topic = make_topic()
    written = [f"post-{make_post(topic).pk}" for _ in range(5)]

    first = html_of(topic)
    assert posts_on(first) == written[:2]
    further = re.search(r'rel="next" href="([^"]+)"', first)
    assert further is not None
    assert (
        posts_on(html_of(topic, query="?" + further[1].replace("&amp;", "&").partition("?")[2]))
        == written[2:4]
    )
    key = written[3].removeprefix("post-")
    assert posts_on(html_of(topic, query=f"?post={key}")) == written[3:5]
    # What means nothing is the first page.
    assert posts_on(html_of(topic, query="?post=nonsense&cursor=nonsense")) == written[:2]


def test_an_address_of_a_post_on_the_first_page_leads_to_that_page() -> None:
    topic = make_topic()
    posts = [make_post(topic) for _ in range(3)]

    for post in posts:
        html = html_of(topic, query=f"?post={post.pk}")
        assert posts_on(html) == [f"post-{one.pk}" for one in posts]
        # Nor is there anything before it.
        assert 'class="wm-pager"' not in html


def test_a_deleted_post_leaves_its_place_and_moderators_read_it() -> None:
    category, expert = make_forum_category(), make_user("expert")
    topic = make_topic(category=category)
    post = make_post(topic, expert, content="Regretted words.")
    services.delete_post(actor=expert, post=post)

    for person in (None, expert, make_user()):
        html = html_of(topic, person)
        assert "This post was deleted." in html
        assert "Regretted words." not in html
    html = html_of(topic, make_forum_moderator(category))
    assert "Regretted words." in html
    assert reverse("wargame_mentorship:restore-post", args=[post.pk]) in html


def test_a_quote_begins_the_reply_and_names_its_post() -> None:
    topic, reader = make_topic(), make_user("reader")
    post = make_post(topic, content="One line.\n\nAnd another.")

    html = html_of(topic, reader, f"?quote={post.pk}")

    assert "&gt; One line.\n&gt;\n&gt; And another." in html
    assert f'name="reply_to_id" value="{post.pk}"' in html
    elsewhere = make_post(content="Somewhere else.")
    assert "Somewhere else." not in html_of(topic, reader, f"?quote={elsewhere.pk}")


def test_a_reply_from_the_page_is_written_once_however_often_it_is_sent() -> None:
    topic, reader = make_topic(), make_user("reader")
    client = client_of(reader)
    token = re.search(r'name="form_token" value="([^"]+)"', html_of(topic, reader))
    assert token is not None
    sent = {"form_token": token[1], "content": "Thin it.", "reply_to_id": ""}
    address = reverse("wargame_mentorship:reply-topic", args=[topic.pk])

    answers = [client.post(address, sent) for _ in range(2)]

    [post] = topic.posts.all()
    for answer in answers:
        assert answer.status_code == 302
        assert answer["Location"].endswith(f"?post={post.pk}#post-{post.pk}")


def test_whoever_goes_back_and_writes_on_loses_nothing_and_can_send_it() -> None:
    topic, reader = make_topic(), make_user("reader")
    client = client_of(reader)
    first = {"title": "Which brush?", "tags": "", "language": "en", "content": "Thin it."}
    again = {**first, "title": "Which one?", "content": "Twice.", "description": "Again, longer."}
    for address in (
        reverse("wargame_mentorship:reply-topic", args=[topic.pk]),
        reverse("wargame_mentorship:start-topic", args=[topic.category.slug]),
    ):
        used = str(uuid4())
        assert client.post(address, {**first, "form_token": used}).status_code == 302

        refused = client.post(address, {**again, "form_token": used})

        html = refused.content.decode()
        assert refused.status_code == 400
        assert "This was sent before, with other words" in html
        assert any(words in html for words in ("Twice.</textarea>", "Again, longer.</textarea>"))
        token = re.search(r'name="form_token" value="([^"]+)"', html)
        assert token is not None
        assert client.post(address, {**again, "form_token": token[1]}).status_code == 302
    assert [post.content for post in topic.posts.order_by("created_at")] == ["Thin it.", "Twice."]


def test_what_could_not_be_sent_is_kept() -> None:
    topic, reader = make_topic(), make_user("reader")
    services.lock(actor=make_superuser(), topic=topic)
    address = reverse("wargame_mentorship:reply-topic", args=[topic.pk])

    answer = client_of(reader).post(address, {"content": "My long reply."})

    assert answer.status_code == 409
    assert "My long reply." in answer.content.decode()
    blank = client_of(reader).post(
        reverse("wargame_mentorship:reply-topic", args=[make_topic().pk]), {"content": " "}
    )
    assert blank.status_code == 400


def test_search_engines_read_the_question_its_solution_and_the_other_answers() -> None:
    asker, expert = make_user("asker"), make_user("expert")
    topic = make_topic(asker, title="Why </script>?", description="It *frosts*.")
    assert structured(html_of(topic)) is None
    solution, other = make_post(topic, expert, content="Too cold."), make_post(topic)
    gone = make_post(topic, expert)
    services.delete_post(actor=expert, post=gone)
    services.accept(actor=asker, topic=topic, post_id=solution.pk)

    found = structured(html_of(topic))

    assert (found["name"], found["text"]) == ("Why </script>?", "It frosts.")
    assert found["answerCount"] == 2
    assert found["acceptedAnswer"]["text"] == "Too cold."
    assert [one["url"].rpartition("post-")[2] for one in found["suggestedAnswer"]] == [
        str(other.pk)
    ]


def test_only_the_first_page_is_for_search_engines() -> None:
    topic = make_topic()
    make_post(topic)

    assert 'rel="canonical"' in html_of(topic)
    assert "noindex" in html_of(topic, query="?ordering=helpful")
    assert structured(html_of(topic, query="?ordering=helpful")) is None


@pytest.mark.parametrize("count", [2, 12])
def test_a_topic_and_a_reply_cost_the_same_however_many_posts(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    me = make_user("reader")
    asker = make_user("asker")
    topic = make_topic(asker, tags=["eyes"])
    posts = [make_post(topic) for _ in range(count)]
    services.accept(actor=asker, topic=topic, post_id=posts[1].pk)
    address = forum_topic_url(topic)
    client = client_of(me)
    client.get(address)

    # Four are the host's: session, user, and two of its bar for editors.
    with django_assert_max_num_queries(14):
        assert client.get(address).status_code == 200
    # Three know the form again, two its draft, two begin and end the transaction, two watch the
    # topic; MariaDB asks for the key of what it indexed.
    sent = {"content": "Thin it.", "form_token": "a form"}
    to = reverse("wargame_mentorship:reply-topic", args=[topic.pk])
    with django_assert_max_num_queries(22 if connection.vendor == "mysql" else 21):
        assert client.post(to, sent).status_code == 302
    assert topic.posts.count() == count + 1
