"""Many workers at once: one of them sends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from notifications.swappable import load_notification_model

from tests.concurrency import at_once
from tests.notifications.letters import a_site, no_site
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.notifications import services
from wargame_mentorship.notifications.models import Delivery
from wargame_mentorship.notifications.services.mailing import Outcome, send_one
from wargame_mentorship.receivers import tell_of_answer
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

WORKERS = 8


@pytest.fixture(autouse=True)
def _on_a_site() -> Any:
    with a_site():
        yield


@pytest.fixture
def waiting() -> Delivery:
    """An answer of which the asker has been told; the letter waits."""
    with no_site():
        response = make_response(make_help_request(make_user("ada")))
    delivery = Delivery.objects.get(target_id=response.pk)
    assert delivery.email_state == "waiting"
    return delivery


def times(count: int, call: Callable[[], Any]) -> list[Any]:
    return at_once([call] * count)


@pytest.mark.parametrize("attempt", range(5))
def test_one_of_many_workers_sends_it(waiting: Delivery, attempt: int) -> None:
    outcomes = times(WORKERS, lambda: send_one(waiting.pk))

    assert sorted(outcome.name for outcome in outcomes) == ["NOT_OURS"] * (WORKERS - 1) + ["SENT"]
    assert Outcome.SENT in outcomes
    assert len(mail.outbox) == 1


def test_two_commands_at_once_send_each_letter_once() -> None:
    with no_site():
        ada = make_user("ada")
        for _ in range(6):
            make_response(make_help_request(ada))
    mail.outbox.clear()

    outcomes = times(3, lambda: services.send_waiting(older_than=timedelta(0)))

    assert sum(sent for sent, _failed in outcomes) == 6
    assert sum(failed for _sent, failed in outcomes) == 0
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 6


def test_many_workers_tell_of_an_event_once() -> None:
    with no_site():
        response = make_response(make_help_request(make_user("ada")))
        load_notification_model().objects.all().delete()
        Delivery.objects.all().delete()
        event = Event.objects.get(verb="help_request.answered")

        outcomes = times(WORKERS, lambda: tell_of_answer(event))

    assert outcomes == [None] * WORKERS
    assert HelpRequest.objects.count() == HelpResponse.objects.count() == 1
    assert Delivery.objects.get().target_id == response.pk
    assert load_notification_model().objects.count() == 1
