"""Replies: writing one, changing it, deleting it, voting for it."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from wargame_mentorship.core.errors import (
    BackendUnavailable,
    Conflict,
    DomainError,
    Invalid,
    NotFound,
    Stale,
    TooLarge,
)
from wargame_mentorship.core.idempotency import KeyReused
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.text import as_version
from wargame_mentorship.forums import rules, services
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.web.base import PluginView, add_retry_after, status_of
from wargame_mentorship.web.forms import canonical
from wargame_mentorship.web.forums.detail import post_url, topic_url
from wargame_mentorship.web.forums.topic import TopicPage
from wargame_mentorship.web.forums.writing import KEEP, PostWriting
from wargame_mentorship.web.once import TOKEN, FormOnce

TYPED_FIELDS = ("content",)


class ReplyView(TopicPage):
    """Sends a reply, or keeps it as it is (`keep`); what cannot be sent is kept as well."""

    throttle_scope = "post-user"
    typed_fields = TYPED_FIELDS
    typed_prefixes = ("alt_",)

    def counted_scope(self) -> str:
        return "" if KEEP in self.request.POST else self.throttle_scope

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return redirect(self.return_url())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        self.viewer.require_user()
        writing = PostWriting(self.viewer)
        data = request.POST
        if KEEP in data:
            writing.read(request)
            writing.keep(topic=self.topic)
            if writing.picker.errors:
                return self.show(writing=writing, status=400)
            return HttpResponseRedirect(topic_url(self.topic, "reply"))
        once = FormOnce(self.viewer, request.path, data.get(TOKEN, ""), canonical(data))
        try:
            made = once.earlier(read=lambda: writing.read(request))
            if made is None:
                if not writing.read(request):
                    return self._show_again(writing, status=400)
                made = once.act(lambda: self._reply(writing))
        except Invalid as error:
            writing.add_errors(error)
            return self._show_again(writing, status=400)
        except (Conflict, Stale, BackendUnavailable, KeyReused) as error:
            writing.form.is_valid()
            response = self._show_again(writing, error=error, status=status_of(error))
            add_retry_after(response, error)
            return response
        return HttpResponseRedirect(post_url(ForumPost(pk=made, topic=self.topic)))

    def _reply(self, writing: PostWriting) -> ForumPost:
        post = services.reply(
            actor=self.viewer,
            topic=ForumTopic(pk=self.pk),
            photo_ids=writing.picker.ids,
            draft_id=writing.draft_key,
            **writing.form.cleaned_data,
        )
        # All that is left to do with it is to lead there.
        self.topic = post.topic
        return post

    def _show_again(
        self, writing: PostWriting, *, status: int, error: DomainError | None = None
    ) -> TemplateResponse:
        """With what cannot be sent, which is kept: nothing is to depend on this page."""
        with suppress(Conflict, TooLarge):
            writing.keep(topic=self.topic)
        return self.show(writing=writing, error=error, status=status)


class PostPage(PluginView):
    """About one post, which its own rule lets the viewer do something with."""

    pk: UUID

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.pk = kwargs["pk"]

    @cached_property
    def entry(self) -> ForumPost:
        """Raises: NotFound: not there, or not visible."""
        return self.find()

    def find(self) -> ForumPost:
        visible = ForumPost.objects.visible_to(self.viewer).select_related("topic__category")
        if (found := visible.filter(pk=self.pk).first()) is None:
            raise NotFound
        return found


class EditPostView(PostPage):
    throttle_scope = "edit-user"
    typed_fields = TYPED_FIELDS
    typed_prefixes = ("alt_",)

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        require(rules.can_edit_post, self.viewer, self.entry)
        writing = PostWriting(self.viewer, self.entry)
        writing.fill(self.entry)
        return self._show(writing, self.entry.version)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        require(rules.can_edit_post, self.viewer, self.entry)
        writing = PostWriting(self.viewer, self.entry)
        version = request.POST.get("version", "")
        if not writing.read(request):
            return self._show(writing, version, status=400)
        try:
            services.edit_post(
                actor=self.viewer,
                post=self.entry,
                content=writing.form.cleaned_data["content"],
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
        return HttpResponseRedirect(post_url(self.entry))

    def _show(
        self,
        writing: PostWriting,
        version: int | str,
        *,
        error: DomainError | None = None,
        status: int = 200,
    ) -> TemplateResponse:
        response = self.page(
            "wargame_mentorship/forums/edit_post.html",
            {
                "topic": self.entry.topic,
                "back_url": post_url(self.entry),
                "is_mine": self.viewer.is_me(self.entry.author_id),
                "version": version,
                "reason": self.request.POST.get("reason", ""),
                "error": error,
                **writing.context,
            },
            status=status,
        )
        if error is not None:
            add_retry_after(response, error)
        return response


class DeletePostView(PostPage):
    throttle_scope = "edit-user"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        require(rules.can_delete_post, self.viewer, self.entry)
        return self._show()

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        require(rules.can_delete_post, self.viewer, self.entry)
        try:
            services.delete_post(
                actor=self.viewer, post=self.entry, reason=request.POST.get("reason", "")
            )
        except (Conflict, Stale, Invalid) as error:
            return self._show(error=error, status=status_of(error))
        return HttpResponseRedirect(post_url(self.entry))

    def _show(self, *, error: DomainError | None = None, status: int = 200) -> TemplateResponse:
        return self.page(
            "wargame_mentorship/forums/delete.html",
            {
                "title": self.entry.topic.title,
                "text_html": self.entry.content_html,
                "is_mine": self.viewer.is_me(self.entry.author_id),
                "is_topic": False,
                "back_url": post_url(self.entry),
                "reason": self.request.POST.get("reason", ""),
                "error": error,
            },
            status=status,
        )


class HelpfulPostView(PostPage):
    """Votes for a post, or takes the vote back with `withdraw=1`."""

    throttle_scope = "vote-user"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return redirect(post_url(self.entry))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        self.viewer.require_user()
        if request.POST.get("withdraw"):
            services.withdraw_vote(actor=self.viewer, post=self.entry)
        else:
            services.mark_helpful(actor=self.viewer, post=self.entry)
        return HttpResponseRedirect(post_url(self.entry))


class RestorePostView(PluginView):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return redirect("wargame_mentorship:forums")

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        post = services.restore_post(actor=self.viewer, post=ForumPost(pk=pk))
        return HttpResponseRedirect(post_url(post))
