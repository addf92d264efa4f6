"""Bring the topics and posts of a Discourse forum in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from wargame_mentorship.flows.imports.discourse import Forum
from wargame_mentorship.flows.imports.posts import Source
from wargame_mentorship.flows.imports.reading import Archive
from wargame_mentorship.flows.imports.rooms import ROOMS
from wargame_mentorship.management.importing import ImportCommand, find_place, mapped


class Command(ImportCommand):
    help = (
        "Bring the topics and posts of a Discourse forum into the forums, from the JSON that its "
        "public API gives, with their authors' names. May be interrupted and run again; what is "
        "in already and was not edited since is left alone. Exits with 1 if a post failed."
    )
    path_help = "the folder with categories.json and t/"
    site_help = "host name of the forum; default: the folder's name"
    missing_path = "Say what to import: the folder with categories.json and t/"

    def add_places(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--category",
            help="slug of a forum category for topics whose own is not listed; default: skip them",
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="SLUG=CATEGORY",
            help="the forum category for a category of the forum, instead of one with the same "
            "slug; may be repeated",
        )
        parser.add_argument(
            "--licence", default="", help="of what people wrote there, such as: CC BY-SA 4.0"
        )

    def open(self, path: Path, options: Mapping[str, Any]) -> Archive:
        return Forum(path, options["site"], licence=options["licence"])

    def source_of(self, archive: Archive, options: Mapping[str, Any]) -> Source:
        room = ROOMS["forums"]
        return Source(
            name=archive.site,
            room=room,
            place=find_place(room, options["category"]) if options["category"] else None,
            by_slug=mapped(room, options["map"], metavar="slug=category"),
            language=options["language"],
        )
