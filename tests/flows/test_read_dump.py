"""Reading the files of a dump; no database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.flows.dump_files import DUMPS, MINIS, answer, question, write_dump
from wargame_mentorship.flows.imports.posts import PastOpening, PastReply
from wargame_mentorship.flows.imports.reading import ArchiveError, BadPost
from wargame_mentorship.flows.imports.stackexchange import (
    Dump,
    Rows,
    guess_site,
    licence_at,
)


def rows_of(text: str | bytes, folder: Path) -> Rows:
    file = folder / "Posts.xml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Rows(file, "posts")


def test_rows_are_read_with_their_attributes_unescaped() -> None:
    rows = list(Rows(MINIS / "Posts.xml", "posts"))

    assert len(rows) == 20
    assert rows[1]["Body"].startswith("<p>My white is <em>chalky</em>; see <a href=")


def test_file_is_read_in_pieces_and_knows_how_far_it_got(tmp_path: Path) -> None:
    home = write_dump(tmp_path, [question(key, Body="x" * 5_000) for key in range(1, 101)])
    rows = Rows(home / "Posts.xml", "posts")

    next(iter(rows))

    assert 0 < rows.bytes_read < rows.size


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no element found"),
        ("not xml", "line 1, column 1"),
        ("<posts><row Id='1' />", "after post 1"),
        ("<posts><row Id='1' Body='&nbsp;' /></posts>", "undefined entity"),
        ("<posts><row Id='1' Id='2' /></posts>", "duplicate attribute"),
        ("<posts>\x00</posts>", "not well-formed"),
        (b"<posts>\xff</posts>", "not well-formed"),
        (b"<?xml version='1.0' encoding='klingon'?><posts/>", "unknown encoding"),
        ("<badges><row Id='1' /></badges>", "it begins with <badges>"),
        ("<!DOCTYPE posts><posts/>", "document type"),
    ],
)
def test_broken_file_says_where_and_why(text: str | bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=message):
        list(rows_of(text, tmp_path))


def test_rows_before_the_break_come_first(tmp_path: Path) -> None:
    rows = rows_of("<posts><row Id='1' /><row Id='2' />\n</post>", tmp_path)
    seen: list[str] = []

    with pytest.raises(ArchiveError, match=r"malformed at line 2, column 3: .* \(after post 2\)"):
        seen.extend(row["Id"] for row in rows)

    assert seen == ["1", "2"]


def test_entities_are_refused_before_any_is_expanded() -> None:
    with pytest.raises(ArchiveError, match="document type"):
        list(Rows(DUMPS / "entities.stackexchange.com" / "Posts.xml", "posts"))


def test_row_without_end_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="more than 16 MB"):
        list(rows_of(b"<posts><row Body='" + b"x" * 17_000_000, tmp_path))


@pytest.mark.parametrize(
    ("folder", "site"),
    [
        ("coffee.stackexchange.com", "coffee.stackexchange.com"),
        ("askubuntu.com", "askubuntu.com"),
        ("stackexchange-coffee", "coffee.stackexchange.com"),
        ("coffee_stackexchange", "coffee.stackexchange.com"),
        ("Downloads", ""),
        ("my.folder", ""),
    ],
)
def test_site_is_told_by_the_folder(folder: str, site: str) -> None:
    assert guess_site(folder) == site


def test_dump_is_a_folder_or_its_file(tmp_path: Path) -> None:
    home = write_dump(tmp_path, [])

    assert Dump(home).posts == Dump(home / "Posts.xml").posts
    assert Dump(home).users == home / "Users.xml"
    with pytest.raises(ArchiveError, match="There is no"):
        Dump(tmp_path)
    with pytest.raises(ArchiveError, match="--site"):
        Dump(home, "https://evil.example/")


def test_question_is_read_with_times_in_utc() -> None:
    row = {
        **{name: str(value) for name, value in question(1).items()},
        "CreationDate": "2019-03-01T10:00:00.123",
        "ClosedDate": "2019-03-02T01:00:00+02:00",
        "AcceptedAnswerId": "7",
        "Tags": "|white|non-metallic-metal|",
    }

    post = Dump(MINIS).post_of(row)

    assert isinstance(post, PastOpening)
    assert post.created_at == dt.datetime(2019, 3, 1, 10, 0, 0, 123_000, tzinfo=dt.UTC)
    assert post.closed_at == dt.datetime(2019, 3, 1, 23, tzinfo=dt.UTC)
    assert post.tags == ("white", "non-metallic-metal")
    assert post.accepted_key == "7"
    assert post.source_url == "https://minis.stackexchange.com/q/1"
    assert post.licence == "CC BY-SA 4.0"


def test_answer_without_owner_keeps_the_name_it_has() -> None:
    row = {name: str(value) for name, value in answer(2, 1).items() if name != "OwnerUserId"}

    post = Dump(MINIS).post_of({**row, "OwnerDisplayName": "user99", "ContentLicense": "CC0"})

    assert isinstance(post, PastReply)
    assert (post.author, post.author_name) == (None, "user99")
    assert post.source_url == "https://minis.stackexchange.com/a/2"
    assert post.licence == "CC0"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Id": ""}, "no usable Id"),
        ({"Id": "1; DROP"}, "no usable Id"),
        ({"CreationDate": ""}, "no CreationDate"),
        ({"CreationDate": "yesterday"}, "no time"),
        ({"CreationDate": "9999-12-31T23:59:59-12:00"}, "no time"),
        ({"CreationDate": "9000-01-01T00:00:00"}, "cannot be"),
        ({"CreationDate": "0001-01-01T00:00:00"}, "cannot be"),
        ({"ClosedDate": "never"}, "ClosedDate"),
        ({"Score": "many"}, "Score"),
        ({"ViewCount": "1e9"}, "ViewCount"),
        ({"Score": "٣"}, "Score"),
    ],
)
def test_row_that_cannot_be_a_post_says_why(changes: dict[str, str], message: str) -> None:
    row = {name: str(value) for name, value in question(1).items()}

    with pytest.raises(BadPost, match=message):
        Dump(MINIS).post_of({**row, **changes})


def test_numbers_beyond_the_columns_are_bounded() -> None:
    row = {name: str(value) for name, value in question(1).items()}

    post = Dump(MINIS).post_of({**row, "Score": "-99999999999", "ViewCount": "99999999999"})

    assert isinstance(post, PastOpening)
    assert (post.score, post.view_count) == (-(2**31 - 1), 2**31 - 1)
    fewer = Dump(MINIS).post_of({**row, "ViewCount": "-3"})
    assert isinstance(fewer, PastOpening)
    assert fewer.view_count == 0


@pytest.mark.parametrize(
    ("day", "licence"),
    [
        ("2010-01-01", "CC BY-SA 2.5"),
        ("2011-04-08", "CC BY-SA 3.0"),
        ("2018-05-01", "CC BY-SA 3.0"),
        ("2018-05-02", "CC BY-SA 4.0"),
    ],
)
def test_licence_is_that_of_its_time(day: str, licence: str) -> None:
    assert licence_at(dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC)) == licence
