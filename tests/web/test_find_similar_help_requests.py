"""What others have asked, beside the question that somebody writes."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.photos.conftest import make_photo
from tests.web.pages import asker_of, html_of, question, signed_in, text_of, url
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.testing.factories import make_help_request, make_response, make_user

pytestmark = pytest.mark.django_db


def solved(title: str = "White frost on my varnish") -> HelpRequest:
    asker = make_user("asker")
    entry = make_help_request(asker, title=title, photo_ids=[make_photo(asker).pk])
    response = make_response(entry)
    return services.accept(actor=asker, help_request=entry, response_id=response.pk)


def deflections() -> int:
    return Event.objects.filter(verb="help_request.deflected").count()


def test_the_fragment_shows_thumbnails_and_solved_ones_first() -> None:
    make_help_request(title="My varnish has white frost")
    entry = solved()

    answer = signed_in(make_user()).get(url("similar-help-requests"), {"title": "varnish frost"})

    html = html_of(answer)
    assert answer.status_code == 200
    assert "<html" not in html
    assert html.index("White frost on my varnish") < html.index("My varnish has white frost")
    assert 'src="/' in html
    assert f'formaction="{url("solved-mine", entry.pk)}"' in html
    # Without an answer it has solved nothing.
    assert html.count("formaction") == 1
    assert answer.headers["Cache-Control"] == "private"


@pytest.mark.parametrize("title", ["", " ", "\0", "the of", "%_'\"", "word " * 2000, "😀"])
def test_any_title_is_taken(title: str) -> None:
    answer = Client().get(url("similar-help-requests"), {"title": title})

    assert answer.status_code == 200
    assert answer.content.strip() == b""


def test_what_is_not_for_everybody_is_not_shown() -> None:
    ada = make_user("ada")
    make_help_request(ada, title="Secret varnish frost", is_public=False)
    address = url("similar-help-requests")

    assert "Secret" not in html_of(Client().get(address, {"title": "varnish frost"}))
    assert "Secret" not in html_of(signed_in(make_user()).get(address, {"title": "varnish frost"}))
    assert "Secret" in html_of(signed_in(ada).get(address, {"title": "varnish frost"}))


def test_the_list_costs_the_same_however_many_there_are() -> None:
    client = Client()
    for _ in range(2):
        solved()
    with CaptureQueriesContext(connection) as few:
        client.get(url("similar-help-requests"), {"title": "varnish frost"})
    for _ in range(5):
        solved()
    with CaptureQueriesContext(connection) as many:
        page = client.get(url("similar-help-requests"), {"title": "varnish frost"})

    assert html_of(page).count("<li>") == 5
    assert len(few) == len(many) <= 5


def test_the_page_shows_them_for_a_title_in_its_address() -> None:
    entry = solved()

    page = Client().get(url("ask-help-request"), {"title": "varnish frost"})

    assert entry.title in text_of(page)
    # Who has no account follows the link; nobody counts them.
    assert "formaction" not in html_of(page)


def test_looking_keeps_all_that_was_typed() -> None:
    entry = solved()
    ada = make_user("ada")
    photo = make_photo(ada)

    page = signed_in(ada).post(
        url("ask-help-request"),
        question(
            check="1",
            title="varnish frost",
            description="",
            photo_ids=[str(photo.pk)],
            **{f"alt_{photo.pk}": "A knight"},
        ),
    )

    assert page.status_code == 200
    assert entry.title in text_of(page)
    assert 'value="varnish frost"' in html_of(page)
    assert 'value="A knight"' in html_of(page)
    assert "wm-summary" not in html_of(page)
    assert HelpRequest.objects.count() == 1


def test_this_solved_it() -> None:
    entry, ada, key = solved(), make_user("ada"), uuid4()
    client = signed_in(ada)
    services.keep_draft(actor=ada, draft_id=key, data={"title": "varnish frost"})

    for _ in range(2):
        answer = client.post(url("solved-mine", entry.pk), {"draft": str(key)})

    page = client.get(answer.headers["Location"])
    assert entry.title in text_of(page)
    assert "Good to hear that this solved it!" in text_of(page)
    assert deflections() == 1
    assert services.draft_of(ada) is None
    assert "Good to hear" not in text_of(client.get(url("help-request", entry.pk)))


def test_only_those_who_sign_in_are_counted() -> None:
    entry = solved()

    answer = Client().post(url("solved-mine", entry.pk))

    assert answer.status_code == 302
    assert "login" in answer.headers["Location"]
    assert signed_in(asker_of(entry)).post(url("solved-mine", entry.pk)).status_code == 403
    assert deflections() == 0


def test_what_one_does_not_see_is_not_there() -> None:
    private = make_help_request(is_public=False)
    client = signed_in(make_user())

    assert client.post(url("solved-mine", private.pk)).status_code == 404
    assert client.get(url("solved-mine", private.pk)).status_code in {302, 404}
    assert client.post(url("solved-mine", uuid4()), {"draft": "x\0"}).status_code == 404
