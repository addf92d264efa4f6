"""Many topics steered at once, those that are deleted brought back, and posts split off one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.core.errors import Conflict, DomainError, Invalid, NotFound, Stale
from wargame_mentorship.core.paging import InvalidCursor, Ordering, Page, paginate
from wargame_mentorship.core.permissions import require
from wargame_mentorship.forums import rules, services
from wargame_mentorship.forums.filters import POST_ORDERINGS, TOPIC_ORDERINGS
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.host import DisplayUser
from wargame_mentorship.moderation.services import Named
from wargame_mentorship.web.base import PluginView, status_of
from wargame_mentorship.web.forms import as_uuid
from wargame_mentorship.web.forums.detail import ShownPost, shown_posts, topic_url
from wargame_mentorship.web.forums.listing import TopicRow, topic_rows
from wargame_mentorship.web.forums.topic import TopicPage
from wargame_mentorship.web.people import People
from wargame_mentorship.web.together import Refusal, number_done, refusals, refused_input

PAGE_SIZE = 50
POSTS_PER_PAGE = 100
DELETED = "deleted"
# When it was changed last: nobody changes what is deleted, and this is never NULL.
LAST_DELETED = Ordering("deleted", ("-updated_at", "-id"))
MOVES = {
    "lock": _("Lock"),
    "unlock": _("Take replies again"),
    "pin": _("Keep on top"),
    "unpin": _("Leave in its place"),
    "move": _("Move"),
    "delete": _("Delete"),
    "restore": _("Bring back"),
}


@dataclass(frozen=True)
class Row:
    shown: TopicRow
    remover: DisplayUser
    """Of what is deleted."""
    is_chosen: bool


class SteerTopicsView(PluginView):
    """The topics of the forums that somebody moderates; with `state=deleted`, those that are."""

    typed_fields = ("reason",)

    def get(self, request: HttpRequest) -> HttpResponse:
        require(rules.moderates_any_category, self.viewer, None)
        try:
            return self._show()
        except InvalidCursor:
            return redirect(self._url())

    def post(self, request: HttpRequest) -> HttpResponse:
        require(rules.moderates_any_category, self.viewer, None)
        action, chosen = self._given()
        try:
            if action not in self.moves:
                raise Invalid.field("action", _("Choose what to do."), "required")
            outcomes = services.steer_all(
                actor=self.viewer,
                action=action,
                subjects=[Named(ForumTopic.KIND, key) for key in chosen],
                reason=request.POST.get("reason", ""),
                category_id=as_uuid(request.POST.get("category_id", "")),
            )
        except Invalid as error:
            return self._show(refused=refused_input(error), chosen=chosen, status=400)
        failed = [outcome for outcome in outcomes if outcome.error is not None]
        done = len(outcomes) - len(failed)
        if not failed:
            return HttpResponseRedirect(self._url(done=done))
        return self._show(
            refused=refusals(failed),
            done=done,
            chosen=[outcome.object_id for outcome in failed],
            status=200 if done else 409,
        )

    @cached_property
    def categories(self) -> list[ForumCategory]:
        ids = self.viewer.moderated_ids(ForumCategory)
        return list(ForumCategory.objects.in_use().filter(pk__in=ids))

    @cached_property
    def category(self) -> ForumCategory | None:
        """The one that is asked for; None: all of them."""
        slug = self.request.GET.get("category", "")
        return next((entry for entry in self.categories if entry.slug == slug), None)

    @cached_property
    def is_deleted(self) -> bool:
        return self.request.GET.get("state") == DELETED

    @cached_property
    def moves(self) -> list[str]:
        return [move for move in MOVES if (move == "restore") == self.is_deleted]

    def _given(self) -> tuple[str, list[UUID]]:
        """The move and what it is for: the button beside one topic, or all that are chosen.

        Raises:
            NotFound: a value that no form of ours has.
        """
        if (one := self.request.POST.get("restore")) is not None:
            action, values = "restore", [one]
        else:
            action = self.request.POST.get("action", "")
            values = self.request.POST.getlist("topic")
        keys = [as_uuid(value) for value in values]
        if None in keys:
            raise NotFound
        return action, [key for key in keys if key is not None]

    def _show(
        self,
        *,
        refused: list[Refusal] | None = None,
        done: int | None = None,
        chosen: list[UUID] | None = None,
        status: int = 200,
    ) -> TemplateResponse:
        page = self._page()
        return self.page(
            "wargame_mentorship/forums/steer_topics.html",
            {
                "rows": self._rows(page, set(chosen or ())),
                "is_deleted": self.is_deleted,
                "moves": [(move, MOVES[move]) for move in self.moves],
                "categories": self.categories,
                "tabs": [
                    (_("All"), self._url(category=""), self.category is None),
                    *(
                        (entry.display_name, self._url(category=entry.slug), entry == self.category)
                        for entry in self.categories
                    ),
                ],
                "states": [
                    (_("To be read"), self._url(state=""), not self.is_deleted),
                    (_("Deleted"), self._url(state=DELETED), self.is_deleted),
                ],
                "chosen_category": self.request.POST.get("category_id", ""),
                "reason": self.request.POST.get("reason", ""),
                "refusals": refused or [],
                "done": number_done(self.request) if done is None else done,
                "action_url": self._url(cursor=self.request.GET.get("cursor", "")),
                "all_url": self._url(cursor=self.request.GET.get("cursor", ""), all="1"),
                "newer_url": self._paged(page.previous_cursor),
                "older_url": self._paged(page.next_cursor),
            },
            status=status,
        )

    def _page(self) -> Page[ForumTopic]:
        topics = ForumTopic.objects.as_shown_to(self.viewer)
        among = [self.category] if self.category else self.categories
        if self.is_deleted:
            found, ordering = topics.restorable_by(self.viewer), LAST_DELETED
        else:
            found, ordering = topics.visible_to(self.viewer), TOPIC_ORDERINGS["newest"]
        return paginate(
            found.filter(category__in=among),
            ordering=ordering,
            cursor=self.request.GET.get("cursor") or None,
            size=PAGE_SIZE,
            binding=f"{ordering.name} {self.category.slug if self.category else ''}",
        )

    def _rows(self, page: Page[ForumTopic], chosen: set[UUID]) -> list[Row]:
        people = People(self.viewer, [topic.deleted_by_id for topic in page.items])
        everything = "all" in self.request.GET
        return [
            Row(
                shown=row,
                remover=people.get(row.topic.deleted_by_id),
                is_chosen=everything or row.topic.pk in chosen,
            )
            for row in topic_rows(self.viewer, page.items)
        ]

    def _url(self, **changes: Any) -> str:
        given = {
            "category": self.category.slug if self.category else "",
            "state": DELETED if self.is_deleted else "",
            **changes,
        }
        query = urlencode({name: value for name, value in given.items() if value})
        url = reverse("wargame_mentorship:steer-topics")
        return f"{url}?{query}" if query else url

    def _paged(self, cursor: str | None) -> str | None:
        return self._url(cursor=cursor) if cursor else None


class RestoreTopicView(PluginView):
    """The button beside one deleted topic; it comes back to the topic."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return redirect(self.return_url())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        topic = services.restore_topic(
            actor=self.viewer, topic=ForumTopic(pk=pk), reason=request.POST.get("reason", "")
        )
        return HttpResponseRedirect(topic_url(topic))

    def return_url(self) -> str:
        return reverse("wargame_mentorship:forum-topic", args=[self.kwargs["pk"], "topic"])


