from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from wargame_mentorship.host import Submission
from wargame_mentorship.moderation.screening import DefaultModeration
from wargame_mentorship.testing.factories import make_user

pytestmark = pytest.mark.django_db

THREE_LINKS = "https://a.example http://b.example www.c.example"


def screen(text: str, *, days: int = 0, **options: Any) -> tuple[str, tuple[str, ...]]:
    author = make_user(date_joined=timezone.now() - timedelta(days=days))
    verdict = DefaultModeration(**options).screen(
        Submission(kind="help_request", author=author, text=text)
    )
    return verdict.outcome.value, verdict.reasons


@pytest.mark.parametrize(
    ("text", "days", "expected"),
    [
        ("How do I thin this?", 0, ("allow", ())),
        ("See https://a.example and https://b.example", 0, ("allow", ())),
        (THREE_LINKS, 0, ("hold", ("links",))),
        (THREE_LINKS, 30, ("allow", ())),
    ],
)
def test_links_of_new_accounts_are_held(text: str, days: int, expected: Any) -> None:
    assert screen(text, days=days) == expected


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Buy CHEAP recasts here", True),
        ("cheap   recasts", False),
        ("Uncheap recastsy", False),
        ("a (cheap recasts) b", True),
        ("nothing of the kind", False),
    ],
)
def test_watched_words_are_whole_words(text: str, held: bool) -> None:
    outcome, reasons = screen(text, days=30, watched_words=["cheap recasts", "  "])
    assert (outcome == "hold") is held
    assert reasons == (("watched_word",) if held else ())


def test_a_watched_word_is_no_pattern() -> None:
    assert screen("aaaa", days=30, watched_words=["a+", "(a*)*b"]) == ("allow", ())
    assert screen("is it a+ or b?", days=30, watched_words=["a+"])[0] == "hold"
