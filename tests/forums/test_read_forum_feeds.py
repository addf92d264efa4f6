"""Atom feeds of the forums: of what everybody may see, bounded, the newest first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.api.http import blocks
from tests.forums.story import COLUMNS
from tests.web.pages import picture
from tests.web.test_read_feeds import ATOM, entries_of, links, read, text, titles
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    deactivate,
    make_forum_category,
    make_post,
    make_topic,
    make_user,
)
from wargame_mentorship.web.feeds import MOST_ENTRIES

pytestmark = pytest.mark.django_db


def address(name: str, *args: Any) -> str:
    return reverse(f"wargame_mentorship:{name}", args=args)


LATEST = "forums-feed"


def test_an_entry_has_what_a_reader_needs() -> None:
    ada = make_user("ada")
    photo = upload_photo(actor=ada, file=picture(), alt_text="An eye")
    category = make_forum_category("Tools & paints")
    topic = make_topic(
        ada,
        category,
        title="Eyes & <brushes>",
        description="Which *one*?",
        language="de",
        photo_ids=[photo.pk],
    )

    for feed in (read(address(LATEST)), read(address("forum-feed", category.slug))):
        [found] = entries_of(feed)
        assert text(found, "title") == "Eyes & <brushes>"
        assert text(found, "id") == f"urn:uuid:{topic.pk}"
        assert links(found)["alternate"].endswith(address("forum-topic", topic.pk, topic.slug))
        assert datetime.fromisoformat(text(found, "published")) == topic.created_at
        assert found.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "de"
        shown = found.find(f"{ATOM}category")
        assert shown is not None
        assert shown.attrib == {"term": category.slug, "label": category.name}
        assert "<p>Which <em>one</em>?</p>" in text(found, "summary")
        assert photo.thumbnail_url in text(found, "summary")


def test_a_forum_has_its_own_and_there_is_an_end() -> None:
    here = make_forum_category()
    made = [make_topic(category=here).title for _ in range(MOST_ENTRIES + 1)]
    elsewhere = make_topic()

    assert titles(address("forum-feed", here.slug)) == made[::-1][:MOST_ENTRIES]
    assert titles(address(LATEST))[0] == elsewhere.title


def test_replies_say_who_wrote_and_what_solved_it_and_lead_there() -> None:
    ada = make_user("ada")
    topic = make_topic(ada, title="Eyes")
    solution, late = make_post(topic), make_post(topic, content="Or *magnets*.")
    services.accept(actor=ada, topic=topic, post_id=solution.pk)

    feed = read(address("topic-feed", topic.pk))
    newest, accepted = entries_of(feed)

    assert text(feed, "title") == "Replies: Eyes"
    assert text(newest, "title").endswith(" replied: Eyes")
    assert "<em>magnets</em>" in text(newest, "summary")
    assert links(newest)["alternate"].endswith(f"?post={late.pk}#post-{late.pk}")
    assert text(accepted, "title").endswith(" solved it: Eyes")


@pytest.mark.parametrize("state", ["held", "hidden", "deleted", "out_of_use", "inactive"])
def test_what_is_not_for_everybody_is_in_no_feed_of_anybody(state: str) -> None:
    ada, category = make_user("ada"), make_forum_category()
    topic = make_topic(ada, category, title="canary-4711")
    make_post(topic, content="canary-4711")
    if state == "out_of_use":
        ForumCategory.objects.update(is_active=False)
    elif state == "inactive":
        deactivate(ada)
    else:
        ForumTopic.objects.update(**COLUMNS[state])
    mine: Any = ada
    client = Client()
    client.force_login(mine)

    for reader in (Client(), client):
        assert "canary" not in reader.get(address(LATEST)).content.decode()
        assert "canary" not in reader.get(address("forum-feed", category.slug)).content.decode()
        assert reader.get(address("topic-feed", topic.pk)).status_code == 404


def test_posts_that_are_not_for_everybody_are_in_no_feed() -> None:
    topic, leaver = make_topic(), make_user()
    held, hidden, deleted = (make_post(topic) for _ in range(3))
    make_post(topic, leaver)
    for post, state in ((held, "held"), (hidden, "hidden"), (deleted, "deleted")):
        ForumPost.objects.filter(pk=post.pk).update(**COLUMNS[state])
    deactivate(leaver)

    assert titles(address("topic-feed", topic.pk)) == []


def test_a_feed_is_the_same_whoever_blocks_whom() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    topic = make_topic(ada)
    client, reader = Client(), Client()
    mine: Any = bruno
    client.force_login(mine)
    MemorySocial.forget()
    with blocks():
        MemorySocial.block(ada, bruno)
        for name, args in ((LATEST, []), ("topic-feed", [topic.pk])):
            shown = client.get(address(name, *args))
            assert shown.content == reader.get(address(name, *args)).content
            again = client.get(
                address(name, *args), headers={"If-None-Match": shown.headers["ETag"]}
            )
            assert again.status_code == 304


@pytest.mark.parametrize("count", [2, 20])
def test_a_feed_costs_the_same_for_2_and_for_20(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    topic = make_topic()
    for _ in range(count):
        make_post(topic)
        make_topic()
    for name, args in ((LATEST, []), ("topic-feed", [topic.pk])):
        with django_assert_max_num_queries(5):
            assert len(entries_of(read(address(name, *args)))) >= count


def test_the_pages_lead_to_their_feeds() -> None:
    topic = make_topic()
    category = topic.category
    for page, feed in (
        (address("forums"), address(LATEST)),
        (address("forum-list", "latest"), address(LATEST)),
        (address("forum-category", category.slug), address("forum-feed", category.slug)),
        (address("forum-topic", topic.pk, topic.slug), address("topic-feed", topic.pk)),
    ):
        shown = Client().get(page).content.decode()
        assert 'type="application/atom+xml"' in shown
        assert f'href="{feed}"' in shown
