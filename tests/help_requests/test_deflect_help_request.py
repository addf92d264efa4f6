"""Somebody finds their answer in what others have asked, and need not ask."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest

from tests.api.http import blocks
from tests.concurrency import at_once
from wargame_mentorship.core.errors import NotAllowed, NotFound, SignInRequired
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.host import Viewer
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_solved_help_request,
    make_user,
)

pytestmark = pytest.mark.django_db


def deflected(help_request: HelpRequest) -> list[object]:
    events = Event.objects.filter(verb="help_request.deflected", subject_id=help_request.pk)
    return [event.actor_id for event in events]


def test_it_is_counted_once_per_person_and_request() -> None:
    solved, other = make_solved_help_request(), make_solved_help_request()
    ada, bruno = make_user("ada"), make_user("bruno")

    for person in (ada, ada, bruno):
        services.deflect(actor=person, help_request=solved)
    services.deflect(actor=ada, help_request=other)

    assert deflected(solved) == [ada.pk, bruno.pk]
    assert deflected(other) == [ada.pk]


def test_the_question_that_need_not_be_asked_is_a_draft_no_more() -> None:
    ada, key = make_user("ada"), uuid4()
    services.keep_draft(actor=ada, draft_id=key, data={"title": "Frost?"})

    services.deflect(actor=ada, help_request=make_solved_help_request(), draft_id=key)

    assert services.draft_of(ada) is None


def test_nobody_without_an_account_is_counted_nor_the_asker() -> None:
    ada = make_user("ada")
    solved = make_solved_help_request(ada)

    with pytest.raises(SignInRequired):
        services.deflect(actor=Viewer(None), help_request=solved)
    with pytest.raises(NotAllowed):
        services.deflect(actor=ada, help_request=solved)
    assert deflected(solved) == []


def test_what_one_does_not_see_solves_nothing() -> None:
    MemorySocial.forget()
    ada, bruno = make_user("ada"), make_user("bruno")
    private = make_help_request(bruno, is_public=False)
    hidden = make_solved_help_request(bruno)
    MemorySocial.block(bruno, ada)

    with blocks():
        for entry in (private, hidden):
            with pytest.raises(NotFound):
                services.deflect(actor=ada, help_request=entry)


def test_similar_ones_come_solved_first_and_only_as_seen() -> None:
    ada = make_user("ada")
    open_one = make_help_request(title="White frost on my varnish again")
    solved = make_solved_help_request()
    services.edit(
        actor=solved.requester or ada, help_request=solved, changes={"title": "Varnish frost"}
    )
    make_help_request(title="White varnish frost", is_public=False)

    found = services.similar_help_requests(Viewer(ada), "white varnish frost", most=5)

    assert found == [solved, open_one]
    assert services.similar_help_requests(Viewer(ada), "white varnish frost", most=1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_said_twice_at_once_it_is_counted_once() -> None:
    ada = make_user("ada")
    for _ in range(4):
        solved = make_solved_help_request()

        at_once([partial(services.deflect, actor=ada, help_request=solved)] * 4)

        assert deflected(solved) == [ada.pk]
