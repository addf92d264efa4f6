"""What somebody wants to be told, per verb and channel."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.notifications.letters import a_site, send, tell
from wargame_mentorship.core.errors import Invalid, NotFound, SignInRequired
from wargame_mentorship.flows.privacy import erase_user, export_user_data
from wargame_mentorship.host import Viewer
from wargame_mentorship.models import Delivery, Mute, NotificationPreference
from wargame_mentorship.notifications import services
from wargame_mentorship.notifications.models import Channel
from wargame_mentorship.notifications.unsubscribing import unsubscribe_token
from wargame_mentorship.notifications.verbs import VERBS
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user

pytestmark = pytest.mark.django_db

ANSWERED = "help_request.answered"


@pytest.fixture(autouse=True)
def _on_a_site() -> Any:
    with a_site():
        yield


def chosen(person: Any) -> dict[tuple[str, str], bool]:
    return {
        (entry.verb.name, entry.channel.value): entry.is_on
        for entry in services.preferences_of(person)
    }


def test_everything_is_on_by_default_but_letters_that_can_wait() -> None:
    preferences = services.preferences_of(make_user("ada"))

    assert len(preferences) == len(VERBS) * 2
    assert all(entry.is_default for entry in preferences)
    assert [(entry.verb.name, entry.channel) for entry in preferences if not entry.is_on] == [
        ("flag_decided", Channel.EMAIL),
        ("similar_solved", Channel.EMAIL),
    ]


def test_what_is_decided_holds_for_that_person_verb_and_channel_alone() -> None:
    ada, eve = make_user("ada"), make_user("eve")
    before = chosen(eve)

    services.set_preferences(actor=ada, choices={(ANSWERED, "email"): False})

    assert chosen(ada) == {**before, (ANSWERED, "email"): False}
    assert chosen(eve) == before
    services.set_preferences(actor=ada, choices={(ANSWERED, "email"): True})
    assert chosen(ada) == before
    assert NotificationPreference.objects.count() == 1


@pytest.mark.parametrize(
    ("in_site", "email", "unread", "letters"),
    [(True, True, 1, 1), (True, False, 1, 0), (False, True, 0, 1), (False, False, 0, 0)],
)
def test_a_channel_that_is_off_stays_silent(
    in_site: bool, email: bool, unread: int, letters: int
) -> None:
    ada = make_user("ada")
    services.set_preferences(
        actor=ada, choices={(ANSWERED, "in_site"): in_site, (ANSWERED, "email"): email}
    )

    make_response(make_help_request(ada))
    tell()

    assert services.unread_count(ada) == unread
    assert send() == (letters, 0)
    assert len(services.show(ada, list(services.deliveries_of(ada)))) == unread


@pytest.mark.parametrize("key", [("help_request.eaten", "email"), (ANSWERED, "pigeon")])
def test_what_there_is_not_cannot_be_decided(key: tuple[str, str]) -> None:
    with pytest.raises(Invalid):
        services.set_preferences(actor=make_user("ada"), choices={key: True})
    assert not NotificationPreference.objects.exists()


def test_nobody_decides_nothing() -> None:
    with pytest.raises(SignInRequired):
        services.preferences_of(Viewer(None))
    with pytest.raises(SignInRequired):
        services.set_preferences(actor=Viewer(None), choices={})


def test_the_token_of_a_letter_is_good_for_one_thing() -> None:
    ada = make_user("ada")
    before = chosen(ada)

    found = services.unsubscribe(token=unsubscribe_token(ada, ANSWERED, Channel.EMAIL))

    assert (found.user, found.verb.name) == (ada, ANSWERED)
    assert chosen(ada) == {**before, (ANSWERED, "email"): False}


def test_a_token_of_a_deleted_account_is_good_for_nothing() -> None:
    ada = make_user("ada")
    token = unsubscribe_token(ada, ANSWERED, Channel.EMAIL)
    ada.delete()

    with pytest.raises(NotFound):
        services.unsubscribe(token=token)


def test_what_was_decided_can_be_taken_along_and_goes_with_the_person() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)
    make_response(entry)
    tell()
    send()
    services.set_preferences(actor=ada, choices={(ANSWERED, "email"): False})
    services.mute(actor=ada, subject=entry)

    exported: Any = json.loads(json.dumps(export_user_data(ada)))

    assert exported["notification_preferences"] == [
        {"verb": ANSWERED, "channel": "email", "is_on": False}
    ]
    assert [row["id"] for row in exported["muted"]] == [str(entry.pk)]
    assert [row["verb"] for row in exported["notifications"]] == [ANSWERED]
    assert exported["notifications"][0]["emailed_at"]

    erase_user(ada)

    for model in (Delivery, NotificationPreference, Mute):
        assert not model.objects.exists()


def test_an_account_that_is_deleted_takes_its_wishes_along() -> None:
    ada = make_user("ada")
    services.set_preferences(actor=ada, choices={(ANSWERED, "email"): False})
    services.mute(actor=ada, subject=make_help_request())

    ada.delete()

    assert not NotificationPreference.objects.exists()
    assert not Mute.objects.exists()
