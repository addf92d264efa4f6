"""Drafts on the page: before signing in, across tabs and errors, and saved by its script."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from django.test import Client, override_settings

from tests.photos.conftest import make_photo
from tests.web.pages import html_of, picture, question, signed_in, text_of, url
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpRequestDraft
from wargame_mentorship.testing.factories import make_user

pytestmark = pytest.mark.django_db

DRAFT = "help-request-draft"


def ask(client: Client, **fields: Any) -> Any:
    return client.post(url("ask-help-request"), question(**fields))


def key_on(page: Any) -> str:
    found = re.search(r'name="draft" value="([0-9a-f-]{36})"', html_of(page))
    assert found
    return str(found[1])


def put(client: Client, fields: dict[str, Any], **how: Any) -> Any:
    """As the page's script does: the form as a browser encodes it."""
    given = {"data": json.dumps(fields), "content_type": "application/json", **how}
    return client.put(url(DRAFT), **given)


def next_of(answer: Any) -> str:
    assert answer.status_code == 302, answer.status_code
    target = urlsplit(str(answer.headers["Location"]))
    assert "login" in target.path
    return parse_qs(target.query)["next"][0]


def test_the_form_is_open_to_everybody_and_says_when_one_signs_in() -> None:
    page = Client().get(url("ask-help-request"), {"title": "Frost?"})

    assert page.status_code == 200
    assert "You sign in when you send it." in text_of(page)
    assert 'value="Frost?"' in html_of(page)
    # What could not be kept is not offered.
    assert 'type="file"' not in html_of(page)
    assert not page.cookies.get("sessionid")


def test_what_somebody_wrote_before_signing_in_is_there_afterwards() -> None:
    sent = question(
        category="painting",
        description="An hour of *careful* writing.",
        is_private="on",
        **{"part.painting": "varnishing", "facet.painting.paint": "Matt"},
    )

    address = next_of(Client().post(url("ask-help-request"), sent))

    client = signed_in(make_user("ada"))
    back = client.get(address)
    assert back.headers["Location"] == url("ask-help-request")
    page = client.get(back.headers["Location"])
    html = html_of(page)
    assert re.search("Your draft from .* is here", text_of(page))
    assert "An hour of *careful* writing." in html
    assert f'value="{sent["title"]}"' in html
    assert '<option value="varnishing" selected>' in html
    assert 'value="Matt"' in html
    assert re.search(r'name="is_private"[^>]* checked', html)
    assert not HelpRequest.objects.exists()

    answer = client.post(url("ask-help-request"), {**sent, "draft": key_on(page)})
    assert HelpRequest.objects.filter(pk=answer.headers["Location"].split("/")[-2]).exists()
    assert not HelpRequestDraft.objects.exists()
    assert "Your draft" not in text_of(client.get(url("ask-help-request")))


def test_a_key_works_once() -> None:
    address = next_of(ask(Client()))
    ada, bruno = signed_in(make_user("ada")), signed_in(make_user("bruno"))
    ada.get(address)

    page = bruno.get(address)

    assert page.status_code == 200
    assert "That draft is not here any more" in text_of(page)
    assert "Why does my varnish frost?" not in html_of(page)
    assert ada.get(address).headers["Location"] == url("ask-help-request")


@pytest.mark.parametrize("key", ["", "x", "x\0", "00000000-0000-0000-0000-000000000000"])
def test_a_key_that_is_none_opens_an_empty_form(key: str) -> None:
    for client in (Client(), signed_in(make_user())):
        assert client.get(url("ask-help-request"), {"draft": key}).status_code == 200


def test_whoever_comes_back_without_signing_in_goes_on_with_the_same_draft() -> None:
    client = Client()
    address = next_of(ask(client, description="First"))

    page = client.get(address)
    assert "First" in html_of(page)
    again = next_of(ask(client, description="Second", draft=key_on(page)))

    assert again == address
    [draft] = HelpRequestDraft.objects.all()
    assert (draft.owner_id, draft.data["description"]) == (None, "Second")


def test_photos_without_an_account_are_not_lost_without_a_word() -> None:
    """A form that was opened before the session ended."""
    ada = make_user("ada")
    kept = make_photo(ada)

    page = ask(Client(), photo_0=picture(), photo_1=picture(), photo_ids=[str(kept.pk)])

    assert page.status_code == 200
    assert "What you wrote is kept" in text_of(page)
    assert "The 2 photos could not be kept" in text_of(page)
    login = re.search(
        r'href="([^"]*login[^"]*)"[^>]*><span class="wm-label">Sign in<', html_of(page)
    )
    assert login
    client = signed_in(ada)
    client.get(parse_qs(urlsplit(login[1].replace("&amp;", "&")).query)["next"][0])
    back = client.get(url("ask-help-request"))
    assert str(kept.pk) in html_of(back)
    [draft] = HelpRequestDraft.objects.all()
    assert draft.data["lost_photos"] == 2

    nobody_s = signed_in(make_user("bruno"))
    nobody_s.get(next_of(ask(Client(), photo_ids=[str(kept.pk)])))
    assert str(kept.pk) not in html_of(nobody_s.get(url("ask-help-request")))


