"""Every address that somebody can read, by the URL configuration, and what is read there.

A new route that answers GET fails `test_canary.py` until it has a line in `READ` or `ALIKE`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse

from wargame_mentorship import urls as pages
from wargame_mentorship.api import urls as api
from wargame_mentorship.help_requests.filters import ORDERINGS, HelpRequestFilter
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.models import ForumCategory, ForumPost, ForumTopic, Photo
from wargame_mentorship.web.forums.lists import LISTS
from wargame_mentorship.web.help_requests.finding import FILTERS

MODULES = {"wargame_mentorship": pages, "wargame_mentorship_api": api}


@dataclass
class World:
    """What there is to be read, besides what nobody is to read."""

    people: dict[str, AbstractBaseUser]
    entries: list[HelpRequest] = field(default_factory=list)
    words: tuple[str, ...] = ()
    """What to search for; what is private says all of them."""
    titles: tuple[str, ...] = ()
    """Of what is private, and the beginning of it."""


def _address(namespace: str, name: str, *args: Any, **query: Any) -> str:
    path = reverse(f"{namespace}:{name}", args=args)
    return f"{path}?{urlencode(query)}" if query else path


def page(name: str, *args: Any, **query: Any) -> str:
    return _address("wargame_mentorship", name, *args, **query)


def endpoint(name: str, *args: Any, **query: Any) -> str:
    return _address("wargame_mentorship_api", name, *args, **query)


def filter_values(world: World, *, thorough: bool) -> Iterator[tuple[str, str]]:
    """Every filter of the list, with every value that ends; or only with one that finds."""
    by_name = {
        "category": ["painting", "gaming"],
        "subcategory": ["drybrushing", "washing"],
        "requester": [world.people["asker"].pk, world.people["stranger"].pk],
        "assigned_helper": [world.people["helper"].pk, world.people["stranger"].pk],
        "language": ["en", "de"],
        "difficulty_level": ["advanced"],
        "urgency": ["high"],
        "status": ["resolved"],
        "queue": ["solved"],
        "facet": ["paint:rust"],
    }
    for name, each in HelpRequestFilter.base_filters.items():
        choices = [value for value, _label in each.extra.get("choices", ())]
        assert name in by_name or choices, f"Give values for {name}."
        values = dict.fromkeys(map(str, [*by_name.get(name, ()), *choices]))
        if name == "language":
            values = dict.fromkeys(by_name[name])
        for value in list(values)[: None if thorough else 1]:
            yield name, value


def api_lists(world: World, *, thorough: bool) -> Iterator[str]:
    for word in world.words:
        yield endpoint("help-requests", search=word)
    for ordering in ORDERINGS:
        yield endpoint("help-requests", ordering=ordering, page_size=2)
        if thorough:
            yield endpoint("help-requests", ordering=ordering, page_size=100)
    for name, value in filter_values(world, thorough=thorough):
        yield endpoint("help-requests", **{name: value})
        if thorough:
            yield endpoint("help-requests", **{name: value}, search=world.words[0])


def page_lists(world: World, *, thorough: bool) -> Iterator[str]:
    yield page("help-requests")
    yield page("help-requests", search=world.words[0], status="resolved")
    if thorough:
        for word in world.words:
            yield page("help-requests", search=word)
        for ordering in ORDERINGS:
            yield page("help-requests", ordering=ordering)
        for name, value in filter_values(world, thorough=True):
            if name in FILTERS:
                yield page("help-requests", **{name: value})


class Recipe(Protocol):
    def __call__(self, world: World, *, thorough: bool) -> Iterable[str]: ...


def _answers_of(world: World) -> Iterator[tuple[Any, Any]]:
    """Keys of the questions and of the answers to them."""
    answers = HelpResponse.objects.filter(help_request__in=world.entries).order_by("pk")
    yield from answers.values_list("help_request", "pk")


def _keys_of(model: type[Model]) -> list[Any]:
    return list(model._default_manager.order_by("pk").values_list("pk", flat=True))


def _slugs_of_forums() -> list[str]:
    return list(ForumCategory.objects.order_by("pk").values_list("slug", flat=True))


def always(addresses: Callable[[World], Iterable[str]]) -> Recipe:
    """A recipe that is short enough to be followed each time."""
    return lambda world, thorough: addresses(world)


READ: dict[tuple[str, str], Recipe] = {
    ("wargame_mentorship", "index"): always(lambda world: [page("index")]),
    ("wargame_mentorship", "help-requests"): page_lists,
    ("wargame_mentorship", "ask-help-request"): always(
        lambda world: [
            page("ask-help-request"),
            page("ask-help-request", title=world.titles[0]),
        ]
    ),
    ("wargame_mentorship", "help-request"): always(
        lambda world: [page("help-request", entry.pk) for entry in world.entries]
    ),
    ("wargame_mentorship", "edit-help-request"): always(
        lambda world: [page("edit-help-request", world.entries[0].pk)]
    ),
    ("wargame_mentorship", "help-request-feed"): always(
        lambda world: [page("help-request-feed", entry.pk) for entry in world.entries]
    ),
    ("wargame_mentorship", "help-request-card-fragment"): always(
        lambda world: [page("help-request-card-fragment", entry.pk) for entry in world.entries]
    ),
    ("wargame_mentorship", "help-request-form-fragment"): always(
        lambda world: [page("help-request-form-fragment", title=world.titles[0])]
    ),
    ("wargame_mentorship", "tell-outcome"): always(
        lambda world: [page("tell-outcome", entry.pk) for entry in world.entries]
    ),
    ("wargame_mentorship", "edit-response"): always(
        lambda world: [page("edit-response", *keys) for keys in _answers_of(world)]
    ),
    ("wargame_mentorship", "delete-response"): always(
        lambda world: [page("delete-response", *keys) for keys in _answers_of(world)]
    ),
    ("wargame_mentorship", "feed"): always(
        lambda world: [page("feed"), page("feed", search=world.words[0])]
    ),
    ("wargame_mentorship", "queue"): always(lambda world: [page("queue")]),
    ("wargame_mentorship", "similar-help-requests"): always(
        lambda world: [page("similar-help-requests", title=title) for title in world.titles]
    ),
    ("wargame_mentorship", "moderation"): always(lambda world: [page("moderation")]),
    ("wargame_mentorship", "cases"): always(
        lambda world: [page("cases"), *(page("cases", status=one) for one in ("upheld", "x"))]
    ),
    ("wargame_mentorship", "standing"): always(lambda world: [page("standing")]),
    ("wargame_mentorship", "appeals"): always(lambda world: [page("appeals")]),
    ("wargame_mentorship", "person"): always(
        lambda world: [page("person", person.pk) for person in world.people.values()]
    ),
    ("wargame_mentorship_api", "standing"): always(lambda world: [endpoint("standing")]),
    ("wargame_mentorship_api", "appeals"): always(lambda world: [endpoint("appeals")]),
    ("wargame_mentorship_api", "person"): always(
        lambda world: [endpoint("person", person.pk) for person in world.people.values()]
    ),
    ("wargame_mentorship", "flags"): always(lambda world: [page("flags")]),
    ("wargame_mentorship", "report"): always(
        lambda world: [page("report", entry.KIND, entry.pk) for entry in world.entries]
    ),
    ("wargame_mentorship_api", "cases"): always(
        lambda world: [endpoint("cases"), endpoint("cases", content_type="help_request")]
    ),
    ("wargame_mentorship", "notifications"): always(lambda world: [page("notifications")]),
    ("wargame_mentorship", "notification-preferences"): always(
        lambda world: [page("notification-preferences")]
    ),
    ("wargame_mentorship", "unsubscribe"): always(lambda world: [page("unsubscribe", "none")]),
    ("wargame_mentorship_api", "help-requests"): api_lists,
    ("wargame_mentorship_api", "help-request"): always(
        lambda world: [endpoint("help-request", entry.pk) for entry in world.entries]
    ),
    ("wargame_mentorship_api", "responses"): always(
        lambda world: [endpoint("responses", entry.pk) for entry in world.entries]
    ),
    ("wargame_mentorship_api", "mute"): always(
        lambda world: [endpoint("mute", entry.pk) for entry in world.entries]
    ),
    ("wargame_mentorship_api", "queue"): always(
        lambda world: [endpoint("queue"), endpoint("queue", scope="all")]
    ),
    ("wargame_mentorship_api", "categories"): always(lambda world: [endpoint("categories")]),
    ("wargame_mentorship_api", "draft"): always(lambda world: [endpoint("draft")]),
    ("wargame_mentorship_api", "forum-draft"): always(lambda world: [endpoint("forum-draft")]),
    ("wargame_mentorship_api", "forum-reply-draft"): always(
        lambda world: [endpoint("forum-reply-draft", pk) for pk in _keys_of(ForumTopic)]
    ),
    ("wargame_mentorship_api", "follows"): always(lambda world: [endpoint("follows")]),
    ("wargame_mentorship_api", "notification-preferences"): always(
        lambda world: [endpoint("notification-preferences")]
    ),
    ("wargame_mentorship_api", "similar"): always(
        lambda world: [endpoint("similar", title=title) for title in world.titles]
    ),
    ("wargame_mentorship_api", "notifications"): always(
        lambda world: [
            endpoint("notifications"),
            endpoint("notifications", unread="true"),
        ]
    ),
    ("wargame_mentorship_api", "bundles"): always(lambda world: [endpoint("bundles")]),
    ("wargame_mentorship_api", "moderation-log"): always(
        lambda world: [
            endpoint("moderation-log"),
            endpoint("moderation-log", content_type="help_request"),
        ]
    ),
    ("wargame_mentorship_api", "held"): always(
        lambda world: [
            endpoint("held", content_type=kind) for kind in ("help_request", "help_response")
        ]
    ),
    ("wargame_mentorship", "forums"): always(lambda world: [page("forums")]),
    ("wargame_mentorship", "search-forums"): always(
        lambda world: [page("search-forums", search=word) for word in world.words]
    ),
    ("wargame_mentorship_api", "forum-search"): always(
        lambda world: [endpoint("forum-search", search=word) for word in world.words]
    ),
    ("wargame_mentorship_api", "forum-similar"): always(
        lambda world: [endpoint("forum-similar", title=title) for title in world.titles]
    ),
    ("wargame_mentorship", "forum-category"): always(
        lambda world: [
            address
            for slug in _slugs_of_forums()
            for address in (
                page("forum-category", slug),
                page("forum-category", slug, search=world.words[0]),
            )
        ]
    ),
    ("wargame_mentorship", "start-topic"): always(
        lambda world: [page("start-topic", slug) for slug in _slugs_of_forums()]
    ),
    ("wargame_mentorship", "forum-topic"): always(
        lambda world: [page("forum-topic", key, "topic") for key in _keys_of(ForumTopic)]
    ),
    ("wargame_mentorship", "edit-topic"): always(
        lambda world: [page("edit-topic", key) for key in _keys_of(ForumTopic)]
    ),
    ("wargame_mentorship", "delete-topic"): always(
        lambda world: [page("delete-topic", key) for key in _keys_of(ForumTopic)]
    ),
    ("wargame_mentorship", "steer-topics"): always(
        lambda world: [page("steer-topics"), page("steer-topics", state="deleted")]
    ),
    ("wargame_mentorship", "split-topic"): always(
        lambda world: [page("split-topic", key) for key in _keys_of(ForumTopic)]
    ),
    ("wargame_mentorship", "versions-of-topic"): always(
        lambda world: [page("versions-of-topic", key) for key in _keys_of(ForumTopic)]
    ),
    ("wargame_mentorship", "versions-of-post"): always(
        lambda world: [page("versions-of-post", key) for key in _keys_of(ForumPost)]
    ),
    ("wargame_mentorship", "edit-post"): always(
        lambda world: [page("edit-post", key) for key in _keys_of(ForumPost)]
    ),
    ("wargame_mentorship", "delete-post"): always(
        lambda world: [page("delete-post", key) for key in _keys_of(ForumPost)]
    ),
    ("wargame_mentorship_api", "forum-categories"): always(
        lambda world: [endpoint("forum-categories")]
    ),
    ("wargame_mentorship_api", "forum-topics"): always(
        lambda world: [
            address
            for key in _keys_of(ForumCategory)
            for address in (
                endpoint("forum-topics", key),
                endpoint("forum-topics", key, search=world.words[0]),
            )
        ]
    ),
    ("wargame_mentorship_api", "forum-topic"): always(
        lambda world: [endpoint("forum-topic", key) for key in _keys_of(ForumTopic)]
    ),
    ("wargame_mentorship_api", "forum-topic-versions"): always(
        lambda world: [endpoint("forum-topic-versions", key) for key in _keys_of(ForumTopic)]
    ),
    ("wargame_mentorship_api", "forum-mute"): always(
        lambda world: [endpoint("forum-mute", key) for key in _keys_of(ForumTopic)]
    ),
    ("wargame_mentorship_api", "forum-watch"): always(
        lambda world: [endpoint("forum-watch", key) for key in _keys_of(ForumTopic)]
    ),
    ("wargame_mentorship_api", "forum-latest"): always(lambda world: [endpoint("forum-latest")]),
    ("wargame_mentorship_api", "forum-category-watch"): always(
        lambda world: [endpoint("forum-category-watch", key) for key in _keys_of(ForumCategory)]
    ),
    ("wargame_mentorship_api", "forum-category-mute"): always(
        lambda world: [endpoint("forum-category-mute", key) for key in _keys_of(ForumCategory)]
    ),
    ("wargame_mentorship", "forum-category-list-fragment"): always(
        lambda world: [page("forum-category-list-fragment")]
    ),
    ("wargame_mentorship", "topic-detail-fragment"): always(
        lambda world: [page("topic-detail-fragment", key) for key in _keys_of(ForumTopic)]
    ),
    ("wargame_mentorship", "similar-topics"): always(
        lambda world: [page("similar-topics", title=title) for title in world.titles]
    ),
    ("wargame_mentorship", "suggest-tags"): always(
        lambda world: [page("suggest-tags"), page("suggest-tags", text=world.words[0])]
    ),
    ("wargame_mentorship_api", "forum-tags"): always(
        lambda world: [endpoint("forum-tags"), endpoint("forum-tags", search=world.words[0])]
    ),
    ("wargame_mentorship", "forums-feed"): always(lambda world: [page("forums-feed")]),
    ("wargame_mentorship", "forum-feed"): always(
        lambda world: [page("forum-feed", entry.slug) for entry in ForumCategory.objects.all()]
    ),
    ("wargame_mentorship", "topic-feed"): always(
        lambda world: [page("topic-feed", key) for key in _keys_of(ForumTopic)]
    ),
    ("wargame_mentorship", "forum-list"): always(
        lambda world: [page("forum-list", name) for name in LISTS]
    ),
    ("wargame_mentorship_api", "forum-posts"): always(
        lambda world: [endpoint("forum-posts", key) for key in _keys_of(ForumTopic)]
    ),
    ("wargame_mentorship_api", "forum-post-versions"): always(
        lambda world: [endpoint("forum-post-versions", key) for key in _keys_of(ForumPost)]
    ),
    ("wargame_mentorship_api", "photo-file"): always(
        lambda world: [
            address
            for photo in Photo.objects.filter(content_id__in=[entry.pk for entry in world.entries])
            for address in (photo.url, photo.thumbnail_url, photo.full_url)
        ]
    ),
}
"""What is read of each route."""

ALIKE = {
    ("wargame_mentorship", "reply-topic"),
    ("wargame_mentorship", "attend-topic"),
    ("wargame_mentorship", "attend-forum"),
    ("wargame_mentorship", "read-forum"),
    ("wargame_mentorship", "read-forums"),
    ("wargame_mentorship", "act-on-topic"),
    ("wargame_mentorship", "moderate-topic"),
    ("wargame_mentorship", "helpful-post"),
    ("wargame_mentorship", "restore-post"),
    ("wargame_mentorship", "restore-topic"),
    ("wargame_mentorship", "respond-help-request"),
    ("wargame_mentorship", "helpful-response"),
    ("wargame_mentorship", "moderate-help-request"),
    ("wargame_mentorship", "act-on-help-request"),
    ("wargame_mentorship", "act-on-queue"),
    ("wargame_mentorship", "ask-back"),
    ("wargame_mentorship", "follow-category"),
    ("wargame_mentorship", "mute-help-request"),
    ("wargame_mentorship", "solved-mine"),
    ("wargame_mentorship", "withdraw-outcome"),
    ("wargame_mentorship", "read-notifications"),
    ("wargame_mentorship_api", "not-there"),
}
"""Answer GET alike whatever there is; `test_every_page.py` and `test_every_route.py` see to it."""


def of_the_host(world: World, *, thorough: bool) -> Iterator[str]:
    """Pages of the example site that show something of ours."""
    if settings.ROOT_URLCONF != "urls":
        return
    yield "/"
    yield reverse("social:feed")
    for persona in ("asker", "helper"):
        yield reverse("social:profile", args=[world.people[persona].get_username()])


def readable_routes() -> set[tuple[str, str]]:
    """Every route of ours that answers GET."""
    found = set()
    for namespace, module in MODULES.items():
        for pattern in module.urlpatterns:
            assert isinstance(pattern, URLPattern)
            view: Any = pattern.callback
            kind = getattr(view, "view_class", None) or view.cls
            if hasattr(kind, "get") or pattern.name == "not-there":
                found.add((namespace, str(pattern.name)))
    return found


def addresses(world: World, *, thorough: bool) -> list[str]:
    """All that is read; not thoroughly, each filter with one value only, and the like."""
    recipes = [*READ.values(), of_the_host]
    return [each for recipe in recipes for each in recipe(world, thorough=thorough)]


class Read(NamedTuple):
    """What an address answered, without what is new in it each time."""

    status: int
    location: str
    body: str


_NEW_EACH_TIME = re.compile(
    r'(name="(?:csrfmiddlewaretoken|form_token|draft)" value=")[^"]*'
    r"|(<time [^>]*>)[^<]*"
    # Whoever reads is counted, and that is no secret.
    r'|("view_count":)\d+'
)


def read(client: Client, address: str) -> Read:
    answer: Any = client.get(address)
    if answer.streaming:
        body = str(len(b"".join(answer.streaming_content)))
    else:
        body = answer.content.decode()
    return Read(
        answer.status_code,
        answer.headers.get("Location", ""),
        _NEW_EACH_TIME.sub(lambda found: next(filter(None, found.groups()), ""), body),
    )


def crawl(client: Client, where: Iterable[str]) -> dict[str, Read]:
    return {address: read(client, address) for address in where}


def admin_addresses(client: Client, *, most: int = 60) -> dict[str, Read]:
    """What is reached in the Wagtail admin from its home, link by link."""
    try:
        home = reverse("wagtailadmin_home")
    except NoReverseMatch:
        return {}
    seen: dict[str, Read] = {}
    waiting = [home]
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        if address in seen or re.search(r"/log(out|in)/", address):
            continue
        seen[address] = read(client, address)
        links = re.findall(rf'["(]({re.escape(home)}[\w\-./?=&;]*)', seen[address].body)
        # Of ours first: the pages, images and documents of the host are its own.
        waiting += sorted(set(links), key=lambda link: "wargame_mentorship" not in link)
    return seen
