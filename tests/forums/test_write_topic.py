"""Starting topics, replying, changing and deleting: what is kept, counted, refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from tests.help_requests.recounting import check_adds_up
from wargame_mentorship.core.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    SignInRequired,
    Stale,
)
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.events.models import Event
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.host import Viewer
from wargame_mentorship.moderation import services as moderation
from wargame_mentorship.search.models import SearchDocument
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    deactivate,
    make_forum_category,
    make_forum_moderator,
    make_post,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

BLOCKS = override_settings(
    WARGAME_MENTORSHIP={"SOCIAL": {"BACKEND": "wargame_mentorship.testing.backends.MemorySocial"}}
)
WATCHED = override_settings(
    WARGAME_MENTORSHIP={
        "MODERATION": {
            "BACKEND": "wargame_mentorship.moderation.screening.DefaultModeration",
            "OPTIONS": {"watched_words": ["recast"]},
        }
    }
)


def numbers(topic: ForumTopic) -> dict[str, Any]:
    """What is counted of a topic, as it is stored now."""
    topic.refresh_from_db()
    category = ForumCategory.objects.get(pk=topic.category_id)
    return {
        "replies": topic.reply_count,
        "last_by": topic.last_reply_by_id,
        "topics": category.topic_count,
        "posts": category.post_count,
    }


# Starting a topic


def test_a_topic_is_kept_as_it_was_written_and_counted() -> None:
    asker, category = make_user("asker"), make_forum_category()

    topic = services.start_topic(
        actor=asker,
        category=category,
        title="  Which brush for eyes? ",
        description="Mine *splits*.",
        tags=["Brushes", "small  things", "brushes"],
        language="de",
    )

    topic.refresh_from_db()
    assert (topic.title, topic.description) == ("Which brush for eyes?", "Mine *splits*.")
    assert topic.description_html == "<p>Mine <em>splits</em>.</p>\n"
    assert sorted(topic.tags.names()) == ["brushes", "small things"]
    assert (topic.language, topic.created_by_id) == ("de", asker.pk)
    assert topic.visible_since is not None
    assert numbers(topic) == {"replies": 0, "last_by": None, "topics": 1, "posts": 0}
    assert Event.objects.filter(verb="forum_topic.started", subject_id=topic.pk).count() == 1
    check_adds_up()


def test_a_title_may_be_all_there_is() -> None:
    topic = make_topic(description="")

    assert (topic.description, topic.description_html) == ("", "")


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"title": " "}, "title", "blank"),
        ({"title": "x" * 201}, "title", "too_long"),
        ({"description": "x" * 10_001}, "description", "too_long"),
        ({"description": "a\0b"}, "description", "nul_character"),
        ({"tags": ["a", "b", "c", "d", "e", "f"]}, "tags", "too_many"),
        ({"tags": ["x" * 51]}, "tags", "too_long"),
        ({"tags": [" "]}, "tags", "blank"),
        ({"language": "klingon"}, "language", "invalid_choice"),
    ],
)
def test_what_cannot_be_a_topic_is_refused_by_its_field(
    given: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        make_topic(**given)

    assert [found for _message, found in refused.value.fields[field]] == [code]
    assert not ForumTopic.objects.exists()


def test_nobody_starts_a_topic_without_an_account_nor_in_a_closed_category() -> None:
    category = make_forum_category(is_active=False)

    with pytest.raises(SignInRequired):
        services.start_topic(actor=Viewer(None), category=category, title="Hello")
    with pytest.raises(NotFound):
        services.start_topic(actor=make_user(), category=category, title="Hello")


@WATCHED
def test_a_held_topic_counts_nowhere_until_it_is_approved() -> None:
    asker, category = make_user("asker"), make_forum_category()
    moderator = make_forum_moderator(category)

    topic = make_topic(asker, category, title="Is a recast any good?")

    assert topic.moderation_state == ModerationState.HELD
    assert topic in ForumTopic.objects.visible_to(asker)
    assert topic in ForumTopic.objects.visible_to(moderator)
    assert topic not in ForumTopic.objects.visible_to(make_user("reader"))
    assert numbers(topic)["topics"] == 0
    check_adds_up()

    moderation.approve(actor=moderator, kind=ForumTopic.KIND, object_id=topic.pk)

    assert topic in ForumTopic.objects.visible_to(Viewer(None))
    assert numbers(topic)["topics"] == 1
    check_adds_up()


# Replying


def test_a_reply_is_counted_in_its_topic_and_its_category() -> None:
    topic, expert = make_topic(), make_user("expert")

    post = make_post(topic, expert)

    assert post.content_html.startswith("<p>")
    assert numbers(topic) == {"replies": 1, "last_by": expert.pk, "topics": 1, "posts": 1}
    assert topic.last_reply_at == post.created_at == topic.last_activity_at
    [event] = Event.objects.filter(verb="forum_topic.replied", subject_id=topic.pk)
    assert event.data == {"post_id": str(post.pk)}
    check_adds_up()


def test_a_reply_names_the_post_that_it_answers() -> None:
    topic = make_topic()
    first = make_post(topic)

    assert make_post(topic, reply_to_id=first.pk).reply_to_id == first.pk


def test_a_reply_to_a_post_of_another_topic_is_refused() -> None:
    elsewhere = make_post()

    with pytest.raises(Invalid) as refused:
        make_post(make_topic(), reply_to_id=elsewhere.pk)

    assert list(refused.value.fields) == ["reply_to_id"]


def test_a_locked_topic_takes_replies_of_its_moderators_alone() -> None:
    category = make_forum_category()
    moderator = make_forum_moderator(category)
    topic = make_topic(category=category)
    services.lock(actor=moderator, topic=topic)

    with pytest.raises(Conflict) as refused:
        make_post(topic)
    assert refused.value.code == "locked"
    make_post(topic, moderator)

    assert numbers(topic)["replies"] == 1


@WATCHED
def test_a_held_reply_tells_nobody_and_counts_nowhere_until_it_is_approved() -> None:
    category = make_forum_category()
    moderator = make_forum_moderator(category)
    topic = make_topic(category=category)

    post = make_post(topic, content="Buy a recast.")

    assert numbers(topic) == {"replies": 0, "last_by": None, "topics": 1, "posts": 0}
    assert not Event.objects.filter(verb="forum_topic.replied").exists()

    moderation.approve(actor=moderator, kind=ForumPost.KIND, object_id=post.pk)

    assert numbers(topic)["replies"] == numbers(topic)["posts"] == 1
    assert Event.objects.filter(verb="forum_topic.replied").count() == 1
    check_adds_up()


@BLOCKS
@pytest.mark.parametrize("blocker_is_asker", [True, False])
def test_whom_a_block_keeps_apart_neither_reads_nor_replies(blocker_is_asker: bool) -> None:
    asker, other = make_user("asker"), make_user("other")
    topic = make_topic(asker)
    MemorySocial.block(*((asker, other) if blocker_is_asker else (other, asker)))

    with pytest.raises(NotFound):
        make_post(topic, other)

    assert topic not in ForumTopic.objects.visible_to(other)


@BLOCKS
def test_a_blocked_post_keeps_its_place_in_the_conversation_only() -> None:
    reader, expert = make_user("reader"), make_user("expert")
    post = make_post(author=expert)
    MemorySocial.block(reader, expert)

    assert post not in ForumPost.objects.visible_to(reader)
    assert post in ForumPost.objects.all().in_conversation_of(post.topic, reader)


def test_what_a_deactivated_person_wrote_is_out_of_view() -> None:
    asker, expert = make_user("asker"), make_user("expert")
    post = make_post(make_topic(asker), expert)
    deactivate(expert)
    assert post not in ForumPost.objects.visible_to(Viewer(None))
    deactivate(asker)
    assert post.topic not in ForumTopic.objects.visible_to(Viewer(None))


# Changing


def test_an_edit_keeps_what_was_said_before() -> None:
    asker, expert = make_user("asker"), make_user("expert")
    topic = make_topic(asker, title="First", description="One.")
    post = make_post(topic, expert, content="Before.")

    services.edit_topic(actor=asker, topic=topic, changes={"title": "Second"})
    services.edit_post(actor=expert, post=post, content="After.")

    [earlier] = topic.versions.all()
    assert (earlier.title, earlier.text, earlier.version) == ("First", "One.", 1)
    [earlier] = post.versions.all()
    assert (earlier.text, earlier.edited_by_id) == ("Before.", expert.pk)
    topic.refresh_from_db()
    post.refresh_from_db()
    assert (topic.title, topic.description, topic.version) == ("Second", "One.", 2)
    assert (post.content, post.version) == ("After.", 2)
    assert topic.edited_at is not None
    assert post.edited_at is not None
    check_adds_up()


def test_an_edit_that_changes_nothing_leaves_no_trace() -> None:
    asker, expert = make_user("asker"), make_user("expert")
    topic = make_topic(asker, tags=["brushes"])
    post = make_post(topic, expert)

    services.edit_topic(actor=asker, topic=topic, changes={"tags": ["brushes"]})
    services.edit_post(actor=expert, post=post, content=post.content)

    topic.refresh_from_db()
    post.refresh_from_db()
    assert (topic.version, post.version, topic.edited_at) == (1, 1, None)
    assert not topic.versions.exists()


def test_tags_alone_may_be_changed() -> None:
    asker = make_user("asker")
    topic = make_topic(asker, tags=["brushes", "eyes"])

    services.edit_topic(actor=asker, topic=topic, changes={"tags": ["faces"]})

    topic.refresh_from_db()
    assert list(topic.tags.names()) == ["faces"]
    assert topic.version == 2
    check_adds_up()


def test_a_topic_in_another_language_is_found_with_its_posts_in_that_language() -> None:
    asker = make_user("asker")
    topic = make_topic(asker, title="Klingen", language="en")
    post = make_post(topic, content="Mit Trockenbürsten geht es schneller.")

    services.edit_topic(actor=asker, topic=topic, changes={"language": "de"})

    document = SearchDocument.objects.get(kind=ForumPost.KIND, object_id=post.pk)
    assert document.language == "de"
    check_adds_up()


def test_nobody_edits_what_is_somebody_elses_or_locked() -> None:
    category = make_forum_category()
    moderator = make_forum_moderator(category)
    asker, expert, other = make_user("asker"), make_user("expert"), make_user("other")
    topic = make_topic(asker, category)
    post = make_post(topic, expert)

    with pytest.raises(NotAllowed):
        services.edit_topic(actor=other, topic=topic, changes={"title": "Mine"})
    with pytest.raises(NotAllowed):
        services.edit_post(actor=asker, post=post, content="Mine")
    services.lock(actor=moderator, topic=topic)
    with pytest.raises(NotAllowed):
        services.edit_topic(actor=asker, topic=topic, changes={"title": "Late"})
    with pytest.raises(NotAllowed):
        services.edit_post(actor=expert, post=post, content="Late")
    services.edit_post(actor=moderator, post=post, content="Put right.")

    post.refresh_from_db()
    assert post.content == "Put right."


def test_an_edit_of_an_older_version_is_refused() -> None:
    asker, expert = make_user("asker"), make_user("expert")
    topic = make_topic(asker)
    post = make_post(topic, expert)
    services.edit_topic(actor=asker, topic=topic, changes={"title": "New"}, if_version=1)
    services.edit_post(actor=expert, post=post, content="New.", if_version=1)

    with pytest.raises(Stale):
        services.edit_topic(actor=asker, topic=topic, changes={"title": "Old"}, if_version=1)
    with pytest.raises(Stale):
        services.edit_post(actor=expert, post=post, content="Old.", if_version=1)


@WATCHED
def test_an_edit_may_be_held_and_then_counts_nowhere() -> None:
    expert = make_user("expert")
    post = make_post(author=expert)

    services.edit_post(actor=expert, post=post, content="Buy a recast.")

    post.refresh_from_db()
    assert post.moderation_state == ModerationState.HELD
    assert numbers(post.topic)["replies"] == 0
    check_adds_up()


# Deleting and bringing back


def test_a_deleted_post_keeps_its_place_and_comes_back_to_it() -> None:
    category = make_forum_category()
    moderator, expert = make_forum_moderator(category), make_user("expert")
    topic = make_topic(category=category)
    first, second = make_post(topic, expert), make_post(topic, make_user("another"))
    services.mark_helpful(actor=make_user("reader"), post=first)

    services.delete_post(actor=expert, post=first)

    conversation = ForumPost.objects.all().in_conversation_of(topic, Viewer(None))
    assert list(conversation.order_by("created_at", "pk")) == [first, second]
    assert first not in ForumPost.objects.visible_to(expert)
    assert numbers(topic)["replies"] == 1
    assert topic.helpful_count == 0
    check_adds_up()

    services.restore_post(actor=moderator, post=first)

    assert first in ForumPost.objects.visible_to(Viewer(None))
    assert numbers(topic)["replies"] == 2
    assert topic.helpful_count == 1
    assert topic.last_reply_by_id == second.author_id
    check_adds_up()


def test_a_topic_with_replies_is_its_authors_to_delete_no_more() -> None:
    category, asker = make_forum_category(), make_user("asker")
    moderator = make_forum_moderator(category)
    alone, answered = make_topic(asker, category), make_topic(asker, category)
    make_post(answered)

    services.delete_topic(actor=asker, topic=alone)
    with pytest.raises(Conflict) as refused:
        services.delete_topic(actor=asker, topic=answered)
    assert refused.value.code == "answered"
    services.delete_topic(actor=moderator, topic=answered, reason="A double.")

    answered.refresh_from_db()
    assert (answered.deleted_by_id, answered.deleted_reason) == (moderator.pk, "A double.")
    assert numbers(answered) | {"last_by": None} == {
        "replies": 1,
        "last_by": None,
        "topics": 0,
        "posts": 0,
    }
    check_adds_up()

    services.restore_topic(actor=moderator, topic=answered)

    assert numbers(answered)["topics"] == numbers(answered)["posts"] == 1
    check_adds_up()


def test_only_moderators_of_the_category_bring_things_back() -> None:
    category = make_forum_category()
    elsewhere = make_forum_moderator(make_forum_category())
    asker = make_user("asker")
    topic = make_topic(asker, category)
    post = make_post(topic, asker)
    services.delete_post(actor=asker, post=post)

    for actor in (asker, elsewhere):
        with pytest.raises(NotFound):
            services.restore_post(actor=actor, post=post)
    with pytest.raises(SignInRequired):
        services.restore_post(actor=Viewer(None), post=post)


def test_deleting_twice_is_refused() -> None:
    expert = make_user("expert")
    post = make_post(author=expert)
    services.delete_post(actor=expert, post=post)

    with pytest.raises(NotFound):
        services.delete_post(actor=expert, post=post)

    assert numbers(post.topic)["replies"] == 0


def test_not_even_moderators_reply_where_they_do_not_read() -> None:
    asker = make_user("asker")
    topic, hidden = make_topic(), make_topic(asker)
    moderator = make_forum_moderator(topic.category, hidden.category)
    ForumCategory.objects.filter(pk=topic.category_id).update(is_active=False)
    MemorySocial.block(moderator, asker)

    with BLOCKS:
        for unread in (topic, hidden):
            with pytest.raises(NotFound):
                services.reply(actor=moderator, topic=unread, content="Thin it.")

    assert not ForumPost.objects.exists()
