"""What people write is text in the admin too, wherever it stands."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings
from django.urls import reverse

from tests.wagtail_hooks.admin import (
    FORUM_KINDS,
    HOLDING,
    bulk_url,
    edit_form,
    html_of,
    index_url,
    moderator,
    signed_in,
    url_of,
)
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_help_request,
    make_post,
    make_response,
    make_superuser,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"
IMAGE = "\"><img src=x onerror='alert(2)'>"
TITLE = f"{{{{ 7*7 }}}} %(title)s {SCRIPT} {IMAGE}"


@pytest.fixture(autouse=True)
def _holding() -> Any:
    MemorySocial.forget()
    with override_settings(WARGAME_MENTORSHIP=HOLDING):
        yield


def is_harmless(page: Any) -> bool:
    html = html_of(page)
    return SCRIPT not in html and "<img src=x" not in html


def test_hostile_words_are_shown_as_words_on_every_page() -> None:
    person = make_user("mallory")
    entry = make_help_request(person, title=TITLE, description=f"hold-me {SCRIPT} {IMAGE}")
    response = make_response(entry, moderator(), text=f"hold-me {SCRIPT} {IMAGE}")
    client = signed_in(moderator())

    pages = [
        reverse("wagtailadmin_home"),
        index_url(),
        f"{index_url()}?q=alert",
        f"{index_url()}?q={SCRIPT}&author={SCRIPT}&category={SCRIPT}",
        index_url("help_response"),
        *(url_of(name, entry) for name in ("inspect", "history", "approve", "edit", "delete")),
        *(url_of(name, response) for name in ("inspect", "history", "reject")),
        bulk_url("approve", "help_request", entry.pk),
        bulk_url("approve", "help_response", response.pk),
    ]
    for url in pages:
        page = client.get(url)
        assert page.status_code == 200, url
        assert is_harmless(page), url
    assert "{{ 7*7 }}" in html_of(client.get(url_of("inspect", entry)))


def test_hostile_words_in_the_forums_are_words_too() -> None:
    name = f"{SCRIPT}{IMAGE}"
    category = make_forum_category(slug="hostile")
    type(category).objects.filter(pk=category.pk).update(name=name)
    text = f"hold-me {SCRIPT} {IMAGE}"
    topic = make_topic(make_user("mallory"), category, title=TITLE, description=text)
    post = make_post(content=text)
    client = signed_in(make_superuser())

    pages = [
        reverse("wagtailadmin_home"),
        *(f"{index_url(kind)}?q=alert" for kind in FORUM_KINDS),
        f"{index_url('forum_topic')}?deleted={SCRIPT}&category={SCRIPT}",
        *(url_of(verb, topic) for verb in ("inspect", "history", "approve", "edit", "delete")),
        *(url_of(verb, post) for verb in ("inspect", "history", "reject", "edit", "delete")),
        *(bulk_url(action, "forum_topic", topic.pk) for action in ("pin", "move", "delete")),
    ]
    for url in pages:
        page = client.get(url)
        assert page.status_code == 200, url
        assert is_harmless(page), url
    client.post(url_of("delete", topic), {"reason": name})
    for url in (f"{index_url('forum_topic')}?deleted=only", url_of("undelete", topic)):
        assert is_harmless(client.get(url)), url
    answer = client.post(url_of("undelete", topic), {"reason": name})
    assert is_harmless(client.get(answer.headers["Location"]))


def test_hostile_words_in_a_form_come_back_as_words() -> None:
    entry = make_help_request(description="hold-me")
    client = signed_in(moderator())

    wrong = [
        client.post(url_of("edit", entry), edit_form(entry, title=TITLE * 5, description=SCRIPT)),
        client.post(url_of("approve", entry), {"reason": TITLE * 5}),
        client.post(bulk_url("approve", "help_request", entry.pk), {"reason": TITLE * 5}),
    ]

    for page in wrong:
        assert page.status_code == 200
        assert is_harmless(page)


def test_hostile_words_in_a_message_are_words() -> None:
    entry = make_help_request(title=TITLE)
    client = signed_in(moderator())
    client.post(url_of("hide", entry), {"reason": SCRIPT})
    assert is_harmless(client.get(url_of("inspect", entry)))

    answer = client.post(url_of("delete", entry))
    page = client.get(answer.headers["Location"])

    assert "is deleted." in html_of(page)
    assert is_harmless(page)