class SplitTopicView(TopicPage):
    """Choosing posts of a topic that are to be one of their own."""

    typed_fields = ("title", "reason")

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        require(rules.is_moderator, self.viewer, self.topic)
        try:
            return self._show()
        except InvalidCursor:
            return redirect(request.path)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        require(rules.is_moderator, self.viewer, self.topic)
        keys = [as_uuid(value) for value in request.POST.getlist("post")]
        try:
            made = services.split(
                actor=self.viewer,
                topic=self.topic,
                post_ids=[key for key in keys if key is not None],
                title=request.POST.get("title", ""),
                reason=request.POST.get("reason", ""),
                category_id=as_uuid(request.POST.get("category_id", "")),
            )
        except (Conflict, Stale, Invalid) as error:
            return self._show(error=error, status=status_of(error))
        return HttpResponseRedirect(topic_url(made))

    def _show(self, *, error: DomainError | None = None, status: int = 200) -> TemplateResponse:
        posts = ForumPost.objects.filter(topic=self.topic.pk, deleted_at=None)
        page = paginate(
            posts,
            ordering=POST_ORDERINGS["oldest"],
            cursor=self.request.GET.get("cursor") or None,
            size=POSTS_PER_PAGE,
        )
        people = People(self.viewer, [post.author_id for post in page.items])
        shown = shown_posts(self.viewer, self.topic, page.items, people, pictures={})
        chosen = set(self.request.POST.getlist("post")) or {self.request.GET.get("post", "")}
        moderated = self.viewer.moderated_ids(ForumCategory)
        return self.page(
            "wargame_mentorship/forums/split.html",
            {
                "topic": self.topic,
                "back_url": topic_url(self.topic),
                "posts": [self._choice(entry, chosen) for entry in shown],
                "categories": ForumCategory.objects.in_use().filter(pk__in=moderated),
                "chosen_category": self.request.POST.get("category_id")
                or str(self.topic.category_id),
                "title": self.request.POST.get("title", ""),
                "reason": self.request.POST.get("reason", ""),
                "error": error,
                "newer_url": f"?cursor={page.previous_cursor}" if page.previous_cursor else None,
                "older_url": f"?cursor={page.next_cursor}" if page.next_cursor else None,
            },
            status=status,
        )

    def _choice(self, shown: ShownPost, chosen: set[str]) -> tuple[ShownPost, bool]:
        return shown, str(shown.post.pk) in chosen
