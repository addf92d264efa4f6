"""Dispatch the events that were left behind, and send the e-mails that wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wargame_mentorship.events import services as events
from wargame_mentorship.notifications import services as notifications


class Command(BaseCommand):
    help = (
        "Dispatch events that were committed and never dispatched, and send e-mails that wait: "
        "nothing that happened is left untold. Run it every few minutes; it may run beside the "
        "workers."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--older-than",
            type=float,
            default=60,
            metavar="SECONDS",
            help="leave younger events and e-mails to the workers (60)",
        )
        parser.add_argument(
            "--limit", type=int, default=10_000, help="at most so many of either (10000)"
        )
        parser.add_argument(
            "--failed-emails", action="store_true", help="try again what was given up, first"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        older_than, limit = timedelta(seconds=options["older_than"]), options["limit"]
        dispatched, failed = events.dispatch_left_behind(older_than=older_than, limit=limit)
        self.stdout.write(f"{dispatched} dispatched, {failed} failed.")
        if options["failed_emails"]:
            notifications.try_failed_again()
            # They wait since now.
            older_than = timedelta(0)
        sent, unsent = notifications.send_waiting(older_than=older_than, limit=limit)
        if sent or unsent:
            self.stdout.write(f"{sent} e-mails sent, {unsent} failed.")
        if failed:
            raise CommandError(
                "Some handlers failed; the log of wargame_mentorship.events says why."
            )
        if unsent:
            raise CommandError(
                "Some e-mails were not sent and wait; the log of wargame_mentorship.notifications "
                "says why."
            )
