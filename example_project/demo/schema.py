"""What the club's API documentation leaves out: the endpoints of the Wagtail admin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Endpoint = tuple[str, str, str, Any]


def only_the_public_api(endpoints: Iterable[Endpoint], **kwargs: Any) -> list[Endpoint]:
    """A preprocessing hook of drf-spectacular: path, pattern, method and view of each endpoint."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/")]
