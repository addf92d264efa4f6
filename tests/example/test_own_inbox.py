"""A host that decides on flags in an inbox of its own (`settings/own_inbox.py`), end to end."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from inbox.backends import InboxModeration
from inbox.models import Entry

from tests.api.http import signed_in
from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import DomainError, Invalid, NotFound, WrongState
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.events.models import Event
from wargame_mentorship.events.services import dispatch_left_behind
from wargame_mentorship.forums.models import ForumPost
from wargame_mentorship.host import ReportedCase
from wargame_mentorship.moderation import cases, counts, flagging
from wargame_mentorship.moderation.models import FlagCase
from wargame_mentorship.notifications.models import Delivery
from wargame_mentorship.testing.contracts import ModerationBackendContract
from wargame_mentorship.testing.factories import (
    deactivate,
    make_forum_moderator,
    make_post,
    make_superuser,
    make_user,
)

ROOT = Path(__file__).resolve().parents[2]
INBOX = {"BACKEND": "inbox.backends.InboxModeration"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_inbox(settings: Any) -> None:
    settings.WARGAME_MENTORSHIP = {**settings.WARGAME_MENTORSHIP, "MODERATION": INBOX}


@pytest.fixture
def flagged(own_inbox: None, django_capture_on_commit_callbacks: Any) -> FlagCase:
    post = make_post(content="Buy *my* paint.")
    with django_capture_on_commit_callbacks(execute=True):
        made = flagging.flag(
            actor=make_user("reader"), kind=post.KIND, object_id=post.pk, reason="spam", note="Ads."
        )
    return made.case


def staff() -> Any:
    return make_user("staff", is_staff=True)


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_flag_goes_to_the_inbox_and_the_decision_comes_back(
    flagged: FlagCase, django_capture_on_commit_callbacks: Any
) -> None:
    [entry] = Entry.objects.all()
    assert entry.case_id == flagged.pk
    assert entry.flags == [{"reason": "spam", "note": "Ads."}]
    member = staff()
    client = client_of(member)
    page = client.get(reverse("inbox:list")).content.decode()
    assert "Buy <em>my</em> paint." in page
    assert "Ads." in page

    with django_capture_on_commit_callbacks(execute=True):
        sent = client.post(
            reverse("inbox:list"), {"entry": entry.pk, "hide": "", "reason": "No ads here."}
        )

    assert sent.status_code == 302
    case = FlagCase.objects.get()
    assert (case.status, case.measure, case.reason) == ("upheld", "hide", "No ads here.")
    assert case.decided_by == member
    post = ForumPost.objects.get(pk=case.object_id)
    assert post.moderation_state == ModerationState.HIDDEN
    told = Delivery.objects.get(verb="flag_decided")
    assert told.event.reason == "No ads here."
    assert not Entry.objects.filter(decision="").exists()


def test_another_flag_and_a_flag_after_the_decision_are_noted(
    flagged: FlagCase, django_capture_on_commit_callbacks: Any
) -> None:
    def flag_again() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            flagging.flag(
                actor=make_user(), kind=flagged.kind, object_id=flagged.object_id, reason="rude"
            )

    flag_again()
    assert [flag["reason"] for flag in Entry.objects.get().flags] == ["spam", "rude"]
    client_of(staff()).post(reverse("inbox:list"), {"entry": Entry.objects.get().pk, "dismiss": ""})
    assert Entry.objects.get().decision == "dismiss"
    flag_again()
    assert Entry.objects.get().decision == ""
    assert FlagCase.objects.get().status == "open"


def test_the_built_in_queue_steps_aside(flagged: FlagCase) -> None:
    chief = make_superuser()
    client, api = client_of(chief), signed_in(chief)

    assert client.get(reverse("wargame_mentorship:cases")).status_code == 404
    named = {"case": f"{flagged.pk}:{flagged.version}", "hide": ""}
    assert client.post(reverse("wargame_mentorship:cases"), named).status_code == 404
    waiting = client.get(reverse("wargame_mentorship:moderation")).content.decode()
    assert reverse("wargame_mentorship:cases") not in waiting
    assert counts.waiting(chief).keys() == {*registry.moderated_names(), "sanction"}
    assert api.ask("GET", "cases").status_code == 404
    for name in ("claim-case", "release-case", "uphold-case", "dismiss-case", "reopen-case"):
        assert api.ask("POST", name, flagged.pk, body={}).status_code == 404
    assert client.get(reverse("wargame_mentorship_cases")).status_code == 404
    assert reverse("wargame_mentorship_cases") not in client.get("/admin/").content.decode()
    for service in (cases.claim, cases.release, cases.uphold, cases.dismiss, cases.reopen):
        with pytest.raises(NotFound):
            service(actor=chief, case=flagged)


def test_readers_report_and_hear_as_ever(flagged: FlagCase) -> None:
    page = client_of(flagged.flags.get().flagger).get(reverse("wargame_mentorship:flags"))
    assert "It waits for a moderator." in page.content.decode()


def test_only_a_host_with_an_inbox_decides_so() -> None:
    post = make_post()
    case = flagging.flag(actor=make_user(), kind=post.KIND, object_id=post.pk, reason="spam").case

    with pytest.raises(NotFound):
        cases.apply_decision(actor=make_superuser(), case_id=case.pk, decision="hide")
    cases.dismiss(actor=make_forum_moderator(post.topic.category), case=case)
    assert FlagCase.objects.get().status == "dismissed"


def test_decisions_that_make_no_sense_change_nothing(flagged: FlagCase) -> None:
    def decide(decision: str, actor: Any = None, **given: Any) -> FlagCase:
        return cases.apply_decision(
            actor=actor or staff(),
            case_id=given.pop("case_id", flagged.pk),
            decision=decision,
            **given,
        )

    gone = staff()
    deactivate(gone)
    hostile: list[tuple[type[DomainError], Any]] = [
        (NotFound, lambda: decide("dance")),
        (NotFound, lambda: decide("claim")),
        (NotFound, lambda: decide("hide", case_id=flagged.object_id)),
        (Invalid, lambda: decide("hide", reason="x" * 201)),
        (WrongState, lambda: decide("reopen")),
        (DomainError, lambda: decide("hide", actor=gone)),
    ]
    for error, act in hostile:
        with pytest.raises(error):
            act()
    assert FlagCase.objects.get().status == "open"
    decide("keep")
    with pytest.raises(WrongState):
        decide("hide")
    assert FlagCase.objects.get().measure == "keep"
    decide("reopen")
    assert FlagCase.objects.get().status == "open"


@pytest.mark.usefixtures("own_inbox")
def test_an_inbox_that_fails_hears_of_it_later(
    settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.WARGAME_MENTORSHIP = {
        **settings.WARGAME_MENTORSHIP,
        "MODERATION": {"BACKEND": f"{__name__}.FullInbox"},
    }
    post = make_post()
    with django_capture_on_commit_callbacks(execute=True):
        flagging.flag(actor=make_user(), kind=post.KIND, object_id=post.pk, reason="spam")
    assert Event.objects.get(verb="flag_case.flagged").dispatched_at is None
    assert not Entry.objects.exists()
    settings.WARGAME_MENTORSHIP = {**settings.WARGAME_MENTORSHIP, "MODERATION": INBOX}

    dispatch_left_behind(older_than=timedelta())

    assert Entry.objects.get().title == post.topic.title


def test_nobody_else_reads_the_inbox(flagged: FlagCase) -> None:
    assert Client().get(reverse("inbox:list")).status_code == 302
    assert client_of(make_user()).get(reverse("inbox:list")).status_code == 403


class TestInboxModeration(ModerationBackendContract):
    def make_backend(self) -> InboxModeration:
        return InboxModeration()


class FullInbox(InboxModeration):
    def report(self, case: ReportedCase) -> None:
        raise ConnectionError("the inbox does not answer")


def test_settings_of_such_a_host_are_sound(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--settings", "settings.own_inbox"],
        cwd=ROOT / "example_project",
        env={**os.environ, "WM_VAR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
