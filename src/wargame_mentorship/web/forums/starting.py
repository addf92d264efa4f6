"""Starting a topic, changing its opening post, and deleting it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from wargame_mentorship.core.errors import (
    BackendUnavailable,
    Conflict,
    DomainError,
    Invalid,
    Stale,
    TooLarge,
)
from wargame_mentorship.core.idempotency import KeyReused
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.text import as_version
from wargame_mentorship.forums import rules, services
from wargame_mentorship.forums.models import ForumCategory, ForumTopic
from wargame_mentorship.web.base import add_retry_after, status_of
from wargame_mentorship.web.forms import canonical
from wargame_mentorship.web.forums.detail import topic_url
from wargame_mentorship.web.forums.listing import CategoryPage
from wargame_mentorship.web.forums.topic import TopicPage
from wargame_mentorship.web.forums.writing import KEEP, TopicWriting, start_url
from wargame_mentorship.web.once import TOKEN, FormOnce, new_token

TYPED_FIELDS = ("title", "description", "tags")


class StartView(CategoryPage):
    """The form of a new topic, which is kept as it is (`keep`) or if it cannot be sent."""

    throttle_scope = "topic-user"
    typed_fields = TYPED_FIELDS
    typed_prefixes = ("alt_",)

    def counted_scope(self) -> str:
        return "" if KEEP in self.request.POST else self.throttle_scope

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        self.viewer.require_user()
        category, writing = self.find(), TopicWriting(self.viewer)
        writing.go_on_in(category)
        return self._show(category, writing)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        self.viewer.require_user()
        category, writing = self.find(), TopicWriting(self.viewer)
        data = request.POST
        if KEEP in data:
            writing.read(request)
            writing.keep(category=category)
            if writing.picker.errors:
                return self._show(category, writing, status=400)
            return HttpResponseRedirect(start_url(category))
        once = FormOnce(self.viewer, request.path, data.get(TOKEN, ""), canonical(data))
        try:
            made = once.earlier(read=lambda: writing.read(request))
            if made is None:
                if not writing.read(request):
                    return self._show_again(category, writing, status=400)
                made = once.act(
                    lambda: services.start_topic(
                        actor=self.viewer,
                        category=category,
                        photo_ids=writing.picker.ids,
                        draft_id=writing.draft_key,
                        **writing.fields,
                    )
                )
        except Invalid as error:
            writing.add_errors(error)
            return self._show_again(category, writing, status=400)
        except (Conflict, BackendUnavailable, KeyReused) as error:
            writing.form.is_valid()
            return self._show_again(category, writing, error=error, status=status_of(error))
        return HttpResponseRedirect(_url_of(made))

    def _show_again(
        self,
        category: ForumCategory,
        writing: TopicWriting,
        *,
        status: int,
        error: DomainError | None = None,
    ) -> TemplateResponse:
        """With what cannot be sent, which is kept: nothing is to depend on this page."""
        with suppress(Conflict, TooLarge):
            writing.keep(category=category)
        return self._show(category, writing, error=error, status=status)

    def _show(
        self,
        category: ForumCategory,
        writing: TopicWriting,
        *,
        error: DomainError | None = None,
        status: int = 200,
    ) -> TemplateResponse:
        response = self.page(
            "wargame_mentorship/forums/write_topic.html",
            {
                "category": category,
                "back_url": reverse("wargame_mentorship:forum-category", args=[category.slug]),
                "other_url": writing.other_draft
                and writing.other_draft.category
                and start_url(writing.other_draft.category),
                "form_token": self._token(error),
                "error": error,
                **writing.context,
            },
            status=status,
        )
        if error is not None:
            add_retry_after(response, error)
        return response

    def _token(self, error: DomainError | None) -> str:
        """The form's own until it has made something; what is sent then is another."""
        own = "" if isinstance(error, KeyReused) else self.request.POST.get(TOKEN, "")
        return own or new_token()


def _url_of(topic_id: UUID) -> str:
    return topic_url(ForumTopic.objects.get(pk=topic_id))


class EditTopicView(TopicPage):
    throttle_scope = "edit-user"
    typed_fields = TYPED_FIELDS
    typed_prefixes = ("alt_",)

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        require(rules.can_edit_topic, self.viewer, self.topic)
        writing = TopicWriting(self.viewer, self.topic)
        writing.fill(self.topic)
        return self._show(writing, self.topic.version)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        require(rules.can_edit_topic, self.viewer, self.topic)
        writing = TopicWriting(self.viewer, self.topic)
        version = request.POST.get("version", "")
        if not writing.read(request):
            return self._show(writing, version, status=400)
        try:
            services.edit_topic(
                actor=self.viewer,
                topic=self.topic,
                changes=writing.fields,
                photo_ids=writing.picker.ids,
                reason=request.POST.get("reason", ""),
                if_version=as_version(version),
            )
        except Invalid as error:
            writing.add_errors(error)
            return self._show(writing, version, status=400)
        except (Conflict, Stale, BackendUnavailable) as error:
            # The next try is against what is there now: the person has been told.
            return self._show(writing, self.find().version, error=error, status=status_of(error))
        return HttpResponseRedirect(_url_of(pk))

    def _show(
        self,
        writing: TopicWriting,
        version: int | str,
        *,
        error: DomainError | None = None,
        status: int = 200,
    ) -> TemplateResponse:
        context: dict[str, Any] = {
            "topic": self.topic,
            "category": self.topic.category,
            "back_url": topic_url(self.topic),
            "version": version,
            "is_mine": rules.is_asker(self.viewer, self.topic),
            "reason": self.request.POST.get("reason", ""),
            "error": error,
            **writing.context,
        }
        response = self.page("wargame_mentorship/forums/write_topic.html", context, status=status)
        if error is not None:
            add_retry_after(response, error)
        return response


class DeleteTopicView(TopicPage):
    throttle_scope = "edit-user"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        require(rules.can_delete_topic, self.viewer, self.topic)
        return self._show()

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        require(rules.can_delete_topic, self.viewer, self.topic)
        category_url = reverse("wargame_mentorship:forum-category", args=[self.topic.category.slug])
        try:
            services.delete_topic(
                actor=self.viewer, topic=self.topic, reason=request.POST.get("reason", "")
            )
        except (Conflict, Stale, Invalid) as error:
            return self._show(error=error, status=status_of(error))
        return HttpResponseRedirect(category_url)

    def _show(self, *, error: DomainError | None = None, status: int = 200) -> TemplateResponse:
        return self.page(
            "wargame_mentorship/forums/delete.html",
            {
                "title": self.topic.title,
                "text_html": self.topic.description_html,
                "is_mine": rules.is_asker(self.viewer, self.topic),
                "is_topic": True,
                "back_url": topic_url(self.topic),
                "reason": self.request.POST.get("reason", ""),
                "error": error,
            },
            status=status,
        )
