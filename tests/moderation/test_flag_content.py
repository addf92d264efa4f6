"""What readers report, and what moderators make of it (`states.md`, flag case)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import F
from django.utils import timezone

from wargame_mentorship.core.errors import (
    Conflict,
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
from wargame_mentorship.forums import services as forums
from wargame_mentorship.forums.models import ForumPost
from wargame_mentorship.help_requests.models import HelpRequest, HelpResponse
from wargame_mentorship.moderation import cases, flagging
from wargame_mentorship.moderation.flagging import weight_of
from wargame_mentorship.moderation.models import CaseStatus, Flag, FlagCase
from wargame_mentorship.notifications.models import Delivery
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

MAKERS: dict[str, Callable[[], Any]] = {
    "help_request": make_help_request,
    "help_response": make_response,
    "forum_topic": make_topic,
    "forum_post": make_post,
}


def report(entry: Any, person: Any = None, reason: str = "spam", note: str = "") -> Flag:
    return flagging.flag(
        actor=person or make_user(),
        kind=entry.KIND,
        object_id=entry.pk,
        reason=reason,
        note=note,
    )


def case_of(entry: Any) -> FlagCase:
    return FlagCase.objects.get(kind=entry.KIND, object_id=entry.pk)


def moderator_of(entry: Any) -> Any:
    if isinstance(entry, (HelpRequest, HelpResponse)):
        request = entry.help_request if isinstance(entry, HelpResponse) else entry
        return make_moderator(request.category.slug)
    topic = entry.topic if isinstance(entry, ForumPost) else entry
    return make_forum_moderator(topic.category)


@pytest.fixture(params=MAKERS)
def entry(request: pytest.FixtureRequest) -> Any:
    return MAKERS[request.param]()


def test_flags_of_several_open_one_case(entry: Any) -> None:
    report(entry)
    report(entry, reason="other", note="The photo is mine.")

    case = case_of(entry)

    assert (case.status, case.flag_count, case.weight) == (CaseStatus.OPEN, 2, 200)
    assert {(flag.reason, flag.note) for flag in case.flags.all()} == {
        ("spam", ""),
        ("other", "The photo is mine."),
    }


def test_nobody_flags_twice_nor_what_is_their_own(entry: Any) -> None:
    reader = make_user("reader")
    report(entry, reader)

    with pytest.raises(Conflict) as refused:
        report(entry, reader, reason="rude")
    with pytest.raises(NotAllowed):
        report(entry, author_of(entry))

    assert refused.value.code == "duplicate"
    assert case_of(entry).flag_count == 1


def author_of(entry: Any) -> Any:
    names = ("requester", "responder", "created_by", "author")
    return next(getattr(entry, name) for name in names if hasattr(entry, name))


def test_what_nobody_may_flag_opens_no_case(entry: Any) -> None:
    kind, key, reader = entry.KIND, entry.pk, make_user("reader")
    gone = make_user("gone")
    deactivate(gone)

    tried: list[tuple[Any, Any, str, type[DomainError]]] = [
        (None, key, kind, SignInRequired),
        (gone, key, kind, SignInRequired),
        (reader, uuid4(), kind, NotFound),
        (reader, key, "forum_category", NotFound),
        (reader, key, "nonsense", NotFound),
    ]
    for actor, object_id, named, expected in tried:
        with pytest.raises(expected):
            flagging.flag(actor=actor, kind=named, object_id=object_id, reason="spam")
    type(entry).objects.filter(pk=key).update(moderation_state=ModerationState.HIDDEN)
    with pytest.raises(NotFound):
        report(entry, reader)

    assert not FlagCase.objects.exists()
    assert not Event.objects.filter(verb__startswith="flag_case").exists()


@pytest.mark.parametrize(
    ("reason", "note", "field", "code"),
    [
        ("nonsense", "", "reason", "invalid_choice"),
        ("", "", "reason", "invalid_choice"),
        ("other", " ", "note", "required"),
        ("spam", "x" * 501, "note", "too_long"),
        ("spam", "a\x00b", "note", "nul_character"),
    ],
)
def test_a_flag_says_what_is_wrong(reason: str, note: str, field: str, code: str) -> None:
    topic = make_topic()

    with pytest.raises(Invalid) as refused:
        report(topic, reason=reason, note=note)

    assert refused.value.fields.keys() == {field}
    assert refused.value.fields[field][0][1] == code
    assert not FlagCase.objects.exists()


def test_upholding_hides_and_tells_those_who_flagged(
    entry: Any, django_capture_on_commit_callbacks: Any
) -> None:
    flagger, moderator = make_user("flagger"), moderator_of(entry)
    report(entry, flagger)

    with django_capture_on_commit_callbacks(execute=True):
        case = cases.uphold(actor=moderator, case=case_of(entry), reason="Advertising.")

    entry.refresh_from_db()
    assert entry.moderation_state == ModerationState.HIDDEN
    assert entry.moderation_reason == "Advertising."
    assert (case.status, case.measure, case.weight) == (CaseStatus.UPHELD, "hide", 0)
    assert case.decided_by == moderator
    assert case.decided_at is not None
    assert case.flags.get().agreed is True
    told = Delivery.objects.get(recipient=flagger.pk)
    assert (told.verb, told.event.verb) == ("flag_decided", "flag_case.upheld")


def test_what_has_been_put_right_stays(entry: Any) -> None:
    report(entry)

    case = cases.uphold(actor=moderator_of(entry), case=case_of(entry), measure="keep")

    entry.refresh_from_db()
    assert entry.moderation_state == ModerationState.VISIBLE
    assert (case.status, case.measure) == (CaseStatus.UPHELD, "keep")


def test_dismissing_leaves_it_as_it_is(entry: Any, django_capture_on_commit_callbacks: Any) -> None:
    flagger = make_user("flagger")
    report(entry, flagger)

    with django_capture_on_commit_callbacks(execute=True):
        case = cases.dismiss(actor=moderator_of(entry), case=case_of(entry))

    entry.refresh_from_db()
    assert entry.moderation_state == ModerationState.VISIBLE
    assert case.status == CaseStatus.DISMISSED
    assert case.flags.get().agreed is False
    assert Delivery.objects.get(recipient=flagger.pk).event.verb == "flag_case.dismissed"


def test_held_and_hidden_content_is_upheld_without_a_second_move() -> None:
    held, hidden = make_topic(), make_topic()
    for topic, state in ((held, "held"), (hidden, "hidden")):
        report(topic)
        type(topic).objects.filter(pk=topic.pk).update(moderation_state=state)
        cases.uphold(actor=make_forum_moderator(topic.category), case=case_of(topic))
        topic.refresh_from_db()

    assert held.moderation_state == hidden.moderation_state == ModerationState.HIDDEN


def test_what_is_gone_can_still_be_decided() -> None:
    post = make_post()
    report(post)
    moderator = make_forum_moderator(post.topic.category)
    forums.delete_post(actor=author_of(post), post=post)

    case = cases.uphold(actor=moderator, case=case_of(post))

    assert case.status == CaseStatus.UPHELD


def test_a_decided_case_is_opened_again_by_the_next_flag(
    entry: Any, django_capture_on_commit_callbacks: Any
) -> None:
    first, second, moderator = make_user("first"), make_user("second"), moderator_of(entry)
    report(entry, first)
    cases.dismiss(actor=moderator, case=case_of(entry))

    report(entry, second)

    case = case_of(entry)
    assert (case.status, case.flag_count, case.weight) == (CaseStatus.OPEN, 2, 100)
    with django_capture_on_commit_callbacks(execute=True):
        cases.dismiss(actor=moderator, case=case)
    # Whoever was told of the first decision is not told of one about somebody else's flag.
    assert set(Delivery.objects.values_list("recipient", flat=True)) == {second.pk}


def test_a_moderator_reopens_within_thirty_days() -> None:
    topic = make_topic()
    moderator = make_forum_moderator(topic.category)
    report(topic)
    report(topic)
    case = cases.dismiss(actor=moderator, case=case_of(topic))

    again = cases.reopen(actor=moderator, case=case)

    assert (again.status, again.weight) == (CaseStatus.OPEN, 200)
    assert set(again.flags.values_list("agreed", flat=True)) == {None}
    cases.uphold(actor=moderator, case=again)
    FlagCase.objects.update(decided_at=F("decided_at") - timedelta(days=31))
    with pytest.raises(Conflict) as refused:
        cases.reopen(actor=moderator, case=again)
    assert refused.value.code == "too_late"


def test_who_flags_in_vain_weighs_less_and_one_mistake_is_forgiven() -> None:
    crank, category = make_user("crank"), make_forum_category()
    moderator = make_forum_moderator(category)
    weights = []

    for _ in range(4):
        topic = make_topic(category=category)
        weights.append(report(topic, crank).weight)
        cases.dismiss(actor=moderator, case=case_of(topic))
    for _ in range(2):
        topic = make_topic(category=category)
        report(topic, crank)
        cases.uphold(actor=moderator, case=case_of(topic))

    assert weights == [100, 66, 50, 40]
    assert weight_of(crank.pk) == 100 * (2 + 2) // (6 + 2)
    assert weight_of(make_user("newcomer").pk) == 100


MOVES: dict[str, Callable[..., FlagCase]] = {
    "claim": cases.claim,
    "release": cases.release,
    "uphold": cases.uphold,
    "dismiss": cases.dismiss,
    "reopen": cases.reopen,
}
OPEN_TO = {
    CaseStatus.OPEN: {"claim", "release", "uphold", "dismiss"},
    CaseStatus.UPHELD: {"reopen"},
    CaseStatus.DISMISSED: {"reopen"},
}


@pytest.mark.parametrize("status", CaseStatus)
@pytest.mark.parametrize("action", MOVES)
def test_everybody_tries_every_move_in_every_state(action: str, status: CaseStatus) -> None:
    topic = make_topic()
    report(topic, flagger := make_user("flagger"))
    elsewhere = make_forum_moderator(make_forum_category(), name="elsewhere")
    case = case_of(topic)
    FlagCase.objects.update(
        status=status, decided_at=None if status == CaseStatus.OPEN else timezone.now()
    )

    people: list[tuple[Any, type[DomainError]]] = [
        (None, SignInRequired),
        (make_user("stranger"), NotFound),
        (flagger, NotFound),
        (author_of(topic), NotFound),
        (elsewhere, NotFound),
    ]
    for person, expected in people:
        with pytest.raises(expected):
            MOVES[action](actor=person, case=case)
    moderator = make_forum_moderator(topic.category, name="here")
    if action in OPEN_TO[status]:
        MOVES[action](actor=moderator, case=case)
    else:
        with pytest.raises(WrongState):
            MOVES[action](actor=moderator, case=case)


def test_a_claimed_case_is_one_moderators_until_the_claim_runs_out() -> None:
    topic = make_topic()
    first = make_forum_moderator(topic.category, name="first")
    second = make_forum_moderator(topic.category, name="second")
    report(topic)
    case = cases.claim(actor=first, case=case_of(topic))
    assert case.claimed_by == first

    for move in (cases.claim, cases.uphold, cases.dismiss):
        with pytest.raises(Conflict) as refused:
            move(actor=second, case=case)
        assert refused.value.code == "taken"
    cases.claim(actor=first, case=case)
    FlagCase.objects.update(claimed_until=timezone.now())
    assert cases.claim(actor=second, case=case).claimed_by == second
    assert cases.release(actor=first, case=case).claimed_by is None
    assert cases.dismiss(actor=first, case=case).status == CaseStatus.DISMISSED


def test_an_old_version_is_not_decided() -> None:
    topic = make_topic()
    moderator = make_forum_moderator(topic.category)
    report(topic)
    read = case_of(topic).version
    report(topic)

    with pytest.raises(Stale):
        cases.dismiss(actor=moderator, case=case_of(topic), if_version=read)


def test_a_case_goes_where_its_content_goes() -> None:
    old, new = make_forum_category(), make_forum_category()
    topic = make_topic(category=old)
    report(topic)
    of_old = make_forum_moderator(old, name="old")
    both = make_forum_moderator(old, new, name="both")
    of_new = make_forum_moderator(new, name="new")
    forums.move(actor=both, topic=topic, category_id=new.pk)

    with pytest.raises(NotFound):
        cases.dismiss(actor=of_old, case=case_of(topic))
    assert cases.dismiss(actor=of_new, case=case_of(topic)).decided_by == of_new


def test_the_queue_is_that_of_ones_categories() -> None:
    here, there = make_forum_category(), make_forum_category()
    mine, other, question = make_topic(category=here), make_topic(category=there), make_response()
    for flagged in (mine, other, question):
        report(flagged)

    assert [case.object_id for case in cases.queue(make_forum_moderator(here))] == [mine.pk]
    assert [case.object_id for case in cases.queue(moderator_of(question))] == [question.pk]
    with pytest.raises(NotAllowed):
        cases.queue(make_user("nobody"))
    with pytest.raises(SignInRequired):
        cases.queue(AnonymousUser())


def test_of_many_flags_of_one_thing_those_that_say_why_stand_first_and_few_are_read() -> None:
    topic, other = make_topic(), make_topic()
    for number in range(cases.FLAGS_SHOWN + 2):
        report(topic, note="He swears." if number > 10 else "")
    report(other)
    root = make_superuser()

    [shown, alone] = cases.shown_cases(root, [case_of(topic), case_of(other)])

    first = Flag.objects.filter(case=shown.case).order_by("created_at", "pk")
    said = first.filter(note="He swears.").get()
    assert shown.flags == [said, *first[: cases.FLAGS_SHOWN - 1]]
    assert shown.more_flags == 2
    assert (len(alone.flags), alone.more_flags) == (1, 0)
