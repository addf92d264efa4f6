from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import override_settings

from tests.api.http import MARKED_WORDS
from tests.photos.pictures import upload
from wargame_mentorship.core.errors import (
    BackendUnavailable,
    Invalid,
    NotAllowed,
    NotFound,
    SignInRequired,
    Stale,
    WrongState,
)
from wargame_mentorship.events.models import Event
from wargame_mentorship.flows.privacy import erase_user
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.host import Viewer
from wargame_mentorship.models import Photo
from wargame_mentorship.photos.services import photos_of, upload_photo
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_solved_help_request,
    make_user,
)

pytestmark = pytest.mark.django_db

SCREENED = override_settings(WARGAME_MENTORSHIP={"MODERATION": MARKED_WORDS})


def photo_of(owner: Any) -> UUID:
    key: UUID = upload_photo(actor=owner, file=upload(), stage="wip").pk
    return key


def after_photos(entry: HelpRequest) -> list[Photo]:
    return photos_of(HelpRequest.OUTCOME_KIND, [entry.pk])[entry.pk]


def codes(error: Invalid) -> dict[str, list[str]]:
    return {name: [code for _message, code in found] for name, found in error.fields.items()}


def test_the_asker_tells_how_it_went() -> None:
    ada = make_user("ada")
    entry = make_solved_help_request(ada)
    photo = photo_of(ada)

    told = services.tell_outcome(
        actor=ada, help_request=entry, text="It *shines*.", photo_ids=[photo], satisfaction=5
    )

    assert (told.outcome_text, told.satisfaction) == ("It *shines*.", 5)
    assert "<em>shines</em>" in told.outcome_text_html
    assert told.outcome_at is not None
    assert told.last_activity_at >= told.outcome_at
    assert (told.version, told.status) == (entry.version + 1, "resolved")
    assert [(found.pk, found.stage) for found in after_photos(entry)] == [(photo, "after")]
    event = Event.objects.get(verb="help_request.outcome_told")
    assert (event.actor_id, event.subject_id, event.data) == (ada.pk, entry.pk, {})


@pytest.mark.parametrize("what", [{"text": "Thanks!"}, {"satisfaction": 1}, {"photo_ids": None}])
def test_one_of_the_three_is_enough(what: dict[str, Any]) -> None:
    ada = make_user("ada")
    entry = make_solved_help_request(ada)
    given = {"photo_ids": [photo_of(ada)]} if "photo_ids" in what else what

    told = services.tell_outcome(actor=ada, help_request=entry, **given)

    assert told.outcome_at is not None


def test_telling_it_again_replaces_what_was_told() -> None:
    ada = make_user("ada")
    entry = make_solved_help_request(ada)
    first, second = photo_of(ada), photo_of(ada)
    services.tell_outcome(
        actor=ada, help_request=entry, text="Well.", photo_ids=[first], satisfaction=4
    )

    told = services.tell_outcome(actor=ada, help_request=entry, photo_ids=[second])

    assert (told.outcome_text, told.outcome_text_html, told.satisfaction) == ("", "", None)
    assert [found.pk for found in after_photos(entry)] == [second]
    assert not Photo.objects.filter(pk=first).exists()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {}),
        ({"text": " \n "}, {}),
        ({"text": "x" * 10_001}, {"text": ["too_long"]}),
        ({"satisfaction": 0}, {"satisfaction": ["invalid_choice"]}),
        ({"satisfaction": 6}, {"satisfaction": ["invalid_choice"]}),
        ({"photo_ids": [uuid4()]}, {"photo_ids": ["unavailable"]}),
        ({"photo_ids": [uuid4() for _ in range(9)]}, {"photo_ids": ["too_many"]}),
    ],
)
def test_what_cannot_be_taken_is_named(given: Any, expected: dict[str, list[str]]) -> None:
    ada = make_user("ada")
    entry = make_solved_help_request(ada)

    with pytest.raises(Invalid) as raised:
        services.tell_outcome(actor=ada, help_request=entry, **given)

    assert codes(raised.value) == expected
    entry.refresh_from_db()
    assert entry.outcome_at is None


def test_nobody_tells_it_for_the_asker() -> None:
    entry = make_solved_help_request()

    for other in (make_user(), make_moderator("painting")):
        with pytest.raises(NotAllowed):
            services.tell_outcome(actor=other, help_request=entry, text="Great.")
    with pytest.raises(SignInRequired):
        services.tell_outcome(actor=Viewer(None), help_request=entry, text="Great.")
    HelpRequest.objects.filter(pk=entry.pk).update(is_public=False)
    with pytest.raises(NotFound):
        services.tell_outcome(actor=make_user(), help_request=entry, text="Great.")


