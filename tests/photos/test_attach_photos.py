from __future__ import annotations

import datetime as dt
import threading
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tests.photos.conftest import attach, ids_of, is_stored, make_photo
from wargame_mentorship.core.errors import Busy, Invalid, SignInRequired
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.host import Viewer
from wargame_mentorship.photos import services
from wargame_mentorship.photos.models import RENDITION_SPECS, Photo
from wargame_mentorship.testing.factories import make_help_request, make_user


def attach_ids(actor: Any, question: HelpRequest, *photo_ids: Any, most: int = 8) -> list[Photo]:
    return services.attach_photos(
        actor=actor,
        kind=HelpRequest.KIND,
        content_id=question.pk,
        photo_ids=list(photo_ids),
        most=most,
    )


def replace(actor: Any, question: HelpRequest, *photo_ids: Any, most: int = 8) -> list[Photo]:
    return services.replace_photos(
        actor=actor,
        kind=HelpRequest.KIND,
        content_id=question.pk,
        photo_ids=list(photo_ids),
        most=most,
    )


def code_of(caught: pytest.ExceptionInfo[Invalid]) -> str:
    ((_message, code),) = caught.value.fields["photo_ids"]
    return code


def test_photos_keep_their_order(ada: AbstractBaseUser, question: HelpRequest) -> None:
    first, second, third = (make_photo(ada) for _ in range(3))

    attached = attach_ids(ada, question, third.pk, first.pk)
    attached += attach_ids(ada, question, second.pk)

    wanted = [third.pk, first.pk, second.pk]
    assert [photo.pk for photo in attached] == ids_of(question) == wanted


def test_foreign_photo_is_refused_with_all_others(
    ada: AbstractBaseUser, bruno: AbstractBaseUser, question: HelpRequest
) -> None:
    mine, theirs = make_photo(ada), make_photo(bruno)

    with pytest.raises(Invalid) as caught:
        attach_ids(ada, question, mine.pk, theirs.pk)

    assert code_of(caught) == "unavailable"
    assert ids_of(question) == []


@pytest.mark.parametrize("case", ["missing", "attached here", "attached elsewhere", "unowned"])
def test_unavailable_photo_is_refused(
    ada: AbstractBaseUser, question: HelpRequest, case: str
) -> None:
    photo = make_photo(ada)
    if case == "attached here":
        attach(photo, question, ada)
    elif case == "attached elsewhere":
        attach(photo, make_help_request(ada), ada)
    elif case == "unowned":
        Photo.objects.filter(pk=photo.pk).update(owner=None)
    wanted = uuid4() if case == "missing" else photo.pk

    with pytest.raises(Invalid) as caught:
        attach_ids(ada, question, wanted)

    assert code_of(caught) == "unavailable"


def test_one_photo_twice_is_refused(ada: AbstractBaseUser, question: HelpRequest) -> None:
    photo = make_photo(ada)

    with pytest.raises(Invalid) as caught:
        attach_ids(ada, question, photo.pk, photo.pk)

    assert code_of(caught) == "duplicate"


def test_more_than_the_room_allows_are_refused(
    ada: AbstractBaseUser, question: HelpRequest
) -> None:
    photos = [make_photo(ada) for _ in range(3)]
    attach_ids(ada, question, photos[0].pk, most=2)

    with pytest.raises(Invalid) as caught:
        attach_ids(ada, question, photos[1].pk, photos[2].pk, most=2)

    assert code_of(caught) == "too_many"
    assert attach_ids(ada, question, photos[1].pk, most=2)


def test_nobody_attaches_nothing(question: HelpRequest, ada: AbstractBaseUser) -> None:
    with pytest.raises(SignInRequired):
        attach_ids(Viewer(None), question, make_photo(ada).pk)
    assert attach_ids(ada, question) == []


def test_sizes_are_made_once_it_is_committed(
    ada: AbstractBaseUser, question: HelpRequest, committed: Any
) -> None:
    photo = make_photo(ada)

    with committed():
        attach(photo, question, ada)
        assert not photo.renditions.exists()

    made = dict(photo.renditions.values_list("filter_spec", "file"))
    assert set(made) == set(RENDITION_SPECS.values())
    assert all(is_stored(name) for name in made.values())


def test_many_things_cost_as_much_as_two(
    ada: AbstractBaseUser, django_assert_num_queries: Any
) -> None:
    questions = [make_help_request(ada) for _ in range(20)]
    for question in questions[:19]:
        attach(make_photo(ada), question, ada)

    for some in (questions[:2], questions):
        with django_assert_num_queries(1):
            found = services.photos_of(HelpRequest.KIND, [question.pk for question in some])
            urls = {photo.url for photos in found.values() for photo in photos}
        assert set(found) == {question.pk for question in some}
        assert len(urls) == min(len(some), 19)
    assert found[questions[19].pk] == []
    with django_assert_num_queries(0):
        assert services.photos_of(HelpRequest.KIND, []) == {}


def test_photos_of_other_kinds_stay_apart(ada: AbstractBaseUser, question: HelpRequest) -> None:
    attach(make_photo(ada), question, ada)

    assert services.photos_of("help_response", [question.pk]) == {question.pk: []}


def test_waiting_photos_are_found_again(
    ada: AbstractBaseUser, bruno: AbstractBaseUser, question: HelpRequest
) -> None:
    first, second, theirs = make_photo(ada), make_photo(ada), make_photo(bruno)
    attached = attach(make_photo(ada), question, ada)
    ids = [second.pk, theirs.pk, attached.pk, uuid4(), first.pk, second.pk]

    assert services.unattached_photos(ada, ids) == [second, first]
    assert services.unattached_photos(Viewer(None), ids) == []


