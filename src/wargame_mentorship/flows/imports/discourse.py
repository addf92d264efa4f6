"""Reading a Discourse forum as its public API gives it, saved into a folder.

`categories.json`, `t/{id}.json` for each topic, and `t/{id}/posts*.json` for what a topic has
beyond the posts that its own file brings. How they look: https://docs.discourse.org/
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

from django.utils import timezone
from django.utils.text import slugify

from wargame_mentorship.flows.imports.discourse_text import plain_html, plain_markdown
from wargame_mentorship.flows.imports.posts import (
    PastAuthor,
    PastCategory,
    PastOpening,
    PastReply,
    Report,
)
from wargame_mentorship.flows.imports.reading import Archive, ArchiveError, BadPost, checked_site
from wargame_mentorship.flows.imports.texts import line_of

MOST_BYTES_OF_A_FILE: Final = 64 * 1024 * 1024
MOST_TEXT: Final = 100_000
"""Characters of a post that are looked at; a forum takes 32,000 unless it says otherwise."""
LARGEST: Final = 2**31 - 1
LONGEST_SLUG: Final = 50
DEEPEST: Final = 5
"""Levels of categories; Discourse itself has three at most."""

REGULAR: Final = 1
LIKE: Final = 2
"""The id of likes in a post's `actions_summary`."""

Json = Mapping[str, Any]


