"""Loading the demo content: through the services, once, with a past."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from demo import loading
from demo.loading import load_demo
from demo.pictures import Picture, draw_all
from people.models import User
from social.models import FeedItem
from tests.web.pages import author_of
from wargame_mentorship.core.recounts import run_all
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.host import Viewer
from wargame_mentorship.models import (
    Category,
    Delivery,
    Event,
    FlagCase,
    ForumCategory,
    ForumTopic,
    Sanction,
    SearchDocument,
    StaffNote,
)
from wargame_mentorship.photos.services import photos_of

PHOTO = {
    "subject": "knight",
    "stage": "primed",
    "palette": "teal",
    "fault": None,
    "seed": 1,
    "alt_text": "A primed knight",
}
PEOPLE = [
    {"username": name, "display_name": name.title(), "bio": "", "palette": "teal"}
    for name in ("ada", "bruno", "cleo", "dmitri", "edith", "admin")
]
RESPONSE = {
    "author": "bruno",
    "hours_ago": 49,
    "text": "Wick them away.",
    "photos": [],
    "helpful_by": ["ada", "cleo"],
}
SOLVED = {
    "key": "rings",
    "title": "Rings in my wash",
    "description": "They dried in.",
    "category": "painting",
    "subcategory": "washing",
    "difficulty_level": "beginner",
    "urgency": "normal",
    "is_public": True,
    "language": "en",
    "author": "ada",
    "hours_ago": 50,
    "status": "resolved",
    "assigned_helper": None,
    "photos": [PHOTO],
    "responses": [RESPONSE],
    "accepted": 0,
}
PRIVATE = {
    **SOLVED,
    "key": "private",
    "title": "Between us",
    "is_public": False,
    "status": "in_progress",
    "assigned_helper": "bruno",
    "photos": [],
    "responses": [{**RESPONSE, "helpful_by": ["ada"]}],
    "accepted": None,
}

FORUM = {
    "slug": "club-nights",
    "name": "Club nights",
    "description": "Who brings what.",
    "icon": "clock",
}
TOPIC = {
    "key": "brushes",
    "category": "painting",
    "author": "ada",
    "hours_ago": 30,
    "title": "What is a brush worth after a year?",
    "description": "Mine splits.",
    "tags": ["brushes"],
    "language": "en",
    "posts": [
        {"author": "bruno", "hours_ago": 20, "content": "Soap.", "helpful_by": ["ada", "cleo"]},
        {"author": "cleo", "hours_ago": 10, "content": "And a cap.", "helpful_by": []},
    ],
    "accepted": 0,
    "pinned": True,
    "locked": False,
}

REPORT = {
    "topic": "brushes",
    "post": 1,
    "flags": [{"by": "ada", "hours_ago": 9, "reason": "rude", "note": "A cap?"}],
    "decision": {
        "by": "dmitri",
        "hours_ago": 8,
        "measure": "hide",
        "reason": "No caps.",
        "warning": {"reason": "Caps again.", "reply": "Sorry.", "reply_hours_ago": 7},
        "note": "Likes caps.",
    },
}


@pytest.fixture
def club(
    tmp_path: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    db: None,
) -> Path:
    """A small club's content, in place of the real one."""
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "people.json").write_text(json.dumps(PEOPLE))
    (folder / "help_requests.json").write_text(json.dumps([SOLVED, PRIVATE]))
    (folder / "forum_categories.json").write_text(json.dumps([FORUM]))
    (folder / "forums.json").write_text(json.dumps([TOPIC]))
    (folder / "reports.json").write_text("[]")
    settings.VAR = tmp_path / "var"
    settings.DEMO_PASSWORD = "miniature"
    monkeypatch.setattr(loading, "CONTENT", folder)
    return folder


