"""What pages share that do one thing with many: what was refused, and how many were done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.moderation.services import Outcome


@dataclass(frozen=True)
class Refusal:
    """Why some of what was chosen is as it was."""

    message: str
    count: int
    """0: nothing was tried at all."""


def refused_input(error: Invalid) -> list[Refusal]:
    """Why nothing was tried."""
    return [Refusal(text, 0) for text in error.texts]


def refusals(outcomes: Iterable[Outcome]) -> list[Refusal]:
    """Why some were not done, each reason once."""
    messages = Counter(
        message
        for outcome in outcomes
        if outcome.error is not None
        for message in (
            outcome.error.texts
            if isinstance(outcome.error, Invalid)
            else [str(outcome.error.message)]
        )
    )
    return [Refusal(message, count) for message, count in messages.items()]


def number_done(request: HttpRequest) -> int:
    """What an address may say is a number, and no more than can be done at once."""
    given = request.GET.get("done", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 0
