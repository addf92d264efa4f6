"""Every error has one shape, whatever the host has set, and tells nobody too much."""

from __future__ import annotations

import base64
import json
import os
from typing import Any

import pytest
from django.test import override_settings

from tests.api.http import (
    BROKEN_SOCIAL,
    Api,
    anonymous,
    code_of,
    signed_in,
    url,
)
from tests.processes import run_python
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.testing.factories import make_help_request, make_user

pytestmark = pytest.mark.django_db

HEADERS: list[dict[str, Any]] = [{}, {"if_match": "garbage"}, {"idempotency_key": "k"}]
QUESTION = {"title": "Why?", "description": "It frosts.", "category": "painting"}


def test_an_error_says_what_and_a_stable_code() -> None:
    client = signed_in(make_user())

    unknown = client.ask("POST", "help-requests", body={**QUESTION, "title": ""})

    assert unknown.headers["Content-Type"] == "application/json"
    assert unknown.json() == {
        "detail": "Please check what you entered.",
        "code": "invalid",
        "fields": {"title": [{"message": "This field may not be blank.", "code": "blank"}]},
    }


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("PUT", "help-requests"),
        ("DELETE", "help-requests"),
        ("POST", "help-request"),
        ("GET", "respond"),
        ("POST", "assign"),
        ("GET", "accept"),
        ("PUT", "helpful"),
        ("POST", "similar"),
        ("POST", "notifications"),
        ("GET", "notifications-read"),
    ],
)
def test_method_that_is_not_there_is_405(method: str, name: str) -> None:
    listed = {"help-requests", "similar", "notifications", "notifications-read"}
    args = [] if name in listed else [make_help_request().pk]

    answer = signed_in(make_user()).ask(method, name, *args)

    assert code_of(answer) == (405, "method_not_allowed")
    assert method not in answer["Allow"].replace(" ", "").split(",")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"title=Why&description=x&category=painting"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("text/plain", b"{}"),
        ("application/xml", b"<a/>"),
        ("nonsense", b"{}"),
        ("application/json+x", b"{}"),
    ],
)
def test_body_of_another_type_is_415(content_type: str, body: bytes) -> None:
    answer = signed_in(make_user()).ask(
        "POST", "help-requests", body=body, content_type=content_type
    )

    assert code_of(answer) == (415, "unsupported_media_type")


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "nonsense", "image/*;q=0"])
def test_the_answer_is_json_whatever_is_accepted(accept: str) -> None:
    answer = anonymous().ask("GET", "help-requests", accept=accept)

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "path", ["/", "/x", "/?page=2", "/requests/x/y", "//requests", "/%F0%28%8C%28", "/%00"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_addresses_below_ours_are_404_in_our_shape(path: str, method: str) -> None:
    answer = anonymous().generic(method, url("help-requests") + path)

    assert code_of(answer) == (404, "not_found")


# ----------------------------------------------------------------- who is asking


def basic(name: bytes, password: bytes) -> dict[str, Any]:
    return {"authorization": "Basic " + base64.b64encode(name + b":" + password).decode()}


def test_credentials_of_the_host_are_enough() -> None:
    user = make_user("ada")

    answer = anonymous().ask(
        "POST", "help-requests", body=QUESTION, **basic(user.get_username().encode(), b"miniature")
    )

    assert answer.status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        basic(b"ada", b"wrong"),
        basic(b"a\0da", b"miniature"),
        basic(b"\xff\xfe", b"\xff"),
        {"authorization": "Basic"},
        {"authorization": "Basic !!!"},
        {"authorization": "Basic a b c"},
    ],
)
def test_wrong_credentials_are_401_also_where_nobody_need_sign_in(headers: dict[str, Any]) -> None:
    make_user("ada")

    answer = anonymous().ask("GET", "help-requests", **headers)

    assert answer.status_code == 401
    assert answer.json()["code"] == "authentication_failed"
    assert answer["WWW-Authenticate"]


def test_deactivated_is_signed_out() -> None:
    ada = make_user("ada")
    client = signed_in(ada)
    ada.is_active = False
    ada.save()

    assert code_of(client.ask("POST", "help-requests", body=QUESTION))[0] == 401
    assert client.ask("GET", "help-requests").status_code == 200


