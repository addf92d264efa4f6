"""Reading a Stack Exchange data dump: `Posts.xml`, and `Users.xml` for names if it is there."""

from __future__ import annotations

import datetime as dt
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.parsers import expat

from django.utils import timezone

from wargame_mentorship.flows.imports.posts import (
    PastAuthor,
    PastOpening,
    PastPost,
    PastReply,
    Report,
)
from wargame_mentorship.flows.imports.reading import (
    Archive,
    ArchiveError,
    BadPost,
    checked_site,
)

QUESTION: Final = "1"
ANSWER: Final = "2"
NOT_IMPORTED: Final = {
    "3": "wiki",
    "4": "tag wiki excerpt",
    "5": "tag wiki",
    "6": "moderator nomination",
    "7": "wiki placeholder",
    "8": "privilege wiki",
}
"""What else a dump holds, by `PostTypeId`."""

CHUNK: Final = 64 * 1024
MOST_BYTES_OF_A_ROW: Final = 16 * 1024 * 1024
MOST_HTML: Final = 100_000
"""Characters of a body that are looked at; the site itself takes 30,000."""
LARGEST: Final = 2**31 - 1

LICENCES: Final = (
    (dt.datetime(2018, 5, 2, tzinfo=dt.UTC), "CC BY-SA 4.0"),
    (dt.datetime(2011, 4, 8, tzinfo=dt.UTC), "CC BY-SA 3.0"),
)
"""By when a post was last edited, as https://stackoverflow.com/help/licensing has it."""
OLDEST_LICENCE: Final = "CC BY-SA 2.5"


Row = dict[str, str]


