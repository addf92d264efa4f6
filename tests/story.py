"""One help request, everybody around it, and every state it can be in.

What the matrices of the API, of the pages and of what is private have in common: who there is,
which states there are, and who sees the request in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.test import Client
from django.utils import timezone

from tests.photos.pictures import upload
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.notifications import services as notifications
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    deactivate,
    make_help_request,
    make_moderator,
    make_response,
    make_superuser,
    make_user,
)

PERSONAS = (
    "anonymous",
    "deactivated",
    "stranger",
    "blocked",
    "foreign",
    "asker",
    "helper",
    "moderator",
    "superuser",
)
"""`blocked` is kept apart from the asker by a block, `foreign` moderates another category."""

STATES = ("public", "private", "held", "hidden", "deleted")

NOBODY = {"anonymous", "deactivated"}
OVERSEERS = {"moderator", "superuser"}
RESPONSIBLE = {"asker", *OVERSEERS}
MODERATES = {"foreign", *OVERSEERS}

SEES = {
    "public": {*PERSONAS} - {"blocked"},
    "private": {"helper", *RESPONSIBLE},
    "held": RESPONSIBLE,
    "hidden": RESPONSIBLE,
    "deleted": set[str](),
}
"""Who sees the request, and its answer by the helper, in a state."""

STATE_COLUMNS: dict[str, dict[str, Any]] = {
    "public": {},
    "private": {"is_public": False},
    "held": {"moderation_state": ModerationState.HELD},
    "hidden": {"moderation_state": ModerationState.HIDDEN},
    "deleted": {"deleted_at": timezone.now()},
}

# The moves of moderation lead from these states; in every other they come too late.
DECIDED = {
    "approve": {"held"},
    "reject": {"held"},
    "hide": {"public", "private"},
    "restore": {"hidden"},
}


class Story:
    """A request in progress with a photo, answered by its helper; and everybody around it.

    Ask as many people in as many states as you like: each question is undone.
    """

    def __init__(self, client_class: type[Client] = Client) -> None:
        MemorySocial.forget()
        self.people: dict[str, Any] = {
            "anonymous": None,
            "deactivated": make_user("deactivated"),
            "stranger": make_user("stranger"),
            "blocked": make_user("blocked"),
            "foreign": make_moderator("gaming"),
            "asker": make_user("asker"),
            "helper": make_user("helper"),
            "moderator": make_moderator("painting"),
            "superuser": make_superuser(),
        }
        asker, helper = self.person("asker"), self.person("helper")
        self.photo = upload_photo(actor=asker, file=upload())
        self.entry = make_help_request(asker, photo_ids=[self.photo.pk])
        services.assign(actor=asker, help_request=self.entry, helper_id=helper.pk)
        self.response = make_response(self.entry, helper)
        MemorySocial.block(asker, self.person("blocked"))
        self.clients: dict[str, Any] = {}
        for persona, person in self.people.items():
            client = client_class()
            if person is not None:
                client.force_login(person)
            self.clients[persona] = client
        deactivate(self.person("deactivated"))

    def person(self, persona: str) -> AbstractBaseUser:
        person: AbstractBaseUser = self.people[persona]
        return person

    @contextmanager
    def told_in(self, state: str) -> Iterator[None]:
        """Put the request into a state, and undo everything at the end of the block."""
        with transaction.atomic():
            HelpRequest.objects.filter(pk=self.entry.pk).update(
                **STATE_COLUMNS[state], version=self.entry.version
            )
            yield
            transaction.set_rollback(True)


def hear_of_nothing_similar(person: AbstractBaseUser) -> None:
    """Whom such news has reached counts it among the unread, also when it leads nowhere now."""
    notifications.set_preferences(actor=person, choices={("similar_solved", "in_site"): False})
