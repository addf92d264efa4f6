"""The page of what was edited: who reads it, and what it says."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from wargame_mentorship.forums import services
from wargame_mentorship.kinds import forum_topic_url
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_post,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


class Edited:
    def __init__(self) -> None:
        category = make_forum_category()
        self.moderator: Any = make_forum_moderator(category)
        self.asker: Any = make_user("asker")
        self.expert: Any = make_user("expert")
        self.topic = make_topic(self.asker, category, title="Why?", description="It frosts.")
        self.post = make_post(self.topic, self.expert, content="Thin the paint.")

    def page(self, person: Any, name: str, subject: Any, query: str = "") -> Any:
        client = Client()
        client.force_login(person)
        return client.get(reverse(f"wargame_mentorship:{name}", args=[subject.pk]) + query)

    def topic_html(self, query: str = "") -> str:
        html: str = self.page(self.asker, "versions-of-topic", self.topic, query).content.decode()
        return html


def test_an_edit_is_shown_word_by_word_and_escaped() -> None:
    scene = Edited()
    services.edit_post(actor=scene.expert, post=scene.post, content="Thin <b>the</b> paint twice.")

    html = scene.page(scene.expert, "versions-of-post", scene.post).content.decode()

    assert "the" in html
    assert "<del>" in html
    assert "&lt;b&gt;the&lt;/b&gt;" in html
    assert "<b>the</b>" not in html
    # Said, and not by colour alone.
    assert "Added:" in html
    assert "Taken out:" in html


def test_one_edit_is_shown_and_the_others_are_linked() -> None:
    scene = Edited()
    for title, text in (("Why?", "It frosts now."), ("Why so?", "It frosts now."), ("Why so?", "")):
        services.edit_topic(
            actor=scene.asker, topic=scene.topic, changes={"title": title, "description": text}
        )

    latest, middle = scene.topic_html(), scene.topic_html("?edit=2")

    assert "?edit=1" in latest
    assert "?edit=2" in latest
    assert "?edit=3" not in latest
    assert "<strong>" in middle
    assert "?edit=3" in middle
    nonsense = scene.topic_html("?edit=nonsense")
    assert "?edit=2" in nonsense
    assert "?edit=3" not in nonsense


def test_only_its_author_and_moderators_read_it_and_find_the_way() -> None:
    scene = Edited()
    services.edit_topic(actor=scene.asker, topic=scene.topic, changes={"title": "Why so?"})
    services.edit_post(actor=scene.expert, post=scene.post, content="Better.")
    scene.topic.refresh_from_db()
    ways = [
        reverse("wargame_mentorship:versions-of-topic", args=[scene.topic.pk]),
        reverse("wargame_mentorship:versions-of-post", args=[scene.post.pk]),
    ]

    def found(person: Any) -> list[bool]:
        client = Client()
        client.force_login(person)
        html = client.get(forum_topic_url(scene.topic)).content.decode()
        read = [client.get(way).status_code == 200 for way in ways]
        assert [way in html for way in ways] == read
        return read

    assert found(scene.moderator) == [True, True]
    assert found(scene.asker) == [True, False]
    assert found(scene.expert) == [False, True]
    assert found(make_user()) == [False, False]


def test_what_was_not_edited_in_words_says_so() -> None:
    scene = Edited()
    services.edit_topic(actor=scene.asker, topic=scene.topic, changes={"tags": ["frost"]})

    assert "Its words are as they were" in scene.topic_html()
