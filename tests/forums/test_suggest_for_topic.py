"""What helps while a topic is being written: topics like it, and tags that others have used."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.api.http import Api, signed_in, url
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumCategory, ForumTopic
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_post,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def tags(query: str = "") -> list[str]:
    shown = Api().get(url("forum-tags") + query).json()["results"]
    return [entry["name"] for entry in shown]


def test_tags_are_suggested_by_their_beginning_or_by_their_use() -> None:
    category = make_forum_category()
    make_topic(category=category, tags=["brushes", "eyes"])
    make_topic(tags=["brush care", "eyes", "50% off"])

    assert tags() == ["eyes", "50% off", "brush care", "brushes"]
    assert tags("?search=BRU") == ["brush care", "brushes"]
    assert tags(f"?search=bru&category={category.slug}") == ["brushes"]
    assert tags(f"?category={category.slug}") == ["brushes", "eyes"]
    assert tags("?search=%25") == tags("?search=_") == []
    assert tags("?search=50%25") == ["50% off"]
    assert Api().get(url("forum-tags") + "?search=%00").status_code == 400
    assert Api().get(url("forum-tags") + "?category=none").status_code == 400


def test_tags_of_what_nobody_sees_are_not_betrayed() -> None:
    hidden, gone = make_topic(tags=["secret"]), make_topic(tags=["secretive"])
    ForumTopic.objects.filter(pk=hidden.pk).update(moderation_state=ModerationState.HIDDEN)
    ForumCategory.objects.filter(pk=gone.category_id).update(is_active=False)

    assert tags() == tags("?search=secret") == []


@pytest.mark.parametrize("count", [2, 20])
def test_suggesting_costs_the_same_however_much_there_is(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        make_topic(tags=[f"tag {number}", "common"])
    client = Client()
    with django_assert_max_num_queries(2):
        assert "common" in client.get(reverse("wargame_mentorship:suggest-tags")).content.decode()
    address = reverse("wargame_mentorship:similar-topics")
    with django_assert_max_num_queries(4):
        assert client.get(address, {"title": "Which brush for eyes?"}).status_code == 200


def test_topics_like_the_title_stand_below_it_solved_ones_first() -> None:
    ada = make_user("ada")
    plain = make_topic(ada, title="Which brush for tiny eyes?")
    solved = make_topic(ada, title="Which brush for eyes?")
    services.accept(actor=ada, topic=solved, post_id=make_post(solved).pk)
    make_topic(ada, title="Terrain from foam")
    address = reverse("wargame_mentorship:similar-topics")

    shown = Client().get(address, {"title": "Which brush for the eyes?"})
    html = shown.content.decode()

    assert html.index(solved.title) < html.index(plain.title)
    assert "Terrain" not in html
    assert shown.headers["X-Robots-Tag"] == "noindex"
    assert Client().get(address).content.strip() == b""
    assert Client().get(address, {"title": "\0"}).content.strip() == b""


def test_similar_topics_of_the_api_keep_to_a_category() -> None:
    here = make_topic(title="Which brush for eyes?")
    make_topic(title="Which brush for tiny eyes?")

    found = Api().get(
        url("forum-similar") + f"?title=Which+brush+for+eyes&category={here.category.slug}"
    )

    assert [entry["id"] for entry in found.json()["results"]] == [str(here.pk)]
    refused = Api().get(url("forum-similar") + "?title=Which&category=none")
    assert refused.status_code == 400


def test_the_form_offers_much_used_tags_and_where_to_ask() -> None:
    topic = make_topic(tags=["brushes"])
    client = Client(headers={})
    person = make_user("ada")
    client.force_login(person)  # type: ignore[arg-type] # the host's user
    start = reverse("wargame_mentorship:start-topic", args=[topic.category.slug])

    html = client.get(start).content.decode()

    assert 'data-tag="brushes"' in html
    assert reverse("wargame_mentorship:similar-topics") in html
    assert signed_in(person).get(url("forum-tags")).status_code == 200