class Forum(Archive):
    """A folder with the JSON of a forum."""

    stages = ("topics", "posts")

    def __init__(self, folder: Path, site: str = "", *, licence: str = "") -> None:
        """Raises: ArchiveError: no forum is there, or the folder's name tells no site."""
        self.folder = folder
        if not (folder / "t").is_dir():
            raise ArchiveError(f"There is no folder {folder / 't'} with topics.")
        self.site = checked_site(site or folder.resolve().name.lower())
        self.licence = licence[:40]
        numbers = [int(path.stem) for path in (folder / "t").glob("*.json") if _is_key(path.stem)]
        self._topics = sorted(set(numbers))
        self._read = 0
        self._authors: dict[str, PastAuthor] = {}

    @property
    def share(self) -> float:
        return self._read / max(len(self._topics), 1)

    def categories(self, report: Report) -> Iterator[PastCategory]:
        path = self.folder / "categories.json"
        if not path.is_file():
            return
        try:
            content = _load(path)
        except ArchiveError as error:
            report.errors.append(("", str(error)))
            return
        taken: set[str] = set()
        for entry, parent in _flat(_part(content, "category_list", "categories")):
            category = _category_of(entry)
            # Below another parent the same slug may stand for something else.
            slug = f"{parent}-{category.slug}" if category.slug in taken else category.slug
            slug = slugify(slug)[:LONGEST_SLUG].strip("-")
            slug = f"category-{category.key}" if not slug or slug in taken else slug
            taken.add(slug)
            yield replace(category, slug=slug)

    def openings(self, report: Report) -> Iterator[PastOpening]:
        for topic, posts in self._conversations(report):
            try:
                opening = self._opening_of(topic, posts)
            except BadPost as error:
                report.errors.append((error.key, str(error)))
                continue
            if isinstance(opening, str):
                report.skipped[opening] += 1
                continue
            if self._is_incomplete(topic, posts):
                report.incomplete.append(opening.key)
            yield opening

    def replies(self, report: Report) -> Iterator[PastReply]:
        # What is wrong with a file, the topics have told already.
        for topic, posts in self._conversations(Report()):
            try:
                is_here = not isinstance(self._opening_of(topic, posts), str)
            except BadPost:
                is_here = False
            if not is_here:
                continue
            key = str(topic["id"])
            for post in posts:
                if post.get("post_number") == 1:
                    continue
                try:
                    reply = self._reply_of(key, post)
                except BadPost as error:
                    report.errors.append((error.key, str(error)))
                    continue
                if isinstance(reply, str):
                    report.skipped[reply] += 1
                    continue
                yield reply

    def authors(self, report: Report) -> Iterator[PastAuthor]:
        """Under the names that they have now; an earlier import may have known others."""
        yield from self._authors.values()

    def _conversations(self, report: Report) -> Iterator[tuple[Json, list[Json]]]:
        """Each topic with its posts in their order, whatever file they stand in."""
        self._read = 0
        for number in self._topics:
            self._read += 1
            try:
                topic = _load(self.folder / "t" / f"{number}.json")
            except ArchiveError as error:
                report.errors.append(("", str(error)))
                continue
            if _whole(topic.get("id")) != number:
                report.errors.append(("", f"t/{number}.json is of another topic, or of none"))
                continue
            posts = list(_posts_of(topic))
            for path in sorted((self.folder / "t" / str(number)).glob("posts*.json")):
                try:
                    posts += _posts_of(_load(path))
                except ArchiveError as error:
                    report.errors.append(("", str(error)))
            yield topic, _in_order(str(number), posts, report)

    def _is_incomplete(self, topic: Json, posts: Sequence[Json]) -> bool:
        stream = _part(topic, "post_stream", "stream")
        wanted = {_whole(key) for key in stream}
        return not wanted <= {_whole(post.get("id")) for post in posts} | {None}

    def _opening_of(self, topic: Json, posts: Sequence[Json]) -> PastOpening | str:
        """The topic, or why it is none of ours."""
        key = str(topic["id"])
        if topic.get("archetype", "regular") != "regular":
            return "private message"
        if topic.get("deleted_at"):
            return "deleted at the source"
        if topic.get("visible") is False:
            return "unlisted topic"
        first = next((post for post in posts if post.get("post_number") == 1), None)
        if first is None:
            raise BadPost(key, "has no opening post")
        if reason := _why_not(first):
            return reason
        return PastOpening(
            **self._common(key, first),
            key=key,
            source_url=f"https://{self.site}/t/{key}",
            title=_text(topic, "title")[:MOST_TEXT],
            tags=_tags(topic.get("tags")),
            view_count=_bounded(topic.get("views"), least=0),
            is_closed=topic.get("closed") is True or topic.get("archived") is True,
            is_pinned=topic.get("pinned") is True or topic.get("pinned_globally") is True,
            category_key=str(_whole(topic.get("category_id")) or ""),
            accepted_key=_accepted(key, topic, posts),
        )

    def _reply_of(self, topic_key: str, post: Json) -> PastReply | str:
        key = _key_of(topic_key, post["post_number"])
        if reason := _why_not(post):
            return reason
        answered = _whole(post.get("reply_to_post_number"))
        return PastReply(
            **self._common(key, post),
            key=key,
            source_url=f"https://{self.site}/t/{key}",
            parent_key=topic_key,
            reply_to_key=_key_of(topic_key, answered) if answered and answered > 1 else "",
        )

    def _common(self, key: str, post: Json) -> dict[str, Any]:
        created_at = _time(key, post, "created_at")
        if created_at is None:
            raise BadPost(key, "has no created_at")
        edited_at = _time(key, post, "updated_at")
        cooked, raw = _text(post, "cooked")[:MOST_TEXT], _text(post, "raw")[:MOST_TEXT]
        markdown = plain_markdown(raw, self.site)
        name = line_of(_text(post, "username"))[:200]
        return {
            # As it was written, unless only the rendered post has all of it.
            "html": "" if markdown else plain_html(cooked),
            "markdown": markdown,
            "created_at": created_at,
            # Every like and every new reply touches a post; `version` tells of edits alone.
            "edited_at": edited_at if (_whole(post.get("version")) or 1) > 1 else None,
            "author": self._author_of(post, name),
            "author_name": name,
            "score": _likes(post.get("actions_summary")),
            "licence": self.licence,
        }

    def _author_of(self, post: Json, name: str) -> PastAuthor | None:
        """None of deleted accounts, and of the system's own, which have negative keys."""
        key = _whole(post.get("user_id"))
        if key is None or key < 1 or not name:
            return None
        author = PastAuthor(str(key), name, f"https://{self.site}/u/{quote(name)}"[:300])
        self._authors[author.key] = author
        return author


def _key_of(topic_key: str, number: int) -> str:
    """Of a reply: what its address ends with, so that old links lead to it."""
    return f"{topic_key}/{number}"


def _why_not(post: Json) -> str:
    """Why a post is none of ours; "" if it is."""
    if post.get("post_type", REGULAR) != REGULAR:
        return "note of what moderators did"
    if post.get("user_deleted") is True or post.get("deleted_at"):
        return "deleted at the source"
    if post.get("hidden") is True:
        return "hidden at the source"
    return ""