def test_what_is_too_long_to_be_kept_for_later_is_given_back() -> None:
    long = "canary " + "x" * 40_001

    answer = ask(signed_in(make_user()), keep="1", description=long)

    assert answer.status_code == 413
    assert long in answer.content.decode()
    assert not HelpRequestDraft.objects.exists()


def test_lost_photos_are_mentioned_where_they_are_missing() -> None:
    page = ask(Client(), photo_0=picture())
    assert "The photo could not be kept" in text_of(page)
    [draft] = HelpRequestDraft.objects.all()
    client = signed_in(make_user())

    client.get(url("ask-help-request"), {"draft": str(draft.pk)})

    said = text_of(client.get(url("ask-help-request")))
    assert "The photos that you chose before signing in could not be kept." in said


def test_an_empty_form_leaves_no_draft() -> None:
    assert next_of(Client().post(url("ask-help-request"))) == url("ask-help-request")
    assert not HelpRequestDraft.objects.exists()


def test_what_nobody_would_keep_is_given_back() -> None:
    answer = ask(Client(), description="x" * 40_001)

    assert answer.status_code == 413
    assert "x" * 40_001 in html_of(answer)
    assert not HelpRequestDraft.objects.exists()


@override_settings(WARGAME_MENTORSHIP={"THROTTLES": {"draft-address": "2/hour"}})
def test_drafts_from_one_address_have_a_rate() -> None:
    answers = [ask(Client(), description="Kept words") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "Kept words" in html_of(answers[2])
    assert HelpRequestDraft.objects.count() == 2
    # Whoever has an account is not counted here.
    assert ask(signed_in(make_user())).status_code == 302


def test_looking_around_without_an_account_keeps_the_form_and_no_draft() -> None:
    page = ask(Client(), check="1", description="Still here")

    assert page.status_code == 200
    assert "Still here" in html_of(page)
    assert "Nobody has asked anything like it yet." in text_of(page)
    assert not HelpRequestDraft.objects.exists()


def test_an_error_keeps_the_draft_even_if_the_tab_is_closed() -> None:
    ada = make_user("ada")
    client = signed_in(ada)

    page = ask(client, title="", description="Typed", photo_0=picture(), alt_0="Kept photo")

    assert page.status_code == 400
    anew = client.get(url("ask-help-request"))
    assert "Typed" in html_of(anew)
    assert 'value="Kept photo"' in html_of(anew)
    assert key_on(anew) == key_on(page)


def test_it_can_be_kept_for_later() -> None:
    client = signed_in(make_user())

    answer = ask(client, keep="1", title="", description="Half a sentence")

    assert answer.headers["Location"] == url("ask-help-request")
    assert "Half a sentence" in html_of(client.get(url("ask-help-request")))
    assert not HelpRequest.objects.exists()


def test_start_over() -> None:
    client = signed_in(make_user())
    ask(client, keep="1")
    page = client.get(url("ask-help-request"))

    answer = client.post(url(DRAFT), {"draft": key_on(page)})

    assert answer.headers["Location"] == url("ask-help-request")
    fresh = client.get(url("ask-help-request"))
    assert "Why does my varnish frost?" not in html_of(fresh)
    assert key_on(fresh) != key_on(page)


def test_a_question_from_the_list_does_not_cover_the_draft() -> None:
    client = signed_in(make_user())
    ask(client, keep="1", title="The draft", description="An hour")

    page = client.get(url("ask-help-request"), {"title": "Something else"})

    assert 'value="Something else"' in html_of(page)
    assert "You were writing “The draft”." in text_of(page)
    # Going on with the new one keeps the words of the other.
    ask(client, keep="1", title="Something else", draft=key_on(page))
    said = html_of(client.get(url("ask-help-request")))
    assert "Another draft, which this one replaced" in said
    assert "An hour" in said


def test_sending_a_form_whose_draft_was_thrown_away_still_asks() -> None:
    ada = make_user("ada")
    client, key = signed_in(ada), str(uuid4())
    services.discard_draft(actor=ada, draft_id=UUID(key))

    assert ask(client, draft=key).status_code == 302
    assert HelpRequest.objects.count() == 1
    # Nor does an error in such a form lose anything.
    page = ask(client, draft=key, title="", description="Typed after all")
    assert page.status_code == 400
    assert key_on(page) != key
    assert "Typed after all" in html_of(client.get(url("ask-help-request")))


def test_the_script_keeps_the_form_as_it_stands() -> None:
    ada = make_user("ada")
    client, key, photo = signed_in(ada), str(uuid4()), make_photo(ada)
    typed = (
        f"draft={key}&title=Fros&description=&category=painting&part.painting=varnishing"
        f"&facet.painting.paint=Matt&photo_ids={photo.pk}&is_private=on&urgency=high"
        f"&alt_{photo.pk}=A+frosty+cloak"
    )

    answer = put(client, {}, data=typed, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 200
    assert set(answer.json()) == {"draft", "saved_at"}
    assert answer.json()["draft"] == key
    [draft] = HelpRequestDraft.objects.all()
    assert (str(draft.pk), draft.owner_id) == (key, ada.pk)
    assert draft.data["title"] == "Fros"
    assert (draft.data["category"], draft.data["subcategory"]) == ("painting", "varnishing")
    assert draft.data["facets"]["paint"] == "Matt"
    assert draft.data["photo_ids"] == [str(photo.pk)]
    assert (draft.data["is_public"], draft.data["urgency"]) == (False, "high")
    assert 'value="A frosty cloak"' in html_of(client.get(url("ask-help-request")))


def test_the_script_may_send_json_with_the_names_of_the_api() -> None:
    client, key = signed_in(make_user()), str(uuid4())

    answer = put(client, {"draft": key, "title": "Fros", "facets": {"paint": "Matt"}})

    assert answer.status_code == 200
    [draft] = HelpRequestDraft.objects.all()
    assert (draft.data["title"], draft.data["facets"]) == ("Fros", {"paint": "Matt"})


def test_a_save_that_comes_after_the_question_was_sent_is_refused() -> None:
    client, key = signed_in(make_user()), str(uuid4())
    ask(client, draft=key)

    late = put(client, {"draft": key, "title": "Why does my varnish frost?"})

    assert (late.status_code, late.json()["code"]) == (409, "draft_gone")
    assert not HelpRequestDraft.objects.exists()


def test_the_script_throws_a_draft_away() -> None:
    client, key = signed_in(make_user()), str(uuid4())
    put(client, {"draft": key, "title": "Fros"})

    answer = client.delete(f"{url(DRAFT)}?draft={key}")

    assert (answer.status_code, answer.content) == (204, b"")
    assert not HelpRequestDraft.objects.exists()


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ({"data": "{", "content_type": "application/json"}, 400, "not_json"),
        ({"data": "[]", "content_type": "application/json"}, 400, "invalid"),
        ({"data": '{"draft": "x"}', "content_type": "application/json"}, 400, "invalid"),
        ({"data": '{"draft": {"a": []}}', "content_type": "application/json"}, 400, "invalid"),
        ({"data": '{"a": "\\u0000"}', "content_type": "application/json"}, 400, "nul_character"),
        ({"data": '{"a": "\\ud800"}', "content_type": "application/json"}, 400, "surrogate"),
        ({"data": "[" * 99 + "]" * 99, "content_type": "application/json"}, 400, "too_deep"),
        ({"data": "x" * 1_000_001, "content_type": "application/json"}, 413, "too_large"),
        ({"data": "x" * 3_000_000, "content_type": "application/json"}, 413, "too_large"),
        ({"data": "&".join("a=1" for _ in range(2000))}, 413, "too_large"),
        ({"data": "", "content_type": "text/plain"}, 415, "unsupported_media_type"),
        ({"data": "draft=x%00"}, 400, "invalid"),
    ],
)
def test_a_body_that_is_none_is_a_4xx(how: dict[str, Any], status: int, code: str) -> None:
    form = {"content_type": "application/x-www-form-urlencoded"}

    answer = put(signed_in(make_user()), {}, **{**form, **how})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not HelpRequestDraft.objects.exists()


