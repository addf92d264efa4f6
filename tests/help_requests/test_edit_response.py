from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.test import override_settings

from tests.api.http import MARKED_WORDS
from tests.help_requests.recounting import check_adds_up
from tests.photos.pictures import upload
from wargame_mentorship.core.errors import (
    BackendUnavailable,
    Invalid,
    NotAllowed,
    NotFound,
    SignInRequired,
    Stale,
)
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse, HelpResponseStep
from wargame_mentorship.host import Viewer
from wargame_mentorship.models import Photo
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.photos.services import photos_of, upload_photo
from wargame_mentorship.search import services as search
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_superuser,
    make_user,
)

pytestmark = pytest.mark.django_db

SCREENED = override_settings(WARGAME_MENTORSHIP={"MODERATION": MARKED_WORDS})


def photo_of(owner: Any) -> UUID:
    key: UUID = upload_photo(actor=owner, file=upload()).pk
    return key


def test_an_author_mends_an_answer_and_it_says_so() -> None:
    bruno = make_user("bruno")
    response = make_response(responder=bruno)
    assert response.edited_at is None

    edited = services.edit_response(actor=bruno, response=response, text="Thin it **twice**.")

    assert edited.response_text == "Thin it **twice**."
    assert "<strong>twice</strong>" in edited.response_text_html
    assert edited.version == 2
    assert edited.edited_at == edited.updated_at
    assert edited.created_at == response.created_at
    event = Event.objects.get(verb="help_response.edited")
    assert (event.actor_id, event.subject_id) == (bruno.pk, response.pk)
    assert event.data == {"before": {"version": 1}, "after": {"version": 2}}
    check_adds_up()


@pytest.mark.parametrize("maker", [lambda: make_moderator("painting"), make_superuser])
def test_a_moderator_mends_what_is_in_their_category(maker: Any) -> None:
    edited = services.edit_response(actor=maker(), response=make_response(), text="Mended.")

    assert edited.response_text == "Mended."


@pytest.mark.parametrize("who", ["stranger", "asker", "foreign moderator"])
def test_nobody_else_does(who: str) -> None:
    response = make_response()
    actors: dict[str, Any] = {
        "stranger": lambda: make_user("stranger"),
        "asker": lambda: response.help_request.requester,
        "foreign moderator": lambda: make_moderator("gaming"),
    }

    with pytest.raises(NotAllowed):
        services.edit_response(actor=actors[who](), response=response, text="Vandalised.")

    with pytest.raises(SignInRequired):
        services.edit_response(actor=Viewer(None), response=response, text="Vandalised.")
    response.refresh_from_db()
    assert "Vandalised" not in response.response_text


def test_what_changes_nothing_is_no_edit() -> None:
    bruno = make_user("bruno")
    photo = photo_of(bruno)
    steps: Any = [{"text": "Thin it.", "photo_id": photo}]
    response = make_response(responder=bruno, steps=steps)

    attempts: list[dict[str, Any]] = [
        {},
        {"text": response.response_text},
        {"steps": steps, "photo_ids": []},
    ]
    for given in attempts:
        same = services.edit_response(actor=bruno, response=response, **given)
        assert (same.version, same.edited_at) == (1, None)

    assert not Event.objects.filter(verb="help_response.edited").exists()


def test_steps_are_replaced_and_their_photos_may_change_places() -> None:
    bruno = make_user("bruno")
    kept, dropped, new = photo_of(bruno), photo_of(bruno), photo_of(bruno)
    response = make_response(
        responder=bruno,
        steps=[
            {"text": "one", "photo_id": kept},
            {"text": "two", "photo_id": dropped},
            {"text": "three"},
        ],
    )
    address = Photo.objects.get(pk=kept).url

    services.edit_response(
        actor=bruno,
        response=response,
        steps=[{"text": "zero", "photo_id": new}, {"text": "one", "photo_id": kept}],
    )

    first, second = response.steps.all()
    assert [first.text, second.text] == ["zero", "one"]
    pictures = photos_of(HelpResponseStep.KIND, [first.pk, second.pk])
    assert [photo.pk for photo in pictures[first.pk]] == [new]
    assert [photo.pk for photo in pictures[second.pk]] == [kept]
    assert Photo.objects.get(pk=kept).url == address
    assert not Photo.objects.filter(pk=dropped).exists()


def test_a_moderator_keeps_the_authors_photos_and_takes_nobody_elses() -> None:
    bruno, moderator = make_user("bruno"), make_moderator("painting")
    kept, strange = photo_of(bruno), photo_of(make_user("cleo"))
    response = make_response(responder=bruno, steps=[{"text": "one", "photo_id": kept}])

    with pytest.raises(Invalid) as raised:
        services.edit_response(
            actor=moderator, response=response, steps=[{"text": "one", "photo_id": strange}]
        )
    assert set(raised.value.fields) == {"steps.0.photo_id"}
    services.edit_response(
        actor=moderator, response=response, steps=[{"text": "One.", "photo_id": kept}]
    )

    assert Photo.objects.get(pk=kept).content_id == response.steps.get().pk
    assert Photo.objects.get(pk=strange).content_id is None


def test_photos_of_the_answer_and_no_step_at_all() -> None:
    bruno = make_user("bruno")
    first, second = photo_of(bruno), photo_of(bruno)
    response = make_response(responder=bruno, photo_ids=[first], steps=[{"text": "one"}])

    services.edit_response(actor=bruno, response=response, photo_ids=[second], steps=[])

    assert [photo.pk for photo in photos_of("help_response", [response.pk])[response.pk]] == [
        second
    ]
    assert not response.steps.exists()
    assert not Photo.objects.filter(pk=first).exists()


