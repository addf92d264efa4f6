"""Reporting something on the pages, and the cases that moderators find there."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.moderation import cases, flagging
from wargame_mentorship.moderation.models import CaseStatus, FlagCase
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_help_request,
    make_post,
    make_response,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

CASES = "wargame_mentorship:cases"
FLAGS = "wargame_mentorship:flags"


def client_of(person: Any = None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def report_url(entry: Any) -> str:
    return reverse("wargame_mentorship:report", args=[entry.KIND, entry.pk])


def flagged(entry: Any, person: Any = None, note: str = "") -> FlagCase:
    made = flagging.flag(
        actor=person or make_user(), kind=entry.KIND, object_id=entry.pk, reason="spam", note=note
    )
    return made.case


@pytest.mark.parametrize("make", [make_help_request, make_response, make_topic, make_post])
def test_a_reader_reports_and_reads_what_became_of_it(make: Any) -> None:
    entry, reader = make(), make_user("reader")
    client = client_of(reader)

    page = client.get(report_url(entry))
    assert page.status_code == 200
    sent = client.post(report_url(entry), {"reason": "rude", "note": "He <b>swears</b>."})

    assert (sent.status_code, sent["Location"]) == (302, f"{reverse(FLAGS)}?thanks=1")
    html = client.get(sent["Location"]).content.decode()
    assert "It waits for a moderator." in html
    assert "He &lt;b&gt;swears&lt;/b&gt;." in html
    case = FlagCase.objects.get()
    FlagCase.objects.update(status=CaseStatus.DISMISSED)
    case.flags.update(agreed=False)
    assert "found nothing wrong" in client.get(reverse(FLAGS)).content.decode()


def test_what_is_missing_is_said_and_nothing_lost() -> None:
    client, post = client_of(make_user("reader")), make_post()

    for sent, said in (
        ({"note": "Because."}, "Choose what is wrong."),
        ({"reason": "other", "note": ""}, "Say what is wrong with it."),
        ({"reason": "nonsense", "note": "Because."}, "Select a valid choice"),
    ):
        answer = client.post(report_url(post), sent)
        assert answer.status_code == 400
        html = answer.content.decode()
        assert said in html
        assert sent["note"] in html
    assert not FlagCase.objects.exists()


def test_who_has_reported_it_reads_that_and_who_may_not_is_refused() -> None:
    post, reader = make_post(author=make_user("author")), make_user("reader")
    flagged(post, reader)

    assert client_of(reader).get(report_url(post))["Location"] == reverse(FLAGS)
    assert client_of(reader).post(report_url(post), {"reason": "spam"}).status_code == 409
    assert client_of(post.author).get(report_url(post)).status_code == 403
    assert "login" in client_of().get(report_url(post))["Location"]
    gone = reverse("wargame_mentorship:report", args=["forum_post", uuid4()])
    unknown = reverse("wargame_mentorship:report", args=["user", post.pk])
    for address in (gone, unknown):
        assert client_of(reader).get(address).status_code == 404


def test_the_link_is_there_for_readers_and_not_for_the_author() -> None:
    topic = make_topic(make_user("asker"))
    post = make_post(topic, make_user("author"))
    page = reverse("wargame_mentorship:forum-topic", args=[topic.pk, topic.slug])

    def links(person: Any) -> set[str]:
        html = client_of(person).get(page).content.decode()
        return {entry.KIND for entry in (topic, post) if report_url(entry) in html}

    assert links(make_user("reader")) == {"forum_topic", "forum_post"}
    assert links(post.author) == {"forum_topic"}
    assert links(topic.created_by) == {"forum_post"}
    assert links(None) == set()


def test_what_one_does_not_see_any_more_has_no_title() -> None:
    topic, reader = make_topic(title="Secret recipe"), make_user("reader")
    flagged(topic, reader)
    cases.uphold(actor=make_forum_moderator(topic.category), case=FlagCase.objects.get())

    html = client_of(reader).get(reverse(FLAGS)).content.decode()

    assert "A moderator agreed with you." in html
    assert "Secret recipe" not in html


def act(client: Client, case: FlagCase, button: str, **fields: Any) -> Any:
    case.refresh_from_db()
    sent = {"case": f"{case.pk}:{case.version}", button: "", **fields}
    return client.post(reverse(CASES), sent)


def test_a_moderator_decides_in_context() -> None:
    post = make_post(content="Buy *my* brushes.", author=make_user("author"))
    case = flagged(post, make_user("reader"), note="Advertising.")
    client = client_of(make_forum_moderator(post.topic.category))

    html = client.get(reverse(CASES)).content.decode()
    for said in ("Buy <em>my</em> brushes.", "Advertising.", "reader", "author", post.topic.title):
        assert said in html
    assert act(client, case, "claim").status_code == 302
    assert act(client, case, "hide", reason="No shops here.").status_code == 302

    post.refresh_from_db()
    assert post.moderation_state == ModerationState.HIDDEN
    decided = client.get(f"{reverse(CASES)}?status=upheld").content.decode()
    assert "No shops here." in decided
    assert act(client, case, "reopen").status_code == 302
    assert act(client, case, "dismiss").status_code == 302
    case.refresh_from_db()
    assert case.status == CaseStatus.DISMISSED


def test_what_comes_too_late_is_said() -> None:
    topic = make_topic()
    case = flagged(topic)
    first = client_of(make_forum_moderator(topic.category, name="first"))
    second = client_of(make_forum_moderator(topic.category, name="second"))
    stale = {"case": f"{case.pk}:{case.version - 1}", "dismiss": ""}

    assert first.post(reverse(CASES), stale).status_code == 409
    act(first, case, "claim")
    taken = act(second, case, "hide", reason="Spam.")
    assert taken.status_code == 409
    assert "Another moderator is looking at this." in taken.content.decode()
    act(first, case, "dismiss")
    assert act(second, case, "hide").status_code == 409
    long = act(first, flagged(make_topic(category=topic.category)), "dismiss", reason="x" * 201)
    assert long.status_code == 400


def test_nobody_reads_or_decides_the_cases_of_other_categories() -> None:
    topic = make_topic(title="Secret recipe")
    case = flagged(topic, reader := make_user("reader"))
    elsewhere = client_of(make_forum_moderator(make_forum_category(), name="elsewhere"))

    assert "Secret recipe" not in elsewhere.get(reverse(CASES)).content.decode()
    assert client_of(reader).get(reverse(CASES)).status_code == 403
    assert "login" in client_of().get(reverse(CASES))["Location"]
    for client in (elsewhere, client_of(reader)):
        assert act(client, case, "hide").status_code == 404
    assert elsewhere.post(reverse(CASES), {"case": "nonsense", "hide": ""}).status_code == 404
    assert elsewhere.post(reverse(CASES), {"case": str(case.pk), "burn": ""}).status_code == 404
    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN


def test_earlier_cases_of_the_author_stand_beside() -> None:
    author, category = make_user("author"), make_forum_category()
    moderator = make_forum_moderator(category)
    for _ in range(2):
        case = flagged(make_topic(author, category))
        cases.uphold(actor=moderator, case=case)
    flagged(make_topic(author, category))

    assert "2 upheld before" in client_of(moderator).get(reverse(CASES)).content.decode()


def test_what_a_crowd_reports_stands_in_a_few_lines() -> None:
    topic = make_topic()
    for _ in range(cases.FLAGS_SHOWN + 2):
        flagged(topic, note="Spam.")

    html = client_of(make_forum_moderator(topic.category)).get(reverse(CASES)).content.decode()

    assert "12 reports" in html
    assert html.count('<q dir="auto">Spam.</q>') == cases.FLAGS_SHOWN
    assert "and 2 more" in html


@pytest.mark.parametrize("count", [2, 12])
def test_a_page_of_ones_flags_costs_the_same_however_many(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    reader = make_user("reader")
    for _ in range(count):
        for entry in (make_post(), make_response()):
            flagged(entry, reader)
    client = client_of(reader)
    client.get(reverse(FLAGS))

    # Four are the host's: session, user, and two of its bar for editors.
    with django_assert_max_num_queries(10):
        assert client.get(reverse(FLAGS)).status_code == 200


@pytest.mark.parametrize("count", [2, 12])
def test_a_page_of_cases_costs_the_same_however_many(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    category = make_forum_category()
    for _ in range(count):
        flagged(make_topic(category=category))
        flagged(make_post(make_topic(category=category)))
    client = client_of(make_forum_moderator(category))
    client.get(reverse(CASES))

    # Four are the host's: session, user, and two of its bar for editors.
    with django_assert_max_num_queries(17):
        assert client.get(reverse(CASES)).status_code == 200
