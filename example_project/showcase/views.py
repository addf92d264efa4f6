"""A reference of the plugin's components, live, with their props, events and states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.generic import View

from wargame_mentorship.host import Viewer
from wargame_mentorship.models import ForumTopic, HelpRequest, HelpResponse, Photo
from wargame_mentorship.photos.services import photos_of
from wargame_mentorship.web.components import HelpRequestCard, help_request_cards

STATES = ("open", "in_progress", "resolved", "closed")


@dataclass(frozen=True)
class Toggle:
    """One way to look at the page."""

    label: str
    query: str
    is_chosen: bool


class ComponentsView(View):
    """`?theme=dark` and `?dir=rtl` show every component in the dark, or from right to left."""

    def get(self, request: HttpRequest) -> HttpResponse:
        theme = _one_of(request, "theme", ("light", "dark"))
        direction = _one_of(request, "dir", ("ltr", "rtl"))
        viewer = Viewer(request.user)
        before, after = _before_and_after(viewer)
        return TemplateResponse(
            request,
            "showcase/components.html",
            {
                "theme": theme,
                "direction": direction,
                "toggles": _toggles(theme, direction),
                "cards": _cards(viewer),
                "newest": _visible(viewer).filter(status="open").first(),
                "topic": ForumTopic.objects.visible_to(viewer)
                .filter(reply_count__gt=0, reply_count__lt=5)
                .order_by("-last_activity_at")
                .first(),
                "before": before,
                "after": after,
            },
        )


def _one_of(request: HttpRequest, name: str, values: tuple[str, ...]) -> str:
    given = request.GET.get(name, "")
    return given if given in values else values[0]


def _toggles(theme: str, direction: str) -> list[Toggle]:
    return [
        Toggle(f"{light}, {way}", f"?theme={light}&dir={way}", (light, way) == (theme, direction))
        for light in ("light", "dark")
        for way in ("ltr", "rtl")
    ]


def _visible(viewer: Viewer) -> Any:
    visible = HelpRequest.objects.visible_to(viewer).select_related("category", "subcategory")
    return visible.order_by("-created_at", "-pk")


def _cards(viewer: Viewer) -> list[HelpRequestCard]:
    """One for each state, with all that the visitor may do."""
    found = [_visible(viewer).filter(status=state).first() for state in STATES]
    return help_request_cards(
        viewer,
        [entry for entry in found if entry is not None],
        show_assign_button=True,
        show_respond_link=True,
    )


def _before_and_after(viewer: Viewer) -> tuple[Photo | None, Photo | None]:
    """A photo of a question, and one of the answer that solved it."""
    solved = list(_visible(viewer).filter(status="resolved")[:30])
    answers = HelpResponse.objects.visible_to(viewer).filter(accepted_for__in=solved)
    solutions = {entry.accepted_for_id: entry.pk for entry in answers}
    asked = photos_of(HelpRequest.KIND, [entry.pk for entry in solved])
    shown = photos_of(HelpResponse.KIND, list(solutions.values()))
    for entry in solved:
        result = shown[solutions[entry.pk]] if entry.pk in solutions else []
        if asked[entry.pk] and result:
            return asked[entry.pk][0], result[0]
    return None, None
