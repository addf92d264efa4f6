"""Asking: the form without JavaScript, its errors, its photos, and pressing the button twice."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from tests.web.pages import html_of, picture, question, signed_in, text_of, url
from wargame_mentorship.help_requests.facets import facets_of
from wargame_mentorship.help_requests.models import HelpRequest, HelpRequestDraft
from wargame_mentorship.models import Category, CategoryPrompt, Photo
from wargame_mentorship.photos.services import photos_of, upload_photo
from wargame_mentorship.testing.factories import make_user

pytestmark = pytest.mark.django_db

MARKED_WORDS = override_settings(
    WARGAME_MENTORSHIP={
        "MODERATION": {"BACKEND": "wargame_mentorship.testing.backends.MarkedWords"}
    }
)


def ask(client: Client, **fields: Any) -> Any:
    return client.post(url("ask-help-request"), question(**fields))


def test_a_beginner_asks_with_a_photo() -> None:
    ada = make_user("ada")

    answer = ask(signed_in(ada), photo_0=picture(), alt_0="Frosted knight", category="varnishing")

    asked = HelpRequest.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == url("help-request", asked.pk)
    assert asked.requester_id == ada.pk
    assert [str(asked.category), str(asked.subcategory)] == ["Painting", "Varnishing"]
    assert asked.is_public
    assert [photo.alt_text for photo in photos_of("help_request", [asked.pk])[asked.pk]] == [
        "Frosted knight"
    ]


def test_a_whole_category_and_a_private_question_can_be_chosen() -> None:
    ask(signed_in(make_user()), category="gaming", is_private="on")

    asked = HelpRequest.objects.get()
    assert (asked.category.slug, asked.subcategory) == ("gaming", None)
    assert not asked.is_public


def test_whoever_is_not_signed_in_is_sent_to_sign_in_with_what_they_wrote() -> None:
    answer = ask(Client(), description="An hour of careful writing.")

    assert answer.status_code == 302
    target = urlsplit(answer.headers["Location"])
    assert "login" in target.path
    assert "draft" in target.query
    assert HelpRequestDraft.objects.get().data["description"] == "An hour of careful writing."
    assert not HelpRequest.objects.exists()


def test_a_deactivated_account_asks_nothing() -> None:
    ada = make_user("ada")
    client = signed_in(ada)
    ada.is_active = False
    ada.save()

    assert "login" in ask(client).headers["Location"]
    assert not HelpRequest.objects.exists()


def test_a_form_from_another_site_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    user: Any = make_user()
    client.force_login(user)

    assert ask(client).status_code == 403
    assert not HelpRequest.objects.exists()


def test_the_form_takes_title_and_category_from_the_address() -> None:
    page = signed_in(make_user()).get(
        url("ask-help-request"), {"title": "Frost?", "category": "varnishing"}
    )

    assert 'value="Frost?"' in html_of(page)
    assert '<option value="varnishing" selected>' in html_of(page)


def test_errors_stand_beside_their_fields_and_nothing_is_lost() -> None:
    client = signed_in(make_user())

    page = ask(
        client,
        title="Kept title",
        description="",
        category="",
        difficulty_level="advanced",
        is_private="on",
        photo_0=picture(),
        alt_0="Kept photo",
        photo_1=SimpleUploadedFile("x.txt", b"no picture"),
        alt_1="Kept words",
    )

    html, said = html_of(page), text_of(page)
    assert page.status_code == 400
    assert 'role="alert" tabindex="-1" autofocus' in html
    assert "Describe what you would like help with." in said
    assert 'href="#id_description"' in html
    assert "Choose what it is about." in said
    assert 'value="Kept title"' in html
    assert '<option value="advanced" selected>' in html
    assert 'name="is_private"' in html
    assert "checked" in html
    assert 'alt="Kept photo"' in html
    assert 'value="Kept words"' in html
    assert "This is not a picture" in said

    kept = Photo.objects.get()
    again = ask(client, title="Kept title", photo_ids=str(kept.pk))
    assert again.status_code == 302
    asked = HelpRequest.objects.get()
    assert photos_of("help_request", [asked.pk])[asked.pk] == [kept]


def test_a_photo_can_be_left_out_again() -> None:
    ada = make_user("ada")
    one = upload_photo(actor=ada, file=picture())
    two = upload_photo(actor=ada, file=picture())

    ask(signed_in(ada), photo_ids=[str(one.pk), str(two.pk)], drop_photo=str(one.pk))

    asked = HelpRequest.objects.get()
    assert photos_of("help_request", [asked.pk])[asked.pk] == [two]


def test_a_photo_moves_up_and_all_that_was_typed_stays() -> None:
    ada = make_user("ada")
    one, two = (upload_photo(actor=ada, file=picture(), alt_text=name) for name in ("1", "2"))
    fields = {
        "photo_ids": [str(one.pk), str(two.pk)],
        "move": str(two.pk),
        "description": "",
        f"alt_{one.pk}": "A knight",
        "facet.painting.primer": "Grey",
        "category": "painting",
    }

    page = ask(signed_in(ada), **fields)

    html = html_of(page)
    assert page.status_code == 200
    assert html.index(f'data-photo="{two.pk}"') < html.index(f'data-photo="{one.pk}"')
    # Only what is not the first can move, and it is the other one now.
    assert re.findall(r'name="move" value="([^"]+)"', html) == [str(one.pk)]
    assert 'value="A knight"' in html
    assert 'value="Grey"' in html
    assert "wm-summary" not in html
    assert not HelpRequest.objects.exists()


@pytest.mark.parametrize("move", ["", "x", "00000000-0000-0000-0000-000000000000", "first"])
def test_a_move_to_nowhere_keeps_the_order(move: str) -> None:
    ada = make_user("ada")
    ids = [str(upload_photo(actor=ada, file=picture()).pk) for _ in range(2)]

    page = ask(signed_in(ada), photo_ids=ids, move=ids[0] if move == "first" else move)

    assert page.status_code == 200
    assert re.findall(r'data-photo="([^"]+)"', html_of(page)) == ids


def test_photos_are_attached_in_the_order_of_the_form() -> None:
    ada = make_user("ada")
    one, two = (upload_photo(actor=ada, file=picture()) for _ in range(2))

    ask(signed_in(ada), photo_ids=[str(two.pk), str(one.pk)])

    asked = HelpRequest.objects.get()
    assert photos_of("help_request", [asked.pk])[asked.pk] == [two, one]


def test_what_is_said_of_a_photo_can_be_changed_as_long_as_it_fits() -> None:
    ada = make_user("ada")
    one, two = (upload_photo(actor=ada, file=picture(), alt_text="before") for _ in range(2))
    ids = [str(one.pk), str(two.pk)]
    client = signed_in(ada)

    page = ask(client, photo_ids=ids, **{f"alt_{one.pk}": " A  knight", f"alt_{two.pk}": "x" * 251})

    assert page.status_code == 400
    assert f'href="#id_alt_{two.pk}"' in html_of(page)
    assert "x" * 251 in html_of(page)
    assert 'value="A knight"' in html_of(page)
    ask(client, photo_ids=ids, **{f"alt_{one.pk}": "A knight", f"alt_{two.pk}": ""})
    asked = HelpRequest.objects.get()
    said = [photo.alt_text for photo in photos_of("help_request", [asked.pk])[asked.pk]]
    assert said == ["A knight", ""]


def test_what_others_say_of_ones_photo_is_not_taken() -> None:
    ada = make_user("ada")
    hers = upload_photo(actor=ada, file=picture(), alt_text="Mine")

    ask(signed_in(make_user("bruno")), photo_ids=str(hers.pk), **{f"alt_{hers.pk}": "Stolen"})

    hers.refresh_from_db()
    assert hers.alt_text == "Mine"


def test_guided_questions_of_the_chosen_category_are_answered() -> None:
    asked_in = {"category": "painting", "part.painting": "drybrushing"}
    answered = {
        "facet.painting.paint": " Mephiston  Red ",
        "facet.painting.primer": "",
        # Of what was chosen before, and is hidden now.
        "part.modeling": "terrain",
        "facet.modeling.glue": "x" * 500,
    }

    answer = ask(signed_in(make_user()), **asked_in, **answered)

    assert answer.status_code == 302
    asked = HelpRequest.objects.get()
    assert asked.subcategory is not None
    assert asked.subcategory.slug == "drybrushing"
    [facet] = facets_of([asked.pk])[asked.pk]
    assert (facet.slug, facet.value) == ("paint", "Mephiston Red")


def test_an_answer_that_does_not_fit_is_said_beside_it() -> None:
    page = ask(
        signed_in(make_user()),
        category="painting",
        **{"facet.painting.paint": "x" * 121, "facet.painting.scale": "28 mm"},
    )

    assert page.status_code == 400
    assert set(page.context["wm"]["ask"].form.errors) == {"facet.painting.paint"}
    assert 'href="#id_facet.painting.paint"' in html_of(page)
    assert 'id="id_facet.painting.paint"' in html_of(page)
    assert 'value="28 mm"' in html_of(page)


def test_an_answer_that_only_the_service_refuses_is_said_beside_it() -> None:
    page = ask(signed_in(make_user()), category="painting", **{"facet.painting.paint": "\u200b"})

    assert page.status_code == 400
    assert set(page.context["wm"]["ask"].form.errors) == {"facet.painting.paint"}


def test_a_part_of_another_category_is_refused() -> None:
    page = ask(signed_in(make_user()), category="painting", **{"part.painting": "terrain"})

    assert page.status_code == 400
    assert set(page.context["wm"]["ask"].form.errors) == {"part.painting"}


def test_suggestions_are_offered_and_questions_out_of_use_are_not() -> None:
    CategoryPrompt.objects.filter(slug="primer").update(is_active=False)
    CategoryPrompt.objects.filter(slug="paint").update(
        suggestions="Red\n\n  Blue<\nRed", help_text="?"
    )

    html = html_of(Client().get(url("ask-help-request")))

    assert 'list="id_facet.painting.paint_list"' in html
    options = html.split('<datalist id="id_facet.painting.paint_list">')[1].split("</datalist>")[0]
    assert re.findall('value="([^"]*)"', options) == ["Red", "Blue&lt;"]
    assert "primer" not in html


def test_a_part_s_own_questions_are_asked_and_count_for_that_part_only() -> None:
    CategoryPrompt.objects.create(
        category=Category.objects.get(slug="airbrushing"), slug="pressure", label="Which pressure?"
    )
    client = signed_in(make_user())
    typed = {"category": "painting", "facet.airbrushing.pressure": "1.5 bar"}
    assert "Which pressure?" in text_of(client.get(url("ask-help-request")))

    ask(client, **typed, **{"part.painting": "airbrushing"})
    ask(client, **typed, **{"part.painting": "drybrushing"})

    values = {
        asked.subcategory.slug: [facet.value for facet in asked.facets.all()]
        for asked in HelpRequest.objects.select_related("subcategory")
        if asked.subcategory
    }
    assert values == {"airbrushing": ["1.5 bar"], "drybrushing": []}


def test_the_enter_key_presses_none_of_the_other_buttons() -> None:
    """Browsers press the first button of a form for somebody who presses Enter in a field."""
    ada = make_user("ada")
    ids = [str(upload_photo(actor=ada, file=picture()).pk) for _ in range(2)]

    html = html_of(ask(signed_in(ada), photo_ids=ids, move="x"))

    form = html.split('<form class="wm-form"')[1]
    first = re.search(r"<button\b([^>]*)>", form)
    assert first
    assert "name=" not in first[1]


def test_the_form_costs_the_same_however_much_is_in_it() -> None:
    ada = make_user("ada")
    client = signed_in(ada)

    def queries(count: int) -> int:
        photos = [str(upload_photo(actor=ada, file=picture()).pk) for _ in range(count)]
        ask(client, keep="1", photo_ids=photos)
        with CaptureQueriesContext(connection) as captured:
            page = client.get(url("ask-help-request"))
        assert html_of(page).count("data-photo=") == count
        return len(captured)

    assert queries(2) == queries(8)


@pytest.mark.parametrize("photo_ids", [["not-a-uuid"], ["00000000-0000-0000-0000-000000000000"]])
def test_photos_that_are_not_there_are_passed_over(photo_ids: list[str]) -> None:
    assert ask(signed_in(make_user()), photo_ids=photo_ids).status_code == 302


def test_photos_of_others_are_not_taken() -> None:
    theirs = upload_photo(actor=make_user("bruno"), file=picture())

    ask(signed_in(make_user("ada")), photo_ids=str(theirs.pk))

    theirs.refresh_from_db()
    assert theirs.content_id is None


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "x" * 201},
        {"title": "nul\x00character"},
        {"description": "x" * 10_001},
        {"description": " \n "},
        {"description": " ".join(f"@somebody{number}" for number in range(21))},
        {"category": "cooking"},
        {"difficulty_level": "godlike"},
        {"urgency": "yesterday"},
        {"language": "klingon"},
    ],
)
def test_input_that_cannot_be_taken_is_said_beside_its_field(fields: dict[str, str]) -> None:
    page = ask(signed_in(make_user()), **fields)

    assert page.status_code == 400
    assert page.context["wm"]["ask"].form.errors
    assert set(page.context["wm"]["ask"].form.errors) == set(fields)
    assert not HelpRequest.objects.exists()


def test_the_same_form_sent_twice_asks_once() -> None:
    client, form = signed_in(make_user()), question()

    first = client.post(url("ask-help-request"), form)
    second = client.post(url("ask-help-request"), form)

    assert HelpRequest.objects.count() == 1
    assert first.headers["Location"] == second.headers["Location"]


def test_two_forms_with_the_same_words_ask_twice() -> None:
    client = signed_in(make_user())

    ask(client)
    ask(client)

    assert HelpRequest.objects.count() == 2


def test_a_form_sent_again_with_other_words_is_not_lost() -> None:
    client, form = signed_in(make_user()), question()
    client.post(url("ask-help-request"), form)

    page = client.post(url("ask-help-request"), {**form, "description": "A second thought."})

    assert page.status_code in {400, 409}
    assert "You have sent this form before" in text_of(page)
    assert "A second thought." in html_of(page)
    assert page.context["wm"]["ask"].form_token != form["form_token"]
    assert HelpRequest.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_button_pressed_twice_at_once_asks_once() -> None:
    ada, form = make_user("ada"), question()

    def send(_: int) -> int:
        try:
            return int(signed_in(ada).post(url("ask-help-request"), form).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(send, range(4)))

    assert HelpRequest.objects.count() == 1
    assert set(statuses) <= {302, 409}


@MARKED_WORDS
def test_a_held_question_is_its_askers_alone_and_says_so() -> None:
    client = signed_in(make_user())

    address = ask(client, description="hold-me").headers["Location"]

    assert "A moderator will look at this soon" in text_of(client.get(address))
    assert Client().get(address).status_code == 404


@MARKED_WORDS
def test_a_rejected_question_keeps_what_was_typed() -> None:
    page = ask(signed_in(make_user()), description="reject-me, kept")

    assert page.status_code == 400
    assert "This cannot be published here." in text_of(page)
    assert "reject-me, kept" in html_of(page)


@MARKED_WORDS
def test_a_failing_moderation_keeps_what_was_typed() -> None:
    page = ask(signed_in(make_user()), description="break-me, kept", photo_0=picture())

    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert "break-me, kept" in html_of(page)
    assert str(Photo.objects.get().pk) in html_of(page)
    assert not HelpRequest.objects.exists()
