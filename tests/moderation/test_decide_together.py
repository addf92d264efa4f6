"""One move with many things at once: each has its own outcome."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.test import override_settings

from tests.concurrency import at_once
from wargame_mentorship.core import recounts
from wargame_mentorship.core.errors import Busy, Invalid, NotAllowed, NotFound, SignInRequired
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation import services
from wargame_mentorship.moderation.counts import MOST_COUNTED, waiting
from wargame_mentorship.moderation.services import MOST_AT_ONCE, Named, decide_all
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_superuser,
    make_user,
)

pytestmark = pytest.mark.django_db

HOLDING = {"MODERATION": {"BACKEND": "wargame_mentorship.testing.backends.MarkedWords"}}


@pytest.fixture(autouse=True)
def _holding() -> Any:
    with override_settings(WARGAME_MENTORSHIP=HOLDING):
        yield


def held_request(**fields: Any) -> HelpRequest:
    return make_help_request(description="hold-me", **fields)


def held_response() -> HelpResponse:
    return make_response(text="hold-me")


def named(*subjects: HelpRequest | HelpResponse) -> list[Named]:
    return [Named(subject.KIND, subject.pk) for subject in subjects]


def codes(outcomes: list[services.Outcome]) -> list[str | None]:
    return [outcome.error.code if outcome.error else None for outcome in outcomes]


def states_of(*subjects: Any) -> list[str]:
    for subject in subjects:
        subject.refresh_from_db()
    return [subject.moderation_state for subject in subjects]


def drift() -> list[str]:
    return [line for found in recounts.run_all(fix=False).values() for line in found]


def test_each_has_its_own_outcome_in_the_order_given() -> None:
    mine, answer, visible = held_request(), held_response(), make_help_request()
    foreign, gone = held_request(category="gaming"), Named("help_request", uuid4())
    elsewhere = make_help_request(category="gaming")
    subjects = [
        *named(visible, foreign, answer),
        gone,
        *named(mine, elsewhere),
        Named("spell", mine.pk),
    ]

    outcomes = decide_all(
        actor=make_moderator("painting"), action="approve", subjects=subjects, reason="Fine."
    )

    assert [Named(outcome.kind, outcome.object_id) for outcome in outcomes] == subjects
    assert codes(outcomes) == [
        "wrong_state",
        "not_found",
        None,
        "not_found",
        None,
        "permission_denied",
        "not_found",
    ]
    assert [outcome.subject for outcome in outcomes if not outcome.error] == [answer, mine]
    assert states_of(mine, answer, visible, foreign) == ["visible"] * 3 + ["held"]
    assert {mine.moderation_reason, answer.moderation_reason} == {"Fine."}
    assert Event.objects.filter(verb__endswith=".approved").count() == 2
    assert answer.help_request.response_count == 1
    assert drift() == []


def test_the_same_twice_is_one() -> None:
    entry = make_help_request()

    outcomes = decide_all(actor=make_superuser(), action="hide", subjects=named(entry, entry))

    assert codes(outcomes) == [None]


def test_what_has_changed_since_it_was_read_is_left_alone() -> None:
    entry, answer = held_request(), held_response()
    asker = entry.requester
    assert asker is not None
    help_requests.edit(actor=asker, help_request=entry, changes={"title": "Buy now"})

    outcomes = decide_all(
        actor=make_superuser(),
        action="approve",
        subjects=[Named(subject.KIND, subject.pk, 1) for subject in (entry, answer)],
    )

    assert codes(outcomes) == ["stale", None]
    assert states_of(entry, answer) == ["held", "visible"]


def test_a_request_and_its_answers_are_hidden_together() -> None:
    response = make_response()
    other = make_response(response.help_request)

    outcomes = decide_all(
        actor=make_superuser(),
        action="hide",
        subjects=named(other, response.help_request, response),
    )

    assert codes(outcomes) == [None] * 3
    assert drift() == []


@pytest.mark.parametrize(
    ("count", "code"), [(0, "required"), (MOST_AT_ONCE, None), (MOST_AT_ONCE + 1, "too_many")]
)
def test_there_are_some_and_not_too_many(count: int, code: str | None) -> None:
    subjects = [Named("spell", uuid4()) for _ in range(count)]

    def decide() -> list[services.Outcome]:
        return decide_all(actor=make_superuser(), action="hide", subjects=subjects)

    if code is None:
        assert codes(decide()) == ["not_found"] * count
        return
    with pytest.raises(Invalid) as raised:
        decide()
    assert [found for _message, found in raised.value.fields["subjects"]] == [code]


def test_a_reason_that_no_line_holds_decides_nothing() -> None:
    entry = make_help_request()

    with pytest.raises(Invalid) as raised:
        decide_all(actor=make_superuser(), action="hide", subjects=named(entry), reason="x" * 201)

    assert set(raised.value.fields) == {"reason"}
    assert states_of(entry) == ["visible"]


def test_only_moderators_decide_and_only_what_can_be_decided() -> None:
    entry = make_help_request()

    with pytest.raises(SignInRequired):
        decide_all(actor=Viewer(None), action="hide", subjects=named(entry))
    with pytest.raises(NotAllowed):
        decide_all(actor=make_user(), action="hide", subjects=named(entry))
    with pytest.raises(NotFound):
        decide_all(actor=make_superuser(), action="vanish", subjects=named(entry))
    assert states_of(entry) == ["visible"]


def test_what_waits_and_what_is_hidden_is_found_where_one_moderates() -> None:
    moderator = make_moderator("painting")
    hidden, foreign = make_help_request(), make_help_request(category="gaming")
    root = make_superuser()
    decide_all(actor=root, action="hide", subjects=named(hidden, foreign))
    held = [held_response(), held_response()]
    held_request(category="gaming")

    assert list(services.hidden(moderator, "help_request")) == [hidden]
    assert set(services.hidden(root, "help_request")) == {hidden, foreign}
    elsewhere = {"forum_topic": 0, "forum_post": 0, "flag_case": 0, "sanction": 0}
    mine = {"help_request": 0, "help_response": len(held)}
    assert waiting(moderator) == {**mine, **elsewhere}
    assert waiting(root) == {**mine, "help_request": 1, **elsewhere}
    for nobody, error in ((make_user(), NotAllowed), (Viewer(None), SignInRequired)):
        with pytest.raises(error):
            waiting(nobody)


def test_what_waits_is_counted_so_far_and_no_further(django_assert_num_queries: Any) -> None:
    entry = held_request()
    template = HelpRequest.objects.filter(pk=entry.pk).values().get()
    HelpRequest.objects.bulk_create(
        HelpRequest(**{**template, "id": uuid4()}) for _ in range(MOST_COUNTED + 5)
    )
    viewer = Viewer(make_superuser())

    assert waiting(viewer)["help_request"] == MOST_COUNTED
    with django_assert_num_queries(1):
        waiting(viewer)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_decide_the_same_at_once_decide_each_thing_once() -> None:
    answers = [held_response() for _ in range(6)]
    people = [make_moderator("painting") for _ in range(4)]
    subjects = named(*answers)

    def decide(number: int) -> list[services.Outcome]:
        # Each in an order of their own.
        mine = subjects[number:] + subjects[:number]
        return decide_all(actor=people[number], action="approve", subjects=mine)

    results = at_once([partial(decide, number) for number in range(4)])

    outcomes = []
    for result in results:
        assert isinstance(result, list | Busy), result
        outcomes += result if isinstance(result, list) else []
    assert {*codes(outcomes)} <= {None, "wrong_state", "busy"}
    done = sorted(str(outcome.object_id) for outcome in outcomes if not outcome.error)
    assert done == sorted(str(answer.pk) for answer in answers)
    assert Event.objects.filter(verb="help_response.approved").count() == len(answers)
    assert drift() == []
