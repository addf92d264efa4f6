"""Telling how it went, and how the page then leads with it."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client, override_settings

from tests.api.http import MARKED_WORDS
from tests.photos.pictures import upload
from tests.web.pages import asker_of, html_of, picture, signed_in, text_of, url
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.photos.services import photos_of, upload_photo
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_moderator,
    make_response,
    make_solved_help_request,
    make_user,
)

pytestmark = pytest.mark.django_db


def tell(client: Client, help_request: HelpRequest, **fields: Any) -> Any:
    form = {"version": str(help_request.version), "text": "It *shines*.", **fields}
    return client.post(url("tell-outcome", help_request.pk), form)


def solved_with_photos(asker: Any, count: int = 2) -> HelpRequest:
    ids = [
        upload_photo(actor=asker, file=upload(), alt_text=f"Question {number}").pk
        for number in range(count)
    ]
    entry = make_help_request(asker, photo_ids=ids)
    response = make_response(entry, text="What solved it.")
    return services.accept(actor=asker, help_request=entry, response_id=response.pk)


def test_the_asker_is_invited_and_tells_how_it_went() -> None:
    entry = make_solved_help_request()
    client = signed_in(asker_of(entry))
    assert url("tell-outcome", entry.pk) in html_of(client.get(url("help-request", entry.pk)))
    for other in (Client(), signed_in(make_user())):
        assert url("tell-outcome", entry.pk) not in html_of(
            other.get(url("help-request", entry.pk))
        )

    answer = tell(client, entry, photo_0=picture(), alt_0="It shines", satisfaction="5")

    assert answer.headers["Location"] == f"{url('help-request', entry.pk)}#outcome"
    entry.refresh_from_db()
    assert (entry.outcome_text, entry.satisfaction) == ("It *shines*.", 5)
    [photo] = photos_of(HelpRequest.OUTCOME_KIND, [entry.pk])[entry.pk]
    assert (photo.alt_text, photo.stage) == ("It shines", "after")
    page = Client().get(url("help-request", entry.pk))
    assert "<em>shines</em>" in html_of(page)
    assert "Delighted" in text_of(page)
    form = html_of(client.get(url("tell-outcome", entry.pk)))
    assert "It *shines*." in form
    assert f'value="{photo.pk}"' in form


def test_the_page_leads_with_before_and_after_and_the_accepted_answer() -> None:
    ada = make_user("ada")
    entry = solved_with_photos(ada)
    after = [upload_photo(actor=ada, file=upload(), alt_text=f"After {n}").pk for n in range(2)]
    services.tell_outcome(actor=ada, help_request=entry, text="It shines.", photo_ids=after)

    page = BeautifulSoup(html_of(Client().get(url("help-request", entry.pk))), "html.parser")

    [slider] = page.select("wm-before-after.wm-before-after")
    assert [image["alt"] for image in slider.select("figure.wm-before img")] == ["Question 0"]
    assert [image["alt"] for image in slider.select("figure.wm-after img")] == ["After 0"]
    assert [caption.text for caption in slider.select("figcaption")] == ["Before", "After"]
    # No picture stands there twice.
    shown = [image["alt"] for image in page.select(".wm-detail img") if image["alt"]]
    assert shown == ["Question 0", "After 0", "Question 1", "After 1"]
    text = page.get_text()
    assert text.index(entry.title) < text.index("It shines.") < text.index("What solved it.")


@pytest.mark.parametrize(("before", "after"), [(0, 1), (1, 0)])
def test_without_two_pictures_there_is_nothing_to_compare(before: int, after: int) -> None:
    ada = make_user("ada")
    entry = solved_with_photos(ada, before)
    ids = [upload_photo(actor=ada, file=upload(), alt_text="After").pk for _ in range(after)]
    services.tell_outcome(actor=ada, help_request=entry, text="It shines.", photo_ids=ids)

    html = html_of(Client().get(url("help-request", entry.pk)))

    assert "wm-before-after" not in html
    assert ('alt="Question 0"' in html) is bool(before)
    assert ('alt="After"' in html) is bool(after)


def test_a_question_opened_again_keeps_its_outcome_and_its_earlier_answer() -> None:
    ada = make_user("ada")
    entry = solved_with_photos(ada)
    photo = upload_photo(actor=ada, file=upload(), alt_text="After")
    services.tell_outcome(actor=ada, help_request=entry, text="It shone.", photo_ids=[photo.pk])
    services.reopen(actor=ada, help_request=entry)
    client = signed_in(ada)

    page = client.get(url("help-request", entry.pk))

    assert "wm-before-after" not in html_of(page)
    assert "before it was opened again" in text_of(page)
    assert "It shone." in text_of(page)
    assert "Earlier answer" in text_of(page)
    response = entry.responses.get()
    client.post(url("act-on-help-request", entry.pk, "accept"), {"response_id": str(response.pk)})
    again = text_of(client.get(url("help-request", entry.pk)))
    assert "Earlier answer" not in again
    assert "before it was opened again" not in again


def test_an_outcome_says_something_and_keeps_what_was_sent() -> None:
    entry = make_solved_help_request()
    client = signed_in(asker_of(entry))

    empty = tell(client, entry, text="  ")
    wrong = tell(client, entry, satisfaction="9", photo_0=picture())

    assert (empty.status_code, wrong.status_code) == (400, 400)
    assert "Say how it went" in text_of(empty)
    assert "It *shines*." in html_of(wrong)
    assert 'name="photo_ids"' in html_of(wrong)
    entry.refresh_from_db()
    assert entry.outcome_at is None


@override_settings(WARGAME_MENTORSHIP={"MODERATION": MARKED_WORDS})
def test_what_would_have_to_wait_is_given_back_with_the_reason() -> None:
    entry = make_solved_help_request()
    client = signed_in(asker_of(entry))

    page = tell(client, entry, text="hold-me, please")

    assert page.status_code == 400
    assert "A moderator would have to look at this first" in text_of(page)
    assert "hold-me, please" in html_of(page)
    assert tell(client, entry, text="break-me").status_code == 503


def test_whose_it_is_not_and_when_it_is_too_early() -> None:
    solved, unsolved = make_solved_help_request(), make_help_request()

    assert tell(signed_in(make_user()), solved).status_code == 403
    stranger = tell(Client(), solved)
    assert stranger.status_code == 403
    assert "It *shines*." in html_of(stranger)
    early = signed_in(asker_of(unsolved))
    assert early.get(url("tell-outcome", unsolved.pk)).status_code == 409
    late = tell(early, unsolved)
    assert late.status_code == 409
    assert "It *shines*." in html_of(late)
    assert "login" in Client().get(url("tell-outcome", solved.pk)).headers["Location"]


def test_a_second_window_does_not_overwrite_the_first() -> None:
    entry = make_solved_help_request()
    client = signed_in(asker_of(entry))
    tell(client, entry, text="First.")

    page = tell(client, entry, text="Second.")

    assert page.status_code == 409
    assert "Second." in html_of(page)
    entry.refresh_from_db()
    assert entry.outcome_text == "First."


def test_it_is_taken_back_with_a_button() -> None:
    entry = make_solved_help_request()
    asker, moderator = signed_in(asker_of(entry)), signed_in(make_moderator("painting"))
    address = url("withdraw-outcome", entry.pk)
    for client in (asker, moderator):
        entry.refresh_from_db()
        tell(asker, entry)
        assert address in html_of(client.get(url("help-request", entry.pk)))
        assert address not in html_of(Client().get(url("help-request", entry.pk)))
        assert signed_in(make_user()).post(address).status_code == 403

        assert client.post(address).status_code == 302

        assert "How it went" not in text_of(Client().get(url("help-request", entry.pk)))
    assert asker.get(address).headers["Location"] == url("help-request", entry.pk)
