"""Watching and muting topics and forums, and who hears what because of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from tests.api.http import MEMORY_SOCIAL, Api, signed_in, url
from tests.forums.test_tell_of_topic import dispatch_all, name_of, told
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumCategory
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.notifications import services as notifications
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_post,
    make_superuser,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def wishes(person: Any, name: str, key: Any) -> Any:
    return signed_in(person).get(url(name, key)).json()


def test_whoever_starts_a_topic_or_replies_watches_it() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    topic = make_topic(ada)
    make_post(topic, bruno)

    for person in (ada, bruno):
        assert wishes(person, "forum-watch", topic.pk) == {"is_watched": True, "is_muted": False}
    listed = signed_in(bruno).get(url("forum-latest") + "?watched=true").json()["results"]
    assert [entry["id"] for entry in listed] == [str(topic.pk)]
    detail = signed_in(bruno).get(url("forum-topic", topic.pk)).json()
    assert (detail["is_watched"], detail["is_muted"]) == (True, False)


def test_the_others_who_watch_hear_of_a_reply_once_and_in_their_own_words() -> None:
    ada, bruno, cleo = make_user("ada"), make_user("bruno"), make_user("cleo")
    topic = make_topic(ada, title="Why?")
    make_post(topic, bruno)
    make_post(topic, cleo, content=f"@{bruno.get_username()} is right.")
    make_post(topic, cleo)

    dispatch_all()

    name = name_of(cleo)
    assert told(bruno) == [
        f"{name} mentioned you in “Why?”.",
        f"{name} replied in “Why?”, which you watch.",
    ]
    assert len(told(ada)) == 3
    assert told(cleo) == []


def test_whoever_watches_no_more_hears_nothing_until_they_reply_again() -> None:
    bruno, topic = make_user("bruno"), make_topic()
    make_post(topic, bruno)
    assert signed_in(bruno).delete(url("forum-watch", topic.pk)).json()["is_watched"] is False
    make_post(topic)
    dispatch_all()
    assert told(bruno) == []

    make_post(topic, bruno)
    make_post(topic)
    dispatch_all()
    assert len(told(bruno)) == 1


def test_a_reply_in_a_muted_topic_does_not_unmute_it() -> None:
    bruno, topic = make_user("bruno"), make_topic()
    signed_in(bruno).put(url("forum-mute", topic.pk))
    make_post(topic, bruno)
    assert wishes(bruno, "forum-watch", topic.pk) == {"is_watched": False, "is_muted": True}

    watched = signed_in(bruno).put(url("forum-watch", topic.pk)).json()

    assert watched == {"is_watched": True, "is_muted": False}


def test_new_topics_reach_those_who_watch_the_forum_and_no_others() -> None:
    ada, bruno, category = make_user("ada"), make_user("bruno"), make_forum_category()
    assert signed_in(ada).put(url("forum-category-watch", category.pk)).json()["is_watched"]
    topic = make_topic(bruno, category, title="Which brush?")
    make_topic(bruno)
    make_post(topic)
    dispatch_all()

    assert told(ada) == [f"{name_of(bruno)} started “Which brush?” in a forum that you watch."]


@override_settings(
    WARGAME_MENTORSHIP={
        "MODERATION": {"BACKEND": "wargame_mentorship.testing.backends.MarkedWords"}
    }
)
def test_a_held_topic_is_told_of_once_it_is_approved_in_its_authors_name() -> None:
    ada, bruno, category = make_user("ada"), make_user("bruno"), make_forum_category()
    notifications.watch(actor=ada, subject=category)
    topic = make_topic(bruno, category, title="Hm?", description="hold-me")
    dispatch_all()
    assert told(ada) == []

    moderation.approve(actor=make_superuser(), kind="forum_topic", object_id=topic.pk)
    dispatch_all()

    assert told(ada) == [f"{name_of(bruno)} started “Hm?” in a forum that you watch."]


def test_a_muted_forum_is_silent_but_for_topics_that_are_watched() -> None:
    ada, category = make_user("ada"), make_forum_category()
    silent = make_topic(category=category, description=f"@{ada.get_username()}, look.")
    watched = make_topic(category=category)
    assert signed_in(ada).put(url("forum-category-mute", category.pk)).json()["is_muted"]
    notifications.watch(actor=ada, subject=watched)
    make_post(silent)
    make_post(watched)
    dispatch_all()

    assert len(told(ada)) == 1


def test_a_block_stands_between_watchers_too() -> None:
    ada, bruno, category = make_user("ada"), make_user("bruno"), make_forum_category()
    notifications.watch(actor=ada, subject=category)
    topic = make_topic(category=category)
    notifications.watch(actor=ada, subject=topic)
    dispatch_all()
    MemorySocial.forget()
    with override_settings(WARGAME_MENTORSHIP={"SOCIAL": MEMORY_SOCIAL}):
        MemorySocial.block(ada, bruno)
        make_post(topic, bruno)
        make_topic(bruno, category)
        dispatch_all()

    assert len(told(ada)) == 1


def test_what_is_not_there_is_watched_by_nobody() -> None:
    ada, topic = make_user("ada"), make_topic()
    services.delete_topic(actor=make_superuser(), topic=topic)
    assert signed_in(ada).put(url("forum-watch", topic.pk)).status_code == 404
    ForumCategory.objects.update(is_active=False)
    assert signed_in(ada).put(url("forum-category-mute", topic.category_id)).status_code == 404
    assert Api().put(url("forum-category-mute", topic.category_id)).status_code == 401


def test_the_buttons_of_the_pages_begin_and_end_it() -> None:
    ada: Any = make_user("ada")
    topic, client = make_topic(), Client()
    client.force_login(ada)
    for route, subject in (("attend-topic", topic), ("attend-forum", topic.category)):
        address = reverse(f"wargame_mentorship:{route}", args=[subject.pk])
        client.post(address, {"watch": "1"})
        assert notifications.wishes_about(ada, subject) == notifications.Wishes(is_watched=True)
        client.post(address, {"mute": "1"})
        assert notifications.wishes_about(ada, subject) == notifications.Wishes(is_muted=True)
    listed = client.get(reverse("wargame_mentorship:notification-preferences")).content.decode()
    assert topic.title in listed
    assert topic.category.name in listed

    address = reverse("wargame_mentorship:attend-forum", args=[topic.category_id])
    back = client.post(address, {"mute": "0", "from": "preferences"})

    assert back["Location"] == reverse("wargame_mentorship:notification-preferences")
    assert not notifications.is_muted(ada, topic.category)
