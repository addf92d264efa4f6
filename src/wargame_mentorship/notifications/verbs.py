"""What people can be told: the sentence, what their preferences call it, and its defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wargame_mentorship.notifications.models import Channel

FLAG_DECIDED = "flag_decided"
MENTIONED = "mentioned"
SANCTIONED = "sanctioned"
MODERATED = "moderated"
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
    texts: Mapping[str, str | Promise] = field(default_factory=dict)
    """By event, where one verb tells of several; `text` is for the others."""
    is_official: bool = False
    """Told in the name of the site: it names nobody, gives the reason in place of what was written,
    and reaches the author of what a moderator has deleted."""

    def is_on(self, channel: str) -> bool:
        return channel == Channel.IN_SITE or self.by_email

    def sentence(self, *, actor: str, title: str, event: str = "") -> str:
        return str(self.texts.get(event, self.text)) % {"actor": actor, "title": title}


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
                MODERATED,
                _("A moderator did something with what you wrote in “%(title)s”."),
                _("A moderator does something with what I wrote"),
                texts=MappingProxyType(
                    {
                        "forum_topic.moved": _(
                            "A moderator moved your topic “%(title)s” to another forum."
                        ),
                        "forum_topic.merged": _(
                            "A moderator made your topic “%(title)s” a part of another."
                        ),
                        "forum_topic.split": _(
                            "A moderator made posts from “%(title)s” a topic of their own."
                        ),
                        "forum_topic.marked_duplicate": _(
                            "A moderator marked your topic “%(title)s” as a duplicate."
                        ),
                        "forum_topic.unmarked_duplicate": _(
                            "Your topic “%(title)s” is no duplicate after all, says a moderator."
                        ),
                        "forum_topic.locked": _("A moderator locked your topic “%(title)s”."),
                        "forum_topic.unlocked": _("A moderator unlocked your topic “%(title)s”."),
                        "forum_topic.edited": _("A moderator edited your topic “%(title)s”."),
                        "forum_topic.deleted": _("A moderator deleted your topic “%(title)s”."),
                        "forum_topic.undeleted": _(
                            "A moderator brought your topic “%(title)s” back."
                        ),
                        "forum_post.edited": _("A moderator edited your post in “%(title)s”."),
                        "forum_post.deleted": _("A moderator deleted your post in “%(title)s”."),
                        "forum_post.undeleted": _(
                            "A moderator brought your post in “%(title)s” back."
                        ),
                    }
                ),
                is_official=True,
            ),
            Verb(
                FLAG_DECIDED,
                _("A moderator has looked at what you reported in “%(title)s”."),
                _("A moderator decides on what I have reported"),
                texts=MappingProxyType(
                    {
                        "flag_case.upheld": _(
                            "A moderator agrees with what you reported in “%(title)s”. Thank you!"
                        ),
                        "flag_case.dismissed": _(
                            "A moderator found nothing wrong with what you reported in “%(title)s”."
                        ),
                    }
                ),
                by_email=False,
                is_official=True,
            ),
            Verb(
                SANCTIONED,
                _("A moderator has looked again at what was said against you."),
                _("A moderator warns or suspends me, or looks at it again"),
                texts=MappingProxyType(
                    {
                        "sanction.warned": _("A moderator has warned you about “%(title)s”."),
                        "sanction.suspended": _(
                            "You are suspended: for a while you can read, and not take part."
                        ),
                        "sanction.confirmed": _(
                            "A moderator has read your reply; what was decided stays."
                        ),
                        "sanction.withdrawn": _(
                            "A moderator has taken back what was said against you."
                        ),
                    }
                ),
                is_official=True,
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
