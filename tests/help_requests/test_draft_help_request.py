"""Drafts: kept, claimed, used up, and never brought back once they are sent."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.concurrency import at_once
from tests.photos.conftest import make_photo
from wargame_mentorship.core.errors import Conflict, Invalid, SignInRequired, TooLarge
from wargame_mentorship.core.idempotency import IdempotencyKey, prune_keys
from wargame_mentorship.flows.privacy import erase_user, export_user_data
from wargame_mentorship.help_requests import services
from wargame_mentorship.help_requests.models import HelpRequest, HelpRequestDraft
from wargame_mentorship.host import Viewer
from wargame_mentorship.photos.models import Photo
from wargame_mentorship.photos.services import prune_unattached
from wargame_mentorship.testing.factories import make_help_request, make_user

pytestmark = pytest.mark.django_db

NOBODY = Viewer(None)


def keep(actor: Any, draft_id: Any = None, **data: Any) -> HelpRequestDraft:
    return services.keep_draft(
        actor=actor, draft_id=draft_id or uuid4(), data={"title": "Frost?", **data}
    )


def drafts() -> dict[Any, str]:
    return {draft.owner_id: draft.data["title"] for draft in HelpRequestDraft.objects.all()}


def test_what_is_typed_is_kept_and_the_last_save_wins() -> None:
    ada, key = make_user("ada"), uuid4()
    photo = make_photo(ada)

    keep(ada, key, title="Fros")
    keep(
        ada,
        key,
        description="It *went*\n white",
        category="painting",
        facets={"paint": "Matt"},
        is_public=False,
        photo_ids=[photo.pk],
    )

    draft = services.draft_of(ada)
    assert draft is not None
    assert (draft.pk, draft.owner_id) == (key, ada.pk)
    assert draft.data == {
        "title": "Frost?",
        "description": "It *went*\n white",
        "category": "painting",
        "subcategory": "",
        "difficulty_level": "",
        "urgency": "",
        "language": "",
        "is_public": False,
        "facets": {"paint": "Matt"},
        "photo_ids": [str(photo.pk)],
    }


def test_a_draft_is_its_owner_s_alone() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    key = keep(ada).pk

    assert services.draft_of(bruno) is None
    assert services.draft_of(NOBODY) is None
    assert services.left_draft(key) is None
    assert services.claim_draft(actor=bruno, draft_id=key) is None
    with pytest.raises(Conflict) as caught:
        keep(bruno, key, title="Mine now")
    assert caught.value.code == "draft_gone"
    with pytest.raises(Conflict):
        keep(NOBODY, key, title="Mine now")
    services.discard_draft(actor=bruno, draft_id=key)
    assert drafts() == {ada.pk: "Frost?"}


def test_another_draft_takes_the_place_and_keeps_the_words_of_the_first() -> None:
    ada = make_user("ada")
    keep(ada, title="First", description="An hour of writing")

    second = keep(ada, title="Second")
    keep(ada, second.pk, title="Second, longer")

    draft = services.draft_of(ada)
    assert draft is not None
    assert draft.data["title"] == "Second, longer"
    assert draft.data["earlier"] == {"title": "First", "description": "An hour of writing"}
    assert HelpRequestDraft.objects.count() == 1


def test_the_same_words_are_not_kept_twice() -> None:
    ada = make_user("ada")
    keep(ada)

    assert "earlier" not in keep(ada).data


@pytest.mark.parametrize(
    ("data", "blank"),
    [
        ({"title": " ", "description": "\n", "category": "painting", "facets": {"x": ""}}, True),
        ({"title": "x"}, False),
        ({"title": "", "description": "x"}, False),
        ({"title": "", "facets": {"paint": "x"}}, False),
        ({"title": "", "photo_ids": [str(uuid4())]}, False),
    ],
)
def test_a_draft_without_a_word_or_a_picture_is_none(data: dict[str, Any], blank: bool) -> None:
    ada = make_user("ada")

    keep(ada, **data)

    assert (services.draft_of(ada) is None) is blank


@pytest.mark.parametrize(
    "data",
    [
        {"title": None, "description": 7, "facets": ["x"], "photo_ids": "x", "is_public": "no"},
        {"title": "a\0b\ud800", "facets": {"a\0b": "c\0"}, "photo_ids": ["x", None, 1, {}]},
        {"category": "x" * 1000, "facets": {f"{n}": "x" for n in range(1000)}},
        {"photo_ids": [str(uuid4()) for _ in range(1000)], "earlier": "x", "lost_photos": "many"},
        {"owner": "x", "pk": "y", "title": ["x"], "facets": {1: {"deep": []}}},
    ],
)
def test_whatever_is_sent_the_draft_holds_what_it_knows(data: dict[str, Any]) -> None:
    ada = make_user("ada")

    draft = keep(ada, **data)

    draft.refresh_from_db()
    assert set(draft.data) == {*services.DRAFT_NAMES, "facets", "photo_ids"}
    assert all(isinstance(draft.data[name], str) for name in ("title", "description", "category"))
    assert len(json.dumps(draft.data)) < 2000
    assert "\0" not in json.dumps(draft.data)


def test_a_draft_has_bounds() -> None:
    with pytest.raises(TooLarge):
        keep(make_user("ada"), description="x" * 40_001)
    with pytest.raises(TooLarge):
        keep(NOBODY, facets={"paint": "x" * 40_001})
    assert not HelpRequestDraft.objects.exists()


def test_who_is_not_signed_in_leaves_a_draft_and_claims_it_once() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    left = keep(NOBODY, title="Left")
    keep(NOBODY, left.pk, title="Left, longer")
    shown = services.left_draft(left.pk)
    assert shown is not None
    assert shown.data["title"] == "Left, longer"

    claimed = services.claim_draft(actor=ada, draft_id=left.pk)

    assert claimed is not None
    assert claimed.owner_id == ada.pk
    assert services.left_draft(left.pk) is None
    assert services.claim_draft(actor=bruno, draft_id=left.pk) is None
    assert services.claim_draft(actor=ada, draft_id=left.pk) == claimed
    assert services.claim_draft(actor=ada, draft_id=uuid4()) is None
    with pytest.raises(SignInRequired):
        services.claim_draft(actor=NOBODY, draft_id=left.pk)


def test_claiming_keeps_the_words_of_the_draft_that_was_there() -> None:
    ada = make_user("ada")
    keep(ada, title="Older", description="Words")
    left = keep(NOBODY, title="Left")

    services.claim_draft(actor=ada, draft_id=left.pk)

    draft = services.draft_of(ada)
    assert draft is not None
    assert (draft.pk, draft.data["earlier"]["title"]) == (left.pk, "Older")
    assert HelpRequestDraft.objects.count() == 1


def test_saving_what_was_left_under_this_key_claims_it() -> None:
    ada = make_user("ada")
    left = keep(NOBODY)

    keep(ada, title="Begun before that")

    draft = keep(ada, left.pk, title="Signed in, in another tab")

    assert drafts() == {ada.pk: "Signed in, in another tab"}
    assert draft.data["earlier"]["title"] == "Begun before that"


def test_sending_ends_the_draft_and_a_late_save_does_not_bring_it_back() -> None:
    ada = make_user("ada")
    key = keep(ada).pk

    make_help_request(ada, draft_id=key)

    assert services.draft_of(ada) is None
    with pytest.raises(Conflict) as caught:
        keep(ada, key, title="What was sent already")
    assert caught.value.code == "draft_gone"
    assert not HelpRequestDraft.objects.exists()
    keep(ada, title="A question of its own")
    assert drafts() == {ada.pk: "A question of its own"}


def test_a_save_that_comes_after_all_of_it_is_refused_too() -> None:
    """The first save of a form, overtaken by its sending."""
    ada, key = make_user("ada"), uuid4()
    make_help_request(ada, draft_id=key)

    with pytest.raises(Conflict):
        keep(ada, key)


def test_a_question_that_is_refused_keeps_its_draft() -> None:
    ada = make_user("ada")
    key = keep(ada).pk

    with pytest.raises(Invalid):
        make_help_request(ada, photo_ids=[uuid4()], draft_id=key)

    assert services.draft_of(ada) is not None
    keep(ada, key, title="Goes on")
    assert drafts() == {ada.pk: "Goes on"}


def test_asking_something_else_leaves_the_draft_alone() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    key = keep(ada).pk

    make_help_request(ada)
    make_help_request(ada, draft_id=uuid4())
    make_help_request(bruno, draft_id=key)

    assert drafts() == {ada.pk: "Frost?"}
    keep(ada, key, title="Still mine to save")


def test_a_draft_sent_from_two_tabs_is_two_questions() -> None:
    ada = make_user("ada")
    key = keep(ada).pk

    make_help_request(ada, draft_id=key)
    make_help_request(ada, draft_id=key)

    assert HelpRequest.objects.count() == 2


def test_what_is_thrown_away_stays_away() -> None:
    ada = make_user("ada")
    key = keep(ada).pk

    services.discard_draft(actor=ada, draft_id=key)
    services.discard_draft(actor=ada, draft_id=key)

    with pytest.raises(Conflict):
        keep(ada, key)
    assert not HelpRequestDraft.objects.exists()
    with pytest.raises(SignInRequired):
        services.discard_draft(actor=NOBODY, draft_id=key)


def test_saving_leaves_nothing_behind_but_the_draft() -> None:
    ada, key = make_user("ada"), uuid4()

    keep(ada, key)
    keep(ada, key)

    assert not IdempotencyKey.objects.exists()


def test_forgotten_drafts_go_and_others_stay() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    now = timezone.now()
    for owner, age in (
        (ada, timedelta(days=29, hours=23)),
        (bruno, timedelta(days=30)),
        (NOBODY, timedelta(hours=24)),
        (NOBODY, timedelta(hours=23)),
    ):
        pk = keep(owner, title=str(age)).pk
        HelpRequestDraft.objects.filter(pk=pk).update(updated_at=now - age)

    assert services.prune_drafts(now) == 2

    assert drafts() == {ada.pk: "29 days, 23:00:00", None: "23:00:00"}
    assert services.prune_drafts(now) == 0


def test_photos_of_a_draft_live_as_long_as_it_does(
    django_capture_on_commit_callbacks: Any,
) -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    kept, left, stray, theirs = make_photo(ada), make_photo(ada), make_photo(ada), make_photo(bruno)
    # A draft keeps no photos of others, whatever it names.
    keep(ada, photo_ids=[kept.pk, theirs.pk, uuid4()])
    keep(NOBODY, photo_ids=[left.pk])
    Photo.objects.update(created_at=timezone.now() - timedelta(days=3))

    with django_capture_on_commit_callbacks(execute=True):
        call_command("wm_tick")

    assert set(Photo.objects.all()) == {kept, left}
    assert not Photo.objects.filter(pk__in=[stray.pk, theirs.pk]).exists()
    HelpRequestDraft.objects.update(updated_at=timezone.now() - timedelta(days=31))
    call_command("wm_tick")
    assert not Photo.objects.exists()


def test_many_photos_are_pruned_around_those_that_stay() -> None:
    ada = make_user("ada")
    one = make_photo(ada)
    Photo.objects.bulk_create(
        Photo(owner_id=ada.pk, file=f"photos/aa/{number}.jpg", width=1, height=1)
        for number in range(250)
    )
    some = list(Photo.objects.order_by("pk").values_list("pk", flat=True)[::40])
    keep(ada, photo_ids=some)
    now = timezone.now() + timedelta(days=2)

    assert prune_unattached(now) == 251 - len(some)

    assert set(Photo.objects.values_list("pk", flat=True)) == set(some)
    assert one.pk in some


def test_drafts_are_exported_and_erased() -> None:
    ada, bruno = make_user("ada"), make_user("bruno")
    keep(ada, title="canary-1f", description="canary-2f")
    keep(ada, title="canary-3f")
    keep(bruno, title="Not hers")

    exported = json.dumps(export_user_data(ada))
    assert all(word in exported for word in ("canary-1f", "canary-2f", "canary-3f"))
    assert "Not hers" not in exported

    erase_user(ada)
    assert drafts() == {bruno.pk: "Not hers"}


def test_a_draft_goes_with_a_deleted_account() -> None:
    ada = make_user("ada")
    keep(ada)

    ada.delete()

    assert not HelpRequestDraft.objects.exists()


def test_a_used_up_key_is_forgotten_after_a_day() -> None:
    ada = make_user("ada")
    make_help_request(ada, draft_id=uuid4())
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))

    assert prune_keys() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_save_under_way_while_it_is_sent_never_brings_it_back() -> None:
    ada = make_user("ada")
    for _ in range(8):
        key = uuid4()
        save = partial(keep, ada, key)

        *saved, sent = at_once([save, save, partial(make_help_request, ada, draft_id=key)])

        assert isinstance(sent, HelpRequest)
        lost = [outcome for outcome in saved if isinstance(outcome, Exception)]
        assert {getattr(error, "code", error) for error in lost} <= {"draft_gone", "busy"}
        assert not HelpRequestDraft.objects.exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_first_saves_of_two_tabs_leave_one_draft() -> None:
    ada = make_user("ada")

    outcomes = at_once([partial(keep, ada, title=f"Tab {number}") for number in range(4)])

    lost = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert {getattr(error, "code", error) for error in lost} <= {"busy"}
    assert HelpRequestDraft.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_many_who_claim_a_draft_one_has_it() -> None:
    people = [make_user() for _ in range(4)]
    left = keep(NOBODY)

    claimed = at_once(
        [partial(services.claim_draft, actor=person, draft_id=left.pk) for person in people]
    )

    assert len([draft for draft in claimed if isinstance(draft, HelpRequestDraft)]) == 1
    assert claimed.count(None) == 3
