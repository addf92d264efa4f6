"""What somebody wants to be told: the page that decides it, and two short ways out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import NotFound
from wargame_mentorship.forums.models import ForumTopic
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


class PreferencesView(PluginView):
    """A box for every verb on every channel; what is not ticked is off."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user = self.viewer.require_user()
        kind = registry.get(ForumTopic.KIND)
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
                "muted": services.muted_by(self.viewer, HelpRequest.KIND, most=MOST_MUTED),
                "muted_topics": [
                    (topic, kind.url(topic))
                    for topic in services.muted_by(self.viewer, kind.name, most=MOST_MUTED)
                ],
                "is_saved": "saved" in request.GET,
            },
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


class MuteView(PluginView):
    """Stops telling somebody of one thing, or begins again; the subclasses say of what."""

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
        if request.POST.get("mute") == "0":
            services.unmute(actor=self.viewer, subject=subject)
        else:
            services.mute(actor=self.viewer, subject=subject)
        if request.POST.get("from") == "preferences":
            return redirect("wargame_mentorship:notification-preferences")
        return HttpResponseRedirect(f"{self.return_url()}#told")

    def subject(self) -> Model | None:
        """What it is about, as far as the viewer may see it."""
        raise NotImplementedError


class MuteHelpRequestView(MuteView):
    def subject(self) -> Model | None:
        return HelpRequest.objects.visible_to(self.viewer).filter(pk=self.pk).first()

    def return_url(self) -> str:
        return reverse("wargame_mentorship:help-request", args=[self.pk])


class MuteTopicView(MuteView):
    def subject(self) -> Model | None:
        return ForumTopic.objects.visible_to(self.viewer).filter(pk=self.pk).first()

    def return_url(self) -> str:
        return reverse("wargame_mentorship:forum-topic", args=[self.pk, "topic"])


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