def test_a_session_needs_its_csrf_token() -> None:
    client = Api(enforce_csrf_checks=True)
    user: Any = make_user("ada")
    client.force_login(user)

    refused = client.ask("POST", "help-requests", body=QUESTION)

    assert code_of(refused) == (403, "csrf_failed")
    assert not HelpRequest.objects.exists()
    assert client.ask("GET", "help-requests").status_code == 200
    token = "a" * 32
    client.cookies["csrftoken"] = token
    accepted = client.ask("POST", "help-requests", body=QUESTION, X_CSRFToken=token)
    assert accepted.status_code == 201


# -------------------------------------------------------------- authorisation first


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("PATCH", "help-request"),
        ("DELETE", "help-request"),
        ("POST", "respond"),
        ("PUT", "assign"),
        ("POST", "accept"),
        ("POST", "close"),
        ("POST", "reopen"),
    ],
)
@pytest.mark.parametrize("body", [b"{", b'{"helper_id": []}', b"[]", b"\xff", b"\x00", None])
def test_what_one_does_not_see_is_404_whatever_the_body(
    method: str, name: str, body: bytes | None
) -> None:
    entry = make_help_request(is_public=False)

    for content_type in ("application/json", "text/plain"):
        for headers in HEADERS:
            answer = signed_in(make_user()).ask(
                method, name, entry.pk, body=body, content_type=content_type, **headers
            )
            assert code_of(answer) == (404, "not_found")


# --------------------------------------------------------------------- a seam is down


def test_broken_social_backend_is_503_and_shows_nothing() -> None:
    entry, client = make_help_request(), signed_in(make_user())

    with override_settings(WARGAME_MENTORSHIP={"SOCIAL": BROKEN_SOCIAL}):
        answers = [
            client.ask("GET", "help-requests"),
            client.ask("GET", "help-requests", query={"search": "wash"}),
            client.ask("GET", "help-request", entry.pk),
            client.ask("GET", "similar", query={"title": "wash"}),
            client.ask("GET", "notifications"),
            client.ask("POST", "respond", entry.pk, body={"response_text": "Hm."}),
            client.ask("PUT", "assign", entry.pk),
            client.ask("POST", "notifications-read", body={"all": True}),
        ]
        nobody = anonymous().ask("GET", "help-requests")

    for answer in answers:
        assert code_of(answer) == (503, "backend_unavailable")
        assert answer["Retry-After"] == "30"
        assert set(answer.json()) == {"detail", "code"}
    assert nobody.status_code == 200


# ------------------------------------------------------------------- the host's settings


def explode(*args: Any, **kwargs: Any) -> Any:
    raise AssertionError("The host's exception handler was asked.")


def test_the_hosts_exception_handler_is_left_alone() -> None:
    with override_settings(REST_FRAMEWORK={"EXCEPTION_HANDLER": f"{__name__}.explode"}):
        assert code_of(anonymous().ask("POST", "help-requests"))[0] == 401
        assert anonymous().ask("GET", "help-requests", query={"x": "1"}).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_the_hosts_defaults_do_not_matter(tmp_path: Any) -> None:
    code = f"""
import json
from tests.api.http import anonymous
from django.contrib.auth import get_user_model
from rest_framework.settings import api_settings
assert api_settings.PAGE_SIZE == 1
user = get_user_model()._default_manager.get(pk={str(make_user("ada").pk)!r})
user_client = anonymous()
user_client.force_authenticate(user)
got = anonymous().ask("GET", "help-requests", query={{"search": "wash"}})
one = anonymous().ask("GET", "help-requests", query={{"page_size": 2}})
asked = user_client.ask("POST", "help-requests", body={QUESTION!r})
wrong = user_client.ask("POST", "help-requests", body=b"[]")
options = anonymous().ask("OPTIONS", "help-requests")
print(json.dumps([
    [answer.status_code, answer["Content-Type"], answer.json()]
    for answer in (got, one, asked, wrong, options)
]))
"""
    for _ in range(3):
        make_help_request()

    finished = run_python(
        code,
        tmp_path=tmp_path,
        DJANGO_SETTINGS_MODULE="tests.api.absurd_host",
        WM_HOST=os.environ["DJANGO_SETTINGS_MODULE"],
    )

    assert finished.returncode == 0, finished.stderr
    got, one, asked, wrong, options = json.loads(finished.stdout.splitlines()[-1])
    assert {answer[1] for answer in (got, one, asked, wrong, options)} == {"application/json"}
    assert [answer[0] for answer in (got, one, asked, wrong, options)] == [200, 200, 201, 400, 200]
    assert len(got[2]["results"]) == 3
    assert len(one[2]["results"]) == 2
    assert "T" in asked[2]["created_at"]
    assert wrong[2]["fields"].keys() == {"non_field_errors"}
