"""Answers to a help request, questions back, and votes."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from wargame_mentorship.core.errors import (
    BackendUnavailable,
    Conflict,
    Invalid,
    NotFound,
    Stale,
)
from wargame_mentorship.core.idempotency import KeyReused
from wargame_mentorship.core.permissions import require
from wargame_mentorship.help_requests import rules, services
from wargame_mentorship.help_requests.models import (
    HelpResponse,
)
from wargame_mentorship.web.base import add_retry_after, status_of
from wargame_mentorship.web.forms import add_errors, canonical
from wargame_mentorship.web.help_requests.detail import (
    ANSWERS_PER_PAGE,
    DetailPage,
    detail_url,
)
from wargame_mentorship.web.help_requests.writing import TYPED_FIELDS, AnswerForm, AskBackForm
from wargame_mentorship.web.once import TOKEN, FormOnce


class _AnsweringView(DetailPage):
    """What adds to the conversation, and ends at what it added."""

    throttle_scope = "respond-user"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return redirect(self.return_url())

    def once(self) -> FormOnce:
        data = self.request.POST
        return FormOnce(self.viewer, self.request.path, data.get(TOKEN, ""), canonical(data))

    def url_of(self, response_id: UUID) -> str:
        """The page of the conversation on which a new response stands: the last."""
        count = self.help_request.response_count + 1
        url = reverse("wargame_mentorship:help-request", args=[self.pk])
        query = f"?page={(count - 1) // ANSWERS_PER_PAGE + 1}" if count > ANSWERS_PER_PAGE else ""
        return f"{url}{query}#response-{response_id}"


class RespondView(_AnsweringView):
    typed_fields = TYPED_FIELDS
    typed_prefixes = ("alt_", "step_alt_")

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        self.viewer.require_user()
        writing = AnswerForm(self.viewer)
        once = self.once()
        try:
            made = once.earlier(read=lambda: writing.read(request))
            if made is None:
                if not writing.read(request):
                    return self.show(writing=writing, status=400)
                made = once.act(
                    lambda: services.respond(
                        actor=self.viewer, help_request=self.help_request, **writing.arguments
                    )
                )
        except Invalid as error:
            writing.add_errors(error)
            return self.show(writing=writing, status=400)
        except (Conflict, Stale, BackendUnavailable, KeyReused) as error:
            writing.form.is_valid()
            response = self.show(writing=writing, error=error, status=status_of(error))
            add_retry_after(response, error)
            return response
        return HttpResponseRedirect(self.url_of(made))


class AskBackView(_AnsweringView):
    """Asks the asker something back."""

    typed_fields = ("question",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        require(rules.can_ask_for_info, self.viewer, self.help_request)
        form = AskBackForm(request.POST)
        once = self.once()
        try:
            made = once.earlier()
            if made is None:
                if not form.is_valid():
                    return self.show(ask_back=form, status=400)
                made = once.act(
                    lambda: services.ask_for_info(
                        actor=self.viewer,
                        help_request=self.help_request,
                        question=form.cleaned_data["question"],
                    )
                )
        except Invalid as error:
            add_errors(form, error)
            return self.show(ask_back=form, status=400)
        except (Conflict, BackendUnavailable, KeyReused) as error:
            form.is_valid()
            response = self.show(ask_back=form, error=error, status=status_of(error))
            add_retry_after(response, error)
            return response
        return HttpResponseRedirect(self.url_of(made))


class HelpfulView(DetailPage):
    """Votes for a response, or takes the vote back with `withdraw=1`."""

    throttle_scope = "vote-user"

    def get(self, request: HttpRequest, pk: UUID, response_pk: UUID) -> HttpResponse:
        return redirect(self.return_url())

    def post(self, request: HttpRequest, pk: UUID, response_pk: UUID) -> HttpResponse:
        self.viewer.require_user()
        response = (
            HelpResponse.objects.visible_to(self.viewer)
            .filter(pk=response_pk, help_request=pk)
            .first()
        )
        if response is None:
            raise NotFound
        if request.POST.get("withdraw"):
            services.withdraw_vote(actor=self.viewer, response=response)
        else:
            services.mark_helpful(actor=self.viewer, response=response)
        return HttpResponseRedirect(detail_url(pk, f"response-{response_pk}"))
