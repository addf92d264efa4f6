"""Importing again: after an interruption, after edits there, after changes here."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError, transaction

from tests.flows.dump_files import (
    MINIS,
    SITE,
    answer,
    many_posts,
    question,
    request_of,
    response_of,
    run,
    snapshot,
    write_dump,
)
from tests.flows.test_import_dump import everything_adds_up
from tests.processes import run_python
from wargame_mentorship.core.errors import BackendUnavailable
from wargame_mentorship.flows.imports.models import ImportedAuthor, ImportedItem
from wargame_mentorship.flows.imports.run import Progress
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.models import Category, HelpRequest, HelpResponse
from wargame_mentorship.search import services as search
from wargame_mentorship.search.database import DatabaseSearch
from wargame_mentorship.testing.factories import make_moderator, make_response, make_superuser

MANY = 70
"""Questions, two answers each: two batches of answers."""


class Stopped(Exception):
    """The operator had enough."""


def stop_at(stage: str, done: int) -> Callable[[Progress], None]:
    def listener(progress: Progress) -> None:
        if (progress.stage, progress.done) == (stage, done):
            raise Stopped

    return listener


class FailingSearch(DatabaseSearch):
    """Fails in the middle of the transaction that solves questions."""

    def index(self, documents: Any) -> None:
        entries = list(documents)
        super().index(entries)
        if any("answer" in entry.body.lower() for entry in entries):
            raise RuntimeError


class RefusingSearch(DatabaseSearch):
    """As a database that cannot hold some character refuses the statement it is in."""

    def index(self, documents: Any) -> None:
        entries = list(documents)
        if any(entry.title == "refused" for entry in entries):
            raise DataError("Incorrect string value")
        super().index(entries)


@pytest.mark.django_db
def test_second_run_changes_nothing_and_says_so() -> None:
    run(MINIS)
    before = snapshot()
    keys = set(HelpRequest.objects.values_list("pk", flat=True))

    report = run(MINIS)

    assert not report.changed
    assert report.unchanged == {HelpRequest.KIND: 9, HelpResponse.KIND: 6}
    assert report.accepted_missing == ["10", "11"]
    assert snapshot() == before
    assert set(HelpRequest.objects.values_list("pk", flat=True)) == keys


@pytest.mark.django_db
@pytest.mark.parametrize(("stage", "done"), [("questions", MANY), ("answers", 100)])
def test_interrupted_run_goes_on_where_it_stopped(stage: str, done: int, tmp_path: Path) -> None:
    home = write_dump(tmp_path, many_posts(MANY))
    with transaction.atomic():
        run(home)
        at_once = snapshot()
        transaction.set_rollback(True)

    with pytest.raises(Stopped):
        run(home, listener=stop_at(stage, done))
    in_between = HelpResponse.objects.count()
    assert everything_adds_up()
    run(home)

    assert in_between == (0 if stage == "questions" else 100)
    assert snapshot() == at_once
    assert everything_adds_up()


@pytest.mark.django_db
def test_batch_that_fails_in_the_middle_leaves_nothing_of_itself(
    tmp_path: Path, settings: Any
) -> None:
    home = write_dump(tmp_path, [question(1, AcceptedAnswerId=2), answer(2, 1)])
    with transaction.atomic():
        run(home)
        at_once = snapshot()
        transaction.set_rollback(True)
    backend = {"BACKEND": f"{__name__}.FailingSearch"}
    settings.WARGAME_MENTORSHIP = {**settings.WARGAME_MENTORSHIP, "SEARCH": backend}

    with pytest.raises(BackendUnavailable):
        run(home)

    assert (HelpRequest.objects.count(), HelpResponse.objects.count()) == (1, 0)
    assert ImportedItem.objects.count() == 1
    settings.WARGAME_MENTORSHIP = {**settings.WARGAME_MENTORSHIP, "SEARCH": {}}
    run(home)
    assert snapshot() == at_once


KILLED = """
import os, signal, sys
from tests.flows.dump_files import run
from pathlib import Path

def die(progress):
    if (progress.stage, progress.done) == ("answers", 100):
        os.kill(os.getpid(), signal.SIGKILL)

run(Path({path!r}), listener=die)
"""

KILLED_IN_A_TRANSACTION = """
import os, signal
from pathlib import Path
from tests.flows.dump_files import run
from wargame_mentorship.flows.imports.rooms import HelpRequests
from wargame_mentorship.models import HelpResponse

