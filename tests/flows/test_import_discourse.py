"""A Discourse forum as topics and posts of the forums."""

from __future__ import annotations

import json
import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.flows.dump_files import post_of, snapshot, topic_of
from tests.flows.forum_files import SITE, bring, category, post, topic, write, write_forum
from tests.flows.test_import_dump import at, everything_adds_up
from tests.flows.test_repeat_import import Stopped, stop_at
from wargame_mentorship.core import registry
from wargame_mentorship.flows.imports.attribution import attribution_of
from wargame_mentorship.flows.imports.claims import claim_author
from wargame_mentorship.flows.imports.discourse import Forum
from wargame_mentorship.flows.imports.models import ImportedAuthor, ImportedItem
from wargame_mentorship.flows.imports.reading import ArchiveError
from wargame_mentorship.flows.privacy import erase_user
from wargame_mentorship.forums import services as forums
from wargame_mentorship.host import Viewer
from wargame_mentorship.models import Delivery, Event, ForumCategory, ForumPost, ForumTopic
from wargame_mentorship.search import services as search
from wargame_mentorship.testing.factories import (
    make_forum_category,
    make_forum_moderator,
    make_user,
)

pytestmark = pytest.mark.django_db

STORY = [
    topic(
        1,
        [
            post(1, 1, raw="My white is *chalky*.", likes=3, username="ada"),
            post(1, 2, user_id=20, username="bruno", likes=9, cooked="<p>Thin <b>it</b>.</p>"),
            post(1, 3, reply_to_post_number=2),
            post(1, 4, post_type=3, cooked="", action_code="closed.enabled", user_id=-1),
        ],
        title="Why is my white chalky?",
        tags=["White", "thinning"],
        pinned=True,
        closed=True,
        accepted_answer={"post_number": 2, "username": "bruno"},
    ),
    topic(2, [post(2, 1, user_id=20, username="bruno")], tags=[{"id": 1, "name": "moss"}]),
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return write_forum(tmp_path, STORY)


def test_topics_come_in_with_their_history_and_numbers(home: Path) -> None:
    report = bring(home)

    assert report.created == {"categories": 1, ForumTopic.KIND: 2, ForumPost.KIND: 2}
    assert report.skipped == {"note of what moderators did": 1}
    assert not report.errors
    found = topic_of(1)
    assert (found.title, found.description) == (
        "Why is my white chalky?",
        "My white is *chalky*.",
    )
    assert "<em>chalky</em>" in found.description_html
    assert (found.is_pinned, found.is_locked, found.view_count) == (True, True, 7)
    assert found.tag_names == ["thinning", "white"]
    assert found.created_at == at("2019-03-01T10:00:00")
    assert found.last_reply_at == found.last_activity_at == at("2019-03-03T10:00:00")
    assert (found.reply_count, found.helpful_count, found.created_by_id) == (2, 0, None)
    solution = post_of("1/2")
    assert solution.is_solution
    assert solution.content == "Thin **it**."
    assert post_of("1/3").reply_to_id == solution.pk
    assert ImportedItem.objects.get(object_id=found.pk).score == 3
    assert ImportedItem.objects.get(object_id=solution.pk).score == 9
    assert topic_of(2).tag_names == ["moss"]
    assert everything_adds_up()


def test_a_solution_may_be_told_by_the_post_alone(tmp_path: Path) -> None:
    posts = [post(1, 1), post(1, 2), post(1, 3, accepted_answer=True)]

    report = bring(write_forum(tmp_path, [topic(1, posts)]))

    assert report.accepted == 1
    assert post_of("1/3").is_solution


def test_categories_are_taken_by_slug_or_made(tmp_path: Path) -> None:
    known = make_forum_category("Painting", slug="painting")
    ForumCategory.objects.create(slug="other", name="Basing")
    listed = [
        category(5, "painting"),
        category(
            6,
            "basing",
            subcategory_list=[category(7, "general"), category(8, "painting", name="More")],
        ),
        category(9, "", name="名前"),
    ]
    topics = [
        topic(key, [post(key, 1)], category_id=where)
        for key, where in ((1, 5), (2, 6), (3, 7), (4, 8), (5, 9))
    ]

    report = bring(write_forum(tmp_path, topics, categories=listed))

    assert report.created["categories"] == 4
    assert topic_of(1).category == known
    assert [topic_of(key).category.slug for key in (2, 3, 4, 5)] == [
        "basing",
        "general",
        "basing-painting",
        "category-9",
    ]
    # A name that is taken has the slug beside it.
    assert topic_of(2).category.name == "Basing (basing)"
    assert topic_of(3).category.description == "All about general."
    assert bring(write_forum(tmp_path, topics, categories=listed)).created.total() == 0


def test_what_not_everybody_may_read_stays_away_unless_it_is_mapped(tmp_path: Path) -> None:
    staff = category(6, "staff", read_restricted=True)
    topics = [topic(1, [post(1, 1), post(1, 2)], category_id=6), topic(2, [post(2, 1)])]
    home = write_forum(tmp_path, topics, categories=[category(5, "painting"), staff])

    report = bring(home, place=make_forum_category("General", slug="general"))

    assert report.skipped == {
        "in a category that not everybody may read": 1,
        "reply to what is not here": 1,
    }
    assert not ForumCategory.objects.filter(slug="staff").exists()
    bring(home, by_slug={"staff": ForumCategory.objects.get(slug="general")})
    assert topic_of(1).category.slug == "general"


def test_topic_of_a_category_that_is_not_listed_needs_a_place(tmp_path: Path) -> None:
    home = write_forum(tmp_path, [topic(1, [post(1, 1)], category_id=77)])

    report = bring(home)

    assert report.skipped == {"in a category that is not listed": 1}
    assert not ForumTopic.objects.exists()
    assert not ImportedAuthor.objects.exists()
    bring(home, place=make_forum_category("General", slug="general"))
    assert topic_of(1).category.slug == "general"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"archetype": "private_message"}, "private message"),
        ({"visible": False}, "unlisted topic"),
        ({"deleted_at": "2020-01-01T00:00:00Z"}, "deleted at the source"),
    ],
)
def test_topics_that_nobody_reads_there_stay_away(
    changes: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    report = bring(write_forum(tmp_path, [topic(1, [post(1, 1), post(1, 2)], **changes)]))

    assert report.skipped == {reason: 1}
    assert not ForumTopic.objects.exists()


def test_posts_that_nobody_reads_there_stay_away(tmp_path: Path) -> None:
    posts = [
        post(1, 1),
        post(1, 2, hidden=True),
        post(1, 3, user_deleted=True),
        post(1, 4, deleted_at="2020-01-01T00:00:00Z"),
        post(1, 5, post_type=2),
        post(1, 6, reply_to_post_number=2),
    ]

    report = bring(write_forum(tmp_path, [topic(1, posts), topic(2, [post(2, 1, hidden=True)])]))

    assert report.skipped == {
        "hidden at the source": 2,
        "deleted at the source": 2,
        "note of what moderators did": 1,
    }
    assert post_of("1/6").reply_to_id is None
    assert everything_adds_up()


def test_posts_beyond_the_first_come_from_further_files(tmp_path: Path) -> None:
    whole = [post(1, number) for number in range(1, 7)]
    entry = topic(1, whole[:2])
    entry["post_stream"]["stream"] = [one["id"] for one in whole]
    home = write_forum(tmp_path, [entry])

    first = bring(home)
    write(home / "t" / "1" / "posts-1.json", {"post_stream": {"posts": whole[1:4]}, "id": 1})
    write(home / "t" / "1" / "posts-2.json", {"post_stream": {"posts": whole[4:]}, "id": 1})
    second = bring(home)

    assert (first.incomplete, second.incomplete) == (["1"], [])
    assert first.created[ForumPost.KIND] == 1
    assert +second.created == {ForumPost.KIND: 4}
    assert not second.errors
    assert topic_of(1).reply_count == 5
    assert everything_adds_up()


def test_nobody_is_told_and_everybody_finds(
    home: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        bring(home)

    assert not Event.objects.exists()
    assert not Delivery.objects.exists()
    topics = ForumTopic.objects.visible_to(Viewer(None))
    assert [entry.pk for entry in search.find(topics, "chalky")] == [topic_of(1).pk]
    posts = ForumPost.objects.visible_to(Viewer(None))
    assert [entry.pk for entry in search.find(posts, "thin")] == [post_of("1/2").pk]


def test_authors_are_placeholders_to_claim_with_their_profile(
    home: Path, django_user_model: Any
) -> None:
    bring(home)

    assert not django_user_model.objects.exclude(username="AnonymousUser").exists()
    names = ImportedAuthor.objects.values_list("key", "display_name", "url")
    assert set(names) == {
        ("10", "ada", f"https://{SITE}/u/ada"),
        ("20", "bruno", f"https://{SITE}/u/bruno"),
    }
    pk = post_of("1/2").pk
    credit = attribution_of(ForumPost.KIND, [pk])[pk]
    assert (credit.author_name, credit.author_url) == ("bruno", f"https://{SITE}/u/bruno")
    assert (credit.source_url, credit.licence) == (f"https://{SITE}/t/1/2", "CC BY-SA 4.0")
    user = make_user("b")
    done = claim_author(actor=None, author=ImportedAuthor.objects.get(key="20"), user=user)
    assert (done.forum_topics, done.forum_posts) == (1, 1)
    assert post_of("1/2").author_id == user.pk
    erase_user(user)
    bring(home)
    author = ImportedAuthor.objects.get(key="20")
    assert (author.display_name, author.url) == ("", "")
    assert everything_adds_up()


def test_an_author_who_is_called_otherwise_now_is_renamed(tmp_path: Path) -> None:
    bring(write_forum(tmp_path, [topic(1, [post(1, 1)])]))

    report = bring(write_forum(tmp_path, [topic(1, [post(1, 1, username="countess")])]))

    author = ImportedAuthor.objects.get()
    assert report.renamed == 1
    assert (author.display_name, author.url) == ("countess", f"https://{SITE}/u/countess")


def test_system_and_deleted_accounts_are_nobody_to_claim(tmp_path: Path) -> None:
    posts = [
        post(1, 1, user_id=-1, username="system"),
        post(1, 2, user_id=None, username=None),
    ]

    report = bring(write_forum(tmp_path, [topic(1, posts)]))

    assert report.without_owner == 2
    assert not ImportedAuthor.objects.exists()
    pks = [topic_of(1).pk, post_of("1/2").pk]
    assert attribution_of(ForumTopic.KIND, pks[:1])[pks[0]].author_name == "system"
    assert attribution_of(ForumPost.KIND, pks[1:])[pks[1]].author_name == ""


def test_second_run_changes_nothing(home: Path) -> None:
    bring(home)
    before = snapshot()

    report = bring(home)

    assert not report.changed
    assert report.unchanged == {ForumTopic.KIND: 2, ForumPost.KIND: 2}
    assert snapshot() == before


@pytest.mark.parametrize(("stage", "done"), [("topics", 100), ("posts", 100)])
def test_interrupted_run_goes_on_where_it_stopped(stage: str, done: int, tmp_path: Path) -> None:
    topics = [topic(key, [post(key, 1), post(key, 2)]) for key in range(1, 121)]
    home = write_forum(tmp_path, topics)

    with pytest.raises(Stopped):
        bring(home, listener=stop_at(stage, done))
    assert everything_adds_up()
    bring(home)

    assert ForumTopic.objects.filter(reply_count=1).count() == 120
    assert everything_adds_up()


def test_edits_at_the_source_come_along_and_our_own_stay(tmp_path: Path) -> None:
    posts = [post(1, 1), post(1, 2), post(1, 3)]
    bring(write_forum(tmp_path, [topic(1, posts)]))
    moderator = make_forum_moderator(ForumCategory.objects.get(slug="painting"))
    forums.edit_post(actor=moderator, post=post_of("1/3"), content="Ours")
    edited = [
        post(1, 1),
        post(1, 2, cooked="<p>New.</p>", version=2),
        post(1, 3, cooked="<p>Theirs.</p>"),
    ]

    report = bring(
        write_forum(tmp_path, [topic(1, edited, archived=True, accepted_answer={"post_number": 2})])
    )

    assert report.updated == {ForumTopic.KIND: 1, ForumPost.KIND: 1}
    assert report.kept == {ForumPost.KIND: 1}
    assert topic_of(1).is_locked
    assert (post_of("1/2").content, post_of("1/2").is_solution) == ("New.", True)
    assert post_of("1/2").updated_at == at("2019-04-01T10:00:00")
    assert post_of("1/3").content == "Ours"
    assert everything_adds_up()


def test_dry_run_leaves_nothing(home: Path) -> None:
    would_be = bring(home, dry_run=True).as_dict()

    assert snapshot() == {}
    assert bring(home).as_dict() == would_be


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/t/why-is-my-white-chalky/1", "1"),
        ("/t/1", "1"),
        ("/t/-/1/", "1"),
        ("/t/why-is-my-white-chalky/1/1", "1"),
        ("/t/why-is-my-white-chalky/1/2", "1/2"),
        ("/t/1/3", "1/3"),
        # A note of the moderators', which is not here.
        ("/t/why-is-my-white-chalky/1/4", "1"),
    ],
)
def test_old_addresses_lead_to_topics_and_posts(path: str, leads_to: str, home: Path) -> None:
    bring(home)
    entry = post_of(leads_to) if "/" in leads_to else topic_of(leads_to)

    response = Client().get(path)

    assert response.status_code == 301
    assert response["Location"] == registry.kind_of(entry).url(entry)
    assert Client().get("/t/topic/99").status_code == 404
    assert Client().get("/q/1").status_code == 404


