"""The form for answers in steps, without scripts: what is kept, what is refused, what is shown."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web.pages import asker_of, html_of, picture, signed_in, text_of, url
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse, HelpResponseStep
from wargame_mentorship.models import Photo
from wargame_mentorship.photos.services import photos_of
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user

pytestmark = pytest.mark.django_db


def respond(client: Client, help_request: HelpRequest, **fields: Any) -> Any:
    form = {"form_token": str(uuid4()), "response_text": "Like this:", **fields}
    return client.post(url("respond-help-request", help_request.pk), form)


def steps_of(response: HelpResponse) -> list[tuple[str, str | None]]:
    steps = list(response.steps.all())
    pictures = photos_of(HelpResponseStep.KIND, [step.pk for step in steps])
    return [
        (step.text, pictures[step.pk][0].alt_text if pictures[step.pk] else None) for step in steps
    ]


def test_steps_are_sent_with_their_pictures_and_empty_rows_are_left_out() -> None:
    help_request, client = make_help_request(), signed_in(make_user("bruno"))

    answer = respond(
        client,
        help_request,
        step_text_0="Thin **it**.",
        step_photo_0=picture(),
        step_alt_0="Thinned",
        step_text_1="  ",
        step_text_2="Wait.",
    )

    response = HelpResponse.objects.get()
    assert answer.headers["Location"].endswith(f"#response-{response.pk}")
    assert steps_of(response) == [("Thin **it**.", "Thinned"), ("Wait.", None)]
    page = Client().get(url("help-request", help_request.pk))
    assert "Thin <strong>it</strong>." in html_of(page)
    assert 'alt="Thinned"' in html_of(page)
    said = text_of(page)
    assert said.index("Like this:") < said.index("Thin it .") < said.index("Wait.")


def test_a_refused_form_keeps_every_step_and_every_picture() -> None:
    help_request, client = make_help_request(), signed_in(make_user("bruno"))
    broken = SimpleUploadedFile("x.png", b"no picture", "image/png")

    page = respond(
        client,
        help_request,
        response_text=" ",
        step_text_0="Thin it.",
        step_photo_0=picture(),
        step_photo_1=picture(),
        step_text_3="Wait.",
        step_photo_3=broken,
    )

    assert page.status_code == 400
    html = html_of(page)
    assert "Thin it.</textarea>" in html
    assert "Wait.</textarea>" in html
    assert "Step 2: Say what to do in this step." in text_of(page)
    assert 'href="#id_step_text_1"' in html
    assert 'href="#id_step_photo_2"' in html
    assert not HelpResponse.objects.exists()
    first, second = Photo.objects.order_by("pk")
    again = respond(
        client,
        help_request,
        step_text_0="Thin it.",
        step_photo_id_0=str(first.pk),
        step_text_1="Stir.",
        step_photo_id_1=str(second.pk),
        step_drop_1="1",
        step_text_2="Wait.",
    )
    assert again.status_code == 302
    response = HelpResponse.objects.get()
    assert steps_of(response) == [("Thin it.", ""), ("Stir.", None), ("Wait.", None)]


def test_one_picture_serves_one_step_and_somebody_elses_none() -> None:
    bruno, help_request = make_user("bruno"), make_help_request()
    respond(signed_in(bruno), help_request, response_text=" ", step_photo_0=picture())
    mine = Photo.objects.get()

    respond(
        signed_in(make_user("cleo")),
        help_request,
        step_text_0="Stolen.",
        step_photo_id_0=str(mine.pk),
    )
    respond(
        signed_in(bruno),
        help_request,
        step_text_0="One.",
        step_photo_id_0=str(mine.pk),
        step_text_1="Two.",
        step_photo_id_1=str(mine.pk),
        step_text_2="Three.",
        step_photo_id_2="nonsense",
    )

    stolen, own = HelpResponse.objects.order_by("created_at")
    assert steps_of(stolen) == [("Stolen.", None)]
    assert steps_of(own) == [("One.", ""), ("Two.", None), ("Three.", None)]


@pytest.mark.parametrize(
    ("steps", "place"),
    [
        ({"step_text_0": "x" * 2_001}, "id_step_text_0_error"),
        ({"step_text_0": "x", "step_text_4": "nul \0"}, "id_step_text_1_error"),
        (
            {f"step_text_{n}": " ".join(f"@p{n}{m}" for m in range(11)) for n in range(2)},
            "id_steps_error",
        ),
    ],
)
def test_what_the_service_refuses_is_said_beside_the_step(
    steps: dict[str, str], place: str
) -> None:
    page = respond(signed_in(make_user()), make_help_request(), **steps)

    assert page.status_code == 400
    assert f'id="{place}"' in html_of(page)
    assert not HelpResponse.objects.exists()


def test_whoever_is_not_signed_in_gets_every_step_back() -> None:
    page = respond(Client(), make_help_request(), step_text_0="Thin it.", step_text_19="Wait.")

    assert page.status_code == 403
    for text in ("Like this:", "Thin it.", "Wait."):
        assert text in html_of(page)


def test_a_question_closed_meanwhile_gives_every_step_back() -> None:
    help_request = make_help_request()
    services.close(actor=asker_of(help_request), help_request=help_request)

    page = respond(signed_in(make_user()), help_request, step_text_0="Thin it first.")

    assert page.status_code == 409
    assert "Thin it first." in html_of(page)


def test_an_author_edits_reorders_and_drops_steps() -> None:
    bruno, help_request = make_user("bruno"), make_help_request()
    client = signed_in(bruno)
    respond(
        client,
        help_request,
        step_text_0="One.",
        step_photo_0=picture(),
        step_alt_0="The first",
        step_text_1="Two.",
        step_text_2="Three.",
    )
    response = HelpResponse.objects.get()
    address = url("edit-response", help_request.pk, response.pk)
    form = client.get(address)
    photo = Photo.objects.get()
    assert f'name="step_photo_id_0" value="{photo.pk}"' in html_of(form)
    assert "One.</textarea>" in html_of(form)

    answer = client.post(
        address,
        {
            "version": "1",
            "response_text": "Better like this:",
            "step_text_0": "One.",
            "step_photo_id_0": str(photo.pk),
            "step_number_0": "3",
            "step_text_1": "Two.",
            "step_number_1": "2",
            "step_remove_1": "1",
            "step_text_2": "Three.",
            "step_number_2": "3",
            "step_text_3": "Zero.",
            "step_number_3": "1",
        },
    )

    assert answer.headers["Location"].endswith(f"#response-{response.pk}")
    assert steps_of(response) == [("Zero.", None), ("Three.", None), ("One.", "The first")]
    page = Client().get(url("help-request", help_request.pk))
    assert "Better like this:" in text_of(page)
    assert "edited" in text_of(page)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ("1 2 3", "abc"),
        ("1 1 3", "bac"),
        ("3 2 3", "bca"),
        ("1 3 2", "acb"),
        ("9 2 1", "cba"),
        ("x 2 -1", "abc"),
    ],
)
def test_numbers_put_steps_in_order(numbers: str, expected: str) -> None:
    bruno = make_user("bruno")
    response = make_response(responder=bruno, steps=[{"text": letter} for letter in "abc"])
    form = {"version": "1", "response_text": "x"}
    for index, number in enumerate(numbers.split()):
        form |= {f"step_text_{index}": "abc"[index], f"step_number_{index}": number}

    signed_in(bruno).post(url("edit-response", response.help_request_id, response.pk), form)

    assert "".join(text for text, _photo in steps_of(response)) == expected
