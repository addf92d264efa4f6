"""The club's front page, a Wagtail page like any other: edith may change its words."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from wargame_mentorship.models import HelpRequest, HelpResponse, Photo
from wargame_mentorship.photos.services import photos_of

SHOWN = 3
LOOKED_AT = 30


class HomePage(Page):
    lead = models.CharField(_("lead"), max_length=200, blank=True)
    body = RichTextField(_("body"), blank=True, features=["bold", "italic", "link", "ul", "ol"])

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    max_count = 1

    class Meta:
        verbose_name = _("front page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        visible = HelpRequest.objects.visible_to(request.user)
        waiting = visible.filter(status__in=["open", "in_progress"])
        context["waiting"] = waiting.order_by("-created_at", "-pk")[:SHOWN]
        solved = visible.filter(status="resolved")
        context["solved"] = solved.order_by("-resolved_at", "-pk")[:SHOWN]
        context["prints"] = _prints(request)
        return context


def _prints(request: HttpRequest) -> list[tuple[HelpRequest, Photo]]:
    """Photos of what came out well, for the mat: accepted answers that show their result."""
    accepted = (
        HelpResponse.objects.visible_to(request.user)
        .filter(accepted_for__is_public=True)
        .select_related("help_request")
        .order_by("-helpful_count", "-created_at")[:LOOKED_AT]
    )
    pictures = photos_of(HelpResponse.KIND, [response.pk for response in accepted])
    shown = [(response.help_request, pictures[response.pk]) for response in accepted]
    return [(asked, found[0]) for asked, found in shown if found][:SHOWN]
