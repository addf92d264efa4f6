"""What waits for a moderator, of each kind, for everybody and in each place: nobody reads of it but
its author and the moderators of its category, nothing counts it, and nobody is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.sites.requests import RequestSite
from django.core import mail
from django.test import Client, RequestFactory, override_settings

from tests.api.http import MEMORY_SOCIAL
from tests.photos.pictures import upload
from tests.privacy.surfaces import Read, crawl, endpoint, page
from wargame_mentorship.core import registry
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.models import ForumPost, ForumTopic
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.notifications import services as notifications
from wargame_mentorship.photos.services import photos_of, upload_photo
from wargame_mentorship.taxonomy.follows import follow_category
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_help_request,
    make_moderator,
    make_post,
    make_response,
    make_superuser,
    make_topic,
    make_user,
    make_watched_word,
)
from wargame_mentorship.web.sitemaps import ForumTopicSitemap, HelpRequestSitemap

pytestmark = pytest.mark.django_db

WORD = "quillwortish"
KINDS = (HelpRequest.KIND, HelpResponse.KIND, ForumTopic.KIND, ForumPost.KIND)
OUTSIDERS = ("anonymous", "stranger", "participant", "mentioned", "foreign", "foreign_forum")
INSIDERS = ("author", "moderator", "superuser")


@pytest.fixture(autouse=True)
def _host() -> Iterator[None]:
    MemorySocial.forget()
    with override_settings(WARGAME_MENTORSHIP={"SOCIAL": MEMORY_SOCIAL}):
        yield


class Scene:
    """A question and a topic, with people in both; and what is going to be held there."""

    def __init__(self, kind: str, committed: Callable[[], Any]) -> None:
        self.kind, self.committed = kind, committed
        self.is_forum = kind in {ForumTopic.KIND, ForumPost.KIND}
        self.forum = make_forum_category()
        self.people: dict[str, Any] = {
            "anonymous": None,
            "stranger": make_user("stranger"),
            "participant": make_user("participant"),
            "mentioned": make_user("mentioned"),
            "foreign": make_moderator("gaming"),
            "foreign_forum": make_forum_moderator(make_forum_category()),
            "author": make_user("author"),
            "moderator": make_forum_moderator(self.forum) if self.is_forum else make_moderator(),
            "superuser": make_superuser(),
        }
        with committed():
            participant = self.people["participant"]
            follow_category(actor=participant, slug="painting")
            self.question = make_help_request(participant)
            make_response(self.question, self.people["author"])
            self.topic = make_topic(participant, self.forum)
            make_post(self.topic, self.people["author"])
            notifications.watch(actor=participant, subject=self.forum)
        make_watched_word(WORD, "hold")

    def submit(self) -> Any:
        """What says the word, with a picture, and calls somebody."""
        author = self.people["author"]
        picture = upload_photo(actor=author, file=upload(), alt_text=f"A {WORD} edge")
        text = f"The {WORD} gold will not cover, @{self.people['mentioned'].get_username()}."
        given: dict[str, Any] = {"photo_ids": [picture.pk]}
        with self.committed():
            if self.kind == HelpRequest.KIND:
                return make_help_request(author, title=f"{WORD} gold", description=text, **given)
            if self.kind == HelpResponse.KIND:
                return make_response(
                    self.question, author, text=text, steps=[{"text": f"{WORD}!"}], **given
                )
            if self.kind == ForumTopic.KIND:
                return make_topic(
                    author,
                    self.forum,
                    title=f"{WORD} gold",
                    description=text,
                    tags=[WORD],
                    **given,
                )
            return make_post(self.topic, author, content=text, **given)

    def client(self, persona: str) -> Client:
        client = Client()
        if self.people[persona] is not None:
            client.force_login(self.people[persona])
        return client

    @property
    def places(self) -> list[str]:
        """Where a reader would meet it: lists, wholes, search, suggestions, counts, feeds."""
        question, topic, forum = self.question.pk, self.topic.pk, self.forum
        return [
            page("help-requests"),
            page("help-requests", search=WORD),
            page("help-request", question),
            page("help-request-card-fragment", question),
            page("help-request-feed", question),
            page("feed"),
            page("queue"),
            page("similar-help-requests", title=f"{WORD} gold"),
            endpoint("help-requests", page_size=100),
            endpoint("help-requests", search=WORD),
            endpoint("help-request", question),
            endpoint("responses", question),
            endpoint("queue", scope="all"),
            endpoint("categories"),
            endpoint("similar", title=f"{WORD} gold"),
            page("forums"),
            page("forum-category", forum.slug),
            page("forum-topic", topic, self.topic.slug),
            page("search-forums", search=WORD),
            page("similar-topics", title=f"{WORD} gold"),
            page("suggest-tags", text=WORD[:5]),
            page("forums-feed"),
            page("forum-feed", forum.slug),
            page("topic-feed", topic),
            page("forum-category-list-fragment"),
            page("topic-detail-fragment", topic),
            endpoint("forum-categories"),
            endpoint("forum-latest"),
            endpoint("forum-topics", forum.pk),
            endpoint("forum-topics", forum.pk, search=WORD),
            endpoint("forum-topic", topic),
            endpoint("forum-posts", topic),
            endpoint("forum-search", search=WORD),
            endpoint("forum-similar", title=f"{WORD} gold"),
            endpoint("forum-tags", search=WORD[:5]),
            endpoint("notifications"),
            page("notifications"),
        ]

    def read(self, persona: str) -> dict[str, Read]:
        return crawl(self.client(persona), self.places)

    def photo_urls(self, entry: Any) -> list[str]:
        found = photos_of(entry.KIND, [entry.pk])[entry.pk]
        return [url for photo in found for url in (photo.url, photo.thumbnail_url, photo.full_url)]

    def own_places(self, entry: Any) -> list[str]:
        """Its own addresses."""
        if isinstance(entry, ForumTopic):
            return [
                page("forum-topic", entry.pk, entry.slug),
                endpoint("forum-topic", entry.pk),
                endpoint("forum-topic-versions", entry.pk),
            ]
        if isinstance(entry, ForumPost):
            return [page("versions-of-post", entry.pk), endpoint("forum-post-versions", entry.pk)]
        if isinstance(entry, HelpRequest):
            return [page("help-request", entry.pk), endpoint("help-request", entry.pk)]
        return [page("edit-response", self.question.pk, entry.pk)]


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Callable[[], Any]:
    return lambda: django_capture_on_commit_callbacks(execute=True)


def told() -> list[tuple[str, int]]:
    from notifications.models import Notification

    return [("site", Notification.objects.count()), ("mail", len(mail.outbox))]


def sitemaps() -> list[str]:
    site = RequestSite(RequestFactory().get("/"))
    return [
        entry["location"]
        for sitemap in (HelpRequestSitemap(), ForumTopicSitemap())
        for entry in sitemap.get_urls(site=site, protocol="https")
    ]


def said_with(scene: Scene, entry: Any) -> list[str]:
    """What would betray it."""
    return [WORD, str(entry.pk), *scene.photo_urls(entry)]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_is_held_leaks_until_it_is_approved(
    kind: str, committed: Callable[[], Any]
) -> None:
    scene = Scene(kind, committed)
    for persona in OUTSIDERS:
        # Whoever reads is counted, and what they have read is marked.
        scene.read(persona)
    before = {persona: scene.read(persona) for persona in OUTSIDERS}
    news, files, published = told(), sitemaps(), len(MemorySocial.published)

    entry = scene.submit()

    assert entry.is_held
    for persona in OUTSIDERS:
        after = scene.read(persona)
        for address, answer in before[persona].items():
            assert after[address] == answer, (persona, address)
            for token in said_with(scene, entry):
                said = answer.body + answer.location
                assert token not in said or token in address, (persona, address)
        client = scene.client(persona)
        for address in (*scene.own_places(entry), *scene.photo_urls(entry)):
            # Whoever is not signed in is sent there before anything is looked for.
            expected = {404, 302} if persona == "anonymous" else {404}
            assert client.get(address).status_code in expected, (persona, address)
        assert not registry.get(kind).visible_to(scene.people[persona]).filter(pk=entry.pk)
    assert (told(), sitemaps(), len(MemorySocial.published)) == (news, files, published)

    with committed():
        moderation.approve(actor=scene.people["moderator"], kind=kind, object_id=entry.pk)

    # The test itself: what was missed is there now to be found.
    seen = scene.read("stranger")
    assert any(
        str(entry.pk) in answer.body and str(entry.pk) not in address
        for address, answer in seen.items()
    )
    assert told() != news
    assert {scene.client("stranger").get(url).status_code for url in scene.photo_urls(entry)} == {
        200
    }


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_held_is_there_for_its_author_and_the_moderators_of_its_category(
    kind: str, committed: Callable[[], Any]
) -> None:
    scene = Scene(kind, committed)
    entry = scene.submit()
    whole = registry.get(kind).url(entry)

    for persona in INSIDERS:
        client = scene.client(persona)
        shown = client.get(whole).content.decode()
        assert WORD in shown, persona
        mark = "A moderator will look at this soon." if persona == "author" else "waits for a mod"
        assert mark in shown, persona
        assert {client.get(url).status_code for url in scene.photo_urls(entry)} == {200}
    for persona in ("moderator", "superuser"):
        waiting = scene.client(persona).get(page("moderation", kind=kind)).content.decode()
        assert WORD in waiting
        assert "a watched word" in waiting
    for persona in ("foreign", "foreign_forum"):
        for other in KINDS:
            answer = scene.client(persona).get(page("moderation", kind=other))
            assert WORD not in answer.content.decode()
