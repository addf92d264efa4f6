"""The command: what it takes, what it says, and its exit code."""

from __future__ import annotations

import json
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.flows.dump_files import DUMPS, MINIS, question, request_of, topic_of, write_dump
from wargame_mentorship.flows.imports.models import ImportedAuthor, ImportedItem
from wargame_mentorship.models import HelpRequest
from wargame_mentorship.testing.factories import make_forum_category, make_user

pytestmark = pytest.mark.django_db


def call(*args: Any, **options: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(
        "import_stackexchange", *[str(arg) for arg in args], stdout=out, stderr=err, **options
    )
    return out.getvalue(), err.getvalue()


def test_dump_comes_in_with_progress_and_a_report() -> None:
    out, err = call(MINIS, "--into", "help")

    assert HelpRequest.objects.count() == 9
    assert "Importing" in err
    assert "as minis.stackexchange.com." in err
    assert "questions: 10 (100% of what there is to read)" in err
    assert "posts/s" in err
    assert "created: 9 questions" in out
    assert "created: 6 answers" in out
    assert "skipped: 1 tag wiki\n" in out
    assert "accepted answer did not come along: 2 (posts 10, 11)" in out


def test_second_run_says_that_nothing_has_changed() -> None:
    call(MINIS, "--into", "help")

    out, _err = call(MINIS / "Posts.xml", "--into", "help")

    assert "unchanged: 9 questions" in out
    assert "Nothing has changed." in out


def test_quiet_run_says_nothing() -> None:
    assert call(MINIS, "--into", "help", "-v0") == ("", "")


def test_dry_run_says_what_would_be() -> None:
    out, _err = call(MINIS, "--into", "help", "--dry-run")

    assert out.startswith("Dry run")
    assert "created: 9 questions" in out
    assert not ImportedItem.objects.exists()


def test_report_is_written_as_json(tmp_path: Path) -> None:
    file = tmp_path / "report.json"

    call(MINIS, "--into", "help", "--report", file, "-v0")

    written = json.loads(file.read_text())
    assert written["site"] == "minis.stackexchange.com"
    assert written["created"] == {"help_request": 9, "help_response": 6}
    assert written["errors"] == []


def test_posts_that_fail_are_named_and_the_exit_code_tells(tmp_path: Path) -> None:
    home = write_dump(tmp_path, [question(1), question(2, Score="?")])
    file = tmp_path / "report.json"

    with pytest.raises(CommandError) as raised:
        call(home, "--into", "help", "--report", file)

    assert raised.value.returncode == 1
    assert "post 2: has a Score that is no number" in str(raised.value)
    assert json.loads(file.read_text())["errors"][0]["post"] == "2"
    assert HelpRequest.objects.count() == 1


def test_malformed_file_says_what_to_do() -> None:
    with pytest.raises(CommandError, match=r"line 5.*(?s:.*)run the same command again"):
        call(DUMPS / "malformed.stackexchange.com", "--into", "help")

    assert HelpRequest.objects.count() == 1


def test_options_choose_place_language_and_site(tmp_path: Path) -> None:
    home = write_dump(tmp_path, [question(1, Tags="<moss>"), question(2)])
    plain = shutil.move(home, tmp_path / "dump")

    call(
        plain,
        *("--into", "help", "--site", "Minis.Example.org", "--language", "de"),
        *("--category", "painting/priming", "--map", "moss=modeling/basing"),
    )

    placed = [
        (request_of(key).category.slug, getattr(request_of(key).subcategory, "slug", None))
        for key in (1, 2)
    ]
    assert placed == [("modeling", "basing"), ("painting", "priming")]
    assert request_of(1).language == "de"
    assert {item.source for item in ImportedItem.objects.all()} == {"minis.example.org"}


def test_dump_goes_into_the_forums(tmp_path: Path) -> None:
    for slug in ("brushes", "moss"):
        make_forum_category(slug, slug=slug)
    home = write_dump(tmp_path, [question(1, Tags="<moss>"), question(2)])

    out, _err = call(home, "--into", "forums", "--category", "brushes", "--map", "moss=moss")

    assert "created: 2 questions" in out
    assert [topic_of(key).category.slug for key in (1, 2)] == ["moss", "brushes"]
    assert not HelpRequest.objects.exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "Say what to import"),
        (["nowhere", "--into", "help"], "There is no nowhere"),
        ([MINIS, "--into", "gallery"], "invalid choice"),
        ([MINIS, "--into", "help", "--site", "a/b"], "--site"),
        ([MINIS, "--into", "help", "--category", "coffee"], "no category 'coffee'"),
        ([MINIS, "--into", "help", "--map", "moss"], "Write --map like"),
        ([MINIS, "--into", "forums", "--category", "painting"], "no category 'painting'"),
        ([MINIS, "--into", "help", "--map", "moss=painting/basing"], "no category"),
        ([MINIS, "--into", "help", "--language", "tlh"], "no language"),
        ([MINIS, "--into", "help", "--report", "/no/such/folder/x"], "no folder"),
        (["--claim", "10", "--user", "ada"], "No author 10"),
        (["--unclaim", "10", "--site", "x.org"], "from x.org"),
    ],
)
def test_mistake_is_told_before_anything_happens(args: list[Any], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call(*args)

    assert not ImportedItem.objects.exists()


def test_author_is_claimed_and_unclaimed() -> None:
    call(MINIS, "--into", "help", "-v0")
    user: Any = make_user("ada")
    name = user.get_username()

    out, _err = call("--claim", "10", "--user", name)
    again, _err = call("--claim", "10", "--user", name)
    back, _err = call("--unclaim", "10")

    assert out.startswith("claimed: 2 help requests, 1 help responses")
    assert again == "Nothing has changed.\n"
    assert back.startswith("unclaimed: 2 help requests")


def test_claim_needs_an_account_that_exists_and_is_free() -> None:
    call(MINIS, "--into", "help", "-v0")
    call("--claim", "10", "--user", make_user("ada").get_username())

    with pytest.raises(CommandError, match="--user"):
        call("--claim", "10")
    with pytest.raises(CommandError, match="no user nobody"):
        call("--claim", "10", "--user", "nobody")
    with pytest.raises(CommandError, match="Another account"):
        call("--claim", "10", "--user", make_user("eve").get_username())
    gone = make_user("gone", is_active=False).get_username()
    with pytest.raises(CommandError, match="not active"):
        call("--claim", "20", "--user", gone)


def test_author_of_several_sites_needs_the_site() -> None:
    ImportedAuthor.objects.create(source="a.org", key="1", display_name="a")
    ImportedAuthor.objects.create(source="b.org", key="1", display_name="b")
    name = make_user("ada").get_username()

    with pytest.raises(CommandError, match=r"a\.org, b\.org"):
        call("--claim", "1", "--user", name)
    call("--claim", "1", "--user", name, "--site", "b.org")

    assert ImportedAuthor.objects.get(source="b.org").claimed_by is not None
