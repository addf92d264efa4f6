"""Splitting posts off a topic: what opens the new one, what stays, and who may."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.help_requests.recounting import check_adds_up
from tests.photos.pictures import upload
from wargame_mentorship.core.errors import Invalid, NotAllowed, NotFound, SignInRequired
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumPost, ForumTopic
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.photos import services as photos
from wargame_mentorship.search import services as search
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_post,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


class Talk:
    """A topic with four posts, of which the second and the fourth are about something else."""

    def __init__(self) -> None:
        self.category, self.other = make_forum_category(), make_forum_category()
        self.moderator = make_forum_moderator(self.category, self.other)
        self.asker, self.expert = make_user("asker"), make_user("expert")
        self.topic = make_topic(self.asker, self.category, language="de")
        self.posts = [
            make_post(self.topic, self.expert, content=f"Number {number}.") for number in range(4)
        ]

    def split(self, *numbers: int, **given: Any) -> ForumTopic:
        fields = {
            "actor": self.moderator,
            "topic": self.topic,
            "post_ids": [self.posts[number].pk for number in numbers],
            "title": "And which primer?",
            **given,
        }
        return services.split(**fields)


def test_the_earliest_post_opens_the_new_topic_and_the_rest_follows() -> None:
    talk = Talk()

    made = talk.split(3, 1, reason="Another question.")

    assert (made.title, made.description) == ("And which primer?", "Number 1.")
    assert (made.created_by_id, made.created_at) == (talk.expert.pk, talk.posts[1].created_at)
    assert (made.category_id, made.language, made.reply_count) == (talk.category.pk, "de", 1)
    assert [post.content for post in made.posts.all()] == ["Number 3."]
    talk.topic.refresh_from_db()
    assert talk.topic.reply_count == 2
    assert talk.topic.last_activity_at == talk.posts[2].created_at
    [event] = Event.objects.filter(verb="forum_topic.split")
    assert (event.subject_id, event.reason) == (talk.topic.pk, "Another question.")
    assert event.data["before"] == {"post_ids": [str(talk.posts[n].pk) for n in (1, 3)]}
    assert event.data["after"] == {
        "topic_id": str(made.pk),
        "category_id": str(talk.category.pk),
    }
    check_adds_up()


def test_it_can_be_filed_elsewhere_and_is_found_there() -> None:
    talk = Talk()

    made = talk.split(0, category_id=talk.other.pk)

    assert made.category_id == talk.other.pk
    assert list(search.find(ForumTopic.objects.visible_to(Viewer(None)), "primer")) == [made]
    talk.other.refresh_from_db()
    assert talk.other.topic_count == 1
    check_adds_up()


def test_a_solution_that_goes_is_none_any_more() -> None:
    talk = Talk()
    services.accept(actor=talk.asker, topic=talk.topic, post_id=talk.posts[3].pk)

    made = talk.split(1, 3)

    assert not ForumPost.objects.filter(accepted_for__isnull=False).exists()
    assert {made, talk.topic} <= set(ForumTopic.objects.solved(False))
    assert Event.objects.filter(verb="forum_topic.unaccepted").exists()


def test_answers_across_the_two_topics_are_parted() -> None:
    talk = Talk()
    inside = make_post(talk.topic, reply_to_id=talk.posts[2].pk)
    stays = make_post(talk.topic, reply_to_id=talk.posts[1].pk)
    opens = make_post(talk.topic, reply_to_id=talk.posts[2].pk)
    talk.posts += [inside, stays, opens]

    talk.split(1, 2, 4)

    for post, answered in ((inside, talk.posts[2].pk), (stays, None), (opens, None)):
        post.refresh_from_db()
        assert post.reply_to_id == answered


def test_pictures_and_earlier_words_open_it_and_merging_back_is_exact() -> None:
    talk = Talk()
    post, reader = talk.posts[1], make_user("reader")
    photo = photos.upload_photo(actor=talk.expert, file=upload())
    services.edit_post(actor=talk.expert, post=post, content="New words.", photo_ids=[photo.pk])
    services.mark_helpful(actor=reader, post=post)

    made = talk.split(1)

    assert photos.photos_of("forum_topic", [made.pk])[made.pk] == [photo]
    assert [entry.text for entry in made.versions.all()] == ["Number 1."]
    check_adds_up()
    home = services.merge(actor=talk.moderator, topic=made, into_id=talk.topic.pk)
    back = ForumPost.objects.get(pk=post.pk)
    assert (back.topic_id, back.helpful_count, back.content) == (home.pk, 1, "New words.")
    assert photos.photos_of("forum_post", [post.pk])[post.pk] == [photo]
    assert [p.pk for p in home.posts.order_by("created_at", "pk")] == [p.pk for p in talk.posts]
    check_adds_up()


def test_splitting_off_what_was_merged_brings_its_address_back() -> None:
    talk = Talk()
    merged = make_topic(talk.expert, talk.other)
    services.pin(actor=talk.moderator, topic=merged)
    services.merge(actor=talk.moderator, topic=merged, into_id=talk.topic.pk)

    made = talk.split(post_ids=[merged.pk])

    assert (made.pk, made.category_id) == (merged.pk, talk.category.pk)
    assert (made.merged_into_id, made.deleted_at, made.is_pinned) == (None, None, False)
    assert made in ForumTopic.objects.visible_to(Viewer(None))
    with pytest.raises(NotFound):
        services.restore_topic(actor=talk.moderator, topic=merged)
    check_adds_up()


def test_only_moderators_split_and_file_where_they_moderate_too() -> None:
    talk = Talk()
    here = make_forum_moderator(talk.category)

    for actor, error in (
        (Viewer(None), SignInRequired),
        (talk.asker, NotAllowed),
        (make_forum_moderator(talk.other), NotAllowed),
    ):
        with pytest.raises(error):
            talk.split(1, actor=actor)
    with pytest.raises(Invalid):
        talk.split(1, actor=here, category_id=talk.other.pk)
    talk.other.is_active = False
    talk.other.save()
    with pytest.raises(Invalid):
        talk.split(1, category_id=talk.other.pk)
    assert ForumTopic.objects.count() == 1


def test_what_cannot_be_split_off_is_named_by_field() -> None:
    talk = Talk()
    elsewhere = make_post()
    services.delete_post(actor=talk.moderator, post=talk.posts[3])
    moderation.hide(actor=talk.moderator, kind="forum_post", object_id=talk.posts[1].pk)

    def refused(field: str, *numbers: int, **given: Any) -> str:
        with pytest.raises(Invalid) as error:
            talk.split(*numbers, **given)
        [(_message, code)] = error.value.fields[field]
        return code

    assert refused("post_ids") == "required"
    assert refused("post_ids", 0, 3) == "does_not_exist"
    assert refused("post_ids", post_ids=[elsewhere.pk]) == "does_not_exist"
    assert refused("post_ids", post_ids=[talk.topic.pk]) == "does_not_exist"
    assert refused("post_ids", 1, 2) == "not_visible"
    assert refused("post_ids", post_ids=[uuid4() for _ in range(501)]) == "too_many"
    assert refused("title", 0, title=" ") == "blank"
    assert refused("reason", 0, reason="x" * 201) == "too_long"
    # Hidden it goes along, and stays hidden.
    made = talk.split(0, 1)
    assert made.reply_count == 0
    check_adds_up()


def test_what_was_split_off_is_not_split_off_twice() -> None:
    talk = Talk()
    talk.split(1)

    with pytest.raises(Invalid):
        talk.split(1)


@pytest.mark.parametrize("gone", [(1,), (0,), (0, 1)])
def test_what_was_shown_late_is_the_last_activity_of_whichever_topic_it_is_in(
    gone: tuple[int, ...],
) -> None:
    talk = Talk()
    for move in (moderation.hide, moderation.restore):
        move(actor=talk.moderator, kind=ForumPost.KIND, object_id=talk.posts[0].pk)
    shown_again = ForumPost.objects.get(pk=talk.posts[0].pk).visible_since

    made = talk.split(*gone)

    talk.topic.refresh_from_db()
    last = {True: shown_again, False: talk.posts[1].created_at}
    assert made.last_activity_at == last[0 in gone]
    assert talk.topic.last_activity_at == (talk.posts[3].created_at if 0 in gone else shown_again)


def test_a_post_that_comes_back_is_still_as_new_as_it_was() -> None:
    talk = Talk()
    late = talk.posts[0]
    for move in (moderation.hide, moderation.restore):
        move(actor=talk.moderator, kind=ForumPost.KIND, object_id=late.pk)
    services.delete_post(actor=talk.moderator, post=late)
    talk.split(3)

    post = services.restore_post(actor=talk.moderator, post=late)

    talk.topic.refresh_from_db()
    assert talk.topic.last_activity_at == post.visible_since


def test_what_came_through_a_topic_that_is_split_off_leads_to_where_it_is() -> None:
    talk = Talk()
    asked, between = (make_topic(category=talk.category) for _ in range(2))
    for topic, home in ((asked, between), (between, talk.topic)):
        services.merge(actor=talk.moderator, topic=topic, into_id=home.pk)

    talk.split(post_ids=[between.pk])

    asked.refresh_from_db()
    assert asked.merged_into_id == talk.topic.pk
    services.restore_topic(actor=talk.moderator, topic=asked)
    assert not ForumPost.objects.filter(pk=asked.pk).exists()
    check_adds_up()


def test_what_goes_along_with_the_topic_it_came_through_still_leads_there() -> None:
    talk = Talk()
    between, asked = (make_topic(category=talk.category) for _ in range(2))
    for topic, home in ((asked, between), (between, talk.topic)):
        services.merge(actor=talk.moderator, topic=topic, into_id=home.pk)

    talk.split(post_ids=[between.pk, asked.pk])

    asked.refresh_from_db()
    assert asked.merged_into_id == between.pk
    services.restore_topic(actor=talk.moderator, topic=asked)
    check_adds_up()


def test_a_merged_topic_leads_to_where_its_opening_post_was_split_off_to() -> None:
    talk = Talk()
    asked, staying = (make_topic(category=talk.category) for _ in range(2))
    # One comes through the other, which is split off without it.
    for topic, home in ((staying, asked), (asked, talk.topic)):
        services.merge(actor=talk.moderator, topic=topic, into_id=home.pk)

    made = talk.split(post_ids=[talk.posts[1].pk, asked.pk])

    asked.refresh_from_db()
    staying.refresh_from_db()
    assert asked.merged_into_id == made.pk
    assert staying.merged_into_id == talk.topic.pk
    services.restore_topic(actor=talk.moderator, topic=asked)
    made.refresh_from_db()
    assert (made.reply_count, made.description) == (0, "Number 1.")
    check_adds_up()
