"""Many at one case at once, with real threads, on each database."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pytest

from tests.concurrency import at_once
from tests.help_requests.recounting import check_adds_up
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.moderation import cases, flagging
from wargame_mentorship.moderation.models import CaseStatus, Flag, FlagCase
from wargame_mentorship.testing.factories import make_forum_moderator, make_topic, make_user

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def codes(outcomes: Sequence[object]) -> list[str]:
    return sorted(str(getattr(one, "code", one)) for one in outcomes if isinstance(one, Exception))


def test_many_who_flag_at_once_open_one_case() -> None:
    topic, people = make_topic(), [make_user() for _ in range(8)]
    flag = partial(flagging.flag, kind=topic.KIND, object_id=topic.pk, reason="spam")

    outcomes = at_once([partial(flag, actor=person) for person in (*people, people[0])])

    refused = codes(outcomes)
    assert set(refused) <= {"duplicate", "busy"}
    assert FlagCase.objects.get().flag_count == Flag.objects.count() == 9 - len(refused)
    check_adds_up()


def test_of_two_decisions_at_once_one_is_made() -> None:
    topic = make_topic()
    first, second = (make_forum_moderator(topic.category, name=name) for name in ("a", "b"))
    made = flagging.flag(actor=make_user(), kind=topic.KIND, object_id=topic.pk, reason="spam")

    outcomes = at_once(
        [
            partial(cases.uphold, actor=first, case=made.case),
            partial(cases.dismiss, actor=second, case=made.case),
        ]
    )

    [refused] = codes(outcomes)
    assert refused in {"wrong_state", "busy"}
    case = FlagCase.objects.get()
    topic.refresh_from_db()
    is_hidden = topic.moderation_state == ModerationState.HIDDEN
    assert is_hidden == (case.status == CaseStatus.UPHELD)
    check_adds_up()


def test_of_two_claims_at_once_one_holds() -> None:
    topic = make_topic()
    people = [make_forum_moderator(topic.category, name=name) for name in ("a", "b", "c")]
    made = flagging.flag(actor=make_user(), kind=topic.KIND, object_id=topic.pk, reason="spam")

    outcomes = at_once([partial(cases.claim, actor=one, case=made.case) for one in people])

    assert codes(outcomes) in (["taken", "taken"], ["busy", "taken"])
    winner = next(n for n, one in enumerate(outcomes) if isinstance(one, FlagCase))
    assert FlagCase.objects.get().claimed_by == people[winner]


def test_a_flag_and_a_dismissal_at_once_leave_true_numbers() -> None:
    topic = make_topic()
    moderator = make_forum_moderator(topic.category)
    made = flagging.flag(actor=make_user(), kind=topic.KIND, object_id=topic.pk, reason="spam")

    at_once(
        [
            partial(cases.dismiss, actor=moderator, case=made.case),
            partial(
                flagging.flag,
                actor=make_user(),
                kind=topic.KIND,
                object_id=topic.pk,
                reason="rude",
            ),
        ]
    )

    case = FlagCase.objects.get()
    waiting = case.flags.filter(agreed=None).count()
    assert (case.status == CaseStatus.OPEN) == bool(waiting)
    check_adds_up()
