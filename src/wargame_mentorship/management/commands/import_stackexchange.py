"""Bring the questions and answers of a Stack Exchange dump in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from wargame_mentorship.flows.imports.posts import Source
from wargame_mentorship.flows.imports.reading import Archive
from wargame_mentorship.flows.imports.rooms import ROOMS
from wargame_mentorship.flows.imports.stackexchange import Dump
from wargame_mentorship.management.importing import ImportCommand, find_place, mapped


class Command(ImportCommand):
    help = (
        "Bring the questions and answers of a Stack Exchange dump in, as help requests or into "
        "the forums, with their authors' names and licence. May be interrupted and run again; "
        "what is in already and was not edited since is left alone. Exits with 1 if a post failed."
    )
    path_help = "the dump's folder or Posts.xml"
    site_help = "host name of the site; default: by the folder's name"
    missing_path = "Say what to import: the folder of a dump"

    def add_places(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--into", choices=list(ROOMS), default="help", help="the room they go to; default: help"
        )
        parser.add_argument(
            "--category",
            default="general",
            help="slug, of a forum category with --into forums; default: general",
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="TAG=CATEGORY[/SUBCATEGORY]",
            help="where posts with a tag go instead; may be repeated",
        )

    def open(self, path: Path, options: Mapping[str, Any]) -> Archive:
        return Dump(path, options["site"])

    def source_of(self, archive: Archive, options: Mapping[str, Any]) -> Source:
        room = ROOMS[options["into"]]
        return Source(
            name=archive.site,
            room=room,
            place=find_place(room, options["category"]),
            by_tag=mapped(room, options["map"], metavar="tag=category/subcategory"),
            language=options["language"],
        )
