"""The example backends of the how-to pages, held to the contracts that hosts' are."""

from __future__ import annotations

import importlib.util
from types import ModuleType
from typing import Any

import pytest

from tests.docs.pages import DOCS
from wargame_mentorship.host import Submission
from wargame_mentorship.testing.contracts import ModerationBackendContract
from wargame_mentorship.testing.factories import make_user


def example(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCS / "how-to" / "examples" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def score(text: str) -> float:
    """A classifier that reads its answer off the text."""
    return float(text.rpartition(" ")[2]) if text[-1].isdigit() else 0.0


def make_screening_service() -> Any:
    return example("moderation").ScreeningService(
        classify="tests.docs.test_examples.score", watched_words=("casino",)
    )


class TestScreeningService(ModerationBackendContract):
    def make_backend(self) -> Any:
        return make_screening_service()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("My wash has rings. 0.1", "allow"),
        ("Buy followers here. 0.9", "hold"),
        ("Buy followers now. 0.99", "reject"),
        ("Try our casino. 0.1", "hold"),
    ],
)
def test_screening_service_judges_by_its_score(text: str, outcome: str) -> None:
    submission = Submission(kind="help_request", author=make_user("ada"), text=text)

    assert make_screening_service().screen(submission).outcome == outcome
