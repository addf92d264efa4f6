"""Recount everything that is stored twice; say, and with --fix repair, what has drifted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from wargame_mentorship.core import recounts
from wargame_mentorship.events.models import Event
from wargame_mentorship.notifications.models import Delivery, EmailState

LATE = timedelta(minutes=5)
"""An event that is not dispatched by now waits for `wm_dispatch`."""

EMAIL_LATE = timedelta(minutes=15)
"""An e-mail that is due since so long: nobody tries, or no server takes it."""


class Command(BaseCommand):
    help = (
        "Recount all counters, search documents and photo files. Exits with 1 if something has "
        "drifted (and --fix was not given), or, with --health, if events or e-mails are left "
        "behind."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", action="store_true", help="repair what has drifted")
        parser.add_argument(
            "--health", action="store_true", help="only look at the backlog; quick, for monitoring"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["health"]:
            self.check_health()
            return
        drifted = 0
        for name, found in recounts.run_all(fix=options["fix"]).items():
            for line in found:
                self.stdout.write(f"{name}: {line}")
            drifted += len(found)
        if drifted and not options["fix"]:
            raise CommandError(f"{drifted} found; run wm_check --fix to repair them.")
        self.stdout.write(f"{drifted} repaired." if drifted else "Everything adds up.")

    def check_health(self) -> None:
        left_behind = [
            problem for problem in (self._check_events(), self._check_emails()) if problem
        ]
        if left_behind:
            raise CommandError(f"{' and '.join(left_behind)} are left behind; run wm_dispatch.")

    def _check_events(self) -> str:
        waiting = Event.objects.filter(
            dispatched_at=None, occurred_at__lte=timezone.now() - LATE
        ).order_by("occurred_at", "pk")
        count = waiting.count()
        oldest = waiting.values_list("occurred_at", flat=True).first()
        failing = waiting.filter(attempts__gt=0).count()
        self.stdout.write(f"events waiting: {count}")
        self.stdout.write(f"events failing: {failing}")
        self.stdout.write(f"oldest: {oldest.isoformat() if oldest else 'none'}")
        return "Events" if count else ""

    def _check_emails(self) -> str:
        waiting = Delivery.objects.filter(email_state=EmailState.WAITING)
        late = waiting.filter(email_after__lte=timezone.now() - EMAIL_LATE).count()
        given_up = Delivery.objects.filter(email_state=EmailState.FAILED).count()
        self.stdout.write(f"e-mails waiting: {waiting.count()}")
        self.stdout.write(f"e-mails late: {late}")
        self.stdout.write(f"e-mails given up: {given_up}")
        return "E-mails" if late else ""
