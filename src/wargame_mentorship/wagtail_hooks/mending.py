"""Mending and deleting one thing of any kind, through the services of its room."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import get_languages
from django.views.generic.edit import FormMixin
from wagtail.admin import messages

from wargame_mentorship.core.errors import BackendUnavailable, Conflict, Invalid, Stale
from wargame_mentorship.photos import services as photos
from wargame_mentorship.wagtail_hooks.base import Choices, ModeratorView
from wargame_mentorship.wagtail_hooks.deciding import ReasonView, add_errors


def language_choices(present: str) -> Choices:
    """What a text can be in, and what this one says that it is, if that is something else."""
    return list({present: present, **get_languages()}.items())


if TYPE_CHECKING:
    FormView = FormMixin[forms.Form]
else:
    # Generic in the stubs alone: Django's own has no `[]`.
    FormView = FormMixin


class EditView(FormView, ModeratorView, ABC):
    """Shows one thing as a form, and what stays of its photos."""

    template_name = "wargame_mentorship/admin/edit.html"

    @abstractmethod
    def save(self, given: dict[str, Any]) -> None: ...

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.page()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.get_form()
        if not form.is_valid():
            return self.page(form=form)
        try:
            self.save(form.cleaned_data)
        except Invalid as error:
            add_errors(form, error)
            return self.page(form=form)
        except (Conflict, Stale, BackendUnavailable) as error:
            # What was typed stays, and the next try is against what is there now.
            form.data = {**request.POST.dict(), "version": self.find(self.object.pk).version}
            form.add_error(None, str(error.message))
            return self.page(form=form)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(self.next_url or self.url_of("inspect"))

    @cached_property
    def pictures(self) -> list[Any]:
        return list(photos.photos_of(self.kind, [self.object.pk])[self.object.pk])

    @cached_property
    def dropped(self) -> set[str]:
        return set(self.request.POST.getlist("drop_photo"))

    @property
    def kept_photo_ids(self) -> list[UUID] | None:
        """None where none is taken away: then nobody's photos are touched."""
        kept = [photo.pk for photo in self.pictures if str(photo.pk) not in self.dropped]
        return kept if len(kept) < len(self.pictures) else None

    def get_page_title(self) -> str:
        return _("Edit")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "object": self.object,
            "pictures": [(photo, str(photo.pk) in self.dropped) for photo in self.pictures],
            "action_url": self.request.get_full_path(),
            "submit_button_label": _("Save"),
            "submit_button_active_label": _("Saving…"),
            "has_unsaved_changes": context["form"].is_bound,
            "media": context["form"].media,
        }


class DeleteView(ReasonView, ABC):
    """Deletes softly; nobody but the database remembers it then."""

    def button_label(self) -> str:
        return _("Delete")

    def get_success_url(self) -> str:
        if self.request.method == "POST":
            return self.next_url or self.index_url
        return super().get_success_url()
