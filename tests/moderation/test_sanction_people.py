"""Warnings, suspensions from taking part, and replies to them (`states.md`, sanction)."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from wargame_mentorship.core import registry
from wargame_mentorship.core.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    SignInRequired,
    Stale,
    Suspended,
    WrongState,
)
from wargame_mentorship.flows.privacy import erase_user, export_user_data
from wargame_mentorship.forums import rules as forum_rules
from wargame_mentorship.forums import services as forums
from wargame_mentorship.help_requests import rules as help_rules
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation import flagging, people, sanctions
from wargame_mentorship.moderation import rules as moderation_rules
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.moderation.models import Sanction, SanctionStatus, Severity, StaffNote
from wargame_mentorship.notifications.models import Delivery
from wargame_mentorship.photos import rules as photo_rules
from wargame_mentorship.photos import services as photos
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    deactivate,
    make_forum_moderator,
    make_help_request,
    make_moderator,
    make_post,
    make_response,
    make_steward,
    make_superuser,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def warn(entry: Any, actor: Any = None, reason: str = "Stay friendly.") -> Sanction:
    return sanctions.warn(
        actor=actor or make_moderator(),
        person_id=registry.kind_of(entry).author_id(entry),
        kind=entry.KIND,
        object_id=entry.pk,
        reason=reason,
    )


def suspend(person: Any, actor: Any = None, days: int = 7, **given: Any) -> Sanction:
    return sanctions.suspend(
        actor=actor or make_steward(),
        person=person,
        until=timezone.now() + timedelta(days=days),
        reason=given.pop("reason", "You went on after two warnings."),
        **given,
    )


def make_suspension(person: Any) -> Sanction:
    return Sanction.objects.create(
        person=person,
        severity=Severity.SUSPENSION,
        reason="By the table.",
        until=timezone.now() + timedelta(days=1),
    )


def test_moderator_warns_an_author(django_capture_on_commit_callbacks: Any) -> None:
    entry = make_help_request()
    moderator = make_moderator()
    with django_capture_on_commit_callbacks(execute=True):
        given = warn(entry, moderator, "  Stay friendly. ")
    assert (given.severity, given.status, given.until) == (Severity.WARNING, "standing", None)
    assert (given.person, given.given_by) == (entry.requester, moderator)
    assert (given.reason, given.object_id, given.category_ids) == (
        "Stay friendly.",
        entry.pk,
        entry.category_ids,
    )
    [told] = Delivery.objects.filter(event__subject_id=given.pk)
    assert (told.recipient, told.verb, told.event.reason) == (
        entry.requester,
        "sanctioned",
        "Stay friendly.",
    )
    assert told.notification_id is not None


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201, "a\x00b"])
def test_warning_says_why(reason: str) -> None:
    with pytest.raises(Invalid) as error:
        warn(make_help_request(), reason=reason)
    assert list(error.value.fields) == ["reason"]
    assert not Sanction.objects.exists()


def test_only_moderators_of_the_category_warn() -> None:
    entry = make_help_request()
    strangers = [make_user(), make_moderator("sculpting"), entry.requester, make_forum_moderator()]
    for person in strangers:
        with pytest.raises(NotAllowed):
            warn(entry, person)
    with pytest.raises(SignInRequired):
        warn(entry, AnonymousUser())
    gone = make_moderator()
    deactivate(gone)
    with pytest.raises(SignInRequired):
        warn(entry, gone)


def test_nobody_warns_themselves() -> None:
    moderator = make_moderator()
    with pytest.raises(NotAllowed):
        warn(make_help_request(moderator), moderator)


def test_warning_needs_something_that_is_there_and_somebody_who_wrote_it() -> None:
    given: Any = {"actor": make_superuser(), "person_id": make_user().pk, "reason": "Why."}
    for kind in ("help_request", "sanction"):
        with pytest.raises(NotFound):
            sanctions.warn(kind=kind, object_id=uuid4(), **given)
    entry = make_help_request()
    with pytest.raises(NotFound):
        sanctions.warn(kind=entry.KIND, object_id=entry.pk, **given)
    HelpRequest.objects.filter(pk=entry.pk).update(requester=None)
    entry.refresh_from_db()
    with pytest.raises(NotFound):
        warn(entry)


def test_block_keeps_nobody_from_hearing_of_their_warning(
    settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    MemorySocial.forget()
    settings.WARGAME_MENTORSHIP = {
        **settings.WARGAME_MENTORSHIP,
        "SOCIAL": {"BACKEND": "wargame_mentorship.testing.backends.MemorySocial"},
    }
    asker, moderator = make_user(), make_moderator()
    entry = make_help_request(asker)
    MemorySocial.block(asker, moderator)
    with django_capture_on_commit_callbacks(execute=True):
        given = warn(entry, moderator)
    assert Delivery.objects.filter(
        event__subject_id=given.pk, recipient=asker.pk, notification_id__isnull=False
    ).exists()


def _acts(person: Any) -> list[Callable[[], Any]]:
    """All that somebody may do when nobody has suspended them."""
    own, other = make_help_request(person), make_help_request()
    answered, topic, started = make_response(own), make_topic(), make_topic(person)
    own.refresh_from_db()
    reply = make_post(started)
    started.refresh_from_db()
    kind: Any = {"kind": HelpRequest.KIND, "object_id": other.pk}
    return [
        lambda: make_help_request(person),
        lambda: make_response(other, person),
        lambda: help_requests.ask_for_info(
            actor=person, help_request=other, question="Which primer?"
        ),
        lambda: help_requests.claim(actor=person, help_request=other),
        lambda: help_requests.accept(actor=person, help_request=own, response_id=answered.pk),
        lambda: help_requests.close(actor=person, help_request=own),
        lambda: help_requests.delete(actor=person, help_request=make_help_request(person)),
        lambda: help_requests.mark_helpful(actor=person, response=answered),
        lambda: make_topic(person),
        lambda: make_post(topic, person),
        lambda: forums.accept(actor=person, topic=started, post_id=reply.pk),
        lambda: forums.delete_topic(actor=person, topic=started),
        lambda: flagging.flag(actor=person, reason="spam", **kind),
        lambda: photos.upload_photo(actor=person, file=SimpleUploadedFile("mini.png", b"")),
    ]


def test_suspended_person_reads_and_takes_part_in_nothing() -> None:
    person = make_user()
    acts = _acts(person)
    suspend(person)
    entry = make_help_request()
    assert HelpRequest.objects.visible_to(person).filter(pk=entry.pk).exists()
    for act in acts:
        with pytest.raises(Suspended) as error:
            act()
        assert error.value.code == "suspended"


STILL_ALLOWED = {"can_appeal", "can_read_topic_versions", "can_read_post_versions"}
"""What is reading, or the way out."""

BY_GRANT = {"can_moderate", "can_moderate_anything", "can_moderate_case", "can_judge_anybody"}
"""No grant of somebody suspended counts; see below."""


@pytest.mark.parametrize("rules", [help_rules, forum_rules, moderation_rules, photo_rules])
def test_every_rule_but_those_of_reading_refuses_the_suspended(rules: ModuleType) -> None:
    person = make_superuser()
    # By the table: nobody suspends a superuser, and theirs is the rank that gets past most rules.
    make_suspension(person)
    viewer = Viewer(person)
    asked = {
        name: rule
        for name, rule in inspect.getmembers(rules, inspect.isfunction)
        if name.startswith("can_") and name not in STILL_ALLOWED | BY_GRANT
    }
    assert asked
    for name, rule in asked.items():
        further = [object()] * (len(inspect.signature(rule).parameters) - 1)
        assert rule(viewer, *further) is False, name


def test_suspended_moderator_moderates_nothing() -> None:
    entry, moderator = make_help_request(), make_moderator()
    Viewer(moderator)
    suspend(moderator)
    viewer = Viewer(moderator)
    assert not moderation_rules.can_moderate(viewer, entry)
    assert not moderation_rules.can_moderate_anything(viewer)
    with pytest.raises(Suspended):
        moderation.hide(actor=moderator, kind=entry.KIND, object_id=entry.pk)
    with pytest.raises(Suspended):
        warn(entry, moderator)


def test_suspension_ends_by_itself() -> None:
    person = make_user()
    given = suspend(person)
    assert Viewer(person).is_suspended
    Sanction.objects.filter(pk=given.pk).update(until=timezone.now())
    assert Viewer(person).takes_part
    make_help_request(person)


def test_only_whom_the_host_has_given_that_permission_suspends() -> None:
    person = make_user()
    make_help_request(person)
    for other in (make_user(), make_moderator(), make_forum_moderator()):
        with pytest.raises(NotAllowed):
            suspend(person, other)
    with pytest.raises(SignInRequired):
        suspend(person, AnonymousUser())
    assert suspend(person, make_superuser()).severity == Severity.SUSPENSION


def test_nobody_suspends_themselves_or_a_superuser() -> None:
    steward = make_steward()
    for person in (steward, make_superuser()):
        with pytest.raises(NotAllowed):
            suspend(person, steward)
    assert not Sanction.objects.exists()


@pytest.mark.parametrize("days", [0, -1, 367, 10_000])
def test_suspension_ends_within_a_year(days: int) -> None:
    with pytest.raises(Invalid) as error:
        suspend(make_user(), days=days, reason="")
    assert list(error.value.fields) == ["reason", "until"]


def test_nobody_is_suspended_twice_at_once() -> None:
    person = make_user()
    first = suspend(person)
    with pytest.raises(Conflict) as error:
        suspend(person)
    assert error.value.code == "suspended_already"
    sanctions.withdraw(actor=make_steward(), sanction=first)
    suspend(person)


def test_suspension_is_about_what_its_person_wrote() -> None:
    entry = make_help_request()
    about: Any = {"kind": entry.KIND, "object_id": entry.pk}
    with pytest.raises(NotFound):
        suspend(make_user(), **about)
    assert suspend(entry.requester, **about).category_ids == entry.category_ids


def test_nobody_assigns_a_suspended_helper() -> None:
    asker, helper = make_user(), make_user()
    entry = make_help_request(asker)
    suspend(helper)
    with pytest.raises(Invalid):
        help_requests.assign(actor=asker, help_request=entry, helper_id=helper.pk)


def test_person_replies_once_and_hears_the_answer(
    django_capture_on_commit_callbacks: Any,
) -> None:
    person, steward = make_user(), make_steward()
    given = suspend(person, steward)
    replied = sanctions.appeal(actor=person, sanction=given, text=" It was a joke. ")
    assert (replied.status, replied.appeal) == (SanctionStatus.APPEALED, "It was a joke.")
    assert list(sanctions.appeals(steward)) == [given]
    with pytest.raises(WrongState):
        sanctions.appeal(actor=person, sanction=given, text="Again.")
    assert Viewer(person).is_suspended
    with django_capture_on_commit_callbacks(execute=True):
        ended = sanctions.withdraw(actor=steward, sanction=given, reason="It was indeed.")
    assert (ended.status, ended.answer, ended.answered_by) == (
        "withdrawn",
        "It was indeed.",
        steward,
    )
    assert Viewer(person).takes_part
    assert not sanctions.appeals(steward)
    told = Delivery.objects.get(recipient=person.pk)
    assert (told.event.verb, told.event.reason) == ("sanction.withdrawn", "It was indeed.")


def test_confirmed_suspension_stays_and_is_withdrawn_later_all_the_same() -> None:
    person, steward = make_user(), make_steward()
    given = suspend(person)
    with pytest.raises(WrongState):
        sanctions.confirm(actor=steward, sanction=given)
    sanctions.appeal(actor=person, sanction=given, text="Please.")
    stale = Sanction.objects.get(pk=given.pk).version - 1
    with pytest.raises(Stale):
        sanctions.confirm(actor=steward, sanction=given, if_version=stale)
    sanctions.confirm(actor=steward, sanction=given)
    assert Viewer(person).is_suspended
    with pytest.raises(WrongState):
        sanctions.appeal(actor=person, sanction=given, text="Please!")
    sanctions.withdraw(actor=steward, sanction=given)
    with pytest.raises(WrongState):
        sanctions.withdraw(actor=steward, sanction=given)


@pytest.mark.parametrize("text", ["", "  ", "x" * 1001, "a\x00b"])
def test_reply_says_something(text: str) -> None:
    person = make_user()
    with pytest.raises(Invalid) as error:
        sanctions.appeal(actor=person, sanction=suspend(person), text=text)
    assert list(error.value.fields) == ["text"]


def test_only_whom_it_is_about_replies_and_within_thirty_days() -> None:
    asker = make_user()
    given = warn(make_help_request(asker))
    for person in (make_user(), make_moderator(), make_superuser()):
        with pytest.raises(NotFound):
            sanctions.appeal(actor=person, sanction=given, text="No.")
    Sanction.objects.update(created_at=timezone.now() - timedelta(days=31))
    with pytest.raises(Conflict) as error:
        sanctions.appeal(actor=asker, sanction=given, text="No.")
    assert error.value.code == "too_late"


def test_moderators_answer_only_what_is_of_their_category_and_not_about_them() -> None:
    moderator, other = make_moderator(), make_moderator("sculpting")
    entry = make_help_request(moderator)
    given = warn(entry, make_superuser())
    sanctions.appeal(actor=moderator, sanction=given, text="No.")
    assert not sanctions.appeals(other)
    assert not sanctions.appeals(moderator)
    with pytest.raises(NotFound):
        sanctions.withdraw(actor=other, sanction=given)
    with pytest.raises(NotAllowed):
        sanctions.withdraw(actor=moderator, sanction=given)
    with pytest.raises(NotAllowed):
        sanctions.appeals(make_user())
    assert list(sanctions.appeals(make_moderator())) == [given]
    sanctions.withdraw(actor=make_moderator(), sanction=given)


def test_moderators_do_not_lift_suspensions() -> None:
    entry = make_help_request()
    given = suspend(entry.requester, kind=entry.KIND, object_id=entry.pk)
    with pytest.raises(NotAllowed):
        sanctions.withdraw(actor=make_moderator(), sanction=given)


def test_record_shows_what_is_of_the_moderators_categories() -> None:
    person = make_user()
    entry, topic = make_help_request(person), make_topic(person)
    painter, sculptor = make_moderator(), make_moderator("sculpting")
    forum_moderator = make_forum_moderator(topic.category)
    warn(entry, painter)
    people.add_note(
        actor=forum_moderator,
        person=person,
        text="Knows their brushes.",
        kind=topic.KIND,
        object_id=topic.pk,
    )
    suspend(person)
    seen = people.record_of(painter, person.pk)
    assert [one.entry for one in seen.written] == [entry]
    assert [one.severity for one in seen.sanctions] == ["warning"]
    assert seen.notes == []
    assert [note.text for note in people.record_of(forum_moderator, person.pk).notes] == [
        "Knows their brushes."
    ]
    with pytest.raises(NotFound):
        people.record_of(sculptor, person.pk)
    with pytest.raises(NotAllowed):
        people.record_of(person, person.pk)
    everything = people.record_of(make_steward(), person.pk)
    assert {one.entry.pk for one in everything.written} == {entry.pk, topic.pk}
    assert len(everything.sanctions) == 2
    assert len(everything.notes) == 1


def test_notes_are_for_moderators_of_what_they_are_about() -> None:
    asker = make_user()
    entry = make_help_request(asker)
    about: Any = {"person": asker, "kind": entry.KIND, "object_id": entry.pk}
    for person in (asker, make_user(), make_moderator("sculpting")):
        with pytest.raises(NotAllowed):
            people.add_note(actor=person, text="Hm.", **about)
    with pytest.raises(NotAllowed):
        people.add_note(actor=make_moderator(), person=asker, text="About nothing.")
    with pytest.raises(NotFound):
        people.add_note(actor=make_moderator(), text="Hm.", **{**about, "person": make_user()})
    with pytest.raises(Invalid):
        people.add_note(actor=make_moderator(), text=" ", **about)
    made = people.add_note(actor=make_moderator(), text="Hm.", **about)
    assert list(StaffNote.objects.all()) == [made]


def test_what_moderators_kept_of_somebody_is_theirs_to_take_and_goes_with_them() -> None:
    person, steward = make_user(), make_steward()
    entry = make_help_request(person)
    about: Any = {"kind": entry.KIND, "object_id": entry.pk}
    warned = warn(entry, make_moderator())
    sanctions.appeal(actor=person, sanction=warned, text="A joke.")
    sanctions.confirm(actor=steward, sanction=warned, reason="No joke.")
    people.add_note(actor=steward, person=person, text="Watch this one.", **about)

    exported = export_user_data(person)
    [mine] = exported["sanctions"]
    assert (mine["reason"], mine["appeal"], mine["answer"]) == (
        "Stay friendly.",
        "A joke.",
        "No joke.",
    )
    assert "Watch this one." not in str(exported)
    assert export_user_data(steward)["sanctions"] == []
    erase_user(steward)
    assert Sanction.objects.get().answered_by is None
    assert StaffNote.objects.get().given_by is None
    erase_user(person)
    assert not Sanction.objects.exists()
    assert not StaffNote.objects.exists()


def test_what_moderators_kept_goes_with_a_deleted_account() -> None:
    person = make_user()
    warn(make_help_request(person))
    person.delete()
    assert not Sanction.objects.exists()
