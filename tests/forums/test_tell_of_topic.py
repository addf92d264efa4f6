"""Who is told of what happens in a topic, and who is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import override_settings

from tests.api.http import MEMORY_SOCIAL, signed_in, url
from tests.notifications.letters import a_site
from wargame_mentorship.events import services as events
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums import services
from wargame_mentorship.host import users
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.notifications import services as notifications
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import make_post, make_superuser, make_topic, make_user

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
