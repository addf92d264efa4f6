"""Somebody's record, what moderators do there, and the reply of whom it is about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.web.pages import question
from tests.web.test_report_content import client_of, flagged
from wargame_mentorship.moderation import people, sanctions
from wargame_mentorship.moderation.models import Sanction, StaffNote
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_steward,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

STANDING = reverse("wargame_mentorship:standing")
APPEALS = reverse("wargame_mentorship:appeals")


def record_url(person: Any) -> str:
    return reverse("wargame_mentorship:person", args=[person.pk])


def html_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def value_of(entry: Any) -> str:
    return f"{entry.KIND}:{entry.pk}"


def test_a_moderator_goes_from_a_case_to_the_record_and_warns() -> None:
    asker, moderator = make_user("asker"), make_moderator()
    entry = make_help_request(asker)
    flagged(entry)
    client = client_of(moderator)
    people.add_note(
        actor=moderator,
        person=asker,
        text="Sells <b>things</b>.",
        kind=entry.KIND,
        object_id=entry.pk,
    )

    case = html_of(client, reverse("wargame_mentorship:cases"))
    assert f"{record_url(asker)}?about={value_of(entry)}" in case
    assert "Sells &lt;b&gt;things&lt;/b&gt;." in case
    form = html_of(client, f"{record_url(asker)}?about={value_of(entry)}")
    assert f'value="{value_of(entry)}" selected' in form
    assert "Suspend them" not in form

    wrong = client.post(
        record_url(asker), {"warn": "1", "warn-about": value_of(entry), "warn-reason": ""}
    )
    assert wrong.status_code == 400
    sent = client.post(
        record_url(asker), {"warn": "1", "warn-about": value_of(entry), "warn-reason": "Not here."}
    )
    assert sent.status_code == 302
    assert "Not here." in html_of(client, sent["Location"])
    assert "Not here." in html_of(client_of(asker), STANDING)


def test_a_person_replies_and_a_moderator_answers() -> None:
    asker, moderator = make_user("asker"), make_moderator()
    entry = make_help_request(asker)
    given = sanctions.warn(
        actor=moderator,
        person_id=asker.pk,
        kind=entry.KIND,
        object_id=entry.pk,
        reason="Not here.",
    )
    person, client = client_of(asker), client_of(moderator)

    blank = person.post(STANDING, {"sanction": given.pk, "text": " "})
    assert blank.status_code == 400
    assert (
        person.post(STANDING, {"sanction": given.pk, "text": "But <i>why</i>?"}).status_code == 302
    )
    again = person.post(STANDING, {"sanction": given.pk, "text": "Hello?"})
    assert again.status_code == 409
    assert person.post(STANDING, {"sanction": "nonsense", "text": "x"}).status_code == 404
    waiting = html_of(client, APPEALS)
    assert "But &lt;i&gt;why&lt;/i&gt;?" in waiting
    current = Sanction.objects.get()
    stale = client.post(APPEALS, {"sanction": f"{given.pk}:1", "confirm": ""})
    assert stale.status_code == 409
    named = f"{current.pk}:{current.version}"
    assert client.post(APPEALS, {"sanction": named, "dance": ""}).status_code == 404
    done = client.post(APPEALS, {"sanction": named, "withdraw": "", "reason": "Sorry."})
    assert done.status_code == 302
    assert "Sorry." in html_of(person, STANDING)
    assert "No reply waits for you" in html_of(client, APPEALS)


def test_a_steward_suspends_and_the_person_sees_why_and_no_forms() -> None:
    asker, steward = make_user("asker"), make_steward()
    entry, topic = make_help_request(), make_topic()
    make_help_request(asker)
    client, person = client_of(steward), client_of(asker)
    address = reverse("wargame_mentorship:help-request", args=[entry.pk])
    topic_address = reverse("wargame_mentorship:forum-topic", args=[topic.pk, topic.slug])
    assert "Send your answer" in html_of(person, address)
    assert "Send your reply" in html_of(person, topic_address)

    sent = client.post(
        record_url(asker),
        {"suspend": "1", "suspend-about": "", "suspend-days": "3", "suspend-reason": "Spam."},
    )

    assert sent.status_code == 302
    until = Sanction.objects.get().until
    assert until is not None
    assert timedelta(days=2) < until - timezone.now() <= timedelta(days=3)
    for page in (address, topic_address):
        html = html_of(person, page)
        assert "You are suspended" in html
        assert STANDING in html
        assert "Send your" not in html
        assert "Report</span>" not in html
    refused = person.post(
        reverse("wargame_mentorship:ask-help-request"), question(description="My words.")
    )
    assert refused.status_code == 403
    assert "My words." in refused.content.decode()
    assert "You are suspended until" in refused.content.decode()
    current = Sanction.objects.get()
    client.post(record_url(asker), {"withdraw": "", "sanction": f"{current.pk}:{current.version}"})
    assert "Send your answer" in html_of(person, address)


def test_notes_stay_among_moderators() -> None:
    asker, moderator = make_user("asker"), make_moderator()
    entry = make_help_request(asker)
    client = client_of(moderator)

    sent = client.post(
        record_url(asker), {"note": "1", "note-about": value_of(entry), "note-text": "Odd."}
    )

    assert sent.status_code == 302
    assert StaffNote.objects.get().text == "Odd."
    assert "Odd." in html_of(client, record_url(asker))
    html_of(client_of(asker), record_url(asker), 403)
    html_of(client_of(make_moderator("sculpting")), record_url(asker), 404)
    assert "Odd." not in html_of(client_of(asker), STANDING)


def test_what_a_form_names_must_be_of_the_person_and_of_the_moderators_categories() -> None:
    asker, moderator = make_user("asker"), make_moderator()
    make_help_request(asker)
    client = client_of(moderator)
    others = make_help_request()
    elsewhere = make_response(make_help_request(category="modeling"), asker)
    for entry in (others, elsewhere):
        answer = client.post(
            record_url(asker), {"warn": "1", "warn-about": value_of(entry), "warn-reason": "No."}
        )
        assert answer.status_code == 400
    suspending = {"suspend": "1", "suspend-days": "3", "suspend-reason": "No."}
    assert client.post(record_url(asker), suspending).status_code == 404
    assert not Sanction.objects.exists()


def test_nobody_acts_on_their_own_record() -> None:
    moderator = make_moderator()
    entry = make_help_request(moderator)
    client = client_of(moderator)

    assert "Warn them" not in html_of(client, record_url(moderator))
    answer = client.post(
        record_url(moderator), {"note": "1", "note-about": value_of(entry), "note-text": "Fine."}
    )
    assert answer.status_code == 404
