"""A strict Content-Security-Policy, to show that the plugin's pages work under one."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'; manifest-src 'self'"
)

# These bring inline styles of their own: Wagtail's admin and Swagger UI.
LAX_PATHS = ("/admin/", "/api/docs")


class ContentSecurityPolicy:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(LAX_PATHS):
            response.headers.setdefault("Content-Security-Policy", STRICT)
        return response