def test_a_stale_edit_writes_nothing() -> None:
    bruno = make_user("bruno")
    response = make_response(responder=bruno)
    services.edit_response(actor=bruno, response=response, text="Newer.")

    with pytest.raises(Stale):
        services.edit_response(actor=bruno, response=response, text="Older.", if_version=1)
    with pytest.raises(Stale):
        services.edit_response(actor=bruno, response=response, text="Newer.", if_version=1)

    response.refresh_from_db()
    assert response.response_text == "Newer."


def test_a_deleted_answer_is_not_there_to_be_edited() -> None:
    bruno = make_user("bruno")
    response = make_response(responder=bruno)
    services.delete_response(actor=bruno, response=response)

    with pytest.raises(NotFound):
        services.edit_response(actor=bruno, response=response, text="Again.")


def test_an_answer_to_a_closed_question_can_still_be_mended() -> None:
    asker, bruno = make_user("asker"), make_user("bruno")
    entry = make_help_request(asker)
    response = make_response(entry, bruno)
    services.close(actor=asker, help_request=entry)

    assert services.edit_response(actor=bruno, response=response, text="Mended.").version == 2


def test_mentions_of_the_text_and_of_steps_that_stay_are_counted_together() -> None:
    bruno = make_user("bruno")
    response = make_response(
        responder=bruno, steps=[{"text": " ".join(f"@one{n}" for n in range(12))}]
    )

    with pytest.raises(Invalid) as raised:
        services.edit_response(
            actor=bruno, response=response, text=" ".join(f"@two{n}" for n in range(12))
        )

    assert raised.value.fields["steps"][0][1] == "too_many_mentions"


@SCREENED
def test_an_edit_that_has_to_be_looked_at_takes_the_answer_out_of_view_and_of_the_counts() -> None:
    asker, bruno, cleo = make_user("asker"), make_user("bruno"), make_user("cleo")
    entry = make_help_request(asker)
    response = make_response(entry, bruno, photo_ids=[photo_of(bruno)])
    later = make_response(entry, cleo)
    services.mark_helpful(actor=cleo, response=response)
    [photo] = photos_of("help_response", [response.pk])[response.pk]

    services.edit_response(actor=bruno, response=response, steps=[{"text": "hold-me"}])

    response.refresh_from_db()
    entry.refresh_from_db()
    assert response.moderation_state == ModerationState.HELD
    assert (entry.response_count, entry.helpful_count) == (1, 0)
    assert entry.first_response_at == later.created_at
    assert photos_of("help_response", [response.pk])[response.pk][0].url_key != photo.url_key
    check_adds_up()

    moderation.approve(
        actor=make_moderator("painting"), kind="help_response", object_id=response.pk
    )
    entry.refresh_from_db()
    assert (entry.response_count, entry.helpful_count) == (2, 1)
    assert entry.first_response_at == response.created_at
    assert Event.objects.filter(verb="help_request.answered").count() == 2
    check_adds_up()


@SCREENED
def test_a_solution_that_has_to_be_looked_at_again_leaves_the_search() -> None:
    asker, bruno = make_user("asker"), make_user("bruno")
    entry = make_help_request(asker)
    response = make_response(entry, bruno, text="Use chamois.")
    services.accept(actor=asker, help_request=entry, response_id=response.pk)

    services.edit_response(actor=bruno, response=response, text="hold-me: chamois, aubergine.")

    assert not list(search.find(HelpRequest.objects.all(), "chamois"))
    entry.refresh_from_db()
    assert entry.status == "resolved"
    check_adds_up()


def test_an_edited_solution_is_found_by_its_new_words() -> None:
    asker, bruno = make_user("asker"), make_user("bruno")
    entry = make_help_request(asker)
    response = make_response(entry, bruno, text="Use chamois.")
    services.accept(actor=asker, help_request=entry, response_id=response.pk)

    services.edit_response(
        actor=bruno, response=response, text="Use felt.", steps=[{"text": "Buy felt in aubergine."}]
    )

    everything = HelpRequest.objects.all()
    assert not list(search.find(everything, "chamois"))
    assert list(search.find(everything, "aubergine")) == [entry]


@SCREENED
def test_editing_frees_nothing_that_is_held_or_hidden() -> None:
    bruno = make_user("bruno")
    held, hidden = make_response(responder=bruno, text="hold-me"), make_response(responder=bruno)
    moderation.hide(actor=make_moderator("painting"), kind="help_response", object_id=hidden.pk)

    for response, text in ((held, "Harmless."), (hidden, "Harmless."), (hidden, "hold-me")):
        before = HelpResponse.objects.get(pk=response.pk).moderation_state
        edited = services.edit_response(actor=bruno, response=response, text=text)
        assert (edited.moderation_state, edited.response_text) == (before, text)
    check_adds_up()


@SCREENED
def test_a_rejected_or_unscreened_edit_changes_nothing() -> None:
    bruno = make_user("bruno")
    response = make_response(responder=bruno)

    with pytest.raises(Invalid):
        services.edit_response(actor=bruno, response=response, text="reject-me")
    with pytest.raises(BackendUnavailable):
        services.edit_response(actor=bruno, response=response, text="break-me")

    response.refresh_from_db()
    assert response.version == 1


@SCREENED
def test_a_moderators_edit_is_not_screened() -> None:
    edited = services.edit_response(
        actor=make_moderator("painting"), response=make_response(), text="hold-me"
    )

    assert edited.moderation_state == ModerationState.VISIBLE
