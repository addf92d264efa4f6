"""The reports of moderators in the Wagtail admin: whose rows, which filters, which spreadsheets."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import remove_perm
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from tests.api.http import blocks
from tests.wagtail_hooks.admin import (
    HOLDING,
    forum,
    forum_moderator,
    html_of,
    let_in,
    make_subject,
    moderator,
    signed_in,
    text_of,
)
from wargame_mentorship.events.models import Event
from wargame_mentorship.flows.privacy import erase_user
from wargame_mentorship.forums import services as forums
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.moderation import cases, flagging
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.moderation.appointing import appoint
from wargame_mentorship.testing.backends import BrokenUsers, MemorySocial
from wargame_mentorship.testing.factories import make_superuser, make_user
from wargame_mentorship.wagtail_hooks import health, log

pytestmark = pytest.mark.django_db

REPORTS = (log.NAME, health.NAME)


def lock(person: Any, reason: str = "", **fields: Any) -> Any:
    topic = make_subject("forum_topic", **fields)
    return forums.lock(actor=person, topic=topic, reason=reason)


def csv_of(client: Client, name: str = log.NAME, **query: Any) -> list[dict[str, str]]:
    answer = client.get(reverse(name), {"export": "csv", **query})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    # A stream, and no test client's answer that has read it.
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def sheet_of(client: Client, name: str = log.NAME, **query: Any) -> Any:
    answer = client.get(reverse(name), {"export": "xlsx", **query})
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return load_workbook(io.BytesIO(content)).active


def test_a_line_of_the_log_says_who_did_what_and_why() -> None:
    ada = forum_moderator()
    topic = lock(ada, reason="Buy elsewhere.", title="Adverts for glue")

    page = signed_in(ada).get(reverse(log.NAME))

    for words in (
        ada.get_username(),
        "locked it",
        "Adverts for glue",
        "Buy elsewhere.",
        "painting",
    ):
        assert words in text_of(page)
    assert "locked: no → yes" in text_of(page)
    assert topic.slug in html_of(page)
    results = signed_in(ada).get(reverse(log.RESULTS))
    assert "Adverts for glue" in text_of(results)
    assert "<html" not in html_of(results)


def test_a_change_is_told_in_words_and_names() -> None:
    both, root = forum_moderator("painting", "gaming"), let_in(make_superuser())
    topic = make_subject("forum_topic")
    forums.move(actor=both, topic=topic, category_id=forum("gaming").pk)
    request = make_subject("help_request")
    helper, group = make_user("helper"), Group.objects.create(name="Painters")
    help_requests.assign(actor=root, help_request=request, helper_id=helper.pk)
    appoint(actor=root, category=forum(), grantee=helper)
    appoint(actor=root, category=forum(), grantee=group)

    page = text_of(signed_in(root).get(reverse(log.NAME)))
    name = helper.get_username()
    for words in (
        "category: painting → gaming",
        f"state: open → in progress, helper: – → {name}",
        f"person: – → {name}",
        "group: – → Painters",
    ):
        assert words in page
    with blocks():
        MemorySocial.block(helper, root)
        assert name not in text_of(signed_in(root).get(reverse(log.NAME)))
    group.delete()
    helper.delete()
    assert "helper: – → a former member" in text_of(signed_in(root).get(reverse(log.NAME)))


@pytest.mark.parametrize("name", [log.NAME, log.RESULTS, health.NAME, health.RESULTS])
def test_reports_are_for_moderators_alone(name: str) -> None:
    lock(forum_moderator(), title="Secret recipe")

    assert signed_in(let_in(make_superuser())).get(reverse(name)).status_code == 200
    for query in ({}, {"export": "csv"}, {"export": "xlsx"}):
        idle = signed_in(let_in(make_user("editor"))).get(reverse(name), query)
        # Wagtail sends whoever may not to its front page.
        assert idle.headers["Location"] == reverse("wagtailadmin_home")
        for client in (Client(), signed_in(make_user())):
            assert "login" in client.get(reverse(name), query).headers["Location"]
        for person in (forum_moderator("gaming"), moderator("painting")):
            client = signed_in(person)
            assert "Secret recipe" not in text_of(client.get(reverse(log.NAME)))
            assert csv_of(client) == []
    for method in ("post", "put", "patch", "delete"):
        client = signed_in(let_in(make_superuser()))
        assert getattr(client, method)(reverse(name)).status_code == 405


def test_losing_the_grant_counts_at_the_next_request() -> None:
    ada = forum_moderator()
    lock(ada)
    client = signed_in(ada)
    assert len(csv_of(client)) == 1

    remove_perm("wargame_mentorship.moderate_forumcategory", ada, forum())

    for name in REPORTS:
        answer = client.get(reverse(name), {"export": "csv"})
        assert answer.headers["Location"] == reverse("wagtailadmin_home")


def test_the_log_is_narrowed_by_everything_it_says() -> None:
    ada, bruno = forum_moderator("painting", "gaming"), forum_moderator("painting", "gaming")
    old = lock(ada, title="Old")
    Event._base_manager.filter(subject_id=old.pk).update(
        occurred_at=timezone.now() - timedelta(days=9)
    )
    lock(bruno, title="Games", category="gaming")
    post = make_subject("forum_post", title="Answer")
    forums.delete_post(actor=bruno, post=post)
    client = signed_in(ada)

    def shown(**query: Any) -> set[str]:
        page = text_of(client.get(reverse(log.RESULTS), query))
        return {word for word in ("Old", "Games", "deleted it") if word in page}

    def chosen(**query: Any) -> int:
        return len(csv_of(client, **query))

    assert chosen() == 3
    assert shown(actor=bruno.get_username().upper()) == {"Games", "deleted it"}
    assert chosen(actor=bruno.get_username()) == 2
    assert chosen(actor="nobody") == 0
    assert chosen(action="forum_topic.locked") == 2
    assert chosen(content_type="forum_post") == 1
    assert chosen(category=str(forum("gaming").pk)) == 1
    assert chosen(occurred_at_to=(timezone.now() - timedelta(days=5)).date().isoformat()) == 1
    assert chosen(occurred_at_from=(timezone.now() - timedelta(days=5)).date().isoformat()) == 2
    # What it does not know narrows nothing, and the page says so.
    for name, value in (("category", "x"), ("action", "burnt"), ("occurred_at_from", "9" * 50)):
        assert client.get(reverse(log.NAME), {name: value}).status_code == 200
    assert client.get(reverse(log.NAME), {"p": "-7"}).status_code == 200
    offered = html_of(client.get(reverse(log.NAME)))
    assert str(forum("gaming").pk) in offered
    assert str(forum("tools").pk) not in offered


def test_the_log_is_taken_along_as_csv_and_xlsx() -> None:
    ada = forum_moderator()
    topic = lock(ada, reason="Buy elsewhere.", title="Adverts for glue")
    client = signed_in(ada)

    [line] = csv_of(client)
    rows = list(sheet_of(client).iter_rows(values_only=True))

    told = {
        "Moderator": ada.get_username(),
        "Action": "locked it",
        "Kind": "Topic",
        "Title": "Adverts for glue",
        "ID": str(topic.pk),
        "Category": "painting",
        "Reason": "Buy elsewhere.",
        "Before": "is_locked: no",
        "After": "is_locked: yes",
    }
    assert told.items() <= line.items()
    assert line["When"]
    assert told.items() <= dict(zip(*rows, strict=True)).items()


@pytest.mark.parametrize("begins", ["=", "+", "-", "@"])
def test_no_spreadsheet_runs_what_somebody_has_written(begins: str) -> None:
    evil = f'{begins}HYPERLINK("http://evil.example";"A")'
    ada = forum_moderator()
    lock(ada, reason=evil, title=evil)
    client = signed_in(ada)

    [line] = csv_of(client)
    [_heading, cells] = sheet_of(client).iter_rows()

    assert (line["Title"], line["Reason"]) == (f"'{evil}", f"'{evil}")
    written = [cell for cell in cells if cell.value == evil]
    assert len(written) == 2
    assert {cell.data_type for cell in written} == {"s"}


def test_what_is_written_is_no_markup() -> None:
    ada = forum_moderator()
    lock(ada, reason="<script>alert(1)</script>", title="<img src=x onerror=alert(1)>")

    page = html_of(signed_in(ada).get(reverse(log.NAME)))

    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_a_spreadsheet_ends_somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "MOST_EXPORTED", 3)
    monkeypatch.setattr(log, "BATCH", 2)
    ada = forum_moderator()
    topics = [lock(ada, title=f"Glue {number}") for number in range(5)]

    lines = csv_of(signed_in(ada))

    assert [line["ID"] for line in lines] == [str(topic.pk) for topic in reversed(topics[2:])]


def test_a_block_or_an_erasure_takes_the_name_and_leaves_the_line() -> None:
    ada, bruno, gone = forum_moderator(), forum_moderator(), forum_moderator()
    with blocks():
        lock(bruno, title="Glue")
        lock(gone, title="Paint")
        MemorySocial.block(bruno, ada)
        erase_user(gone)
        client = signed_in(ada)

        lines = csv_of(client)
        page = text_of(client.get(reverse(log.NAME)))
        assert csv_of(client, actor=bruno.get_username()) == []

    assert [line["Moderator"] for line in lines] == ["a former member"] * 2
    assert bruno.get_username() not in page


def test_where_nobody_says_who_people_are_the_log_is_not_shown(settings: Any) -> None:
    ada = forum_moderator()
    lock(ada)
    backend = f"{BrokenUsers.__module__}.{BrokenUsers.__name__}"
    settings.WARGAME_MENTORSHIP = {"USERS": {"BACKEND": backend}}

    assert signed_in(ada).get(reverse(log.NAME)).status_code == 503


@pytest.mark.parametrize("count", [2, 20])
def test_a_page_of_the_log_costs_the_same_however_long(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ada = forum_moderator()
    for _ in range(count):
        lock(ada)
        forums.delete_post(actor=ada, post=make_subject("forum_post"))
    client = signed_in(ada)
    client.get(reverse(log.NAME))

    with django_assert_max_num_queries(21):
        assert client.get(reverse(log.NAME)).status_code == 200
    with django_assert_max_num_queries(17):
        assert len(csv_of(client)) == 2 * count


def test_the_report_says_how_each_category_keeps_up(settings: Any) -> None:
    settings.WARGAME_MENTORSHIP = HOLDING
    ada = forum_moderator()
    make_subject("forum_topic", "held")
    decided = make_subject("forum_topic", "held")
    Event._base_manager.filter(verb="forum_topic.held").update(
        occurred_at=timezone.now() - timedelta(hours=4)
    )
    moderation.approve(actor=ada, kind=decided.KIND, object_id=decided.pk)
    topic = make_subject("forum_topic")
    for agrees in (True, False):
        made = flagging.flag(actor=make_user(), kind=topic.KIND, object_id=topic.pk, reason="spam")
        decide = cases.uphold if agrees else cases.dismiss
        decide(actor=ada, case=made.case)
        moderation.restore(actor=ada, kind=topic.KIND, object_id=topic.pk) if agrees else None
    client = signed_in(ada)

    [row] = csv_of(client, health.NAME)
    page = text_of(client.get(reverse(health.NAME)))
    panel = text_of(client.get(reverse("wagtailadmin_home")))

    assert (row["Category"], row["Waiting"], row["Decided"]) == ("painting", "1", "3")
    assert row["What waits"] == "held: 1 × topic"
    assert (row["Median (hours)"], row["Upheld (percent of the cases)"]) == ("0.0", "50")
    for words in ("painting", "4 hours ago", "50 %"):
        assert words in page
    for words in ("How moderation keeps up", "painting", "4 hours ago", "held: 1 × topic"):
        assert words in panel
    [_headings, cells] = sheet_of(client, health.NAME).iter_rows(values_only=True)
    assert cells[0] == "painting"
    assert cells[1] == 1


def test_the_report_looks_back_as_far_as_it_is_asked() -> None:
    ada = forum_moderator()
    topic = make_subject("forum_topic")
    made = flagging.flag(actor=make_user(), kind=topic.KIND, object_id=topic.pk, reason="spam")
    cases.dismiss(actor=ada, case=made.case)
    from wargame_mentorship.events.models import EventCategory

    EventCategory._base_manager.update(occurred_at=timezone.now() - timedelta(days=40))
    client = signed_in(ada)

    def decided(**query: Any) -> str:
        [row] = csv_of(client, health.NAME, **query)
        return row["Decided"]

    assert [decided(days=days) for days in ("7", "30", "90")] == ["0", "0", "1"]
    # Anything else is the usual.
    assert [decided(days=days) for days in ("", "-1", "9" * 400, "x")] == ["0"] * 4
    page = client.get(reverse(health.RESULTS), {"days": "90"})
    assert "painting" in text_of(page)


def test_the_panel_is_of_ones_own_categories(settings: Any) -> None:
    settings.WARGAME_MENTORSHIP = HOLDING
    make_subject("forum_topic", "held")
    home = reverse("wagtailadmin_home")

    def says(person: Any) -> str:
        return text_of(signed_in(person).get(home))

    assert "held: 1 × topic" in says(forum_moderator())
    assert "Nothing waits, and nothing was decided lately." in says(forum_moderator("gaming"))
    assert "How moderation keeps up" not in says(let_in(make_user("editor")))


def test_the_menu_leads_to_the_reports_for_moderators_alone() -> None:
    def leads(person: Any) -> list[bool]:
        home = html_of(signed_in(person).get(reverse("wagtailadmin_home")))
        return [reverse(name) in home for name in REPORTS]

    assert leads(forum_moderator()) == [True, True]
    assert leads(let_in(make_user("editor"))) == [False, False]


@pytest.mark.parametrize("count", [2, 12])
def test_the_report_costs_the_same_however_many_categories(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    slugs = [f"forum-{number}" for number in range(count)]
    client = signed_in(forum_moderator(*slugs))
    for slug in slugs:
        topic = make_subject("forum_topic", category=slug)
        flagging.flag(actor=make_user(), kind=topic.KIND, object_id=topic.pk, reason="spam")
    client.get(reverse(health.RESULTS))

    with django_assert_num_queries(12):
        page = client.get(reverse(health.RESULTS))

    assert text_of(page).count("reported: 1 × topic") == count
