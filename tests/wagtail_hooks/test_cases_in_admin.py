"""Cases in the Wagtail admin: who finds them, and what is done with them there."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.wagtail_hooks.admin import (
    forum_moderator,
    let_in,
    make_subject,
    moderator,
    said,
    signed_in,
    text_of,
)
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.moderation import cases, flagging
from wargame_mentorship.moderation.models import CaseStatus, FlagCase
from wargame_mentorship.testing.factories import make_superuser, make_user
from wargame_mentorship.wagtail_hooks.cases import NAME, PAGE_SIZE

pytestmark = pytest.mark.django_db


def flagged(entry: Any, name: str = "", note: str = "") -> FlagCase:
    made = flagging.flag(
        actor=make_user(name), kind=entry.KIND, object_id=entry.pk, reason="rude", note=note
    )
    return made.case


def act(client: Client, case: FlagCase, button: str, **fields: Any) -> Any:
    case.refresh_from_db()
    sent = {"case": f"{case.pk}:{case.version}", button: "", **fields}
    return client.post(reverse(NAME), sent)


def test_a_case_is_read_and_decided_in_place() -> None:
    post = make_subject("forum_post")
    case = flagged(post, "reader", note="He <b>swears</b>.")
    client = signed_in(forum_moderator())

    page = text_of(client.get(reverse(NAME)))
    for words in ("Thin it.", "reader", "It is rude or hateful", "He <b>swears</b>.", "1 report"):
        assert words in page
    assert act(client, case, "claim").status_code == 302
    assert "It is done." in said(client, act(client, case, "hide", reason="No names."))

    post.refresh_from_db()
    assert post.moderation_state == ModerationState.HIDDEN
    decided = text_of(client.get(reverse(NAME), {"status": "upheld"}))
    assert "No names." in decided
    assert act(client, case, "reopen").status_code == 302
    assert act(client, case, "dismiss").status_code == 302
    case.refresh_from_db()
    assert case.status == CaseStatus.DISMISSED


def test_what_cannot_be_done_is_said() -> None:
    topic = make_subject("forum_topic")
    case = flagged(topic)
    first, second = signed_in(forum_moderator()), signed_in(let_in(make_superuser()))

    assert "200" in said(first, act(first, case, "dismiss", reason="x" * 201))
    act(first, case, "claim")
    assert "Another moderator is looking at this." in said(second, act(second, case, "hide"))
    assert "looks at this." in text_of(second.get(reverse(NAME)))
    act(second, case, "release")
    act(first, case, "dismiss")
    act(second, case, "hide")
    case.refresh_from_db()
    topic.refresh_from_db()
    assert case.status == CaseStatus.DISMISSED
    assert topic.moderation_state == ModerationState.VISIBLE


def test_nobody_reads_or_decides_the_cases_of_other_categories() -> None:
    topic = make_subject("forum_topic", title="Secret recipe")
    case = flagged(topic)

    for person in (moderator("painting"), forum_moderator("gaming")):
        client = signed_in(person)
        assert "Secret recipe" not in text_of(client.get(reverse(NAME)))
        assert act(client, case, "hide").status_code == 404
    mine = signed_in(forum_moderator("painting", "gaming"))
    assert act(mine, case, "burn").status_code == 404
    assert mine.post(reverse(NAME), {"case": "nonsense", "hide": ""}).status_code == 404
    idle = signed_in(let_in(make_user("editor")))
    for answer in (idle.get(reverse(NAME)), act(idle, case, "hide")):
        # Wagtail sends whoever may not to its front page.
        assert answer.headers["Location"] == reverse("wagtailadmin_home")
    outside = signed_in(make_user("outside")).get(reverse(NAME))
    assert "login" in outside.headers["Location"]
    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN


def test_the_menu_leads_there_for_moderators_alone() -> None:
    home = reverse("wagtailadmin_home")

    def is_shown(person: Any) -> bool:
        return reverse(NAME) in signed_in(person).get(home).content.decode()

    assert is_shown(forum_moderator())
    assert not is_shown(let_in(make_user("editor")))


def test_what_was_deleted_has_no_words_and_is_decided() -> None:
    topic = make_subject("forum_topic", title="Secret recipe")
    case = flagged(topic)
    type(topic).objects.filter(pk=topic.pk).update(deleted_at=topic.created_at)
    client = signed_in(forum_moderator())

    page = text_of(client.get(reverse(NAME)))

    assert "It has been deleted." in page
    assert "Secret recipe" not in page
    assert act(client, case, "keep").status_code == 302
    assert cases.queue(forum_moderator("gaming")).count() == 0


def test_what_a_crowd_reports_stands_in_a_few_lines() -> None:
    topic = make_subject("forum_topic")
    for _ in range(cases.FLAGS_SHOWN + 2):
        flagged(topic)

    page = signed_in(forum_moderator()).get(reverse(NAME)).content.decode()

    assert "12 reports" in page
    assert "and 2 more" in page


@pytest.mark.parametrize("count", [2, 12])
def test_a_page_of_cases_costs_the_same_however_many(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        flagged(make_subject("forum_topic"))
        flagged(make_subject("forum_post"))
    client = signed_in(forum_moderator())
    client.get(reverse(NAME))

    with django_assert_max_num_queries(19):
        assert client.get(reverse(NAME)).status_code == 200


def test_a_long_queue_is_read_page_by_page() -> None:
    cases_made = [flagged(make_subject("forum_topic")) for _ in range(PAGE_SIZE + 3)]
    client = signed_in(forum_moderator())

    def shown(page: Any) -> list[Any]:
        return [row.shown.case.pk for row in page.context["rows"]]

    first = client.get(reverse(NAME))
    second = client.get(first.context["older_url"])
    assert (len(shown(first)), len(shown(second))) == (PAGE_SIZE, 3)
    assert {*shown(first), *shown(second)} == {case.pk for case in cases_made}
    assert second.context["older_url"] is None
    assert shown(client.get(second.context["newer_url"])) == shown(first)
    # What is decided meanwhile moves nothing out of the page that comes next.
    act(client, FlagCase.objects.get(pk=shown(first)[0]), "dismiss")
    assert shown(client.get(first.context["older_url"])) == shown(second)


@pytest.mark.parametrize("cursor", ["x", "%00", "x" * 5000])
def test_a_cursor_that_is_none_leads_to_the_first_page(cursor: str) -> None:
    flagged(make_subject("forum_topic"))
    client = signed_in(forum_moderator())

    answer = client.get(f"{reverse(NAME)}?status=open&cursor={cursor}")

    assert answer.headers["Location"] == f"{reverse(NAME)}?status=open"
