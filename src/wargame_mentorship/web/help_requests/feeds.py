"""Atom feeds, of what everybody may see: the newest questions, and the answers to one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.utils.translation import get_language, gettext

from wargame_mentorship.core.errors import Invalid, NotFound
from wargame_mentorship.flows.imports.attribution import attribution_of
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.host import Viewer
from wargame_mentorship.photos import services as photos
from wargame_mentorship.search import services as search
from wargame_mentorship.web.base import PluginView
from wargame_mentorship.web.help_requests.detail import detail_url
from wargame_mentorship.web.help_requests.finding import FILTERS, PERSONAL, ListQuery
from wargame_mentorship.web.people import People

MOST_ENTRIES = 30
FEED_FILTERS = tuple(name for name in FILTERS if name not in PERSONAL)
EMPTY_SINCE = datetime(1970, 1, 1, tzinfo=UTC)

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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

    def summary(self, **parts: Any) -> str:
        context = {"page_language": get_language() or "", "base": self.absolute("/")[:-1], **parts}
        return render_to_string("wargame_mentorship/help_requests/feed_entry.html", context)

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


class QuestionsFeed(FeedPage):
    """The newest questions, narrowed like the list by what stands in the address."""

    def get(self, request: HttpRequest) -> HttpResponse:
        query = ListQuery(request.GET, self.viewer, names=FEED_FILTERS)
        self._check(query)
        found = query.narrowed().select_related("category", "subcategory")
        if query.chosen["search"]:
            found = search.find(found, query.chosen["search"])
        entries = list(found.order_by("-created_at", "-pk")[:MOST_ENTRIES])
        labels = [str(label) for _name, label in query.labels] if any(query.chosen.values()) else []
        title = gettext("Questions about miniatures")
        feed = self.feed(
            title=" · ".join([title, *labels]),
            url=f"{reverse('wargame_mentorship:help-requests')}?{query.encoded()}".rstrip("?"),
            own_url=f"{reverse('wargame_mentorship:feed')}?{query.encoded()}".rstrip("?"),
        )
        self._add(feed, entries)
        return self.answer(feed)

    def _check(self, query: ListQuery) -> None:
        """Raises: Invalid: whoever subscribed would get another list than they asked for."""
        refused = {*query.unknown, *(name for name in PERSONAL if self.request.GET.get(name))}
        if refused:
            message = gettext("A filter in this address means nothing for a feed.")
            raise Invalid({name: [(message, "invalid_choice")] for name in refused}, message)

    def _add(self, feed: AtomFeed, entries: Sequence[HelpRequest]) -> None:
        pictures = photos.photos_of(HelpRequest.KIND, [entry.pk for entry in entries])
        attributions = attribution_of(
            HelpRequest.KIND,
            {entry.pk: entry.version for entry in entries if entry.requester_id is None},
        )
        people = People(self.viewer, [entry.requester_id for entry in entries])
        for entry in entries:
            url = detail_url(entry.pk)
            attribution = attributions.get(entry.pk)
            author = people.get(
                entry.requester_id, name=attribution.author_name if attribution else ""
            )
            feed.add_item(
                title=clean(entry.title),
                link=self.absolute(url),
                description=clean(
                    self.summary(
                        url=self.absolute(url),
                        photo=next(iter(pictures[entry.pk]), None),
                        html=entry.description_html,
                        attribution=attribution,
                    )
                ),
                unique_id=entry.pk.urn,
                pubdate=entry.created_at,
                updateddate=entry.updated_at,
                author_name=clean(author.name),
                author_link=author.profile_url and self.absolute(author.profile_url),
                language=entry.language,
                category=entry.subcategory or entry.category,
            )


class AnswersFeed(FeedPage):
    """The answers to one question, the newest first."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        question = (
            HelpRequest.objects.visible_to(self.viewer)
            .select_related("category", "subcategory")
            .filter(pk=pk)
            .first()
        )
        if question is None:
            raise NotFound
        found = HelpResponse.objects.visible_to(self.viewer).filter(help_request=question.pk)
        entries = list(
            found.prefetch_related("steps").order_by("-created_at", "-pk")[:MOST_ENTRIES]
        )
        title = gettext("Answers: %(title)s") % {"title": question.title}
        feed = self.feed(title=title, url=detail_url(question.pk), own_url=self.request.path)
        self._add(feed, question, entries)
        return self.answer(feed)

    def _add(self, feed: AtomFeed, question: HelpRequest, entries: Sequence[HelpResponse]) -> None:
        pictures = photos.photos_of(HelpResponse.KIND, [entry.pk for entry in entries])
        attributions = attribution_of(
            HelpResponse.KIND,
            {entry.pk: entry.version for entry in entries if entry.responder_id is None},
        )
        people = People(self.viewer, [entry.responder_id for entry in entries])
        for entry in entries:
            url = detail_url(question.pk, f"response-{entry.pk}")
            attribution = attributions.get(entry.pk)
            author = people.get(
                entry.responder_id, name=attribution.author_name if attribution else ""
            )
            said = {"name": author.name, "title": question.title}
            title = (
                gettext("%(name)s solved it: %(title)s")
                if entry.is_solution
                else gettext("%(name)s answered: %(title)s")
            )
            accepted_at = question.resolved_at if entry.is_solution else None
            feed.add_item(
                title=clean(title % said),
                link=self.absolute(url),
                description=clean(
                    self.summary(
                        url=self.absolute(url),
                        photo=next(iter(pictures[entry.pk]), None),
                        html=entry.response_text_html,
                        steps=entry.steps.all(),
                        attribution=attribution,
                    )
                ),
                unique_id=entry.pk.urn,
                pubdate=entry.created_at,
                updateddate=max(entry.updated_at, accepted_at or entry.updated_at),
                author_name=clean(author.name),
                author_link=author.profile_url and self.absolute(author.profile_url),
                language=question.language,
                category=question.subcategory or question.category,
            )


def clean(text: str) -> str:
    """The text without what XML cannot hold; a host's names may be of any characters."""
    return _NOT_XML.sub("", text)
