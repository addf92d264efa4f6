"""Doing something with one thing for a reason; the moves of held content."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.edit import FormMixin
from wagtail.admin import messages

from wargame_mentorship.core.errors import Conflict, Invalid, Stale
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.moderation.labels import MEANINGS, MOVES
from wargame_mentorship.moderation.transitions import HELD
from wargame_mentorship.wagtail_hooks.base import Authors, ModeratorView


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