def test_content_is_loaded_once_with_a_past_and_what_was_changed_stays(
    club: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert load_demo() == 2

    rings = HelpRequest.objects.get(title="Rings in my wash")
    assert rings.status == "resolved"
    assert str(author_of(rings.solution)) == "Bruno"
    assert rings.helpful_count == 2
    assert rings.first_response_at
    assert rings.resolved_at
    assert rings.created_at < rings.first_response_at < rings.resolved_at
    age = Event.objects.get(verb="help_request.asked", subject_id=rings.pk).occurred_at
    assert age == rings.created_at
    assert photos_of("help_request", [rings.pk])[rings.pk][0].alt_text == "A primed knight"
    document = SearchDocument.objects.get(object_id=rings.pk)
    assert "wick" in document.body_words
    assert document.created_at == rings.created_at
    assert not HelpRequest.objects.visible_to(Viewer(None)).filter(title="Between us").exists()
    assert FeedItem.objects.filter(subject_id=rings.pk, created_at=rings.created_at).exists()
    told = Delivery.objects.filter(recipient__username="ada", verb__startswith="help_request.")
    assert told.count() == 2

    HelpRequest.objects.filter(pk=rings.pk).update(title="Changed since")
    assert load_demo() == 0
    assert {entry.title for entry in HelpRequest.objects.all()} == {"Changed since", "Between us"}


def test_the_forums_have_a_past_too_and_their_numbers_are_true(club: Path) -> None:
    load_demo()
    load_demo()

    topic = ForumTopic.objects.get(title="What is a brush worth after a year?")
    first, second = topic.posts.order_by("created_at")
    assert first.is_solution
    assert topic.created_at < first.created_at < second.created_at == topic.last_reply_at
    assert (topic.reply_count, topic.helpful_count, topic.is_pinned) == (2, 2, True)
    assert str(topic.last_reply_by) == "Cleo"
    age = Event.objects.get(verb="forum_topic.started", subject_id=topic.pk).occurred_at
    assert age == topic.created_at
    assert run_all(fix=False) == {name: [] for name in run_all(fix=False)}
    dmitri = Viewer(User.objects.get(username="dmitri"))
    assert topic in ForumTopic.objects.moderated_by(dmitri)


def test_the_club_has_forums_of_its_own_below_those_of_the_package(club: Path) -> None:
    notice = {**TOPIC, "key": "notice", "category": "club-nights", "locked": True}
    (club / "forums.json").write_text(json.dumps([notice]))

    load_demo()

    last = list(ForumCategory.objects.order_by("sort_order"))[-1]
    assert (last.slug, last.name, last.icon) == ("club-nights", "Club nights", "clock")
    assert ForumCategory.objects.filter(sort_order=last.sort_order).count() == 1
    topic = ForumTopic.objects.get(category__slug="club-nights")
    assert (topic.is_pinned, topic.is_locked) == (True, True)
    assert not ForumTopic.objects.moderated_by(User.objects.get(username="dmitri")).exists()


def test_a_forum_that_an_editor_deleted_stays_deleted(club: Path) -> None:
    load_demo()
    ForumCategory.objects.get(slug="club-nights").delete()

    (club / "forums.json").write_text(json.dumps([TOPIC, {**TOPIC, "key": "more"}]))
    load_demo()

    assert ForumTopic.objects.count() == 2
    assert not ForumCategory.objects.filter(slug="club-nights").exists()


def test_what_the_club_screens_waits_for_its_moderator_and_counts_for_nothing(
    club: Path, settings: Settings
) -> None:
    settings.WARGAME_MENTORSHIP = {
        **settings.WARGAME_MENTORSHIP,
        "MODERATION": {"OPTIONS": {"watched_words": ["discount code"]}},
    }
    spam = {**RESPONSE, "text": "My discount code!", "hours_ago": 2, "helpful_by": []}
    mixed = {**PRIVATE, "key": "mixed", "is_public": True, "responses": [RESPONSE, spam]}
    offer = {**mixed, "key": "offer", "description": "A discount code!", "responses": []}
    (club / "help_requests.json").write_text(json.dumps([mixed, offer]))

    load_demo()

    kept, held = HelpRequest.objects.order_by("moderation_state").reverse()
    assert (kept.moderation_state, held.moderation_state) == ("visible", "held")
    assert held.visible_since is None
    assert (kept.response_count, kept.responses.count()) == (1, 2)
    assert kept.last_response_at is not None
    assert kept.last_response_at < timezone.now() - timedelta(hours=40)
    assert not any(run_all(fix=False).values())


def test_the_accounts_may_do_what_the_sign_in_page_says(club: Path, client: Any) -> None:
    load_demo()

    people = {person.username: person for person in User.objects.all()}
    assert client.login(username="ada", password="miniature")
    assert people["ada"].email == "ada@example.org"
    assert all(person.email for person in people.values())
    assert people["admin"].is_superuser
    assert people["edith"].has_perm("wagtailadmin.access_admin")
    assert people["dmitri"].has_perm("wagtailadmin.access_admin")
    assert not people["bruno"].has_perm("wagtailadmin.access_admin")
    assert not people["dmitri"].is_superuser
    granted = Category.objects.filter(categoryusergrant__user=people["dmitri"])
    assert [category.slug for category in granted] == ["painting"]


def test_an_interrupted_start_is_finished_by_the_next(club: Path) -> None:
    broken = {**PRIVATE, "category": "cooking"}
    (club / "help_requests.json").write_text(json.dumps([SOLVED, broken]))
    with pytest.raises(Exception, match="invalid"):
        load_demo()
    loaded = HelpRequest.objects.count()
    # Those who have none yet are written no letters about the past.
    assert not User.objects.exclude(email="").exists()

    (club / "help_requests.json").write_text(json.dumps([SOLVED, PRIVATE]))
    load_demo()

    assert loaded < HelpRequest.objects.count() == 2
    assert User.objects.exclude(email="").count() == len(PEOPLE)


def test_pictures_are_drawn_once(tmp_path: Path) -> None:
    pictures = [Picture.of("avatar", {"seed": 1, "palette": "teal", "size": 32})]

    assert draw_all(pictures, tmp_path) == 1
    assert draw_all(pictures * 2, tmp_path) == 0
    assert len(list(tmp_path.iterdir())) == 1


def test_what_was_reported_has_a_past_too(club: Path) -> None:
    (club / "reports.json").write_text(json.dumps([REPORT]))
    load_demo()
    load_demo()

    case = FlagCase.objects.get()
    assert (case.status, case.measure) == ("upheld", "hide")
    assert case.decided_by == User.objects.get(username="dmitri")
    flag = case.flags.get()
    assert case.decided_at
    assert flag.created_at < case.decided_at < timezone.now() - timedelta(hours=7)
    given = Sanction.objects.get()
    assert (given.status, given.appeal) == ("appealed", "Sorry.")
    assert given.appealed_at
    assert given.created_at < given.appealed_at < timezone.now() - timedelta(hours=6)
    assert StaffNote.objects.get().text == "Likes caps."
    assert not any(run_all(fix=False).values())