def test_replacing_keeps_adds_orders_and_removes(
    ada: AbstractBaseUser, question: HelpRequest, committed: Any
) -> None:
    with committed():
        old = [attach(make_photo(ada), question, ada) for _ in range(3)]
        new = make_photo(ada)
    gone = {old[1].file.name, *old[1].renditions.values_list("file", flat=True)}
    assert len(gone) == 3

    with committed():
        result = replace(ada, question, old[2].pk, new.pk, old[0].pk)
        assert all(is_stored(name) for name in gone)

    assert [photo.pk for photo in result] == ids_of(question) == [old[2].pk, new.pk, old[0].pk]
    assert not Photo.objects.filter(pk=old[1].pk).exists()
    assert not any(is_stored(name) for name in gone)
    assert new.renditions.count() == 2


def test_replacing_by_nothing_removes_all(ada: AbstractBaseUser, question: HelpRequest) -> None:
    attach(make_photo(ada), question, ada)

    assert replace(ada, question) == []
    assert not Photo.objects.exists()


def test_moderator_keeps_photos_of_others_but_adds_none(
    ada: AbstractBaseUser, bruno: AbstractBaseUser, question: HelpRequest
) -> None:
    attached, waiting = attach(make_photo(ada), question, ada), make_photo(ada)

    assert replace(bruno, question, attached.pk) == [attached]
    with pytest.raises(Invalid) as caught:
        replace(bruno, question, attached.pk, waiting.pk)
    assert code_of(caught) == "unavailable"


@pytest.mark.parametrize(("how_many", "code"), [(3, "too_many"), (2, "duplicate")])
def test_refused_replacement_changes_nothing(
    ada: AbstractBaseUser, question: HelpRequest, how_many: int, code: str
) -> None:
    attached = attach(make_photo(ada), question, ada)

    with pytest.raises(Invalid) as caught:
        replace(ada, question, *[attached.pk] * how_many, most=2)

    assert code_of(caught) == code
    assert ids_of(question) == [attached.pk]


def test_photo_of_another_thing_is_not_stolen(ada: AbstractBaseUser, question: HelpRequest) -> None:
    elsewhere = make_help_request(ada)
    attached = attach(make_photo(ada), elsewhere, ada)

    with pytest.raises(Invalid):
        replace(ada, question, attached.pk)

    assert ids_of(elsewhere) == [attached.pk]


@pytest.mark.parametrize(
    "columns",
    [
        {"content_type": "help_request", "content_id": None},
        {"content_type": "", "content_id": "018f4e3e-0000-7000-8000-000000000000"},
        {"stage": "finished"},
    ],
)
def test_database_refuses_what_is_half_attached(
    ada: AbstractBaseUser, columns: dict[str, Any]
) -> None:
    photo = make_photo(ada)

    with pytest.raises(IntegrityError), transaction.atomic():
        Photo.objects.filter(pk=photo.pk).update(**columns)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_who_attach_the_same_photos_one_gets_all() -> None:
    """Overlapping sets, named in opposite orders, eight at a time, twenty times over."""
    owner = make_user()
    for _ in range(20):
        photos = Photo.objects.bulk_create(
            Photo(owner_id=owner.pk, file="photos/x.jpg", width=1, height=1) for _ in range(4)
        )
        ids = [photo.pk for photo in photos]
        barrier = threading.Barrier(8)
        outcomes: list[str] = []

        def attach_them(
            number: int,
            ids: list[Any] = ids,
            barrier: threading.Barrier = barrier,
            outcomes: list[str] = outcomes,
        ) -> None:
            content_id = uuid4()
            barrier.wait()
            try:
                services.attach_photos(
                    actor=owner,
                    kind=f"kind-{number}",
                    content_id=content_id,
                    photo_ids=ids if number % 2 else ids[::-1],
                )
                outcomes.append(f"kind-{number}")
            except Invalid as error:
                outcomes.append(error.fields["photo_ids"][0][1])
            except Busy:
                outcomes.append("busy")
            finally:
                connection.close()

        threads = [threading.Thread(target=attach_them, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        winners = [outcome for outcome in outcomes if outcome.startswith("kind-")]
        assert len(winners) == 1
        assert len(outcomes) == 8
        assert set(outcomes) <= {*winners, "unavailable", "busy"}
        attached = Photo.objects.filter(pk__in=ids).values_list("content_type", flat=True)
        assert set(attached) == set(winners)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_photo_is_either_attached_or_pruned() -> None:
    """It waited for a day, and is attached in the moment in which it goes."""
    owner = make_user()
    for _ in range(20):
        photo = Photo.objects.create(owner_id=owner.pk, file="photos/x.jpg", width=1, height=1)
        barrier = threading.Barrier(2)
        attached: list[bool] = []

        def prune(barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            try:
                services.prune_unattached(timezone.now() + dt.timedelta(hours=25))
            finally:
                connection.close()

        def attach_it(
            pk: Any = photo.pk,
            barrier: threading.Barrier = barrier,
            attached: list[bool] = attached,
        ) -> None:
            barrier.wait()
            try:
                services.attach_photos(
                    actor=owner, kind="some_kind", content_id=uuid4(), photo_ids=[pk]
                )
                attached.append(True)
            except Invalid:
                attached.append(False)
            finally:
                connection.close()

        threads = [threading.Thread(target=prune), threading.Thread(target=attach_it)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert attached == [Photo.objects.filter(pk=photo.pk).exists()]