def test_a_draft_beyond_all_bounds_is_refused_and_the_earlier_one_stays() -> None:
    client, key = signed_in(make_user()), str(uuid4())
    put(client, {"draft": key, "title": "Kept"})

    answer = put(client, {"draft": key, "description": "x" * 40_001})

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert HelpRequestDraft.objects.get().data["title"] == "Kept"


def test_nobody_saves_or_discards_without_an_account() -> None:
    key = str(uuid4())
    for answer in (
        put(Client(), {"draft": key, "title": "x"}),
        Client().delete(f"{url(DRAFT)}?draft={key}"),
        Client().post(url(DRAFT), {"draft": key}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert not HelpRequestDraft.objects.exists()


def test_a_save_from_another_site_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    user: Any = make_user()
    client.force_login(user)

    assert put(client, {"draft": str(uuid4()), "title": "x"}).status_code == 403
    assert not HelpRequestDraft.objects.exists()


@override_settings(WARGAME_MENTORSHIP={"THROTTLES": {"ask-user": "1/day"}})
def test_steps_and_saves_do_not_count_as_asking() -> None:
    client = signed_in(make_user())

    for step in ("check", "keep", "move"):
        assert ask(client, **{step: "1"}).status_code in {200, 302}
    assert put(client, {"draft": str(uuid4()), "title": "x"}).status_code == 200

    assert ask(client).status_code == 302
    assert HelpRequest.objects.count() == 1
    assert ask(client).status_code == 429