def test_hostile_files_are_named_and_the_others_come_in(tmp_path: Path) -> None:
    good = topic(1, [post(1, 1), post(1, 2)])
    home = write_forum(tmp_path, [good, topic(3, [post(4, 1)]), topic(4, [post(4, 2)])])
    folder = home / "t"
    (folder / "2.json").write_text('{"id": 2, "post_stream":')
    (folder / "5.json").write_text("[" * 100_000)
    (folder / "6.json").write_text(f'{{"id": {"9" * 5000}}}')
    (folder / "7.json").write_text("[]")
    (folder / "8.json").write_bytes(b"\xff\xfe\x00")
    write(folder / "9.json", {"id": 10})
    (folder / "1").mkdir()
    (folder / "1" / "posts-1.json").write_text("<html>Too many requests</html>")
    (folder / "notes.json").write_text("not a topic")

    report = bring(home)

    assert report.created[ForumTopic.KIND] == 1
    assert len(report.errors) == 10
    said = " ".join(message for _key, message in report.errors)
    for name in ("t/2.json", "t/5.json", "t/6.json", "t/7.json", "t/8.json", "t/9.json"):
        assert name in said
    assert "1/posts-1.json" in said
    assert "notes" not in said
    assert everything_adds_up()


ODD: list[dict[str, Any]] = [
    {"user_id": "10", "username": ["ada"]},
    {"actions_summary": {"id": 2}},
    {"actions_summary": [None, {"id": 2, "count": 1e400}]},
    {"cooked": None, "raw": 5},
    {"cooked": "<p>NUL \x00 and \ud800 half</p>"},
    {"raw": "NUL \x00 and \ud800 half"},
    {"username": "a\x00da\ud800"},
    {"cooked": "<div>" * 3_000 + "deep"},
    {"cooked": "<aside class='quote'>" * 2_000 + "deep"},
    {"cooked": '<aside class="quote"><![ <img class="emoji">'},
    {"raw": "[quote]\n" * 1_000},
    {"raw": "> " * 50_000},
    {"cooked": "<script>alert(1)</script><a href='javascript:x'>a</a>"},
    {"reply_to_post_number": 2**40},
    {"reply_to_post_number": "2"},
    {"reply_to_post_number": 2},
    {"version": None, "updated_at": 7},
    {"id": ["x"], "topic_id": None},
]


