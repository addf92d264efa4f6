"""The whole table: everybody tries every move on content of every kind, in every state.

The expectation is written out here as `states.md` words it, not read from the table in the code.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import override_settings
from django.utils import timezone

from tests.api.http import anonymous, signed_in
from tests.photos.pictures import upload
from wargame_mentorship.core import recounts, registry
from wargame_mentorship.core.errors import (
    DomainError,
    Invalid,
    NotAllowed,
    NotFound,
    SignInRequired,
    Stale,
    WrongState,
)
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation import services
from wargame_mentorship.moderation.transitions import HELD, PAST
from wargame_mentorship.notifications import services as notifications
from wargame_mentorship.photos.models import Photo
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.search import services as search
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    deactivate,
    make_forum_category,
    make_forum_moderator,
    make_help_request,
    make_moderator,
    make_post,
    make_response,
    make_superuser,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

HOLDING = {
    "MODERATION": {"BACKEND": "wargame_mentorship.testing.backends.MarkedWords"},
    "SOCIAL": {"BACKEND": "wargame_mentorship.testing.backends.MemorySocial"},
}
HELD_TEXT = "hold-me: strip the aubergine varnish."

KINDS = ("help_request", "help_response")
FORUM_KINDS = ("forum_topic", "forum_post")
# The table is one for all kinds: what is special to some is asked everywhere by other tests.
EVERY_KIND = [*KINDS, *(pytest.param(kind, marks=pytest.mark.broad) for kind in FORUM_KINDS)]
STATES = ("visible", "held", "hidden")
ACTIONS = ("approve", "reject", "hide", "restore")
ACTORS = (
    "anonymous",
    "deactivated",
    "stranger",
    "asker",
    "responder",
    "moderator",
    "foreign_moderator",
    "superuser",
)
NOBODY = {"anonymous", "deactivated"}
MODERATORS = {"moderator", "superuser"}
AUTHOR = {
    "help_request": "asker",
    "help_response": "responder",
    "forum_topic": "asker",
    "forum_post": "responder",
}
FROM = {"approve": "held", "reject": "held", "hide": "visible", "restore": "hidden"}
TO = {"approve": "visible", "reject": "hidden", "hide": "hidden", "restore": "visible"}
VERB = {"approve": "approved", "reject": "rejected", "hide": "hidden", "restore": "restored"}


@pytest.fixture(autouse=True)
def _holding() -> Any:
    MemorySocial.forget()
    with override_settings(WARGAME_MENTORSHIP=HOLDING):
        yield


class Scene:
    """A request with an answer, one of which is in some state; with everybody who may try."""

    def __init__(self, kind: str, state: str = "visible") -> None:
        self.kind = kind
        self.asker, self.responder = make_user("asker"), make_user("responder")
        is_request = kind in {"help_request", "forum_topic"}
        held = state == "held"
        asked = {"description": HELD_TEXT} if held and is_request else {}
        said = HELD_TEXT if held and not is_request else "Use less."
        self.request: Any
        self.response: Any
        if kind in FORUM_KINDS:
            category = make_forum_category()
            self.moderator = make_forum_moderator(category)
            self.request = make_topic(self.asker, category, **asked)
        else:
            self.moderator = make_moderator("painting")
            self.request = make_help_request(self.asker, **asked)
        # A moderator sees what is held, so somebody can have answered it.
        helper = self.moderator if is_request and held else self.responder
        if kind in FORUM_KINDS:
            self.response = make_post(self.request, helper, content=said)
        else:
            self.response = make_response(self.request, helper, text=said)
        self.subject: Any = self.request if is_request else self.response
        if state == "hidden":
            self.move("hide")
        self.refresh()
        assert self.subject.moderation_state == state

    def refresh(self) -> None:
        self.request.refresh_from_db()
        self.response.refresh_from_db()

    @cache  # noqa: B019 - a scene lives as long as its test
    def person(self, actor: str) -> AbstractBaseUser | None:
        makers: dict[str, Callable[[], AbstractBaseUser | None]] = {
            "anonymous": lambda: None,
            "deactivated": lambda: make_user("gone", is_active=False),
            "stranger": lambda: make_user("stranger"),
            "asker": lambda: self.asker,
            "responder": lambda: self.responder,
            "moderator": lambda: self.moderator,
            "foreign_moderator": self._foreign_moderator,
            "superuser": make_superuser,
        }
        return makers[actor]()

    def _foreign_moderator(self) -> AbstractBaseUser:
        if self.kind in FORUM_KINDS:
            return make_forum_moderator(make_forum_category())
        return make_moderator("gaming")

    def move(self, action: str, actor: str = "moderator", **arguments: Any) -> Any:
        service: Callable[..., Any] = getattr(services, action)
        subject = service(
            actor=Viewer(self.person(actor)),
            kind=self.kind,
            object_id=self.subject.pk,
            **arguments,
        )
        self.refresh()
        return subject


def drift() -> list[str]:
    """What `wm_check` would say."""
    return [line for found in recounts.run_all(fix=False).values() for line in found]


def expected_error(
    kind: str, actor: str, state: str, action: str
) -> tuple[type[DomainError], str] | None:
    if state != "visible" and actor not in {*MODERATORS, AUTHOR[kind]}:
        return NotFound, "not_found"
    if actor in NOBODY:
        return SignInRequired, "not_authenticated"
    if actor not in MODERATORS:
        return NotAllowed, "permission_denied"
    if state != FROM[action]:
        return WrongState, "wrong_state"
    return None


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("kind", EVERY_KIND)
def test_everybody_tries_every_move_in_every_state(
    kind: str, actor: str, state: str, action: str
) -> None:
    scene = Scene(kind, state)
    before = type(scene.subject).objects.filter(pk=scene.subject.pk).values().get()
    events_before = Event.objects.count()
    error = expected_error(kind, actor, state, action)

    if error is not None:
        kind_of_error, code = error
        with pytest.raises(kind_of_error) as raised:
            scene.move(action, actor, reason="So it is.")
        assert raised.value.code == code
    else:
        scene.move(action, actor, reason="So it is.")

    after = type(scene.subject).objects.filter(pk=scene.subject.pk).values().get()
    assert drift() == []
    if error is not None:
        assert after == before
        assert Event.objects.count() == events_before
        return
    assert after["moderation_state"] == TO[action]
    assert after["version"] == before["version"] + 1
    assert after["moderation_reason"] == "So it is."
    assert (after["visible_since"] is not None) is (TO[action] == "visible")
    event = Event.objects.get(verb=f"{kind}.{VERB[action]}", subject_id=scene.subject.pk)
    assert event.actor_id == scene.person(actor).pk  # type: ignore[union-attr] # not anonymous
    assert event.data == {
        "before": {"moderation_state": state},
        "after": {"moderation_state": TO[action]},
    }
    assert event.reason == "So it is."


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("kind", [*KINDS, *FORUM_KINDS])
def test_the_second_time_is_too_late(kind: str, action: str) -> None:
    scene = Scene(kind, FROM[action])
    scene.move(action)
    events_before = Event.objects.count()

    with pytest.raises(WrongState):
        scene.move(action, "superuser")

    assert Event.objects.count() == events_before
    assert drift() == []


def test_the_test_knows_every_move_of_the_table() -> None:
    assert tuple(HELD.moves) == ACTIONS
    assert set(PAST) == set(services.SERVICES) == set(ACTIONS)
    assert {state.value for state in ModerationState} == set(STATES)
    assert {kind.name for kind in registry.all_kinds() if kind.moderated} == {
        *KINDS,
        *FORUM_KINDS,
    }


@pytest.mark.parametrize("kind", [*KINDS, *FORUM_KINDS])
def test_visible_since_is_set_each_time_something_becomes_visible(kind: str) -> None:
    scene = Scene(kind, "held")
    assert scene.subject.visible_since is None

    first = scene.move("approve").visible_since
    assert scene.move("hide").visible_since is None
    again = scene.move("restore").visible_since

    assert first < again


def test_an_old_version_is_stale() -> None:
    scene = Scene("help_response", "held")

    with pytest.raises(Stale):
        scene.move("approve", if_version=scene.response.version - 1)

    assert scene.move("approve", if_version=scene.response.version).moderation_state == "visible"


@pytest.mark.parametrize("reason", ["x" * 201, "bell\x07", "nul\x00"])
def test_a_reason_is_a_line_of_text(reason: str) -> None:
    scene = Scene("help_request", "visible")

    with pytest.raises(Invalid) as raised:
        scene.move("hide", reason=reason)

    assert set(raised.value.fields) == {"reason"}
    assert scene.request.moderation_state == "visible"


@pytest.mark.parametrize(
    ("kind", "object_id"), [("help_request", uuid4()), ("spell", uuid4()), ("", uuid4())]
)
def test_what_is_not_there_is_not_found(kind: str, object_id: Any) -> None:
    with pytest.raises(NotFound):
        services.hide(actor=make_superuser(), kind=kind, object_id=object_id)


def test_what_is_deleted_is_not_found() -> None:
    scene = Scene("help_request", "held")
    help_requests.delete(actor=scene.moderator, help_request=scene.request)

    with pytest.raises(NotFound):
        scene.move("approve")


def test_a_moderator_of_the_subcategory_decides_there() -> None:
    entry = make_help_request(subcategory="washing", description=HELD_TEXT)
    elsewhere = make_help_request(description=HELD_TEXT)
    moderator = make_moderator("washing")

    services.approve(actor=moderator, kind="help_request", object_id=entry.pk)

    with pytest.raises(NotFound):
        services.approve(actor=moderator, kind="help_request", object_id=elsewhere.pk)


# What readers notice


def test_nothing_of_a_held_answer_is_to_be_noticed() -> None:
    scene = Scene("help_response", "visible")
    plain = HelpRequest.objects.filter(pk=scene.request.pk).values().get()

    make_response(scene.request, make_user("new"), text=HELD_TEXT)

    assert HelpRequest.objects.filter(pk=scene.request.pk).values().get() == plain
    for person in (None, make_user("stranger"), scene.asker, make_moderator("gaming")):
        assert HelpResponse.objects.visible_to(Viewer(person)).count() == 1
        client = signed_in(person) if person else anonymous()
        detail = client.ask("GET", "help-request", scene.request.pk)
        assert "aubergine" not in detail.content.decode()
        assert detail.json()["response_count"] == 1
    assert Event.objects.filter(verb="help_request.answered").count() == 1


def test_nothing_of_a_held_request_is_to_be_noticed() -> None:
    entry = make_help_request(title="Aubergine varnish", description=HELD_TEXT)

    for person in (None, make_user("stranger"), make_moderator("gaming")):
        client = signed_in(person) if person else anonymous()
        assert client.ask("GET", "help-requests").json()["results"] == []
        found = client.ask("GET", "help-requests", query={"search": "aubergine"})
        assert found.json()["results"] == []
        similar = client.ask("GET", "similar", query={"title": "Aubergine varnish"})
        assert similar.json()["results"] == []
        assert client.ask("GET", "help-request", entry.pk).status_code == 404


def test_an_approved_answer_is_counted_and_the_asker_is_told_once(
    django_capture_on_commit_callbacks: Any,
) -> None:
    scene = Scene("help_response", "held")
    written = scene.response.created_at
    assert notifications.unread_count(scene.asker) == 0
    assert scene.request.response_count == 0

    with django_capture_on_commit_callbacks(execute=True):
        scene.move("approve")

    request = scene.request
    assert request.response_count == 1
    assert request.first_response_at == request.last_response_at == written
    assert request.last_activity_at > written
    assert not request.asker_had_last_word
    [delivery] = notifications.deliveries_of(scene.asker)
    assert delivery.event.verb == "help_request.answered"
    # By whoever wrote it, not by whoever let it pass.
    assert delivery.event.actor_id == scene.responder.pk

    with django_capture_on_commit_callbacks(execute=True):
        scene.move("hide")
        scene.move("restore")
    assert notifications.deliveries_of(scene.asker).count() == 1
    assert Event.objects.filter(verb="help_request.answered").count() == 1
    assert scene.request.response_count == 1
    assert drift() == []


def test_times_of_answers_are_those_of_what_everybody_sees() -> None:
    scene = Scene("help_response", "held")
    later = make_response(scene.request, make_user("later"))
    scene.refresh()
    assert scene.request.first_response_at == later.created_at

    scene.move("approve")
    assert scene.request.first_response_at == scene.response.created_at
    assert scene.request.last_response_at == later.created_at

    scene.move("hide")
    assert scene.request.first_response_at == later.created_at

    services.hide(actor=scene.moderator, kind="help_response", object_id=later.pk)
    scene.refresh()
    assert scene.request.first_response_at is None
    assert scene.request.last_response_at is None
    assert scene.request.response_count == 0
    assert drift() == []


def test_who_had_the_last_word_follows_what_is_seen() -> None:
    scene = Scene("help_response", "visible")
    own = make_response(scene.request, scene.asker)
    scene.refresh()
    assert scene.request.asker_had_last_word

    services.hide(actor=scene.moderator, kind="help_response", object_id=own.pk)
    scene.refresh()
    assert not scene.request.asker_had_last_word

    services.restore(actor=scene.moderator, kind="help_response", object_id=own.pk)
    scene.refresh()
    assert scene.request.asker_had_last_word
    assert scene.request.first_response_at == scene.response.created_at
    assert drift() == []


@pytest.mark.parametrize(("asked", "waits_still"), [(-1, False), (1, True)])
def test_an_approved_answer_of_the_asker_answers_what_was_asked_before_it(
    asked: int, waits_still: bool
) -> None:
    request = make_help_request()
    asker = request.requester
    assert asker is not None
    held = make_response(request, asker, text=HELD_TEXT)
    since = held.created_at + timedelta(minutes=asked)
    HelpRequest.objects.filter(pk=request.pk).update(needs_info_since=since)

    services.approve(actor=make_superuser(), kind="help_response", object_id=held.pk)

    request.refresh_from_db()
    assert (request.needs_info_since is not None) is waits_still


def test_an_approved_answer_keeps_the_claim_of_its_helper() -> None:
    request, helper = make_help_request(), make_user("helper")
    help_requests.claim(actor=helper, help_request=request)
    held = make_response(request, helper, text=HELD_TEXT)
    request.refresh_from_db()
    assert request.claimed_until is not None

    services.approve(actor=make_superuser(), kind="help_response", object_id=held.pk)

    request.refresh_from_db()
    assert request.claimed_until is None


def test_an_answer_to_a_closed_request_can_still_be_approved() -> None:
    scene = Scene("help_response", "held")
    help_requests.close(actor=scene.asker, help_request=scene.request)

    scene.move("approve")

    assert scene.request.response_count == 1
    assert drift() == []


@pytest.mark.parametrize("erased", ["asker", "responder", "both"])
def test_an_answer_between_erased_accounts_is_counted(erased: str) -> None:
    scene = Scene("help_response", "held")
    if erased in {"asker", "both"}:
        HelpRequest.objects.filter(pk=scene.request.pk).update(requester=None)
    if erased in {"responder", "both"}:
        HelpResponse.objects.filter(pk=scene.response.pk).update(responder=None)

    for action in ("approve", "hide", "restore"):
        scene.move(action)
        assert drift() == []

    assert scene.request.response_count == 1
    assert (scene.request.first_response_at is None) is (erased == "both")


def test_nobody_is_told_of_an_answer_by_a_deactivated_account() -> None:
    scene = Scene("help_response", "held")
    deactivate(scene.responder)

    scene.move("approve")

    assert not Event.objects.filter(verb="help_request.answered").exists()


def test_a_hidden_solution_stays_accepted_and_is_shown_to_nobody() -> None:
    scene = Scene("help_response", "visible")
    HelpResponse.objects.filter(pk=scene.response.pk).update(response_text="Use aubergine ink.")
    help_requests.accept(
        actor=scene.asker, help_request=scene.request, response_id=scene.response.pk
    )
    everything = HelpRequest.objects.visible_to(Viewer(None))
    assert list(search.find(everything, "aubergine")) == [scene.request]

    scene.move("hide")

    assert scene.response.is_solution
    assert scene.request.status == "resolved"
    assert list(search.find(everything, "aubergine")) == []
    for person in (None, make_user("stranger"), scene.asker):
        client = signed_in(person) if person else anonymous()
        detail = client.ask("GET", "help-request", scene.request.pk).json()
        assert detail["solution"] is None
        assert detail["responses"] == []
    assert drift() == []

    scene.move("restore")
    assert list(search.find(everything, "aubergine")) == [scene.request]
    assert drift() == []


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_of_what_is_hidden_are_at_their_old_addresses_no_more(kind: str) -> None:
    asker, responder = make_user("asker"), make_user("responder")
    request = make_help_request(asker, photo_ids=[upload_photo(actor=asker, file=upload()).pk])
    response = make_response(
        request, responder, photo_ids=[upload_photo(actor=responder, file=upload()).pk]
    )
    before = dict(Photo.objects.values_list("content_type", "url_key"))
    subject: Any = request if kind == "help_request" else response

    services.hide(actor=make_superuser(), kind=kind, object_id=subject.pk)

    after = dict(Photo.objects.values_list("content_type", "url_key"))
    changed = {name for name in before if before[name] != after[name]}
    # The conversation below a hidden request is out of view with it.
    assert changed == ({*KINDS} if kind == "help_request" else {"help_response"})


def test_pictures_of_an_edited_request_that_is_held_move_too() -> None:
    asker = make_user("asker")
    request = make_help_request(asker, photo_ids=[upload_photo(actor=asker, file=upload()).pk])
    before = Photo.objects.get().url_key

    help_requests.edit(actor=asker, help_request=request, changes={"description": HELD_TEXT})

    assert Photo.objects.get().url_key != before


def test_an_approved_question_comes_into_the_feed_under_the_name_of_its_asker(
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        scene = Scene("help_request", "held")
    assert MemorySocial.published == []

    with django_capture_on_commit_callbacks(execute=True):
        scene.move("approve")

    [published] = MemorySocial.published
    assert (published.verb, published.actor_id) == ("help_request.asked", scene.asker.pk)


def test_an_approved_question_is_active_again() -> None:
    scene = Scene("help_request", "held")
    long_ago = timezone.now() - timedelta(days=3)
    HelpRequest.objects.filter(pk=scene.request.pk).update(last_activity_at=long_ago)

    scene.move("approve")

    assert timezone.now() - scene.request.last_activity_at < timedelta(minutes=1)


@pytest.mark.parametrize("kind", KINDS)
def test_why_something_is_held_is_recorded_for_its_moderators(kind: str) -> None:
    scene = Scene(kind, "held")

    event = Event.objects.get(verb=f"{kind}.held")

    assert event.subject_id == scene.subject.pk
    assert event.actor is None
    assert event.data == {"reasons": ["marked"]}


def test_a_question_held_for_an_edit_says_so_again() -> None:
    scene = Scene("help_request", "visible")
    for text in (HELD_TEXT, f"{HELD_TEXT} Please.", "Now without."):
        help_requests.edit(
            actor=scene.asker, help_request=scene.request, changes={"description": text}
        )

    assert Event.objects.filter(verb="help_request.held").count() == 2
    scene.refresh()
    assert scene.request.moderation_state == "held"


# What waits for whom


def test_a_moderator_finds_what_waits_in_their_categories_and_nothing_else() -> None:
    mine = Scene("help_response", "held")
    elsewhere = make_help_request(mine.moderator, category="gaming", description=HELD_TEXT)
    make_response(mine.request, make_user("hidden"))

    def waiting(person: Any, kind: str) -> list[Any]:
        return [entry.pk for entry in services.held(person, kind)]

    assert waiting(mine.moderator, "help_response") == [mine.response.pk]
    # One's own, held elsewhere, is seen but not decided.
    assert waiting(mine.moderator, "help_request") == []
    assert waiting(make_moderator("gaming"), "help_request") == [elsewhere.pk]
    assert waiting(make_superuser(), "help_request") == [elsewhere.pk]


def test_only_moderators_may_ask_what_waits() -> None:
    with pytest.raises(NotAllowed):
        services.held(make_user(), "help_request")
    with pytest.raises(SignInRequired):
        services.held(Viewer(None), "help_request")
    with pytest.raises(NotFound):
        services.held(make_superuser(), "spell")
