"""What time does: claims, keys, marks and drafts expire; unattached photos go."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from wargame_mentorship.core.idempotency import prune_keys
from wargame_mentorship.forums import services as forums
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.photos import services as photos


class Command(BaseCommand):
    help = (
        "Make the moves that time makes and prune what has expired. Idempotent; run it every "
        "few minutes. Events are never pruned: reputation and metrics are rebuilt from them."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        released = help_requests.release_expired_claims()
        keys = prune_keys()
        now = timezone.now()
        drafts = help_requests.prune_drafts(now) + forums.prune_drafts(now)
        marks = forums.prune_read_marks(now)
        # After the drafts, which keep their photos.
        unattached = photos.prune_unattached(now)
        self.stdout.write(
            f"{released} claims released; {keys} idempotency keys, {drafts} drafts, "
            f"{marks} reading marks and {unattached} photos pruned."
        )
