"""Send a request again and again, with its process killed at each of its writes in turn.

Run in a process of its own, from which others are forked: see `tests/processes.py`.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from itertools import count
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.management import call_command
from django.db import connection, connections
from django.test.utils import setup_test_environment

from tests.api.http import signed_in
from tests.photos.pictures import upload
from wargame_mentorship.core.idempotency import IdempotencyKey
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.models import Delivery, HelpfulVote
from wargame_mentorship.photos import services as photos
from wargame_mentorship.photos.models import Photo
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_user,
)

WRITES = ("INSERT", "UPDATE", "DELETE")


@contextmanager
def killed_at(number: int) -> Iterator[None]:
    """Die at the numbered boundary: before each write, before each commit, and after it."""
    boundaries = count(1)

    def step() -> None:
        if next(boundaries) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def execute(call: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(WRITES):
            step()
        return call(sql, params, many, context)

    database: Any = connection
    commit = database._commit

    def die_around_commit() -> None:
        step()
        commit()
        step()

    database._commit = die_around_commit
    with connection.execute_wrapper(execute):
        yield


def survives(request: Callable[[], Any], number: int) -> bool:
    """Send the request from a process that is killed at this boundary, if it ever gets there."""
    connections.close_all()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        ended = 1
        try:
            with killed_at(number):
                answer = request()
                assert answer.status_code < 300, answer.content
                ended = 0
        except Exception:
            traceback.print_exc()
        os._exit(ended)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL), code
    return code == 0


@dataclass
class Evening:
    """A question with an answer that somebody else found helpful; everybody of it is new."""

    asker: AbstractBaseUser
    helper: AbstractBaseUser
    other: AbstractBaseUser
    moderator: AbstractBaseUser
    question: HelpRequest
    answer: HelpResponse
    photo: Photo

    @classmethod
    def begin(cls) -> Evening:
        asker, helper, other = (make_user(name) for name in ("asker", "helper", "other"))
        question = make_help_request(asker)
        answer = make_response(question, helper)
        services.mark_helpful(actor=other, response=answer)
        photo = photos.upload_photo(actor=asker, file=upload())
        return cls(asker, helper, other, make_moderator(), question, answer, photo)

    def facts(self) -> dict[str, Any]:
        """All that is stored of it, without keys and times."""
        names = {self.asker.pk: "asker", self.helper.pk: "helper", self.other.pk: "other"}
        questions = HelpRequest.objects.filter(requester=self.asker.pk)
        answers = HelpResponse.objects.filter(help_request__in=questions)
        subjects = [*questions.values_list("pk", flat=True), *answers.values_list("pk", flat=True)]
        events = Event.objects.filter(subject_id__in=subjects)
        deliveries = Delivery.objects.filter(event__in=events)
        return {
            "questions": sorted(
                (
                    *(row.title[:6], row.status, row.moderation_state, row.is_public, row.version),
                    *(row.response_count, row.helpful_count),
                    *(names.get(row.assigned_helper_id), row.deleted_at is None),
                    row.needs_info_since is None,
                )
                for row in questions
            ),
            "answers": sorted(
                (
                    *(row.response_text[:6], row.moderation_state, row.version, row.helpful_count),
                    *(row.is_solution, row.deleted_at is None, row.steps.count()),
                )
                for row in answers
            ),
            "photos": Photo.objects.filter(content_id__in=subjects).count(),
            "votes": HelpfulVote.objects.filter(content_id__in=subjects).count(),
            "keys": IdempotencyKey.objects.filter(user_id__in=[*names, self.moderator.pk]).count(),
            "events": Counter(events.values_list("verb", flat=True)),
            "waiting": events.filter(dispatched_at=None).count(),
            "told": Counter(
                (delivery.event.verb, names[delivery.recipient_id])
                for delivery in deliveries.select_related("event")
            ),
        }


@dataclass(frozen=True)
class Request:
    """What is sent to the API, with a key, and by whom."""

    who: str
    method: str
    endpoint: str
    subject: str | None = None
    body: Callable[[Evening], Any] = lambda evening: {}

    def of(self, evening: Evening) -> Callable[[], Any]:
        client = signed_in(getattr(evening, self.who))
        keys = [getattr(evening, self.subject).pk] if self.subject else []
        body = self.body(evening)
        return lambda: client.ask(
            self.method, self.endpoint, *keys, body=body, idempotency_key="the-same"
        )


REQUESTS = {
    "ask": Request(
        *("asker", "POST", "help-requests"),
        body=lambda evening: {
            "title": "Second question",
            "description": "It frosts, @nobody.",
            "category": "painting",
            "photo_ids": [str(evening.photo.pk)],
        },
    ),
    "edit": Request(
        *("asker", "PATCH", "help-request", "question"),
        body=lambda evening: {
            "title": "Edited question",
            "is_public": False,
            "photo_ids": [str(evening.photo.pk)],
        },
    ),
    "respond": Request(
        *("other", "POST", "respond", "question"),
        body=lambda evening: {
            "response_text": "Thin it.",
            "steps": [{"text": "Stir."}, {"text": "Wait."}],
        },
    ),
    "edit answer": Request(
        *("helper", "PATCH", "response", "answer"),
        body=lambda evening: {"response_text": "Edited.", "steps": [{"text": "Stir."}]},
    ),
    "delete answer": Request("helper", "DELETE", "response", "answer"),
    "vote": Request("asker", "POST", "helpful", "answer"),
    "take vote back": Request("other", "DELETE", "helpful", "answer"),
    "accept": Request(
        *("asker", "POST", "accept", "question"),
        body=lambda evening: {"response_id": str(evening.answer.pk)},
    ),
    "claim": Request("helper", "PUT", "assign", "question"),
    "ask back": Request(
        *("helper", "POST", "needs-info", "question"), body=lambda evening: {"question": "Which?"}
    ),
    "close": Request("asker", "POST", "close", "question"),
    "delete": Request("moderator", "DELETE", "help-request", "question"),
    "hide": Request(
        *("moderator", "POST", "hide"),
        body=lambda evening: {
            "content_type": HelpResponse.KIND,
            "object_id": str(evening.answer.pk),
        },
    ),
}


def check_adds_up() -> None:
    call_command("wm_check", stdout=StringIO())


def kill_at_every_write(name: str) -> int:
    """How many boundaries there were; after each death the same request brings the same end.

    The next attempt of the client and the next dispatch are all that it takes.
    """
    setup_test_environment()
    evening = Evening.begin()
    assert survives(REQUESTS[name].of(evening), number=0), "without being killed"
    expected = evening.facts()
    assert expected["waiting"] == 0
    for number in count(1):
        evening = Evening.begin()
        request = REQUESTS[name].of(evening)
        if survives(request, number):
            return number - 1
        check_adds_up()
        again = request()
        assert again.status_code < 300, (number, again.content)
        call_command("wm_dispatch", "--older-than", "0", stdout=StringIO())
        check_adds_up()
        assert evening.facts() == expected, number
    raise AssertionError
