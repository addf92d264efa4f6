"""What somebody wants to be told: the page that decides it, and two short ways out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.forums.models import ForumCategory, ForumTopic
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.host import users
from wargame_mentorship.notifications import services
from wargame_mentorship.notifications.models import Channel
from wargame_mentorship.notifications.unsubscribing import Unsubscribing, read_unsubscribe_token
from wargame_mentorship.notifications.verbs import VERBS, Verb
from wargame_mentorship.web.base import PluginView

MOST_MUTED = 50


@dataclass(frozen=True)
class Row:
    """One verb, with a box for each channel."""

    verb: Verb
    boxes: list[services.Preference]


@dataclass(frozen=True)
class Muted:
    """What of a kind somebody has muted, with titles and addresses."""

    title: str | Promise
    route: str
    """That of the button which ends it."""
    entries: list[tuple[Model, str, str]]


MUTED = (
    (ForumCategory.KIND, "attend-forum", _("Forums you are told nothing of")),
    (ForumTopic.KIND, "attend-topic", _("Topics you are told nothing more of")),
    (HelpRequest.KIND, "mute-help-request", _("Questions you are told nothing more of")),
)
"""The kind, the route of its button, and the heading."""


class PreferencesView(PluginView):
    """A box for every verb on every channel; what is not ticked is off."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user = self.viewer.require_user()
        preferences = services.preferences_of(self.viewer)
        return self.page(
            "wargame_mentorship/notifications/preferences.html",
            {
                "channels": list(Channel),
                "rows": [
                    Row(verb, list(boxes))
                    for verb, boxes in groupby(preferences, lambda entry: entry.verb)
                ],
                "address": users().email(user),
                "muted": [group for group in self._muted() if group.entries],
                "is_saved": "saved" in request.GET,
            },
        )

    def _muted(self) -> Iterator[Muted]:
        for name, route, title in MUTED:
            kind = registry.get(name)
            yield Muted(
                title=title,
                route=f"wargame_mentorship:{route}",
                entries=[
                    (entry, kind.title(entry), kind.url(entry))
                    for entry in services.muted_by(self.viewer, name, most=MOST_MUTED)
                ],
            )

    def post(self, request: HttpRequest) -> HttpResponse:
        self.viewer.require_user()
        ticked = set(request.POST.getlist("on"))
        services.set_preferences(
            actor=self.viewer,
            choices={
                (verb, channel): f"{verb}:{channel}" in ticked
                for verb in VERBS
                for channel in Channel.values
            },
        )
        return HttpResponseRedirect(f"{self.return_url()}?saved=1")

    def return_url(self) -> str:
        return reverse("wargame_mentorship:notification-preferences")


class AttentionView(PluginView):
    """Begins or ends a wish about one thing: `mute=1`, `mute=0`, `watch=1` or `watch=0`.

    The subclasses say of what.
    """

    pk: UUID

    def setup(self, request: HttpRequest, *args: object, **kwargs: UUID) -> None:
        super().setup(request, *args, **kwargs)
        self.pk = kwargs["pk"]

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return redirect(self.return_url())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        self.viewer.require_user()
        subject = self.subject()
        if subject is None:
            raise NotFound
        wish = "watch" if "watch" in request.POST else "mute"
        begin, end = WISHES[wish]
        service = end if request.POST.get(wish) == "0" else begin
        service(actor=self.viewer, subject=subject)
        if request.POST.get("from") == "preferences":
            return redirect("wargame_mentorship:notification-preferences")
        return HttpResponseRedirect(f"{self.return_url()}#told")

    def subject(self) -> Model | None:
        """What it is about, as far as the viewer may see it."""
        raise NotImplementedError


WISHES: Mapping[str, tuple[Callable[..., object], Callable[..., object]]] = MappingProxyType(
    {"mute": (services.mute, services.unmute), "watch": (services.watch, services.unwatch)}
)


class MuteHelpRequestView(AttentionView):
    def subject(self) -> Model | None:
        return HelpRequest.objects.visible_to(self.viewer).filter(pk=self.pk).first()

    def return_url(self) -> str:
        return reverse("wargame_mentorship:help-request", args=[self.pk])


class AttendTopicView(AttentionView):
    def subject(self) -> Model | None:
        return ForumTopic.objects.visible_to(self.viewer).filter(pk=self.pk).first()

    def return_url(self) -> str:
        return reverse("wargame_mentorship:forum-topic", args=[self.pk, "topic"])


class AttendForumView(AttentionView):
    def subject(self) -> Model | None:
        return ForumCategory.objects.in_use().filter(pk=self.pk).first()

    def return_url(self) -> str:
        category = self.subject()
        if not isinstance(category, ForumCategory):
            raise NotFound
        return reverse("wargame_mentorship:forum-category", args=[category.slug])


@method_decorator(csrf_exempt, name="dispatch")
class UnsubscribeView(PluginView):
    """The link at the end of an e-mail, good without signing in.

    A POST acts, also one by a mail program that knows nothing of our forms (RFC 8058); a GET only
    asks, for mail programs look at links before anybody follows them.
    """

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self._answer(read_unsubscribe_token(token), is_done=False)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        return self._answer(services.unsubscribe(token=token), is_done=True)

    def _answer(self, found: Unsubscribing, *, is_done: bool) -> HttpResponse:
        response = self.page(
            "wargame_mentorship/notifications/unsubscribe.html",
            {"verb": found.verb, "is_done": is_done},
        )
        add_never_cache_headers(response)
        # The address is the key; it is not for the sites that the page links to.
        response["Referrer-Policy"] = "no-referrer"
        return response
