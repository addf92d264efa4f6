"""Asking for help, and editing what was asked."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property

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
from wargame_mentorship.core.rates import client_address
from wargame_mentorship.core.text import as_version
from wargame_mentorship.help_requests import rules, services
from wargame_mentorship.help_requests.models import (
    HelpRequest,
    HelpRequestDraft,
    HelpRequestFacet,
)
from wargame_mentorship.photos import services as photos
from wargame_mentorship.web.ask_form import AskForm
from wargame_mentorship.web.base import PluginView, add_retry_after, status_of
from wargame_mentorship.web.components import (
    HelpRequestForm,
    form_of_draft,
    help_request_form,
    photo_picker,
)
from wargame_mentorship.web.drafting import keep_what_is_there
from wargame_mentorship.web.forms import (
    PhotoPicker,
    add_errors,
    as_uuid,
    canonical,
)
from wargame_mentorship.web.help_requests.detail import (
    DetailPage,
    detail_url,
)
from wargame_mentorship.web.help_requests.similar import similar_to
from wargame_mentorship.web.once import TOKEN, FormOnce

ASK_TEMPLATE = "wargame_mentorship/help_requests/ask.html"
STEPS = ("move", "check", "keep")
"""Buttons that bring the form back with all that is in it: move a photo, look what others have
asked, go on another time."""


class AskView(PluginView):
    """The form, open to everybody; whoever is not signed in signs in when they send it.

    What is sent and cannot be taken yet is kept as a draft, so that nothing depends on the page.
    """

    typed_fields = ("title", "description")
    typed_prefixes = ("facet.", "alt_")
    throttle_scope = "ask-user"

    def counted_scope(self) -> str:
        return "" if self._step() else self.throttle_scope

    def get(self, request: HttpRequest) -> HttpResponse:
        key = as_uuid(request.GET.get("draft", ""))
        named = self._named_draft(key) if key else None
        if named is not None and self.viewer.is_authenticated:
            return HttpResponseRedirect(ask_url())
        if named is not None:
            return self._show(form_of_draft(self.viewer, named), title=named.data["title"])
        given = {name: request.GET.get(name, "") for name in ("title", "category")}
        found = help_request_form(self.viewer, **given)
        title = found.draft.data["title"] if found.draft else given["title"]
        return self._show(replace(found, draft_is_gone=bool(request.GET.get("draft"))), title=title)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AskForm(self.viewer, request.POST)
        key = as_uuid(request.POST.get("draft", "")) or uuid4()
        if not self.viewer.is_authenticated:
            return self._without_account(form, key)
        picker = photo_picker(self.viewer)
        if step := self._step():
            return self._go_on(step, form, picker, key)
        once = FormOnce(
            self.viewer, request.path, request.POST.get(TOKEN, ""), canonical(request.POST)
        )
        try:
            made = once.earlier(read=lambda: picker.read(request))
            if made is None:
                photos_fit = picker.read(request)
                if not form.is_valid() or not photos_fit:
                    return self._show_again(form, picker, key, status=400)
                made = once.act(lambda: self._ask(form, picker, key))
        except Invalid as error:
            add_errors(form, error)
            return self._show_again(form, picker, key, status=400)
        except (Conflict, BackendUnavailable, KeyReused) as error:
            form.is_valid()
            response = self._show_again(form, picker, key, error=error, status=status_of(error))
            add_retry_after(response, error)
            return response
        return HttpResponseRedirect(detail_url(made))

    def _step(self) -> str:
        return next((name for name in STEPS if name in self.request.POST), "")

    def _named_draft(self, key: UUID) -> HelpRequestDraft | None:
        if self.viewer.is_authenticated:
            return services.claim_draft(actor=self.viewer, draft_id=key)
        return services.left_draft(key)

    def _ask(self, form: AskForm, picker: PhotoPicker, key: UUID) -> HelpRequest:
        return services.ask(
            actor=self.viewer, photo_ids=picker.ids, draft_id=key, **form.service_arguments()
        )

    def _without_account(self, form: AskForm, key: UUID) -> HttpResponse:
        """Keep what was typed until its writer has signed in; only looking needs no account.

        Raises:
            Throttled: too many drafts from one address.
            TooLarge: more than anybody asks.
        """
        request = self.request
        lost = len(request.FILES)
        data = {
            **form.typed(),
            # Of somebody whose session has ended: theirs again once they are back.
            "photo_ids": request.POST.getlist("photo_ids"),
            "lost_photos": lost,
        }
        if self._step() == "check" and not lost and not data["photo_ids"]:
            form = AskForm(self.viewer, typed=data)
            shown = HelpRequestForm(self.viewer, form, photo_picker(self.viewer), key, checked=True)
            return self._show(shown, title=data["title"])
        if services.is_blank(data) and not lost:
            return redirect_to_login(ask_url())
        self._take("draft-address", client_address(request.META))
        try:
            draft = services.keep_draft(actor=self.viewer, draft_id=key, data=data)
        except Conflict:
            draft = services.keep_draft(actor=self.viewer, draft_id=uuid4(), data=data)
        to_login = redirect_to_login(f"{ask_url()}?draft={draft.pk}")
        if not lost:
            return to_login
        return self.page(
            "wargame_mentorship/help_requests/sign_in.html",
            {"lost_photos": lost, "login_url": to_login.url},
        )

    def _go_on(self, step: str, form: AskForm, picker: PhotoPicker, key: UUID) -> HttpResponse:
        fits = picker.read(self.request)
        typed = form.typed()
        if step == "keep" and fits:
            # What cannot be kept is given back by an error's page.
            self._keep(typed, picker, key)
            return HttpResponseRedirect(ask_url())
        key = self._try_to_keep(typed, picker, key)
        title = typed["title"] if step == "check" else ""
        again = AskForm(self.viewer, typed=typed)
        shown = HelpRequestForm(self.viewer, again, picker, key, checked=bool(title))
        return self._show(shown, title=title, status=200 if fits else 400)

    def _show_again(
        self,
        form: AskForm,
        picker: PhotoPicker,
        key: UUID,
        *,
        status: int,
        error: DomainError | None = None,
    ) -> TemplateResponse:
        key = self._try_to_keep(form.typed(), picker, key)
        return self._show(
            HelpRequestForm(self.viewer, form, picker, key, error=error), status=status
        )

    def _keep(self, typed: dict[str, Any], picker: PhotoPicker, key: UUID) -> UUID:
        """Keep what the page holds as the draft, under a new key if its own is used up.

        Raises:
            TooLarge: more than anybody asks.
            Busy: other tabs were faster.
        """
        data = {**typed, "photo_ids": [str(pk) for pk in picker.ids]}
        if services.is_blank(data):
            return key
        return keep_what_is_there(
            lambda one: services.keep_draft(actor=self.viewer, draft_id=one, data=data), key
        )

    def _try_to_keep(self, typed: dict[str, Any], picker: PhotoPicker, key: UUID) -> UUID:
        """As `_keep`, for a page that has it all still, with what is wrong beside its field."""
        with suppress(Conflict, TooLarge):
            return self._keep(typed, picker, key)
        return key

    def _show(
        self, shown: HelpRequestForm, *, title: str = "", status: int = 200
    ) -> TemplateResponse:
        """The page; with what others have asked, if there is a title to compare theirs with."""
        shown = replace(shown, similar=similar_to(self.viewer, title))
        return self.page(ASK_TEMPLATE, {"ask": shown}, status=status)


def ask_url() -> str:
    return reverse("wargame_mentorship:ask-help-request")


class EditView(DetailPage):
    """The asker's own words again; moderators may mend what is in their categories."""

    throttle_scope = "edit-user"
    typed_fields = ("title", "description")
    typed_prefixes = ("facet.", "alt_")

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        current = self._editable()
        picker = self._picker()
        picker.kept = photos.photos_of(HelpRequest.KIND, [current.pk])[current.pk]
        form = AskForm(self.viewer, typed=_typed(current, self._facets), present=self._facets)
        return self._show(form, picker, current.version)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        current = self._editable()
        form = AskForm(self.viewer, request.POST, present=self._facets)
        picker = self._picker()
        version = request.POST.get("version", "")
        photos_fit = picker.read(request, of=(HelpRequest.KIND, current.pk))
        if "move" in request.POST and photos_fit:
            again = AskForm(self.viewer, typed=form.typed(), present=self._facets)
            return self._show(again, picker, version)
        if not form.is_valid() or not photos_fit:
            return self._show(form, picker, version, status=400)
        try:
            services.edit(
                actor=self.viewer,
                help_request=current,
                changes=form.service_arguments(),
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
        return HttpResponseRedirect(detail_url(pk))

    def _editable(self) -> HelpRequest:
        require(rules.can_edit_help_request, self.viewer, self.help_request)
        return self.help_request

    def _picker(self) -> PhotoPicker:
        return PhotoPicker(self.viewer, most=services.MOST_PHOTOS, shown=1, movable=True)

    @cached_property
    def _facets(self) -> list[HelpRequestFacet]:
        present = self.help_request.facets.select_related("prompt")
        return list(present.order_by("prompt__sort_order", "prompt__slug"))

    def _show(
        self,
        form: AskForm,
        picker: PhotoPicker,
        version: int | str,
        *,
        error: DomainError | None = None,
        status: int = 200,
    ) -> TemplateResponse:
        shown = HelpRequestForm(
            self.viewer,
            form,
            picker,
            help_request=self.help_request,
            version=version,
            error=error,
        )
        return self.page(
            ASK_TEMPLATE, {"help_request": self.help_request, "ask": shown}, status=status
        )


def _typed(help_request: HelpRequest, facets: list[HelpRequestFacet]) -> dict[str, Any]:
    return {
        "title": help_request.title,
        "description": help_request.description,
        "category": help_request.category.slug,
        "subcategory": help_request.subcategory.slug if help_request.subcategory else "",
        "difficulty_level": help_request.difficulty_level,
        "urgency": help_request.urgency,
        "language": help_request.language,
        "is_public": help_request.is_public,
        "facets": {facet.prompt.slug: facet.value for facet in facets},
    }
