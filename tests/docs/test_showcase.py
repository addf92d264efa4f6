"""The example site's reference of components."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.web.pages import html_of
from wargame_mentorship.testing.factories import make_help_request, make_solved_help_request

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        settings.ROOT_URLCONF != "urls", reason="The page is the example site's alone."
    ),
]


def test_reference_shows_the_components_in_the_states_that_there_are() -> None:
    make_help_request(title="An open one")
    make_help_request(title="A private one", is_public=False)
    make_solved_help_request()

    html = html_of(Client().get(reverse("components")))

    assert "An open one" in html
    assert "A private one" not in html
    for state in ("open", "resolved"):
        assert f'data-status="{state}"' in html


def test_reference_shows_the_form_for_a_question() -> None:
    html = html_of(Client().get(reverse("components")))

    assert "<wm-help-request-form " in html
    assert 'value="painting"' in html
    assert 'value="gaming"' not in html


@pytest.mark.parametrize(
    ("query", "attributes"),
    [
        ("", 'dir="ltr" data-theme="light"'),
        ("?theme=dark&dir=rtl", 'dir="rtl" data-theme="dark"'),
        ('?theme="><script>&dir=up', 'dir="ltr" data-theme="light"'),
    ],
)
def test_reference_is_shown_as_asked(query: str, attributes: str) -> None:
    html = html_of(Client().get(reverse("components") + query))

    assert f'<html lang="en" {attributes}>' in html
