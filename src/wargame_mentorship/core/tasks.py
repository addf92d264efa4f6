"""The task decorator: Django's own on Django 6, its backport `django_tasks` on Django 5.2.

Both read the host's `TASKS` setting; without one a task runs at once, in the same process.
Tasks are module-level functions, take JSON-able ids, re-read, and may safely run twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction

if TYPE_CHECKING:
    from django.tasks import task
else:
    try:
        from django.tasks import task
    except ImportError:  # Django 5.2
        from django_tasks import task

__all__ = ["enqueue_on_commit", "task"]

logger = logging.getLogger("wargame_mentorship.tasks")


def enqueue_on_commit(queued: Any, *args: str) -> None:
    """Enqueue a task when (and only if) the running transaction commits.

    A queue that cannot be reached does not undo what is already written: it is logged, and
    `wm_dispatch` or `wm_tick` picks the work up later.
    """
    transaction.on_commit(partial(_enqueue, queued.enqueue, *args))


def _enqueue(enqueue: Callable[..., Any], *args: str) -> None:
    try:
        enqueue(*args)
    except Exception:
        logger.exception("A task could not be enqueued.")
