"""Sends what members report to the club's own inbox (`WARGAME_MENTORSHIP["MODERATION"]`)."""

from __future__ import annotations

from inbox.models import Entry
from wargame_mentorship.host import ReportedCase
from wargame_mentorship.moderation.screening import DefaultModeration


class InboxModeration(DefaultModeration):
    """Screens as the package does, and decides on flags in an inbox of its own."""

    def has_own_queue(self) -> bool:
        return True

    def report(self, case: ReportedCase) -> None:
        Entry.objects.update_or_create(
            case_id=case.case_id,
            defaults={
                "title": case.title,
                "url": case.url,
                "text_html": case.text_html,
                "flags": [{"reason": flag.reason, "note": flag.note} for flag in case.flags],
                "reported_at": case.opened_at,
                # A new flag opens a case that was decided.
                "decision": "",
                "decided_by": None,
            },
        )