def test_only_what_is_solved_has_an_outcome() -> None:
    ada = make_user("ada")
    unsolved, closed = make_help_request(ada), make_solved_help_request(ada)
    services.close(actor=ada, help_request=closed)

    for entry in (unsolved, closed):
        with pytest.raises(WrongState):
            services.tell_outcome(actor=ada, help_request=entry, text="Great.")


def test_a_stale_outcome_is_refused() -> None:
    ada = make_user("ada")
    entry = make_solved_help_request(ada)
    services.edit(actor=ada, help_request=entry, changes={"title": "Newer"})

    with pytest.raises(Stale):
        services.tell_outcome(
            actor=ada, help_request=entry, text="Great.", if_version=entry.version
        )
    entry.refresh_from_db()
    assert entry.outcome_at is None


@SCREENED
def test_what_would_have_to_wait_is_refused_and_hides_nothing() -> None:
    ada = make_user("ada")
    entry = make_solved_help_request(ada)

    with pytest.raises(Invalid) as raised:
        services.tell_outcome(actor=ada, help_request=entry, text="hold-me")
    assert codes(raised.value) == {"text": ["held_not_possible"]}
    with pytest.raises(Invalid):
        services.tell_outcome(actor=ada, help_request=entry, text="reject-me")
    with pytest.raises(BackendUnavailable):
        services.tell_outcome(actor=ada, help_request=entry, text="break-me")

    entry.refresh_from_db()
    assert (entry.outcome_at, entry.moderation_state) == (None, "visible")


def test_the_asker_or_a_moderator_takes_it_back() -> None:
    ada, moderator = make_user("ada"), make_moderator("painting")
    entry = make_solved_help_request(ada)
    for actor in (ada, moderator):
        photo = photo_of(ada)
        told = services.tell_outcome(
            actor=ada, help_request=entry, text="Well.", photo_ids=[photo], satisfaction=4
        )
        with pytest.raises(NotAllowed):
            services.withdraw_outcome(actor=make_user(), help_request=entry)
        with pytest.raises(Stale):
            services.withdraw_outcome(actor=actor, help_request=entry, if_version=1)

        taken = services.withdraw_outcome(actor=actor, help_request=entry)

        assert (taken.outcome_text, taken.satisfaction, taken.outcome_at) == ("", None, None)
        assert taken.version == told.version + 1
        assert not Photo.objects.filter(pk=photo).exists()
    events = Event.objects.filter(verb="help_request.outcome_withdrawn")
    assert {event.actor_id for event in events} == {ada.pk, moderator.pk}
    assert services.withdraw_outcome(actor=ada, help_request=entry).version == taken.version


def test_the_outcome_survives_that_a_question_is_opened_again() -> None:
    ada = make_user("ada")
    entry = make_solved_help_request(ada)
    services.tell_outcome(actor=ada, help_request=entry, text="Well.")

    reopened = services.reopen(actor=ada, help_request=entry)

    assert reopened.outcome_text == "Well."


def test_pictures_of_a_request_that_turns_private_get_new_addresses() -> None:
    ada = make_user("ada")
    entry = make_solved_help_request(ada)
    response = entry.responses.get()
    of_step = upload_photo(actor=response.responder, file=upload())  # type: ignore[arg-type] # not erased
    services.edit_response(
        actor=response.responder,  # type: ignore[arg-type] # not erased
        response=response,
        steps=[{"text": "x", "photo_id": of_step.pk}],
    )
    after = Photo.objects.get(pk=photo_of(ada))
    services.tell_outcome(actor=ada, help_request=entry, photo_ids=[after.pk])

    services.edit(actor=ada, help_request=entry, changes={"is_public": False})

    for photo in (of_step, after):
        assert Photo.objects.get(pk=photo.pk).url_key != photo.url_key


def test_of_an_erased_asker_the_words_stay_and_an_outcome_of_photos_alone_goes() -> None:
    ada = make_user("ada")
    in_words, in_photos = make_solved_help_request(ada), make_solved_help_request(ada)
    services.tell_outcome(actor=ada, help_request=in_words, text="Well.", photo_ids=[photo_of(ada)])
    services.tell_outcome(actor=ada, help_request=in_photos, photo_ids=[photo_of(ada)])

    erase_user(ada)

    in_words.refresh_from_db()
    in_photos.refresh_from_db()
    assert (in_words.outcome_text, in_words.outcome_at is None) == ("Well.", False)
    assert in_photos.outcome_at is None
    assert not Photo.objects.exists()
