from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import override_settings

from tests.api.http import MARKED_WORDS
from tests.photos.pictures import upload
from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse, HelpResponseStep
from wargame_mentorship.models import Photo
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.search import services as search
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user

pytestmark = pytest.mark.django_db


def photo_of(owner: Any) -> UUID:
    key: UUID = upload_photo(actor=owner, file=upload()).pk
    return key


def codes(error: Invalid) -> dict[str, list[str]]:
    return {name: [code for _message, code in found] for name, found in error.fields.items()}


def test_steps_stand_in_their_order_each_with_its_photo() -> None:
    bruno = make_user("bruno")
    photo = photo_of(bruno)

    response = make_response(
        responder=bruno,
        steps=[
            {"text": "Strip the *old* varnish."},
            {"text": "Prime it again.", "photo_id": photo},
            {"text": "Wait a day.", "photo_id": None},
        ],
    )

    first, second, third = response.steps.all()
    assert [step.position for step in (first, second, third)] == [1, 2, 3]
    assert first.text_html.strip() == "<p>Strip the <em>old</em> varnish.</p>"
    stored = Photo.objects.get(pk=photo)
    assert (stored.content_type, stored.content_id) == (HelpResponseStep.KIND, second.pk)
    assert third.text == "Wait a day."


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([{"text": " \n"}], {"steps.0.text": ["blank"]}),
        ([{"text": "x"}, {"text": "x" * 2_001}], {"steps.1.text": ["too_long"]}),
        ([{"text": "nul \0"}], {"steps.0.text": ["nul_character"]}),
        ([{"text": "x"}] * 21, {"steps": ["too_many"]}),
        ([{"text": "x", "photo_id": uuid4()}], {"steps.0.photo_id": ["unavailable"]}),
        (
            [{"text": " ".join(f"@helper{step}{n}" for n in range(11))} for step in range(2)],
            {"steps": ["too_many_mentions"]},
        ),
    ],
)
def test_what_cannot_be_taken_is_named_and_nothing_is_written(
    steps: Any, expected: dict[str, list[str]]
) -> None:
    entry = make_help_request()

    with pytest.raises(Invalid) as raised:
        make_response(entry, steps=steps)

    assert codes(raised.value) == expected
    assert not HelpResponse.objects.exists()
    assert not HelpResponseStep.objects.exists()
    entry.refresh_from_db()
    assert entry.response_count == 0


def test_twenty_steps_and_twenty_mentions_in_all_of_them_are_taken() -> None:
    response = make_response(steps=[{"text": f"Ask @painter{n}."} for n in range(20)])

    assert response.steps.count() == 20


def test_no_photo_stands_in_two_places() -> None:
    bruno = make_user("bruno")
    photo = photo_of(bruno)
    twice = [{"text": "one", "photo_id": photo}, {"text": "two", "photo_id": photo}]

    with pytest.raises(Invalid) as raised:
        make_response(responder=bruno, steps=twice)
    assert codes(raised.value) == {"steps.1.photo_id": ["duplicate"]}

    with pytest.raises(Invalid) as raised:
        make_response(responder=bruno, steps=twice[:1], photo_ids=[photo])
    assert codes(raised.value) == {"steps.0.photo_id": ["duplicate"]}
    assert Photo.objects.get(pk=photo).content_id is None


def test_somebody_elses_photo_is_not_to_be_had() -> None:
    photo = photo_of(make_user("cleo"))

    with pytest.raises(Invalid) as raised:
        make_response(steps=[{"text": "x"}, {"text": "Mine!", "photo_id": photo}])

    assert codes(raised.value) == {"steps.1.photo_id": ["unavailable"]}
    assert Photo.objects.get(pk=photo).content_id is None


@override_settings(WARGAME_MENTORSHIP={"MODERATION": MARKED_WORDS})
def test_moderation_reads_the_steps_too() -> None:
    held = make_response(steps=[{"text": "Fine."}, {"text": "hold-me"}])
    assert held.moderation_state == "held"
    with pytest.raises(Invalid):
        make_response(steps=[{"text": "reject-me"}])


def test_the_steps_of_a_solution_are_found_by_search() -> None:
    asker = make_user("asker")
    entry = make_help_request(asker)
    response = make_response(entry, steps=[{"text": "Wick it away with a chamois."}])
    everything = HelpRequest.objects.all()
    assert not list(search.find(everything, "chamois"))

    services.accept(actor=asker, help_request=entry, response_id=response.pk)

    assert list(search.find(everything, "chamois")) == [entry]
