"""What is new to a reader, from the first visit to a post that was approved late."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.api.http import Api, blocks, signed_in, url
from tests.concurrency import at_once
from wargame_mentorship.core.errors import Invalid, NotFound, SignInRequired
from wargame_mentorship.flows.privacy import erase_user, export_user_data
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import (
    ForumCategory,
    ForumCategoryRead,
    ForumPost,
    ForumTopic,
    ForumTopicRead,
)
from wargame_mentorship.forums.unread import unread_counts
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.notifications import services as notifications
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    deactivate,
    make_forum_category,
    make_post,
    make_superuser,
    make_topic,
    make_user,
)
from wargame_mentorship.web.forums.detail import topic_url

pytestmark = pytest.mark.django_db

HOLDING = override_settings(
    WARGAME_MENTORSHIP={
        "MODERATION": {"BACKEND": "wargame_mentorship.testing.backends.MarkedWords"}
    }
)


def reader(name: str = "reader") -> Any:
    """Somebody who has been here for a year."""
    return make_user(name, date_joined=timezone.now() - timedelta(days=365))


def unread(person: Any) -> set[Any]:
    """Keys of the topics that the API calls unread, by its list and by its filter alike."""
    client = signed_in(person)
    shown = client.get(url("forum-latest")).json()["results"]
    narrowed = client.get(url("forum-latest") + "?unread=true").json()["results"]
    rest = client.get(url("forum-latest") + "?unread=false").json()["results"]
    keys = {entry["id"] for entry in shown if entry["is_unread"]}
    assert keys == {entry["id"] for entry in narrowed}
    assert {entry["id"] for entry in shown} - keys == {entry["id"] for entry in rest}
    return keys


def counted(person: Any) -> dict[str, int]:
    shown = signed_in(person).get(url("forum-categories")).json()["results"]
    return {entry["slug"]: entry["unread_count"] for entry in shown if entry["unread_count"]}


def open_page(person: Any, topic: ForumTopic, query: str = "", **headers: str) -> Any:
    client = Client()
    client.force_login(person)
    return client.get(f"{topic_url(topic)}{query}", headers=headers)


def test_a_topic_is_new_until_it_is_read_and_again_after_a_reply() -> None:
    me, topic = reader(), make_topic()
    assert unread(me) == {str(topic.pk)}
    assert counted(me) == {topic.category.slug: 1}

    assert open_page(me, topic).status_code == 200
    assert unread(me) == set()
    assert counted(me) == {}

    make_post(topic)
    assert unread(me) == {str(topic.pk)}


def test_what_one_writes_oneself_is_never_new() -> None:
    me = reader()
    topic = make_topic(me)
    make_post(topic, me)

    assert unread(me) == set()


def test_a_fresh_member_and_a_visitor_are_behind_with_nothing() -> None:
    topic = make_topic()
    fresh = make_user("fresh")

    assert unread(fresh) == set()
    shown = Api().get(url("forum-latest")).json()["results"]
    assert [entry["is_unread"] for entry in shown] == [False]
    assert Api().get(url("forum-latest") + "?unread=true").status_code == 401
    assert unread_counts(Viewer(None)) == {}
    make_post(topic)
    assert unread(fresh) == {str(topic.pk)}


def test_what_is_older_than_the_setting_counts_as_read() -> None:
    me, topic = reader(), make_topic()
    old = timezone.now() - timedelta(days=61)
    ForumTopic.objects.update(last_activity_at=old, visible_since=old, created_at=old)

    assert unread(me) == set()
    with override_settings(WARGAME_MENTORSHIP={"UNREAD_DAYS": 90}):
        assert unread(me) == {str(topic.pk)}


def test_a_post_that_is_approved_late_is_new_though_later_ones_are_read() -> None:
    me, topic = reader(), make_topic()
    with HOLDING:
        held = make_post(topic, content="hold-me: strip it first.")
    make_post(topic)
    open_page(me, topic)
    assert unread(me) == set()

    moderation.approve(actor=make_superuser(), kind="forum_post", object_id=held.pk)

    assert unread(me) == {str(topic.pk)}
    leads = open_page(me, topic, "?unread=1")
    assert leads["Location"].endswith(f"?post={held.pk}#post-{held.pk}")


def test_a_page_in_the_middle_marks_no_more_than_it_shows() -> None:
    me, topic = reader(), make_topic()
    posts = [make_post(topic) for _ in range(35)]

    first = open_page(me, topic)

    assert unread(me) == {str(topic.pk)}
    leads = open_page(me, topic, "?unread=1")
    assert leads["Location"].endswith(f"?post={posts[30].pk}#post-{posts[30].pk}")
    older = first.context_data["wm"]["detail"].context["older_url"]
    open_page(me, topic, "?" + older.partition("?")[2].partition("#")[0])
    assert unread(me) == set()


def test_reading_the_beginning_again_unreads_nothing() -> None:
    me, topic = reader(), make_topic()
    posts = [make_post(topic) for _ in range(3)]
    client = signed_in(me)

    read = client.post(url("forum-read", topic.pk), {}, format="json")
    assert read.json() == {"is_unread": False}
    again = client.post(url("forum-read", topic.pk), {"up_to": str(posts[0].pk)}, format="json")

    assert again.json() == {"is_unread": False}


def test_up_to_a_post_is_read_what_stands_before_it() -> None:
    me, topic = reader(), make_topic()
    posts = [make_post(topic) for _ in range(3)]
    client = signed_in(me)

    answer = client.post(url("forum-read", topic.pk), {"up_to": str(posts[1].pk)}, format="json")

    assert answer.json() == {"is_unread": True}
    page = client.get(url("forum-posts", topic.pk) + "?unread=1").json()
    assert [entry["id"] for entry in page["results"]] == [str(posts[2].pk)]
    assert page["previous"]


def test_where_nothing_is_new_the_list_begins_with_the_last_post() -> None:
    me, topic = reader(), make_topic()
    posts = [make_post(topic) for _ in range(3)]
    services.mark_read(actor=me, topic=topic)

    page = signed_in(me).get(url("forum-posts", topic.pk) + "?unread=1").json()

    assert [entry["id"] for entry in page["results"]] == [str(posts[2].pk)]


@pytest.mark.parametrize(
    "query", ["unread=2", "unread=true", "unread=1&cursor=x", "unread=1&around=x"]
)
def test_a_page_has_one_beginning(query: str) -> None:
    topic = make_topic()
    refused = signed_in(reader()).get(url("forum-posts", topic.pk) + f"?{query}")
    assert refused.status_code == 400


def test_everything_is_marked_by_category_and_altogether() -> None:
    me = reader()
    here, there = make_forum_category(), make_forum_category()
    topics = [make_topic(category=category) for category in (here, here, there)]
    client = signed_in(me)

    assert client.post(url("forum-category-read", here.pk)).json() == {"unread_count": 0}
    assert unread(me) == {str(topics[2].pk)}
    assert client.post(url("forums-read")).json() == {"unread_count": 0}
    assert unread(me) == set()
    make_post(topics[0])
    assert unread(me) == {str(topics[0].pk)}


def test_marks_are_ones_own() -> None:
    ada, bruno, topic = reader("ada"), reader("bruno"), make_topic()
    services.mark_read(actor=ada, topic=topic)
    services.mark_all_read(actor=ada)

    assert unread(bruno) == {str(topic.pk)}


def test_what_is_invisible_is_not_new() -> None:
    me, gone, held = reader(), make_topic(), make_topic()
    hidden_reply, by_deactivated, deleted = make_topic(me), make_topic(me), make_topic(me)
    author = make_user("blocked")
    services.delete_topic(actor=make_superuser(), topic=gone)
    moderation.hide(actor=make_superuser(), kind="forum_topic", object_id=held.pk)
    make_post(hidden_reply, author)
    leaver = make_user("leaver")
    make_post(by_deactivated, leaver)
    deactivate(leaver)
    services.delete_post(actor=make_superuser(), post=make_post(deleted))
    MemorySocial.forget()
    MemorySocial.block(me, author)

    with blocks():
        assert unread(me) == set()


def test_what_is_muted_is_not_counted() -> None:
    me, topic, other = reader(), make_topic(), make_topic()
    notifications.mute(actor=me, subject=topic)
    notifications.mute(actor=me, subject=other.category)
    assert counted(me) == {}

    notifications.watch(actor=me, subject=other)
    assert counted(me) == {other.category.slug: 1}


def test_the_page_says_where_the_new_begins() -> None:
    me, topic = reader(), make_topic()
    make_post(topic)
    assert "New since you were here" not in open_page(me, topic).content.decode()
    late = make_post(topic)

    shown = open_page(me, topic).content.decode()

    assert shown.index("New since you were here") < shown.index(f'id="post-{late.pk}')
    assert "New since you were here" not in open_page(me, topic).content.decode()


def test_a_browser_that_looks_ahead_reads_nothing() -> None:
    me, topic = reader(), make_topic()
    open_page(me, topic, **{"Sec-Purpose": "prefetch"})
    assert unread(me) == {str(topic.pk)}


def test_the_helpful_order_marks_only_what_is_all_on_one_page() -> None:
    me, short, long = reader(), make_topic(), make_topic()
    make_post(short)
    for _ in range(31):
        make_post(long)

    open_page(me, short, "?ordering=helpful")
    open_page(me, long, "?ordering=helpful")

    assert unread(me) == {str(long.pk)}


def test_nobody_and_strangers_mark_nothing() -> None:
    topic, other = make_topic(), make_topic()
    post = make_post(other)
    with pytest.raises(SignInRequired):
        services.mark_read(actor=Viewer(None), topic=topic)
    with pytest.raises(SignInRequired):
        services.mark_all_read(actor=Viewer(None))
    with pytest.raises(Invalid):
        services.mark_read(actor=reader(), topic=topic, up_to=post.pk)
    services.delete_topic(actor=make_superuser(), topic=topic)
    with pytest.raises(NotFound):
        services.mark_read(actor=reader(), topic=topic)
    ForumCategory.objects.update(is_active=False)
    with pytest.raises(NotFound):
        services.mark_category_read(actor=reader(), category=other.category)
    assert not ForumTopicRead.objects.exists()


def test_marks_are_pruned_once_everything_before_counts_as_read() -> None:
    me, topic = reader(), make_topic()
    services.mark_read(actor=me, topic=topic)
    services.mark_all_read(actor=me)
    call_command("wm_tick")
    assert ForumTopicRead.objects.count() == 1

    ForumTopicRead.objects.update(read_until=timezone.now() - timedelta(days=61))
    call_command("wm_tick")

    assert not ForumTopicRead.objects.exists()
    assert unread(me) == set()


def test_buttons_of_the_pages_mark_and_lead_back() -> None:
    me, topic = reader(), make_topic()
    client = Client()
    client.force_login(me)
    listed = client.get(reverse("wargame_mentorship:forum-list", args=["unread"]))
    assert topic.title in listed.content.decode()
    assert f"{topic_url(topic)}?unread=1" in listed.content.decode()

    done = client.post(reverse("wargame_mentorship:read-forum", args=[topic.category_id]))

    assert done["Location"] == reverse(
        "wargame_mentorship:forum-category", args=[topic.category.slug]
    )
    assert unread(me) == set()
    make_post(topic)
    client.post(reverse("wargame_mentorship:read-forums"))
    assert unread(me) == set()


@pytest.mark.parametrize("count", [2, 12])
def test_what_is_new_costs_the_same_however_much_it_is(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    me = reader()
    for _ in range(count):
        make_post(make_topic())
    client = Client()
    client.force_login(me)
    signed_in(me)

    for name, most in (("unread", 10), ("watched", 9)):
        with django_assert_max_num_queries(most):
            assert client.get(reverse("wargame_mentorship:forum-list", args=[name])).status_code


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_leave_one_mark_at_the_later_place() -> None:
    me, topic = reader(), make_topic()
    posts = [make_post(topic) for _ in range(4)]
    outcomes = at_once(
        [
            partial(services.mark_read, actor=me, topic=topic, up_to=key)
            for key in (*(post.pk for post in posts), None)
        ]
    )

    assert {getattr(one, "code", one) for one in outcomes if isinstance(one, Exception)} <= {"busy"}
    services.mark_read(actor=me, topic=topic, up_to=posts[0].pk)
    [mark] = ForumTopicRead.objects.all()
    assert mark.read_until >= ForumPost.objects.get(pk=posts[0].pk).created_at


def test_marks_are_taken_along_and_go_with_their_person() -> None:
    me, topic = reader(), make_topic()
    services.mark_read(actor=me, topic=topic)
    services.mark_all_read(actor=me)

    assert {entry["of"] for entry in export_user_data(me)["forum_reading"]} == {
        str(topic.pk),
        str(topic.category_id),
    }
    erase_user(me)

    assert not ForumTopicRead.objects.exists()
    assert not ForumCategoryRead.objects.exists()
