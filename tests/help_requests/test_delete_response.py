from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.concurrency import at_once
from tests.help_requests.recounting import check_adds_up
from tests.photos.pictures import upload
from wargame_mentorship.core.errors import Conflict, NotAllowed, NotFound, SignInRequired, Stale
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse, HelpResponseStep
from wargame_mentorship.host import Viewer
from wargame_mentorship.models import Photo
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.search import services as search
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_user,
)

pytestmark = pytest.mark.django_db


def solved(asker: Any, responder: Any, **fields: Any) -> HelpResponse:
    response = make_response(make_help_request(asker), responder, **fields)
    services.accept(actor=asker, help_request=response.help_request, response_id=response.pk)
    response.refresh_from_db()
    return response


def test_an_author_deletes_an_answer_and_the_question_is_unanswered_again() -> None:
    asker, bruno = make_user("asker"), make_user("bruno")
    entry = make_help_request(asker)
    response = make_response(entry, bruno)
    services.mark_helpful(actor=asker, response=response)

    deleted = services.delete_response(actor=bruno, response=response, reason="Nonsense.")

    assert deleted.deleted_at is not None
    assert (deleted.deleted_by_id, deleted.deleted_reason) == (bruno.pk, "Nonsense.")
    entry.refresh_from_db()
    assert (entry.response_count, entry.helpful_count) == (0, 0)
    assert (entry.first_response_at, entry.last_response_at) == (None, None)
    event = Event.objects.get(verb="help_response.deleted")
    assert (event.actor_id, event.subject_id) == (bruno.pk, response.pk)
    check_adds_up()
    services.delete(actor=asker, help_request=entry)  # as nobody has answered


def test_the_next_answer_is_the_first_and_the_asker_has_the_last_word_again() -> None:
    asker, bruno, cleo = make_user("asker"), make_user("bruno"), make_user("cleo")
    entry = make_help_request(asker)
    first, second = make_response(entry, bruno), make_response(entry, cleo)
    said = make_response(entry, asker)
    last = make_response(entry, bruno)

    services.delete_response(actor=bruno, response=first)
    services.delete_response(actor=bruno, response=last)

    entry.refresh_from_db()
    assert entry.first_response_at == second.created_at
    assert entry.last_response_at == said.created_at
    assert entry.asker_had_last_word
    check_adds_up()


def test_nobody_deletes_what_is_not_theirs_or_twice() -> None:
    asker, bruno = make_user("asker"), make_user("bruno")
    response = make_response(make_help_request(asker), bruno)

    for stranger in (asker, make_user(), make_moderator("gaming")):
        with pytest.raises(NotAllowed):
            services.delete_response(actor=stranger, response=response)
    with pytest.raises(SignInRequired):
        services.delete_response(actor=Viewer(None), response=response)
    with pytest.raises(Stale):
        services.delete_response(actor=bruno, response=response, if_version=7)
    services.delete_response(actor=bruno, response=response, if_version=1)
    with pytest.raises(NotFound):
        services.delete_response(actor=bruno, response=response)


def test_pictures_of_a_deleted_answer_leave_the_caches() -> None:
    bruno = make_user("bruno")
    own, of_step = (upload_photo(actor=bruno, file=upload()) for _ in range(2))
    response = make_response(
        responder=bruno, photo_ids=[own.pk], steps=[{"text": "x", "photo_id": of_step.pk}]
    )

    services.delete_response(actor=bruno, response=response)

    for photo in (own, of_step):
        assert Photo.objects.get(pk=photo.pk).url_key != photo.url_key


def test_the_author_of_the_solution_cannot_pull_it_away() -> None:
    asker, bruno = make_user("asker"), make_user("bruno")
    response = solved(asker, bruno)

    with pytest.raises(Conflict) as raised:
        services.delete_response(actor=bruno, response=response)
    assert raised.value.code == "accepted"
    services.close(actor=asker, help_request=response.help_request)
    with pytest.raises(Conflict):
        services.delete_response(actor=bruno, response=response)

    response.refresh_from_db()
    assert response.deleted_at is None
    assert response.is_solution


