"""Profiles, following, blocking and the feed; what the plugin asks of them is in `backends.py`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from people.models import User
from social import feed
from social.models import Block, FeedItem, Follow
from wargame_mentorship.models import HelpRequest

SHOWN = 12


def people_for(viewer: Any) -> Any:
    """Active people; somebody who blocks the viewer is not there for them."""
    people = get_user_model()._default_manager.filter(is_active=True)
    if viewer.is_authenticated:
        people = people.exclude(blocking__blocked=viewer.pk)
    return people


class ProfileView(TemplateView):
    template_name = "social/profile.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        viewer: Any = self.request.user
        person: User = get_object_or_404(people_for(viewer), username=kwargs["username"])
        context["person"] = person
        context["is_me"] = person.pk == viewer.pk
        context["follower_count"] = person.followers.count()
        if viewer.is_authenticated:
            context["is_followed"] = person.followers.filter(follower=viewer.pk).exists()
            context["is_blocked"] = person.blocked_by.filter(blocker=viewer.pk).exists()
        visible = HelpRequest.objects.visible_to(viewer)
        asked = visible.filter(requester=person.pk)
        context["asked"] = asked.order_by("-created_at", "-pk")[:SHOWN]
        answered = visible.filter(
            Q(responses__responder=person.pk)
            & Q(responses__deleted_at=None)
            & Q(responses__moderation_state="visible")
        )
        context["answered"] = answered.distinct().order_by("-created_at", "-pk")[:SHOWN]
        return context


class Relation(LoginRequiredMixin, View, ABC):
    """Makes a relation with POST `on=1`, ends it with any other POST."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, username: str) -> HttpResponse:
        person = get_object_or_404(people_for(request.user), username=username)
        if person.pk != request.user.pk:
            self.change(request, person, on=request.POST.get("on") == "1")
        return redirect("social:profile", person.username)

    @abstractmethod
    def change(self, request: HttpRequest, person: User, *, on: bool) -> None:
        """Make the relation to a person, or end it."""


class FollowView(Relation):
    def change(self, request: HttpRequest, person: User, *, on: bool) -> None:
        me: Any = request.user
        if on:
            Follow.objects.get_or_create(follower=me, followed=person)
            messages.success(request, _("You follow %(name)s now.") % {"name": person})
        else:
            Follow.objects.filter(follower=me, followed=person).delete()
            messages.success(request, _("You no longer follow %(name)s.") % {"name": person})


class BlockView(Relation):
    def change(self, request: HttpRequest, person: User, *, on: bool) -> None:
        me: Any = request.user
        if on:
            Block.objects.get_or_create(blocker=me, blocked=person)
            both = Q(follower=me, followed=person) | Q(follower=person, followed=me)
            Follow.objects.filter(both).delete()
            messages.success(
                request,
                _("You and %(name)s no longer see each other here.") % {"name": person},
            )
        else:
            Block.objects.filter(blocker=me, blocked=person).delete()
            messages.success(request, _("You see %(name)s again.") % {"name": person})


class FeedView(LoginRequiredMixin, TemplateView):
    template_name = "social/feed.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user: Any = self.request.user
        context["lines"] = feed.lines_for(user)
        if not context["lines"]:
            context["club_lines"] = feed.lines(
                user, FeedItem.objects.exclude(actor=user.pk), limit=10
            )
        return context
