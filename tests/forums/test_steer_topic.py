"""Accepting, voting, pinning, locking, moving: whose it is, and what it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.help_requests.recounting import check_adds_up
from wargame_mentorship.core.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    SignInRequired,
    Stale,
    WrongState,
)
from wargame_mentorship.events.models import Event
from wargame_mentorship.flows.privacy import erase_user, export_user_data
from wargame_mentorship.forums import services
from wargame_mentorship.forums.actions import post_actions, topic_actions
from wargame_mentorship.forums.models import ForumPost, ForumTopic, ForumVersion
from wargame_mentorship.forums.moderators import moderators_of
from wargame_mentorship.host import Viewer
from wargame_mentorship.testing.factories import (
    deactivate,
    make_forum_category,
    make_forum_moderator,
    make_post,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_the_asker_accepts_one_post_and_another_in_its_place() -> None:
    asker = make_user("asker")
    topic = make_topic(asker)
    first, second = make_post(topic), make_post(topic)

    services.accept(actor=asker, topic=topic, post_id=first.pk)
    services.accept(actor=asker, topic=topic, post_id=second.pk)
    services.accept(actor=asker, topic=topic, post_id=second.pk)

    assert list(ForumPost.objects.filter(accepted_for=topic.pk)) == [second]
    assert Event.objects.filter(verb="forum_topic.accepted").count() == 2
    assert topic in ForumTopic.objects.solved()

    services.unaccept(actor=asker, topic=topic)

    assert topic in ForumTopic.objects.solved(False)
    with pytest.raises(WrongState):
        services.unaccept(actor=asker, topic=topic)


def test_only_asker_and_moderators_accept_and_only_what_everybody_sees() -> None:
    category, asker = make_forum_category(), make_user("asker")
    topic = make_topic(asker, category)
    expert = make_user("expert")
    post, elsewhere = make_post(topic, expert), make_post()

    with pytest.raises(NotAllowed):
        services.accept(actor=expert, topic=topic, post_id=post.pk)
    with pytest.raises(SignInRequired):
        services.accept(actor=Viewer(None), topic=topic, post_id=post.pk)
    with pytest.raises(Invalid):
        services.accept(actor=asker, topic=topic, post_id=elsewhere.pk)
    with pytest.raises(Stale):
        services.accept(actor=asker, topic=topic, post_id=post.pk, if_version=7)
    services.accept(actor=make_forum_moderator(category), topic=topic, post_id=post.pk)

    post.refresh_from_db()
    assert post.is_solution


def test_the_solution_is_not_its_authors_to_delete() -> None:
    category, asker, expert = make_forum_category(), make_user("asker"), make_user("expert")
    post = make_post(make_topic(asker, category), expert)
    services.accept(actor=asker, topic=post.topic, post_id=post.pk)

    with pytest.raises(Conflict) as refused:
        services.delete_post(actor=expert, post=post)
    assert refused.value.code == "accepted"
    services.delete_post(actor=make_forum_moderator(category), post=post)

    assert post.topic in ForumTopic.objects.solved(False)


def test_a_vote_counts_once_and_can_be_taken_back() -> None:
    reader, expert = make_user("reader"), make_user("expert")
    post = make_post(author=expert)

    for _ in range(2):
        post = services.mark_helpful(actor=reader, post=post)
    assert post.helpful_count == 1
    check_adds_up()
    assert services.mark_helpful(actor=reader, post=post, is_helpful=False).helpful_count == 0
    assert services.mark_helpful(actor=reader, post=post).helpful_count == 1
    assert services.withdraw_vote(actor=reader, post=post).helpful_count == 0
    with pytest.raises(NotAllowed):
        services.mark_helpful(actor=expert, post=post)
    with pytest.raises(SignInRequired):
        services.mark_helpful(actor=Viewer(None), post=post)
    check_adds_up()


@pytest.mark.parametrize(
    ("service", "undo", "column"),
    [(services.pin, services.unpin, "is_pinned"), (services.lock, services.unlock, "is_locked")],
)
def test_pins_and_locks_are_the_moderators(
    service: Callable[..., Any], undo: Callable[..., Any], column: str
) -> None:
    category, asker = make_forum_category(), make_user("asker")
    moderator, elsewhere = make_forum_moderator(category), make_forum_moderator()
    topic = make_topic(asker, category)

    for actor in (asker, elsewhere):
        with pytest.raises(NotAllowed):
            service(actor=actor, topic=topic)
    for _ in range(2):
        service(actor=moderator, topic=topic, reason="Read this first.")

    topic.refresh_from_db()
    assert getattr(topic, column)
    assert topic.moderation_reason == "Read this first."
    [event] = Event.objects.filter(subject_id=topic.pk, data__has_key="after")
    assert (event.data["before"], event.data["after"]) == ({column: False}, {column: True})
    undo(actor=moderator, topic=topic)
    topic.refresh_from_db()
    assert not getattr(topic, column)


def test_a_topic_moves_only_between_categories_that_one_moderates() -> None:
    here, there, foreign = (make_forum_category() for _ in range(3))
    moderator = make_forum_moderator(here, there)
    topic = make_topic(category=here)
    make_post(topic)

    with pytest.raises(Invalid):
        services.move(actor=moderator, topic=topic, category_id=foreign.pk)
    with pytest.raises(NotAllowed):
        services.move(actor=make_forum_moderator(there), topic=topic, category_id=there.pk)
    services.move(actor=moderator, topic=topic, category_id=there.pk, reason="It is about tools.")

    topic.refresh_from_db()
    assert topic.category_id == there.pk
    here.refresh_from_db()
    there.refresh_from_db()
    assert (here.topic_count, here.post_count) == (0, 0)
    assert (there.topic_count, there.post_count) == (1, 1)
    [event] = Event.objects.filter(verb="forum_topic.moved")
    assert event.data["before"] == {"category_id": str(here.pk)}
    check_adds_up()


def test_what_can_be_done_is_offered_and_nothing_else() -> None:
    category, asker, expert = make_forum_category(), make_user("asker"), make_user("expert")
    moderator = make_forum_moderator(category)
    topic = make_topic(asker, category)
    post = make_post(topic, expert)
    topic.refresh_from_db()

    def offered(actor: Any) -> list[str]:
        return topic_actions(Viewer(actor), topic, has_solution=False)

    assert offered(None) == []
    assert offered(expert) == ["reply"]
    assert offered(asker) == ["reply", "edit", "accept"]
    assert offered(moderator) == [
        *("reply", "edit", "accept", "pin", "lock"),
        *("move", "merge", "split", "duplicate_of", "delete"),
    ]
    assert post_actions(Viewer(None), post) == []
    assert post_actions(Viewer(asker), post) == ["vote"]
    assert post_actions(Viewer(expert), post) == ["edit", "delete"]
    assert post_actions(Viewer(moderator), post) == ["vote", "edit", "delete"]


def test_moderators_are_people_and_members_of_groups_who_are_active() -> None:
    from django.contrib.auth.models import Group
    from guardian.shortcuts import assign_perm

    category, other = make_forum_category(), make_forum_category()
    direct, gone, member = (
        make_forum_moderator(category),
        make_forum_moderator(category),
        make_user("member"),
    )
    deactivate(gone)
    group = Group.objects.create(name="Painters")
    member.groups.add(group)  # type: ignore[attr-defined] # of every user model with permissions
    assign_perm("wargame_mentorship.moderate_forumcategory", group, category)

    found = moderators_of([category, other])

    assert found == {category.pk: sorted([direct.pk, member.pk]), other.pk: []}


def test_an_erased_person_leaves_what_helps_and_nothing_else() -> None:
    category, leaver, asker = make_forum_category(), make_user("leaver"), make_user("asker")
    own = make_topic(leaver, category, title="Kept for all")
    post = make_post(make_topic(asker, category), leaver, content="The first wording.")
    services.edit_post(actor=leaver, post=post, content="The second wording.")
    deleted = make_post(own, leaver, content="Regretted.")
    services.delete_post(actor=leaver, post=deleted)
    exported = str(export_user_data(leaver))
    for words in ("Kept for all", "The first wording.", "The second wording.", "Regretted."):
        assert words in exported

    erase_user(leaver)

    own.refresh_from_db()
    post.refresh_from_db()
    assert (own.created_by_id, post.author_id) == (None, None)
    assert post.content == "The second wording."
    assert not ForumVersion.objects.exists()
    assert not ForumPost.objects.filter(pk=deleted.pk).exists()
    assert own in ForumTopic.objects.visible_to(Viewer(None))
    check_adds_up()


def test_what_is_deleted_is_found_no_more() -> None:
    asker = make_user("asker")
    topic = make_topic(asker)
    services.delete_topic(actor=asker, topic=topic)

    with pytest.raises(NotFound):
        services.pin(actor=asker, topic=topic)
