"""How people block each other: in the way of the host that the suite runs against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps

from tests.api.http import MEMORY_SOCIAL
from wargame_mentorship.testing.backends import MemorySocial

Block = Callable[[Any, Any], None]


@pytest.fixture
def block(settings: Any) -> Block:
    """Make one person block another: in the example site's own app, else in memory."""
    MemorySocial.forget()
    if apps.is_installed("social"):
        from social.models import Block as Row

        def in_the_app(blocker: Any, blocked: Any) -> None:
            Row.objects.create(blocker=blocker, blocked=blocked)

        return in_the_app
    settings.WARGAME_MENTORSHIP = {**settings.WARGAME_MENTORSHIP, "SOCIAL": MEMORY_SOCIAL}
    return MemorySocial.block


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Callable[[], Any]:
    return lambda: django_capture_on_commit_callbacks(execute=True)
