"""One import: what becomes of each post."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.flows.dump_files import (
    DUMPS,
    MINIS,
    answer,
    question,
    request_of,
    response_of,
    run,
    snapshot,
    write_dump,
)
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.flows.imports.models import ImportedAuthor, ImportedItem
from wargame_mentorship.flows.imports.posts import Report
from wargame_mentorship.host import Viewer
from wargame_mentorship.models import (
    Category,
    Delivery,
    Event,
    HelpfulVote,
    HelpRequest,
    HelpResponse,
)
from wargame_mentorship.search import services as search
from wargame_mentorship.taxonomy.services import resolve_categories

pytestmark = pytest.mark.django_db


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def everything_adds_up() -> bool:
    out = StringIO()
    call_command("wm_check", stdout=out)
    return out.getvalue() == "Everything adds up.\n"


@pytest.fixture
def report() -> Report:
    return run(MINIS)


def test_report_accounts_for_every_row_of_the_dump(report: Report) -> None:
    assert report.as_dict() == {
        "created": {HelpRequest.KIND: 9, HelpResponse.KIND: 6},
        "updated": {},
        "unchanged": {},
        "kept": {},
        "skipped": {
            "empty": 2,
            "tag wiki": 1,
            "tag wiki excerpt": 1,
            "reply to what is not here": 1,
        },
        "authors": 3,
        "renamed": 2,
        "accepted": 4,
        "accepted_missing": ["10", "11"],
        "incomplete": [],
        "cut": [],
        "without_owner": 3,
        "errors": [],
    }
    assert report.changed
    assert everything_adds_up()


def test_question_keeps_its_text_history_and_numbers(report: Report) -> None:
    entry = request_of(1)

    assert entry.title == "Why is my white paint chalky?"
    assert entry.description == (
        "My white is *chalky*; see [this](https://example.org/white).\n\n"
        "```\npaint: 1\nwater: 0\n```\n\n"
        "[the shoulder](https://i.example.org/a.jpg)"
    )
    assert "<em>chalky</em>" in entry.description_html
    assert "<img" not in entry.description_html
    assert entry.created_at == at("2019-03-01T10:00:00.123")
    assert entry.updated_at == at("2019-03-02T08:00:00")
    assert entry.visible_since == entry.created_at
    assert entry.moderation_state == ModerationState.VISIBLE
    assert (entry.view_count, entry.helpful_count, entry.language) == (431, 0, "en")
    assert (entry.category.slug, entry.subcategory, entry.requester_id) == ("general", None, None)
    item = ImportedItem.objects.get(object_id=entry.pk)
    assert (item.score, item.tags, item.accepted_key) == (12, ["thinning", "white"], "2")


def test_accepted_answer_is_the_solution_since_it_was_written(report: Report) -> None:
    entry = request_of(1)

    assert (entry.status, entry.solution.pk) == ("resolved", response_of(2).pk)
    assert entry.resolved_at == at("2019-03-01T12:00:00.500")
    assert entry.closed_at is None


def test_answers_are_counted_and_the_askers_own_told_apart(report: Report) -> None:
    entry = request_of(1)

    assert entry.response_count == 3
    assert entry.first_response_at == at("2019-03-01T12:00:00.500")
    assert entry.last_response_at == entry.last_activity_at == at("2019-03-04T12:00:00")
    assert entry.asker_had_last_word
    alone = request_of(5)
    assert (alone.response_count, alone.first_response_at, alone.status) == (1, None, "resolved")
    assert alone.asker_had_last_word


def test_unanswered_question_was_last_active_when_it_was_asked(report: Report) -> None:
    entry = request_of(10)

    assert (entry.status, entry.response_count, entry.resolved_at) == ("open", 0, None)
    assert entry.first_response_at is entry.last_response_at is None
    assert entry.last_activity_at == entry.created_at


def test_closed_question_stays_closed_with_its_solution(report: Report) -> None:
    entry = request_of(7)

    assert (entry.status, entry.closed_at) == ("closed", at("2010-07-01T00:00:00"))
    assert entry.closed_reason == "Closed at minis.stackexchange.com."
    assert (entry.resolved_at, entry.solution) == (at("2010-06-02T00:00:00"), response_of(8))
    assert request_of(9).resolved_at is None


def test_solution_older_than_its_question_solves_it_when_it_is_asked(report: Report) -> None:
    entry = request_of(19)

    assert entry.resolved_at == entry.created_at
    assert entry.last_activity_at == entry.created_at


def test_score_is_kept_for_the_record_and_is_no_vote(report: Report) -> None:
    answered = response_of(3)

    assert ImportedItem.objects.get(object_id=answered.pk).score == -4
    assert answered.helpful_count == 0
    assert not HelpfulVote.objects.exists()


def test_nobody_is_told_and_nothing_is_published(
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        run(MINIS)

    assert not Event.objects.exists()
    assert not Delivery.objects.exists()


def test_no_account_is_made_for_anybody(report: Report, django_user_model: Any) -> None:
    # guardian keeps an account for nobody, in hosts that want it.
    assert not django_user_model.objects.exclude(username="AnonymousUser").exists()
    authors = ImportedAuthor.objects.values_list("key", "display_name")
    assert dict(authors) == {"10": "Ada Lovelace", "20": "Bruno 🎨", "30": "Old Name"}


def test_author_without_a_name_is_called_as_the_site_does(tmp_path: Path) -> None:
    run(write_dump(tmp_path, [question(1)]))

    assert ImportedAuthor.objects.get().display_name == "user10"


def test_everybody_reads_and_finds_what_was_imported(report: Report) -> None:
    everybodys = HelpRequest.objects.visible_to(Viewer(None))

    assert everybodys.count() == 9
    assert [entry.title for entry in search.find(everybodys, "chalky")] == [
        "Why is my white paint chalky?"
    ]
    in_the_solution = search.find(everybodys, "shake")
    assert [entry.pk for entry in in_the_solution] == [request_of(1).pk]
    assert HelpResponse.objects.visible_to(Viewer(None)).count() == 6


def test_tags_choose_the_category(tmp_path: Path) -> None:
    basing = resolve_categories(category="modeling", subcategory="basing")
    painting = resolve_categories(category="painting")
    posts = [
        question(1, Tags="<moss><white>"),
        question(2, Tags="<white><moss>"),
        question(3, Tags="<other>"),
        question(4, Tags=None),
    ]

    run(write_dump(tmp_path, posts), by_tag={"moss": basing, "white": painting})

    chosen = [
        (request_of(key).category.slug, getattr(request_of(key).subcategory, "slug", None))
        for key in (1, 2, 3, 4)
    ]
    assert chosen == [("modeling", "basing"), ("painting", None), *[("general", None)] * 2]


def test_long_posts_are_shortened_and_named(tmp_path: Path) -> None:
    posts = [
        question(1, Body="<p>word</p>" * 5_000),
        question(2, Title="long " * 60),
        answer(3, 1, Body="<p>word</p>" * 5_000),
    ]

    report = run(write_dump(tmp_path, posts))

    assert report.cut == ["1", "2", "3"]
    assert len(response_of(3).response_text) <= 10_000
    assert set(ImportedItem.objects.values_list("was_cut", flat=True)) == {True}


def test_bad_rows_are_named_and_the_others_come_in(tmp_path: Path) -> None:
    posts = [
        question(1),
        question(2, CreationDate="soon"),
        question(3, Score="lots"),
        answer(4, 1),
        answer(5, 1, CreationDate=None),
        {"PostTypeId": 1},
        question(1, Title="Another with the key of the first"),
        answer(4, 1, Body="<p>Another.</p>"),
    ]

    report = run(write_dump(tmp_path, posts))

    assert [key for key, _message in report.errors] == ["2", "3", "", "1", "5", "4"]
    assert report.created.total() == 2
    assert request_of(1).title == "Title 1"
    assert everything_adds_up()


def test_question_that_is_its_own_answer_is_no_solution(tmp_path: Path) -> None:
    report = run(write_dump(tmp_path, [question(1, AcceptedAnswerId=1), answer(2, 2)]))

    assert report.accepted_missing == ["1"]
    assert report.skipped == {"reply to what is not here": 1}
    assert request_of(1).status == "open"


def test_malformed_file_keeps_what_came_before_the_break() -> None:
    report = run(DUMPS / "malformed.stackexchange.com")

    assert report.created == {HelpRequest.KIND: 1, HelpResponse.KIND: 1}
    ((key, message),) = report.errors
    assert key == ""
    assert "line 5" in message
    assert "(after post 2)" in message
    assert request_of(1).response_count == 1
    assert everything_adds_up()


def test_entities_bring_nothing_in() -> None:
    report = run(DUMPS / "entities.stackexchange.com")

    assert "document type" in report.errors[0][1]
    assert not HelpRequest.objects.exists()


def test_broken_users_file_costs_only_the_names(tmp_path: Path) -> None:
    home = write_dump(tmp_path, [question(1)])
    (home / "Users.xml").write_text("<users><row Id='10' DisplayName='Ada' /><")

    report = run(home)

    assert len(report.errors) == 1
    assert ImportedAuthor.objects.get().display_name == "Ada"


def test_dry_run_tells_everything_and_leaves_nothing() -> None:
    would_be = run(MINIS, dry_run=True).as_dict()

    assert not HelpRequest.objects.exists()
    assert not ImportedAuthor.objects.exists()
    assert snapshot() == {}
    assert run(MINIS).as_dict() == would_be


def test_listener_hears_of_every_batch(tmp_path: Path) -> None:
    heard: list[tuple[str, int]] = []
    posts = [question(key) for key in range(1, 121)]

    run(
        write_dump(tmp_path, [*posts, answer(500, 1)]),
        listener=lambda progress: heard.append((progress.stage, progress.done)),
    )

    assert heard == [("questions", 100), ("questions", 120), ("answers", 1)]


def test_queries_grow_with_batches_and_not_with_posts(
    tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    posts = [row for key in range(1, 51) for row in (question(key), answer(key + 500, key))]
    home = write_dump(tmp_path, posts)
    Category.objects.get(slug="general")

    with django_assert_max_num_queries(60):
        run(home)
    with django_assert_max_num_queries(25):
        run(home)