def die(self, openings):
    if HelpResponse.objects.exists():  # after the answers are written, before the commit
        os.kill(os.getpid(), signal.SIGKILL)

HelpRequests.recount = die
run(Path({path!r}))
"""

COUNT = """
from wargame_mentorship.models import HelpResponse
print(HelpResponse.objects.count())
"""

RESUMED = """
import json
from pathlib import Path
from tests.flows.dump_files import run, snapshot
run(Path({path!r}))
print(json.dumps(snapshot()))
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("program", "answers"), [(KILLED, "100"), (KILLED_IN_A_TRANSACTION, "0")])
def test_killed_run_ends_as_a_single_one(program: str, answers: str, tmp_path: Path) -> None:
    Category.objects.get_or_create(slug="general", defaults={"name": "General"})
    home = write_dump(tmp_path, many_posts(MANY))
    with transaction.atomic():
        run(home)
        at_once = json.loads(json.dumps(snapshot()))
        transaction.set_rollback(True)

    killed = run_python(program.format(path=str(home)), tmp_path=tmp_path)
    left = run_python(COUNT, tmp_path=tmp_path).stdout.strip()
    resumed = run_python(RESUMED.format(path=str(home)), tmp_path=tmp_path)

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert left == answers
    assert _without_category(json.loads(resumed.stdout)) == _without_category(at_once)


def _without_category(found: dict[str, Any]) -> dict[str, Any]:
    """Its key is the same in both; only the copy of the database spells it as it likes."""
    return {
        name: {key: value for key, value in entry.items() if key != "category"}
        if isinstance(entry, dict)
        else entry
        for name, entry in found.items()
    }


@pytest.mark.django_db
def test_post_edited_there_is_updated_here(tmp_path: Path) -> None:
    run(write_dump(tmp_path, [question(1, AcceptedAnswerId=2), answer(2, 1), answer(3, 1)]))
    was = request_of(1)
    edited = "2020-01-01T00:00:00.000"

    report = run(
        write_dump(
            tmp_path,
            [
                question(1, AcceptedAnswerId=2, Body="<p>Chalk!</p>", LastEditDate=edited),
                answer(2, 1, Body="<p>Retarder.</p>"),
                answer(3, 1),
            ],
        )
    )

    entry = request_of(1)
    assert report.updated == {HelpRequest.KIND: 1, HelpResponse.KIND: 1}
    assert (report.accepted, report.unchanged) == (0, {HelpResponse.KIND: 1})
    assert (entry.pk, entry.description) == (was.pk, "Chalk!")
    assert entry.description_html == "<p>Chalk!</p>\n"
    assert entry.version == was.version + 1
    assert entry.updated_at.isoformat() == "2020-01-01T00:00:00+00:00"
    assert (entry.status, entry.resolved_at) == ("resolved", was.resolved_at)
    assert list(search.find(HelpRequest.objects.visible_to(make_superuser()), "retarder chalk"))
    assert everything_adds_up()


@pytest.mark.django_db
def test_acceptance_closing_and_reopening_follow_the_source(tmp_path: Path) -> None:
    posts = [answer(2, 1), answer(3, 1, CreationDate="2019-03-05T00:00:00.000")]
    closed = "2019-04-01T00:00:00.000"
    states = []

    for changes in (
        {},
        {"AcceptedAnswerId": 2},
        {"AcceptedAnswerId": 3},
        {"AcceptedAnswerId": 3, "ClosedDate": closed},
        {"AcceptedAnswerId": 3},
        {"ClosedDate": closed},
        {},
    ):
        report = run(write_dump(tmp_path, [question(1, **changes), *posts]))
        entry = request_of(1)
        solution = getattr(entry, "solution", None)
        item = solution and ImportedItem.objects.get(object_id=solution.pk)
        states.append((entry.status, item and item.key, entry.resolved_at is not None))
        assert not report.errors
        assert everything_adds_up()

    assert states == [
        ("open", None, False),
        ("resolved", "2", True),
        ("resolved", "3", True),
        ("closed", "3", True),
        ("resolved", "3", True),
        ("closed", None, False),
        ("open", None, False),
    ]


@pytest.mark.django_db
def test_scores_and_tags_follow_the_source_without_touching_content(tmp_path: Path) -> None:
    run(write_dump(tmp_path, [question(1), answer(2, 1)]))
    version = request_of(1).version

    report = run(
        write_dump(tmp_path, [question(1, Score=-7, Tags="<new>"), answer(2, 1, Score=99)])
    )

    assert report.unchanged.total() == 2
    assert request_of(1).version == version
    assert [(item.key, item.score, item.tags) for item in ImportedItem.objects.order_by("key")] == [
        ("1", -7, ["new"]),
        ("2", 99, []),
    ]


