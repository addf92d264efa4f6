"""Bring the questions and answers of a Stack Exchange dump in as help requests."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf.global_settings import LANGUAGES
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from wargame_mentorship.core.errors import DomainError, Invalid
from wargame_mentorship.flows.imports.claims import Claimed, claim_author, unclaim_author
from wargame_mentorship.flows.imports.models import ImportedAuthor
from wargame_mentorship.flows.imports.posts import Categories, Report, Source
from wargame_mentorship.flows.imports.run import Progress, import_dump
from wargame_mentorship.flows.imports.stackexchange import Dump, DumpError
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.taxonomy.services import resolve_categories

LISTED = 20
"""Keys that a line of the report names at most; the JSON has all."""

INTERRUPTED = 130

NAMES = {HelpRequest.KIND: "questions", HelpResponse.KIND: "answers"}


class Command(BaseCommand):
    help = (
        "Bring the questions and answers of a Stack Exchange dump in as help requests, with "
        "their authors' names and licence. May be interrupted and run again; what is in already "
        "and was not edited since is left alone. Exits with 1 if a post failed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, help="the dump's folder or Posts.xml")
        parser.add_argument("--into", choices=["help"], help="what the posts become")
        parser.add_argument(
            "--site", default="", help="host name of the site; default: by the folder's name"
        )
        parser.add_argument("--category", default="general", help="slug; default: general")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="TAG=CATEGORY[/SUBCATEGORY]",
            help="where posts with a tag go instead; may be repeated",
        )
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

    def handle(self, *args: Any, **options: Any) -> None:
        if options["claim"] or options["unclaim"]:
            self.attribute(options)
        elif options["path"] is None or options["into"] is None:
            raise CommandError("Say what to import, and into what: PATH --into help")
        else:
            self.import_path(options)

    def import_path(self, options: Mapping[str, Any]) -> None:
        file = options["report"]
        if file is not None and not file.absolute().parent.is_dir():
            raise CommandError(f"There is no folder {file.parent} for the report.")
        try:
            dump = Dump(options["path"], options["site"].lower())
        except (DumpError, OSError) as error:
            raise CommandError(str(error)) from error
        if options["language"] not in dict(LANGUAGES):
            raise CommandError(f"{options['language']} is no language that is known here.")
        source = Source(
            name=dump.site,
            category=categories(options["category"]),
            by_tag=dict(mapped(entry) for entry in options["map"]),
            language=options["language"],
        )
        quiet = options["verbosity"] == 0
        if not quiet:
            self.stderr.write(f"Importing {dump.posts} as {dump.site}.")
        try:
            report = import_dump(
                dump,
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
                file.write_text(json.dumps({"site": dump.site, **report.as_dict()}, indent=2))
            except OSError as error:
                raise CommandError(f"The report cannot be written: {error}") from error
        if not quiet:
            self.show(report, dry_run=options["dry_run"])
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
        posts = {"questions": 0, "answers": 0}

        def tell(progress: Progress) -> None:
            posts[progress.stage] = progress.done
            rate = sum(posts.values()) / max(time.monotonic() - started, 0.001)
            self.stderr.write(
                f"{progress.stage}: {progress.done} ({progress.share:.0%} of the file), "
                f"{rate:.0f} posts/s"
            )

        return tell

    def show(self, report: Report, *, dry_run: bool) -> None:
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
                    self.stdout.write(f"  {label}: {number} {NAMES.get(name, name)}")
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
            ("accepted answer is not in the dump", report.accepted_missing),
        ):
            if keys:
                more = "" if len(keys) <= LISTED else ", …"
                listed = ", ".join(keys[:LISTED])
                self.stdout.write(f"  {label}: {len(keys)} (posts {listed}{more})")
        if not report.changed:
            self.stdout.write("  Nothing has changed.")

    def attribute(self, options: Mapping[str, Any]) -> None:
        """Claim or unclaim an author; whoever may run commands here may decide it."""
        author = find_author(options["claim"] or options["unclaim"], options["site"].lower())
        try:
            if options["claim"]:
                done = claim_author(actor=None, author=author, user=find_user(options["user"]))
            else:
                done = unclaim_author(actor=None, author=author)
        except Invalid as error:
            reasons = [str(text) for found in error.fields.values() for text, _code in found]
            raise CommandError(" ".join(reasons)) from error
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        if done == Claimed():
            self.stdout.write("Nothing has changed.")
            return
        verb = "claimed" if options["claim"] else "unclaimed"
        self.stdout.write(
            f"{verb}: {done.help_requests} help requests, {done.help_responses} responses; "
            f"votes on their own removed: {done.votes_removed}"
        )


def categories(path: str) -> Categories:
    category, _slash, subcategory = path.partition("/")
    try:
        return resolve_categories(category=category, subcategory=subcategory or None)
    except Invalid as error:
        raise CommandError(f"There is no category {path!r} in use.") from error


def mapped(entry: str) -> tuple[str, Categories]:
    tag, equals, path = entry.partition("=")
    if not tag or not equals or not path:
        raise CommandError(f"Write --map like tag=category/subcategory, not {entry!r}.")
    return tag, categories(path)


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
