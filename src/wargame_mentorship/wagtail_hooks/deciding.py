"""The moves of held content in the admin: with one thing, and with a selection."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic.edit import FormMixin
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.views.bulk_action import BulkAction

from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import Conflict, Invalid, Stale
from wargame_mentorship.core.text import as_version
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.moderation.labels import MEANINGS, MOVES
from wargame_mentorship.moderation.services import MOST_AT_ONCE, Named
from wargame_mentorship.moderation.transitions import HELD
from wargame_mentorship.wagtail_hooks.base import (
    Authors,
    ModeratorView,
    answering_errors,
    excerpt_of,
    moderates,
    viewer_of,
)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("Optional; its author and the moderators read it."),
        max_length=200,
        required=False,
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


def add_errors(form: forms.Form, error: Invalid) -> None:
    """Put a service's errors beside the fields they belong to."""
    for name, found in error.fields.items():
        for message, _code in found:
            form.add_error(name if name in form.fields else None, str(message))
    if not error.fields:
        form.add_error(None, str(error.message))


if TYPE_CHECKING:
    ReasonMixin = FormMixin[ReasonForm]
else:
    # Generic in the stubs alone: Django's own has no `[]`.
    ReasonMixin = FormMixin


class ReasonView(ReasonMixin, ModeratorView, ABC):
    """Shows one thing, asks for a reason, and does something with it as it was shown."""

    template_name = "wargame_mentorship/admin/confirm.html"
    form_class = ReasonForm

    @abstractmethod
    def act(self, *, reason: str, if_version: int | None) -> None: ...

    @abstractmethod
    def button_label(self) -> str: ...

    @abstractmethod
    def meaning(self) -> str: ...

    @abstractmethod
    def done_message(self) -> str: ...

    def is_too_late(self) -> bool:
        """Whether this can be done no more, whatever the reason."""
        return False

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.object.version}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.is_too_late():
            messages.warning(request, _("Somebody was faster: this is no longer possible."))
            return HttpResponseRedirect(self.get_success_url())
        return self.page()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.get_form()
        if not form.is_valid():
            return self.page(form=form)
        given = form.cleaned_data
        try:
            self.act(reason=given["reason"], if_version=given["version"])
        except Invalid as error:
            add_errors(form, error)
            return self.page(form=form)
        except (Conflict, Stale) as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, self.done_message())
        return HttpResponseRedirect(self.get_success_url())

    def get_success_url(self) -> str:
        return self.next_url or self.url_of("inspect")

    def get_page_title(self) -> str:
        return self.button_label()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            **self.words(),
            "object": self.object,
            "title": self.title,
            "author": Authors(self.viewer, self.content_kind, [self.object]).name_of(self.object),
            "button_label": self.button_label(),
            "meaning": self.meaning(),
            "next": self.next_url,
            "cancel_url": self.get_success_url(),
        }


class DecideView(ReasonView):
    """Approves, rejects, hides or restores."""

    action = ""

    def act(self, *, reason: str, if_version: int | None) -> None:
        moderation.SERVICES[self.action](
            actor=self.viewer,
            kind=self.kind,
            object_id=self.object.pk,
            reason=reason,
            if_version=if_version,
        )

    def is_too_late(self) -> bool:
        return self.action not in HELD.available_actions(self.viewer, self.object)

    def button_label(self) -> str:
        return str(MOVES[self.action])

    def meaning(self) -> str:
        return str(MEANINGS[self.action])

    def done_message(self) -> str:
        return {
            "approve": _("Approved: everybody sees it."),
            "reject": _("Rejected: nobody else sees it."),
            "hide": _("Hidden: nobody else sees it."),
            "restore": _("Restored: everybody sees it again."),
        }[self.action]


class DecideBulkAction(BulkAction):
    """One move with everything that is ticked, for one reason.

    In place of Wagtail's way: it looks things up in all of the model, and acts in a transaction
    of its own, in which a lost race could not be tried again.
    """

    models: ClassVar[list[Any]] = [HelpRequest, HelpResponse]
    template_name = "wargame_mentorship/admin/confirm_bulk.html"
    form_class = ReasonForm
    display_name: Any = ""
    aria_label: Any = ""
    action_type = ""

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
        sources = HELD.moves[self.action_type].sources
        authors = Authors(viewer_of(self.request), self.content_kind, self.chosen)
        rows = [
            {
                "object": entry,
                "title": self.content_kind.title(entry),
                "excerpt": excerpt_of(self.content_kind, entry, 200),
                "url": self.content_kind.url(entry),
                "author": authors.name_of(entry),
                "is_ready": entry.moderation_state in sources,
            }
            for entry in self.chosen
        ]
        return {
            **kwargs,
            "rows": rows,
            "is_ready": any(row["is_ready"] for row in rows),
            "foreign_count": len(self.keys) - len(rows),
            "button_label": MOVES[self.action_type],
            "meaning": MEANINGS[self.action_type],
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
            outcomes = moderation.decide_all(
                actor=viewer_of(self.request),
                action=self.action_type,
                subjects=[Named(name, key, seen.get(key)) for key in self.keys],
                reason=form.cleaned_data["reason"],
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

    def _tell(self, outcomes: list[moderation.Outcome]) -> None:
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
    found = []
    for value in values:
        key, _colon, version = value.partition(":")
        if (known := as_version(version)) is not None:
            found += [(one, known) for one in _keys([key])]
    return found


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
