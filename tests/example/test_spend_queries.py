"""How many queries each request asks of the database, on a host with users, blocks and a social
app of its own: one more is a decision, and is written down here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.api.http import BROWSER
from tests.api.http import url as api
from tests.web.pages import picture, question
from tests.web.pages import url as page
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor == "mysql",
        reason="There a transaction asks for the documents that it has written itself.",
    ),
]

MOST = 8
"""Of a page for everybody."""

WHO_ASKS = 4
"""Session, user, what they moderate, whom blocks hide from them."""


def cost(send: Callable[[], Any], status: int = 200) -> int:
    """What is asked of the database; savepoints and the like ask nothing."""
    with CaptureQueriesContext(connection) as captured:
        answer = send()
    assert answer.status_code == status
    asked = [query["sql"] for query in captured.captured_queries]
    return sum(
        not sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")) for sql in asked
    )


def browser(user: Any = None) -> Client:
    client = Client(headers={"user-agent": BROWSER})
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def solved() -> HelpRequest:
    """A request that has all there is: photos, facets, answers in steps, how it went."""
    asker, helper = make_user("asker"), make_user("helper")
    photos = [upload_photo(actor=one, file=picture()).pk for one in (asker, helper, helper, asker)]
    entry = make_help_request(
        asker, title="Varnish frosts", photo_ids=photos[:1], facets={"paint": "Mephiston Red"}
    )
    best = make_response(
        entry,
        helper,
        photo_ids=photos[1:2],
        steps=[{"text": "Warm the room.", "photo_id": photos[2]}, {"text": "Spray."}],
    )
    for _ in range(2):
        make_response(entry)
    services.mark_helpful(actor=asker, response=best)
    services.accept(actor=asker, help_request=entry, response_id=best.pk)
    services.tell_outcome(
        actor=asker, help_request=entry, text="It worked.", photo_ids=photos[3:], satisfaction=5
    )
    return entry


READS: dict[str, tuple[Callable[[Any], str], int]] = {
    "API list": (lambda pk: api("help-requests"), 4),
    "API list, filtered": (lambda pk: api("help-requests", category="painting"), 5),
    "API search": (lambda pk: api("help-requests", search="varnish"), 4),
    "API similar": (lambda pk: api("similar", title="Varnish frosts"), 2),
    "API detail": (lambda pk: api("help-request", pk), 7),
    "page list": (lambda pk: page("help-requests"), 5),
    "page search": (lambda pk: page("help-requests") + "?search=varnish", 5),
    "page detail": (lambda pk: page("help-request", pk), 8),
}
FOR_SOMEBODY = {
    "API list": 4 + WHO_ASKS,
    "API list, filtered": 5 + WHO_ASKS,
    "API search": 4 + WHO_ASKS,
    "API similar": 2 + WHO_ASKS,
    # Their votes too.
    "API detail": 8 + WHO_ASKS,
    # On pages the navigation of the host: two for permissions, one for what is unread.
    "page list": 5 + WHO_ASKS + 3,
    "page search": 5 + WHO_ASKS + 3,
    # Their votes, and whether they hear of it.
    "page detail": 10 + WHO_ASKS + 3,
}


@pytest.mark.parametrize("name", READS)
def test_a_read_for_everybody(name: str, solved: HelpRequest) -> None:
    address, expected = READS[name]
    client, path = browser(), address(solved.pk)
    client.get(path)

    assert cost(lambda: client.get(path)) == expected <= MOST


@pytest.mark.parametrize("name", READS)
def test_a_read_for_somebody(name: str, solved: HelpRequest) -> None:
    client, path = browser(make_user("reader")), READS[name][0](solved.pk)
    client.get(path)

    assert cost(lambda: client.get(path)) == FOR_SOMEBODY[name]


def ask_api(client: Client, solved: HelpRequest) -> Any:
    asked = {"title": "Why?", "description": "It frosts.", "category": "painting"}
    return client.post(api("help-requests"), asked, content_type="application/json")


def respond_api(client: Client, solved: HelpRequest) -> Any:
    answer = {"response_text": "Warm the room."}
    return client.post(api("respond", solved.pk), answer, content_type="application/json")


def vote_api(client: Client, solved: HelpRequest) -> Any:
    return client.post(api("helpful", unvoted(solved)), {}, content_type="application/json")


def ask_page(client: Client, solved: HelpRequest) -> Any:
    return client.post(page("ask-help-request"), question())


def respond_page(client: Client, solved: HelpRequest) -> Any:
    form = {"form_token": str(uuid4()), "response_text": "Warm the room."}
    return client.post(page("respond-help-request", solved.pk), form)


def vote_page(client: Client, solved: HelpRequest) -> Any:
    return client.post(page("helpful-response", solved.pk, unvoted(solved)))


def unvoted(solved: HelpRequest) -> Any:
    """One more query, which finds an answer that nobody has voted for."""
    return solved.responses.filter(helpful_count=0)[0].pk


@pytest.mark.parametrize(
    ("send", "status", "expected"),
    [
        (ask_api, 201, 17),
        (respond_api, 201, 15),
        (vote_api, 200, 17),
        (ask_page, 302, 20),
        (respond_page, 302, 13),
        (vote_page, 302, 15),
    ],
)
def test_a_write(
    send: Callable[[Client, HelpRequest], Any], status: int, expected: int, solved: HelpRequest
) -> None:
    client = browser(make_user("writer"))
    send(client, solved)

    assert cost(lambda: send(client, solved), status) == expected
