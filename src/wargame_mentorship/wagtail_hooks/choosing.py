"""Doing one thing with everything that is ticked in a list, for one reason."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.views.bulk_action import BulkAction

from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import Invalid
from wargame_mentorship.core.text import as_named
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.moderation.labels import MEANINGS, MOVES
from wargame_mentorship.moderation.services import MOST_AT_ONCE, Named, Outcome
from wargame_mentorship.moderation.transitions import HELD
from wargame_mentorship.wagtail_hooks.base import (
    Authors,
    answering_errors,
    excerpt_of,
    moderates,
    viewer_of,
)
from wargame_mentorship.wagtail_hooks.deciding import ReasonForm, add_errors


class ChosenBulkAction(BulkAction):
    """Shows what of the selection is theirs, asks for a reason, and says what became of each.

    In place of Wagtail's way: it looks things up in all of the model, and acts in a transaction
    of its own, in which a lost race could not be tried again.
    """

    template_name = "wargame_mentorship/admin/confirm_bulk.html"
    form_class: type[ReasonForm] = ReasonForm
    display_name: Any = ""
    aria_label: Any = ""
    action_type = ""

    @abstractmethod
    def is_ready(self, entry: Any) -> bool:
        """Whether it would change anything there."""

    @abstractmethod
    def meaning(self) -> str: ...

    @abstractmethod
    def act(self, subjects: list[Named], given: dict[str, Any]) -> list[Outcome]:
        """Do it, as far as it can be done. Raises: Invalid: what was given, for all alike."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return answering_errors(self._dispatch)(request)

    def _dispatch(self, request: HttpRequest) -> HttpResponseBase:
        if not moderates(request):
            raise PermissionDenied
        if not self.chosen:
            raise Http404
        answer: HttpResponseBase = super().dispatch(request)
        return answer

    @cached_property
    def content_kind(self) -> registry.ContentKind:
        return next(kind for kind in registry.all_kinds() if kind.model is self.model)

    @cached_property
    def keys(self) -> list[UUID]:
        return list(dict.fromkeys(_keys(self.request.GET.getlist("id"))))

    @cached_property
    def chosen(self) -> list[Any]:
        """What of the selection is in categories of theirs."""
        moderated = moderation.moderated(self.content_kind.name).by(viewer_of(self.request))
        # One more than can be decided at once: the service says that it is too much.
        found = moderated.filter(pk__in=self.keys[: MOST_AT_ONCE + 1])
        return list(found.order_by("created_at", "pk"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.get_form())
        authors = Authors(viewer_of(self.request), self.content_kind, self.chosen)
        rows = [
            {
                "object": entry,
                "title": self.content_kind.title(entry),
                "excerpt": excerpt_of(self.content_kind, entry, 200),
                "url": self.content_kind.url(entry),
                "author": authors.name_of(entry),
                "is_ready": self.is_ready(entry),
            }
            for entry in self.chosen
        ]
        return {
            **kwargs,
            "rows": rows,
            "is_ready": any(row["is_ready"] for row in rows),
            "foreign_count": len(self.keys) - len(rows),
            "button_label": self.display_name,
            "meaning": self.meaning(),
            "submit_url": self.request.get_full_path(),
            "next": self.next_url,
            "header_title": self.display_name,
        }

    def form_valid(self, form: ReasonForm) -> HttpResponseBase:
        answer = self._hooked("before_bulk_action")
        if answer is not None:
            return answer
        seen = dict(_seen(self.request.POST.getlist("seen")))
        name = self.content_kind.name
        try:
            outcomes = self.act(
                [Named(name, key, seen.get(key)) for key in self.keys], form.cleaned_data
            )
        except Invalid as error:
            add_errors(form, error)
            again: HttpResponseBase = self.form_invalid(form)
            return again
        self._tell(outcomes)
        return self._hooked("after_bulk_action") or HttpResponseRedirect(self.next_url)

    def _hooked(self, name: str) -> HttpResponseBase | None:
        """What a host registers for every bulk action hears of ours too."""
        for hook in hooks.get_hooks(name):
            answer = hook(self.request, self.action_type, self.chosen, self)
            if isinstance(answer, HttpResponseBase):
                return answer
        return None

    def _tell(self, outcomes: list[Outcome]) -> None:
        done = sum(1 for outcome in outcomes if outcome.error is None)
        if done:
            text = ngettext("%(done)d is done.", "%(done)d are done.", done)
            messages.success(self.request, text % {"done": done})
        refused = Counter(str(outcome.error.message) for outcome in outcomes if outcome.error)
        for reason, count in refused.items():
            text = ngettext(
                "%(count)d is left as it was: %(reason)s",
                "%(count)d are left as they were: %(reason)s",
                count,
            )
            messages.warning(self.request, text % {"count": count, "reason": reason})


def _keys(values: list[str]) -> list[UUID]:
    keys = []
    for value in values:
        try:
            keys.append(UUID(value))
        except ValueError:
            continue
    return keys


def _seen(values: list[str]) -> list[tuple[UUID, int]]:
    """Versions by key, as the confirmation showed them: `<key>:<version>`."""
    named = filter(None, map(as_named, values))
    return [(key, version) for key, version in named if version is not None]


class DecideBulkAction(ChosenBulkAction):
    """One move of held content."""

    models: ClassVar[list[Any]] = [HelpRequest, HelpResponse, ForumTopic, ForumPost]

    def is_ready(self, entry: Any) -> bool:
        return entry.moderation_state in HELD.moves[self.action_type].sources

    def meaning(self) -> str:
        return str(MEANINGS[self.action_type])

    def act(self, subjects: list[Named], given: dict[str, Any]) -> list[Outcome]:
        return moderation.decide_all(
            actor=viewer_of(self.request),
            action=self.action_type,
            subjects=subjects,
            reason=given["reason"],
        )


class ApproveBulkAction(DecideBulkAction):
    display_name = MOVES["approve"]
    aria_label = gettext_lazy("Approve what is selected")
    action_type = "approve"
    action_priority = 10


class RejectBulkAction(DecideBulkAction):
    display_name = MOVES["reject"]
    aria_label = gettext_lazy("Reject what is selected")
    action_type = "reject"
    action_priority = 20


class HideBulkAction(DecideBulkAction):
    display_name = MOVES["hide"]
    aria_label = gettext_lazy("Hide what is selected")
    action_type = "hide"
    action_priority = 30


class RestoreBulkAction(DecideBulkAction):
    display_name = MOVES["restore"]
    aria_label = gettext_lazy("Show again what is selected")
    action_type = "restore"
    action_priority = 40


BULK_ACTIONS = (ApproveBulkAction, RejectBulkAction, HideBulkAction, RestoreBulkAction)

for action in BULK_ACTIONS:
    hooks.register("register_bulk_action", action)
