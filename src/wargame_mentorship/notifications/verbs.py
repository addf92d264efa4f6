"""What people can be told: the sentence, what their preferences call it, and its defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.notifications.models import Channel

MENTIONED = "mentioned"
SIMILAR_SOLVED = "similar_solved"
WATCHED_TOPIC = "watched_topic"
WATCHED_CATEGORY = "watched_category"


@dataclass(frozen=True)
class Verb:
    name: str
    """That of the event, or the reason why somebody is told whom the event does not name."""
    text: str | Promise
    label: str | Promise
    by_email: bool = True
    """Whether an e-mail goes out to somebody who has decided nothing; on the site it always is."""

    def is_on(self, channel: str) -> bool:
        return channel == Channel.IN_SITE or self.by_email

    def sentence(self, *, actor: str, title: str) -> str:
        return str(self.text) % {"actor": actor, "title": title}


VERBS: Mapping[str, Verb] = MappingProxyType(
    {
        verb.name: verb
        for verb in (
            Verb(
                "help_request.answered",
                _("%(actor)s answered “%(title)s”."),
                _("Somebody answers my question, or one that I help with"),
            ),
            Verb(
                "help_request.info_requested",
                _("%(actor)s asks you something about “%(title)s”."),
                _("Somebody asks me something back"),
            ),
            Verb(
                "help_request.accepted",
                _("%(actor)s accepted your answer to “%(title)s”."),
                _("My answer is accepted"),
            ),
            Verb(
                "help_request.assigned",
                _("%(actor)s asks you to help with “%(title)s”."),
                _("Somebody asks me to help"),
            ),
            Verb(
                "forum_topic.replied",
                _("%(actor)s replied in “%(title)s”."),
                _("Somebody replies in a topic of mine, or to a post of mine"),
            ),
            Verb(
                "forum_topic.accepted",
                _("%(actor)s accepted your post in “%(title)s” as the solution."),
                _("My post in a forum is accepted as the solution"),
            ),
            Verb(
                WATCHED_TOPIC,
                _("%(actor)s replied in “%(title)s”, which you watch."),
                _("Somebody replies in a topic that I watch"),
            ),
            Verb(
                WATCHED_CATEGORY,
                _("%(actor)s started “%(title)s” in a forum that you watch."),
                _("Somebody starts a topic in a forum that I watch"),
            ),
            Verb(
                MENTIONED,
                _("%(actor)s mentioned you in “%(title)s”."),
                _("Somebody mentions me"),
            ),
            Verb(
                SIMILAR_SOLVED,
                _("A question like yours was solved: “%(title)s”."),
                _("A question like mine is solved"),
                by_email=False,
            ),
        )
    }
)
"""By name, in the order of the preferences. A verb that is not here notifies nobody."""
