"""Parts of ours on a host's own pages: by our tags, by laces', and with their elements."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.middleware.csrf import get_token
from django.template import Context, RequestContext, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from tests.web.pages import asker_of, html_of, question, signed_in, text_of, url
from wargame_mentorship.help_requests import services
from wargame_mentorship.host import Viewer
from wargame_mentorship.models import HelpRequest
from wargame_mentorship.testing.factories import make_help_request, make_moderator, make_user
from wargame_mentorship.web.components import (
    help_request_cards,
    help_request_form,
    viewer_hash,
)

pytestmark = pytest.mark.django_db

CARD = (
    "{% load wargame_mentorship_tags %}"
    "{% wm_help_request_card entry show_assign_button=True show_respond_link=True %}"
)


def request_of(user: Any = None) -> Any:
    request = RequestFactory().get("/somewhere/")
    request.user = user or AnonymousUser()
    return request


def render(source: str, user: Any = None, **context: Any) -> str:
    return Template(source).render(RequestContext(request_of(user), context))


def moves_of(html: str) -> set[str]:
    return set(re.findall(r'data-wm="(\w+)"', html))


def test_card_stands_on_a_page_of_the_hosts_and_shows_no_button_unless_asked_for() -> None:
    entry = make_help_request(title="Rings in my wash")

    html = render(
        "{% load wargame_mentorship_tags %}{% wm_help_request_card entry level=2 %}",
        make_user("bruno"),
        entry=entry,
    )

    assert f'<wm-help-request-card data-id="{entry.pk}" data-status="open">' in html
    assert "Rings in my wash" in html
    assert 'aria-level="2"' in html
    assert moves_of(html) == set()


def test_button_is_there_if_it_is_wanted_and_allowed() -> None:
    entry = make_help_request()
    asker = asker_of(entry)

    assert moves_of(render(CARD, make_user("bruno"), entry=entry)) == {"assign", "respond"}
    assert moves_of(render(CARD, asker, entry=entry)) == {"respond"}
    assert moves_of(render(CARD, None, entry=entry)) == set()


def test_button_is_gone_once_somebody_helps_or_all_is_closed() -> None:
    entry, other = make_help_request(), make_user("other")
    entry = services.claim(actor=make_user("helper"), help_request=entry)
    assert moves_of(render(CARD, other, entry=entry)) == {"respond"}

    entry = services.close(actor=asker_of(entry), help_request=entry, reason="")
    assert moves_of(render(CARD, make_moderator("painting"), entry=entry)) == set()


def test_button_takes_the_request_on() -> None:
    entry, bruno = make_help_request(), make_user("bruno")
    html = render(CARD, bruno, entry=entry)
    [action] = re.findall(r'action="([^"]+)"', html)

    signed_in(bruno).post(action)

    entry.refresh_from_db()
    assert entry.assigned_helper_id == bruno.pk


@pytest.mark.parametrize("library", ["wargame_mentorship_tags", "wagtailadmin_tags"])
def test_component_tag_gives_a_form_its_token(library: str) -> None:
    """laces alone would not: the tag passes the context, the component drops it."""
    entry, bruno = make_help_request(), make_user("bruno")
    [card] = help_request_cards(Viewer(bruno), [entry], show_assign_button=True)
    request = request_of(bruno)
    secret = get_token(request)
    assert secret

    html = Template(f"{{% load {library} %}}{{% component card %}}").render(
        RequestContext(request, {"card": card})
    )

    assert re.search(r'name="csrfmiddlewaretoken" value="\w{64}"', html)


def test_component_renders_without_a_request() -> None:
    [card] = help_request_cards(Viewer(None), [make_help_request(title="Rings")])

    assert "Rings" in card.render_html()
    assert "Rings" in card.render_html(Context({}))


def test_cards_cost_the_same_however_many_there_are() -> None:
    bruno = make_user("bruno")
    source = (
        "{% load wargame_mentorship_tags %}"
        "{% wm_help_request_cards entries show_assign_button=True show_respond_link=True %}"
    )

    def cost(count: int) -> int:
        while HelpRequest.objects.count() < count:
            make_help_request()
        # A new viewer's session is not what is counted.
        entries = HelpRequest.objects.visible_to(bruno)
        with CaptureQueriesContext(connection) as queries:
            html = render(source, bruno, entries=entries)
        assert len(re.findall('data-wm="assign"', html)) == count
        return len(queries)

    assert cost(2) == cost(20)


FORM = "{% load wargame_mentorship_tags %}{% wm_help_request_form %}"


def offered(html: str) -> list[str]:
    return re.findall(r'type="radio" [^>]*name="category" value="([^"]+)"', html)


def value_of(html: str, name: str) -> str:
    [value] = set(re.findall(rf'name="{name}" value="([^"]*)"', html))
    return str(value)


def test_form_stands_on_a_page_of_the_hosts_and_sends_to_the_ask_page() -> None:
    bruno = make_user("bruno")
    html = render(FORM, bruno)
    assert "<wm-help-request-form data-draft-url=" in html
    assert f'<form class="wm-form" method="post" action="{url("ask-help-request")}"' in html
    assert re.search(r'name="csrfmiddlewaretoken" value="\w{64}"', html)

    given = {name: value_of(html, name) for name in ("form_token", "draft")}
    answer = signed_in(bruno).post(url("ask-help-request"), question(**given))

    asked = HelpRequest.objects.get()
    assert answer.headers["Location"] == url("help-request", asked.pk)
    assert asked.requester_id == bruno.pk


def test_form_that_was_sent_too_soon_comes_back_on_the_ask_page_with_what_is_wrong() -> None:
    bruno = make_user("bruno")
    draft = value_of(render(FORM, bruno), "draft")

    page = signed_in(bruno).post(
        url("ask-help-request"), question(draft=draft, title="", description="Kept")
    )

    assert page.status_code == 400
    assert "Give your question a title." in text_of(page)
    assert "Kept</textarea>" in html_of(page)


def test_form_is_for_everybody_and_those_who_have_no_account_sign_in_when_they_send_it() -> None:
    html = render(FORM)

    assert "Sign in and ask" in html
    assert 'type="file"' not in html
    answer = Client().post(url("ask-help-request"), question(draft=value_of(html, "draft")))
    assert "login" in answer.headers["Location"]


@pytest.mark.parametrize("categories", ["'gaming, modeling'", "wanted"])
def test_form_offers_the_categories_that_are_wanted_and_in_use(categories: str) -> None:
    source = (
        f"{{% load wargame_mentorship_tags %}}{{% wm_help_request_form categories={categories} %}}"
    )

    html = render(source, wanted=["gaming", "modeling", "cookery"])

    assert sorted(offered(html)) == ["gaming", "modeling"]
    assert "facet.painting" not in html


def test_form_offers_all_if_none_of_those_that_are_wanted_is_in_use() -> None:
    html = help_request_form(Viewer(None), categories=["cookery"]).render_html()

    assert offered(html) == offered(help_request_form(Viewer(None)).render_html())


def test_the_only_category_is_chosen_and_words_may_be_given() -> None:
    form = help_request_form(Viewer(None), categories=["gaming"], title="May a tank climb?")
    html = form.render_html()

    assert offered(html) == ["gaming"]
    assert 'value="gaming" checked' in html
    assert 'value="May a tank climb?"' in html


def test_form_holds_what_somebody_began_unless_it_is_about_something_else() -> None:
    bruno = make_user("bruno")
    draft = services.keep_draft(
        actor=bruno, draft_id=uuid4(), data={"title": "Rings in my wash", "category": "painting"}
    )

    def shown(**props: Any) -> str:
        return help_request_form(Viewer(bruno), **props).render_html()

    assert value_of(shown(), "draft") == str(draft.pk)
    assert 'value="Rings in my wash"' in shown()
    for other in (shown(categories=["gaming"]), shown(title="May a tank climb?")):
        assert value_of(other, "draft") != str(draft.pk)
        assert "You were writing “Rings in my wash”." in other
    assert "Rings" not in help_request_form(Viewer(make_user("ada"))).render_html()


def test_every_page_brings_the_script_and_nothing_inline() -> None:
    html = html_of(signed_in(make_user("ada")).get(url("help-requests")))

    scripts = re.findall(r"<script\b[^>]*>", html)
    assert [script for script in scripts if "wargame_mentorship" in script] == scripts
    assert len(scripts) == 1
    assert 'type="module"' in scripts[0]
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)


def test_browser_is_told_whose_drafts_it_keeps_and_not_who_that_is() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    source = "{% load wargame_mentorship_tags %}{% wm_elements %}"

    hashes = {viewer_hash(Viewer(user)) for user in (ada, bruno)}

    assert len(hashes) == 2
    assert f'data-viewer="{viewer_hash(Viewer(ada))}"' in render(source, ada)
    assert viewer_hash(Viewer(ada)) != str(ada.pk)
    assert 'data-viewer=""' in render(source)
    assert 'data-viewer=""' in Template(source).render(Context({}))