def test_the_asker_takes_back_first_what_they_answered_and_accepted_themselves() -> None:
    asker = make_user("asker")
    response = solved(asker, asker)
    with pytest.raises(Conflict):
        services.delete_response(actor=asker, response=response)

    services.unaccept(actor=asker, help_request=response.help_request)
    services.delete_response(actor=asker, response=response)

    check_adds_up()


@pytest.mark.parametrize(("helper", "status"), [(False, "open"), (True, "in_progress")])
def test_a_moderator_who_deletes_the_solution_takes_the_acceptance_back(
    helper: bool, status: str
) -> None:
    asker, bruno, moderator = make_user("asker"), make_user("bruno"), make_moderator("painting")
    response = make_response(make_help_request(asker), bruno, text="Use chamois.")
    entry = response.help_request
    if helper:
        services.assign(actor=asker, help_request=entry, helper_id=bruno.pk)
    services.accept(actor=asker, help_request=entry, response_id=response.pk)
    version = HelpRequest.objects.get(pk=entry.pk).version

    services.delete_response(actor=moderator, response=response)

    entry.refresh_from_db()
    response.refresh_from_db()
    assert (entry.status, entry.resolved_at, entry.version) == (status, None, version + 1)
    assert response.accepted_for_id is None
    assert Event.objects.filter(verb="help_request.unaccepted", actor=moderator.pk).exists()
    assert not list(search.find(HelpRequest.objects.all(), "chamois"))
    check_adds_up()


def test_a_closed_question_whose_solution_a_moderator_deletes_stays_closed_and_unsolved() -> None:
    asker = make_user("asker")
    response = solved(asker, make_user("bruno"), text="Use chamois.")
    entry = response.help_request
    services.close(actor=asker, help_request=entry)

    services.delete_response(actor=make_moderator("painting"), response=response)

    entry.refresh_from_db()
    assert (entry.status, entry.resolved_at) == ("closed", None)
    assert not list(search.find(HelpRequest.objects.all(), "chamois"))
    check_adds_up()


def test_the_earlier_answer_of_a_question_opened_again_may_go() -> None:
    asker, bruno = make_user("asker"), make_user("bruno")
    response = solved(asker, bruno, text="Use chamois.")
    entry = services.reopen(actor=asker, help_request=response.help_request)
    assert list(search.find(HelpRequest.objects.all(), "chamois")) == [entry]

    services.delete_response(actor=bruno, response=response)

    entry.refresh_from_db()
    assert entry.status == "open"
    assert not HelpResponse.objects.exclude(accepted_for=None).exists()
    assert not list(search.find(HelpRequest.objects.all(), "chamois"))


def test_steps_go_with_a_response_that_goes_for_good() -> None:
    response = make_response(steps=[{"text": "x"}])

    response.delete()

    assert not HelpResponseStep.objects.exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_what_is_accepted_and_deleted_at_once_is_one_of_both() -> None:
    asker, bruno = make_user("asker"), make_user("bruno")
    for _ in range(4):
        entry = make_help_request(asker)
        response = make_response(entry, bruno)

        outcomes = at_once(
            [
                partial(services.accept, actor=asker, help_request=entry, response_id=response.pk),
                partial(services.delete_response, actor=bruno, response=response),
            ]
        )

        lost = [error for error in outcomes if isinstance(error, Exception)]
        codes = {getattr(error, "code", error) for error in lost}
        assert codes <= {"invalid", "accepted", "busy", "stale"}
        entry.refresh_from_db()
        response.refresh_from_db()
        assert (entry.status == "resolved") is response.is_solution
        assert response.deleted_at is None or not response.is_solution
    check_adds_up()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_votes_and_deletions_at_once_leave_true_numbers() -> None:
    bruno = make_user("bruno")
    entry = make_help_request()
    responses = [make_response(entry, bruno) for _ in range(4)]
    voters = [make_user() for _ in range(3)]

    at_once(
        [
            *(
                partial(services.mark_helpful, actor=voter, response=response)
                for voter in voters
                for response in responses
            ),
            *(
                partial(services.delete_response, actor=bruno, response=response)
                for response in responses[:2]
            ),
        ]
    )

    check_adds_up()
