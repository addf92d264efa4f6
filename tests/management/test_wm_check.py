from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.models import SearchDocument
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_response,
    make_solved_help_request,
    make_user,
)

pytestmark = pytest.mark.django_db


def check(*arguments: str) -> str:
    out = StringIO()
    call_command("wm_check", *arguments, stdout=out)
    return out.getvalue()


def test_a_busy_afternoon_adds_up() -> None:
    entry = make_solved_help_request()
    response = HelpResponse.objects.get()
    asker = entry.requester
    assert asker is not None
    make_response(entry, asker)
    for voter in (make_user(), make_user(), asker):
        services.mark_helpful(actor=voter, response=response)
    services.mark_helpful(actor=asker, response=response, is_helpful=False)
    services.withdraw_vote(actor=asker, response=response)
    services.reopen(actor=asker, help_request=entry)
    services.close(actor=asker, help_request=entry)

    assert check() == "Everything adds up.\n"


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (HelpResponse, {"helpful_count": 7}),
        (HelpRequest, {"helpful_count": 7}),
        (HelpRequest, {"response_count": 7}),
        (HelpRequest, {"first_response_at": None}),
        (HelpRequest, {"last_response_at": None}),
    ],
)
def test_drift_is_reported_and_repaired(model: Any, wrong: dict[str, Any]) -> None:
    response = make_response()
    services.mark_helpful(actor=make_user(), response=response)
    before = HelpRequest.objects.values().get(), HelpResponse.objects.values().get()
    model.objects.update(**wrong)

    with pytest.raises(CommandError):
        check()
    [name] = wrong
    assert name in check("--fix")

    assert check() == "Everything adds up.\n"
    assert (HelpRequest.objects.values().get(), HelpResponse.objects.values().get()) == before


def test_a_request_in_progress_by_nobody_is_opened() -> None:
    helper = make_user("helper")
    entry = services.claim(actor=helper, help_request=make_help_request())
    helper.delete()
    entry.refresh_from_db()
    assert (entry.status, entry.assigned_helper_id) == ("in_progress", None)

    assert "in progress by nobody" in check("--fix")

    entry.refresh_from_db()
    assert entry.status == "open"


def test_a_lost_search_document_is_written_again() -> None:
    entry = make_help_request()
    SearchDocument.objects.filter(object_id=entry.pk).delete()

    with pytest.raises(CommandError):
        check()
    check("--fix")

    assert SearchDocument.objects.filter(object_id=entry.pk).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "asleep"},
        {"status": "resolved"},
        {"resolved_at": timezone.now()},
        {"status": "closed"},
        {"closed_at": timezone.now()},
        {"moderation_state": "gone"},
    ],
)
def test_the_database_refuses_what_the_states_exclude(wrong: dict[str, Any]) -> None:
    entry = make_help_request()
    with pytest.raises(IntegrityError), transaction.atomic():
        HelpRequest.objects.filter(pk=entry.pk).update(**wrong)


def test_the_database_refuses_a_solution_of_another_request() -> None:
    response, other = make_response(), make_help_request()
    with pytest.raises(IntegrityError), transaction.atomic():
        HelpResponse.objects.filter(pk=response.pk).update(accepted_for=other)


def test_the_database_refuses_a_second_solution() -> None:
    entry = make_solved_help_request()
    second = make_response(entry)
    with pytest.raises(IntegrityError), transaction.atomic():
        HelpResponse.objects.filter(pk=second.pk).update(accepted_for=F("help_request"))
