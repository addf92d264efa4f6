"""What people read of moderation: the moves, what they mean, and why something waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Labels = Mapping[str, str | Promise]

MOVES: Labels = MappingProxyType(
    {
        "approve": _("Approve"),
        "reject": _("Reject"),
        "hide": _("Hide"),
        "restore": _("Show it again"),
    }
)
MEANINGS: Labels = MappingProxyType(
    {
        "approve": _("It comes into view, and those concerned are told."),
        "reject": _("It stays out of view: only its author and the moderators see it."),
        "hide": _("It goes out of view: only its author and the moderators see it."),
        "restore": _("It comes back into view."),
    }
)
BUNDLES: Labels = MappingProxyType(
    {
        "approve": _("Approve all that waits"),
        "reject": _("Reject all that waits, and hide what they wrote within ten minutes of it"),
    }
)
"""The moves with what waits of one person."""
REASONS: Labels = MappingProxyType(
    {
        "first_post": _("the first that somebody writes"),
        "links": _("many links by a new account"),
        "media": _("photos of a new account"),
        "too_fast": _("much within a minute"),
        "trust": _("somebody who is not trusted yet"),
        "watched_word": _("a watched word"),
    }
)
"""The reasons of the default screening; those of a host's are read by their names."""

EVENTS: Labels = MappingProxyType(
    {
        "help_request.asked": _("asked"),
        "help_request.edited": _("edited it"),
        "help_request.answered": _("answered"),
        "help_request.claimed": _("took it on"),
        "help_request.assigned": _("assigned a helper"),
        "help_request.released": _("set it free again"),
        "help_request.accepted": _("accepted an answer"),
        "help_request.unaccepted": _("took the acceptance back"),
        "help_request.info_requested": _("asked for more"),
        "help_request.outcome_told": _("told how it turned out"),
        "help_request.outcome_withdrawn": _("took back how it turned out"),
        "help_request.closed": _("closed it"),
        "help_request.reopened": _("opened it again"),
        "help_request.deleted": _("deleted it"),
        "help_response.edited": _("edited it"),
        "help_response.deleted": _("deleted it"),
        "forum_topic.started": _("started it"),
        "forum_topic.edited": _("edited it"),
        "forum_topic.replied": _("replied"),
        "forum_topic.accepted": _("accepted a reply"),
        "forum_topic.unaccepted": _("took the acceptance back"),
        "forum_topic.pinned": _("pinned it"),
        "forum_topic.unpinned": _("unpinned it"),
        "forum_topic.locked": _("locked it"),
        "forum_topic.unlocked": _("unlocked it"),
        "forum_topic.moved": _("moved it"),
        "forum_topic.merged": _("merged it into another"),
        "forum_topic.split": _("split posts off it"),
        "forum_topic.marked_duplicate": _("marked it as a duplicate"),
        "forum_topic.unmarked_duplicate": _("took it for no duplicate"),
        "forum_topic.deleted": _("deleted it"),
        "forum_topic.undeleted": _("brought it back"),
        "forum_post.edited": _("edited it"),
        "forum_post.deleted": _("deleted it"),
        "forum_post.undeleted": _("brought it back"),
        "flag_case.claimed": _("looks at what was reported"),
        "flag_case.released": _("gave what was reported back to the queue"),
        "flag_case.upheld": _("agreed with what was reported"),
        "flag_case.dismissed": _("found nothing wrong with what was reported"),
        "flag_case.reopened": _("opened what was reported again"),
        "sanction.warned": _("warned somebody"),
        "sanction.suspended": _("suspended somebody"),
        "sanction.confirmed": _("let it stand, after a reply"),
        "sanction.withdrawn": _("took a warning or a suspension back"),
        "staff_note.added": _("wrote a note about somebody"),
        "imported_author.claimed": _("gave what was imported to an account"),
        "imported_author.unclaimed": _("took what was imported back from an account"),
        **{
            f"{kind}.photo_described": _("described a photo")
            for kind in ("help_request", "help_response", "forum_topic", "forum_post")
        },
        "category.prompt_created": _("added a guided question"),
        "category.prompt_edited": _("edited a guided question"),
        "category.prompt_deleted": _("deleted a guided question"),
        "watched_word.added": _("watched a word"),
        "watched_word.changed": _("changed a watched word"),
        "watched_word.deleted": _("watched a word no more"),
        **{
            f"{kind}.{verb}": label
            for kind in ("category", "forum_category")
            for verb, label in (
                ("created", _("created it")),
                ("edited", _("edited it")),
                ("sorted", _("sorted it")),
                ("deleted", _("deleted it")),
                ("moderator_appointed", _("appointed a moderator")),
                ("moderator_dismissed", _("dismissed a moderator")),
            )
        },
        **{
            f"{kind}.{verb}": label
            for kind in ("help_request", "help_response", "forum_topic", "forum_post")
            for verb, label in (
                ("held", _("held for a moderator")),
                ("approved", _("approved it")),
                ("rejected", _("rejected it")),
                ("hidden", _("hid it")),
                ("restored", _("showed it again")),
            )
        },
    }
)
"""What moderators read of the past, by its verb. What is not here no history shows: whose vote it
was is nobody's business, whatever their rank."""


def told(verb: str) -> str:
    return str(EVENTS.get(verb, verb))


def spoken(reasons: Iterable[str]) -> str:
    return ", ".join(str(REASONS.get(reason, reason)) for reason in reasons)
