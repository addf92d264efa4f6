"""Why the default moderation holds something, and that it holds nothing else unless it is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from tests.photos.pictures import upload
from wargame_mentorship.checks import check_settings
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums import services as forums
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.help_requests import services as help_requests
from wargame_mentorship.help_requests.models import HelpResponse
from wargame_mentorship.moderation import services
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.factories import (
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


@contextmanager
def holding(**options: Any) -> Iterator[None]:
    with override_settings(WARGAME_MENTORSHIP={"MODERATION": {"OPTIONS": options}}):
        yield


def is_held(entry: Any) -> bool:
    return bool(entry.moderation_state == ModerationState.HELD)


def reasons_of(entry: Any) -> list[str]:
    found: list[str] = Event.objects.get(verb=f"{entry.KIND}.held", subject_id=entry.pk).data[
        "reasons"
    ]
    return found


def picture_of(person: Any) -> Any:
    return upload_photo(actor=person, file=upload()).pk


def made_old(person: Any) -> Any:
    type(person).objects.filter(pk=person.pk).update(
        date_joined=timezone.now() - timedelta(days=10)
    )
    person.refresh_from_db()
    return person


def test_nothing_of_this_is_held_unless_it_is_asked_for() -> None:
    person = make_user()
    for _ in range(7):
        assert not is_held(make_topic(person, photo_ids=[picture_of(person)]))


def test_the_first_that_somebody_writes_waits_until_enough_of_it_was_seen() -> None:
    person, topic = make_user(), make_topic()
    with holding(first_posts=2):
        asked = make_help_request(person)
        replied = make_post(topic, person)
        assert reasons_of(asked) == reasons_of(replied) == ["first_post"]

        services.approve(actor=make_superuser(), kind=asked.KIND, object_id=asked.pk)
        assert is_held(make_response(responder=person, help_request=make_help_by_root()))
        services.approve(actor=make_superuser(), kind=replied.KIND, object_id=replied.pk)

        assert not is_held(make_post(topic, person))
        # Taken back from view, it was seen by nobody to speak of.
        services.hide(actor=make_superuser(), kind=asked.KIND, object_id=asked.pk)
        services.hide(actor=make_superuser(), kind=replied.KIND, object_id=replied.pk)
        assert is_held(make_post(topic, person))


def make_help_by_root() -> Any:
    return make_help_request(make_superuser())


def test_edits_are_held_for_the_same() -> None:
    person = make_user()
    topic = make_topic(person)
    with holding(first_posts=2):
        edited = forums.edit_topic(actor=person, topic=topic, changes={"description": "Anew."})
    assert reasons_of(edited) == ["first_post"]


def test_photos_of_new_accounts_wait_and_no_others() -> None:
    new, old = make_user(), made_old(make_user())
    with holding(media=True):
        held = make_help_request(new, photo_ids=[picture_of(new)])
        assert reasons_of(held) == ["media"]
        step = {"text": "Look.", "photo_id": picture_of(new)}
        assert is_held(make_response(responder=new, steps=[step]))
        assert not is_held(make_help_request(new))
        assert not is_held(make_help_request(old, photo_ids=[picture_of(old)]))


def test_photos_that_come_by_an_edit_wait_too_and_those_that_stay_do_not() -> None:
    person = make_user()
    asked, answered = make_help_request(person), make_response(responder=person)
    stepped = make_response(responder=person, steps=[{"text": "Look."}])
    topic, post = make_topic(person), make_post(author=person)
    shown = picture_of(person)
    pictured = make_topic(person, photo_ids=[shown])

    with holding(media=True):
        kept = forums.edit_topic(
            actor=person, topic=pictured, changes={"language": "de"}, photo_ids=[shown]
        )
        edited = [
            help_requests.edit(
                actor=person, help_request=asked, changes={}, photo_ids=[picture_of(person)]
            ),
            help_requests.edit_response(
                actor=person, response=answered, photo_ids=[picture_of(person)]
            ),
            help_requests.edit_response(
                actor=person,
                response=stepped,
                steps=[{"text": "Look.", "photo_id": picture_of(person)}],
            ),
            forums.edit_topic(
                actor=person, topic=topic, changes={}, photo_ids=[picture_of(person)]
            ),
            forums.edit_post(actor=person, post=post, photo_ids=[picture_of(person)]),
        ]

    assert not is_held(kept)
    assert [reasons_of(entry) for entry in edited] == [["media"]] * 5
    assert HelpResponse.objects.get(pk=answered.pk).response_text == answered.response_text
    assert ForumPost.objects.get(pk=post.pk).content == post.content


def test_what_comes_too_fast_waits_whatever_it_is() -> None:
    person, topic = make_user(), make_topic()
    with holding(too_fast=3):
        first = [make_help_request(person), make_topic(person), make_post(topic, person)]
        fourth = make_post(topic, person)
        assert not any(map(is_held, first))
        assert reasons_of(fourth) == ["too_fast"]
        assert not is_held(make_post(topic))
        long_ago = timezone.now() - timedelta(seconds=61)
        ForumTopic.objects.filter(created_by=person.pk).update(created_at=long_ago)
        ForumPost.objects.filter(author=person.pk).update(created_at=long_ago)
        assert not is_held(make_post(topic, person))


def test_deleting_makes_nobody_slower() -> None:
    person, topic = make_user(), make_topic()
    with holding(too_fast=1):
        forums.delete_post(actor=person, post=make_post(topic, person))
        assert is_held(make_post(topic, person))


def test_whoever_has_not_helped_yet_waits_until_they_are_trusted() -> None:
    person = make_user()
    answered = make_response(responder=person)
    with holding(trust=2):
        for count in range(2):
            assert reasons_of(make_topic(person, title=f"Again {count}")) == ["trust"]
            help_requests.mark_helpful(actor=make_user(), response=answered)
        assert not is_held(make_topic(person))


def test_moderators_do_not_wait_for_themselves_where_they_moderate() -> None:
    category = make_forum_category()
    forum_moderator, moderator = make_forum_moderator(category), make_moderator("painting")
    with holding(first_posts=1, media=True, too_fast=1, trust=1):
        mine = make_topic(forum_moderator, category)
        assert not is_held(mine)
        assert not is_held(make_help_request(moderator))
        assert is_held(make_topic(moderator))
        elsewhere = make_help_request(make_moderator("gaming"))
        assert reasons_of(elsewhere) == ["first_post", "trust"]


def test_moderators_read_why() -> None:
    with holding(first_posts=1, trust=1):
        topic = make_topic()
    read = services.held_for(ForumTopic.KIND, [topic.pk])[topic.pk]
    assert read == "the first that somebody writes, somebody who is not trusted yet"


@pytest.mark.parametrize(
    "options",
    [
        {"first_posts": -1},
        {"first_posts": True},
        {"too_fast": "3"},
        {"trust": 1.5},
        {"media": 1},
        {"new_account_days": None},
        {"links_allowed": -2},
        {"unknown": 1},
    ],
)
def test_what_is_no_option_stops_the_start(options: dict[str, Any]) -> None:
    with holding(**options):
        assert "wargame_mentorship.E004" in {found.id for found in check_settings(None)}