def test_whatever_a_post_is_made_of_the_import_goes_on(tmp_path: Path) -> None:
    topics = [
        topic(key, [post(key, 1), post(key, 2, **changes)])
        for key, changes in enumerate(ODD, start=1)
    ]
    topics += [
        {"id": 101},
        topic(110, [post(110, 1)], post_stream={"posts": [post(110, 1), "x"], "stream": [[], {}]}),
        topic(102, [post(102, 1)], title=None, tags="moss", views="many", category_id=5),
        topic(103, [post(103, 1)], tags=[None, 5, {"name": None}, "a\x00b", " "], category_id=5),
        topic(104, [post(104, 1, created_at="soon")]),
        topic(105, [post(105, 1, created_at=None)]),
        topic(106, [post(106, 1)], accepted_answer="yes", post_stream=None),
        topic(107, [post(107, 1), post(107, 2), post(107, 2, id=5), {}]),
        topic(108, [post(108, 1)], title="x" * 100_000),
        topic(109, [post(109, 1, cooked="<p>word</p>" * 50_000)]),
    ]

    report = bring(write_forum(tmp_path, topics))

    named = [key for key, _message in report.errors]
    assert sorted(named) == ["101", "104", "105", "106", "107", "107"]
    assert report.created[ForumTopic.KIND] == len(ODD) + 6
    assert topic_of(103).tag_names == ["ab"]
    assert topic_of(102).title == "Post 1."
    assert {"108", "109"} <= set(report.cut)
    assert "alert" not in post_of("13/2").content_html
    assert "javascript" not in post_of("13/2").content_html
    assert everything_adds_up()
    assert not bring(tmp_path / SITE).changed


