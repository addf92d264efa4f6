"""The screening that needs no set-up (`WARGAME_MENTORSHIP["MODERATION"]`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from wargame_mentorship.host import Submission, Verdict, users
from wargame_mentorship.host.moderation import ALLOW, BuiltInQueue, Outcome

_LINK = re.compile(r"\bhttps?://|\bwww\.", re.IGNORECASE)


class DefaultModeration(BuiltInQueue):
    """Holds links by new accounts, and watched words; everything else passes.

    Args:
        watched_words: words or phrases, compared without regard to case, as whole words.
        new_account_days: how long an account counts as new; an account whose age the host
            does not know is never new.
        links_allowed: so many links a new account may post at once.
    """

    def __init__(
        self,
        watched_words: Sequence[str] = (),
        new_account_days: int = 3,
        links_allowed: int = 2,
    ) -> None:
        self.new_account = timedelta(days=new_account_days)
        self.links_allowed = links_allowed
        words = "|".join(re.escape(word) for word in watched_words if word.strip())
        self.watched = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) if words else None

    def screen(self, submission: Submission) -> Verdict:
        reasons = []
        if self.watched and self.watched.search(submission.text):
            reasons.append("watched_word")
        if self._is_new(submission) and self._links(submission) > self.links_allowed:
            reasons.append("links")
        return Verdict(Outcome.HOLD, tuple(reasons)) if reasons else ALLOW

    def _links(self, submission: Submission) -> int:
        return len(_LINK.findall(submission.text))

    def _is_new(self, submission: Submission) -> bool:
        joined_at = users().joined_at(submission.author)
        return joined_at is not None and timezone.now() - joined_at < self.new_account