def _load(path: Path) -> Json:
    """Raises: ArchiveError: no JSON, or none that a forum gives."""
    try:
        if path.stat().st_size > MOST_BYTES_OF_A_FILE:
            raise ArchiveError(f"{path.parent.name}/{path.name} has more than 64 MB.")
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ArchiveError(f"{path.parent.name}/{path.name} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise ArchiveError(f"{path.parent.name}/{path.name} is not what a forum gives.")
    return content


def _in_order(topic_key: str, posts: Iterable[Json], report: Report) -> list[Json]:
    """The posts of a topic, each once: several files may bring the same."""
    found: dict[int, Json] = {}
    for post in posts:
        number = _whole(post.get("post_number"))
        if number is None or number < 1:
            report.errors.append((topic_key, "has a post without a usable post_number"))
        elif post.get("topic_id") not in (None, int(topic_key)):
            report.errors.append((topic_key, f"has post {number} of another topic beside it"))
        elif found.setdefault(number, post).get("id") != post.get("id"):
            report.errors.append((topic_key, f"has two posts {number}; the first one counts"))
    return [found[number] for number in sorted(found)]


def _part(content: Json, *names: str) -> list[Any]:
    """The list that stands below some names; empty if there is none."""
    found: Any = content
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, list) else []


def _posts_of(content: Json) -> Iterator[Json]:
    return (post for post in _part(content, "post_stream", "posts") if isinstance(post, dict))


def _flat(entries: Sequence[Any], parent: str = "", depth: int = 0) -> Iterator[tuple[Json, str]]:
    """Categories with the slug of the one that they are a part of."""
    for entry in entries:
        if not isinstance(entry, dict) or _whole(entry.get("id")) is None:
            continue
        yield entry, parent
        if depth < DEEPEST:
            parts = _part(entry, "subcategory_list")
            yield from _flat(parts, _text(entry, "slug")[:LONGEST_SLUG], depth + 1)


def _category_of(entry: Json) -> PastCategory:
    return PastCategory(
        key=str(entry["id"]),
        # Encoded, if the forum keeps its own script in addresses.
        slug=slugify(unquote(_text(entry, "slug")))[:LONGEST_SLUG].strip("-"),
        name=line_of(_text(entry, "name")),
        description=line_of(_text(entry, "description_text")),
        is_closed=entry.get("read_restricted") is True,
    )


def _accepted(key: str, topic: Json, posts: Sequence[Json]) -> str:
    """Discourse Solved tells it of the topic, of the post, or of both."""
    told = topic.get("accepted_answer")
    number = _whole(told.get("post_number")) if isinstance(told, dict) else None
    if number is None:
        marked = (post for post in posts if post.get("accepted_answer") is True)
        number = next((_whole(post.get("post_number")) for post in marked), None)
    return _key_of(key, number) if number is not None and number > 1 else ""


def _tags(value: Any) -> tuple[str, ...]:
    """Names, or since 2025 objects with one."""
    entries = value if isinstance(value, list) else []
    names = [entry.get("name") if isinstance(entry, dict) else entry for entry in entries]
    lines = [line_of(name[:100]) for name in names if isinstance(name, str)]
    return tuple(line for line in lines if line)[:20]


def _likes(summary: Any) -> int:
    for entry in summary if isinstance(summary, list) else []:
        if isinstance(entry, dict) and entry.get("id") == LIKE:
            return _bounded(entry.get("count"), least=0)
    return 0


def _text(entry: Json, name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def _whole(value: Any) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and abs(value) <= LARGEST else None


def _bounded(value: Any, *, least: int) -> int:
    if not isinstance(value, int | float) or isinstance(value, bool) or value != value:
        return 0
    return int(max(least, min(LARGEST, value)))


def _is_key(stem: str) -> bool:
    return bool(re.fullmatch(r"[1-9][0-9]{0,9}", stem))


def _time(key: str, post: Json, name: str) -> dt.datetime | None:
    value = _text(post, name)
    if not value:
        return None
    try:
        moment = dt.datetime.fromisoformat(value)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise BadPost(key, f"has a {name} that is no time: {value[:40]!r}") from error
    if moment.year < 1990 or moment > timezone.now() + dt.timedelta(days=1):
        raise BadPost(key, f"has a {name} that cannot be: {value[:40]!r}")
    return moment
