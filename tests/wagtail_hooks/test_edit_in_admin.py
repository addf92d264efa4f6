"""Mending, moving and deleting a help request in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from tests.photos.pictures import upload
from tests.wagtail_hooks.admin import (
    HOLDING,
    edit_form,
    html_of,
    index_url,
    moderator,
    said,
    signed_in,
    text_of,
    url_of,
)
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.photos.models import Photo
from wargame_mentorship.photos.services import photos_of, upload_photo
from wargame_mentorship.taxonomy.models import Category
from wargame_mentorship.testing.factories import make_help_request, make_moderator, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _holding() -> Any:
    with override_settings(WARGAME_MENTORSHIP=HOLDING):
        yield


def edit(client: Any, entry: HelpRequest, **fields: Any) -> Any:
    return client.post(url_of("edit", entry), edit_form(entry, **fields))


def test_everything_that_a_moderator_may_mend_is_mended() -> None:
    entry = make_help_request(subcategory="washing")
    person = moderator()
    client = signed_in(person)

    answer = edit(
        client,
        entry,
        title="Rings after a wash",
        description="*Flat* parts.",
        category="layering",
        difficulty_level="advanced",
        urgency="high",
        language="de",
        is_public=None,
    )

    assert "Saved." in said(client, answer)
    entry = HelpRequest.objects.select_related("category", "subcategory").get()
    assert (entry.title, entry.difficulty_level, entry.urgency) == (
        "Rings after a wash",
        "advanced",
        "high",
    )
    assert "<em>Flat</em>" in entry.description_html
    assert (entry.category.slug, entry.subcategory and entry.subcategory.slug) == (
        "painting",
        "layering",
    )
    assert (entry.language, entry.is_public, entry.version) == ("de", False, 2)
    event = Event.objects.get(verb="help_request.edited")
    assert (event.actor_id, event.subject_id) == (person.pk, entry.pk)


def test_the_form_opens_with_what_is_there() -> None:
    entry = make_help_request(subcategory="washing", language="fr", is_public=False)

    form = signed_in(moderator()).get(url_of("edit", entry)).context["form"]

    assert {name: form[name].value() for name in form.fields} == {
        "title": entry.title,
        "description": entry.description,
        "category": "washing",
        "difficulty_level": "",
        "urgency": "normal",
        "language": "fr",
        "is_public": False,
        "version": 1,
    }


@pytest.mark.parametrize(
    ("grants", "category", "is_moved"),
    [
        (["painting"], "gaming", False),
        (["painting"], "basing", False),
        (["painting"], "drybrushing", True),
        (["washing"], "painting", False),
        (["washing"], "washing", True),
        (["painting", "gaming"], "tactics", True),
        (["painting", "tactics"], "gaming", False),
    ],
)
def test_a_request_is_moved_only_between_categories_of_theirs(
    grants: list[str], category: str, is_moved: bool
) -> None:
    entry = make_help_request(subcategory="washing")
    client = signed_in(moderator(*grants))

    page = client.get(url_of("edit", entry))
    offered = {
        slug
        for _group, entries in page.context["form"].fields["category"].choices
        for slug, _label in entries
    }
    answer = edit(client, entry, category=category, title="Moved")

    assert (category in offered) is is_moved
    assert answer.status_code == (302 if is_moved else 200)
    if not is_moved:
        assert answer.context["form"].errors["category"]
    assert HelpRequest.objects.get().version == (2 if is_moved else 1)


def test_a_foreign_moderator_moves_nothing_into_their_own_category() -> None:
    entry = make_help_request()

    answer = edit(signed_in(moderator("gaming")), entry, category="gaming")

    assert answer.status_code == 404
    assert HelpRequest.objects.get().category.slug == "painting"


def test_a_category_out_of_use_is_not_offered() -> None:
    Category.objects.filter(slug="washing").update(is_active=False)
    entry = make_help_request()

    answer = edit(signed_in(moderator()), entry, category="washing")

    assert answer.context["form"].errors["category"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 201),
        ("title", "bell\x07"),
        ("title", "nul\x00"),
        ("description", " "),
        ("description", "x" * 10_001),
        ("description", " ".join(f"@name{number}" for number in range(21))),
        ("category", "knitting"),
        ("urgency", "now"),
        ("language", "klingon"),
        ("difficulty_level", "divine"),
        ("version", "x"),
    ],
)
def test_what_cannot_be_taken_is_said_and_kept(field: str, value: str) -> None:
    entry = make_help_request()

    page = edit(signed_in(moderator()), entry, **{field: value})

    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    assert HelpRequest.objects.get().version == 1


def test_who_edits_an_old_version_is_told_and_loses_nothing() -> None:
    entry = make_help_request()
    asker: Any = entry.requester
    client = signed_in(moderator())
    services.edit(actor=asker, help_request=entry, changes={"urgency": "low"})

    page = edit(client, entry, title="Mine", version=1)
    again = edit(client, entry, title="Mine", version=page.context["form"]["version"].value())

    assert "This has changed since you opened it." in text_of(page)
    assert page.context["form"]["title"].value() == "Mine"
    assert again.status_code == 302
    assert HelpRequest.objects.get().title == "Mine"


def test_a_photo_is_taken_away_and_the_others_stay() -> None:
    ada = make_user("ada")
    ids = [upload_photo(actor=ada, file=upload()).pk for _ in range(3)]
    entry = make_help_request(ada, photo_ids=ids)
    elsewhere = upload_photo(actor=ada, file=upload())
    client = signed_in(moderator())
    page = client.get(url_of("edit", entry))
    assert all(str(key) in html_of(page) for key in ids)

    edit(client, entry, drop_photo=[str(ids[1]), str(elsewhere.pk), "x"])

    assert [photo.pk for photo in photos_of("help_request", [entry.pk])[entry.pk]] == [
        ids[0],
        ids[2],
    ]
    assert Photo.objects.filter(pk=elsewhere.pk).exists()
    # Nobody's pictures are touched where none is named.
    edit(client, HelpRequest.objects.get(), title="Other")
    assert len(photos_of("help_request", [entry.pk])[entry.pk]) == 2


def test_what_is_ticked_stays_ticked_where_something_else_is_wrong() -> None:
    ada = make_user("ada")
    key = upload_photo(actor=ada, file=upload()).pk
    entry = make_help_request(ada, photo_ids=[key])

    page = edit(signed_in(moderator()), entry, title="", drop_photo=[str(key)])

    assert page.context["pictures"][0][1] is True
    assert len(photos_of("help_request", [entry.pk])[entry.pk]) == 1


def test_a_moderator_who_mends_their_own_question_is_screened() -> None:
    dmitri = moderator()
    entry = make_help_request(dmitri)
    client = signed_in(dmitri)

    refused = edit(client, entry, description="reject-me")
    failed = edit(client, entry, description="break-me")
    held = edit(client, entry, description="hold-me")

    assert "This cannot be published here." in text_of(refused)
    assert "does not answer at the moment" in text_of(failed)
    assert held.status_code == 302
    assert HelpRequest.objects.get().moderation_state == "held"


def test_what_is_deleted_is_gone_softly_with_its_reason() -> None:
    entry = make_help_request()
    make_moderator("painting")
    person = moderator()
    client = signed_in(person)
    shown = client.get(url_of("delete", entry))
    assert "It is gone for everybody" in text_of(shown)

    answer = client.post(url_of("delete", entry), {"reason": "Twice", "version": 1})

    assert answer.headers["Location"] == index_url()
    assert "is deleted." in said(client, answer)
    kept = HelpRequest.objects.get()
    assert kept.deleted_at is not None
    assert (kept.deleted_by_id, kept.deleted_reason) == (person.pk, "Twice")
    assert client.get(url_of("inspect", entry)).status_code == 404
    assert client.post(url_of("delete", entry)).status_code == 404


def test_what_has_changed_is_not_deleted_as_it_was() -> None:
    entry = make_help_request()
    asker: Any = entry.requester
    services.edit(actor=asker, help_request=entry, changes={"title": "Better"})
    client = signed_in(moderator())

    answer = client.post(url_of("delete", entry), {"version": 1, "next": url_of("inspect", entry)})

    assert "This has changed since you opened it." in said(client, answer)
    assert HelpRequest.objects.get().deleted_at is None


# Answers


def answer_in_steps() -> HelpResponse:
    asked = make_help_request()
    bruno = make_user("bruno")
    photo = upload_photo(actor=bruno, file=upload())
    made: HelpResponse = services.respond(
        actor=bruno,
        help_request=asked,
        text="Thin it.",
        steps=[{"text": "Shake the pot.", "photo_id": photo.pk}, {"text": "Add *water*."}],
    )
    return made


def test_an_answer_is_mended_in_its_words_and_keeps_its_photos() -> None:
    response = answer_in_steps()
    first, second = response.steps.all()
    client = signed_in(moderator())
    form = edit_form(response, **{f"step_{second.pk}": "Add a drop of water."})

    page = client.get(url_of("edit", response))
    answer = client.post(url_of("edit", response), form)

    assert "Shake the pot." in text_of(page)
    assert "Saved." in said(client, answer)
    response.refresh_from_db()
    assert response.response_text == "Thin it."
    assert [step.text for step in response.steps.all()] == [first.text, "Add a drop of water."]
    kept = photos_of("help_response_step", [step.pk for step in response.steps.all()])
    assert [len(found) for found in kept.values()] == [1, 0]
    assert response.edited_at is not None


def test_a_step_left_empty_goes_and_an_answer_without_words_is_refused() -> None:
    response = answer_in_steps()
    client = signed_in(moderator())
    first, second = response.steps.all()

    client.post(url_of("edit", response), edit_form(response, **{f"step_{first.pk}": " "}))

    assert [step.text for step in response.steps.all()] == [second.text]
    response.refresh_from_db()
    emptied = {"response_text": "", **{f"step_{step.pk}": "" for step in response.steps.all()}}
    refused = client.post(url_of("edit", response), edit_form(response, **emptied))
    assert refused.status_code == 200
    assert refused.context["form"].errors
    response.refresh_from_db()
    assert response.response_text == "Thin it."


def test_who_edits_an_old_version_of_an_answer_is_told() -> None:
    response = answer_in_steps()
    client = signed_in(moderator())

    page = client.post(url_of("edit", response), edit_form(response, version=response.version + 1))

    assert page.status_code == 200
    assert page.context["form"].non_field_errors()


def test_a_solution_that_is_deleted_leaves_its_question_unsolved() -> None:
    response = answer_in_steps()
    asker: Any = response.help_request.requester
    services.accept(actor=asker, help_request=response.help_request, response_id=response.pk)
    response.refresh_from_db()
    client = signed_in(moderator())

    answer = client.post(
        url_of("delete", response), {"reason": "Dangerous advice", "version": response.version}
    )

    assert "is deleted." in said(client, answer)
    response.refresh_from_db()
    assert response.deleted_reason == "Dangerous advice"
    assert HelpRequest.objects.get().status == "open"
    assert client.get(url_of("delete", response)).status_code == 404
