"""What Atom feeds share: of what everybody may see, bounded, and asked for each time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.utils.translation import get_language

from wargame_mentorship.core import registry
from wargame_mentorship.flows.imports.attribution import attribution_of
from wargame_mentorship.host import Viewer
from wargame_mentorship.photos import services as photos
from wargame_mentorship.web.base import PluginView
from wargame_mentorship.web.people import People

MOST_ENTRIES = 30
EMPTY_SINCE = datetime(1970, 1, 1, tzinfo=UTC)

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """What a feed says of some content, besides who wrote it and when."""

    title: str
    html: str
    language: str
    category: Any
    changed_at: datetime | None = None
    """When something else than its own words changed last."""
    steps: Iterable[Any] = ()


class AtomFeed(Atom1Feed):
    """Atom, with the language of each entry, and the category by slug and by name."""

    def latest_post_date(self) -> datetime:
        # Not the time of asking, as Django has it for an empty feed: that would be new each time.
        return max((item["updateddate"] for item in self.items), default=EMPTY_SINCE)

    def item_attributes(self, item: Any) -> dict[str, Any]:
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler: Any, item: Any) -> None:
        super().add_item_elements(handler, item)
        category = item["category"]
        handler.addQuickElement(
            "category", "", {"term": category.slug, "label": clean(category.display_name)}
        )


class FeedPage(PluginView):
    """A feed is the same for everybody, whoever asks: it is read where nobody is signed in."""

    @cached_property
    def viewer(self) -> Viewer:
        return Viewer(None)

    def feed(self, *, title: str, url: str, own_url: str) -> AtomFeed:
        return AtomFeed(
            title=clean(title),
            link=self.absolute(url),
            description=None,
            language=get_language(),
            feed_url=self.absolute(own_url),
            feed_guid=self.absolute(own_url),
        )

    def absolute(self, url: str) -> str:
        return self.request.build_absolute_uri(url)

    def add(
        self,
        feed: AtomFeed,
        entries: Sequence[Any],
        *,
        author_id: Callable[[Any], Any],
        shown: Callable[[Any, str], Entry],
    ) -> None:
        """Add content of one kind, which everybody may see, in a constant number of queries.

        Args:
            shown: what is said of one, by its author's name.
        """
        if not entries:
            return
        kind = registry.kind_of(entries[0])
        pictures = photos.photos_of(kind.name, [entry.pk for entry in entries])
        attributions = attribution_of(
            kind.name, {entry.pk: entry.version for entry in entries if author_id(entry) is None}
        )
        people = People(self.viewer, [author_id(entry) for entry in entries])
        for entry in entries:
            attribution = attributions.get(entry.pk)
            author = people.get(
                author_id(entry), name=attribution.author_name if attribution else ""
            )
            said, url = shown(entry, author.name), self.absolute(kind.url(entry))
            summary = render_to_string(
                "wargame_mentorship/parts/feed_entry.html",
                {
                    "page_language": get_language() or "",
                    "base": self.absolute("/")[:-1],
                    "url": url,
                    "photo": next(iter(pictures[entry.pk]), None),
                    "html": said.html,
                    "steps": said.steps,
                    "attribution": attribution,
                },
            )
            feed.add_item(
                title=clean(said.title),
                link=url,
                description=clean(summary),
                unique_id=entry.pk.urn,
                pubdate=entry.created_at,
                updateddate=max(entry.updated_at, said.changed_at or entry.updated_at),
                author_name=clean(author.name),
                author_link=author.profile_url and self.absolute(author.profile_url),
                language=said.language,
                category=said.category,
            )

    def answer(self, feed: AtomFeed) -> HttpResponse:
        """The feed, or that it has not changed; for caches to ask each time.

        What turns private must be gone at once, so nothing is served without asking us.
        """
        response = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
        etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        modified = int(feed.latest_post_date().timestamp())
        response.headers["ETag"] = etag
        response.headers["Last-Modified"] = http_date(modified)
        patch_cache_control(response, no_cache=True)
        unchanged = get_conditional_response(
            self.request, etag=etag, last_modified=modified, response=response
        )
        return unchanged or response


def clean(text: str) -> str:
    """The text without what XML cannot hold; a host's names may be of any characters."""
    return _NOT_XML.sub("", text)
