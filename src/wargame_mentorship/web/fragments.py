"""Markup of single components, for elements on pages that are not rendered here."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from wargame_mentorship.core.errors import DomainError, NotFound, SignInRequired
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.web.base import PluginView, add_retry_after, status_of
from wargame_mentorship.web.components import (
    Component,
    forum_category_list,
    help_request_cards,
    help_request_form,
    viewer_hash,
)


class FragmentView(PluginView):
    """A piece of a page; an error is a status and a sentence, and no page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    def error_page(self, error: DomainError) -> HttpResponse:
        is_nobody = isinstance(error, SignInRequired)
        response = HttpResponse(
            str(error.message),
            content_type="text/plain; charset=utf-8",
            status=HTTPStatus.UNAUTHORIZED if is_nobody else status_of(error),
        )
        add_retry_after(response, error)
        return response

    def render(self, component: Component, *, before: str = "") -> HttpResponse:
        return HttpResponse(before + component.render_html({"request": self.request}))

    def pieces(self) -> str:
        """What elements clone and say; a page that is not rendered by Django lacks it."""
        return render_to_string(
            "wargame_mentorship/parts/pieces.html", {"viewer_hash": viewer_hash(self.viewer)}
        )


class HelpRequestCardView(FragmentView):
    """`?assign` asks for the button, `?respond` for the link; both are for those who may."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        visible = HelpRequest.objects.visible_to(self.viewer)
        found = visible.select_related("category", "subcategory").filter(pk=pk).first()
        if found is None:
            raise NotFound
        [card] = help_request_cards(
            self.viewer,
            [found],
            show_assign_button="assign" in request.GET,
            show_respond_link="respond" in request.GET,
        )
        return self.render(card)


class ForumCategoryListView(FragmentView):
    """`?categories=` names those that are shown; without them all are."""

    def get(self, request: HttpRequest) -> HttpResponse:
        slugs = request.GET.get("categories", "").split(",")
        return self.render(forum_category_list(self.viewer, categories=slugs))


class HelpRequestFormView(FragmentView):
    """`?categories=` names those that are offered, `?title=` and `?category=` fill it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        given = request.GET
        form = help_request_form(
            self.viewer,
            categories=[slug for slug in given.get("categories", "").split(",") if slug],
            title=given.get("title", ""),
            category=given.get("category", ""),
        )
        return self.render(form, before=self.pieces())
