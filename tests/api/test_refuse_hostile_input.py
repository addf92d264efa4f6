"""What is meant to hurt gets a 4xx with a code, on every endpoint that takes it; never a 5xx."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.api.http import Api, anonymous, code_of, signed_in, url
from wargame_mentorship.core.hostile import MAX_BYTES
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.testing.factories import make_response, make_user

pytestmark = pytest.mark.django_db


def deep(levels: int) -> bytes:
    return b'{"title": ' + b"[" * levels + b"]" * levels + b"}"


BODIES: dict[str, tuple[bytes, int, str]] = {
    "NUL in a value": (rb'{"title": "a\u0000b"}', 400, "nul_character"),
    "NUL in a key": (rb'{"a\u0000b": 1}', 400, "nul_character"),
    "NUL further in": (rb'{"photo_ids": [{"x": "\u0000"}]}', 400, "nul_character"),
    "bare NUL": (b'{"title": "a\0b"}', 400, "not_json"),
    "lone surrogate in a value": (rb'{"title": "\ud800"}', 400, "surrogate"),
    "lone surrogate in a key": (rb'{"\udfff": 1}', 400, "surrogate"),
    "turned surrogates": (rb'{"title": "\udc00\ud800"}', 400, "surrogate"),
    "3,000 deep": (deep(3_000), 400, "too_deep"),
    "100,000 deep": (deep(100_000), 400, "too_deep"),
    "100,000 deep and open": (b"[" * 100_000, 400, "too_deep"),
    "objects 3,000 deep": (b'{"a":' * 3_000 + b"1" + b"}" * 3_000, 400, "too_deep"),
    "NaN": (b'{"title": NaN}', 400, "not_finite"),
    "Infinity": (b'{"title": -Infinity}', 400, "not_finite"),
    "huge integer": (b'{"title": ' + b"9" * 5_000 + b"}", 400, "huge_number"),
    "huge float": (b'{"title": 1e999}', 400, "huge_number"),
    "the same key twice": (b'{"title": "a", "title": "b"}', 400, "duplicate_key"),
    "bad UTF-8": (b'{"title": "\xff"}', 400, "not_json"),
    "Latin-1": ('{"title": "ü"}'.encode("latin-1"), 400, "not_json"),
    "UTF-16": ('{"title": "a"}'.encode("utf-16"), 400, "not_json"),
    "cut off": (b'{"title": "a"', 400, "not_json"),
    "a line feed": (b"\n", 400, "not_json"),
    "a byte order mark": (b"\xef\xbb\xbf", 400, "not_json"),
    "two values": (b"{}{}", 400, "not_json"),
    "single quotes": (b"{'title': 'a'}", 400, "not_json"),
    "a list": (b"[]", 400, "invalid"),
    "a text": (b'"text"', 400, "invalid"),
    "a number": (b"1", 400, "invalid"),
    "null": (b"null", 400, "invalid"),
    "true": (b"true", 400, "invalid"),
    "2 MB": (b'{"title": "' + b"a" * 2_000_000 + b'"}', 413, "too_large"),
    "2 MB of blanks": (b" " * 2_000_000, 413, "too_large"),
    "one byte too many": (b" " * (MAX_BYTES + 1), 413, "too_large"),
}


def endpoints(owner: Any) -> list[tuple[Api, str, str, list[Any]]]:
    """Every endpoint with a body, as somebody who may use it."""
    response = make_response()
    entry = response.help_request
    asker, voter = signed_in(entry.requester), signed_in(owner)
    return [
        (voter, "POST", "help-requests", []),
        (asker, "PATCH", "help-request", [entry.pk]),
        (voter, "POST", "respond", [entry.pk]),
        (asker, "PUT", "assign", [entry.pk]),
        (asker, "POST", "accept", [entry.pk]),
        (asker, "POST", "close", [entry.pk]),
        (voter, "POST", "helpful", [response.pk]),
        (voter, "POST", "notifications-read", []),
    ]


@pytest.mark.parametrize("name", BODIES)
def test_hostile_body_is_refused_everywhere(name: str) -> None:
    body, status, code = BODIES[name]
    for client, method, endpoint, args in endpoints(make_user()):
        keys: list[dict[str, Any]] = [{}, {"idempotency_key": "k"}]
        for headers in keys:
            answer = client.ask(method, endpoint, *args, body=body, **headers)

            assert code_of(answer) == (status, code), endpoint
    assert HelpRequest.objects.count() == HelpResponse.objects.count() == 1
    assert HelpRequest.objects.get().version == 1


def test_the_field_of_a_hostile_text_is_named() -> None:
    client = signed_in(make_user())

    answer = client.ask("POST", "help-requests", body=rb'{"title": "\u0000", "x": 1}')

    assert list(answer.json()["fields"]) == ["title"]


def test_a_body_without_a_length_or_with_a_wrong_one_is_no_5xx() -> None:
    client = signed_in(make_user())

    for length in ("", "0", "5", "99999999999"):
        answer = client.ask("POST", "help-requests", body=b'{"title": "a"}', CONTENT_LENGTH=length)
        assert answer.status_code in {400, 413}, length


TEXTS = ["\0", "a\0b", "\ud800", "x" * 100_000, "😀" * 1_000, "‮", "\x7f", "%s%n", "{{7*7}}"]


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_query_is_no_5xx(text: str) -> None:
    ada = signed_in(make_user())
    value = quote(text.encode("utf-8", "surrogatepass"))
    for endpoint in ("help-requests", "similar", "notifications"):
        for name in (
            "search",
            "category",
            "requester",
            "assigned_helper",
            "queue",
            "language",
            "cursor",
            "ordering",
            "page",
            "page_size",
            "title",
            "unread",
            "mine",
            value,
        ):
            answer = ada.get(f"{url(endpoint)}?{name}={value}")
            assert answer.status_code in {200, 400}, (endpoint, name)


@pytest.mark.parametrize("endpoint", ["help-requests", "similar", "notifications"])
@pytest.mark.parametrize("value", ["%00", "%ED%A0%80"])
def test_nul_and_surrogates_in_a_query_have_a_code(endpoint: str, value: str) -> None:
    """A lone surrogate cannot be sent as UTF-8; it arrives as characters that say "unreadable"."""
    ada = signed_in(make_user())

    in_value = ada.get(f"{url(endpoint)}?search={value}&title={value}")
    in_name = ada.get(f"{url(endpoint)}?{value}=1")

    if value == "%00":
        assert code_of(in_value) == code_of(in_name) == (400, "nul_character")
    else:
        assert in_value.status_code in {200, 400}
        assert in_name.status_code == 400


def test_two_thousand_parameters_are_refused() -> None:
    query = "&".join(f"a{number}=1" for number in range(2_000))

    answer = anonymous().get(f"{url('help-requests')}?{query}")

    assert code_of(answer) == (400, "bad_request")


@pytest.mark.parametrize(
    "value", ["garbage", '"x"', "1", '"-1"', '"99999999999999999999"', '"1", "2"', "\xff", '"٣"']
)
def test_garbage_in_if_match_is_412(value: str) -> None:
    ada = make_user("ada")
    response = make_response()
    asker = signed_in(response.help_request.requester)
    pk = response.help_request_id
    answers = [
        asker.ask("PATCH", "help-request", pk, body={"title": "x"}, if_match=value),
        asker.ask("PUT", "assign", pk, body={"helper_id": str(ada.pk)}, if_match=value),
        asker.ask("POST", "accept", pk, body={"response_id": str(response.pk)}, if_match=value),
        asker.ask("POST", "close", pk, if_match=value),
        asker.ask("POST", "reopen", pk, if_match=value),
        asker.ask("DELETE", "help-request", pk, if_match=value),
    ]

    assert {code_of(answer) for answer in answers} == {(412, "stale")}
    assert HelpRequest.objects.get().version == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "ü", "\x7f", "a\tb"])
def test_garbage_in_idempotency_key_is_400_everywhere(key: str) -> None:
    for client, method, endpoint, args in endpoints(make_user()):
        answer = client.ask(method, endpoint, *args, body={}, idempotency_key=key)

        assert code_of(answer) == (400, "invalid")
        assert list(answer.json()["fields"]) == ["Idempotency-Key"]


FIELDS = (
    *("title", "description", "category", "subcategory", "difficulty_level", "urgency"),
    *("is_public", "photo_ids", "language", "facets", "response_text", "steps", "helper_id"),
    *("response_id", "reason", "is_helpful", "ids", "all"),
)


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        [[]],
        {"a": {}},
        0,
        -1,
        1.5,
        10**19,
        True,
        "",
        " ",
        "\n",
        "01890a5d-ac96-774b-bcce-b302099a8057",
        None,
    ],
    ids=repr,
)
def test_any_value_in_any_field_is_no_5xx(value: Any) -> None:
    for client, method, endpoint, args in endpoints(make_user()):
        for field in FIELDS:
            answer = client.ask(method, endpoint, *args, body={field: value})
            assert answer.status_code < 500, (endpoint, field)
        answer = client.ask(method, endpoint, *args, body=dict.fromkeys(FIELDS, value))
        assert answer.status_code < 500, endpoint
        json.loads(answer.content)
