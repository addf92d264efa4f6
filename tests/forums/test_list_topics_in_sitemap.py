"""The topics in a host's sitemap: what everybody may see, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sites.requests import RequestSite
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from wargame_mentorship.forums.models import ForumCategory, ForumTopic
from wargame_mentorship.kinds import forum_topic_url
from wargame_mentorship.testing.factories import deactivate, make_topic, make_user
from wargame_mentorship.web.sitemaps import ForumTopicSitemap

pytestmark = pytest.mark.django_db


def listed() -> dict[str, Any]:
    site = RequestSite(RequestFactory().get("/"))
    found = ForumTopicSitemap().get_urls(site=site)
    return {entry["location"].removeprefix("http://testserver"): entry for entry in found}


def test_a_topic_is_listed_where_it_is_with_its_last_change() -> None:
    topic = make_topic(title="Welche Lampe für Größe 1?")

    found = listed()

    [location] = [place.partition("testserver")[2] or place for place in found]
    assert location == forum_topic_url(topic)
    assert location.endswith("/welche-lampe-fur-groe-1/")
    topic.refresh_from_db()
    assert next(iter(found.values()))["lastmod"] == max(topic.updated_at, topic.last_activity_at)


@pytest.mark.parametrize(
    "change",
    [
        lambda topic: ForumTopic.objects.update(moderation_state="held"),
        lambda topic: ForumTopic.objects.update(moderation_state="hidden"),
        lambda topic: ForumTopic.objects.update(deleted_at=timezone.now()),
        lambda topic: ForumCategory.objects.update(is_active=False),
        lambda topic: deactivate(topic.created_by),
    ],
    ids=["held", "hidden", "deleted", "out of use", "author inactive"],
)
def test_what_is_not_for_everybody_is_not_listed(change: Callable[[ForumTopic], Any]) -> None:
    topic = make_topic(make_user("asker"))
    assert len(listed()) == 1

    change(topic)

    assert listed() == {}


def test_a_file_is_one_query_however_many_are_in_it() -> None:
    for count in (2, 8):
        for _ in range(count):
            make_topic()
        with CaptureQueriesContext(connection) as queries:
            listed()
        assert len(queries) == 1
