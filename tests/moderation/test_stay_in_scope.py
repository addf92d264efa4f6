"""A moderator of one category sees and does nothing in another, whoever they are and were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import remove_perm

from tests.api.http import MARKED_WORDS, signed_in
from tests.wagtail_hooks.admin import let_in
from wargame_mentorship.core.errors import DomainError, NotAllowed, NotFound, SignInRequired
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums.models import ForumPost
from wargame_mentorship.moderation import cases, flagging, people, sanctions
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.moderation.models import FlagCase, Sanction, StaffNote
from wargame_mentorship.moderation.services import Named
from wargame_mentorship.testing.factories import (
    deactivate,
    make_forum_category,
    make_forum_moderator,
    make_help_request,
    make_moderator,
    make_post,
    make_steward,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

SECRET = "quillwortish"
NOTE = "snarkleaf"


@pytest.fixture(autouse=True)
def _holding(settings: Any) -> None:
    settings.WARGAME_MENTORSHIP = {**settings.WARGAME_MENTORSHIP, "MODERATION": MARKED_WORDS}


class Elsewhere:
    """A forum with something held and something reported, and its own moderator."""

    def __init__(self) -> None:
        self.category = make_forum_category()
        self.author = make_user("author")
        self.topic = make_topic(self.author, self.category, description=f"{SECRET} of mine")
        self.held = make_post(self.topic, self.author, content=f"hold-me {SECRET}")
        self.reported = make_post(self.topic, self.author, content=f"A {SECRET} brush.")
        self.moderator = make_forum_moderator(self.category)
        flag = flagging.flag(
            actor=make_user(), kind="forum_post", object_id=self.reported.pk, reason="spam"
        )
        self.case = flag.case
        named: Any = {"kind": self.reported.KIND, "object_id": self.reported.pk}
        people.add_note(actor=self.moderator, person=self.author, text=NOTE, **named)
        self.warning = sanctions.warn(
            actor=self.moderator, person_id=self.author.pk, reason=SECRET, **named
        )
        sanctions.appeal(actor=self.author, sanction=self.warning, text=f"{NOTE}?")

    def state(self) -> Any:
        """All that a moderator could have changed."""
        return (
            list(ForumPost.objects.order_by("pk").values_list("moderation_state", "version")),
            list(FlagCase.objects.values_list("status", "claimed_by", "version")),
            list(Sanction.objects.values_list("status", "version")),
            StaffNote.objects.count(),
            Event.objects.count(),
        )


def foreign(_here: Elsewhere) -> Any:
    """Somebody who moderates another forum, and help."""
    person = make_forum_moderator(make_forum_category())
    make_topic(category=make_forum_category())
    return person


def helper_moderator(_here: Elsewhere) -> Any:
    return make_moderator()


def demoted(here: Elsewhere) -> Any:
    # Once asked, so that a grant that somebody remembers would be remembered.
    moderation.held(here.moderator, "forum_post").exists()
    remove_perm("wargame_mentorship.moderate_forumcategory", here.moderator, here.category)
    return here.moderator


def deactivated(here: Elsewhere) -> Any:
    deactivate(here.moderator)
    return here.moderator


def suspended(here: Elsewhere) -> Any:
    sanctions.suspend(
        actor=make_steward(),
        person=here.moderator,
        until=timezone.now() + timedelta(days=1),
        reason="By way of example.",
    )
    return here.moderator


NOT_HERE = (foreign, helper_moderator, demoted, deactivated, suspended)


def acts(here: Elsewhere, person: Any) -> dict[str, Callable[[], Any]]:
    held: Any = {"actor": person, "kind": "forum_post", "object_id": here.held.pk}
    seen: Any = {"actor": person, "kind": "forum_post", "object_id": here.reported.pk}
    return {
        "approve": lambda: moderation.approve(**held),
        "reject": lambda: moderation.reject(**held),
        "hide": lambda: moderation.hide(**seen),
        "claim": lambda: cases.claim(actor=person, case=here.case),
        "release": lambda: cases.release(actor=person, case=here.case),
        "uphold": lambda: cases.uphold(actor=person, case=here.case),
        "dismiss": lambda: cases.dismiss(actor=person, case=here.case),
        "reopen": lambda: cases.reopen(actor=person, case=here.case),
        "warn": lambda: sanctions.warn(person_id=here.author.pk, reason="So.", **seen),
        "note": lambda: people.add_note(person=here.author, text="So.", **seen),
        "confirm": lambda: sanctions.confirm(actor=person, sanction=here.warning),
        "withdraw": lambda: sanctions.withdraw(actor=person, sanction=here.warning),
        "record": lambda: people.record_of(person, here.author.pk),
    }


@pytest.mark.parametrize("who", NOT_HERE, ids=lambda who: who.__name__)
def test_whoever_does_not_moderate_here_does_nothing_here(who: Callable[..., Any]) -> None:
    here = Elsewhere()
    person = who(here)
    before = here.state()

    for act in acts(here, person).values():
        with pytest.raises((NotFound, NotAllowed, SignInRequired)):
            act()

    assert here.state() == before


@pytest.mark.parametrize("who", NOT_HERE, ids=lambda who: who.__name__)
def test_many_at_once_are_no_way_around(who: Callable[..., Any]) -> None:
    here = Elsewhere()
    person = who(here)
    before = here.state()
    named = [Named("forum_post", here.held.pk), Named("forum_post", here.reported.pk)]

    for action in moderation.SERVICES:
        try:
            outcomes = moderation.decide_all(actor=person, action=action, subjects=named)
        except DomainError:
            continue
        assert all(outcome.error for outcome in outcomes), action

    assert here.state() == before


PAGES = ("moderation", "cases", "appeals")
LISTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("held", {"content_type": "forum_post"}),
    ("cases", {}),
    ("appeals", {}),
)


@pytest.mark.parametrize("who", NOT_HERE, ids=lambda who: who.__name__)
def test_whoever_does_not_moderate_here_reads_nothing_of_it(who: Callable[..., Any]) -> None:
    here = Elsewhere()
    person = who(here)
    make_help_request()
    client, api = Client(), signed_in(person)
    client.force_login(person)

    read = [client.get(reverse(f"wargame_mentorship:{name}")).content for name in PAGES]
    record = reverse("wargame_mentorship:person", args=[here.author.pk])
    read.append(client.get(record).content)
    read += [api.ask("GET", name, query=query).content for name, query in LISTS]
    read.append(api.ask("GET", "person", here.author.pk).content)
    let_in(person)
    admin = Client()
    admin.force_login(person)
    for name in ("wargame_mentorship_cases", "wagtailadmin_home"):
        read.append(admin.get(reverse(name)).content)

    for body in read:
        assert SECRET.encode() not in body
        assert NOTE.encode() not in body


def test_the_moderator_of_it_reads_and_does_all_of_it() -> None:
    """So that the tests above are about something."""
    here = Elsewhere()
    reader: Any = here.moderator
    client, api = Client(), signed_in(reader)
    client.force_login(reader)

    for name in ("moderation", "cases", "appeals"):
        address = reverse(f"wargame_mentorship:{name}")
        assert SECRET.encode() in client.get(address, {"kind": "forum_post"}).content
    for name, query in LISTS:
        assert SECRET.encode() in api.ask("GET", name, query=query).content or name == "held"
    assert NOTE.encode() in api.ask("GET", "person", here.author.pk).content
    done = acts(here, here.moderator)
    for name in ("approve", "claim", "release", "dismiss", "reopen", "warn", "note", "confirm"):
        done[name]()
    done["record"]()
