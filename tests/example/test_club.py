"""The club around the plugin: front page, profiles, following, blocking, feed, signing in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from people.models import User
from social.models import Block, Follow
from tests.web.pages import html_of, signed_in, text_of, url
from wargame_mentorship.help_requests import services
from wargame_mentorship.testing.factories import (
    make_help_request,
    make_response,
    make_solved_help_request,
    make_superuser,
    make_user,
)

pytestmark = pytest.mark.django_db


def make_member(name: str = "") -> User:
    member = make_user(name)
    assert isinstance(member, User)
    return member


def profile(person: Any) -> str:
    return reverse("social:profile", args=[person.username])


def set_relation(client: Client, name: str, person: Any, *, on: bool) -> Any:
    return client.post(reverse(f"social:{name}", args=[person.username]), {"on": str(int(on))})


def test_the_front_page_shows_what_waits_and_what_is_solved() -> None:
    waiting, solved = make_help_request(), make_solved_help_request()
    private = make_help_request(is_public=False)

    page = Client().get("/")

    assert page.status_code == 200
    assert waiting.title in text_of(page)
    assert solved.title in text_of(page)
    assert private.title not in text_of(page)


def test_pages_work_under_a_strict_content_security_policy() -> None:
    response = make_response()
    for address in ("/", url("help-requests"), url("help-request", response.help_request_id)):
        page = Client().get(address)
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        scripts = re.findall(r"<script[^>]*>", html_of(page))
        # A file of ours, or data that nothing runs.
        allowed = ('<script type="module" src="/static/', '<script type="application/ld+json"')
        assert all(script.startswith(allowed) for script in scripts), scripts
        assert " style=" not in html_of(page)
        assert " onclick=" not in html_of(page)


def test_a_profile_shows_questions_and_help() -> None:
    bruno = make_member("bruno")
    asked = make_help_request(bruno)
    answered = make_response(responder=bruno).help_request
    private = make_help_request(bruno, is_public=False)

    said = text_of(Client().get(profile(bruno)))

    assert asked.title in said
    assert answered.title in said
    assert private.title not in said


def test_following_somebody_fills_the_feed(django_capture_on_commit_callbacks: Any) -> None:
    ada, bruno = make_member("ada"), make_member("bruno")
    client = signed_in(ada)
    feed = reverse("social:feed")
    assert "You follow nobody" in text_of(client.get(feed))

    set_relation(client, "follow", bruno, on=True)
    set_relation(client, "follow", bruno, on=True)
    with django_capture_on_commit_callbacks(execute=True):
        help_request = make_response(responder=bruno).help_request

    assert Follow.objects.count() == 1
    assert help_request.title in text_of(client.get(feed))
    services.delete(actor=make_superuser(), help_request=help_request)
    assert help_request.title not in text_of(client.get(feed))

    set_relation(client, "follow", bruno, on=False)
    assert not Follow.objects.exists()


def test_a_block_ends_following_and_hides_both_from_each_other() -> None:
    ada, bruno = make_member("ada"), make_member("bruno")
    theirs, hers = make_help_request(bruno), make_help_request(ada)
    Follow.objects.create(follower=bruno, followed=ada)

    set_relation(signed_in(ada), "block", bruno, on=True)

    assert not Follow.objects.exists()
    assert theirs.title not in text_of(signed_in(ada).get(url("help-requests")))
    assert hers.title not in text_of(signed_in(bruno).get(url("help-requests")))
    assert signed_in(bruno).get(profile(ada)).status_code == 404
    assert "Unblock" in text_of(signed_in(ada).get(profile(bruno)))

    set_relation(signed_in(ada), "block", bruno, on=False)
    assert hers.title in text_of(signed_in(bruno).get(url("help-requests")))


def test_relations_need_a_person_who_signed_in_a_post_and_somebody_else() -> None:
    ada = make_member("ada")
    address = reverse("social:block", args=[ada.username])

    assert Client().post(address, {"on": "1"}).status_code == 302
    assert signed_in(make_member()).get(address).status_code == 405
    set_relation(signed_in(ada), "block", ada, on=True)
    assert not Block.objects.exists()


def test_the_sign_in_page_names_the_accounts_of_the_demo_only() -> None:
    assert "miniature" not in html_of(Client().get(reverse("login")))

    with override_settings(DEMO_PASSWORD="miniature"):
        said = text_of(Client().get(reverse("login")))

    for name in ("ada", "bruno", "cleo", "dmitri", "edith", "admin", "miniature"):
        assert name in said


def test_one_signs_in_goes_back_and_signs_out() -> None:
    ada, client = make_member("ada"), Client()
    form = {"username": ada.username, "password": "wrong", "next": url("ask-help-request")}

    assert "do not match" in text_of(client.post(reverse("login"), form))
    answer = client.post(reverse("login"), {**form, "password": "miniature"})
    assert answer.headers["Location"] == url("ask-help-request")
    assert client.get(reverse("logout")).status_code == 405
    client.post(reverse("logout"))
    assert "_auth_user_id" not in client.session


def test_the_language_is_switched_by_a_form() -> None:
    client = Client()

    client.post(reverse("set_language"), {"language": "de", "next": "/"})

    assert '<html lang="de"' in html_of(client.get("/"))


def test_the_schema_is_served() -> None:
    assert Client().get(reverse("schema")).status_code == 200


def test_editors_enter_the_admin_and_others_do_not() -> None:
    admin = reverse("wagtailadmin_home")

    assert signed_in(make_superuser()).get(admin).status_code == 200
    assert signed_in(make_member()).get(admin).status_code == 302


def test_the_club_speaks_german() -> None:
    page = Client().get("/", headers={"accept-language": "de"})

    assert "Wartet auf Antwort" in text_of(page)
    assert "Um Hilfe bitten" in text_of(page)


def test_the_sitemap_holds_pages_and_questions_for_everybody() -> None:
    public, private = make_help_request(), make_help_request(is_public=False)

    index = Client().get("/sitemap.xml")
    files = re.findall(r"<loc>http://testserver(/[^<]+)</loc>", html_of(index))
    listed = "".join(html_of(Client().get(address)) for address in files)

    assert files == ["/sitemap-pages.xml", "/sitemap-help.xml", "/sitemap-forums.xml"]
    assert "<lastmod>" in html_of(index)
    assert f"<loc>http://testserver{url('help-request', public.pk)}</loc>" in listed
    assert html_of(Client().get("/sitemap-pages.xml")).count("<loc>") == 1
    assert str(private.pk) not in listed
    assert Client().get("/sitemap-help.xml?p=2").status_code == 404
