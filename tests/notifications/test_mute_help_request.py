"""Hearing nothing more of one thing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.notifications.letters import a_site, send, tell
from wargame_mentorship.core.errors import NotFound, SignInRequired
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.host import Viewer
from wargame_mentorship.notifications import services
from wargame_mentorship.notifications.models import Delivery, Mute
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_site() -> Any:
    MemorySocial.forget()
    with a_site():
        yield


def test_a_muted_question_tells_nothing_more_whatever_happens_to_it() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    entry, other = make_help_request(ada), make_help_request(ada)
    make_response(entry, bruno)
    tell()
    services.mute(actor=ada, subject=entry)
    services.mute(actor=bruno, subject=entry)

    response = make_response(entry, bruno, text=f"@{ada.get_username()}")
    help_requests.accept(actor=ada, help_request=entry, response_id=response.pk)
    make_response(other, bruno)
    tell()

    of = Delivery.objects.filter(recipient_id=ada.pk).values_list("event__subject_id", flat=True)
    # The first one, of before, stays; and other questions are not meant.
    assert sorted(of) == sorted([entry.pk, other.pk])
    assert not Delivery.objects.filter(recipient_id=bruno.pk).exists()
    assert services.unread_count(ada) == 2


def test_one_is_told_again_from_then_on() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)
    services.mute(actor=ada, subject=entry)
    services.mute(actor=ada, subject=entry)
    assert Mute.objects.count() == 1
    make_response(entry)
    tell()

    services.unmute(actor=ada, subject=entry)
    services.unmute(actor=ada, subject=entry)
    make_response(entry)
    tell()

    assert services.unread_count(ada) == 1
    assert send() == (1, 0)


def test_only_what_one_sees_can_be_muted_and_nobody_mutes_nothing() -> None:
    entry = make_help_request(is_public=False)

    with pytest.raises(NotFound):
        services.mute(actor=make_user("stranger"), subject=entry)
    with pytest.raises(SignInRequired):
        services.mute(actor=Viewer(None), subject=entry)
    assert not services.is_muted(Viewer(None), entry)
    assert not Mute.objects.exists()


def test_what_was_muted_and_is_out_of_sight_is_not_listed() -> None:
    ada = make_user("ada")
    first, second, gone = (make_help_request() for _ in range(3))
    for entry in (first, second, gone):
        services.mute(actor=ada, subject=entry)
    HelpRequest.objects.filter(pk=gone.pk).update(is_public=False)

    listed = services.muted_by(ada, HelpRequest.KIND, most=10)

    assert [entry.pk for entry in listed] == [second.pk, first.pk]
