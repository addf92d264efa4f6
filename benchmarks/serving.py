"""The server that is measured, and how it tells what a request cost."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import django
from django.db import connection
from django.http import HttpRequest, HttpResponseBase

if sys.version_info >= (3, 12):  # Django 6 needs it
    try:
        from django.tasks.backends.immediate import ImmediateBackend
    except ImportError:
        from django_tasks.backends.immediate import ImmediateBackend
else:
    from django_tasks.backends.immediate import ImmediateBackend

COUNT = "X-Bench-Count"
"""Asks for the answer's `X-Bench-Queries`."""
AT_ONCE = "X-Bench-Tasks"
"""Asks for tasks to run in the request, as they do where no queue is set up."""
QUERIES = "X-Bench-Queries"
THREADS = 2

_request = threading.local()


class LaterOrAtOnce(ImmediateBackend):
    """A queue that costs nothing and forgets; or none, for a request that asks for that."""

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        if getattr(_request, "at_once", False):
            return super().enqueue(task, args, kwargs)
        return None


class Observed:
    """Middleware: counts queries where it is asked to, and costs nothing elsewhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        _request.at_once = AT_ONCE in request.headers
        if COUNT not in request.headers:
            return self.get_response(request)
        counter = Counter()
        with ExitStack() as stack:
            stack.enter_context(connection.execute_wrapper(counter))
            response = self.get_response(request)
        response.headers[QUERIES] = str(counter.queries)
        return response


class Counter:
    """Counts what is asked of the database; savepoints and the like ask nothing."""

    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            self.queries += 1
        return execute(sql, params, many, context)


def serve() -> None:
    """Serve on any free port of this machine and print which, until the process is ended."""
    import waitress  # type: ignore[import-untyped]  # it brings no types
    from django.core.wsgi import get_wsgi_application

    # Whoever measures asks one thing after the other; a queue is nothing to warn of.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = waitress.create_server(
        get_wsgi_application(),
        host="127.0.0.1",
        port=0,
        threads=THREADS,
        ident="",
        max_request_body_size=20 * 2**20,
    )
    print(server.effective_port, flush=True)
    server.run()


if __name__ == "__main__":
    django.setup()
    serve()
