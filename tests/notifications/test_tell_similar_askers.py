"""A solved question, told to those who ask the same and still wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from tests.notifications.letters import a_site, tell
from wargame_mentorship.events import services as events
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.notifications import services
from wargame_mentorship.notifications.models import Delivery
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user

pytestmark = pytest.mark.django_db

TITLE = "Wash leaves tide marks on flat armour"


@pytest.fixture(autouse=True)
def _on_a_site() -> Any:
    MemorySocial.forget()
    with a_site():
        yield


def solve(entry: HelpRequest | None = None, **columns: Any) -> HelpRequest:
    asked = entry or make_help_request(title=TITLE)
    response = make_response(asked)
    if columns:
        HelpRequest.objects.filter(pk=asked.pk).update(**columns)
    assert asked.requester is not None
    solved = help_requests.accept(
        actor=asked.requester, help_request=asked, response_id=response.pk
    )
    tell()
    return solved


def told() -> set[Any]:
    similar = Delivery.objects.filter(verb="similar_solved")
    return set(similar.values_list("recipient", flat=True))


def asker(title: str = "Tide marks from a wash", **fields: Any) -> AbstractBaseUser:
    person = make_user("waiting")
    make_help_request(person, title=title, **fields)
    return person


def test_whoever_asks_something_like_it_and_waits_is_told_once() -> None:
    ada = asker()
    make_help_request(ada, title="More tide marks from a wash")

    solved = solve()
    for event in Event.objects.all():
        events.dispatch(event)
    assert solved.requester is not None
    help_requests.unaccept(actor=solved.requester, help_request=solved)
    solve(solved)

    assert told() == {ada.pk}
    [delivery] = Delivery.objects.filter(recipient_id=ada.pk)
    [shown] = services.show(ada, [delivery])
    assert shown.text({}) == f"A question like yours was solved: “{TITLE}”."
    assert "#response-" in str(shown.url)
    # By default on the site alone.
    assert delivery.email_state == "none"


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Which primer for flat resin?"},
        {"title": "A wash?"},
        {"category": "modeling"},
    ],
)
def test_what_is_not_like_it_is_left_alone(fields: dict[str, Any]) -> None:
    asker(**fields)

    solve()

    assert told() == set()


@pytest.mark.parametrize(
    "columns",
    [
        {"created_at": timezone.now() - timedelta(days=61)},
        {"status": "resolved", "resolved_at": timezone.now()},
        {"status": "closed", "closed_at": timezone.now()},
        {"deleted_at": timezone.now()},
        {"moderation_state": "hidden"},
    ],
)
def test_who_no_longer_waits_is_left_alone(columns: dict[str, Any]) -> None:
    ada = asker()
    HelpRequest.objects.filter(requester=ada.pk).update(**columns)

    solve()

    assert told() == set()


def test_a_private_solution_is_told_to_nobody() -> None:
    asker()

    solve(is_public=False)

    assert told() == set()


def test_a_private_question_is_told_to_its_asker_alone() -> None:
    ada = asker(is_public=False)

    solve()

    assert told() == {ada.pk}


def test_the_asker_themselves_and_whom_a_block_separates_are_left_alone() -> None:
    ada, bruno = make_user("ada"), asker()
    make_help_request(ada, title="Tide marks from a wash, too")
    MemorySocial.block(bruno, ada)

    solve(make_help_request(ada, title=TITLE))

    assert told() == set()


def test_five_are_the_most() -> None:
    for _ in range(7):
        asker()

    solve()

    assert len(told()) == 5
