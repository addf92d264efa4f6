"""The `QAPage` that search engines read of a public question with an answer."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from tests.photos.pictures import upload
from tests.web.pages import asker_of, html_of, signed_in, url
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    deactivate,
    make_help_request,
    make_moderator,
    make_response,
    make_user,
)
from wargame_mentorship.web.help_requests import detail

pytestmark = pytest.mark.django_db

SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def data_of(entry: HelpRequest, client: Client | None = None, query: str = "") -> Any:
    html = html_of((client or Client()).get(url("help-request", entry.pk) + query))
    found = SCRIPT.findall(html)
    assert len(found) <= 1
    return json.loads(found[0]) if found else None


def test_question_and_answers_are_told_as_search_engines_want_them() -> None:
    ada, bruno, cleo = make_user("ada"), make_user("bruno"), make_user("cleo")
    entry = make_help_request(ada, title="Why & how?", description="It *frosts*.\n\nAlways.")
    photo = upload_photo(actor=bruno, file=upload())
    accepted = make_response(
        entry, bruno, text="Warm **it**.", steps=[{"text": "Wait.", "photo_id": photo.pk}]
    )
    other = make_response(entry, cleo, text="Strip it.")
    services.mark_helpful(actor=ada, response=other)
    make_response(entry, ada, text="Thanks, both!")
    services.ask_for_info(actor=cleo, help_request=entry, question="Which varnish?")
    services.accept(actor=ada, help_request=entry, response_id=accepted.pk)

    data = data_of(entry)

    assert (data["@context"], data["@type"]) == ("https://schema.org", "QAPage")
    question = data["mainEntity"]
    path = url("help-request", entry.pk)
    assert question["@type"] == "Question"
    assert question["name"] == "Why & how?"
    assert question["text"] == "It frosts.\nAlways."
    assert question["answerCount"] == 2
    assert question["url"] == f"http://testserver{path}"
    assert question["dateCreated"] == entry.created_at.isoformat()
    assert question["author"]["@type"] == "Person"
    found = question["acceptedAnswer"]
    assert found["text"] == "Warm it.\nWait."
    assert found["url"] == f"http://testserver{path}#response-{accepted.pk}"
    assert found["image"] == [f"http://testserver{photo.url}"]
    assert (found["upvoteCount"], found["@type"]) == (0, "Answer")
    [suggested] = question["suggestedAnswer"]
    assert (suggested["text"], suggested["upvoteCount"]) == ("Strip it.", 1)
    names = {one["author"]["name"] for one in (question, found, suggested)}
    assert len(names) == 3


def test_without_an_answer_there_is_nothing_to_tell() -> None:
    entry = make_help_request()
    make_response(entry, asker_of(entry))
    services.ask_for_info(actor=make_user(), help_request=entry, question="Which varnish?")

    assert data_of(entry) is None


@pytest.mark.parametrize("state", ["private", "held", "hidden"])
def test_what_is_not_everybodys_tells_nothing_to_anybody(state: str) -> None:
    entry = make_response().help_request
    columns: dict[str, Any] = {
        "private": {"is_public": False},
        "held": {"moderation_state": ModerationState.HELD},
        "hidden": {"moderation_state": ModerationState.HIDDEN},
    }
    HelpRequest.objects.filter(pk=entry.pk).update(**columns[state])

    for reader in (asker_of(entry), make_moderator("painting")):
        assert data_of(entry, signed_in(reader)) is None


def test_held_answers_are_not_told_even_to_those_who_see_them() -> None:
    entry = make_help_request()
    held = make_response(entry, text="Held words.")
    make_response(entry, text="Seen words.")
    HelpResponse.objects.filter(pk=held.pk).update(moderation_state=ModerationState.HELD)

    for client in (signed_in(held.responder), signed_in(make_moderator("painting"))):
        told = data_of(entry, client)["mainEntity"]
        assert [one["text"] for one in told["suggestedAnswer"]] == ["Seen words."]
        assert told["answerCount"] == 1


@override_settings(
    WARGAME_MENTORSHIP={"SOCIAL": {"BACKEND": "wargame_mentorship.testing.backends.MemorySocial"}}
)
def test_placeholders_of_people_whom_a_block_hides_are_left_out() -> None:
    MemorySocial.forget()
    reader, blocked = make_user("reader"), make_user("blocked")
    entry = make_help_request()
    make_response(entry, blocked, text="Unseen words.")
    only = make_response(text="Only words.", responder=blocked).help_request
    make_response(entry, text="Seen words.")

    MemorySocial.block(reader, blocked)

    told = data_of(entry, signed_in(reader))["mainEntity"]
    assert [one["text"] for one in told["suggestedAnswer"]] == ["Seen words."]
    assert data_of(only, signed_in(reader)) is None
    assert data_of(only)["mainEntity"]["answerCount"] == 1


def test_an_earlier_answer_is_no_accepted_one() -> None:
    asker = make_user("asker")
    entry = make_help_request(asker)
    response = make_response(entry)
    services.accept(actor=asker, help_request=entry, response_id=response.pk)
    services.reopen(actor=asker, help_request=entry)

    question = data_of(entry)["mainEntity"]

    assert "acceptedAnswer" not in question
    assert len(question["suggestedAnswer"]) == 1


def test_who_has_left_is_not_named() -> None:
    response = make_response()
    entry = response.help_request
    asker_of(entry).delete()
    HelpResponse.objects.filter(pk=response.pk).update(responder=None)

    question = data_of(entry)["mainEntity"]

    assert "author" not in question
    assert "author" not in question["suggestedAnswer"][0]


HOSTILE = (
    "</script><script>alert(1)</script><!--<script>\u2028\u2029 ' \" \\ {{ 7|add:7 }} ]]> &amp;"
)


def test_hostile_words_do_not_leave_the_element() -> None:
    entry = make_help_request(title=HOSTILE.replace("\u2028\u2029", ""), description=HOSTILE)
    make_response(entry, text=HOSTILE, steps=[{"text": HOSTILE}])

    html = html_of(Client().get(url("help-request", entry.pk)))

    [script] = SCRIPT.findall(html)
    assert not set("<>&\u2028\u2029") & set(script)
    # That one, and the file of ours.
    assert html.count("<script") == html.count("</script>") == 2
    entry.refresh_from_db()
    question = json.loads(script)["mainEntity"]
    assert question["name"] == entry.title
    assert "</script><script>alert(1)</script>" in question["text"]


def test_further_pages_tell_nothing_and_the_first_counts_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(detail, "ANSWERS_PER_PAGE", 2)
    asker = make_user("asker")
    entry, helper = make_help_request(asker), make_user("helper")
    for _ in range(3):
        make_response(entry, helper)
    make_response(entry, asker)
    gone = make_user("gone")
    make_response(entry, gone)
    deactivate(gone)

    assert data_of(entry)["mainEntity"]["answerCount"] == 3
    assert data_of(entry, query="?page=2") is None


def test_steps_outcome_and_structured_data_cost_the_same_for_2_and_for_20_answers() -> None:
    ada = make_user("ada")
    entry, helper = make_help_request(ada), make_user("helper")
    first = make_response(entry, helper, steps=[{"text": "x"}])
    make_response(entry, helper, steps=[{"text": "x"}])
    services.accept(actor=ada, help_request=entry, response_id=first.pk)
    services.tell_outcome(actor=ada, help_request=entry, text="It shines.")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert data_of(entry) is not None
        return len(captured)

    queries()
    few = queries()
    for _ in range(18):
        photo = upload_photo(actor=helper, file=upload())
        make_response(entry, helper, steps=[{"text": "x", "photo_id": photo.pk}])

    assert queries() == few
