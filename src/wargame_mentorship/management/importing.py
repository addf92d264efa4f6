"""What the commands that import have in common: options, progress, the report, claims."""

from __future__ import annotations

import json
import time
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from django.conf.global_settings import LANGUAGES
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from wargame_mentorship.core.errors import DomainError, Invalid
from wargame_mentorship.flows.imports.claims import Claimed, claim_author, unclaim_author
from wargame_mentorship.flows.imports.models import ImportedAuthor
from wargame_mentorship.flows.imports.posts import Place, Report, Source
from wargame_mentorship.flows.imports.reading import Archive, ArchiveError
from wargame_mentorship.flows.imports.rooms.base import Room
from wargame_mentorship.flows.imports.run import Progress, import_archive

LISTED = 20
"""Keys that a line of the report names at most; the JSON has all."""

INTERRUPTED = 130


class ImportCommand(BaseCommand):
    """Imports the archive of a site, or gives an author's posts to an account."""

    path_help: ClassVar[str]
    site_help: ClassVar[str]
    missing_path: ClassVar[str]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, help=self.path_help)
        parser.add_argument("--site", default="", help=self.site_help)
        self.add_places(parser)
        parser.add_argument("--language", default="en", help="of the posts; default: en")
        parser.add_argument("--dry-run", action="store_true", help="do all of it, then undo it")
        parser.add_argument("--report", type=Path, metavar="FILE", help="write it as JSON, too")
        parser.add_argument(
            "--claim", metavar="SOURCE_USER_ID", help="give an author's posts to --user"
        )
        parser.add_argument("--user", metavar="USERNAME", help="the account that claims")
        parser.add_argument(
            "--unclaim", metavar="SOURCE_USER_ID", help="take an author's posts back"
        )

    @abstractmethod
    def add_places(self, parser: CommandParser) -> None:
        """The options that say where posts go."""

    @abstractmethod
    def open(self, path: Path, options: Mapping[str, Any]) -> Archive:
        """Raises: ArchiveError, OSError: no archive is there."""

    @abstractmethod
    def source_of(self, archive: Archive, options: Mapping[str, Any]) -> Source:
        """Raises: CommandError: an option names what is not there."""

    def handle(self, *args: Any, **options: Any) -> None:
        options["site"] = options["site"].lower()
        if options["claim"] or options["unclaim"]:
            self.attribute(options)
        elif options["path"] is None:
            raise CommandError(self.missing_path)
        else:
            self.import_path(options)

    def import_path(self, options: Mapping[str, Any]) -> None:
        file = options["report"]
        if file is not None and not file.absolute().parent.is_dir():
            raise CommandError(f"There is no folder {file.parent} for the report.")
        try:
            archive = self.open(options["path"], options)
        except (ArchiveError, OSError) as error:
            raise CommandError(str(error)) from error
        if options["language"] not in dict(LANGUAGES):
            raise CommandError(f"{options['language']} is no language that is known here.")
        source = self.source_of(archive, options)
        quiet = options["verbosity"] == 0
        if not quiet:
            self.stderr.write(f"Importing {options['path']} as {archive.site}.")
        try:
            report = import_archive(
                archive,
                source,
                dry_run=options["dry_run"],
                listener=None if quiet else self.listener(),
            )
        except KeyboardInterrupt as error:
            message = "Interrupted. Run the same command again to go on."
            raise CommandError(message, returncode=INTERRUPTED) from error
        except (DatabaseError, DomainError, OSError) as error:
            why = error.message if isinstance(error, DomainError) else error
            raise CommandError(
                f"Stopped: {why}\nFinished batches are kept. Run the same command again to go on."
            ) from error
        if file is not None:
            try:
                file.write_text(json.dumps({"site": archive.site, **report.as_dict()}, indent=2))
            except OSError as error:
                raise CommandError(f"The report cannot be written: {error}") from error
        if not quiet:
            self.show(report, archive, source.room, dry_run=options["dry_run"])
        if report.errors:
            lines = [f"post {key}: {text}" if key else text for key, text in report.errors]
            raise CommandError(
                "\n".join(
                    [
                        *lines,
                        f"{len(lines)} failed; all else is in. Mend them and run the same command "
                        "again.",
                    ]
                )
            )

    def listener(self) -> Any:
        started = time.monotonic()
        posts: dict[str, int] = {}

        def tell(progress: Progress) -> None:
            posts[progress.stage] = progress.done
            rate = sum(posts.values()) / max(time.monotonic() - started, 0.001)
            self.stderr.write(
                f"{progress.stage}: {progress.done} ({progress.share:.0%} of what there is to "
                f"read), {rate:.0f} posts/s"
            )

        return tell

    def show(self, report: Report, archive: Archive, room: Room, *, dry_run: bool) -> None:
        names = dict(zip((model.KIND for model in room.models), archive.stages, strict=True))
        self.stdout.write("Dry run, nothing was kept. It would be:" if dry_run else "Done.")
        for label, counts in (
            ("created", report.created),
            ("updated", report.updated),
            ("unchanged", report.unchanged),
            ("edited there, but changed or removed here, so left", report.kept),
            ("skipped", report.skipped),
        ):
            for name, number in sorted(counts.items()):
                if number:
                    self.stdout.write(f"  {label}: {number} {names.get(name, name)}")
        for label, number in (
            ("new authors", report.authors),
            ("authors named", report.renamed),
            ("solutions marked", report.accepted),
            ("without an owner", report.without_owner),
        ):
            if number:
                self.stdout.write(f"  {label}: {number}")
        for label, keys in (
            ("shortened, with a link to the rest", report.cut),
            ("not all of their posts are in the files", report.incomplete),
            ("accepted answer did not come along", report.accepted_missing),
        ):
            if keys:
                more = "" if len(keys) <= LISTED else ", …"
                listed = ", ".join(keys[:LISTED])
                self.stdout.write(f"  {label}: {len(keys)} (posts {listed}{more})")
        if not report.changed:
            self.stdout.write("  Nothing has changed.")

    def attribute(self, options: Mapping[str, Any]) -> None:
        """Claim or unclaim an author; whoever may run commands here may decide it."""
        author = find_author(options["claim"] or options["unclaim"], options["site"])
        try:
            if options["claim"]:
                done = claim_author(actor=None, author=author, user=find_user(options["user"]))
            else:
                done = unclaim_author(actor=None, author=author)
        except Invalid as error:
            raise CommandError(" ".join(error.texts)) from error
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        if done == Claimed():
            self.stdout.write("Nothing has changed.")
            return
        verb = "claimed" if options["claim"] else "unclaimed"
        self.stdout.write(
            f"{verb}: {', '.join(done.named())}; votes on their own removed: {done.votes_removed}"
        )


