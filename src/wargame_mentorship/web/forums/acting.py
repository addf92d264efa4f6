"""What is done with a topic by the press of a button: accept, pin, lock, move, merge, hide."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Conflict, Invalid, NotFound, Stale
from wargame_mentorship.core.permissions import require
from wargame_mentorship.forums import rules, services
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.web.base import add_retry_after, status_of
from wargame_mentorship.web.forms import as_uuid
from wargame_mentorship.web.forums.detail import post_url, topic_url
from wargame_mentorship.web.forums.topic import TopicPage

_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class _ButtonView(TopicPage):
    """Takes the POST of a button, and comes back to what it did, or says why it could not."""

    def get(self, request: HttpRequest, pk: UUID, action: str) -> HttpResponse:
        return redirect(self.return_url())

    def act(self, action: str) -> str:
        """Do it; returns where to go then. Raises: NotFound: no such thing is done here."""
        raise NotImplementedError

    def post(self, request: HttpRequest, pk: UUID, action: str) -> HttpResponse:
        self.viewer.require_user()
        try:
            return HttpResponseRedirect(self.act(action))
        except (Conflict, Stale, Invalid) as error:
            response = self.show(error=error, status=status_of(error))
            add_retry_after(response, error)
            return response

    def key(self, name: str) -> UUID:
        """Raises: NotFound: no key of anything."""
        if (found := as_uuid(self.request.POST.get(name, ""))) is None:
            raise NotFound
        return found


class ActOnTopicView(_ButtonView):
    def act(self, action: str) -> str:
        if (service := ACTIONS.get(action)) is None:
            raise NotFound
        return topic_url(service(self), "state")

    def accept(self) -> ForumTopic:
        return services.accept(actor=self.viewer, topic=self.topic, post_id=self.key("post_id"))

    def unaccept(self) -> ForumTopic:
        return services.unaccept(actor=self.viewer, topic=self.topic)

    def move(self) -> ForumTopic:
        return services.move(
            actor=self.viewer, topic=self.topic, category_id=self.key("category_id"), **self._why()
        )

    def pin(self) -> ForumTopic:
        return services.pin(actor=self.viewer, topic=self.topic, **self._why())

    def unpin(self) -> ForumTopic:
        return services.unpin(actor=self.viewer, topic=self.topic, **self._why())

    def lock(self) -> ForumTopic:
        return services.lock(actor=self.viewer, topic=self.topic, **self._why())

    def unlock(self) -> ForumTopic:
        return services.unlock(actor=self.viewer, topic=self.topic, **self._why())

    def merge(self) -> ForumTopic:
        return services.merge(
            actor=self.viewer, topic=self.topic, into_id=self._other(), **self._why()
        )

    def mark_duplicate(self) -> ForumTopic:
        return services.mark_duplicate(
            actor=self.viewer, topic=self.topic, topic_id=self._other(), **self._why()
        )

    def unmark_duplicate(self) -> ForumTopic:
        return services.unmark_duplicate(actor=self.viewer, topic=self.topic, **self._why())

    def _other(self) -> UUID:
        """The key in an address that somebody has pasted.

        Raises:
            Invalid: `other`, where there is none.
        """
        # Asked first: whose it is not is told that and nothing about addresses.
        require(rules.is_moderator, self.viewer, self.topic)
        if (found := _KEY.search(self.request.POST.get("other", ""))) is None:
            raise Invalid.field("other", _("Paste the address of the other topic."), "required")
        return UUID(found[0])

    def _why(self) -> dict[str, Any]:
        return {"reason": self.request.POST.get("reason", "")}


ACTIONS: Mapping[str, Callable[[ActOnTopicView], ForumTopic]] = MappingProxyType(
    {
        "accept": ActOnTopicView.accept,
        "unaccept": ActOnTopicView.unaccept,
        "pin": ActOnTopicView.pin,
        "unpin": ActOnTopicView.unpin,
        "lock": ActOnTopicView.lock,
        "unlock": ActOnTopicView.unlock,
        "move": ActOnTopicView.move,
        "merge": ActOnTopicView.merge,
        "mark-duplicate": ActOnTopicView.mark_duplicate,
        "unmark-duplicate": ActOnTopicView.unmark_duplicate,
    }
)


class ModerateTopicView(_ButtonView):
    """What a moderator makes of held or hidden content: the topic, or a post in it."""

    def act(self, action: str) -> str:
        if (service := moderation.SERVICES.get(action)) is None:
            raise NotFound
        object_id = self.key("object_id")
        kind, url = ForumTopic.KIND, topic_url(self.topic, "state")
        if object_id != self.pk:
            post = ForumPost.objects.filter(pk=object_id, topic=self.pk).first()
            if post is None:
                raise NotFound
            kind, url = ForumPost.KIND, post_url(post)
        service(
            actor=self.viewer,
            kind=kind,
            object_id=object_id,
            reason=self.request.POST.get("reason", ""),
        )
        return url
