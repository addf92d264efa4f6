"""Single components for elements on pages that are not rendered here."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from tests.web.pages import asker_of, html_of, signed_in, url
from wargame_mentorship.testing.factories import make_help_request, make_user

pytestmark = pytest.mark.django_db

CARD = "help-request-card-fragment"


def test_card_comes_without_a_page_around_it() -> None:
    entry = make_help_request(title="Rings in my wash")

    response = Client().get(url(CARD, entry.pk))

    html = html_of(response)
    assert html.startswith("<wm-help-request-card")
    assert "Rings in my wash" in html
    assert "data-wm=" not in html
    assert response["X-Robots-Tag"] == "noindex"


def test_card_has_what_was_asked_for_and_is_allowed() -> None:
    entry = make_help_request()
    path = url(CARD, entry.pk) + "?assign&respond"

    bruno, ada = signed_in(make_user("bruno")), signed_in(asker_of(entry))

    assert 'data-wm="assign"' in html_of(bruno.get(path))
    assert "csrfmiddlewaretoken" in html_of(bruno.get(path))
    assert 'data-wm="assign"' not in html_of(ada.get(path))
    assert 'data-wm="respond"' in html_of(ada.get(path))
    assert "private" in bruno.get(path)["Cache-Control"]


def test_card_of_what_one_may_not_see_is_not_there() -> None:
    entry = make_help_request(title="A secret", is_public=False)

    for client in (Client(), signed_in(make_user("stranger"))):
        response = client.get(url(CARD, entry.pk))
        assert response.status_code == 404
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert "A secret" not in html_of(response)
    assert signed_in(asker_of(entry)).get(url(CARD, entry.pk)).status_code == 200
    assert Client().get(url(CARD, uuid4())).status_code == 404
    assert Client().post(url(CARD, entry.pk)).status_code == 405


def test_form_comes_with_what_its_elements_clone_and_say() -> None:
    ada = signed_in(make_user("ada"))

    response = ada.get(url("help-request-form-fragment") + "?categories=gaming&title=A+tank")

    html = response.content.decode()
    assert '<template class="wm-client"' in html
    assert "<wm-help-request-form " in html
    assert "<script" not in html
    assert 'value="A tank"' in html_of(response)
    assert 'value="gaming" checked' in html_of(response)
    assert "facet.painting" not in html
    assert "csrfmiddlewaretoken" in html
    assert "private" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"


def test_form_is_for_visitors_too() -> None:
    response = Client().get(url("help-request-form-fragment"))

    assert response.status_code == 200
    assert "Sign in and ask" in html_of(response)
