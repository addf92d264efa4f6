"""The screening that needs no set-up (`WARGAME_MENTORSHIP["MODERATION"]`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from wargame_mentorship.core import registry
from wargame_mentorship.core.mixins import COUNTED
from wargame_mentorship.host import Submission, Verdict, Viewer, is_younger_than
from wargame_mentorship.host.moderation import ALLOW, BuiltInQueue, Outcome
from wargame_mentorship.moderation import rules
from wargame_mentorship.reputation import services as reputation

_LINK = re.compile(r"\bhttps?://|\bwww\.", re.IGNORECASE)

SHORT_WHILE = timedelta(minutes=1)
"""Within which somebody may write `too_fast`: nobody writes several answers in it by hand."""


class DefaultModeration(BuiltInQueue):
    """Holds links by new accounts, and watched words; everything else passes.

    More is held where it is asked for; what somebody writes who moderates there is not.

    Args:
        watched_words: words or phrases, compared without regard to case, as whole words.
        new_account_days: how long an account counts as new; an account whose age the host
            does not know is never new.
        links_allowed: so many links a new account may post at once.
        first_posts: until so many things of somebody are seen by everybody, each is held.
        media: whether photos of new accounts are held.
        too_fast: so many things somebody may write within a minute; what comes after is held.
        trust: until so many helpful votes were given to somebody, whatever they write is held.

    Raises:
        ValueError: a number is none, or less than 0.
    """

    def __init__(
        self,
        watched_words: Sequence[str] = (),
        new_account_days: int = 3,
        links_allowed: int = 2,
        first_posts: int = 0,
        media: bool = False,
        too_fast: int = 0,
        trust: int = 0,
    ) -> None:
        numbers: dict[str, Any] = {
            "new_account_days": new_account_days,
            "links_allowed": links_allowed,
            "first_posts": first_posts,
            "too_fast": too_fast,
            "trust": trust,
        }
        for name, number in numbers.items():
            if not isinstance(number, int) or isinstance(number, bool) or number < 0:
                raise ValueError(f"{name} must be a whole number, not {number!r}")
        if not isinstance(media, bool):
            raise ValueError(f"media must be True or False, not {media!r}")
        self.new_account = timedelta(days=new_account_days)
        self.links_allowed = links_allowed
        self.first_posts = first_posts
        self.media = media
        self.too_fast = too_fast
        self.trust = trust
        words = "|".join(re.escape(word) for word in watched_words if word.strip())
        self.watched = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) if words else None

    def screen(self, submission: Submission) -> Verdict:
        reasons = []
        if self.watched and self.watched.search(submission.text):
            reasons.append("watched_word")
        if self._is_new(submission) and self._links(submission) > self.links_allowed:
            reasons.append("links")
        careful = list(self._careful(submission))
        if careful and not self._moderates(submission):
            reasons += careful
        return Verdict(Outcome.HOLD, tuple(reasons)) if reasons else ALLOW

    def _careful(self, submission: Submission) -> Iterator[str]:
        """What is a reason only where the host has said so."""
        author = submission.author.pk
        if self.first_posts and not _has_written(author, COUNTED, self.first_posts):
            yield "first_post"
        if self.media and submission.photo_count and self._is_new(submission):
            yield "media"
        lately = Q(created_at__gt=timezone.now() - SHORT_WHILE)
        if self.too_fast and _has_written(author, lately, self.too_fast):
            yield "too_fast"
        if self.trust and reputation.helpful_votes_received(author) < self.trust:
            yield "trust"

    def _links(self, submission: Submission) -> int:
        return len(_LINK.findall(submission.text))

    def _is_new(self, submission: Submission) -> bool:
        return is_younger_than(self.new_account, submission.author)

    def _moderates(self, submission: Submission) -> bool:
        theirs = rules.moderated_ids(Viewer(submission.author))
        return not theirs.isdisjoint(submission.category_ids)


def _has_written(author: Any, condition: Q, number: int) -> bool:
    """Whether somebody has written so many things of which this is true, of whichever kind."""
    for kind, hooks in registry.moderated_kinds():
        if number > 0:
            theirs = Q(**{hooks.author: author})
            number -= kind.model._default_manager.filter(theirs, condition)[:number].count()
    return number <= 0