def find_place(room: Room, path: str) -> Place:
    try:
        return room.find_place(path)
    except Invalid as error:
        raise CommandError(f"There is no category {path!r} in use.") from error


def mapped(room: Room, entries: list[str], *, metavar: str) -> dict[str, Place]:
    """Where `--map` sends what, by what is before the equals sign."""
    found = {}
    for entry in entries:
        name, equals, path = entry.partition("=")
        if not name or not equals or not path:
            raise CommandError(f"Write --map like {metavar}, not {entry!r}.")
        found[name] = find_place(room, path)
    return found


def find_author(key: str, site: str) -> ImportedAuthor:
    authors = list(ImportedAuthor.objects.filter(key=key).order_by("source"))
    if site:
        authors = [author for author in authors if author.source == site]
    if not authors:
        raise CommandError(f"No author {key} was imported{f' from {site}' if site else ''}.")
    if len(authors) > 1:
        sites = ", ".join(author.source for author in authors)
        raise CommandError(f"Several sites have an author {key}; add --site, one of: {sites}")
    return authors[0]


def find_user(username: str | None) -> Any:
    if not username:
        raise CommandError("Say which account claims them: --user USERNAME")
    people: Any = get_user_model()._default_manager
    user = people.filter(**{people.model.USERNAME_FIELD: username}).first()
    if user is None:
        raise CommandError(f"There is no user {username}.")
    return user