@pytest.mark.parametrize("missing", ["t", "name"])
def test_a_folder_that_is_no_forum_is_refused(missing: str, tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    (folder / "t").mkdir(parents=True)
    if missing == "t":
        (folder / "t").rmdir()

    with pytest.raises(ArchiveError, match="no folder" if missing == "t" else "--site"):
        Forum(folder)


def call(*args: Any, **options: Any) -> str:
    out = StringIO()
    given = [os.fspath(arg) for arg in args]
    call_command("import_discourse", *given, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def test_the_command_reports_what_came_and_what_did_not(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    entry = topic(3, [post(3, 1)])
    entry["post_stream"]["stream"].append(999)
    write(home / "t" / "3.json", entry)

    out = call(home, "--report", file, "--licence", "CC BY-SA 3.0")

    for line in (
        "created: 1 categories",
        "created: 3 topics",
        "created: 2 posts",
        "skipped: 1 note of what moderators did",
        "not all of their posts are in the files: 1 (posts 3)",
        "solutions marked: 1",
    ):
        assert line in out
    written = json.loads(file.read_text())
    assert (written["site"], written["incomplete"]) == (SITE, ["3"])
    assert set(ImportedItem.objects.values_list("licence", flat=True)) == {"CC BY-SA 3.0"}
    assert "Nothing has changed." in call(home, "--licence", "CC BY-SA 3.0")


def test_the_commands_options_choose_place_and_site(home: Path) -> None:
    for slug in ("brushes", "rest"):
        make_forum_category(slug, slug=slug)
    write(home / "t" / "3.json", topic(3, [post(3, 1)], category_id=77))

    call(
        home,
        *("--site", "Old.example.org", "--map", "painting=brushes", "--category", "rest"),
        *("--language", "de"),
    )

    assert [topic_of(key).category.slug for key in (1, 3)] == ["brushes", "rest"]
    assert topic_of(1).language == "de"
    assert set(ImportedItem.objects.values_list("source", flat=True)) == {"old.example.org"}
    assert not ForumCategory.objects.filter(slug="painting").exists()


def test_the_command_gives_an_author_to_an_account(home: Path) -> None:
    call(home, "-v0")
    name = make_user("ada").get_username()

    out = call("--claim", "10", "--user", name)

    assert out.startswith("claimed: 1 forum topics, 1 forum posts;")
    assert call("--unclaim", "10").startswith("unclaimed: 1 forum topics")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "Say what to import"),
        (["nowhere"], "There is no folder"),
        (["--site", "a/b"], "--site"),
        (["--category", "coffee"], "no category 'coffee'"),
        (["--map", "moss"], "Write --map like"),
        (["--language", "tlh"], "no language"),
    ],
)
def test_mistake_is_told_before_anything_happens(args: list[str], message: str, home: Path) -> None:
    given = [home, *args] if args and args[0].startswith("--") else args

    with pytest.raises(CommandError, match=message):
        call(*given)

    assert not ImportedItem.objects.exists()
    assert not ForumCategory.objects.exists()
