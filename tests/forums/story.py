"""One topic with a post, everybody around it, and every state that it can be in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.test import Client
from django.utils import timezone

from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.forums.models import ForumCategory, ForumTopic
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    deactivate,
    make_forum_category,
    make_forum_moderator,
    make_moderator,
    make_post,
    make_superuser,
    make_topic,
    make_user,
)

PERSONAS = (
    "anonymous",
    "deactivated",
    "stranger",
    "blocked",
    "foreign",
    "helpdesk",
    "asker",
    "expert",
    "moderator",
    "superuser",
)
"""`blocked` is kept apart from the asker by a block; `foreign` moderates another category, and
`helpdesk` one of the help requests."""

NOBODY = {"anonymous", "deactivated"}
OVERSEERS = {"moderator", "superuser"}
RESPONSIBLE = {"asker", *OVERSEERS}

STATES = ("public", "locked", "held", "hidden", "deleted", "out_of_use")
SEES: dict[str, set[str]] = {
    "public": {*PERSONAS} - {"blocked"},
    "locked": {*PERSONAS} - {"blocked"},
    "held": RESPONSIBLE,
    "hidden": RESPONSIBLE,
    "deleted": set(),
    "out_of_use": set(),
}
"""Who sees the topic, and its post by the expert, in a state."""

COLUMNS: dict[str, dict[str, Any]] = {
    "public": {},
    "locked": {"is_locked": True},
    "held": {"moderation_state": ModerationState.HELD},
    "hidden": {"moderation_state": ModerationState.HIDDEN},
    "deleted": {"deleted_at": timezone.now()},
    "out_of_use": {},
}


class ForumStory:
    """Ask as many people in as many states as you like: each question is undone."""

    def __init__(self, client_class: type[Client] = Client) -> None:
        MemorySocial.forget()
        self.category, self.other = make_forum_category(), make_forum_category()
        self.people: dict[str, Any] = {
            "anonymous": None,
            "deactivated": make_user("deactivated"),
            "stranger": make_user("stranger"),
            "blocked": make_user("blocked"),
            "foreign": make_forum_moderator(self.other),
            "helpdesk": make_moderator("painting"),
            "asker": make_user("asker"),
            "expert": make_user("expert"),
            "moderator": make_forum_moderator(self.category, self.other),
            "superuser": make_superuser(),
        }
        self.topic = make_topic(self.people["asker"], self.category)
        self.post = make_post(self.topic, self.people["expert"])
        self.elsewhere = make_topic(category=self.other, title="Glue")
        MemorySocial.block(self.people["asker"], self.people["blocked"])
        self.clients: dict[str, Any] = {}
        for persona, person in self.people.items():
            client = client_class()
            if person is not None:
                client.force_login(person)
            self.clients[persona] = client
        deactivate(self.people["deactivated"])

    @contextmanager
    def told_in(self, state: str) -> Iterator[None]:
        """Put the topic into a state, and undo everything at the end of the block."""
        with transaction.atomic():
            ForumTopic.objects.filter(pk=self.topic.pk).update(**COLUMNS[state])
            if state == "out_of_use":
                ForumCategory.objects.filter(pk=self.category.pk).update(is_active=False)
            yield
            transaction.set_rollback(True)
