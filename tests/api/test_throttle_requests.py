"""How often somebody may ask, and that no header changes it."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.test import override_settings

from tests.api.http import Api, anonymous, code_of, signed_in
from wargame_mentorship.core.rates import client_address
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.testing.factories import make_help_request, make_user

pytestmark = pytest.mark.django_db

LIMIT = 3
UNLIMITED = "100000/minute"


def limited(*scopes: str, proxies: int = 0, rate: str = f"{LIMIT}/hour") -> override_settings:
    """Limits on these scopes alone."""
    every = (
        "read-user",
        "read-address",
        "write-user",
        "write-address",
        "ask-user",
        "respond-user",
        "upload-user",
    )
    rates = {scope: rate if scope in scopes else UNLIMITED for scope in every}
    return override_settings(WARGAME_MENTORSHIP={"THROTTLES": rates, "TRUSTED_PROXIES": proxies})


class From(Api):
    """A client at an address, which changes its `X-Forwarded-For` at each request."""

    def __init__(self, address: str, *, behind: tuple[str, ...] = ()) -> None:
        super().__init__(REMOTE_ADDR=address)
        self.behind = behind
        self.sent = 0

    def generic(self, *args: Any, **kwargs: Any) -> Any:
        self.sent += 1
        forwarded = ", ".join((f"203.0.113.{self.sent}", *self.behind))
        return super().generic(*args, **kwargs, HTTP_X_FORWARDED_FOR=forwarded)


def statuses(client: Api, count: int = LIMIT + 2) -> list[int]:
    return [client.ask("GET", "help-requests").status_code for _ in range(count)]


EXPECTED = [200] * LIMIT + [429] * 2


@limited("read-address")
def test_an_address_is_limited_and_told_when_to_come_back() -> None:
    client = From("192.0.2.1")

    assert statuses(client) == EXPECTED
    refused = client.ask("GET", "help-requests")
    assert code_of(refused) == (429, "throttled")
    assert 3590 <= int(refused["Retry-After"]) <= 3601
    assert statuses(From("192.0.2.2"), 1) == [200]


def test_no_proxy_means_the_header_is_ignored() -> None:
    with limited("read-address", proxies=0):
        assert statuses(From("192.0.2.1")) == EXPECTED
        assert statuses(From("192.0.2.1", behind=("198.51.100.7",)), 1) == [429]


def test_one_proxy_means_the_last_address_counts() -> None:
    with limited("read-address", proxies=1):
        assert statuses(From("10.0.0.1", behind=("198.51.100.7",))) == EXPECTED
        # Another client behind the same proxy, and the same one through another proxy of it.
        assert statuses(From("10.0.0.1", behind=("198.51.100.8",)), 1) == [200]
        assert statuses(From("10.0.0.2", behind=("198.51.100.7",)), 1) == [429]


def test_two_proxies_mean_the_last_but_one_counts() -> None:
    with limited("read-address", proxies=2):
        assert statuses(From("10.0.0.1", behind=("198.51.100.7", "10.0.0.9"))) == EXPECTED
        assert statuses(From("10.0.0.1", behind=("198.51.100.8", "10.0.0.9")), 1) == [200]


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "expected"),
    [
        (0, "192.0.2.1", "1.2.3.4", "192.0.2.1"),
        (1, "10.0.0.1", "1.2.3.4", "1.2.3.4"),
        (1, "10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
        (1, "10.0.0.1", None, "10.0.0.1"),
        (2, "10.0.0.1", "1.2.3.4", "10.0.0.1"),
        (1, "10.0.0.1", "", "10.0.0.1"),
        (1, "10.0.0.1", "1.2.3.4,", "10.0.0.1"),
        (1, "10.0.0.1", "nonsense", "unknown"),
        (1, "10.0.0.1", "1.2.3.4:5678", "1.2.3.4"),
        (1, "10.0.0.1", "[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2::"),
        (1, "10.0.0.1", "[2001:db8:1:2:3:4:5:6]", "2001:db8:1:2::"),
        (0, "2001:db8:1:2:ffff:4:5:6", None, "2001:db8:1:2::"),
        (0, "2001:db8:1:3::1", None, "2001:db8:1:3::"),
        (0, "fe80::1%eth0", None, "fe80::"),
        (0, "::ffff:192.0.2.1", None, "192.0.2.1"),
        (0, "", None, "unknown"),
    ],
)
def test_the_address_of_a_client(
    proxies: int, remote: str, forwarded: str | None, expected: str
) -> None:
    meta = {"REMOTE_ADDR": remote}
    if forwarded is not None:
        meta["HTTP_X_FORWARDED_FOR"] = forwarded

    with override_settings(WARGAME_MENTORSHIP={"TRUSTED_PROXIES": proxies}):
        assert client_address(meta) == expected


@limited("read-address")
def test_a_household_has_one_ipv6_network() -> None:
    found = [statuses(From(f"2001:db8:1:2::{number}"), 1)[0] for number in range(1, LIMIT + 2)]

    assert found == [200] * LIMIT + [429]
    assert statuses(From("2001:db8:1:3::1"), 1) == [200]


@limited("read-user")
def test_a_user_is_limited_wherever_they_are() -> None:
    ada = make_user("ada")
    found = []
    for number in range(LIMIT + 1):
        client = From(f"192.0.2.{number}")
        client.force_login(ada)  # type: ignore[arg-type] # the stubs think of one user model
        found += statuses(client, 1)

    assert found == [200] * LIMIT + [429]
    assert statuses(signed_in(make_user("bruno")), 1) == [200]
    assert statuses(anonymous(), LIMIT + 1) == [200] * (LIMIT + 1)


@limited("write-user")
def test_reads_and_writes_are_counted_apart() -> None:
    client, entry = signed_in(make_user()), make_help_request()

    written = [
        client.ask("POST", "respond", entry.pk, body={"response_text": "Hm."}).status_code
        for _ in range(LIMIT + 1)
    ]

    assert written == [201] * LIMIT + [429]
    assert statuses(client, 1) == [200]


@limited("ask-user")
def test_asking_has_a_limit_of_its_own() -> None:
    client = signed_in(make_user())
    body = {"title": "Why?", "description": "It frosts.", "category": "painting"}

    asked = [client.ask("POST", "help-requests", body=body) for _ in range(LIMIT + 1)]

    assert [answer.status_code for answer in asked] == [201] * LIMIT + [429]
    assert "Retry-After" in asked[-1]
    assert HelpRequest.objects.count() == LIMIT
    entry = HelpRequest.objects.first()
    assert entry is not None
    assert client.ask("POST", "respond", entry.pk, body={"response_text": "x"}).status_code == 201
    assert client.ask("GET", "help-requests").status_code == 200


@limited("respond-user")
def test_answering_has_a_limit_of_its_own() -> None:
    client, entry = signed_in(make_user()), make_help_request()

    answered = [
        client.ask("POST", "respond", entry.pk, body={"response_text": "Hm."}).status_code
        for _ in range(LIMIT + 1)
    ]

    assert answered == [201] * LIMIT + [429]
    assert client.ask("PUT", "assign", entry.pk).status_code == 200


@limited("write-address", "read-address")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_guessing_a_password_is_limited(method: str) -> None:
    ada = make_user("ada")
    client = From("192.0.2.1")

    def guess(password: str) -> int:
        pair = f"{ada.get_username()}:{password}".encode()
        header = "Basic " + base64.b64encode(pair).decode()
        status: int = client.ask(method, "help-requests", authorization=header).status_code
        return status

    assert [guess(f"wrong-{number}") for number in range(LIMIT)] == [401] * LIMIT
    assert guess("miniature") == 429


@limited("write-address")
def test_anonymous_writes_are_limited_too() -> None:
    found = [anonymous().ask("POST", "help-requests").status_code for _ in range(LIMIT + 1)]

    assert found == [401] * LIMIT + [429]


def test_a_new_limit_counts_at_the_next_request() -> None:
    client = From("192.0.2.1")
    with limited("read-address", rate="1/hour"):
        assert statuses(client, 2) == [200, 429]
    with limited("read-address", rate="3/hour"):
        assert statuses(client, 3) == [200, 200, 429]


@limited("read-user", "read-address", "write-user", "write-address", rate="1/hour")
def test_pictures_of_a_page_are_not_counted() -> None:
    from uuid import uuid4

    client = From("192.0.2.1")

    found = [
        client.ask("GET", "photo-file", uuid4(), "card", "x", "webp").status_code for _ in range(5)
    ]

    assert found == [404] * 5
