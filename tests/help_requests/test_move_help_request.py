"""The whole table: every actor in every state tries every move.

The expectation is written out here as `states.md` words it, not read from the table in the code.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from wargame_mentorship.core.errors import Conflict, DomainError, NotAllowed, SignInRequired
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, Status
from wargame_mentorship.help_requests.transitions import HELP_REQUEST
from wargame_mentorship.host import Viewer
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_superuser,
    make_user,
)

pytestmark = pytest.mark.django_db

ACTORS = (
    "anonymous",
    "deactivated",
    "stranger",
    "asker",
    "helper",
    "moderator",
    "foreign_moderator",
    "superuser",
)
STATES = ("open", "in_progress", "resolved", "closed")
ACTIONS = ("claim", "assign", "release", "accept", "unaccept", "close", "reopen")

NOBODY = {"anonymous", "deactivated"}
LOOKING_AFTER = {"asker", "moderator", "superuser"}

WHO = {
    "claim": set(ACTORS) - NOBODY - {"asker"},
    "assign": LOOKING_AFTER,
    "release": LOOKING_AFTER | {"helper"},
    "accept": LOOKING_AFTER,
    "unaccept": LOOKING_AFTER,
    "close": LOOKING_AFTER,
    "reopen": LOOKING_AFTER,
}
FROM = {
    "claim": {"open"},
    "assign": {"open", "in_progress"},
    "release": {"in_progress"},
    "accept": {"open", "in_progress", "resolved"},
    "unaccept": {"resolved"},
    "close": {"open", "in_progress", "resolved"},
    "reopen": {"resolved", "closed"},
}
TO = {
    "claim": "in_progress",
    "assign": "in_progress",
    "release": "open",
    "accept": "resolved",
    # Somebody is assigned in the resolved request of this test.
    "unaccept": "in_progress",
    "close": "closed",
    "reopen": "open",
}


class Scene:
    """A request in some state, with everybody who may try something."""

    def __init__(self, state: str) -> None:
        self.asker, self.helper = make_user("asker"), make_user("helper")
        self.newcomer = make_user("newcomer")
        request = make_help_request(self.asker)
        self.response = make_response(request, self.helper)
        self.other_response = make_response(request, make_user("other"))
        if state != "open":
            services.assign(actor=self.asker, help_request=request, helper_id=self.helper.pk)
        if state == "resolved":
            services.accept(actor=self.asker, help_request=request, response_id=self.response.pk)
        if state == "closed":
            services.close(actor=self.asker, help_request=request)
        self.request = HelpRequest.objects.get(pk=request.pk)
        assert self.request.status == state

    @cache  # noqa: B019 - a scene lives as long as its test
    def person(self, actor: str) -> AbstractBaseUser | None:
        makers: dict[str, Callable[[], AbstractBaseUser | None]] = {
            "anonymous": lambda: None,
            "deactivated": lambda: make_user("gone", is_active=False),
            "stranger": lambda: make_user("stranger"),
            "asker": lambda: self.asker,
            "helper": lambda: self.helper,
            "moderator": lambda: make_moderator("painting"),
            "foreign_moderator": lambda: make_moderator("gaming"),
            "superuser": make_superuser,
        }
        return makers[actor]()

    def attempt(self, actor: str, action: str) -> HelpRequest:
        arguments: dict[str, Any] = {
            "accept": {"response_id": self.other_response.pk},
            "assign": {"helper_id": self.newcomer.pk},
        }.get(action, {})
        service: Callable[..., HelpRequest] = getattr(services, action)
        return service(actor=Viewer(self.person(actor)), help_request=self.request, **arguments)


def expected_error(actor: str, state: str, action: str) -> tuple[type[DomainError], str] | None:
    if action == "claim" and actor == "helper" and state == "in_progress":
        return None  # the present holder changes nothing
    # Nobody is assigned to an open request, so nobody is its helper.
    if actor not in WHO[action] or (actor, state, action) == ("helper", "open", "release"):
        if actor in NOBODY:
            return SignInRequired, "not_authenticated"
        return NotAllowed, "permission_denied"
    if action == "claim" and state == "in_progress":
        return Conflict, "taken"
    if state not in FROM[action]:
        return Conflict, "wrong_state"
    return None


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("actor", ACTORS)
def test_every_actor_in_every_state_tries_every_move(actor: str, state: str, action: str) -> None:
    scene = Scene(state)
    before = HelpRequest.objects.filter(pk=scene.request.pk).values().get()
    events_before = Event.objects.count()
    error = expected_error(actor, state, action)
    holds_it_already = action == "claim" and actor == "helper" and state == "in_progress"

    if error is not None:
        kind, code = error
        with pytest.raises(kind) as raised:
            scene.attempt(actor, action)
        assert raised.value.code == code
    else:
        scene.attempt(actor, action)

    after = HelpRequest.objects.filter(pk=scene.request.pk).values().get()
    if error is not None or holds_it_already:
        assert after == before
        assert Event.objects.count() == events_before
        return
    assert after["status"] == TO[action]
    assert after["version"] == before["version"] + 1
    assert Event.objects.count() == events_before + 1
    event = Event.objects.order_by("occurred_at", "pk").last()
    assert event is not None
    assert event.subject_id == scene.request.pk
    assert event.actor_id == scene.person(actor).pk  # type: ignore[union-attr] # not anonymous


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("actor", ACTORS)
def test_available_actions_are_those_that_would_succeed(actor: str, state: str) -> None:
    scene = Scene(state)

    offered = HELP_REQUEST.available_actions(Viewer(scene.person(actor)), scene.request)

    # What changes nothing (claiming what one holds) is not offered.
    would_succeed = [
        action
        for action in ACTIONS
        if expected_error(actor, state, action) is None
        and not (action == "claim" and state == "in_progress")
    ]
    assert offered == would_succeed


def test_the_test_knows_every_move_of_the_table() -> None:
    assert tuple(HELP_REQUEST.moves) == ACTIONS
    assert {state.value for state in Status} == set(STATES)
    for action, move in HELP_REQUEST.moves.items():
        assert TO[action] in move.targets


def test_unaccepting_without_a_helper_opens_the_request() -> None:
    asker = make_user("asker")
    response = make_response(make_help_request(asker))
    solved = services.accept(
        actor=asker, help_request=response.help_request, response_id=response.pk
    )

    reopened = services.unaccept(actor=asker, help_request=solved)

    assert reopened.status == "open"
    assert reopened.resolved_at is None
    response.refresh_from_db()
    assert not response.is_solution


def test_accepting_another_response_moves_the_solution() -> None:
    scene = Scene("resolved")

    services.accept(
        actor=scene.asker,
        help_request=scene.request,
        response_id=scene.other_response.pk,
    )

    scene.response.refresh_from_db()
    scene.other_response.refresh_from_db()
    assert not scene.response.is_solution
    assert scene.other_response.accepted_for_id == scene.request.pk


def test_the_asker_reopens_within_ninety_days_only() -> None:
    scene = Scene("closed")
    asker = Viewer(scene.asker)
    HelpRequest.objects.filter(pk=scene.request.pk).update(
        closed_at=timezone.now() - timedelta(days=91)
    )

    with pytest.raises(NotAllowed):
        services.reopen(actor=asker, help_request=scene.request)

    HelpRequest.objects.filter(pk=scene.request.pk).update(
        closed_at=timezone.now() - timedelta(days=89)
    )
    assert services.reopen(actor=asker, help_request=scene.request).status == "open"


def test_a_moderator_reopens_at_any_time() -> None:
    scene = Scene("closed")
    HelpRequest.objects.filter(pk=scene.request.pk).update(
        closed_at=timezone.now() - timedelta(days=900)
    )

    reopened = services.reopen(actor=Viewer(scene.person("moderator")), help_request=scene.request)

    assert reopened.status == "open"
    assert reopened.closed_reason == ""


def test_a_claim_runs_out_when_the_helper_stays_silent() -> None:
    helper = make_user("helper")
    silent = services.claim(actor=helper, help_request=make_help_request())
    spoken = services.claim(actor=helper, help_request=make_help_request())
    make_response(spoken, helper)
    HelpRequest.objects.filter(pk__in=[silent.pk], claimed_until__isnull=False).update(
        claimed_until=timezone.now() - timedelta(seconds=1)
    )

    assert services.release_expired_claims() == 1
    assert services.release_expired_claims() == 0

    silent.refresh_from_db()
    spoken.refresh_from_db()
    assert (silent.status, silent.assigned_helper_id) == ("open", None)
    assert (spoken.status, spoken.assigned_helper_id) == ("in_progress", helper.pk)
    assert spoken.claimed_until is None
