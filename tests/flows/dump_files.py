"""Dumps to import: those of this folder, and small ones that a test writes itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from wargame_mentorship.flows.imports.attribution import attribution_of
from wargame_mentorship.flows.imports.models import ImportedItem
from wargame_mentorship.flows.imports.posts import Report, Source
from wargame_mentorship.flows.imports.rooms import ROOMS
from wargame_mentorship.flows.imports.run import import_archive
from wargame_mentorship.flows.imports.stackexchange import Dump
from wargame_mentorship.models import (
    ForumCategory,
    ForumPost,
    ForumTopic,
    HelpRequest,
    HelpResponse,
    SearchDocument,
)

DUMPS = Path(__file__).parent / "dumps"
MINIS = DUMPS / "minis.stackexchange.com"
SITE = "minis.stackexchange.com"

Row = dict[str, Any]


def question(key: int, **changes: Any) -> Row:
    return {
        "Id": key,
        "PostTypeId": 1,
        "CreationDate": "2019-03-01T10:00:00.000",
        "Score": 1,
        "ViewCount": 5,
        "Body": f"<p>Question {key}?</p>",
        "OwnerUserId": 10,
        "Title": f"Title {key}",
        "Tags": "<white>",
        **changes,
    }


def answer(key: int, parent: int, **changes: Any) -> Row:
    return {
        "Id": key,
        "PostTypeId": 2,
        "ParentId": parent,
        "CreationDate": "2019-03-02T10:00:00.000",
        "Score": 1,
        "Body": f"<p>Answer {key}.</p>",
        "OwnerUserId": 20,
        **changes,
    }


def write_dump(folder: Path, rows: Iterable[Row], *, users: Iterable[Row] = ()) -> Path:
    """Write a dump into `folder/minis.stackexchange.com`; a value of None leaves its column out."""
    home = folder / SITE
    home.mkdir(exist_ok=True)
    for name, entries in (("posts", rows), ("users", users)):
        lines = [f"<row {_attributes(entry)} />" for entry in entries]
        text = "\n".join(['<?xml version="1.0" encoding="utf-8"?>', f"<{name}>", *lines])
        (home / f"{name.title()}.xml").write_text(f"{text}\n</{name}>\n", encoding="utf-8")
    return home


def _attributes(entry: Row) -> str:
    given = {name: value for name, value in entry.items() if value is not None}
    return " ".join(f"{name}={quoteattr(str(value))}" for name, value in given.items())


def many_posts(number: int) -> list[Row]:
    """Solved questions, answered by their askers too."""
    return [
        row
        for key in range(1, number + 1)
        for row in (
            question(key, AcceptedAnswerId=key + 10_000),
            answer(key + 10_000, key),
            answer(key + 20_000, key, OwnerUserId=10, CreationDate="2019-03-03T10:00:00.000"),
        )
    ]


def run(path: Path, **options: Any) -> Report:
    """Import with the defaults of the command."""
    room = ROOMS[options.pop("into", "help")]
    source = Source(
        name=Dump(path).site,
        room=room,
        place=room.find_place("general"),
        by_tag=options.pop("by_tag", {}),
        language="en",
    )
    return import_archive(Dump(path), source, **options)


def request_of(key: int) -> HelpRequest:
    item = ImportedItem.objects.get(kind=HelpRequest.KIND, key=str(key))
    return HelpRequest.objects.get(pk=item.object_id)


def response_of(key: int) -> HelpResponse:
    item = ImportedItem.objects.get(kind=HelpResponse.KIND, key=str(key))
    return HelpResponse.objects.get(pk=item.object_id)


def topic_of(key: int | str) -> ForumTopic:
    item = ImportedItem.objects.get(kind=ForumTopic.KIND, key=str(key))
    return ForumTopic.objects.get(pk=item.object_id)


def post_of(key: int | str) -> ForumPost:
    item = ImportedItem.objects.get(kind=ForumPost.KIND, key=str(key))
    return ForumPost.objects.get(pk=item.object_id)


def snapshot() -> dict[str, Any]:
    """Everything that an import leaves, by keys of the source; JSON-able, without our own keys."""
    items = {item.object_id: item for item in ImportedItem.objects.select_related("author")}
    names = {pk: f"{item.kind} {item.key}" for pk, item in items.items()}
    found: dict[str, Any] = {}
    for model in (HelpRequest, HelpResponse, ForumTopic, ForumPost, ForumCategory):
        for entry in model._default_manager.all():
            found[names.get(entry.pk, str(entry.pk))] = {
                field.name: _known(getattr(entry, field.attname), names)
                for field in model._meta.concrete_fields
                if field.name != "id"
            }
    for item in items.values():
        found[f"item {item.kind} {item.key}"] = {
            field.name: str(getattr(item, field.name))
            for field in ImportedItem._meta.concrete_fields
            if field.name not in ("id", "object_id", "created_at", "updated_at")
        }
    for document in SearchDocument.objects.all():
        found[f"document {names.get(document.object_id)}"] = [
            document.title,
            document.title_words,
            document.body_words,
        ]
    for topic in ForumTopic.objects.with_tags():
        found[f"tags {names.get(topic.pk)}"] = topic.tag_names
    for kind in {item.kind for item in items.values()}:
        for pk, attribution in attribution_of(kind, list(items)).items():
            found[f"attribution {names[pk]}"] = str(attribution)
    return found


def _known(value: Any, names: dict[Any, str]) -> Any:
    return names.get(value, value if isinstance(value, bool | int | None) else str(value))
