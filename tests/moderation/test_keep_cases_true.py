"""What `wm_check` finds of cases, and what is left of a person's flags."""

from __future__ import annotations

import pytest

from wargame_mentorship.core import recounts
from wargame_mentorship.flows.privacy import erase_user, export_user_data
from wargame_mentorship.forums import services as forums
from wargame_mentorship.moderation import cases, flagging
from wargame_mentorship.moderation.models import Flag, FlagCase
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_post,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_numbers_and_filing_are_made_true() -> None:
    old, new = make_forum_category(), make_forum_category()
    topic = make_topic(category=old)
    flagging.flag(actor=make_user(), kind=topic.KIND, object_id=topic.pk, reason="spam")
    assert recounts.run_all(fix=False)["cases"] == []
    moderator = make_forum_moderator(old, new)
    forums.move(actor=moderator, topic=topic, category_id=new.pk)
    FlagCase.objects.update(flag_count=7, weight=3)

    found = recounts.run_all(fix=True)["cases"]

    case = FlagCase.objects.get()
    assert found == [
        f"case {case.pk}: flag_count is 7, should be 1",
        f"case {case.pk}: weight is 3, should be 100",
        f"case {case.pk} is not filed as its content is",
    ]
    assert recounts.run_all(fix=False)["cases"] == []
    assert (case.flag_count, case.weight, case.category_id) == (1, 100, new.pk)


def test_a_decided_case_weighs_nothing() -> None:
    topic = make_topic()
    made = flagging.flag(actor=make_user(), kind=topic.KIND, object_id=topic.pk, reason="spam")
    cases.dismiss(actor=make_forum_moderator(topic.category), case=made.case)

    assert recounts.run_all(fix=False)["cases"] == []


def test_somebodys_flags_go_along_and_lose_name_and_words() -> None:
    reader, post = make_user("reader"), make_post()
    flagging.flag(
        actor=reader,
        kind=post.KIND,
        object_id=post.pk,
        reason="rude",
        note="He swears at me.",
    )

    [exported] = export_user_data(reader)["flags"]
    assert (exported["reason"], exported["note"]) == ("rude", "He swears at me.")
    assert exported["object_id"] == str(post.pk)
    erase_user(reader)

    flag = Flag.objects.get()
    assert (flag.flagger, flag.note, flag.reason) == (None, "", "rude")
    assert FlagCase.objects.get().flag_count == 1
    assert recounts.run_all(fix=False)["cases"] == []


def test_nothing_of_a_case_leads_to_who_is_gone() -> None:
    author, moderator_of = make_user("author"), make_forum_moderator
    topic = make_topic(author)
    made = flagging.flag(actor=make_user(), kind=topic.KIND, object_id=topic.pk, reason="spam")
    moderator = moderator_of(topic.category)
    cases.claim(actor=moderator, case=made.case)
    cases.dismiss(actor=moderator, case=made.case)

    for person in (author, moderator):
        erase_user(person)

    case = FlagCase.objects.get()
    assert case.author is case.decided_by is case.claimed_by is None
