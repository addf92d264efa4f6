from __future__ import annotations

import signal
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from tests.processes import run_python
from wargame_mentorship.events import services as events
from wargame_mentorship.events.models import Event
from wargame_mentorship.events.signals import event_dispatched
from wargame_mentorship.models import Delivery
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user


@pytest.fixture
def heard() -> Any:
    """What the handler of every event hears during the test."""
    seen: list[Event] = []
    handlers = events.handlers["*"]
    handlers.append(seen.append)
    yield seen
    handlers.remove(seen.append)


@pytest.mark.django_db
def test_nothing_is_dispatched_before_the_commit(
    heard: list[Event], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        entry = make_help_request()
        assert heard == []
        assert Event.objects.get(subject_id=entry.pk).dispatched_at is None

    assert [event.verb for event in heard] == ["help_request.asked"]
    assert Event.objects.get(subject_id=entry.pk).dispatched_at is not None


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_never_happened(heard: list[Event]) -> None:
    asker = make_user("asker")

    @transaction.atomic
    def ask_and_stumble() -> None:
        make_help_request(asker)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask_and_stumble()

    assert not Event.objects.exists()
    assert heard == []


@pytest.mark.django_db
def test_a_failing_handler_stops_no_other_and_is_tried_again(heard: list[Event]) -> None:
    failing = [True]

    def fragile(event: Event) -> None:
        if failing[0]:
            raise ConnectionError("push service is down")

    events.handlers["*"].insert(0, fragile)
    try:
        entry = make_help_request()
        assert not events.dispatch(Event.objects.get(subject_id=entry.pk))
        assert len(heard) == 1
        event = Event.objects.get(subject_id=entry.pk)
        assert (event.dispatched_at, event.attempts) == (None, 1)

        failing[0] = False
        outcome = events.dispatch_left_behind(older_than=timedelta(0))
    finally:
        events.handlers["*"].remove(fragile)

    assert outcome == (1, 0)
    assert Event.objects.get(subject_id=entry.pk).dispatched_at is not None


@pytest.mark.django_db
def test_a_dispatched_event_is_not_dispatched_again(heard: list[Event]) -> None:
    entry = make_help_request()
    event = Event.objects.get(subject_id=entry.pk)

    events.dispatch_event.call(str(event.pk))
    events.dispatch_event.call(str(event.pk))

    assert len(heard) == 1
    assert events.dispatch_left_behind(older_than=timedelta(0)) == (0, 0)


@pytest.mark.django_db
def test_hosts_hear_the_public_signal_and_may_fail(heard: list[Event]) -> None:
    told: list[Event] = []

    def broken(event: Event, **kwargs: Any) -> None:
        raise ValueError("the host's bug")

    def listening(event: Event, **kwargs: Any) -> None:
        told.append(event)

    event_dispatched.connect(broken)
    event_dispatched.connect(listening)
    try:
        entry = make_help_request()
        event = Event.objects.get(subject_id=entry.pk)
        assert events.dispatch(event)
    finally:
        event_dispatched.disconnect(broken)
        event_dispatched.disconnect(listening)

    assert told == [event]


@pytest.mark.django_db
def test_events_are_append_only() -> None:
    event = Event.objects.get(subject_id=make_help_request().pk)

    event.verb = "help_request.never"
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()


@pytest.mark.django_db(transaction=True)
@override_settings(TASKS={"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}})
def test_a_queue_without_a_worker_leaves_events_to_wm_dispatch() -> None:
    """The dummy backend stands for a broker: it takes the task, and nobody works on it."""
    asker = make_user("asker")
    make_response(make_help_request(asker))
    assert not Delivery.objects.exists()
    Event._base_manager.update(occurred_at=timezone.now() - timedelta(hours=1))
    with pytest.raises(CommandError):
        call_command("wm_check", "--health", stdout=StringIO())

    out = StringIO()
    call_command("wm_dispatch", stdout=out)

    assert out.getvalue() == "2 dispatched, 0 failed.\n"
    assert Delivery.objects.get().recipient_id == asker.pk
    call_command("wm_check", "--health", stdout=out)


KILLED_AFTER_THE_COMMIT = """
import os, signal
from django.contrib.auth import get_user_model
from wargame_mentorship.core import tasks
from wargame_mentorship.models import HelpRequest
from wargame_mentorship.testing.factories import make_response

def die(enqueue, *args):
    os.kill(os.getpid(), signal.SIGKILL)

tasks._enqueue = die  # runs on commit: the last moment before the dispatch
make_response(HelpRequest.objects.get())
"""

AFTER_THE_CRASH = """
from django.core.management import call_command
from wargame_mentorship.models import Delivery, Event, HelpResponse

def count():
    print(HelpResponse.objects.count(), Event.objects.filter(dispatched_at=None).count(),
          Delivery.objects.count())

count()
for _ in range(2):
    call_command("wm_dispatch", "--older-than", "0")
count()
"""


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_between_commit_and_dispatch_loses_nothing(tmp_path: Path) -> None:
    make_help_request(make_user("asker"))
    assert not Event.objects.filter(dispatched_at=None).exists()

    killed = run_python(KILLED_AFTER_THE_COMMIT, tmp_path=tmp_path)
    assert killed.returncode == -signal.SIGKILL, killed.stderr

    assert run_python(AFTER_THE_CRASH, tmp_path=tmp_path).stdout.splitlines() == [
        "1 1 0",
        "1 dispatched, 0 failed.",
        "0 dispatched, 0 failed.",
        "1 0 1",
    ]
    if connection.vendor != "sqlite":
        assert Delivery.objects.count() == 1
