"""The forums' components on a host's page: what they show, to whom, and at what cost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from wargame_mentorship.forums.models import ForumCategory, ForumTopic
from wargame_mentorship.host import Viewer
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_post,
    make_topic,
    make_user,
)
from wargame_mentorship.web.components import forum_category_list
from wargame_mentorship.web.forums.detail import topic_url

pytestmark = pytest.mark.django_db


def rendered(source: str, person: Any, **context: Any) -> str:
    request = RequestFactory().get("/")
    request.user = person
    template = Template("{% load wargame_mentorship_tags %}" + source)
    return template.render(Context({"request": request, **context}))


def test_list_of_forums_has_those_in_use_with_what_is_unread() -> None:
    reader = make_user(date_joined=timezone.now() - timedelta(days=90))
    here, there = make_forum_category("Here", sort_order=2), make_forum_category("There")
    closed = make_forum_category("Closed", is_active=False)
    make_topic(category=here)

    html = rendered("{% wm_forum_category_list level=4 %}", reader)

    assert html.index(there.name) < html.index(here.name)
    assert closed.name not in html
    assert "1 unread" in html
    assert 'aria-level="4"' in html
    assert f'data-id="{here.pk}" data-slug="{here.slug}"' in html
    assert "unread" not in rendered("{% wm_forum_category_list %}", make_user("fresh"))


def test_list_of_forums_is_narrowed_by_slugs_unless_none_is_in_use() -> None:
    here, there = make_forum_category("Here"), make_forum_category("There")

    narrowed = rendered(f"{{% wm_forum_category_list categories='{here.slug}, x' %}}", make_user())

    assert here.name in narrowed
    assert there.name not in narrowed
    assert len(forum_category_list(Viewer(None), categories=["x"]).entries) == 2


def test_list_of_forums_as_a_fragment_and_on_our_page() -> None:
    entry = make_forum_category("Hostile <b>")
    fragment = Client().get(reverse("wargame_mentorship:forum-category-list-fragment"))
    page = Client().get(reverse("wargame_mentorship:forums"))

    for shown in (fragment, page):
        html = shown.content.decode()
        assert "<wm-forum-category-list>" in html
        assert "Hostile &lt;b&gt;" in html
    assert fragment.headers["X-Robots-Tag"] == "noindex"
    ForumCategory.objects.filter(pk=entry.pk).update(is_active=False)
    assert "No forums yet" in Client().get(reverse("wargame_mentorship:forums")).content.decode()


def test_topic_has_its_posts_and_the_form_of_its_own_page() -> None:
    topic = make_topic(title="Eyes & <brushes>")
    post = make_post(topic, content="A *size 1*.")

    html = rendered("{% wm_topic_detail topic %}", make_user(), topic=topic)

    assert f'<wm-topic-detail data-id="{topic.pk}">' in html
    assert "Eyes &amp; &lt;brushes&gt;</a></h2>" in html
    assert "<p>A <em>size 1</em>.</p>" in html
    assert reverse("wargame_mentorship:reply-topic", args=[topic.pk]) in html
    assert "csrfmiddlewaretoken" in html
    # It stands on another page than its own.
    assert f'href="{topic_url(topic)}?quote={post.pk}#reply"' in html
    assert 'href="?' not in html
    nobody = rendered("{% wm_topic_detail topic level=1 %}", AnonymousUser(), topic=topic)
    assert '<h1 dir="auto">Eyes' in nobody
    assert "Sign in to reply" in nobody


def test_topic_as_a_fragment_is_for_those_who_see_it() -> None:
    topic = make_topic()
    address = reverse("wargame_mentorship:topic-detail-fragment", args=[topic.pk])

    shown = Client().get(address)
    assert topic.title in shown.content.decode()
    assert 'class="wm-client"' in shown.content.decode()
    ForumTopic.objects.filter(pk=topic.pk).update(moderation_state="hidden")

    assert Client().get(address).status_code == 404
