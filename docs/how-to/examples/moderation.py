"""Screens with a service of the site's own, after what the package does by itself."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.module_loading import import_string

from wargame_mentorship.host import Submission, Verdict
from wargame_mentorship.host.moderation import Outcome
from wargame_mentorship.moderation.screening import DefaultModeration


class ScreeningService(DefaultModeration):
    """`classify` is the dotted path of a function from a text to a score from 0 to 1."""

    def __init__(self, classify: str, watched_words: tuple[str, ...] = ()) -> None:
        super().__init__(watched_words=watched_words)
        self.classify: Callable[[str], float] = import_string(classify)

    def screen(self, submission: Submission) -> Verdict:
        verdict = super().screen(submission)
        if verdict.outcome != Outcome.ALLOW:
            return verdict
        score = self.classify(submission.text)
        if score > 0.98:
            return Verdict(Outcome.REJECT, ("classifier",))
        if score > 0.8:
            return Verdict(Outcome.HOLD, ("classifier",))
        return verdict
