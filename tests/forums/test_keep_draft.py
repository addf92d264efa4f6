"""Drafts of topics and replies: kept for their writer alone, and gone once they are sent."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.api.http import blocks
from tests.concurrency import at_once
from tests.photos.conftest import make_photo
from wargame_mentorship.core.errors import (
    Conflict,
    Invalid,
    NotFound,
    SignInRequired,
    Stale,
    TooLarge,
)
from wargame_mentorship.core.idempotency import IdempotencyKey
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.flows.privacy import erase_user, export_user_data
from wargame_mentorship.forums import services
from wargame_mentorship.forums.models import ForumCategory, ForumDraft, ForumPost, ForumTopic
from wargame_mentorship.host import Viewer
from wargame_mentorship.photos.models import Photo
from wargame_mentorship.testing.backends import MemorySocial
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_post,
    make_superuser,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

NOBODY = Viewer(None)


def keep_topic(actor: Any, draft_id: UUID | None = None, **data: Any) -> ForumDraft:
    given = {"title": "Which glue?", **data}
    return services.keep_draft(actor=actor, draft_id=draft_id or uuid4(), data=given)


def keep_reply(
    actor: Any, topic: ForumTopic, draft_id: UUID | None = None, **data: Any
) -> ForumDraft:
    given = {"content": "Thin it", **data}
    return services.keep_draft(actor=actor, draft_id=draft_id or uuid4(), data=given, topic=topic)


def is_of(draft: ForumDraft | None, text: str) -> bool:
    return draft is not None and text in (draft.data.get("title"), draft.data.get("content"))


# ------------------------------------------------------------------------------------- keeping


def test_a_topic_that_is_typed_is_kept_and_the_last_save_wins() -> None:
    ada, key, category = make_user("ada"), uuid4(), make_forum_category()
    photo = make_photo(ada)
    keep_topic(ada, key, title="Which gl")

    services.keep_draft(
        actor=ada,
        draft_id=key,
        category=category,
        data={
            "title": "Which glue?",
            "description": "For *resin*\n",
            "tags": ["glue", "resin"],
            "language": "de",
            "photo_ids": [photo.pk],
        },
    )

    draft = services.draft_of(ada)
    assert draft is not None
    assert (draft.pk, draft.owner_id, draft.topic_id) == (key, ada.pk, None)
    assert draft.category == category
    assert draft.data == {
        "title": "Which glue?",
        "description": "For *resin*\n",
        "tags": "glue, resin",
        "language": "de",
        "photo_ids": [str(photo.pk)],
    }


def test_a_reply_that_is_typed_is_kept_and_the_last_save_wins() -> None:
    ada, key, post = make_user("ada"), uuid4(), make_post()
    photo = make_photo(ada)
    keep_reply(ada, post.topic, key, content="Th")

    keep_reply(ada, post.topic, key, reply_to_id=post.pk, photo_ids=[photo.pk])

    draft = services.draft_of(ada, post.topic)
    assert draft is not None
    assert (draft.pk, draft.owner_id, draft.topic_id) == (key, ada.pk, post.topic_id)
    assert draft.data == {
        "content": "Thin it",
        "reply_to_id": str(post.pk),
        "photo_ids": [str(photo.pk)],
    }


def test_each_place_has_a_draft_of_its_own() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    first, second = make_topic(), make_topic()
    keep_topic(ada)
    for person, topic in ((ada, first), (ada, second), (bruno, first)):
        keep_reply(person, topic, content=f"{person.pk} in {topic.pk}")

    assert ForumDraft.objects.count() == 4
    for person, topic in ((ada, first), (ada, second), (bruno, first)):
        assert is_of(services.draft_of(person, topic), f"{person.pk} in {topic.pk}")
    assert services.draft_of(bruno, second) is None
    assert services.draft_of(bruno) is None


@pytest.mark.parametrize("is_reply", [False, True])
def test_another_draft_takes_the_place_and_keeps_the_words_of_the_first(is_reply: bool) -> None:
    """Begun on the phone, and on the desk from an empty form that was open already."""
    ada, topic = make_user("ada"), make_topic()
    keep = partial(keep_reply, ada, topic) if is_reply else partial(keep_topic, ada)
    name = "content" if is_reply else "title"
    keep(**{name: "From the phone"})

    second = keep(**{name: "From the desk"})
    keep(second.pk, **{name: "From the desk, longer"})

    [draft] = ForumDraft.objects.all()
    assert draft.data[name] == "From the desk, longer"
    assert draft.data["earlier"][name] == "From the phone"


def test_the_place_of_a_new_topic_follows_its_writer() -> None:
    ada, here, there = make_user("ada"), make_forum_category(), make_forum_category()
    keep = partial(services.keep_draft, actor=ada, draft_id=uuid4(), data={"title": "Glue"})
    keep(category=here)

    keep(category=there)

    draft = services.draft_of(ada)
    assert draft is not None
    assert draft.category == there
    there.delete()
    assert services.draft_of(ada) is not None


def test_saving_leaves_nothing_behind_but_the_draft() -> None:
    ada, topic, key = make_user("ada"), make_topic(), uuid4()
    IdempotencyKey.objects.all().delete()

    keep_reply(ada, topic, key)
    keep_reply(ada, topic, key)

    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize(
    ("data", "blank"),
    [
        ({"content": " \n", "language": "de", "reply_to_id": str(uuid4())}, True),
        ({"title": "", "description": "", "tags": " "}, True),
        ({"title": "x"}, False),
        ({"description": "x"}, False),
        ({"tags": "x"}, False),
        ({"content": "x"}, False),
        ({"photo_ids": [str(uuid4())]}, False),
    ],
)
def test_a_draft_without_a_word_or_a_picture_is_none(data: dict[str, Any], blank: bool) -> None:
    assert services.is_blank(data) is blank


def test_a_blank_draft_is_not_shown() -> None:
    ada, topic = make_user("ada"), make_topic()

    keep_topic(ada, title=" ")
    keep_reply(ada, topic, content="\n")

    assert services.draft_of(ada) is None
    assert services.draft_of(ada, topic) is None
    assert services.drafts_of(ada) == []


# ------------------------------------------------------------------------------- hostile input

HOSTILE: list[dict[str, Any]] = [
    {"title": None, "description": 7, "tags": {"x": 1}, "photo_ids": "x", "content": ["x"]},
    {"title": "a\0b\ud800", "content": "a\0b\ud800", "photo_ids": ["x", None, 1, {}]},
    {"language": "x" * 1000, "tags": [None, 7, "x\0"], "reply_to_id": "no uuid"},
    {"photo_ids": [str(uuid4()) for _ in range(1000)], "earlier": "x", "reply_to_id": {}},
    {"owner": "x", "pk": "y", "topic_id": "z", "new_topic_by": 1, "category": "none"},
]


@pytest.mark.parametrize("data", HOSTILE)
def test_whatever_is_sent_the_draft_holds_what_it_knows(data: dict[str, Any]) -> None:
    ada, topic = make_user("ada"), make_topic()

    started, replied = keep_topic(ada, **data), keep_reply(ada, topic, **data)

    for draft in (started, replied):
        draft.refresh_from_db()
        assert len(json.dumps(draft.data)) < 1000
        assert "\\u0000" not in json.dumps(draft.data)
    assert set(started.data) == {"title", "description", "tags", "language", "photo_ids"}
    assert set(replied.data) == {"content", "reply_to_id", "photo_ids"}
    texts = (*(started.data[name] for name in ("title", "tags")), replied.data["content"])
    assert all(isinstance(text, str) for text in texts)


@pytest.mark.parametrize(
    "data", [{"title": "x" * 40_001}, {"description": "x" * 40_001}, {"tags": ["x" * 9_000] * 5}]
)
def test_a_topic_s_draft_has_bounds(data: dict[str, Any]) -> None:
    with pytest.raises(TooLarge):
        keep_topic(make_user("ada"), **data)
    assert not ForumDraft.objects.exists()


def test_a_reply_s_draft_has_bounds() -> None:
    ada, topic = make_user("ada"), make_topic()
    keep_reply(ada, topic, content="x" * 40_000)

    with pytest.raises(TooLarge):
        keep_reply(ada, topic, content="x" * 40_001)


# ----------------------------------------------------------------------- whose, and in which topic


def test_a_draft_is_its_owner_s_alone() -> None:
    category = make_forum_category()
    ada, asker = make_user("ada"), make_user("asker")
    topic = make_topic(asker, category)
    mine = (keep_topic(ada), keep_reply(ada, topic))

    others = (make_user("bruno"), make_forum_moderator(category), make_superuser(), asker)
    for other in (NOBODY, *others):
        assert services.draft_of(other) is None
        assert services.draft_of(other, topic) is None
        assert services.drafts_of(other) == []
        assert not ForumDraft.objects.visible_to(other).exists()
        if other is NOBODY:
            continue
        for draft in mine:
            services.discard_draft(actor=other, draft_id=draft.pk)
    assert {draft.pk for draft in services.drafts_of(ada)} == {draft.pk for draft in mine}


@pytest.mark.parametrize("is_reply", [False, True])
def test_a_key_of_somebody_else_s_draft_keeps_nothing(is_reply: bool) -> None:
    ada, bruno, topic = make_user("ada"), make_user("bruno"), make_topic()
    key = keep_topic(ada).pk

    with pytest.raises(Conflict) as caught:
        keep_reply(bruno, topic, key) if is_reply else keep_topic(bruno, key)

    assert caught.value.code == "draft_gone"
    assert is_of(services.draft_of(ada), "Which glue?")


def test_a_key_is_of_one_place() -> None:
    ada, topic = make_user("ada"), make_topic()
    key = keep_topic(ada).pk

    with pytest.raises(Conflict) as caught:
        keep_reply(ada, topic, key)

    assert caught.value.code == "draft_gone"
    assert services.draft_of(ada, topic) is None


def test_nobody_in_particular_keeps_nothing_here() -> None:
    topic = make_topic()

    for attempt in (
        partial(keep_topic, NOBODY),
        partial(keep_reply, NOBODY, topic),
        partial(services.discard_draft, actor=NOBODY, draft_id=uuid4()),
    ):
        with pytest.raises(SignInRequired):
            attempt()
    assert not ForumDraft.objects.exists()


def delete(topic: ForumTopic) -> None:
    ForumTopic.objects.filter(pk=topic.pk).update(deleted_at=timezone.now())


def hide(topic: ForumTopic) -> None:
    ForumTopic.objects.filter(pk=topic.pk).update(moderation_state=ModerationState.HIDDEN)


def close_category(topic: ForumTopic) -> None:
    ForumCategory.objects.filter(pk=topic.category_id).update(is_active=False)


@pytest.mark.parametrize("leave", [delete, hide, close_category])
def test_in_a_topic_out_of_view_nothing_is_kept_or_found(leave: Any) -> None:
    ada, topic = make_user("ada"), make_topic()
    key = keep_reply(ada, topic).pk

    leave(topic)

    with pytest.raises(NotFound):
        keep_reply(ada, topic, key)
    assert services.draft_of(ada, topic) is None
    assert services.drafts_of(ada) == []
    # What one has written is one's own to throw away, wherever it was meant for.
    services.discard_draft(actor=ada, draft_id=key)
    assert not ForumDraft.objects.exists()


def test_in_a_topic_that_a_block_hides_nothing_is_kept_or_found() -> None:
    asker, ada = make_user("asker"), make_user("ada")
    topic = make_topic(asker)
    keep_reply(ada, topic)

    with blocks():
        MemorySocial.block(asker, ada)

        with pytest.raises(NotFound):
            keep_reply(ada, topic)
        assert services.draft_of(ada, topic) is None
        assert services.drafts_of(ada) == []


def test_a_topic_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        keep_reply(make_user("ada"), ForumTopic(pk=uuid4()))


def test_a_new_topic_is_not_kept_for_a_category_out_of_use() -> None:
    category = make_forum_category(is_active=False)

    with pytest.raises(NotFound):
        services.keep_draft(
            actor=make_user("ada"), draft_id=uuid4(), data={"title": "x"}, category=category
        )


def test_a_lock_takes_nothing_of_what_is_being_written() -> None:
    """It may be opened again; until then nobody but the writer has anything of it."""
    ada, topic = make_user("ada"), make_topic()
    key = keep_reply(ada, topic).pk
    ForumTopic.objects.filter(pk=topic.pk).update(is_locked=True)

    keep_reply(ada, topic, key, content="Thin it twice")

    assert is_of(services.draft_of(ada, topic), "Thin it twice")
    with pytest.raises(Conflict) as caught:
        services.reply(actor=ada, topic=topic, content="Thin it twice", draft_id=key)
    assert caught.value.code == "locked"
    assert is_of(services.draft_of(ada, topic), "Thin it twice")


# ------------------------------------------------------------------------------------- sending


def test_sending_a_reply_ends_its_draft_and_a_late_save_does_not_bring_it_back() -> None:
    ada, topic = make_user("ada"), make_topic()
    key = keep_reply(ada, topic).pk

    services.reply(actor=ada, topic=topic, content="Thin it.", draft_id=key)

    assert services.draft_of(ada, topic) is None
    with pytest.raises(Conflict) as caught:
        keep_reply(ada, topic, key)
    assert caught.value.code == "draft_gone"
    assert not ForumDraft.objects.exists()
    keep_reply(ada, topic, content="And another thing")
    assert is_of(services.draft_of(ada, topic), "And another thing")


def test_sending_a_topic_ends_its_draft_and_a_late_save_does_not_bring_it_back() -> None:
    ada = make_user("ada")
    key = keep_topic(ada).pk

    make_topic(ada, draft_id=key)

    assert services.draft_of(ada) is None
    with pytest.raises(Conflict):
        keep_topic(ada, key)
    assert not ForumDraft.objects.exists()


def test_a_save_that_comes_after_all_of_it_is_refused_too() -> None:
    """The first save of a form, overtaken by its sending."""
    ada, topic, key = make_user("ada"), make_topic(), uuid4()
    services.reply(actor=ada, topic=topic, content="Thin it.", draft_id=key)

    with pytest.raises(Conflict):
        keep_reply(ada, topic, key)


def test_what_is_refused_keeps_its_draft() -> None:
    ada, topic = make_user("ada"), make_topic()
    started, replied = keep_topic(ada).pk, keep_reply(ada, topic).pk

    with pytest.raises(Invalid):
        make_topic(ada, photo_ids=[uuid4()], draft_id=started)
    with pytest.raises(Invalid):
        make_post(topic, ada, photo_ids=[uuid4()], draft_id=replied)
    with pytest.raises(Stale):
        make_post(topic, ada, if_version=topic.version + 7, draft_id=replied)

    assert len(services.drafts_of(ada)) == 2
    keep_topic(ada, started, title="Goes on")
    keep_reply(ada, topic, replied, content="Goes on")


def test_sending_something_else_leaves_the_draft_alone() -> None:
    ada, bruno, topic = make_user("ada"), make_user("bruno"), make_topic()
    key = keep_reply(ada, topic).pk

    make_post(topic, ada)
    make_post(topic, ada, draft_id=uuid4())
    make_post(topic, bruno, draft_id=key)

    assert is_of(services.draft_of(ada, topic), "Thin it")
    keep_reply(ada, topic, key, content="Still mine to save")


def test_a_draft_sent_from_two_tabs_is_two_replies() -> None:
    ada, topic = make_user("ada"), make_topic()
    key = keep_reply(ada, topic).pk

    make_post(topic, ada, draft_id=key)
    make_post(topic, ada, draft_id=key)

    assert ForumPost.objects.count() == 2


def test_what_is_thrown_away_stays_away() -> None:
    ada, topic = make_user("ada"), make_topic()
    key = keep_reply(ada, topic).pk

    services.discard_draft(actor=ada, draft_id=key)
    services.discard_draft(actor=ada, draft_id=key)

    with pytest.raises(Conflict):
        keep_reply(ada, topic, key)
    assert not ForumDraft.objects.exists()


def test_what_is_being_written_goes_along_with_a_merged_topic() -> None:
    here, there = make_forum_category(), make_forum_category()
    ada, bruno, carla = make_user("ada"), make_user("bruno"), make_user("carla")
    source, home = make_topic(category=here), make_topic(category=there)
    key = keep_reply(ada, source, content="Ada's").pk
    keep_reply(bruno, source, content="Bruno's there")
    keep_reply(bruno, home, content="Bruno's here")
    keep_topic(carla)

    services.merge(actor=make_forum_moderator(here, there), topic=source, into_id=home.pk)

    assert is_of(services.draft_of(ada, home), "Ada's")
    assert is_of(services.draft_of(bruno, home), "Bruno's here")
    assert services.draft_of(carla, home) is None
    # And is kept, and sent, under the key that the open page has.
    keep_reply(ada, home, key, content="Ada's, longer")
    make_post(home, ada, draft_id=key)
    assert services.draft_of(ada, home) is None


# ------------------------------------------------------------------- the list, and what it costs


def test_the_latest_drafts_come_first_with_where_they_belong() -> None:
    ada, category, topic = make_user("ada"), make_forum_category(), make_topic()
    services.keep_draft(actor=ada, draft_id=uuid4(), data={"title": "x"}, category=category)
    keep_reply(ada, topic)

    assert [draft.topic for draft in services.drafts_of(ada)] == [topic, None]
    assert [draft.category for draft in services.drafts_of(ada)] == [None, category]


def test_a_list_of_drafts_is_one_query_however_long(django_assert_num_queries: Any) -> None:
    ada = make_user("ada")
    viewer = Viewer(ada)
    # Whom a block hides is asked once for a request, before or after.
    _asked = viewer.hidden_user_ids, viewer.moderated_ids(ForumCategory)
    for more in (2, 18):
        for _ in range(more):
            keep_reply(ada, make_topic())
        with django_assert_num_queries(1):
            shown = [(one.topic and one.topic.title) for one in services.drafts_of(viewer)]
        assert len(shown) in (2, 20)


def test_a_topic_is_read_with_its_draft_in_the_same_query(django_assert_num_queries: Any) -> None:
    ada, bruno, topic, other = make_user("ada"), make_user("bruno"), make_topic(), make_topic()
    keep_reply(bruno, topic, content="Not hers")
    keep_reply(ada, other, content="In another topic")
    read = ForumTopic.objects.filter(pk=topic.pk).select_related("category")

    with django_assert_num_queries(1):
        assert getattr(read.with_draft_of(ada).get(), "my_draft", None) is None
    keep_reply(ada, topic)
    with django_assert_num_queries(1):
        assert is_of(read.with_draft_of(ada).get().my_draft, "Thin it")  # type: ignore[attr-defined]
    assert getattr(read.with_draft_of(NOBODY).get(), "my_draft", None) is None


# ---------------------------------------------------------------- pruning, export, erasure, photos


def test_forgotten_drafts_go_and_others_stay() -> None:
    ada, topic, now = make_user("ada"), make_topic(), timezone.now()
    old, young = keep_topic(ada), keep_reply(ada, topic)
    for draft, age in ((old, timedelta(days=30)), (young, timedelta(days=29, hours=23))):
        ForumDraft.objects.filter(pk=draft.pk).update(updated_at=now - age)

    assert services.prune_drafts(now) == 1

    assert list(ForumDraft.objects.all()) == [young]
    assert services.prune_drafts(now) == 0


def test_photos_of_a_draft_live_as_long_as_it_does(
    django_capture_on_commit_callbacks: Any,
) -> None:
    ada, bruno, topic = make_user("ada"), make_user("bruno"), make_topic()
    first, second, stray, theirs = (make_photo(one) for one in (ada, ada, ada, bruno))
    # A draft keeps no photos of others, whatever it names.
    keep_topic(ada, photo_ids=[first.pk, theirs.pk])
    keep_reply(ada, topic, photo_ids=[second.pk, uuid4()])
    Photo.objects.update(created_at=timezone.now() - timedelta(days=3))

    with django_capture_on_commit_callbacks(execute=True):
        call_command("wm_tick")

    assert set(Photo.objects.all()) == {first, second}
    assert not Photo.objects.filter(pk__in=[stray.pk, theirs.pk]).exists()
    ForumDraft.objects.update(updated_at=timezone.now() - timedelta(days=31))
    call_command("wm_tick")
    assert not ForumDraft.objects.exists()
    assert not Photo.objects.exists()


def test_drafts_are_exported_and_erased() -> None:
    ada, bruno, topic = make_user("ada"), make_user("bruno"), make_topic()
    keep_topic(ada, title="canary-1f", description="canary-2f")
    keep_topic(ada, title="canary-3f")
    keep_reply(ada, topic, content="canary-4f")
    keep_reply(bruno, topic, content="Not hers")

    exported = json.dumps(export_user_data(ada))
    assert all(f"canary-{n}f" in exported for n in (1, 2, 3, 4))
    assert "Not hers" not in exported

    erase_user(ada)
    [left] = ForumDraft.objects.all()
    assert left.owner_id == bruno.pk


def test_a_draft_goes_with_its_writer_and_with_its_topic() -> None:
    ada, bruno, topic = make_user("ada"), make_user("bruno"), make_topic()
    keep_topic(ada)
    keep_reply(ada, topic)
    keep_reply(bruno, topic)

    ada.delete()
    assert [draft.owner_id for draft in ForumDraft.objects.all()] == [bruno.pk]
    topic.delete()
    assert not ForumDraft.objects.exists()


# ---------------------------------------------------------------- what the database holds itself


def test_the_database_keeps_one_new_topic_and_one_reply_of_each() -> None:
    ada, topic = make_user("ada"), make_topic()
    keep_topic(ada)
    keep_reply(ada, topic)

    for columns in (
        {"new_topic_by_id": ada.pk},
        {"topic": topic},
        # Of no place, of two, and of another's.
        {},
        {"topic": make_topic(), "new_topic_by_id": make_user("bruno").pk},
        {"new_topic_by_id": make_user("carla").pk},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ForumDraft.objects.create(owner_id=ada.pk, **columns)


# --------------------------------------------------------------------------------------- at once


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_save_under_way_while_it_is_sent_never_brings_it_back() -> None:
    ada, topic = make_user("ada"), make_topic()
    for _ in range(6):
        for save_as, send in (
            (partial(keep_reply, ada, topic), partial(make_post, topic, ada)),
            (partial(keep_topic, ada), partial(make_topic, ada, topic.category)),
        ):
            key = uuid4()
            save = partial(save_as, key)

            *saved, sent = at_once([save, save, partial(send, draft_id=key)])

            assert isinstance(sent, ForumPost | ForumTopic), sent
            lost = [outcome for outcome in saved if isinstance(outcome, Exception)]
            assert {getattr(error, "code", error) for error in lost} <= {"draft_gone", "busy"}
            assert not ForumDraft.objects.exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_first_saves_of_two_tabs_leave_one_draft() -> None:
    ada, topic = make_user("ada"), make_topic()

    for save in (partial(keep_reply, ada, topic), partial(keep_topic, ada)):
        outcomes = at_once([partial(save) for _ in range(4)])

        lost = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        assert {getattr(error, "code", error) for error in lost} <= {"busy"}
    assert ForumDraft.objects.count() == 2
