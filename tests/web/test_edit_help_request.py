"""Editing one's question."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.web.pages import asker_of, html_of, picture, question, signed_in, text_of, url
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.facets import facets_of
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.models import CategoryPrompt
from wargame_mentorship.photos.services import photos_of, upload_photo
from wargame_mentorship.testing.factories import make_help_request, make_moderator, make_user

pytestmark = pytest.mark.django_db


def save(client: Client, help_request: HelpRequest, **fields: Any) -> Any:
    form = question(**{"version": str(help_request.version), **fields})
    return client.post(url("edit-help-request", help_request.pk), form)


def test_the_form_holds_what_was_asked() -> None:
    help_request = make_help_request(title="Frost?", subcategory="varnishing", is_public=False)

    html = html_of(signed_in(asker_of(help_request)).get(url("edit-help-request", help_request.pk)))

    assert 'value="Frost?"' in html
    assert '<option value="varnishing" selected>' in html
    assert "checked" in html


def test_the_asker_changes_words_and_photos() -> None:
    asker = make_user("asker")
    old = upload_photo(actor=asker, file=picture())
    kept = upload_photo(actor=asker, file=picture())
    help_request = make_help_request(asker, photo_ids=[old.pk, kept.pk])

    answer = save(
        signed_in(asker),
        help_request,
        title="Frost on gloss?",
        photo_ids=[str(old.pk), str(kept.pk)],
        drop_photo=str(old.pk),
        photo_0=picture(),
    )

    help_request.refresh_from_db()
    photos = photos_of("help_request", [help_request.pk])[help_request.pk]
    assert answer.headers["Location"] == url("help-request", help_request.pk)
    assert help_request.title == "Frost on gloss?"
    assert photos[0] == kept
    assert len(photos) == 2


def test_an_edit_of_an_old_version_is_said_and_kept() -> None:
    help_request = make_help_request()
    before = help_request.version
    services.edit(
        actor=asker_of(help_request), help_request=help_request, changes={"title": "Newer"}
    )

    page = signed_in(asker_of(help_request)).post(
        url("edit-help-request", help_request.pk),
        question(version=str(before), title="Typed on the old one"),
    )

    assert page.status_code == 409
    assert "This has changed since you opened it." in text_of(page)
    assert "Typed on the old one" in html_of(page)
    help_request.refresh_from_db()
    assert help_request.title == "Newer"


def test_only_the_asker_and_moderators_of_the_category_edit() -> None:
    help_request = make_help_request()
    address = url("edit-help-request", help_request.pk)

    assert Client().get(address).status_code == 302
    assert signed_in(make_user()).get(address).status_code == 403
    assert signed_in(make_moderator("gaming")).get(address).status_code == 403
    assert signed_in(make_moderator("painting")).get(address).status_code == 200
    assert save(signed_in(make_user()), help_request).status_code == 403


def test_mistakes_are_said_beside_their_fields() -> None:
    help_request = make_help_request()

    page = save(signed_in(asker_of(help_request)), help_request, description="", version="x" * 99)

    assert page.status_code == 400
    assert page.context["wm"]["ask"].form.errors


def test_the_form_holds_the_answers_to_guided_questions_and_changes_them() -> None:
    help_request = make_help_request(facets={"paint": "Red", "primer": "Grey"})
    client = signed_in(asker_of(help_request))
    CategoryPrompt.objects.filter(slug="primer").update(is_active=False)

    html = html_of(client.get(url("edit-help-request", help_request.pk)))
    assert 'value="Red"' in html
    # Out of use, but answered here.
    assert 'value="Grey"' in html
    save(
        client,
        help_request,
        category="painting",
        **{"facet.painting.paint": "Blue", "facet.painting.primer": ""},
    )

    facets = facets_of([help_request.pk])[help_request.pk]
    assert [(facet.slug, facet.value) for facet in facets] == [("paint", "Blue")]


def test_photos_of_the_question_are_moved_and_described() -> None:
    asker = make_user("asker")
    one, two = (upload_photo(actor=asker, file=picture()) for _ in range(2))
    help_request = make_help_request(asker, photo_ids=[one.pk, two.pk])
    client = signed_in(asker)
    ids = [str(one.pk), str(two.pk)]

    page = save(
        client, help_request, photo_ids=ids, move=ids[1], title="Typed", **{f"alt_{ids[0]}": "Mini"}
    )

    assert page.status_code == 200
    assert 'value="Typed"' in html_of(page)
    moved = re.findall(r'data-photo="([^"]+)"', html_of(page))
    assert moved == ids[::-1]
    help_request.refresh_from_db()
    assert help_request.version == 1
    save(client, help_request, photo_ids=moved)
    photos = photos_of("help_request", [help_request.pk])[help_request.pk]
    assert [(photo.pk, photo.alt_text) for photo in photos] == [(two.pk, ""), (one.pk, "Mini")]
