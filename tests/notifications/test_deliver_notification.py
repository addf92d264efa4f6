from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import override_settings
from notifications.signals import notify
from notifications.swappable import load_notification_model

from wargame_mentorship.core.errors import SignInRequired
from wargame_mentorship.events import services as events
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.host import Viewer, users
from wargame_mentorship.models import Delivery
from wargame_mentorship.notifications import services as notifications
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    deactivate,
    make_help_request,
    make_response,
    make_user,
)

pytestmark = pytest.mark.django_db

BLOCKS = override_settings(
    WARGAME_MENTORSHIP={"SOCIAL": {"BACKEND": "wargame_mentorship.testing.backends.MemorySocial"}}
)


@pytest.fixture(autouse=True)
def _no_blocks() -> None:
    MemorySocial.forget()


def dispatch_all() -> None:
    for event in Event.objects.filter(dispatched_at=None).order_by("occurred_at", "pk"):
        assert events.dispatch(event)


def told(person: AbstractBaseUser) -> list[str]:
    deliveries = list(
        notifications.deliveries_of(person).select_related("event").order_by("created_at", "pk")
    )
    shown = notifications.show(person, deliveries)
    people = users().display({entry.actor_id for entry in shown})
    return [entry.text(people) for entry in shown]


def test_the_asker_is_told_of_an_answer_once() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    entry = make_help_request(ada, title="Why is it white?")
    make_response(entry, bruno)

    dispatch_all()
    for event in Event.objects.all():
        events.dispatch(event)

    name = users().display([bruno.pk])[bruno.pk].name
    assert told(ada) == [f"{name} answered “Why is it white?”."]
    assert told(bruno) == []
    rows = load_notification_model().objects.filter(recipient_id=ada.pk)
    assert [row.verb for row in rows] == ["help_request.answered"]
    assert notifications.unread_count(ada) == 1


def test_nobody_is_told_of_what_they_did_themselves() -> None:
    ada = make_user("ada")
    make_response(make_help_request(ada), ada)

    dispatch_all()

    assert told(ada) == []


def test_the_helper_is_told_of_being_accepted_and_assigned() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    entry = make_help_request(ada, title="Why?")
    help_requests.assign(actor=ada, help_request=entry, helper_id=bruno.pk)
    response = make_response(entry, bruno)
    help_requests.accept(actor=ada, help_request=entry, response_id=response.pk)

    dispatch_all()

    name = users().display([ada.pk])[ada.pk].name
    assert told(bruno) == [
        f"{name} asks you to help with “Why?”.",
        f"{name} accepted your answer to “Why?”.",
    ]


@BLOCKS
def test_no_notification_passes_a_block() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    make_response(make_help_request(ada), bruno)
    MemorySocial.block(ada, bruno)

    dispatch_all()

    assert not Delivery.objects.exists()


@BLOCKS
def test_a_later_block_hides_what_was_already_told() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    make_response(make_help_request(ada), bruno)
    dispatch_all()
    assert notifications.unread_count(ada) == 1

    MemorySocial.block(ada, bruno)

    assert told(ada) == []
    assert notifications.unread_count(Viewer(ada)) == 0


def test_whoever_may_no_longer_see_it_is_not_told() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    entry = make_help_request(ada, is_public=False)
    help_requests.assign(actor=ada, help_request=entry, helper_id=bruno.pk)
    help_requests.release(actor=ada, help_request=entry)

    dispatch_all()

    assert told(bruno) == []


def test_a_deactivated_person_is_not_told() -> None:
    ada = make_user("ada")
    make_response(make_help_request(ada))
    deactivate(ada)

    dispatch_all()

    assert not Delivery.objects.exists()


def test_what_is_gone_by_now_shows_no_title_and_no_link() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada, title="Secret title")
    make_response(entry)
    dispatch_all()
    HelpRequest.objects.filter(pk=entry.pk).update(deleted_at=entry.created_at)

    [shown] = notifications.show(ada, list(notifications.deliveries_of(ada)))

    assert (shown.title, shown.url) == ("", None)
    assert "Secret" not in shown.text({})


def test_marking_read_touches_ones_own_only() -> None:
    ada, eve = make_user("ada"), make_user("eve")
    for person in (ada, eve):
        make_response(make_help_request(person))
        make_response(make_help_request(person))
    dispatch_all()
    mine = list(notifications.deliveries_of(ada))
    foreign = list(notifications.deliveries_of(eve))

    marked = notifications.mark_read(actor=ada, ids=[mine[0].pk, foreign[0].pk])

    assert marked == 1
    assert (notifications.unread_count(ada), notifications.unread_count(eve)) == (1, 2)
    assert notifications.mark_read(actor=ada, ids=None) == 1
    assert notifications.mark_read(actor=ada, ids=None) == 0
    assert notifications.unread_count(ada) == 0


def test_the_hosts_own_notifications_stay_the_hosts() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    notify.send(bruno, recipient=ada, verb="follows you")

    notifications.mark_read(actor=ada, ids=None)

    assert told(ada) == []
    assert load_notification_model().objects.get(recipient_id=ada.pk).unread


def test_a_host_may_listen_to_the_notifications() -> None:
    heard: list[Any] = []

    def listening(**kwargs: Any) -> None:
        heard.append(kwargs["verb"])

    notify.connect(listening)
    try:
        make_response(make_help_request())
        dispatch_all()
    finally:
        notify.disconnect(listening)

    assert heard == ["help_request.answered"]


def test_nobody_has_no_notifications() -> None:
    assert notifications.unread_count(Viewer(None)) == 0
    with pytest.raises(SignInRequired):
        notifications.deliveries_of(Viewer(None))
