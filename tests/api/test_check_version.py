"""ETag and If-Match: nobody overwrites what they have not seen."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.http import Api, anonymous, code_of, signed_in
from tests.photos.pictures import upload
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.models import Event
from wargame_mentorship.photos.services import photos_of, upload_photo
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user

pytestmark = pytest.mark.django_db


def test_each_change_of_content_or_state_is_a_new_version() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    client = signed_in(ada)
    asked = client.ask(
        "POST",
        "help-requests",
        body={"title": "Why?", "description": "It frosts.", "category": "painting"},
    )
    pk, etags = asked.json()["id"], [asked["ETag"]]
    response = make_response(HelpRequest.objects.get(pk=pk), bruno)
    for method, name, body in (
        ("PATCH", "help-request", {"title": "Why, oh why?"}),
        ("PUT", "assign", {"helper_id": str(bruno.pk)}),
        ("PUT", "assign", {"helper_id": None}),
        ("POST", "accept", {"response_id": str(response.pk)}),
        ("POST", "accept", {"response_id": None}),
        ("POST", "close", None),
        ("POST", "reopen", None),
    ):
        answer = client.ask(method, name, pk, body=body, if_match=etags[-1])
        assert answer.status_code == 200, answer.content
        assert answer["ETag"] == f'"{answer.json()["version"]}"'
        assert client.ask("GET", "help-request", pk)["ETag"] == answer["ETag"]
        etags.append(answer["ETag"])

    assert etags == [f'"{number}"' for number in range(1, 9)]


def test_counters_are_no_new_version() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    entry = make_help_request(ada)

    signed_in(bruno).ask("GET", "help-request", entry.pk)
    signed_in(bruno).ask("POST", "respond", entry.pk, body={"response_text": "Thin it."})
    response = entry.responses.get()
    signed_in(ada).ask("POST", "helpful", response.pk)

    answer = anonymous().ask("GET", "help-request", entry.pk)
    seen = answer.json()
    assert (seen["view_count"], seen["response_count"], seen["helpful_count"]) == (1, 1, 1)
    assert (answer["ETag"], seen["responses"][0]["version"]) == ('"1"', 1)


def stale_writes(client: Api, entry: HelpRequest, etag: str) -> list[Any]:
    response = entry.responses.first()
    assert response is not None
    return [
        client.ask(
            "PATCH",
            "help-request",
            entry.pk,
            body={"title": "Overwritten", "photo_ids": [], "is_public": False},
            if_match=etag,
        ),
        client.ask(
            "PUT", "assign", entry.pk, body={"helper_id": str(make_user().pk)}, if_match=etag
        ),
        client.ask(
            "POST", "accept", entry.pk, body={"response_id": str(response.pk)}, if_match=etag
        ),
        client.ask("POST", "close", entry.pk, body={"reason": "x"}, if_match=etag),
    ]


def test_a_stale_write_is_412_and_writes_nothing() -> None:
    ada = make_user("ada")
    photo = upload_photo(actor=ada, file=upload())
    entry = make_help_request(ada, photo_ids=[photo.pk])
    make_response(entry)
    services.edit(actor=ada, help_request=entry, changes={"title": "By somebody else"})
    before = HelpRequest.objects.filter(pk=entry.pk).values().get()
    events = Event.objects.count()

    answers = stale_writes(signed_in(ada), entry, '"1"')

    assert {code_of(answer) for answer in answers} == {(412, "stale")}
    assert HelpRequest.objects.filter(pk=entry.pk).values().get() == before
    assert [kept.pk for kept in photos_of(HelpRequest.KIND, [entry.pk])[entry.pk]] == [photo.pk]
    assert not entry.responses.exclude(accepted_for=None).exists()
    assert Event.objects.count() == events


def test_a_stale_deletion_is_412() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)
    services.edit(actor=ada, help_request=entry, changes={"title": "Newer"})
    client = signed_in(ada)

    assert code_of(client.ask("DELETE", "help-request", entry.pk, if_match='"1"'))[0] == 412
    assert HelpRequest.objects.get().deleted_at is None
    assert client.ask("DELETE", "help-request", entry.pk, if_match='"2"').status_code == 204


def test_a_stale_claim_and_release_are_412() -> None:
    bruno, entry = make_user("bruno"), make_help_request()
    client = signed_in(bruno)

    assert code_of(client.ask("PUT", "assign", entry.pk, if_match='"7"'))[0] == 412
    assert client.ask("PUT", "assign", entry.pk, if_match='"1"').status_code == 200
    release = {"helper_id": None}
    assert code_of(client.ask("PUT", "assign", entry.pk, body=release, if_match='"1"'))[0] == 412
    assert HelpRequest.objects.get().status == "in_progress"
    answer = client.ask("PUT", "assign", entry.pk, body=release, if_match='"2"')
    assert answer.status_code == 200


@pytest.mark.parametrize("value", ['"1"', 'W/"1"', "*", " * ", "", None])
def test_what_fits_is_taken(value: str | None) -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)
    headers: dict[str, Any] = {} if value is None else {"if_match": value}

    answer = signed_in(ada).ask(
        "PATCH", "help-request", entry.pk, body={"title": "Newer"}, **headers
    )

    assert (answer.status_code, answer["ETag"]) == (200, '"2"')


def test_whose_it_is_not_is_403_before_the_version_is_looked_at() -> None:
    entry, client = make_help_request(), signed_in(make_user())
    make_response(entry)

    answers = stale_writes(client, entry, '"99"')

    assert {code_of(answer) for answer in answers} == {(403, "permission_denied")}
