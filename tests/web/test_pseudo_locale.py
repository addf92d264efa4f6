"""Every word that the pages say can be translated: in a made-up language nothing stays English.

The catalogue is made from the messages of the package: each becomes ⟦itself⟧, so a word outside
such brackets was never marked for translation. What people write in this test has no letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import django
import polib
import pytest
from bs4 import BeautifulSoup
from bs4.element import NavigableString
from django.test import Client, override_settings
from django.urls import reverse

import wargame_mentorship
from wargame_mentorship.events import services as events
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums import services as forums
from wargame_mentorship.help_requests import services
from wargame_mentorship.kinds import forum_topic_url
from wargame_mentorship.models import HelpRequest
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

MESSAGES = Path(wargame_mentorship.__file__).parent / "locale/de/LC_MESSAGES/django.po"
PSEUDO = "pl"
"""Some language that Django speaks (dates, "this field is required") and the package does not."""

DJANGOS = {
    word
    for entry in polib.mofile(
        str(Path(django.__file__).parent / "conf/locale/pl/LC_MESSAGES/django.mo")
    )
    for text in (entry.msgstr, *entry.msgstr_plural.values())
    for word in re.findall(r"[^\W\d_]+", text)
}

ATTRIBUTES = ("aria-label", "alt", "placeholder", "title", "content")


@pytest.fixture
def _pseudo_locale(tmp_path: Path) -> Iterator[None]:
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for entry in polib.pofile(str(MESSAGES)):
        bracketed = polib.POEntry(msgid=entry.msgid, msgctxt=entry.msgctxt)
        if entry.msgid_plural:
            bracketed.msgid_plural = entry.msgid_plural
            bracketed.msgstr_plural = {0: f"⟦{entry.msgid}⟧", 1: f"⟦{entry.msgid_plural}⟧"}
        else:
            bracketed.msgstr = f"⟦{entry.msgid}⟧"
        catalogue.append(bracketed)
    folder = tmp_path / "locale" / PSEUDO / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue.save_as_mofile(str(folder / "django.mo"))
    with override_settings(
        LANGUAGE_CODE=PSEUDO,
        LANGUAGES=[(PSEUDO, "Pseudo")],
        LOCALE_PATHS=[str(tmp_path / "locale")],
    ):
        yield


def english_on(html: str) -> list[str]:
    """What our part of a page says outside the brackets."""
    page = BeautifulSoup(html, "html.parser").select_one(".wm")
    assert page is not None, "our part of the page is not marked with the class wm"
    # Names of languages stand in that language.
    for foreign in page.select("[lang], select[name=language], script, style"):
        foreign.decompose()
    for moment in page.select("time[title]"):
        del moment["title"]  # ends in the name of a time zone
    said = [str(text) for text in page.find_all(string=True) if type(text) is NavigableString]
    for element in page.find_all(True):
        said += [str(element[name]) for name in ATTRIBUTES if element.has_attr(name)]
    return [text.strip() for text in said if _words_outside(text)]


def _words_outside(text: str) -> list[str]:
    while (inside := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = inside
    return [word for word in re.findall(r"[^\W\d_]+", text) if word not in DJANGOS]


@pytest.mark.usefixtures("_pseudo_locale")
def test_no_page_says_anything_that_cannot_be_translated() -> None:
    asker, helper = make_user("1"), make_user("2")
    for person, name in ((asker, "111"), (helper, "222")):
        for field in ("first_name", "display_name"):
            if hasattr(person, field):
                setattr(person, field, name)
        person.save()
    entry = make_help_request(asker, title="1 + 1 = 3?", description="1 2 3")
    response = make_response(entry, helper, text="4 5 6")
    make_response(entry, asker, text="7 8 9")
    services.mark_helpful(actor=asker, response=response)
    private = make_help_request(asker, title="2 + 2 = 5?", description="0", is_public=False)
    claimed = services.claim(
        actor=helper, help_request=make_help_request(asker, title="3", description="4")
    )
    services.ask_for_info(actor=helper, help_request=claimed, question="3 4?")
    closed = services.close(
        actor=asker, help_request=make_help_request(asker, title="5", description="6")
    )
    solved = services.accept(actor=asker, help_request=entry, response_id=response.pk)
    services.tell_outcome(actor=asker, help_request=solved, text="0 1 2", satisfaction=4)
    services.edit_response(actor=helper, response=response, steps=[{"text": "6 5 4"}])
    HelpRequest.objects.filter(pk=private.pk).update(moderation_state="held")
    forum = make_forum_category("444", description="5", slug="6")
    topic = make_topic(asker, forum, title="7?", description="8", tags=["9"])
    post, gone = (make_post(topic, helper, content=text) for text in ("10", "11"))
    forums.edit_post(actor=helper, post=post, content="12")
    make_post(topic, asker, content="13", reply_to_id=post.pk)
    forums.mark_helpful(actor=asker, post=post)
    forums.accept(actor=asker, topic=topic, post_id=post.pk)
    forums.delete_post(actor=helper, post=gone)
    alone = make_topic(asker, forum, title="14", description="")
    root = make_superuser("444")
    forums.pin(actor=root, topic=alone)
    forums.lock(actor=root, topic=alone)
    make_forum_category("555", slug="7")
    for event in Event.objects.all():
        events.dispatch(event)
    urls = [
        reverse("wargame_mentorship:help-requests"),
        reverse("wargame_mentorship:help-requests") + "?search=404&ordering=views",
        reverse("wargame_mentorship:help-requests") + "?status=nonsense",
        reverse("wargame_mentorship:ask-help-request"),
        reverse("wargame_mentorship:edit-help-request", args=[entry.pk]),
        reverse("wargame_mentorship:edit-response", args=[entry.pk, response.pk]),
        reverse("wargame_mentorship:delete-response", args=[entry.pk, response.pk]),
        reverse("wargame_mentorship:tell-outcome", args=[entry.pk]),
        reverse("wargame_mentorship:notifications"),
        reverse("wargame_mentorship:moderation"),
        reverse("wargame_mentorship:moderation") + "?state=hidden",
        reverse("wargame_mentorship:forums"),
        *(reverse("wargame_mentorship:search-forums") + query for query in ("", "?search=404")),
        *(
            reverse("wargame_mentorship:forum-category", args=["6"]) + query
            for query in ("", "?solved=true", "?search=404", "?solved=nonsense")
        ),
        reverse("wargame_mentorship:forum-category", args=["7"]),
        reverse("wargame_mentorship:start-topic", args=["6"]),
        *(forum_topic_url(one) for one in (topic, alone)),
        *(
            reverse(f"wargame_mentorship:{name}", args=[key])
            for name, key in (
                ("edit-topic", topic.pk),
                ("delete-topic", alone.pk),
                ("edit-post", post.pk),
                ("delete-post", post.pk),
            )
        ),
        *(
            reverse("wargame_mentorship:help-request", args=[one.pk])
            for one in (solved, private, claimed, closed)
        ),
    ]
    clients = {"asker": Client(), "helper": Client(), "moderator": Client(), "nobody": Client()}
    clients["asker"].force_login(asker)  # type: ignore[arg-type] # any user model
    clients["moderator"].force_login(make_superuser("333"))  # type: ignore[arg-type] # any user model
    clients["helper"].force_login(helper)  # type: ignore[arg-type] # any user model

    found = {
        (name, url): english
        for name, client in clients.items()
        for url in urls
        if (answer := client.get(url)).status_code != 302
        and (english := english_on(answer.content.decode()))
    }

    assert found == {}


@pytest.mark.usefixtures("_pseudo_locale")
def test_errors_of_a_form_can_be_translated() -> None:
    client = Client()
    client.force_login(make_user("1"))  # type: ignore[arg-type] # any user model

    answer = client.post(reverse("wargame_mentorship:ask-help-request"), {"title": ""})

    assert "⟦" in answer.content.decode()
    assert english_on(answer.content.decode()) == []


@pytest.mark.usefixtures("_pseudo_locale")
def test_the_page_about_too_much_at_once_can_be_translated() -> None:
    client = Client()
    client.force_login(make_user("1"))  # type: ignore[arg-type] # any user model

    with override_settings(WARGAME_MENTORSHIP={"THROTTLES": {"ask-user": "0/day"}}):
        answer = client.post(reverse("wargame_mentorship:ask-help-request"))

    assert answer.status_code == 429
    assert english_on(answer.content.decode()) == []


def test_every_message_is_translated_into_german() -> None:
    messages = polib.pofile(str(MESSAGES))

    assert [entry.msgid for entry in messages.untranslated_entries()] == []
    assert [entry.msgid for entry in messages.fuzzy_entries()] == []