class Rows:
    """The rows of one file of a dump, streamed; `bytes_read` tells how far it got.

    A dump needs no document type, so one that has one is refused, and with it every entity.
    """

    def __init__(self, path: Path, root: str) -> None:
        self.path = path
        self.root = root
        self.size = path.stat().st_size
        self.bytes_read = 0
        self._ready: deque[Row] = deque()
        self._depth = 0

    def __iter__(self) -> Iterator[Row]:
        """Yield the attributes of each row.

        Raises:
            ArchiveError: malformed, cut short, or with a document type; after the rows before it.
        """
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        last = ""
        with self.path.open("rb") as file:
            done = False
            while not done:
                chunk = file.read(CHUNK)
                self.bytes_read += len(chunk)
                done = not chunk
                problem: Exception | None = None
                try:
                    parser.Parse(chunk, done)
                except expat.ExpatError as error:
                    reason = expat.ErrorString(error.code)
                    place = f"line {error.lineno}, column {error.offset + 1}"
                    problem = ArchiveError(f"{self.path.name} is malformed at {place}: {reason}")
                except LookupError as error:  # an encoding that Python does not know
                    problem = ArchiveError(f"{self.path.name}: {error}")
                except ArchiveError as error:
                    problem = error
                while self._ready:
                    row = self._ready.popleft()
                    last = row.get("Id", last)
                    yield row
                if problem is not None:
                    after = f" (after post {last})" if last else ""
                    raise ArchiveError(f"{problem}{after}") from problem
                if self.bytes_read - parser.CurrentByteIndex > MOST_BYTES_OF_A_ROW:
                    raise ArchiveError(f"{self.path.name} has a row of more than 16 MB.")

    def _start(self, name: str, attributes: Row) -> None:
        self._depth += 1
        if self._depth == 1 and name != self.root:
            raise ArchiveError(f"{self.path.name} is no dump: it begins with <{name}>.")
        if self._depth == 2 and name == "row":
            self._ready.append(attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1

    def _refuse_doctype(self, *_: object) -> None:
        raise ArchiveError(f"{self.path.name} has a document type, which no dump has; refused.")


class Dump(Archive):
    """A dump on disk: the folder, or its `Posts.xml`."""

    stages = ("questions", "answers")

    def __init__(self, path: Path, site: str = "") -> None:
        """Raises: ArchiveError: no dump is there, or the folder's name tells no site."""
        posts = path / "Posts.xml" if path.is_dir() else path
        if not posts.is_file():
            raise ArchiveError(f"There is no {posts}. Unpack the archive first.")
        self.posts = posts
        users = posts.with_name("Users.xml")
        self.users = users if users.is_file() else None
        self.site = checked_site(site or guess_site(posts.resolve().parent.name))
        self._rows = Rows(self.posts, "posts")

    @property
    def share(self) -> float:
        return self._rows.bytes_read / max(self._rows.size, 1)

    def openings(self, report: Report) -> Iterator[PastOpening]:
        """Also counts what is neither a question nor an answer, once."""
        for post in self._posts(report, answers=False):
            assert isinstance(post, PastOpening)  # noqa: S101 - asked for
            yield post

    def replies(self, report: Report) -> Iterator[PastReply]:
        for post in self._posts(report, answers=True):
            assert isinstance(post, PastReply)  # noqa: S101 - asked for
            yield post

    def _posts(self, report: Report, *, answers: bool) -> Iterator[PastPost]:
        self._rows = Rows(self.posts, "posts")
        try:
            for row in self._rows:
                if (row.get("PostTypeId") == ANSWER) is not answers:
                    continue
                try:
                    post = self.post_of(row)
                except BadPost as error:
                    report.errors.append((error.key, str(error)))
                    continue
                if isinstance(post, str):
                    report.skipped[post] += 1
                    continue
                yield post
        except ArchiveError as error:
            # Both stages meet the same break.
            if ("", str(error)) not in report.errors:
                report.errors.append(("", str(error)))

    def authors(self, report: Report) -> Iterator[PastAuthor]:
        if self.users is None:
            return
        try:
            for row in Rows(self.users, "users"):
                name = " ".join(row.get("DisplayName", "").split())[:200]
                if row.get("Id") and name:
                    yield self._author(row["Id"], name)
        except ArchiveError as error:
            report.errors.append(("", str(error)))

    def _author(self, key: str, name: str) -> PastAuthor:
        return PastAuthor(key, name, f"https://{self.site}/users/{key}")

    def post_of(self, row: Row) -> PastPost | str:
        """The post of a row of `Posts.xml`, or why it is none of ours.

        Raises:
            BadPost: it should be one, but cannot be.
        """
        key = row.get("Id", "")
        if not re.fullmatch(r"\d{1,20}", key):
            raise BadPost(key[:40], "has no usable Id")
        kind = row.get("PostTypeId", "")
        if kind not in (QUESTION, ANSWER):
            return NOT_IMPORTED.get(kind, "unknown type of post")
        if row.get("DeletionDate"):
            return "deleted at the source"
        created_at = _time(row, "CreationDate")
        if created_at is None:
            raise BadPost(key, "has no CreationDate")
        edited_at = _time(row, "LastEditDate")
        owner = row.get("OwnerUserId", "").strip()
        # -1 is the system's own account, which nobody can claim.
        known = bool(re.fullmatch(r"[1-9]\d{0,18}", owner))
        name = " ".join(row.get("OwnerDisplayName", "").split())[:200]
        common = {
            "key": key,
            "html": row.get("Body", "")[:MOST_HTML],
            "created_at": created_at,
            "edited_at": edited_at,
            # The site's own way to call somebody without a name.
            "author": self._author(owner, name or f"user{owner}") if known else None,
            "author_name": name or ("Community" if owner == "-1" else ""),
            "score": _number(row, "Score", least=-LARGEST),
            "licence": row.get("ContentLicense", "")[:40] or licence_at(edited_at or created_at),
        }
        if kind == ANSWER:
            parent = row.get("ParentId", "")
            return PastReply(
                **common,  # type: ignore[arg-type]  # one mapping for two classes
                source_url=f"https://{self.site}/a/{key}",
                parent_key=parent[:40],
            )
        closed_at = _time(row, "ClosedDate")
        return PastOpening(
            **common,  # type: ignore[arg-type]  # as above
            source_url=f"https://{self.site}/q/{key}",
            title=row.get("Title", ""),
            tags=_tags(row.get("Tags", "")),
            view_count=_number(row, "ViewCount", least=0),
            is_closed=closed_at is not None,
            closed_at=closed_at,
            accepted_key=row.get("AcceptedAnswerId", "")[:40],
        )


def guess_site(folder: str) -> str:
    """The host name that a folder's name tells, "" if it tells none.

    Archives unpack to `coffee.stackexchange.com`; `stackexchange-coffee` is understood too.
    """
    name = folder.lower()
    if re.fullmatch(r"[a-z0-9-]+(\.[a-z]+)*\.(com|net|org)", name):
        return name
    found = re.fullmatch(r"stackexchange[-_]([a-z0-9]+)|([a-z0-9]+)[-_]stackexchange", name)
    return f"{found[1] or found[2]}.stackexchange.com" if found else ""


def licence_at(moment: dt.datetime) -> str:
    return next((name for since, name in LICENCES if moment >= since), OLDEST_LICENCE)


def _time(row: Row, name: str) -> dt.datetime | None:
    value = row.get(name, "")
    if not value:
        return None
    try:
        moment = dt.datetime.fromisoformat(value)
        if moment.tzinfo is None:  # the dumps leave out that they are in UTC
            moment = moment.replace(tzinfo=dt.UTC)
        moment = moment.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise BadPost(row["Id"], f"has a {name} that is no time: {value[:40]!r}") from error
    if moment.year < 1990 or moment > timezone.now() + dt.timedelta(days=1):
        raise BadPost(row["Id"], f"has a {name} that cannot be: {value[:40]!r}")
    return moment


def _number(row: Row, name: str, *, least: int) -> int:
    value = row.get(name, "").strip() or "0"
    if not re.fullmatch(r"[+-]?[0-9]{1,20}", value):
        raise BadPost(row["Id"], f"has a {name} that is no number: {value[:40]!r}")
    return max(least, min(LARGEST, int(value)))


def _tags(value: str) -> tuple[str, ...]:
    """Both spellings of the dumps: `<a><b>`, and since 2024 `|a|b|`."""
    return tuple(tag[:100] for tag in re.split(r"[<>|]+", value) if tag)[:20]
