"""One photo for each of many things, as the steps of an answer have them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.photos.conftest import attach, files, make_photo
from wargame_mentorship.core.errors import SignInRequired
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.host import Viewer
from wargame_mentorship.photos import services
from wargame_mentorship.photos.models import Photo

KIND = "help_response_step"


def places(*keys: Any) -> list[Any]:
    return [Photo.objects.get(pk=key).content_id for key in keys]


def test_photos_are_placed_moved_and_dropped_at_once(
    ada: Any, django_capture_on_commit_callbacks: Any
) -> None:
    one, two, three = (make_photo(ada) for _ in range(3))
    first, second, third = uuid4(), uuid4(), uuid4()
    assert (
        services.place_photos(
            actor=ada, kind=KIND, content_ids=[], placed={first: one.pk, second: two.pk}
        )
        == set()
    )
    assert places(one.pk, two.pk) == [first, second]

    with django_capture_on_commit_callbacks(execute=True):
        missing = services.place_photos(
            actor=ada,
            kind=KIND,
            content_ids=[first, second],
            placed={second: one.pk, third: three.pk},
        )

    assert missing == set()
    assert places(one.pk, three.pk) == [second, third]
    assert not Photo.objects.filter(pk=two.pk).exists()
    assert two.file.name not in files()


def test_what_cannot_be_placed_is_named(ada: Any, bruno: Any, question: HelpRequest) -> None:
    fine, strange, taken = make_photo(ada), make_photo(bruno), make_photo(ada)
    attach(taken, question, ada)
    placed = {uuid4(): key for key in (fine.pk, strange.pk, taken.pk, uuid4())}

    missing = services.place_photos(actor=ada, kind=KIND, content_ids=[], placed=placed)

    assert missing == set(placed.values()) - {fine.pk}
    assert places(strange.pk, taken.pk) == [None, question.pk]
    with pytest.raises(SignInRequired):
        services.place_photos(actor=Viewer(None), kind=KIND, content_ids=[], placed={})


def test_many_cost_as_many_queries_as_one(ada: Any) -> None:
    def queries(count: int) -> int:
        placed = {uuid4(): make_photo(ada).pk for _ in range(count)}
        with CaptureQueriesContext(connection) as captured:
            services.place_photos(actor=ada, kind=KIND, content_ids=[], placed=placed)
        return len(captured)

    assert queries(1) == queries(6)


def test_photos_of_several_kinds_are_one_query(ada: Any, question: HelpRequest) -> None:
    attached, placed, step = make_photo(ada), make_photo(ada), uuid4()
    attach(attached, question, ada)
    services.place_photos(actor=ada, kind=KIND, content_ids=[], placed={step: placed.pk})

    with CaptureQueriesContext(connection) as captured:
        found = services.photos_of_kinds({"help_request": [question.pk], KIND: [step], "x": []})

    assert found == {question.pk: [attached], step: [placed]}
    assert len(captured) == 1
    # A key of another kind is another thing.
    assert services.photos_of_kinds({KIND: [question.pk]}) == {question.pk: []}
