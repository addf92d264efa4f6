"""Who is told of what happens in a topic, and who is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm

from tests.api.http import MEMORY_SOCIAL, signed_in, url
from tests.notifications.letters import a_site
from wargame_mentorship.events import services as events
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums import services
from wargame_mentorship.host import users
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.notifications import services as notifications
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


def dispatch_all() -> None:
    for event in Event.objects.filter(dispatched_at=None).order_by("occurred_at", "pk"):
        assert events.dispatch(event)


def told(person: Any) -> list[str]:
    deliveries = list(
        notifications.deliveries_of(person).select_related("event").order_by("created_at", "pk")
    )
    shown = notifications.show(person, deliveries)
    people = users().display({entry.actor_id for entry in shown})
    return [entry.text(people) for entry in shown]


def name_of(person: Any) -> str:
    return users().display([person.pk])[person.pk].name


def test_the_author_is_told_of_a_reply_and_whoever_is_answered_too() -> None:
    ada, bruno, cleo = make_user("ada"), make_user("bruno"), make_user("cleo")
    topic = make_topic(ada, title="Which brush?")
    first = make_post(topic, bruno)
    make_post(topic, cleo, reply_to_id=first.pk)

    dispatch_all()
    for event in Event.objects.all():
        events.dispatch(event)

    assert told(ada) == [
        f"{name_of(bruno)} replied in “Which brush?”.",
        f"{name_of(cleo)} replied in “Which brush?”.",
    ]
    assert told(bruno) == [f"{name_of(cleo)} replied in “Which brush?”."]
    assert told(cleo) == []


def test_what_one_is_told_leads_to_the_reply() -> None:
    ada = make_user("ada")
    topic = make_topic(ada)
    post = make_post(topic)
    dispatch_all()

    [entry] = signed_in(ada).get(url("notifications")).json()["results"]

    assert entry["verb"] == "forum_topic.replied"
    assert entry["url"].endswith(f"?post={post.pk}#post-{post.pk}")


def test_whoever_is_accepted_or_mentioned_is_told() -> None:
    ada, bruno, cleo = make_user("ada"), make_user("bruno"), make_user("cleo")
    topic = make_topic(ada, description=f"@{cleo.get_username()} will know.", title="Why?")
    post = make_post(topic, bruno)
    services.accept(actor=ada, topic=topic, post_id=post.pk)

    dispatch_all()

    assert told(bruno) == [f"{name_of(ada)} accepted your post in “Why?” as the solution."]
    assert told(cleo) == [f"{name_of(ada)} mentioned you in “Why?”."]


def test_nobody_is_told_of_their_own_nor_of_what_they_muted_nor_across_a_block() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    own, muted = make_topic(ada), make_topic(ada)
    make_post(own, ada)
    assert signed_in(ada).put(url("forum-mute", muted.pk)).json()["is_muted"]
    make_post(muted, bruno)
    dispatch_all()
    assert told(ada) == []

    assert not signed_in(ada).delete(url("forum-mute", muted.pk)).json()["is_muted"]
    make_post(muted, bruno)
    MemorySocial.forget()
    with override_settings(WARGAME_MENTORSHIP={"SOCIAL": MEMORY_SOCIAL}):
        MemorySocial.block(ada, bruno)
        dispatch_all()
        assert told(ada) == []


@override_settings(
    WARGAME_MENTORSHIP={
        "MODERATION": {"BACKEND": "wargame_mentorship.testing.backends.MarkedWords"}
    }
)
def test_a_held_reply_is_told_of_once_it_is_approved() -> None:
    ada = make_user("ada")
    topic = make_topic(ada)
    post = make_post(topic, content="hold-me: strip the varnish.")
    dispatch_all()
    assert told(ada) == []

    moderation.approve(actor=make_superuser(), kind="forum_post", object_id=post.pk)
    dispatch_all()

    assert len(told(ada)) == 1


def test_the_mail_says_what_was_replied_and_leads_there() -> None:
    ada = make_user("ada")
    with a_site():
        post = make_post(make_topic(ada, title="Which brush?"), content="A *size 1*.")
        dispatch_all()
        notifications.send_waiting(older_than=timedelta(0))

    [letter] = [one for one in mail.outbox if "Which brush?" in one.subject]
    assert letter.to == [users().email(ada)]
    assert "A size 1." in letter.body
    assert f"?post={post.pk}" in letter.body
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


class Steered:
    """A topic with a post, whose authors a moderator has something to do with."""

    def __init__(self) -> None:
        self.category = make_forum_category()
        self.moderator = make_forum_moderator(self.category)
        self.ada: Any = make_user("ada")
        self.bruno: Any = make_user("bruno")
        self.topic = make_topic(self.ada, self.category, title="Why?")
        self.other = make_topic(make_user("other"), self.category, title="Else")
        self.post = make_post(self.topic, self.bruno)
        Event.objects.update(dispatched_at=timezone.now())

    def act(self, service: Any, subject: Any = None, **given: Any) -> Any:
        made = service(
            actor=self.moderator,
            reason="It fits better.",
            **(subject or {"topic": self.topic}),
            **given,
        )
        dispatch_all()
        return made

    def heard(self, person: Any) -> Any:
        """The latest that somebody reads in the list, over HTTP."""
        return signed_in(person).get(url("notifications")).json()["results"][0]


def test_the_author_is_told_what_a_moderator_did_with_the_topic_and_why() -> None:
    scene = Steered()
    another = make_forum_category()
    assign_perm("wargame_mentorship.moderate_forumcategory", scene.moderator, another)

    scene.act(services.lock)
    scene.act(services.unlock)
    scene.act(services.pin)
    scene.act(services.mark_duplicate, topic_id=scene.other.pk)
    scene.act(services.unmark_duplicate)
    scene.act(services.edit_topic, changes={"title": "Why so?"})
    scene.act(services.move, category_id=another.pk)

    assert told(scene.ada) == [
        "A moderator locked your topic “Why so?”.",
        "A moderator unlocked your topic “Why so?”.",
        "A moderator marked your topic “Why so?” as a duplicate.",
        "Your topic “Why so?” is no duplicate after all, says a moderator.",
        "A moderator edited your topic “Why so?”.",
        "A moderator moved your topic “Why so?” to another forum.",
    ]
    assert told(scene.bruno) == []
    heard = scene.heard(scene.ada)
    assert (heard["verb"], heard["reason"]) == ("moderated", "It fits better.")
    # It is the site that tells.
    assert heard["actor"] is None
    html = signed_in(scene.ada).get(reverse("wargame_mentorship:notifications")).content.decode()
    assert '<q dir="auto">It fits better.</q>' in html
    assert name_of(scene.moderator) not in html


def test_the_author_of_a_post_is_told_what_a_moderator_did_with_it() -> None:
    scene = Steered()
    post = {"post": scene.post}

    scene.act(services.edit_post, post, content="Better.")
    scene.act(services.delete_post, post)
    gone = scene.heard(scene.bruno)
    scene.act(services.restore_post, post)

    assert told(scene.bruno) == [
        "A moderator edited your post in “Why?”.",
        "A moderator deleted your post in “Why?”.",
        "A moderator brought your post in “Why?” back.",
    ]
    assert gone["url"].endswith(f"#post-{scene.post.pk}")
    assert gone["reason"] == "It fits better."


def test_whoever_lost_a_topic_is_told_and_nobody_hears_more_of_it() -> None:
    scene = Steered()
    make_post(scene.topic, scene.bruno)
    dispatch_all()
    before = told(scene.ada)

    scene.act(services.delete_topic)

    assert told(scene.ada) == ["This is no longer there for you to see." for _ in before] + [
        "A moderator deleted your topic “Why?”."
    ]
    assert told(scene.bruno) == []
    scene.act(services.restore_topic)
    assert told(scene.ada)[-1] == "A moderator brought your topic “Why?” back."


def test_a_merge_and_a_split_are_told_to_whose_words_they_moved() -> None:
    scene = Steered()

    made = scene.act(services.split, post_ids=[scene.post.pk], title="Primer")

    for person in (scene.ada, scene.bruno):
        assert told(person) == ["A moderator made posts from “Why?” a topic of their own."]
        assert scene.heard(person)["url"].endswith(f"{made.pk}/primer/")
    scene.act(services.merge, into_id=scene.other.pk)
    assert told(scene.ada)[-1] == "A moderator made your topic “Why?” a part of another."
    assert scene.heard(scene.ada)["url"].endswith(f"{scene.other.pk}/else/")
    assert len(told(scene.bruno)) == 1


def test_nobody_is_told_of_what_they_steer_themselves_nor_across_a_block() -> None:
    scene = Steered()
    own = make_topic(scene.moderator, scene.category)
    services.lock(actor=scene.moderator, topic=own)
    services.delete_topic(actor=scene.ada, topic=make_topic(scene.ada, scene.category))
    MemorySocial.forget()
    with override_settings(WARGAME_MENTORSHIP={"SOCIAL": MEMORY_SOCIAL}):
        services.lock(actor=scene.moderator, topic=scene.topic)
        MemorySocial.block(scene.moderator, scene.ada)
        dispatch_all()
        assert told(scene.moderator) == told(scene.ada) == []


def test_the_mail_of_a_deletion_gives_the_reason_and_not_who_did_it() -> None:
    scene = Steered()
    with a_site():
        scene.act(services.delete_topic)
        notifications.send_waiting(older_than=timedelta(0))

    [letter] = [one for one in mail.outbox if one.to == [users().email(scene.ada)]]
    assert letter.subject == "A moderator deleted your topic “Why?”"
    assert "It fits better." in letter.body
    assert name_of(scene.moderator) not in letter.body
    assert "See it" in letter.body
