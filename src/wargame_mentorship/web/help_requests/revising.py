"""Mending an answer, and deleting it: a small page each."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from wargame_mentorship.core.errors import (
    BackendUnavailable,
    Conflict,
    DomainError,
    Invalid,
    NotFound,
    Stale,
)
from wargame_mentorship.core.permissions import require
from wargame_mentorship.core.text import as_version
from wargame_mentorship.help_requests import rules, services
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.web.base import PluginView, add_retry_after, status_of
from wargame_mentorship.web.help_requests.answers import answers_of
from wargame_mentorship.web.help_requests.detail import detail_url
from wargame_mentorship.web.help_requests.writing import TYPED_FIELDS, AnswerForm
from wargame_mentorship.web.people import People


class _ResponsePage(PluginView):
    """About one answer, which the page's own rule lets the viewer change."""

    template: ClassVar[str]
    pk: UUID
    response_pk: UUID

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.pk, self.response_pk = kwargs["pk"], kwargs["response_pk"]

    @cached_property
    def response(self) -> HelpResponse:
        """Raises: NotFound: not there, not an answer to this request, or not visible."""
        return self.find()

    def find(self) -> HelpResponse:
        found = (
            HelpResponse.objects.visible_to(self.viewer)
            .select_related("help_request")
            .filter(pk=self.response_pk, help_request=self.pk)
            .first()
        )
        if found is None:
            raise NotFound
        return found

    def show(
        self, context: dict[str, Any], *, error: DomainError | None = None, status: int = 200
    ) -> TemplateResponse:
        response = self.page(
            self.template,
            {
                "help_request": self.response.help_request,
                "response": self.response,
                "is_mine": self.viewer.is_me(self.response.responder_id),
                "error": error,
                **context,
            },
            status=status,
        )
        if error is not None:
            add_retry_after(response, error)
        return response

    def back(self) -> HttpResponseRedirect:
        return HttpResponseRedirect(detail_url(self.pk, f"response-{self.response_pk}"))


class EditResponseView(_ResponsePage):
    throttle_scope = "edit-user"
    template = "wargame_mentorship/help_requests/edit_answer.html"
    typed_fields = TYPED_FIELDS
    typed_prefixes = ("alt_", "step_alt_")

    def get(self, request: HttpRequest, pk: UUID, response_pk: UUID) -> HttpResponse:
        require(rules.can_edit_response, self.viewer, self.response)
        writing = AnswerForm(self.viewer, self.response)
        writing.fill(self.response)
        return self._show(writing, self.response.version)

    def post(self, request: HttpRequest, pk: UUID, response_pk: UUID) -> HttpResponse:
        require(rules.can_edit_response, self.viewer, self.response)
        writing = AnswerForm(self.viewer, self.response)
        version = request.POST.get("version", "")
        if not writing.read(request):
            return self._show(writing, version, status=400)
        try:
            services.edit_response(
                actor=self.viewer,
                response=self.response,
                if_version=as_version(version),
                **writing.arguments,
            )
        except Invalid as error:
            writing.add_errors(error)
            return self._show(writing, version, status=400)
        except (Conflict, Stale, BackendUnavailable) as error:
            # The next try is against what is there now: the person has been told.
            return self._show(writing, self.find().version, error=error, status=status_of(error))
        return self.back()

    def _show(
        self,
        writing: AnswerForm,
        version: int | str,
        *,
        error: DomainError | None = None,
        status: int = 200,
    ) -> TemplateResponse:
        return self.show({**writing.context, "version": version}, error=error, status=status)


class DeleteResponseView(_ResponsePage):
    throttle_scope = "edit-user"
    template = "wargame_mentorship/help_requests/delete_answer.html"

    def get(self, request: HttpRequest, pk: UUID, response_pk: UUID) -> HttpResponse:
        require(rules.can_delete_response, self.viewer, self.response)
        return self._show()

    def post(self, request: HttpRequest, pk: UUID, response_pk: UUID) -> HttpResponse:
        require(rules.can_delete_response, self.viewer, self.response)
        try:
            services.delete_response(
                actor=self.viewer,
                response=self.response,
                reason=request.POST.get("reason", ""),
            )
        except (Conflict, Stale, Invalid) as error:
            return self._show(error=error, status=status_of(error))
        return HttpResponseRedirect(detail_url(self.pk, "wm-answers-title"))

    def _show(self, *, error: DomainError | None = None, status: int = 200) -> TemplateResponse:
        help_request: HelpRequest = self.response.help_request
        people = People(self.viewer, [self.response.responder_id])
        [answer] = answers_of(self.viewer, help_request, [self.response], people, [])
        context = {"answer": answer, "reason": self.request.POST.get("reason", "")}
        return self.show(context, error=error, status=status)
