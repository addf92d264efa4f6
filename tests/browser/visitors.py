"""People with browsers of their own, who come to the pages of a running site."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer


class Visitor:
    """Somebody with a browser of their own; what the browser complains of is kept."""

    def __init__(self, context: BrowserContext, server: LiveServer) -> None:
        self.context, self.server = context, server
        self.complaints: list[str] = []
        self.page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: Any) -> None:
        # Whether a site has an icon is not our business.
        is_ours = not message.location["url"].endswith("/favicon.ico")
        if message.type in {"error", "warning"} and is_ours:
            self.complaints.append(message.text)

    def sign_in(self, user: Any) -> Visitor:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": self.server.url}]
        )
        return self

    def go(self, path: str) -> Page:
        self.page.goto(self.server.url + path)
        return self.page
