"""`@name` in a question or an answer: who is told, once, and only if they may see it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser

from tests.notifications.letters import a_site, tell
from wargame_mentorship.events import services as events
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.help_requests.models import (
    HelpRequest,
    HelpResponse,
    HelpResponseStep,
)
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.notifications import services as notifications
from wargame_mentorship.notifications.models import Delivery
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    deactivate,
    make_help_request,
    make_moderator,
    make_response,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_site() -> Any:
    MemorySocial.forget()
    with a_site(MODERATION={"BACKEND": "wargame_mentorship.testing.backends.MarkedWords"}):
        yield


def at(*people: AbstractBaseUser) -> str:
    return "Look here, " + " ".join(f"@{person.get_username()}" for person in people)


def told(person: AbstractBaseUser) -> list[str]:
    mine = Delivery.objects.filter(recipient_id=person.pk).order_by("created_at", "pk")
    return list(mine.values_list("verb", flat=True))


def edit(entry: HelpRequest, actor: AbstractBaseUser, text: str, **changes: Any) -> None:
    help_requests.edit(actor=actor, help_request=entry, changes={"description": text, **changes})
    tell()


def test_whom_a_question_or_an_answer_mentions_is_told_where() -> None:
    ada, bruno, cleo, dora = (make_user(name) for name in ("ada", "bruno", "cleo", "dora"))
    entry = make_help_request(ada, description=at(bruno))
    response = make_response(entry, cleo, text=at(dora).upper())

    tell()

    assert told(bruno) == told(dora) == ["mentioned"]
    there = Delivery.objects.values_list("target_kind", "target_id")
    assert there.get(recipient_id=bruno.pk) == ("help_request", entry.pk)
    assert there.get(recipient_id=dora.pk) == ("help_response", response.pk)


def test_one_is_told_once_of_an_event_however_many_reasons_there_are() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    entry = make_help_request(ada)
    make_response(entry, bruno, text=f"{at(ada)} {at(ada)} {at(bruno)}")

    tell()
    for event in Event.objects.all():
        events.dispatch(event)

    assert told(ada) == ["help_request.answered"]
    assert told(bruno) == []


def test_an_edit_tells_only_those_whom_it_mentions_newly() -> None:
    ada, bruno, cleo = make_user("ada"), make_user("bruno"), make_user("cleo")
    entry = make_help_request(ada, description=at(bruno))
    tell()

    edit(entry, ada, at(bruno, cleo))
    edit(entry, ada, at(cleo))
    edit(entry, ada, f"{at(bruno, cleo)} again")

    assert told(bruno) == told(cleo) == ["mentioned"]


def test_an_edited_answer_tells_the_newly_mentioned_unless_they_muted_the_question() -> None:
    ada, bruno, cleo, dora = (make_user(name) for name in ("ada", "bruno", "cleo", "dora"))
    response = make_response(make_help_request(ada), bruno, text=at(cleo))
    tell()
    notifications.mute(actor=dora, subject=response.help_request)

    # As an edit records it.
    HelpResponse.objects.filter(pk=response.pk).update(response_text=at(cleo, dora))
    HelpResponseStep.objects.create(
        response=response, position=1, text=at(ada), text_html="<p>As above</p>"
    )
    events.record("help_response.edited", actor=Viewer(bruno), subject=response)
    tell()

    assert told(ada) == ["help_request.answered", "mentioned"]
    assert told(cleo) == ["mentioned"]
    assert told(dora) == []


def test_names_in_code_links_and_addresses_mention_nobody() -> None:
    bruno = make_user("bruno")
    name = bruno.get_username()
    make_help_request(description=f"`@{name}` [@{name}](https://club.example) post@{name} @{name}x")

    tell()

    assert told(bruno) == []


def test_whoever_may_not_see_it_is_not_told_until_they_may() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    entry = make_help_request(ada, description=at(bruno), is_public=False)
    tell()
    assert told(bruno) == []

    edit(entry, ada, at(bruno), is_public=True)

    assert told(bruno) == ["mentioned"]


def test_no_mention_passes_a_block_nor_reaches_a_closed_account() -> None:
    ada, bruno, cleo = make_user("ada"), make_user("bruno"), make_user("cleo")
    MemorySocial.block(bruno, ada)
    deactivate(cleo)
    make_help_request(ada, description=at(bruno, cleo))

    tell()

    assert told(bruno) == told(cleo) == []


def test_a_question_that_was_held_mentions_once_it_is_seen_in_its_askers_name() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    entry = make_help_request(ada, description=f"hold-me {at(bruno)}")
    tell()
    assert told(bruno) == []

    moderator = make_moderator("painting")
    moderation.approve(actor=moderator, kind=HelpRequest.KIND, object_id=entry.pk)
    tell()

    assert told(bruno) == ["mentioned"]
    assert Delivery.objects.get(recipient_id=bruno.pk).event.actor_id == ada.pk


def test_an_answer_that_was_held_mentions_once_it_is_seen() -> None:
    ada, bruno, cleo = make_user("ada"), make_user("bruno"), make_user("cleo")
    response = make_response(make_help_request(ada), bruno, text=f"hold-me {at(cleo)}")
    tell()
    assert told(cleo) == []

    moderator = make_moderator("painting")
    moderation.approve(actor=moderator, kind="help_response", object_id=response.pk)
    tell()

    assert told(cleo) == ["mentioned"]
    assert Delivery.objects.get(recipient_id=cleo.pk).event.actor_id == bruno.pk


def test_twenty_people_are_the_most() -> None:
    people = [make_user() for _ in range(25)]
    entry = make_help_request()
    # As an import might have brought it: the services refuse to take it.
    HelpRequest.objects.filter(pk=entry.pk).update(description=at(*people))

    tell()

    assert Delivery.objects.filter(verb="mentioned").count() == 20
