"""How it went: the page on which the asker tells it, and the button that takes it back."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from wargame_mentorship.core.errors import (
    BackendUnavailable,
    Conflict,
    DomainError,
    Invalid,
    Stale,
    WrongState,
)
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.text import as_version
from wargame_mentorship.help_requests import rules, services
from wargame_mentorship.help_requests.models import HelpRequest, Status
from wargame_mentorship.photos import services as photos
from wargame_mentorship.web.base import add_retry_after, status_of
from wargame_mentorship.web.forms import PhotoPicker, add_errors
from wargame_mentorship.web.help_requests.detail import DetailPage, detail_url
from wargame_mentorship.web.help_requests.writing import OutcomeForm


class OutcomeView(DetailPage):
    throttle_scope = "edit-user"
    typed_fields = ("text",)
    typed_prefixes = ("alt_",)

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        current = self._told_by_me()
        if current.status != Status.RESOLVED:
            raise WrongState(services.NOT_SOLVED)
        form = OutcomeForm(
            initial={"text": current.outcome_text, "satisfaction": current.satisfaction or ""}
        )
        picker = self._picker()
        picker.kept = photos.photos_of(HelpRequest.OUTCOME_KIND, [current.pk])[current.pk]
        return self._show(form, picker, current.version)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        current = self._told_by_me()
        form, picker = OutcomeForm(request.POST), self._picker()
        version = request.POST.get("version", "")
        photos_fit = picker.read(request, of=(HelpRequest.OUTCOME_KIND, current.pk))
        if not form.is_valid() or not photos_fit:
            return self._show(form, picker, version, status=400)
        try:
            services.tell_outcome(
                actor=self.viewer,
                help_request=current,
                text=form.cleaned_data["text"],
                satisfaction=form.cleaned_data["satisfaction"],
                photo_ids=picker.ids,
                if_version=as_version(version),
            )
        except Invalid as error:
            add_errors(form, error)
            return self._show(form, picker, version, status=400)
        except (Conflict, Stale, BackendUnavailable) as error:
            # The next try is against what is there now: the person has been told.
            response = self._show(
                form, picker, self.find().version, error=error, status=status_of(error)
            )
            add_retry_after(response, error)
            return response
        return HttpResponseRedirect(detail_url(pk, "outcome"))

    def _told_by_me(self) -> HelpRequest:
        require(rules.can_tell_outcome, self.viewer, self.help_request)
        return self.help_request

    def _picker(self) -> PhotoPicker:
        return PhotoPicker(self.viewer, most=services.MOST_PHOTOS, shown=1)

    def _show(
        self,
        form: OutcomeForm,
        picker: PhotoPicker,
        version: int | str,
        *,
        error: DomainError | None = None,
        status: int = 200,
    ) -> TemplateResponse:
        return self.page(
            "wargame_mentorship/help_requests/tell_outcome.html",
            {
                "help_request": self.help_request,
                "form": form,
                "picker": picker,
                "version": version,
                "error": error,
            },
            status=status,
        )


class WithdrawOutcomeView(DetailPage):
    throttle_scope = "edit-user"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return redirect(self.return_url())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        services.withdraw_outcome(actor=self.viewer, help_request=self.help_request)
        return HttpResponseRedirect(detail_url(pk, "state"))
