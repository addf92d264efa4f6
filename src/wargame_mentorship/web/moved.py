"""Old addresses of what was imported; a host includes this where they arrive, at its root.

Links to the old site keep working once its host name, or its paths on a new one, lead here.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import re_path

from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.flows.imports.models import ImportedItem
from wargame_mentorship.web.base import PluginView

MOVED = 301


class MovedView(PluginView):
    """Leads from where a post was to where it is, for whoever may see it."""

    def get(self, request: HttpRequest, **parts: str) -> HttpResponse:
        for key, path in self.originals(**parts):
            if (url := self._url_of(key, path)) is not None:
                return HttpResponseRedirect(url, status=MOVED)
        raise NotFound

    def originals(self, *args: Any, **parts: Any) -> list[tuple[str, str]]:
        """Keys at the source and paths of originals that are meant, the best first."""
        raise NotImplementedError

    def _url_of(self, key: str, path: str) -> str | None:
        original = Concat(Value("https://"), F("source"), Value(path))
        items = list(ImportedItem.objects.filter(key=key, source_url=original).order_by("kind"))
        if len({item.source for item in items}) > 1:
            # Several sites counted from 1; which of them is meant, only their name can tell.
            host = self.request.get_host().partition(":")[0].lower()
            items = [item for item in items if item.source == host]
        for item in items:
            kind = registry.get(item.kind)
            if (
                entry := kind.visible_to(self.viewer).filter(pk=item.object_id).first()
            ) is not None:
                return kind.url(entry)
        return None


class MovedQuestion(MovedView):
    def originals(self, key: str) -> list[tuple[str, str]]:
        return [(key, f"/q/{key}")]


class MovedAnswer(MovedView):
    def originals(self, key: str) -> list[tuple[str, str]]:
        return [(key, f"/a/{key}")]


class MovedTopic(MovedView):
    def originals(self, key: str, number: str = "1") -> list[tuple[str, str]]:
        """A post; the topic itself for its opening, and for a post that did not come along."""
        found = [(key, f"/t/{key}")]
        return found if number == "1" else [(f"{key}/{number}", f"/t/{key}/{number}"), *found]


urlpatterns = [
    # Stack Exchange: short ones have the sharer's number behind, long ones a slug.
    re_path(r"^q/(?P<key>\d{1,20})(?:/\d+)?/?$", MovedQuestion.as_view()),
    re_path(r"^a/(?P<key>\d{1,20})(?:/\d+)?/?$", MovedAnswer.as_view()),
    re_path(r"^questions/\d{1,20}/[^/]+/(?P<key>\d{1,20})/?$", MovedAnswer.as_view()),
    re_path(r"^questions/(?P<key>\d{1,20})(?:/[^/]*)?/?$", MovedQuestion.as_view()),
    # Discourse: with or without a slug, with or without the number of a post.
    re_path(r"^t/(?P<key>\d{1,10})(?:/(?P<number>\d{1,10}))?/?$", MovedTopic.as_view()),
    re_path(r"^t/[^/]+/(?P<key>\d{1,10})(?:/(?P<number>\d{1,10}))?/?$", MovedTopic.as_view()),
]
