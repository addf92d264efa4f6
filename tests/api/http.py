"""Asking the API as somebody, whatever prefix the host mounts it at."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.test import override_settings
from django.urls import reverse
from rest_framework.test import APIClient

MEMORY_SOCIAL = {"BACKEND": "wargame_mentorship.testing.backends.MemorySocial"}
BROKEN_SOCIAL = {"BACKEND": "wargame_mentorship.testing.backends.BrokenSocial"}
MARKED_WORDS = {"BACKEND": "wargame_mentorship.testing.backends.MarkedWords"}

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def blocks() -> override_settings:
    """A host whose blocks are `MemorySocial`'s."""
    return override_settings(WARGAME_MENTORSHIP={"SOCIAL": MEMORY_SOCIAL})


def url(name: str, *args: Any, **query: Any) -> str:
    path = reverse(f"wargame_mentorship_api:{name}", args=args)
    return f"{path}?{urlencode(query, doseq=True)}" if query else path


class Api(APIClient):
    """Sends JSON; `ask` names an endpoint instead of an address."""

    def ask(
        self,
        method: str,
        name: str,
        *args: Any,
        body: Any = None,
        query: dict[str, Any] | None = None,
        content_type: str = "application/json",
        **headers: Any,
    ) -> Any:
        """A `body` of bytes is sent as it is; headers are named as in `if_match='"1"'`."""
        if body is None:
            body = b""
        elif not isinstance(body, bytes):
            body = json.dumps(body).encode()
        return self.generic(
            method,
            url(name, *args, **(query or {})),
            body,
            content_type,
            headers={key.replace("_", "-"): value for key, value in headers.items()},
        )


def anonymous() -> Api:
    return Api()


def signed_in(user: Any) -> Api:
    client = Api()
    client.force_login(user)
    return client


def fields_of(answer: Any) -> dict[str, list[str]]:
    """The codes of a 400, by field."""
    assert answer.status_code == 400, (answer.status_code, answer.content)
    return {
        name: [error["code"] for error in errors]
        for name, errors in answer.json()["fields"].items()
    }


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]
