from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test import override_settings
from django.utils import translation

from wargame_mentorship import host
from wargame_mentorship.conf import app_settings
from wargame_mentorship.core.errors import BackendUnavailable
from wargame_mentorship.host.deadlines import MOST_AT_ONCE
from wargame_mentorship.host.loading import FailingClosed
from wargame_mentorship.testing.backends import BrokenSocial, HangingSocial, MemorySocial
from wargame_mentorship.testing.factories import make_user


def social(path: str) -> override_settings:
    return override_settings(WARGAME_MENTORSHIP={"SOCIAL": {"BACKEND": path}})


@pytest.mark.django_db
def test_a_backend_is_swapped_at_the_next_access() -> None:
    ada = make_user("ada")
    MemorySocial.forget()

    with social("wargame_mentorship.testing.backends.MemorySocial"):
        MemorySocial.block(ada, make_user("bruno"))
        assert len(host.social().hidden_user_ids(ada)) == 1
    with social("wargame_mentorship.host.social.NoSocial"):
        assert host.social().hidden_user_ids(ada) == frozenset()


@pytest.mark.django_db
def test_a_failing_backend_fails_closed_and_is_logged_without_personal_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ada = make_user("ada-of-the-secret-name")

    with (
        social(f"{BrokenSocial.__module__}.BrokenSocial"),
        pytest.raises(BackendUnavailable),
    ):
        host.social().hidden_user_ids(ada)

    assert [record.name for record in caplog.records] == ["wargame_mentorship.host"]
    assert "SOCIAL" in caplog.text
    assert "secret" not in caplog.text


@override_settings(WARGAME_MENTORSHIP={"MODERATION": {"OPTIONS": {"watched_words": ["resin"]}}})
def test_options_without_a_backend_go_to_the_default() -> None:
    spec = app_settings.MODERATION

    assert spec.path == "wargame_mentorship.moderation.screening.DefaultModeration"
    assert spec.options == {"watched_words": ["resin"]}


class Remote:
    """A backend that says where it was called, raises what it is told to, or hangs."""

    def where(self) -> tuple[str, str]:
        return threading.current_thread().name, translation.get_language() or ""

    def fail(self, error: Exception) -> None:
        raise error

    def batches(self) -> Iterator[int]:
        yield 1
        yield 2
        raise ConnectionError("the second page of the answer never came")

    def ask_the_database(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return id(connection.connection)


@pytest.fixture
def hanging() -> Iterator[FailingClosed]:
    """A social service whose connections hang, with a deadline."""
    yield FailingClosed("SOCIAL", HangingSocial(), timeout=0.2)
    HangingSocial.let_go()


def test_whoever_asks_a_backend_that_hangs_is_let_go(hanging: Any) -> None:
    began = time.monotonic()

    with pytest.raises(BackendUnavailable):
        hanging.hidden_user_ids(None)

    assert time.monotonic() - began < 5


def test_only_so_many_calls_are_left_behind_and_then_nobody_waits(hanging: Any) -> None:
    # By what they are: a thread of an earlier test may end meanwhile.
    before = set(threading.enumerate())
    impatient: Any = FailingClosed("SOCIAL", HangingSocial(), timeout=0.01)
    for _ in range(MOST_AT_ONCE + 20):
        with pytest.raises(BackendUnavailable):
            impatient.is_blocked(None, None)
    assert len(set(threading.enumerate()) - before) == MOST_AT_ONCE

    patient = impatient
    patient._deadline.seconds = 30
    began = time.monotonic()
    with pytest.raises(BackendUnavailable):
        patient.is_blocked(None, None)
    assert time.monotonic() - began < 5

    HangingSocial.let_go()
    while set(threading.enumerate()) - before:
        time.sleep(0.01)
    patient._backend = Remote()
    assert patient.where()[0] != threading.current_thread().name


def test_a_backend_in_time_answers_in_the_language_of_whoever_asks() -> None:
    remote: Any = FailingClosed("SOCIAL", Remote(), timeout=5)
    direct: Any = FailingClosed("SOCIAL", Remote())

    with translation.override("de"):
        assert remote.where() == ("wargame_mentorship backend", "de")
        assert direct.where() == (threading.current_thread().name, "de")


@pytest.mark.django_db(transaction=True)
def test_a_backend_with_a_deadline_leaves_no_connection_behind() -> None:
    remote: Any = FailingClosed("SOCIAL", Remote(), timeout=5)

    assert remote.ask_the_database() != id(connection.connection)
    # Elsewhere the teardown of the test database would wait for it.
    while any(one.name == "wargame_mentorship backend" for one in threading.enumerate()):
        time.sleep(0.01)


@pytest.mark.parametrize("timeout", [None, 5])
def test_an_answer_that_breaks_off_in_the_middle_fails_there(timeout: float | None) -> None:
    remote: Any = FailingClosed("SOCIAL", Remote(), timeout=timeout)
    answers = remote.batches()

    assert [next(answers), next(answers)] == [1, 2]
    with pytest.raises(BackendUnavailable):
        next(answers)


@pytest.mark.parametrize(
    ("error", "seen"),
    [
        (OperationalError("could not connect to server"), BackendUnavailable),
        (OperationalError(1213, "Deadlock found"), OperationalError),
        (IntegrityError("a bug of the backend's"), IntegrityError),
        (KeyError("a bug of the backend's"), BackendUnavailable),
    ],
)
def test_a_database_of_the_backends_own_may_be_down_too(
    error: Exception, seen: type[Exception]
) -> None:
    """But a race that our transaction has lost is for the transaction to try again."""
    backend: Any = FailingClosed("SOCIAL", Remote())

    with pytest.raises(seen):
        backend.fail(error)


@override_settings(
    WARGAME_MENTORSHIP={
        "SOCIAL": {"BACKEND": f"{HangingSocial.__module__}.HangingSocial", "TIMEOUT": 0.1}
    }
)
@pytest.mark.django_db
def test_the_host_says_how_long_a_seam_may_take() -> None:
    with pytest.raises(BackendUnavailable):
        host.social().hidden_user_ids(make_user("ada"))
    HangingSocial.let_go()
