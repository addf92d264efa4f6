"""PATCH /help/requests/{id}."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from tests.api.http import MARKED_WORDS, anonymous, code_of, fields_of, signed_in
from tests.photos.pictures import upload
from wargame_mentorship.core.mixins import ModerationState
from wargame_mentorship.events.models import Event
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest
from wargame_mentorship.host import Viewer
from wargame_mentorship.photos.services import upload_photo
from wargame_mentorship.testing.factories import make_help_request, make_moderator, make_user

pytestmark = pytest.mark.django_db


def patch(user: Any, entry: HelpRequest, body: Any, **headers: Any) -> Any:
    return signed_in(user).ask("PATCH", "help-request", entry.pk, body=body, **headers)


def test_only_what_is_named_changes() -> None:
    ada = make_user("ada")
    entry = make_help_request(
        ada, subcategory="drybrushing", difficulty_level="beginner", urgency="low"
    )
    before = signed_in(ada).ask("GET", "help-request", entry.pk).json()

    answer = patch(ada, entry, {"title": "Why, really?"})

    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    after = answer.json()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"title", "updated_at", "version"}


def test_every_field_can_be_changed() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)
    body = {
        "title": "Other",
        "description": "*Other*",
        "category": "modeling",
        "subcategory": "basing",
        "difficulty_level": "advanced",
        "urgency": "high",
        "is_public": False,
        "language": "de",
    }

    seen = patch(ada, entry, body).json()

    assert {name: seen[name] for name in body} == body
    assert "<em>Other</em>" in seen["description_html"]


def test_null_clears_and_a_new_category_drops_the_old_subcategory() -> None:
    ada = make_user("ada")
    entry = make_help_request(ada, subcategory="drybrushing", difficulty_level="beginner")

    assert patch(ada, entry, {"difficulty_level": None}).json()["difficulty_level"] is None
    moved = patch(ada, entry, {"category": "modeling"}).json()
    assert (moved["category"], moved["subcategory"]) == ("modeling", None)
    assert patch(ada, entry, {"subcategory": None}).status_code == 200


def test_photos_are_replaced() -> None:
    ada = make_user("ada")
    old, new = (upload_photo(actor=ada, file=upload()) for _ in range(2))
    entry = make_help_request(ada, photo_ids=[old.pk])

    kept = patch(ada, entry, {"photo_ids": [str(new.pk), str(old.pk)]}).json()
    assert [photo["id"] for photo in kept["photos"]] == [str(new.pk), str(old.pk)]
    assert patch(ada, entry, {"title": "Same photos"}).json()["image_urls"] == kept["image_urls"]
    assert patch(ada, entry, {"photo_ids": []}).json()["photos"] == []


def test_a_moderator_edits_and_others_do_not() -> None:
    entry = make_help_request()

    assert patch(make_moderator("painting"), entry, {"urgency": "low"}).status_code == 200
    for person in (make_user(), make_moderator("gaming")):
        for body in ({"urgency": "low"}, {"urgency": "?"}, b"{", {}):
            assert code_of(patch(person, entry, body)) == (403, "permission_denied")
    answer = anonymous().ask("PATCH", "help-request", entry.pk, body=b"{")
    assert code_of(answer) == (401, "not_authenticated")


@pytest.mark.parametrize(
    ("grants", "body", "is_moved"),
    [
        (["painting"], {"category": "gaming"}, False),
        (["gaming"], {"category": "gaming"}, None),
        (["painting", "gaming"], {"category": "gaming"}, True),
        (["painting", "tactics"], {"category": "gaming"}, False),
        (["painting", "tactics"], {"category": "gaming", "subcategory": "tactics"}, True),
        (["painting"], {"subcategory": "layering"}, True),
        (["washing"], {"subcategory": "layering"}, False),
        (["washing"], {"subcategory": None}, False),
        (["washing"], {"title": "Stays"}, True),
        (["general"], {"category": "gaming"}, None),
    ],
)
def test_a_moderator_moves_only_between_their_categories(
    grants: list[str], body: Any, is_moved: bool | None
) -> None:
    entry = make_help_request(subcategory="washing")

    answer = patch(make_moderator(*grants), entry, body)

    if is_moved is None:
        assert code_of(answer) == (403, "permission_denied")
    elif not is_moved:
        assert fields_of(answer) == {"category": ["not_moderated"]}
    else:
        assert answer.status_code == 200
    moved = HelpRequest.objects.get()
    assert (moved.version == 2) is (is_moved is True)


def test_an_asker_who_moderates_files_their_own_where_they_like() -> None:
    dmitri = make_moderator("painting")
    entry = make_help_request(dmitri)

    assert patch(dmitri, entry, {"category": "gaming"}).json()["category"] == "gaming"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": None}, "title"),
        ({"description": None}, "description"),
        ({"description": "x" * 10_001}, "description"),
        ({"category": None}, "category"),
        ({"category": "knitting"}, "category"),
        ({"subcategory": "sculpting"}, "subcategory"),
        ({"photo_ids": None}, "photo_ids"),
        ({"is_public": None}, "is_public"),
    ],
)
def test_what_cannot_be_taken_is_named(body: Any, field: str) -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)

    assert list(fields_of(patch(ada, entry, body))) == [field]
    assert HelpRequest.objects.get().version == 1


@override_settings(WARGAME_MENTORSHIP={"MODERATION": MARKED_WORDS})
@pytest.mark.parametrize(
    ("word", "status", "state"),
    [
        ("hold-me", 200, ModerationState.HELD),
        ("reject-me", 400, ModerationState.VISIBLE),
        ("break-me", 503, ModerationState.VISIBLE),
    ],
)
def test_new_text_is_screened(word: str, status: int, state: str) -> None:
    ada = make_user("ada")
    entry = make_help_request(ada)

    assert patch(ada, entry, {"description": word}).status_code == status
    assert HelpRequest.objects.get().moderation_state == state


def test_an_edit_that_changes_nothing_leaves_no_trace() -> None:
    ada = make_user("ada")
    photo = upload_photo(actor=ada, file=upload())
    entry = make_help_request(ada, subcategory="drybrushing", photo_ids=[photo.pk])
    HelpRequest.objects.filter(pk=entry.pk).update(needs_info_since=entry.created_at)
    client = signed_in(ada)
    before = client.ask("GET", "help-request", entry.pk).json()
    same = {name: before[name] for name in ("title", "description", "category", "subcategory")}

    for body in ({}, same, {"photo_ids": [str(photo.pk)]}, {"title": f" {entry.title} "}):
        answer = patch(ada, entry, body)

        assert (answer.status_code, answer["ETag"]) == (200, '"1"'), body
        assert answer.json() == before
    assert not Event.objects.filter(verb="help_request.edited").exists()
    assert code_of(patch(ada, entry, {}, if_match='"7"')) == (412, "stale")


def test_two_edits_of_different_fields_do_not_undo_each_other() -> None:
    """Each has read the request before the other wrote: nothing private becomes public again."""
    ada, dmitri = make_user("ada"), make_moderator("painting")
    entry = make_help_request(ada)

    class Slow(Viewer):
        """Reads the request, and is overtaken by its asker before it writes."""

        def is_me(self, user_id: Any) -> bool:
            HelpRequest.objects.filter(pk=entry.pk).update(is_public=False)
            return super().is_me(user_id)

    services.edit(actor=Slow(dmitri), help_request=entry, changes={"title": "Mended"})

    assert (HelpRequest.objects.get().title, HelpRequest.objects.get().is_public) == (
        "Mended",
        False,
    )