@pytest.mark.django_db
def test_what_people_here_changed_is_theirs(tmp_path: Path) -> None:
    posts = [question(1), answer(2, 1), question(3), answer(4, 3)]
    run(write_dump(tmp_path, posts))
    moderator = make_moderator("general")
    help_requests.edit(actor=moderator, help_request=request_of(1), changes={"title": "Ours"})
    help_requests.delete(actor=moderator, help_request=request_of(3))

    report = run(
        write_dump(
            tmp_path,
            [
                question(1, AcceptedAnswerId=2, Body="<p>Edited</p>"),
                answer(2, 1),
                question(3, Body="<p>Edited</p>"),
                answer(4, 3),
            ],
        )
    )

    assert report.kept == {HelpRequest.KIND: 2}
    entry = request_of(1)
    assert (entry.title, entry.description, entry.status) == ("Ours", "Question 1?", "open")
    assert request_of(3).deleted_at is not None
    assert report.accepted_missing == []
    assert everything_adds_up()


@pytest.mark.django_db
def test_what_was_removed_here_does_not_come_back(tmp_path: Path) -> None:
    home = write_dump(tmp_path, [question(1), answer(2, 1), question(3), answer(4, 3)])
    run(home)
    HelpRequest.objects.filter(pk=request_of(1).pk).delete()

    report = run(home)
    edited = run(write_dump(tmp_path, [question(1, Body="<p>x</p>"), answer(2, 1), answer(9, 1)]))

    assert not report.changed
    assert edited.kept == {HelpRequest.KIND: 1}
    assert edited.skipped == {"reply to what is not here": 1}
    assert HelpRequest.objects.count() == 1


@pytest.mark.django_db
def test_new_answers_join_those_that_were_given_here(tmp_path: Path) -> None:
    run(write_dump(tmp_path, [question(1)]))
    given = make_response(request_of(1))

    run(write_dump(tmp_path, [question(1), answer(2, 1)]))

    entry = request_of(1)
    assert entry.response_count == 2
    assert entry.first_response_at == response_of(2).created_at
    assert entry.last_response_at == given.created_at
    assert everything_adds_up()


@pytest.mark.django_db
def test_question_that_came_later_brings_its_waiting_answers(tmp_path: Path) -> None:
    first = run(write_dump(tmp_path, [answer(2, 1)]))

    then = run(write_dump(tmp_path, [answer(2, 1), question(1, AcceptedAnswerId=2)]))

    assert first.created.total() == 0
    assert not first.authors
    assert then.created.total() == 2
    assert request_of(1).status == "resolved"


@pytest.mark.django_db
def test_names_follow_the_users_file(tmp_path: Path) -> None:
    run(write_dump(tmp_path, [question(1)]))

    report = run(write_dump(tmp_path, [question(1)], users=[{"Id": 10, "DisplayName": "Ada"}]))
    again = run(write_dump(tmp_path, [question(1)], users=[{"Id": 10, "DisplayName": "Ada"}]))

    assert (report.renamed, again.renamed) == (1, 0)
    assert ImportedAuthor.objects.get().display_name == "Ada"


@pytest.mark.django_db
def test_sites_do_not_mix(tmp_path: Path) -> None:
    other = tmp_path / "other.stackexchange.com"
    write_dump(tmp_path, [question(1)])
    (tmp_path / SITE).rename(other)
    run(other)

    run(write_dump(tmp_path, [question(1)]))

    assert HelpRequest.objects.count() == 2
    assert ImportedAuthor.objects.count() == 2


@pytest.mark.django_db
def test_one_post_that_the_database_refuses_leaves_the_others(
    tmp_path: Path, settings: Any
) -> None:
    backend = {"BACKEND": f"{__name__}.RefusingSearch"}
    settings.WARGAME_MENTORSHIP = {**settings.WARGAME_MENTORSHIP, "SEARCH": backend}

    report = run(write_dump(tmp_path, [question(1), question(2, Title="refused"), question(3)]))

    assert [key for key, _message in report.errors] == ["2"]
    assert report.created == {HelpRequest.KIND: 2}
    assert sorted(ImportedItem.objects.values_list("key", flat=True)) == ["1", "3"]
    assert everything_adds_up()
