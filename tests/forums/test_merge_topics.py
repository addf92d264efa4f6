"""Merging topics, and taking it apart again: what goes where, and who may."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.help_requests.recounting import check_adds_up
from tests.photos.pictures import upload
from wargame_mentorship.core.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    SignInRequired,
    WrongState,
)
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.core.text import plain_text, render_markdown
from wargame_mentorship.events.models import Event
from wargame_mentorship.flows.privacy import erase_user
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumPost, ForumTopic, ForumVersion
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.photos import services as photos
from wargame_mentorship.search import services as search
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_post,
    make_superuser,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


class Pair:
    """Two topics in two categories, and somebody who moderates both."""

    def __init__(self) -> None:
        self.here, self.there = make_forum_category(), make_forum_category()
        self.moderator = make_forum_moderator(self.here, self.there)
        self.asker = make_user("asker")
        self.source = make_topic(self.asker, self.here, title="Why does it frost?")
        self.home = make_topic(category=self.there, title="Frosted varnish")

    def merge(self, reason: str = "The same question.") -> ForumTopic:
        return services.merge(
            actor=self.moderator, topic=self.source, into_id=self.home.pk, reason=reason
        )

    def take_apart(self) -> ForumTopic:
        return services.restore_topic(actor=self.moderator, topic=self.source, reason="My fault.")

    def said_in(self, topic: ForumTopic) -> list[str]:
        posts = ForumPost.objects.filter(topic=topic.pk).order_by("created_at", "pk")
        return [post.content for post in posts]


def test_posts_stand_in_the_order_in_which_they_were_written_whoever_wrote_them() -> None:
    pair = Pair()
    texts = []
    for number, topic in enumerate([pair.home, pair.source, pair.home, pair.source]):
        texts.append(make_post(topic, content=f"Number {number}.").content)

    home = pair.merge()

    # The opening post was written before the first reply to the other.
    assert pair.said_in(home) == ["Mine splits after a week.", *texts]
    opening = ForumPost.objects.get(pk=pair.source.pk)
    assert (opening.author_id, opening.created_at) == (pair.asker.pk, pair.source.created_at)
    assert opening.content_html == pair.source.description_html
    assert home.reply_count == 5
    check_adds_up()


def test_votes_versions_answers_pictures_and_tags_come_along() -> None:
    pair = Pair()
    reader, expert = make_user("reader"), make_user("expert")
    photo = photos.upload_photo(actor=pair.asker, file=upload())
    services.edit_topic(
        actor=pair.asker,
        topic=pair.source,
        changes={"description": "It is cold here.", "tags": ["varnish", "winter"]},
        photo_ids=[photo.pk],
    )
    services.edit_topic(actor=make_superuser(), topic=pair.home, changes={"tags": ["varnish"]})
    first = make_post(pair.source, expert)
    second = make_post(pair.source, reply_to_id=first.pk)
    services.mark_helpful(actor=reader, post=first)
    services.edit_post(actor=expert, post=first, content="Warm the can.")

    home = pair.merge()

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.helpful_count, second.reply_to_id) == (1, first.pk)
    assert home.helpful_count == 1
    assert [entry.text for entry in first.versions.all()] == [
        "A size 1 with a good point, never a size 000."
    ]
    opening = home.posts.get(pk=pair.source.pk)
    assert [entry.text for entry in opening.versions.all()] == ["Mine splits after a week."]
    assert photos.photos_of("forum_post", [opening.pk])[opening.pk] == [photo]
    assert home.tag_names == ["varnish", "winter"]
    found = search.find(ForumPost.objects.visible_to(Viewer(None)), "cold")
    assert [post.pk for post in found] == [opening.pk]
    assert not search.find(ForumTopic.objects.all(), "cold").exists()
    check_adds_up()


def test_the_other_keeps_its_solution_or_takes_that_of_the_topic() -> None:
    taken, kept = Pair(), Pair()
    for pair in (taken, kept):
        post = make_post(pair.source)
        services.accept(actor=pair.asker, topic=pair.source, post_id=post.pk)
    own = make_post(kept.home)
    services.accept(actor=kept.moderator, topic=kept.home, post_id=own.pk)

    taken.merge()
    kept.merge()

    assert ForumPost.objects.get(accepted_for=taken.home.pk).topic_id == taken.home.pk
    assert ForumPost.objects.get(accepted_for=kept.home.pk) == own
    assert not ForumPost.objects.filter(accepted_for__in=[taken.source.pk, kept.source.pk]).exists()
    # It is theirs again.
    for pair in (taken, kept):
        pair.take_apart()
        assert ForumPost.objects.get(accepted_for=pair.source.pk).topic_id == pair.source.pk
    assert taken.home in ForumTopic.objects.solved(False)
    check_adds_up()


@pytest.mark.parametrize(
    "title",
    ["Which *one*?", "# 1 of all", "1. Why?", "- no -", "<b>bold</b> & `code`", "a_b_c ~~no~~ [x]"],
)
def test_a_title_alone_becomes_a_post_that_says_it(title: str) -> None:
    pair = Pair()
    changes = {"title": title, "description": ""}
    services.edit_topic(actor=pair.asker, topic=pair.source, changes=changes)

    pair.merge()

    [said] = pair.said_in(pair.home)
    assert plain_text(said) == title
    assert render_markdown(said).count("<") == 2
    back = pair.take_apart()
    assert (back.title, back.description, back.description_html) == (title, "", "")


def test_what_is_left_leads_to_the_other_and_is_nothing_else() -> None:
    pair = Pair()

    pair.merge()

    stub = ForumTopic.objects.get(pk=pair.source.pk)
    assert services.where_merged(stub) == pair.home
    assert stub.deleted_reason == "The same question."
    assert (stub.description, stub.reply_count) == ("", 0)
    assert stub not in ForumTopic.objects.visible_to(pair.asker)
    with pytest.raises(NotFound):
        services.reply(actor=pair.asker, topic=pair.source, content="Hello?")
    with pytest.raises(NotFound):
        pair.merge()
    [event] = Event.objects.filter(verb="forum_topic.merged")
    assert event.reason == "The same question."
    assert event.data["after"]["merged_into"] == str(pair.home.pk)


def test_taking_it_apart_brings_back_what_came_and_leaves_what_was_said_since() -> None:
    pair = Pair()
    reader = make_user("reader")
    post = make_post(pair.source)
    services.edit_topic(
        actor=pair.asker, topic=pair.source, changes={"title": "Frost?", "tags": ["winter"]}
    )
    pair.merge()
    opening = ForumPost.objects.get(pk=pair.source.pk)
    services.mark_helpful(actor=reader, post=opening)
    services.edit_post(actor=pair.asker, post=opening, content="It is colder now.")
    since = make_post(pair.home, reply_to_id=post.pk)

    back = pair.take_apart()

    assert (back.title, back.description, back.reply_count) == ("Frost?", "It is colder now.", 1)
    assert back in ForumTopic.objects.visible_to(Viewer(None))
    since.refresh_from_db()
    pair.home.refresh_from_db()
    assert (since.topic_id, since.reply_to_id) == (pair.home.pk, None)
    assert (pair.home.reply_count, pair.home.tag_names) == (1, [])
    assert ForumVersion.objects.filter(topic=back.pk).count() == 2
    check_adds_up()

    pair.merge()

    # The vote was for these words.
    assert ForumPost.objects.get(pk=back.pk).helpful_count == 1
    check_adds_up()


def test_merges_of_merged_topics_are_taken_apart_in_any_order() -> None:
    pair = Pair()
    last = make_topic(category=pair.there)
    own, other = make_post(pair.source), make_post(pair.home)
    pair.merge()
    services.merge(actor=pair.moderator, topic=pair.home, into_id=last.pk)
    assert services.where_merged(ForumTopic.objects.get(pk=pair.source.pk)) == last

    pair.take_apart()

    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.topic_id, other.topic_id) == (pair.source.pk, last.pk)
    services.restore_topic(actor=pair.moderator, topic=pair.home)
    other.refresh_from_db()
    last.refresh_from_db()
    assert (other.topic_id, last.reply_count) == (pair.home.pk, 0)
    check_adds_up()


def test_without_its_opening_post_nothing_comes_back() -> None:
    pair = Pair()
    pair.merge()
    services.delete_post(actor=pair.asker, post=ForumPost.objects.get(pk=pair.source.pk))

    with pytest.raises(Conflict) as refused:
        pair.take_apart()

    assert refused.value.code == "moved_on"


def test_only_who_moderates_both_ends_merges_and_takes_apart() -> None:
    pair = Pair()
    here, there = make_forum_moderator(pair.here), make_forum_moderator(pair.there)

    def refused(actor: Any, error: type[Exception]) -> None:
        with pytest.raises(error):
            services.merge(actor=actor, topic=pair.source, into_id=pair.home.pk)

    refused(Viewer(None), SignInRequired)
    refused(pair.asker, NotAllowed)
    refused(there, NotAllowed)
    refused(here, Invalid)
    pair.merge()
    for actor, error in ((pair.asker, NotFound), (there, NotFound), (here, NotAllowed)):
        with pytest.raises(error):
            services.restore_topic(actor=actor, topic=pair.source)


def test_a_topic_is_not_merged_into_itself_nor_what_is_not_there_nor_what_is_held() -> None:
    pair = Pair()
    hidden = make_topic(category=pair.there)
    moderation.hide(actor=pair.moderator, kind="forum_topic", object_id=hidden.pk)
    deleted = make_topic(category=pair.there)
    services.delete_topic(actor=pair.moderator, topic=deleted)

    def merge(**given: Any) -> None:
        services.merge(actor=pair.moderator, topic=pair.source, **given)

    for into_id in (pair.source.pk, uuid4(), deleted.pk, make_topic().pk):
        with pytest.raises(Invalid):
            merge(into_id=into_id)
    with pytest.raises(WrongState):
        merge(into_id=hidden.pk)
    with pytest.raises(Invalid):
        merge(into_id=pair.home.pk, reason="x" * 201)
    assert not Event.objects.filter(verb="forum_topic.merged").exists()


def test_erasing_the_author_keeps_what_was_merged_and_takes_what_they_took_back() -> None:
    kept, taken = Pair(), Pair()
    kept.merge()
    taken.merge()
    services.delete_post(actor=taken.asker, post=ForumPost.objects.get(pk=taken.source.pk))

    erase_user(kept.asker)
    erase_user(taken.asker)

    assert kept.said_in(kept.home) == ["Mine splits after a week."]
    assert ForumTopic.objects.get(pk=kept.source.pk).merged_into_id == kept.home.pk
    assert not ForumTopic.objects.filter(pk=taken.source.pk).exists()
    check_adds_up()


def test_a_post_that_is_held_stays_so_and_counts_nowhere() -> None:
    pair = Pair()
    post = make_post(pair.source)
    ForumPost.objects.filter(pk=post.pk).update(moderation_state=ModerationState.HELD)
    services.delete_post(actor=pair.moderator, post=make_post(pair.source))

    home = pair.merge()

    assert home.reply_count == 1
    assert post not in ForumPost.objects.visible_to(Viewer(None))
    pair.take_apart()
    assert ForumPost.objects.filter(topic=pair.source.pk).count() == 2


def test_it_comes_out_of_what_was_deleted_meanwhile() -> None:
    pair = Pair()
    post = make_post(pair.source)
    pair.merge()
    services.delete_topic(actor=pair.moderator, topic=pair.home)

    back = pair.take_apart()

    assert back in ForumTopic.objects.visible_to(Viewer(None))
    assert post in ForumPost.objects.visible_to(Viewer(None))
    assert pair.home not in ForumTopic.objects.visible_to(pair.moderator)
    check_adds_up()


def test_what_was_shown_meanwhile_is_new_in_what_comes_out() -> None:
    pair = Pair()
    post = make_post(pair.source)
    pair.merge()
    for move in (moderation.hide, moderation.restore):
        move(actor=pair.moderator, kind=ForumPost.KIND, object_id=post.pk)

    topic = pair.take_apart()

    post.refresh_from_db()
    assert topic.last_activity_at == post.visible_since


def test_erasing_the_author_of_a_topic_between_leaves_what_came_through_it_merged() -> None:
    pair = Pair()
    between = make_topic(asker := make_user("between"), pair.here)
    services.merge(actor=pair.moderator, topic=pair.source, into_id=between.pk)
    services.merge(actor=pair.moderator, topic=between, into_id=pair.home.pk)
    services.delete_post(actor=asker, post=ForumPost(pk=between.pk))

    erase_user(asker)

    pair.source.refresh_from_db()
    assert pair.source.merged_into_id == pair.home.pk
    assert pair.take_apart().description == "Mine splits after a week."
    assert not ForumPost.objects.exists()
    check_adds_up()


def test_taking_it_apart_leaves_the_other_as_old_as_what_is_left_in_it() -> None:
    pair = Pair()
    left = make_post(pair.home)
    came = make_post(pair.source)
    assert pair.merge().last_activity_at == came.created_at

    topic = pair.take_apart()

    pair.home.refresh_from_db()
    assert topic.last_activity_at == topic.last_reply_at == came.created_at
    assert pair.home.last_activity_at == pair.home.last_reply_at == left.created_at
    assert pair.home.last_reply_by_id == left.author_id


def test_what_goes_back_along_with_a_merged_topic_leads_there() -> None:
    pair = Pair()
    post = make_post(pair.source)
    pair.merge()
    services.split(
        actor=pair.moderator, topic=pair.home, post_ids=[post.pk], title="And which primer?"
    )
    services.merge(actor=pair.moderator, topic=ForumTopic(pk=post.pk), into_id=pair.home.pk)

    topic = pair.take_apart()

    assert topic.posts.get() == post
    assert services.where_merged(ForumTopic.objects.get(pk=post.pk)) == topic
    services.restore_topic(actor=pair.moderator, topic=ForumTopic(pk=post.pk))
    assert not ForumPost.objects.exists()
    check_adds_up()


@pytest.mark.parametrize("by_moderator", [True, False])
def test_erasing_the_author_of_a_deleted_topic_keeps_what_others_asked_there(
    by_moderator: bool,
) -> None:
    pair = Pair()
    author: Any = pair.home.created_by
    other, answer = make_user("other"), make_post(pair.source)
    services.edit_topic(actor=pair.moderator, topic=pair.home, changes={"tags": ["secret"]})
    pair.merge()
    theirs = make_post(pair.home, author)
    services.mark_helpful(actor=other, post=answer)
    if by_moderator:
        services.delete_topic(actor=pair.moderator, topic=pair.home)
    else:
        # Its author may, once nothing of the others is in view.
        for post in (theirs, answer, ForumPost.objects.get(pk=pair.source.pk)):
            moderation.hide(actor=pair.moderator, kind=ForumPost.KIND, object_id=post.pk)
        services.delete_topic(actor=author, topic=pair.home)

    erase_user(author)

    pair.home.refresh_from_db()
    said = (pair.home.title, pair.home.description, pair.home.created_by_id, pair.home.tag_names)
    assert said == (pair.source.title, "", None, [])
    assert {*pair.home.posts.values_list("pk", flat=True)} == {answer.pk, pair.source.pk}
    check_adds_up()
    assert pair.take_apart().description == "Mine splits after a week."
    assert ForumPost.objects.get().topic_id == pair.source.pk
    check_adds_up()


def test_what_others_asked_there_is_found_in_the_language_that_the_topic_has_then() -> None:
    pair = Pair()
    author: Any = pair.home.created_by
    services.edit_topic(actor=pair.moderator, topic=pair.source, changes={"language": "de"})
    answer = make_post(pair.source, content="Grundiere die Flächen zuerst.")
    pair.merge()
    services.delete_topic(actor=pair.moderator, topic=pair.home)

    erase_user(author)

    assert ForumTopic.objects.get(pk=pair.home.pk).language == "de"
    assert search.recount().is_clean
    pair.take_apart()
    assert [*search.find(ForumPost.objects.all(), "Fläche")] == [answer]


def test_erasing_somebody_takes_all_that_they_asked_and_was_merged_and_deleted() -> None:
    pair = Pair()
    own = make_topic(pair.asker, pair.here)
    services.merge(actor=pair.moderator, topic=pair.source, into_id=own.pk)
    services.delete_topic(actor=pair.moderator, topic=own)

    erase_user(pair.asker)

    assert {*ForumTopic.objects.all()} == {pair.home}
    assert not ForumPost.objects.exists()
    check_adds_up()
