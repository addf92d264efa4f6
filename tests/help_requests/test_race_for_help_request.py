"""Two (or sixteen) at once, with real threads, on each database."""

from __future__ import annotations

from functools import partial
from io import StringIO

import pytest
from django.core.management import call_command

from tests.concurrency import at_once
from wargame_mentorship.core.errors import Conflict
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.models import Delivery, HelpfulVote
from wargame_mentorship.notifications import services as notifications
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

MANY = 16
ROUNDS = 3


def errors_in(outcomes: list[object]) -> list[object]:
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]


def check_adds_up() -> None:
    call_command("wm_check", stdout=StringIO())


def test_of_many_claims_one_wins_and_the_others_are_told() -> None:
    helpers = [make_user() for _ in range(MANY)]
    for _ in range(ROUNDS):
        entry = make_help_request()
        outcomes = at_once(
            [partial(services.claim, actor=helper, help_request=entry) for helper in helpers]
        )

        lost = errors_in(outcomes)
        assert len(lost) == MANY - 1
        assert {getattr(error, "code", error) for error in lost} <= {"taken", "busy"}
        claimed = Event.objects.filter(verb="help_request.claimed", subject_id=entry.pk)
        assert claimed.count() == 1


def test_of_two_acceptances_one_solution_is_left() -> None:
    asker = make_user("asker")
    for _ in range(ROUNDS):
        entry = make_help_request(asker)
        responses = [make_response(entry) for _ in range(4)]
        outcomes = at_once(
            [
                partial(services.accept, actor=asker, help_request=entry, response_id=response.pk)
                for response in responses
            ]
        )

        assert {getattr(error, "code", error) for error in errors_in(outcomes)} <= {"busy"}
        assert HelpResponse.objects.filter(accepted_for=entry.pk).count() == 1
    check_adds_up()


def test_many_votes_are_all_counted_and_one_persons_once() -> None:
    response = make_response()
    voters = [make_user() for _ in range(MANY // 2)]
    outcomes = at_once(
        [
            partial(services.mark_helpful, actor=voter, response=response)
            for voter in voters
            for _ in range(2)
        ]
    )

    assert {getattr(error, "code", error) for error in errors_in(outcomes)} <= {"busy"}
    response.refresh_from_db()
    assert response.helpful_count == HelpfulVote.objects.count() == len(voters)
    check_adds_up()


def test_no_answer_slips_into_a_request_that_is_being_closed() -> None:
    for _ in range(ROUNDS):
        asker, helpers = make_user("asker"), [make_user() for _ in range(7)]
        entry = make_help_request(asker)
        outcomes = at_once(
            [
                partial(services.close, actor=asker, help_request=entry),
                *(
                    partial(services.respond, actor=helper, help_request=entry, text="Thin it.")
                    for helper in helpers
                ),
            ]
        )

        codes = {getattr(error, "code", error) for error in errors_in(outcomes)}
        assert codes <= {"closed", "busy"}
        entry.refresh_from_db()
        assert entry.status == "closed"
        answered = [outcome for outcome in outcomes if isinstance(outcome, HelpResponse)]
        assert entry.response_count == len(answered)
    check_adds_up()


def test_two_edits_of_the_same_version_do_not_overwrite_each_other() -> None:
    asker = make_user("asker")
    entry = make_help_request(asker)
    outcomes = at_once(
        [
            partial(
                services.edit,
                actor=asker,
                help_request=entry,
                changes={"title": f"Title {number}"},
                if_version=entry.version,
            )
            for number in range(8)
        ]
    )

    assert len(errors_in(outcomes)) == 7
    assert HelpRequest.objects.get(pk=entry.pk).version == entry.version + 1


def test_two_workers_tell_somebody_once() -> None:
    asker = make_user("asker")
    make_response(make_help_request(asker))
    Delivery.objects.all().delete()
    event = Event.objects.get(verb="help_request.answered")

    at_once(
        [partial(notifications.deliver, event=event, recipient_ids=[asker.pk]) for _ in range(MANY)]
    )

    assert Delivery.objects.filter(recipient_id=asker.pk).count() == 1


def test_releasing_an_expired_claim_twice_at_once_is_one_move() -> None:
    entry = services.claim(actor=make_user(), help_request=make_help_request())
    HelpRequest.objects.filter(pk=entry.pk).update(claimed_until=entry.created_at)

    outcomes = at_once([services.release_expired_claims for _ in range(4)])

    released = Event.objects.filter(verb="help_request.released", subject_id=entry.pk)
    assert released.count() == 1
    assert all(
        not isinstance(error, Exception) or isinstance(error, Conflict) for error in outcomes
    )
