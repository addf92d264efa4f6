"""GET, PUT /notifications/preferences; GET, PUT, DELETE /help/requests/{id}/mute."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.http import anonymous, code_of, fields_of, signed_in
from wargame_mentorship.notifications import services
from wargame_mentorship.notifications.models import Mute, NotificationPreference
from wargame_mentorship.testing.factories import make_help_request, make_user

pytestmark = pytest.mark.django_db

ANSWERED = {"verb": "help_request.answered", "channel": "email", "is_on": False}


def decided(answer: Any) -> dict[tuple[str, str], tuple[bool, bool]]:
    assert answer.status_code == 200, answer.content
    return {
        (entry["verb"], entry["channel"]): (entry["is_on"], entry["is_default"])
        for entry in answer.json()["preferences"]
    }


def test_preferences_are_read_and_some_of_them_set() -> None:
    client = signed_in(make_user("ada"))
    before = decided(client.ask("GET", "notification-preferences"))
    assert before["help_request.answered", "email"] == (True, True)
    assert before["similar_solved", "email"] == (False, True)

    after = decided(client.ask("PUT", "notification-preferences", body={"preferences": [ANSWERED]}))

    assert after == {**before, ("help_request.answered", "email"): (False, False)}
    assert decided(client.ask("GET", "notification-preferences")) == after
    [first] = [
        entry
        for entry in client.ask("GET", "notification-preferences").json()["preferences"]
        if (entry["verb"], entry["channel"]) == ("mentioned", "in_site")
    ]
    assert first["label"] == "Somebody mentions me"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "preferences"),
        ({"preferences": "all"}, "preferences"),
        ({"preferences": [{**ANSWERED, "verb": "eaten"}]}, "preferences.0.verb"),
        ({"preferences": [{**ANSWERED, "channel": "pigeon"}]}, "preferences.0.channel"),
        ({"preferences": [{**ANSWERED, "is_on": "no"}]}, "preferences.0.is_on"),
        ({"preferences": [ANSWERED] * 101}, "preferences"),
    ],
)
def test_what_cannot_be_decided_is_said_and_nothing_is(body: Any, field: str) -> None:
    answer = signed_in(make_user()).ask("PUT", "notification-preferences", body=body)

    assert list(fields_of(answer)) == [field]
    assert not NotificationPreference.objects.exists()


def test_nobody_has_no_preferences() -> None:
    assert anonymous().ask("GET", "notification-preferences").status_code == 401
    assert (
        anonymous().ask("PUT", "notification-preferences", body={"preferences": []}).status_code
        == 401
    )


def test_a_help_request_is_muted_and_told_of_again() -> None:
    entry, ada = make_help_request(), make_user("ada")
    client = signed_in(ada)

    def muted() -> Any:
        return client.ask("GET", "mute", entry.pk).json()

    assert muted() == {"is_muted": False}
    for _ in range(2):
        assert client.ask("PUT", "mute", entry.pk).json() == {"is_muted": True}
    assert muted() == {"is_muted": True}
    assert services.is_muted(ada, entry)
    assert anonymous().ask("GET", "mute", entry.pk).json() == {"is_muted": False}
    for _ in range(2):
        assert client.ask("DELETE", "mute", entry.pk).json() == {"is_muted": False}
    assert not Mute.objects.exists()


def test_a_replayed_mute_undoes_no_later_change_of_mind() -> None:
    entry, client = make_help_request(), signed_in(make_user("ada"))
    client.ask("PUT", "mute", entry.pk, idempotency_key="one")
    client.ask("DELETE", "mute", entry.pk, idempotency_key="two")

    again = client.ask("PUT", "mute", entry.pk, idempotency_key="one")

    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == {"is_muted": False}


def test_what_one_does_not_see_cannot_be_muted() -> None:
    entry = make_help_request(is_public=False)

    for method in ("GET", "PUT", "DELETE"):
        answer = signed_in(make_user("stranger")).ask(method, "mute", entry.pk)
        assert code_of(answer) == (404, "not_found")
