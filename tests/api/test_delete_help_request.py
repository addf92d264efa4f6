"""DELETE /help/requests/{id}."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.http import anonymous, code_of, signed_in
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_user,
)

pytestmark = pytest.mark.django_db

HEADERS: list[dict[str, Any]] = [{}, {"if_match": "garbage"}, {"idempotency_key": "k"}]


def test_the_asker_deletes_softly() -> None:
    ada = make_user("ada")
    entry, client = make_help_request(ada), signed_in(ada)

    answer = client.ask("DELETE", "help-request", entry.pk)

    assert (answer.status_code, answer.content) == (204, b"")
    gone = HelpRequest.objects.get()
    assert gone.deleted_at is not None
    assert gone.deleted_by_id == ada.pk
    for method in ("GET", "PATCH", "DELETE"):
        assert client.ask(method, "help-request", entry.pk).status_code == 404
    assert client.ask("GET", "help-requests").json()["results"] == []
    search = client.ask("GET", "help-requests", query={"search": "wash"})
    assert search.json()["results"] == []


def test_what_somebody_answered_stays() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)
    make_response(entry)

    assert code_of(signed_in(ada).ask("DELETE", "help-request", entry.pk)) == (409, "answered")
    moderator = signed_in(make_moderator("painting"))
    assert moderator.ask("DELETE", "help-request", entry.pk).status_code == 204


def test_others_do_not_delete() -> None:
    entry = make_help_request()

    for person in (make_user(), make_moderator("gaming")):
        for headers in HEADERS:
            answer = signed_in(person).ask("DELETE", "help-request", entry.pk, body=b"{", **headers)
            assert code_of(answer) == (403, "permission_denied")
    assert code_of(anonymous().ask("DELETE", "help-request", entry.pk))[0] == 401
    assert HelpRequest.objects.get().deleted_at is None
