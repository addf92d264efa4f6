"""A Stack Exchange dump as topics and posts of the forums."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.flows.dump_files import (
    MINIS,
    answer,
    many_posts,
    post_of,
    question,
    run,
    snapshot,
    topic_of,
    write_dump,
)
from tests.flows.test_import_dump import at, everything_adds_up
from tests.flows.test_repeat_import import MANY, Stopped, stop_at
from wargame_mentorship.core.errors import NotAllowed
from wargame_mentorship.flows.imports.claims import Claimed, claim_author, unclaim_author
from wargame_mentorship.flows.imports.models import ImportedAuthor, ImportedItem
from wargame_mentorship.flows.privacy import erase_user
from wargame_mentorship.forums import services as forums
from wargame_mentorship.host import Viewer
from wargame_mentorship.models import (
    Delivery,
    Event,
    ForumCategory,
    ForumPost,
    ForumTag,
    ForumTopic,
    ForumVersion,
    HelpfulVote,
    HelpRequest,
)
from wargame_mentorship.search import services as search
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_moderator,
    make_post,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def category() -> ForumCategory:
    return make_forum_category("General", slug="general")


def bring(folder: Path, **options: Any) -> Any:
    return run(folder, into="forums", **options)


def author(key: int) -> ImportedAuthor:
    return ImportedAuthor.objects.get(key=str(key))


def test_questions_become_topics_and_answers_their_posts(category: ForumCategory) -> None:
    report = bring(MINIS)

    assert report.created == {ForumTopic.KIND: 9, ForumPost.KIND: 6}
    assert not HelpRequest.objects.exists()
    topic, solution = topic_of(1), post_of(2)
    assert topic.title == "Why is my white paint chalky?"
    assert "<em>chalky</em>" in topic.description_html
    assert (topic.category, topic.created_by_id) == (category, None)
    assert topic.created_at == topic.visible_since == at("2019-03-01T10:00:00.123")
    assert topic.updated_at == at("2019-03-02T08:00:00")
    assert (topic.view_count, topic.helpful_count, topic.reply_count) == (431, 0, 3)
    assert topic.last_reply_at == topic.last_activity_at == at("2019-03-04T12:00:00")
    assert topic.tag_names == ["thinning", "white"]
    assert solution.accepted_for_id == topic.pk
    assert solution.created_at == at("2019-03-01T12:00:00.500")
    assert ImportedItem.objects.get(object_id=post_of(3).pk).score == -4
    category.refresh_from_db()
    assert (category.topic_count, category.post_count) == (9, 6)
    assert category.last_reply_at is not None
    assert everything_adds_up()


def test_closed_question_is_locked() -> None:
    bring(MINIS)

    assert topic_of(7).is_locked
    assert post_of(8).is_solution
    assert not topic_of(1).is_locked


def test_nobody_is_told_nothing_is_published_and_no_vote_is_made(
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        bring(MINIS)

    assert not Event.objects.exists()
    assert not Delivery.objects.exists()
    assert not HelpfulVote.objects.exists()


def test_everybody_reads_and_finds_topics_and_posts() -> None:
    bring(MINIS)

    topics = ForumTopic.objects.visible_to(Viewer(None))
    posts = ForumPost.objects.visible_to(Viewer(None))
    assert (topics.count(), posts.count()) == (9, 6)
    assert [entry.pk for entry in search.find(topics, "chalky")] == [topic_of(1).pk]
    assert post_of(2).pk in {entry.pk for entry in search.find(posts, "shake")}


def test_a_topic_keeps_as_many_tags_as_it_has_room_for(tmp_path: Path) -> None:
    tags = "<One><two><three><four><five><six>"
    bring(write_dump(tmp_path, [question(1, Tags=tags), question(2, Tags=f"<{'x' * 60}><two>")]))

    assert topic_of(1).tag_names == ["five", "four", "one", "three", "two"]
    assert topic_of(2).tag_names == ["two"]
    item = ImportedItem.objects.get(object_id=topic_of(1).pk)
    assert item.tags == ["One", "two", "three", "four", "five", "six"]
    assert ForumTag.objects.filter(name="two").count() == 1


def test_tags_choose_the_category(tmp_path: Path) -> None:
    basing = make_forum_category("Basing", slug="basing")

    bring(
        write_dump(tmp_path, [question(1, Tags="<moss>"), question(2)]),
        by_tag={"moss": basing},
    )

    assert [topic_of(key).category.slug for key in (1, 2)] == ["basing", "general"]


def test_second_run_changes_nothing() -> None:
    bring(MINIS)
    before = snapshot()

    report = bring(MINIS)

    assert not report.changed
    assert report.unchanged == {ForumTopic.KIND: 9, ForumPost.KIND: 6}
    assert snapshot() == before


@pytest.mark.parametrize(("stage", "done"), [("questions", MANY), ("answers", 100)])
def test_interrupted_run_goes_on_where_it_stopped(
    stage: str, done: int, tmp_path: Path, category: ForumCategory
) -> None:
    home = write_dump(tmp_path, many_posts(MANY))

    with pytest.raises(Stopped):
        bring(home, listener=stop_at(stage, done))
    assert everything_adds_up()
    bring(home)

    assert (ForumTopic.objects.count(), ForumPost.objects.count()) == (MANY, 2 * MANY)
    assert ForumTopic.objects.filter(reply_count=2).count() == MANY
    assert ForumPost.objects.exclude(accepted_for=None).count() == MANY
    assert everything_adds_up()


def test_edits_at_the_source_come_along(tmp_path: Path) -> None:
    bring(write_dump(tmp_path, [question(1, AcceptedAnswerId=2), answer(2, 1), answer(3, 1)]))

    report = bring(
        write_dump(
            tmp_path,
            [
                question(
                    1,
                    AcceptedAnswerId=3,
                    Title="New",
                    Tags="<blue>",
                    ClosedDate="2019-04-01T00:00:00.000",
                ),
                answer(2, 1, Body="<p>Edited.</p>"),
                answer(3, 1),
            ],
        )
    )

    topic = topic_of(1)
    assert report.updated == {ForumTopic.KIND: 1, ForumPost.KIND: 1}
    assert (topic.title, topic.tag_names, topic.is_locked) == ("New", ["blue"], True)
    assert post_of(2).content == "Edited."
    assert (post_of(2).is_solution, post_of(3).is_solution) == (False, True)
    assert not ForumVersion.objects.exists()
    assert everything_adds_up()


def test_what_people_here_changed_is_theirs(tmp_path: Path, category: ForumCategory) -> None:
    bring(write_dump(tmp_path, [question(1), answer(2, 1), question(3), answer(4, 3)]))
    moderator = make_forum_moderator(category)
    forums.edit_post(actor=moderator, post=post_of(2), content="Ours")
    forums.delete_topic(actor=moderator, topic=topic_of(3))

    report = bring(
        write_dump(
            tmp_path,
            [
                question(1),
                answer(2, 1, Body="<p>Theirs</p>"),
                question(3, Title="Back?"),
                answer(4, 3),
            ],
        )
    )

    assert report.kept == {ForumTopic.KIND: 1, ForumPost.KIND: 1}
    assert post_of(2).content == "Ours"
    assert topic_of(3).deleted_at is not None
    assert everything_adds_up()


def test_new_answers_join_those_that_were_given_here(tmp_path: Path) -> None:
    bring(write_dump(tmp_path, [question(1)]))
    given = make_post(topic_of(1))

    bring(write_dump(tmp_path, [question(1), answer(2, 1)]))

    topic = topic_of(1)
    assert (topic.reply_count, topic.last_reply_at) == (2, given.created_at)
    assert topic.last_reply_by_id == given.author_id
    assert everything_adds_up()


def test_one_dump_may_go_into_both_rooms(tmp_path: Path) -> None:
    home = write_dump(tmp_path, [question(1), answer(2, 1)])
    bring(home)

    run(home)

    assert (HelpRequest.objects.count(), ForumTopic.objects.count()) == (1, 1)
    user = make_user("ada")
    done = claim_author(actor=None, author=author(10), user=user)
    assert done == Claimed(help_requests=1, forum_topics=1)
    assert done.named() == ["1 help requests", "1 forum topics"]


def test_account_takes_over_what_its_author_wrote_and_gives_it_back(tmp_path: Path) -> None:
    posts = [question(1), answer(2, 1), answer(3, 1, OwnerUserId=10)]
    bring(write_dump(tmp_path, posts))
    user, other = make_user("bruno"), make_user("other")
    for voter in (user, other):
        forums.mark_helpful(actor=voter, post=post_of(2))

    done = claim_author(actor=None, author=author(20), user=user)

    assert done == Claimed(forum_posts=1, votes_removed=1)
    assert post_of(2).author_id == user.pk
    assert (post_of(2).helpful_count, topic_of(1).helpful_count) == (1, 1)
    assert HelpfulVote.objects.get().author_id == user.pk
    assert everything_adds_up()
    report = bring(write_dump(tmp_path, [posts[0], answer(2, 1, Body="<p>New</p>"), posts[2]]))
    assert report.updated == {ForumPost.KIND: 1}
    assert unclaim_author(actor=None, author=author(20)) == Claimed(forum_posts=1)
    assert post_of(2).author_id is None
    assert everything_adds_up()


def test_claim_is_for_the_moderators_of_the_forum(tmp_path: Path, category: ForumCategory) -> None:
    bring(write_dump(tmp_path, [question(1)]))
    user = make_user("ada")

    with pytest.raises(NotAllowed):
        claim_author(actor=make_moderator("general"), author=author(10), user=user)

    moderator = make_forum_moderator(category)
    assert claim_author(actor=moderator, author=author(10), user=user).forum_topics == 1


def test_erased_person_leaves_posts_without_a_name_and_takes_what_they_took_back(
    tmp_path: Path,
) -> None:
    posts = [question(1), answer(2, 1, OwnerUserId=10), answer(3, 1, OwnerUserId=10)]
    home = write_dump(tmp_path, posts)
    bring(home)
    user = make_user("ada")
    claim_author(actor=None, author=author(10), user=user)
    forums.edit_topic(actor=user, topic=topic_of(1), changes={"title": "Edited here"})
    forums.delete_post(actor=user, post=post_of(3))
    gone = post_of(3).pk

    erase_user(user)

    topic = topic_of(1)
    assert (topic.created_by_id, topic.title) == (None, "Edited here")
    assert post_of(2).author_id is None
    assert not ForumPost.objects.filter(pk=gone).exists()
    assert not ForumVersion.objects.exists()
    assert author(10).is_withheld
    bring(home)
    assert not ForumPost.objects.filter(pk=gone).exists()
    assert everything_adds_up()


def test_queries_grow_with_batches_and_not_with_posts(
    tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    posts = [row for key in range(1, 51) for row in (question(key), answer(key + 500, key))]
    home = write_dump(tmp_path, posts)

    with django_assert_max_num_queries(70):
        bring(home)
    with django_assert_max_num_queries(25):
        bring(home)
